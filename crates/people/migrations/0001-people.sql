-- Who may do what: accounts, passwords, one-time links, tries, sessions, grants, two-person requests.

-- state_at_us: since when it is in this state, for the walk of who could have agreed (PE3)
create table people_account (
  account_id bytes not null, organisation_id bytes, kind text not null, login text not null, shown text not null, lang text not null,
  state text not null, state_why text, state_at_us int8 not null, made_at_us int8 not null, made_by text not null, version int8 not null,
  constraint people_account_key primary key (account_id),
  constraint people_login_once unique (login),
  constraint people_account_kind check (kind in ('staff', 'resident')),
  constraint people_account_lang check (lang in ('zh', 'en')),
  constraint people_account_state check (state in ('invited', 'active', 'locked', 'left')));

create table people_password (
  account_id bytes not null, phc text not null, set_at_us int8 not null,
  constraint people_password_key primary key (account_id),
  constraint people_password_hashed check (substr(phc, 1, 10) = '$argon2id$'));

-- set-up, invitation, reset: one-time codes, hashes only
create table people_link (
  code_hash bytes not null, kind text not null, account_id bytes, made_by text not null, until_us int8 not null, used_at_us int8,
  constraint people_link_key primary key (code_hash),
  constraint people_link_kind check (kind in ('setup', 'invite', 'reset')),
  constraint people_link_of check ((kind = 'setup') = (account_id is null)));
create index people_link_of_account on people_link (account_id) where used_at_us is null;

-- failures per (login, address), per login, and at set-up; the subject is a keyed hash
create table people_try (
  kind text not null, subject bytes not null, fails int8 not null, since_us int8 not null, blocked_until_us int8,
  constraint people_try_key primary key (kind, subject),
  constraint people_try_kind check (kind in ('pair', 'login', 'setup')));

create table people_session (
  id_hash bytes not null, account_id bytes not null, device_id bytes, made_at_us int8 not null, seen_at_us int8 not null,
  step_up_until_us int8, locked_at_us int8, ends_at_us int8 not null, ended_at_us int8, ended_why text,
  constraint people_session_key primary key (id_hash),
  constraint people_session_ended check ((ended_at_us is null) = (ended_why is null)),
  constraint people_session_why check (ended_why is null or ended_why in ('logout', 'idle', 'absolute', 'role', 'password', 'revoke', 'left')));
create index people_session_of on people_session (account_id) where ended_at_us is null;
create index people_session_over on people_session (ends_at_us);

create table people_grant (
  grant_id bytes not null, account_id bytes not null, role text not null, centre_id int8 not null, organisation_id bytes,
  from_us int8 not null, until_us int8 not null, asked_by text not null, agreed_by text, alone_why text, reason text not null,
  state text not null, ended_at_us int8,
  constraint people_grant_key primary key (grant_id),
  constraint people_grant_span check (from_us < until_us),
  constraint people_grant_two check (agreed_by is null or agreed_by <> asked_by),
  constraint people_grant_ended check ((ended_at_us is null) = (state in ('asked', 'active'))),
  constraint people_grant_state check (state in ('asked', 'active', 'refused', 'expired', 'revoked')));
create unique index people_grant_once on people_grant (account_id, role, centre_id, coalesce(organisation_id, account_id)) where state in ('asked', 'active');
create index people_grant_due on people_grant (until_us) where state in ('asked', 'active');
create index people_grant_holders on people_grant (role) where state = 'active';

-- duty: who holds it, or people.agree, may agree
create table people_two (
  two_id bytes not null, action text not null, object text not null, command text not null, reason text not null, duty text not null,
  asked_by text not null, asked_at_us int8 not null, agreed_by text, alone_why text, until_us int8 not null, state text not null,
  constraint people_two_key primary key (two_id),
  constraint people_two_other check (agreed_by is null or agreed_by <> asked_by),
  constraint people_two_agreed check (state not in ('agreed', 'done') or agreed_by is not null or alone_why is not null),
  constraint people_two_state check (state in ('asked', 'agreed', 'done', 'refused', 'lapsed')));
create index people_two_open on people_two (asked_at_us) where state in ('asked', 'agreed');
