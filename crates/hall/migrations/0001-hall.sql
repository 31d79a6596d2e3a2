-- Service items: versions, where they are done, papers, life events, search words, what was not found.

-- body = the item as JSON, what the program reads; typed = its file as somebody wrote it, what an editor sees and export writes.
-- rev counts the edits of a draft. A version that is not a draft is never edited: only its state moves, and replaced_at_us when the next one is published.
create table hall_item (
  code text not null, version int8 not null, rev int8 not null, state text not null, class text not null,
  plain_zh text not null, plain_en text not null, short_zh text not null, short_en text not null, body text not null, typed text not null,
  made_at_us int8 not null, made_by text not null, published_at_us int8, asked_by text, agreed_by text, alone_why text,
  state_at_us int8 not null, state_why text, successor text, replaced_at_us int8,
  constraint hall_item_key primary key (code, version),
  constraint hall_item_state check (state in ('draft', 'published', 'suspended', 'withdrawn')),
  constraint hall_item_class check (class in ('A', 'B', 'C')),
  constraint hall_item_published check ((state = 'draft') = (published_at_us is null)),
  constraint hall_item_two check (agreed_by is null or agreed_by <> asked_by),
  constraint hall_item_agreed check (state = 'draft' or agreed_by is not null or alone_why is not null),
  constraint hall_item_successor check (successor is null or (state = 'withdrawn' and successor <> code)));
create unique index hall_item_one_draft on hall_item (code) where state = 'draft';
create unique index hall_item_one_current on hall_item (code) where state <> 'draft' and replaced_at_us is null;

-- centre_id 0 = every centre that has the line; made from body with every edit
create table hall_offer (
  code text not null, version int8 not null, centre_id int8 not null, line text not null, bookable int8 not null, typical_min int8 not null,
  constraint hall_offer_key primary key (code, version, centre_id),
  constraint hall_offer_item foreign key (code, version) references hall_item (code, version));
create index hall_offer_centre on hall_offer (centre_id);

create table hall_document (
  document text not null, name_zh text not null, name_en text not null, who_issues text not null, form text not null, reusable int8 not null,
  constraint hall_document_key primary key (document),
  constraint hall_document_form check (form in ('original', 'copy', 'electronic', 'reader')));

-- items: codes separated by a space, in the order in which one does them
create table hall_event (
  event text not null, place int8 not null, name_zh text not null, name_en text not null, items text not null,
  constraint hall_event_key primary key (event));

create table hall_synonym (
  word text not null, other text not null, way text not null, note text not null, source text not null,
  constraint hall_synonym_key primary key (word, other),
  constraint hall_synonym_way check (way in ('both', 'one')));

-- questions without an answer, counted; no person, and nothing that may be one (at most 40 characters, no run of 6 digits)
create table hall_miss (
  day text not null, asked text not null, n int8 not null,
  constraint hall_miss_key primary key (day, asked),
  constraint hall_miss_n check (n > 0));

-- one row: turned with every change that the catalogue in memory must follow
create table hall_turn (
  one int8 not null, n int8 not null,
  constraint hall_turn_key primary key (one),
  constraint hall_turn_one check (one = 1));
