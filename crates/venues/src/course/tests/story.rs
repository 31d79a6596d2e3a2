//! What people do, step by step, on both engines.

use std::collections::BTreeMap;

use capacity::{State as ClaimState, api as ledger};
use kernel::{EnrolmentId, No};
use store::{Store, testing};

use super::world::*;
use crate::course::{Admission, LessonState, Mark, Plan, State, api, api::Standing, rows};

fn both(f: impl Fn(&Store)) {
    for (engine, store) in testing::both(MIGRATIONS) {
        eprintln!("{engine}");
        district(&store);
        f(&store);
    }
}
fn enrol(store: &Store, now: kernel::Instant, course: kernel::CourseId, n: u8, wait: bool) -> Result<crate::course::Enrolment, No> {
    act(store, now, move |tx, m, dice| {
        let token = dice.throw();
        api::enrol(tx, course, &who(n), token, wait, m, dice).map(|(e, _)| e)
    })
}
fn stands(store: &Store, id: EnrolmentId) -> Standing {
    store
        .read_blocking(move |tx| {
            let e = rows::enrolment::one(tx, id)?.unwrap();
            api::standing(tx, &e)
        })
        .unwrap()
}

#[test]
fn a_course_fills_waits_hands_on_runs_and_ends() {
    both(|store| {
        let c = course(store, plan("taichi", Admission::Order), 2);
        let lessons = store.read_blocking(move |tx| Ok(rows::lesson::of_course(tx, c.id)?)).unwrap();
        let days: Vec<String> = lessons.iter().map(|l| zone().rfc3339(kernel::Instant::from_minute(l.start))[..16].to_owned()).collect();
        assert_eq!((days.len(), days[0].as_str(), days[3].as_str(), days[4].as_str()), (10, "2026-09-03T19:00", "2026-09-24T19:00", "2026-10-08T19:00"));
        assert_eq!(code(enrol(store, at("2026-08-09T23:59"), c.id, 1, false)), "course.not_yet");
        let first = enrol(store, august(), c.id, 1, false).unwrap();
        assert_eq!(code(enrol(store, august(), c.id, 1, false)), "course.twice");
        assert_eq!(code(enrol(store, august(), c.id, 2, true)), "wait.not_full");
        let second = enrol(store, august(), c.id, 2, false).unwrap();
        assert_eq!(code(enrol(store, august(), c.id, 3, false)), "course.full");
        let third = enrol(store, august(), c.id, 3, true).unwrap();
        let fourth = enrol(store, august().plus_s(60), c.id, 4, true).unwrap();
        assert_eq!((stands(store, third.id), stands(store, fourth.id)), (Standing::Waiting(1), Standing::Waiting(2)));
        proved(store, august().plus_s(60));
        // The first leaves: the place is held for who waits longest.
        let claim = first.claim.unwrap();
        act(store, august().plus_s(120), move |tx, m, dice| ledger::cancel(tx, claim, "p:1", false, None, m, dice)).unwrap();
        assert_eq!((stands(store, first.id), stands(store, third.id), stands(store, fourth.id)), (Standing::Out, Standing::Offered, Standing::Waiting(1)));
        let offer = store.read_blocking(move |tx| ledger::waiting(tx, third.wait.unwrap())).unwrap().claim.unwrap();
        act(store, august().plus_s(180), move |tx, m, _| ledger::accept(tx, offer, "p:3", m)).unwrap();
        assert_eq!(stands(store, third.id), Standing::In);
        // Who left may come again, and waits.
        enrol(store, august().plus_s(240), c.id, 1, true).unwrap();
        proved(store, august().plus_s(240));
        assert_eq!(code(enrol(store, at("2026-08-26T00:00"), c.id, 5, true)), "course.closed");
        // Enough people: it takes place, begins, and ends.
        let advanced = act(store, at("2026-08-31T00:01"), move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap();
        assert!(advanced.sure.is_some() && advanced.state == State::Enrolling);
        let begun = at("2026-09-03T19:00");
        act(store, begun, |tx, m, dice| ledger::settle(tx, centre(), m, dice)).unwrap();
        assert_eq!(act(store, begun, move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap().state, State::Running);
        assert_eq!((stands(store, second.id), stands(store, fourth.id)), (Standing::In, Standing::Out), "who waited until it began did not get in");
        let later = at("2026-11-05T20:00");
        act(store, later, |tx, m, dice| ledger::settle(tx, centre(), m, dice)).unwrap();
        let claim = second.claim.unwrap();
        assert_eq!(store.read_blocking(move |tx| ledger::claim(tx, claim)).unwrap().state, ClaimState::CheckedIn, "a term is not one missed hour");
        proved(store, later);
        let over = at("2026-12-20T00:00");
        assert_eq!(act(store, over, move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap().state, State::Done);
        assert_eq!(stands(store, second.id), Standing::Done);
        proved(store, over);
    });
}

#[test]
fn too_few_people_and_it_does_not_begin() {
    both(|store| {
        let c = course(store, Plan { least: 3, room: Some("studio".into()), ..plan("few", Admission::Order) }, 5);
        let one = enrol(store, august(), c.id, 1, false).unwrap();
        enrol(store, august(), c.id, 2, false).unwrap();
        let before = at("2026-08-30T23:59");
        assert_eq!(act(store, before, move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap().state, State::Enrolling);
        let decided = at("2026-08-31T00:00");
        let ended = act(store, decided, move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap();
        assert_eq!((ended.state, ended.why.is_some()), (State::NotStarted, true));
        assert_eq!(stands(store, one.id), Standing::Out);
        let rooms = store.read_blocking(move |tx| ledger::claims_for(tx, api::ROOM, &c.id.to_string())).unwrap();
        assert!(rooms.len() == 10 && rooms.iter().all(|r| r.state == ClaimState::Cancelled), "its room is free again");
        proved(store, decided);
        assert_eq!(code(enrol(store, decided, c.id, 3, false)), "course.closed");
    });
}

#[test]
fn a_cancelled_course_says_why_and_holds_nobody() {
    both(|store| {
        let c = course(store, Plan { least: 1, ..plan("gone", Admission::Order) }, 1);
        let one = enrol(store, august(), c.id, 1, false).unwrap();
        let two = enrol(store, august(), c.id, 2, true).unwrap();
        let three = enrol(store, august(), c.id, 3, true).unwrap();
        assert_eq!(code(act(store, august(), move |tx, m, dice| api::cancel(tx, c.id, " ", m, dice))), "course.why");
        let now = august().plus_s(60);
        act(store, now, move |tx, m, dice| api::cancel(tx, c.id, "老师生病", m, dice)).unwrap();
        assert!([one.id, two.id, three.id].iter().all(|e| stands(store, *e) == Standing::Out), "nobody is offered what is gone");
        assert_eq!(code(act(store, now, move |tx, m, dice| api::cancel(tx, c.id, "再来", m, dice))), "course.ended");
        proved(store, now);
    });
}

#[test]
fn conflicts_of_the_room_are_listed_and_none_is_dropped() {
    both(|store| {
        let first = course(store, Plan { room: Some("studio".into()), ..plan("first", Admission::Order) }, 5);
        let clashing = Plan { room: Some("studio".into()), from_min: 1_200, to_min: 1_260, ..plan("second", Admission::Order) };
        let now = at("2026-08-01T10:00");
        let draft = act(store, now, move |tx, m, dice| api::draft(tx, &clashing, 5, m, dice)).unwrap();
        let (id, asked) = (draft.id, draft.clone());
        let preview = store.read_blocking(move |tx| api::preview(tx, &asked, &[], moment(now))).unwrap();
        assert_eq!((preview.dates.len(), preview.dates.iter().filter(|d| d.clash.is_some()).count()), (10, 10));
        assert_eq!(preview.skipped.iter().map(|s| (s.day.to_string(), s.why.zh.clone())).collect::<Vec<_>>(), [("2026-10-01".to_owned(), "国庆节".to_owned())]);
        assert_eq!(code(act(store, now, move |tx, m, dice| api::publish(tx, id, &[], "s:1", m, dice))), "course.conflicts");
        // A date of the first course is cancelled: the list is shorter by one, and what is left out is said.
        let lessons = store.read_blocking(move |tx| Ok(rows::lesson::of_course(tx, first.id)?)).unwrap();
        let gone = lessons[2].id;
        act(store, now, move |tx, m, dice| api::cancel_lesson(tx, gone, "停电", "s:1", m, dice)).unwrap();
        let asked = draft.clone();
        let preview = store.read_blocking(move |tx| api::preview(tx, &asked, &[day("2026-09-03")], moment(now))).unwrap();
        assert_eq!(preview.dates.iter().filter(|d| d.clash.is_some()).count(), 8, "ten dates: one free by the cancellation, one new after the others");
        assert_eq!(preview.skipped.len(), 2);
        // Moving takes the room along, or nothing moves.
        let moved = lessons[1].id;
        let busy = act(store, now, move |tx, m, dice| api::move_lesson(tx, moved, day("2026-09-03"), Some(1_200), "老师有事", None, "s:1", m, dice));
        assert_eq!(code(busy), "slot.gone");
        assert_eq!(
            code(act(store, now, move |tx, m, dice| api::move_lesson(tx, moved, day("2026-10-02"), None, "老师有事", None, "s:1", m, dice))),
            "lesson.holiday"
        );
        assert_eq!(
            code(act(store, now, move |tx, m, dice| api::move_lesson(tx, moved, day("2026-12-25"), None, "老师有事", None, "s:1", m, dice))),
            "lesson.term"
        );
        let there =
            act(store, now, move |tx, m, dice| api::move_lesson(tx, moved, day("2026-10-02"), None, "老师有事", Some("大家都同意"), "s:1", m, dice)).unwrap();
        assert_eq!((there.moved_from, there.said.as_deref()), (Some(lessons[1].start), Some("大家都同意")));
        proved(store, now);
        // Another course may have the evening that became free.
        let one = Plan { lessons: 1, term: (day("2026-09-10"), day("2026-09-10")), room: Some("studio".into()), ..plan("third", Admission::Order) };
        course(store, one, 3);
        proved(store, now);
    });
}

#[test]
fn a_class_in_its_room_is_no_missed_booking() {
    both(|store| {
        let c = course(store, Plan { room: Some("studio".into()), ..plan("room", Admission::Order) }, 5);
        let lesson = store.read_blocking(move |tx| Ok(rows::lesson::of_course(tx, c.id)?)).unwrap().remove(0);
        let tick = |text: &str| {
            let now = at(text);
            act(store, now, |tx, m, dice| ledger::settle(tx, centre(), m, dice)).unwrap();
            for due in store.read_blocking(move |tx| api::rooms(tx, moment(now))).unwrap() {
                act(store, now, move |tx, m, dice| api::room(tx, due, m, dice)).unwrap();
            }
            store.read_blocking(move |tx| ledger::claim(tx, lesson.room.unwrap())).unwrap().state
        };
        assert_eq!(tick("2026-09-03T19:01"), ClaimState::CheckedIn);
        assert_eq!(tick("2026-09-03T20:29"), ClaimState::CheckedIn);
        assert_eq!(tick("2026-09-03T20:31"), ClaimState::Done);
    });
}

#[test]
fn the_roll_is_of_those_in_the_course() {
    both(|store| {
        let c = course(store, plan("roll", Admission::Order), 2);
        let (one, two) = (enrol(store, august(), c.id, 1, false).unwrap(), enrol(store, august(), c.id, 2, false).unwrap());
        let waits = enrol(store, august(), c.id, 3, true).unwrap();
        let lesson = store.read_blocking(move |tx| Ok(rows::lesson::of_course(tx, c.id)?)).unwrap()[0].id;
        let mark = |now: &str, marks: Vec<(EnrolmentId, Mark)>| {
            let marks: BTreeMap<EnrolmentId, Mark> = marks.into_iter().collect();
            act(store, at(now), move |tx, m, _| api::mark(tx, lesson, &marks, "s:teacher", m))
        };
        assert_eq!(code(mark("2026-09-03T18:29", vec![(one.id, Mark::Present)])), "roll.early");
        assert_eq!(code(mark("2026-09-03T19:05", vec![(waits.id, Mark::Present)])), "roll.stranger");
        let roll = mark("2026-09-03T19:05", vec![(one.id, Mark::Present), (two.id, Mark::Late)]).unwrap();
        assert_eq!((roll.lesson.state, roll.pupils.len()), (LessonState::Held, 2));
        let roll = mark("2026-09-03T19:30", vec![(two.id, Mark::Excused)]).unwrap();
        assert_eq!(roll.pupils.iter().map(|p| p.mark).collect::<Vec<_>>(), [Some(Mark::Present), Some(Mark::Excused)]);
        assert_eq!(code(mark("2026-09-12T19:30", vec![(two.id, Mark::Absent)])), "roll.late");
        proved(store, at("2026-08-18T10:00"));
    });
}

#[test]
fn ages_are_asked_where_they_matter() {
    let store = testing::sqlite_with(MIGRATIONS);
    district(&store);
    let c = course(&store, Plan { age_min: Some(6), age_max: Some(12), ..plan("kids", Admission::Order) }, 5);
    let born = |n: u8, year: Option<i64>| {
        let child = api::Applicant { birth_year: year, label: "乐乐".into(), ..who(n) };
        act(&store, august(), move |tx, m, dice| api::enrol(tx, c.id, &child, token(n, c.id), false, m, dice).map(|(e, _)| e))
    };
    assert_eq!(code(born(1, None)), "age.year");
    let No::Refused(no) = born(2, Some(2010)).unwrap_err() else { panic!() };
    assert_eq!((no.code, no.args_in(kernel::Lang::Zh)), ("age.not", vec![("a", "6"), ("b", "12"), ("name", "乐乐"), ("x", "16")]));
    assert_eq!(born(3, Some(2018)).unwrap().birth_year, Some(2018));
    // Where no age matters no year is kept.
    let other = course(&store, plan("all", Admission::Order), 5);
    let with_year = api::Applicant { birth_year: Some(1960), ..who(4) };
    let kept = act(&store, august(), move |tx, m, dice| api::enrol(tx, other.id, &with_year, token(4, other.id), false, m, dice).map(|(e, _)| e)).unwrap();
    assert_eq!(kept.birth_year, None);
}

#[test]
fn a_draft_changes_until_it_is_published_and_its_places_are_the_ledgers() {
    both(|store| {
        let now = at("2026-08-01T09:00");
        let make = |p: Plan, places: i64| act(store, now, move |tx, m, dice| api::draft(tx, &p, places, m, dice));
        let cells = |c: &crate::course::Course| {
            let id = c.resource;
            store
                .read_blocking(move |tx| {
                    let r = ledger::resource(tx, id)?;
                    Ok(ledger::free(tx, &r, 0, 80_000_000)?.cells.iter().map(|c| (c.start, c.end, c.cap)).collect::<Vec<_>>())
                })
                .unwrap()
        };
        let first = make(plan("draft", Admission::Order), 5).unwrap();
        assert_eq!(cells(&first), [(first.starts, first.ends, 5)]);
        let second = make(Plan { weekday: 1, lessons: 4, ..plan("draft", Admission::Order) }, 8).unwrap();
        assert_eq!((second.id, second.resource), (first.id, first.resource));
        assert_eq!(cells(&second), [(second.starts, second.ends, 8)], "one cell, the new one");
        assert_eq!(code(enrol(store, august(), second.id, 1, false)), "missing course", "nobody joins a draft");
        // Leaving days out moves the whole.
        let id = second.id;
        let out = [day("2026-09-01"), day("2026-09-15")];
        let published = act(store, now, move |tx, m, dice| api::publish(tx, id, &out, "s:1", m, dice)).unwrap();
        assert!(published.starts > second.starts && published.ends > second.ends);
        assert_eq!(cells(&published), [(published.starts, published.ends, 8)]);
        assert_eq!(code(act(store, now, move |tx, m, dice| api::publish(tx, id, &[], "s:1", m, dice))), "course.published");
        assert_eq!(code(make(plan("draft", Admission::Order), 5)), "course.published");
        proved(store, now);
    });
}

#[test]
fn more_places_go_to_who_waits_and_fewer_than_taken_are_refused() {
    both(|store| {
        let c = course(store, plan("places", Admission::Order), 2);
        for n in 1..=2 {
            enrol(store, august(), c.id, n, false).unwrap();
        }
        let (third, fourth) = (enrol(store, august(), c.id, 3, true).unwrap(), enrol(store, august().plus_s(1), c.id, 4, true).unwrap());
        let set = |places: i64| act(store, august().plus_s(60), move |tx, m, dice| api::set_places(tx, c.id, places, m, dice));
        assert_eq!(code(set(1)), "course.people");
        set(3).unwrap();
        assert_eq!((stands(store, third.id), stands(store, fourth.id)), (Standing::Offered, Standing::Waiting(1)));
        assert_eq!(code(set(2)), "cap.below_taken");
        proved(store, august().plus_s(60));
    });
}

#[test]
fn who_leaves_in_the_middle_is_off_the_roll_and_stays_in_its_past() {
    both(|store| {
        let c = course(store, plan("leaves", Admission::Order), 3);
        let (one, two) = (enrol(store, august(), c.id, 1, false).unwrap(), enrol(store, august(), c.id, 2, false).unwrap());
        let early = act(store, august(), move |tx, m, dice| api::leave(tx, c.id, one.id, "s:t", m, dice));
        assert_eq!(code(early), "state.wrong", "before it begins they give it up themselves");
        act(store, at("2026-08-31T00:01"), move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap();
        act(store, at("2026-09-03T19:00"), move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap();
        let lessons = store.read_blocking(move |tx| Ok(rows::lesson::of_course(tx, c.id)?)).unwrap();
        let (first, next) = (lessons[0].id, lessons[1].id);
        let marks: BTreeMap<EnrolmentId, Mark> = [(one.id, Mark::Present), (two.id, Mark::Present)].into_iter().collect();
        act(store, at("2026-09-03T19:05"), move |tx, m, _| api::mark(tx, first, &marks, "s:t", m)).unwrap();
        let of = |course, who: EnrolmentId| act(store, at("2026-09-05T09:00"), move |tx, m, dice| api::leave(tx, course, who, "s:t", m, dice));
        let other = course(store, plan("other", Admission::Order), 3);
        assert_eq!(code(of(other.id, one.id)), "missing enrolment", "only by a class of that course");
        of(c.id, one.id).unwrap();
        let on = |lesson| store.read_blocking(move |tx| Ok(api::roll(tx, lesson)?.pupils.iter().map(|p| p.enrolment.id).collect::<Vec<_>>())).unwrap();
        assert!(on(first).contains(&one.id));
        assert_eq!(on(next), [two.id]);
        proved(store, at("2026-09-05T09:00"));
    });
}
