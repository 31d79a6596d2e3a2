//! What a person is told before and after they ask: the same count of people, and that somebody was asked to come.

use store::{Store, testing};

use super::world::{BY, Hall, TEN, act, classes, dice, errand, hours};
use crate::{MIGRATIONS, ParkReason, State, api};

fn on_both(story: fn(&Store)) {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        eprintln!("{engine}");
        classes(&store);
        story(&store);
    }
}

#[test]
fn who_is_ahead_is_the_same_before_and_after_taking_a_number() {
    on_both(|store| {
        let hall = Hall::new(store, 21, 1);
        let c = hall.centre;
        let mut taken = Vec::new();
        for n in 0..3 {
            let h = hall.clone();
            taken.push(act(store, c, TEN.plus_s(n), move |tx| h.take(tx, 0, "walk_in", TEN.plus_s(n))).unwrap().visit.id);
        }
        // Two put it off: who comes now is called before them.
        for visit in taken.into_iter().take(2) {
            act(store, c, TEN.plus_s(10), move |tx| {
                let ticket = api::visit(tx, visit, TEN)?.tickets[0].ticket.id;
                api::defer(tx, visit, ticket, 30, &BY, TEN.plus_s(10))
            })
            .unwrap();
        }
        let told = store.read_blocking(move |tx| api::line_now(tx, c, TEN.plus_s(20))).unwrap().remove(0);
        assert_eq!((told.waiting, told.forecast.ahead), (3, 1));
        let h = hall.clone();
        let issued = act(store, c, TEN.plus_s(20), move |tx| h.take(tx, 0, "walk_in", TEN.plus_s(20))).unwrap();
        assert_eq!(issued.tickets[0].1, told.forecast);
    });
}

#[test]
fn people_who_wait_are_visits_not_errands() {
    on_both(|store| {
        let hall = Hall::new(store, 22, 2);
        let c = hall.centre;
        let h = hall.clone();
        act(store, c, TEN, move |tx| api::issue(tx, &h.new_visit(&[errand(0), errand(1)], "walk_in", &hours()), TEN, dice())).unwrap();
        let h = hall.clone();
        act(store, c, TEN, move |tx| h.take(tx, 1, "walk_in", TEN)).unwrap();
        assert_eq!(store.read_blocking(move |tx| api::people_waiting(tx, c)).unwrap(), 2);
        assert_eq!(store.read_blocking(move |tx| api::line_now(tx, c, TEN)).unwrap().iter().map(|l| l.waiting).sum::<i64>(), 3);
    });
}

#[test]
fn a_machine_has_one_call_which_says_the_newest_reason() {
    on_both(|store| {
        let hall = Hall::new(store, 23, 1);
        let (c, device) = (hall.centre, kernel::DeviceId::from_bytes([6; 16]));
        let ask = |place: &'static str, at| act(store, c, at, move |tx| api::ask_help(tx, c, place, Some(device), None, at, dice())).unwrap();
        let open = || store.read_blocking(move |tx| api::help_calls(tx, c)).unwrap().into_iter().map(|h| (h.place, h.at)).collect::<Vec<_>>();
        let first = ask("自助机 1", TEN);
        assert_eq!(ask("自助机 1", TEN.plus_min(1)), first);
        assert_eq!(open(), [("自助机 1".to_owned(), TEN)], "the same press again changes nothing");
        assert_eq!(ask("自助机 1 · 没出小票", TEN.plus_min(3)), first);
        assert_eq!(open(), [("自助机 1 · 没出小票".to_owned(), TEN.plus_min(3))]);
        assert_eq!(ask("自助机 1", TEN.plus_min(4)), first);
        assert_eq!(open(), [("自助机 1 · 没出小票".to_owned(), TEN.plus_min(3))], "a plain press keeps what was said");
    });
}

/// One number taken, called to the first counter, and this done with it at 09:02 of the story.
fn after(store: &Store, hall: &Hall, line: usize, step: fn(&mut store::Tx, &api::AtWork, kernel::TicketId)) -> (kernel::VisitId, kernel::TicketId) {
    let (c, h) = (hall.centre, hall.clone());
    let visit = act(store, c, TEN, move |tx| h.take(tx, line, "elder", TEN)).unwrap().visit.id;
    let h = hall.clone();
    let ticket = act(store, c, TEN.plus_s(10), move |tx| {
        let at = h.at(tx, line, TEN)?;
        Ok(api::call_next(tx, &at, None, TEN.plus_s(10))?.called.unwrap().0.id)
    })
    .unwrap();
    let h = hall.clone();
    act(store, c, TEN.plus_min(2), move |tx| {
        let at = h.at(tx, line, TEN)?;
        step(tx, &at, ticket);
        Ok(())
    })
    .unwrap();
    (visit, ticket)
}
fn set_aside(tx: &mut store::Tx, at: &api::AtWork, ticket: kernel::TicketId, why: ParkReason) {
    let current = api::arrive_at_counter(tx, at, ticket, TEN.plus_min(2)).unwrap();
    let at = api::AtWork { current: Some(current), ..at.clone() };
    api::park(tx, &at, ticket, why, TEN.plus_min(2)).unwrap();
}
fn come(store: &Store, hall: &Hall, visit: kernel::VisitId, min: i64) -> Result<String, String> {
    let at = TEN.plus_min(min);
    let came = act(store, hall.centre, at, move |tx| api::come(tx, visit, &BY, at));
    came.map(|t| t[0].state.code().to_owned()).map_err(|no| match no {
        kernel::No::Refused(r) => r.code.to_owned(),
        other => other.to_string(),
    })
}

#[test]
fn who_comes_after_a_miss_rejoins_once_and_is_told_why_not_again() {
    on_both(|store| {
        let hall = Hall::new(store, 24, 1);
        let (visit, ticket) = after(store, &hall, 0, |tx, at, t| drop(api::miss(tx, at, t, TEN.plus_min(2)).unwrap()));
        assert_eq!(come(store, &hall, visit, 4), Ok("waiting".into()));
        assert_eq!(come(store, &hall, visit, 5), Ok("waiting".into()), "a second time changes nothing");
        let h = hall.clone();
        act(store, hall.centre, TEN.plus_min(20), move |tx| {
            let at = h.at(tx, 0, TEN)?;
            api::call_next(tx, &at, None, TEN.plus_min(20))?;
            let at = h.at(tx, 0, TEN)?;
            api::miss(tx, &at, ticket, TEN.plus_min(22))
        })
        .unwrap();
        assert_eq!(come(store, &hall, visit, 23), Err("ticket.rejoined".into()));
        let c = hall.centre;
        act(store, c, TEN.plus_min(60), move |tx| api::settle(tx, c, TEN.plus_min(60))).unwrap();
        assert_eq!(come(store, &hall, visit, 61), Err("ticket.expired".into()));
    });
}

#[test]
fn who_comes_with_a_number_at_a_counter_or_set_aside_is_told_what_it_is() {
    on_both(|store| {
        let hall = Hall::new(store, 25, 1);
        let (called, _) = after(store, &hall, 0, |_, _, _| ());
        assert_eq!(come(store, &hall, called, 3), Err("here.called".into()));
        let hall = Hall::new(store, 26, 1);
        let (serving, _) = after(store, &hall, 0, |tx, at, t| drop(api::arrive_at_counter(tx, at, t, TEN.plus_min(2)).unwrap()));
        assert_eq!(come(store, &hall, serving, 3), Err("here.serving".into()));
        let hall = Hall::new(store, 27, 1);
        let (copying, _) = after(store, &hall, 0, |tx, at, t| set_aside(tx, at, t, ParkReason::Copy));
        assert_eq!(come(store, &hall, copying, 3), Ok("waiting".into()));
        let hall = Hall::new(store, 28, 1);
        let (system, _) = after(store, &hall, 0, |tx, at, t| set_aside(tx, at, t, ParkReason::System));
        assert_eq!(come(store, &hall, system, 3), Err("here.parked".into()));
    });
}

#[test]
fn a_counter_keeps_what_it_set_aside_when_its_skill_is_taken_away() {
    on_both(|store| {
        let hall = Hall::new(store, 29, 1);
        let (_, ticket) = after(store, &hall, 0, |tx, at, t| set_aside(tx, at, t, ParkReason::Copy));
        let (c, counter, clerk) = (hall.centre, hall.counters[0].id, hall.clerks[0]);
        act(store, c, TEN.plus_min(3), move |tx| api::set_skills(tx, c, counter, &[])).unwrap();
        let parked = store.read_blocking(move |tx| api::counter_view(tx, counter, TEN.plus_min(4))).unwrap().parked;
        assert_eq!(parked.iter().map(|t| t.id).collect::<Vec<_>>(), [ticket]);
        act(store, c, TEN.plus_min(4), move |tx| api::may_take_up(tx, ticket, Some(clerk))).unwrap();
    });
}

#[test]
fn a_supervisor_sends_a_waiting_number_to_another_line_and_calls_it_to_a_counter() {
    on_both(|store| {
        let hall = Hall::new(store, 30, 2);
        let (c, h) = (hall.centre, hall.clone());
        let ticket = act(store, c, TEN, move |tx| h.take(tx, 0, "walk_in", TEN)).unwrap().tickets[0].0.id;
        let to = store.read_blocking(move |tx| api::lines(tx, c)).unwrap()[1].id;
        let sent = act(store, c, TEN.plus_min(1), move |tx| api::reassign(tx, ticket, to, &BY, TEN.plus_min(1))).unwrap();
        assert_eq!((sent.line, sent.base, &sent.state), (to, TEN, &State::Waiting));
        let (h, boss) = (hall.clone(), kernel::AccountId::from_bytes([77; 16]));
        let called = act(store, c, TEN.plus_min(2), move |tx| {
            let at = h.at(tx, 1, TEN)?;
            api::override_by(tx, &at, ticket, crate::OverrideReason::Mistake, boss, TEN.plus_min(2))
        })
        .unwrap();
        assert_eq!(called.state.counter(), Some(hall.counters[1].id));
        let day = super::world::day();
        let report = store.read_blocking(move |tx| crate::check::day(tx, c, day, false)).unwrap();
        assert!(report.overrides == 1 && report.violations.is_empty(), "{:?}", report.violations);
        let seen = store.read_blocking(move |tx| api::live(tx, c, day, TEN.plus_min(-60), TEN.plus_min(3))).unwrap();
        assert_eq!(seen.overrides[0].account, boss, "the record names who decided");
    });
}
