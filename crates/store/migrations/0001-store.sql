-- The tables of store: one-time keys, the journal and its chains, how far a reaction has heard.

create table store_answer (
  once bytes not null, body_hash bytes not null, status int8 not null, headers text not null, body bytes not null,
  made_at_us int8 not null, expires_at_us int8 not null,
  constraint store_answer_key primary key (once));
create index store_answer_expiring on store_answer (expires_at_us);

-- chain = a centre's register number, 0 = the district
create table store_chain (
  chain int8 not null, seq int8 not null, hash bytes not null,
  constraint store_chain_key primary key (chain));

-- append only: the engine files add the guards
create table store_journal (
  chain int8 not null, seq int8 not null, at_us int8 not null, actor_kind text not null, actor text not null, role text not null, device_id bytes,
  action text not null, object_kind text not null, object text not null, subject bytes, purpose text, outcome text not null,
  told text not null, once bytes, trace text not null, prev_hash bytes not null, hash bytes not null,
  constraint store_journal_key primary key (chain, seq),
  constraint store_journal_outcome check (outcome in ('ok', 'refused', 'fault')));

create table store_cursor (
  reaction text not null, chain int8 not null, seq int8 not null,
  constraint store_cursor_key primary key (reaction, chain));
