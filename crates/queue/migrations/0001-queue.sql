-- The line of a centre. Leases of numbers for devices (hall §13) come later with their tables and columns.

create table queue_setting (               -- a figure of `Limits` overridden; centre 0 = the district; the newest not after `now` counts
  centre_id int8 not null, name text not null, from_us int8 not null, value int8 not null, source text not null, set_by text not null,
  constraint queue_setting_key primary key (centre_id, name, from_us));
create table queue_class (
  code text not null, name_zh text not null, name_en text not null, credit_min int8 not null, from_age int8, evidence text not null, source text not null,
  constraint queue_class_key primary key (code),
  constraint queue_class_credit check (credit_min between 0 and 240));
create table queue_line (                  -- several may share a prefix, hence one number sequence
  line_id bytes not null, centre_id int8 not null, code text not null, prefix text not null, class text not null,
  name_zh text not null, name_en text not null, zone text not null, last_issue_min int8 not null, remote_share_pct int8 not null, typical_min int8 not null,
  closed_at_us int8, closed_why text,
  constraint queue_line_key primary key (line_id),
  constraint queue_line_once unique (centre_id, code),
  constraint queue_line_share check (remote_share_pct between 0 and 100),
  constraint queue_line_closed check ((closed_at_us is null) = (closed_why is null)));
create table queue_skill (counter_id bytes not null, line_id bytes not null, rank int8 not null, help_after_s int8 not null,
  constraint queue_skill_key primary key (counter_id, line_id),
  constraint queue_skill_rank check (rank in (1, 2)),
  constraint queue_skill_line foreign key (line_id) references queue_line (line_id));

create table queue_session (               -- a counter at work; "serving" is read from its ticket
  session_id bytes not null, centre_id int8 not null, counter_id bytes not null, number int8 not null, zone text not null, account_id bytes not null,
  state text not null, reason text, back_at_us int8, opened_at_us int8 not null, closed_at_us int8,
  constraint queue_session_key primary key (session_id),
  constraint queue_session_state check (state in ('open', 'paused', 'closing', 'closed')),
  constraint queue_session_paused check ((state = 'paused') = (reason is not null)),
  constraint queue_session_closed check ((state = 'closed') = (closed_at_us is not null)));
create unique index queue_counter_one_session on queue_session (counter_id) where closed_at_us is null;
create unique index queue_clerk_one_session on queue_session (account_id) where closed_at_us is null;
create index queue_session_open on queue_session (centre_id) where closed_at_us is null;
create table queue_session_line (          -- the lines it serves: the counter's skills as chosen at opening
  session_id bytes not null, line_id bytes not null, rank int8 not null, help_after_s int8 not null,
  constraint queue_session_line_key primary key (session_id, line_id),
  constraint queue_session_line_rank check (rank in (1, 2)),
  constraint queue_session_line_of foreign key (session_id) references queue_session (session_id));

create table queue_day (centre_id int8 not null, day text not null, prefix text not null, last_no int8 not null,
  constraint queue_day_key primary key (centre_id, day, prefix));
create table queue_visit (
  visit_id bytes not null, centre_id int8 not null, day text not null, prefix text not null, number int8 not null,
  code8 text not null, token_hash bytes not null, person_id bytes, proxy_id bytes, class text not null, channel text not null,
  device_id bytes, browser_hash bytes, trip_id bytes, issued_at_us int8 not null, arrived_at_us int8, seq int8 not null, state text not null, ended_at_us int8,
  constraint queue_visit_key primary key (visit_id),
  constraint queue_number_once unique (centre_id, day, prefix, number),
  constraint queue_code_once unique (day, code8, centre_id),
  constraint queue_token_once unique (token_hash),
  constraint queue_visit_channel check (channel in ('kiosk', 'phone', 'desk', 'guide')),
  constraint queue_visit_state check (state in ('open', 'done', 'left', 'expired', 'void')),
  constraint queue_visit_ended check ((state = 'open') = (ended_at_us is null)));
create index queue_visit_open on queue_visit (day, centre_id) where state = 'open';
create index queue_visit_browser on queue_visit (browser_hash, centre_id) where state = 'open' and browser_hash is not null;

create table queue_ticket (
  ticket_id bytes not null, visit_id bytes not null, centre_id int8 not null, leg_no int8 not null, line_id bytes not null, item_code text,
  appointment_id bytes, class text not null, base_us int8 not null, credit_s int8 not null, key_us int8 not null, here_us int8, passed int8 not null,
  calls int8 not null, rejoins int8 not null, defers int8 not null, transfers int8 not null,
  state text not null, state_at_us int8 not null, state_why text, counter_id bytes,
  called_at_us int8, serving_at_us int8, inferred_at_us int8, ended_at_us int8,
  outcome text, done_item text, done_count int8,
  -- the first range, written by the insert alone: frozen when shown (H9)
  shown_at_us int8 not null, shown_line_id bytes not null, shown_ahead int8 not null, shown_lo int8, shown_hi int8, shown_method text not null, predicted_s int8,
  version int8 not null,
  constraint queue_ticket_key primary key (ticket_id),
  constraint queue_leg_once unique (visit_id, leg_no),
  constraint queue_ticket_leg check (leg_no >= 1),
  constraint queue_ticket_place check (key_us = base_us - credit_s * 1000000),
  constraint queue_ticket_state check (state in ('waiting', 'called', 'serving', 'parked', 'missed', 'done', 'left', 'cancelled', 'expired', 'void')),
  constraint queue_at_counter check ((state in ('called', 'serving')) = (counter_id is not null)),
  constraint queue_ticket_ended check ((state in ('done', 'left', 'cancelled', 'expired', 'void')) = (ended_at_us is not null)),
  constraint queue_ticket_outcome check ((state = 'done') = (outcome is not null)),
  constraint queue_ticket_of_visit foreign key (visit_id) references queue_visit (visit_id),
  constraint queue_ticket_of_line foreign key (line_id) references queue_line (line_id));
create unique index queue_counter_serves_one on queue_ticket (counter_id) where state in ('called', 'serving');
create unique index queue_visit_one_place on queue_ticket (visit_id) where state in ('called', 'serving');
create index queue_ticket_by_key on queue_ticket (line_id, key_us, ticket_id) where state = 'waiting';
create index queue_ticket_by_base on queue_ticket (line_id, base_us, ticket_id) where state = 'waiting';
-- not `passed >= 12`: the cap is a setting, and few are ever passed
create index queue_ticket_passed on queue_ticket (line_id, base_us, ticket_id) where state = 'waiting' and passed > 0;
create index queue_ticket_booked on queue_ticket (line_id, base_us, ticket_id) where state = 'waiting' and class = 'booked';
create index queue_ticket_away on queue_ticket (line_id, ticket_id) where state = 'waiting' and here_us is null;
create index queue_ticket_between on queue_ticket (centre_id, state) where state in ('called', 'serving', 'parked', 'missed');
create index queue_ticket_served on queue_ticket (line_id, ended_at_us) where state = 'done';

create table queue_step (                  -- every transition after the issue, append only; step_no = the ticket's version after it
  ticket_id bytes not null, step_no int8 not null, centre_id int8 not null, seq int8 not null, at_us int8 not null, action text not null,
  from_state text not null, to_state text not null, line_id bytes not null, base_us int8 not null, key_us int8 not null, actor text not null,
  counter_id bytes, session_id bytes,
  why text,                                -- of a call: rule, figures and the lines this counter could serve; else the reason
  constraint queue_step_key primary key (ticket_id, step_no));
create index queue_step_calls on queue_step (centre_id, at_us) where action in ('call', 'override', 'recall');
create index queue_step_turns on queue_step (line_id, at_us) where action in ('call', 'override');
create table queue_override (
  ticket_id bytes not null, step_no int8 not null, centre_id int8 not null, account_id bytes not null, reason text not null, by_rule bytes, passed_over int8 not null, at_us int8 not null,
  constraint queue_override_key primary key (ticket_id, step_no));
create index queue_override_at on queue_override (centre_id, at_us);
create table queue_help (
  help_id bytes not null, centre_id int8 not null, place text not null, device_id bytes, counter_id bytes, at_us int8 not null, answered_by text, answered_at_us int8,
  constraint queue_help_key primary key (help_id),
  constraint queue_help_answered check ((answered_by is null) = (answered_at_us is null)));
create index queue_help_open on queue_help (centre_id, at_us) where answered_at_us is null;
create table queue_stat (                  -- made again each minute from finished tickets; sixteen zero bytes = the whole centre
  centre_id int8 not null, line_id bytes not null, mean_ms int8, served int8 not null, q10_pm int8 not null, q90_pm int8 not null, ratios int8 not null,
  scored int8 not null, covered int8 not null, made_at_us int8 not null,
  constraint queue_stat_key primary key (centre_id, line_id));
