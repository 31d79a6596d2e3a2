-- Safe pick-up: who may collect a child, who may not, every stay and every handing over. `rev` counts the changes of one child: the order of what is decided.

create table venues_child (
  child_id bytes not null, centre_id int8 not null,  -- where it was registered
  name text not null, birth_year int8 not null,
  guardian text not null,                  -- as the child calls them: 妈妈
  allergies text not null,                 -- empty: none
  verified_with text not null, verified_by text not null,
  alone_at_us int8,                        -- since when it may leave alone, by the guardian's paper
  rev int8 not null, made_at_us int8 not null,
  constraint venues_child_key primary key (child_id),
  constraint venues_child_verified check (verified_with in ('hukou', 'birth_certificate', 'court')));
create index venues_child_of_centre on venues_child (centre_id, name);
create index venues_child_named on venues_child (name, birth_year);
create table venues_pickup_pass (          -- what opens the guardian's page
  token_hash bytes not null, code8 text not null, child_id bytes not null, made_at_us int8 not null, ended_at_us int8,
  constraint venues_pickup_pass_key primary key (token_hash),
  constraint venues_pickup_pass_code unique (code8));
create index venues_pickup_pass_of_child on venues_pickup_pass (child_id);
create table venues_authority (
  authority_id bytes not null, child_id bytes not null, name text not null, tail text not null,
  weekdays int8 not null,                  -- bit 0 Monday … bit 6 Sunday
  once_on text,                            -- this day only
  granted_by text not null, granted_at_us int8 not null, granted_rev int8 not null, withdrawn_by text, withdrawn_at_us int8, withdrawn_rev int8,
  constraint venues_authority_key primary key (authority_id),
  constraint venues_authority_days check (weekdays between 0 and 127 and (weekdays = 0) = (once_on is not null)),
  constraint venues_authority_end check ((withdrawn_at_us is null) = (withdrawn_rev is null)));
create index venues_authority_of_child on venues_authority (child_id);
create table venues_block (                -- beats every authority; why stands apart
  block_id bytes not null, child_id bytes not null, name text not null, tail text not null, set_by text not null, set_at_us int8 not null, set_rev int8 not null,
  until_us int8, ended_by text, ended_at_us int8, ended_rev int8,
  constraint venues_block_key primary key (block_id),
  constraint venues_block_end check ((ended_at_us is null) = (ended_rev is null)),
  constraint venues_block_second check (ended_by is null or ended_by <> set_by));
create index venues_block_of_child on venues_block (child_id);
create table venues_block_why (            -- read by `venues.block` only
  block_id bytes not null, reason text not null, evidence text not null, note text not null, end_reason text,
  constraint venues_block_why_key primary key (block_id),
  constraint venues_block_why_reason check (reason in ('court', 'guardianship', 'safety', 'other')));
create table venues_stay (
  stay_id bytes not null, centre_id int8 not null, child_id bytes not null,
  label text not null,                     -- the class or activity as the teacher calls it
  from_us int8 not null, to_us int8 not null, session text, state text not null, dropped_by text, dropped_at_us int8,
  ack_by text,                             -- who acknowledged the allergies
  code_hash text, tries int8 not null, locked_at_us int8, called_at_us int8, late_at_us int8, escalated_at_us int8,
  over_at_us int8,                         -- still here after the house had shut
  alerted_at_us int8, ended_at_us int8, ended_by text, note text,
  permit_us int8,                          -- of who left alone: since when it was allowed
  made_at_us int8 not null,
  constraint venues_stay_key primary key (stay_id),
  constraint venues_stay_state check (state in ('expected', 'in_care', 'called', 'late', 'escalated', 'handed_over', 'left_alone', 'to_authority', 'not_brought')),
  constraint venues_stay_window check (from_us < to_us),
  constraint venues_stay_dropped check ((state in ('expected', 'not_brought')) = (dropped_at_us is null)),
  constraint venues_stay_code check ((dropped_at_us is null) = (code_hash is null)),
  constraint venues_stay_ended check ((state in ('handed_over', 'left_alone', 'to_authority', 'not_brought')) = (ended_at_us is not null)));
create unique index venues_stay_once on venues_stay (child_id) where state in ('in_care', 'called', 'late', 'escalated');
create index venues_stay_live on venues_stay (centre_id, to_us) where ended_at_us is null;
create index venues_stay_of_day on venues_stay (centre_id, from_us);
create index venues_stay_of_child on venues_stay (child_id, from_us);
create table venues_stay_step (            -- every transition, append only
  stay_id bytes not null, step_no int8 not null, action text not null, from_state text, to_state text not null, at_us int8 not null, actor text not null,
  constraint venues_stay_step_key primary key (stay_id, step_no));
create table venues_code_try (             -- every code that was looked at and was wrong
  stay_id bytes not null, try_no int8 not null, authority_id bytes not null, at_us int8 not null, rev int8 not null,
  constraint venues_code_try_key primary key (stay_id, try_no));
create table venues_handover (             -- once a stay, for good
  stay_id bytes not null, authority_id bytes not null, means text not null, code_hash text, staff text not null, staff_name text not null, at_us int8 not null, rev int8 not null,
  constraint venues_handover_key primary key (stay_id),
  constraint venues_handover_means check (means in ('code', 'card')),
  constraint venues_handover_code check ((means = 'code') = (code_hash is not null)));
create table venues_pickup_close (         -- the day's end of a centre: nobody is in care
  centre_id int8 not null, day text not null, closed_by text not null, at_us int8 not null,
  constraint venues_pickup_close_key primary key (centre_id, day));
create table venues_concern (              -- suspected harm; never deleted; read by `venues.block` only
  concern_id bytes not null, centre_id int8 not null, child_id bytes not null, what text not null, state text not null, opened_by text not null, opened_at_us int8 not null,
  authority text, report_no text, reported_by text, reported_at_us int8, outcome text, closed_by text, closed_at_us int8,
  constraint venues_concern_key primary key (concern_id),
  constraint venues_concern_state check (state in ('open', 'reported', 'closed')));
create index venues_concern_of_centre on venues_concern (centre_id, opened_at_us);
