-- Courses (课程). Places are cells of `capacity`: no column here counts them (VE1). Days are text, minutes are whole minutes since 1970 UTC or after midnight.

create table venues_course (
  course_id bytes not null, centre_id int8 not null, code text not null, title_zh text not null, title_en text not null, kind text not null,
  text_zh text not null, text_en text not null, teacher text not null, teacher_login text, age_min int8, age_max int8,
  term_from text not null, term_to text not null,
  weekday int8 not null,                   -- 0 = Monday … 6 = Sunday
  from_min int8 not null, to_min int8 not null, -- minutes after midnight
  lessons int8 not null,
  least int8 not null,                     -- fewer people than this and it does not begin
  admission text not null, enrol_from text not null, enrol_until text not null,
  room text,                               -- code of a resource of the centre
  state text not null, resource_id bytes not null, starts_min int8 not null, ends_min int8 not null,
  lot_commitment bytes, lot_secret bytes, drawn_at_us int8,
  sure_at_us int8,                         -- enough people had joined: it takes place
  ended_why text,
  constraint venues_course_key primary key (course_id),
  constraint venues_course_once unique (centre_id, code),
  constraint venues_course_state check (state in ('draft', 'published', 'enrolling', 'running', 'done', 'not_started', 'cancelled')),
  constraint venues_course_admission check (admission in ('order', 'lot')),
  constraint venues_course_why check ((state in ('cancelled', 'not_started')) = (ended_why is not null)),
  constraint venues_course_term check (term_from <= term_to and from_min < to_min));
create table venues_lesson (               -- one date of a course (课次)
  lesson_id bytes not null, course_id bytes not null, lesson_no int8 not null, start_min int8 not null, end_min int8 not null, state text not null,
  why text,                                -- why it does not take place, or was moved
  said text,                               -- why it is held on a holiday
  moved_from_min int8, room_claim_id bytes,
  constraint venues_lesson_key primary key (lesson_id),
  constraint venues_lesson_once unique (course_id, lesson_no),
  constraint venues_lesson_state check (state in ('planned', 'held', 'cancelled')),
  constraint venues_lesson_why check ((state <> 'cancelled' and moved_from_min is null) or why is not null),
  constraint venues_lesson_span check (start_min < end_min));
create index venues_lesson_by_time on venues_lesson (start_min);
create table venues_enrolment (            -- who is in a course, or waits for it; where it stands is the claim's or the waiting entry's to say
  enrolment_id bytes not null, course_id bytes not null, person_id bytes not null, label text not null, birth_year int8,
  claim_id bytes, wait_id bytes, made_at_us int8 not null,
  left_at_us int8,                         -- they left after it had begun; before that their claim says so
  constraint venues_enrolment_key primary key (enrolment_id),
  constraint venues_enrolment_one check ((claim_id is null) <> (wait_id is null)),
  constraint venues_enrolment_claim unique (claim_id),
  constraint venues_enrolment_wait unique (wait_id));
create index venues_enrolment_of_course on venues_enrolment (course_id, person_id);
create table venues_application (          -- a wish that takes part in a lot (抽签报名)
  application_id bytes not null, course_id bytes not null, person_id bytes not null, label text not null, birth_year int8,
  code text not null, token_hash bytes not null, made_at_us int8 not null, withdrawn_at_us int8,
  drawn_no int8,                           -- place in the drawn order, from 1
  enrolment_id bytes,                      -- what it led to; null: not drawn, or the waiting list was full
  constraint venues_application_key primary key (application_id),
  constraint venues_application_code unique (course_id, code),
  constraint venues_application_token unique (token_hash),
  constraint venues_application_withdrawn check (withdrawn_at_us is null or drawn_no is null));
create unique index venues_application_once on venues_application (course_id, person_id) where withdrawn_at_us is null;
create table venues_roll (                 -- who was there (点名)
  lesson_id bytes not null, enrolment_id bytes not null, mark text not null, at_us int8 not null, marked_by text not null,
  constraint venues_roll_key primary key (lesson_id, enrolment_id),
  constraint venues_roll_mark check (mark in ('present', 'late', 'excused', 'absent')));
