-- What can run out in time. Minutes are whole minutes since 1970 UTC.

create table capacity_resource (           -- one thing that can run out: a court, a class, the booked places of a line
  resource_id bytes not null, centre_id int8 not null, kind text not null, code text not null, name_zh text not null, name_en text not null,
  pool text,                               -- interchangeable with the others of this name in its centre
  share_of bytes,                          -- the part of another resource that may be taken from away
  cell_minutes int8 not null, rules text not null, closed_at_us int8,
  pattern text,                            -- the week, JSON; null: cells are made by hand
  published_to text,                       -- last civil day whose cells were made
  constraint capacity_resource_key primary key (resource_id),
  constraint capacity_resource_once unique (centre_id, code),
  constraint capacity_share_once unique (share_of),
  constraint capacity_cell_length check (cell_minutes in (0, 5, 10, 15, 30, 60, 720, 1440)));
create table capacity_part (               -- the whole hall is its four courts: only leaves have cells
  parent_id bytes not null, child_id bytes not null, units int8 not null,
  constraint capacity_part_key primary key (parent_id, child_id),
  constraint capacity_part_not_self check (parent_id <> child_id),
  constraint capacity_part_units check (units > 0));
create table capacity_cell (
  resource_id bytes not null, start_min int8 not null, end_min int8 not null, cap int8 not null, taken int8 not null,
  shut text,                               -- why it is not open: holiday, works, staff, event, rule
  constraint capacity_cell_key primary key (resource_id, start_min),
  constraint capacity_cell_span check (start_min < end_min),
  constraint capacity_never_oversold check (taken >= 0 and taken <= cap));
create table capacity_quota_rule (         -- how much one person may have
  rule text not null, subject text not null, period text not null, most int8 not null, name_zh text not null, name_en text not null, source text not null,
  constraint capacity_quota_rule_key primary key (rule),
  constraint capacity_quota_rule_subject check (subject in ('person', 'item', 'booker')),
  constraint capacity_quota_rule_period check (period in ('live', 'day', 'week', 'month')));
create table capacity_quota (              -- cells of a person, made on first use
  rule text not null, subject text not null, period_min int8 not null, cap int8 not null, taken int8 not null,
  constraint capacity_quota_key primary key (rule, subject, period_min),
  constraint capacity_quota_never_over check (taken >= 0 and taken <= cap));
create table capacity_claim (
  claim_id bytes not null, centre_id int8 not null, purpose text not null, subject_ref text not null,
  holder_id bytes,                         -- the person served; null only for staff blocks
  made_by text not null, channel text not null, state text not null, start_min int8 not null, end_min int8 not null,
  expires_at_us int8,                      -- of a hold or a request
  late_at_us int8,                         -- when a confirmed claim that nobody used counts as no-show
  bundle_id bytes, series_id bytes, wait_id bytes, extended int8 not null, made_at_us int8 not null, changed_at_us int8 not null, ended_why text,
  constraint capacity_claim_key primary key (claim_id),
  constraint capacity_claim_state check (state in ('held', 'requested', 'confirmed', 'checked_in', 'done', 'expired', 'cancelled', 'rejected', 'no_show')),
  constraint capacity_claim_window check (start_min < end_min),
  constraint capacity_claim_expiry check ((state in ('held', 'requested')) = (expires_at_us is not null)),
  constraint capacity_claim_late check ((state = 'confirmed') = (late_at_us is not null)));
create index capacity_claim_expiring on capacity_claim (expires_at_us) where expires_at_us is not null;
create index capacity_claim_late on capacity_claim (late_at_us) where late_at_us is not null;
create index capacity_claim_of_holder on capacity_claim (holder_id, start_min);
create index capacity_claim_of_centre on capacity_claim (centre_id, start_min);
create index capacity_claim_of_subject on capacity_claim (purpose, subject_ref);
create index capacity_claim_of_bundle on capacity_claim (bundle_id) where bundle_id is not null;
create table capacity_line (
  claim_id bytes not null, line_no int8 not null,
  asked_id bytes not null,                 -- what was asked for (the hall)
  resource_id bytes not null,              -- what is taken (court 3)
  start_min int8 not null, end_min int8 not null,
  held_until_min int8 not null,            -- cells before this count as taken; = start_min when given back
  units int8 not null,
  constraint capacity_line_key primary key (claim_id, line_no),
  constraint capacity_line_units check (units > 0),
  constraint capacity_line_extent check (start_min < end_min and start_min <= held_until_min and held_until_min <= end_min));
create index capacity_line_by_cell on capacity_line (resource_id, start_min, held_until_min);
create table capacity_charge (             -- what a claim took from quotas; 0 after it was given back
  claim_id bytes not null, rule text not null, subject text not null, period_min int8 not null, units int8 not null,
  constraint capacity_charge_key primary key (claim_id, rule, subject, period_min),
  constraint capacity_charge_units check (units >= 0));
create table capacity_step (               -- every transition, append only
  claim_id bytes not null, step_no int8 not null, action text not null, from_state text, to_state text not null, at_us int8 not null, actor text not null, why text,
  constraint capacity_step_key primary key (claim_id, step_no));
create table capacity_change (             -- cap changes and overrides
  change_id bytes not null, resource_id bytes not null, start_min int8 not null, cap_delta int8 not null, reason text not null, actor text not null, second text,
  claim_id bytes,                          -- of an override: taken back when the claim ends
  at_us int8 not null, reverted_at_us int8,
  constraint capacity_change_key primary key (change_id));
create index capacity_change_of_claim on capacity_change (claim_id) where claim_id is not null;
create table capacity_wait (
  wait_id bytes not null, centre_id int8 not null,
  wish text not null,                      -- the full wish, JSON
  resource_id bytes not null,              -- what was asked for first
  start_min int8 not null, end_min int8 not null, units int8 not null, holder_id bytes not null,
  priority int8 not null,                  -- 0 first
  joined_seq int8 not null, joined_at_us int8 not null, state text not null, cut_off_us int8 not null, claim_id bytes, passed int8 not null,
  constraint capacity_wait_key primary key (wait_id),
  constraint capacity_wait_state check (state in ('waiting', 'offered', 'accepted', 'declined', 'lapsed', 'withdrawn', 'too_late')),
  constraint capacity_wait_offer check ((state in ('offered', 'accepted')) = (claim_id is not null)));
create unique index capacity_wait_once on capacity_wait (holder_id, resource_id, start_min, end_min) where state in ('waiting', 'offered');
create table capacity_wait_on (            -- everything a freed unit of which may help a waiting entry
  wait_id bytes not null, resource_id bytes not null,
  constraint capacity_wait_on_key primary key (resource_id, wait_id));
create index capacity_wait_cut_off on capacity_wait (cut_off_us) where state = 'waiting';
create index capacity_wait_of_claim on capacity_wait (claim_id) where claim_id is not null;
create table capacity_refused (            -- demand that was turned away, no person in it
  centre_id int8 not null, kind text not null, day text not null, hour int8 not null, code text not null, channel text not null, n int8 not null,
  constraint capacity_refused_key primary key (centre_id, kind, day, hour, code, channel));
create table capacity_pass (               -- what opens a booking without an account: a token on the phone, a code at the desk
  token_hash bytes not null, code8 text not null, centre_id int8 not null, claim_id bytes, wait_id bytes, label text not null, made_at_us int8 not null,
  constraint capacity_pass_key primary key (token_hash),
  constraint capacity_pass_code unique (centre_id, code8),
  constraint capacity_pass_one check ((claim_id is null) <> (wait_id is null)));
create index capacity_pass_of_claim on capacity_pass (claim_id) where claim_id is not null;
