//! What a person is told before and after they ask: the same count of people, and that somebody was asked to come.

use store::{Store, testing};

use super::world::{BY, Hall, TEN, act, classes, dice, errand, hours};
use crate::{MIGRATIONS, api};

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
