//! The waiting list hands over, in order, in the same transaction.

use kernel::{Instant, No, WaitId};
use store::{Store, testing};

use super::world::*;
use crate::{
    Claim, MIGRATIONS, State, Wait, WaitState, Want,
    api::{self, How},
    rows,
};

fn take(store: &Store, now: Instant, who: u8, what: Want) -> Result<Claim, No> {
    act(store, now, move |tx, m, dice| api::take(tx, &wish(who, what.clone()), How::Book, m, dice))
}
fn join(store: &Store, now: Instant, who: u8, what: Want) -> Result<Wait, No> {
    act(store, now, move |tx, m, dice| api::join(tx, &wish(who, what.clone()), 0, m, dice))
}
fn cancel(store: &Store, now: Instant, claim: &Claim) {
    let (id, by) = (claim.id, claim.made_by.clone());
    act(store, now, move |tx, m, dice| api::cancel(tx, id, &by, false, None, m, dice)).unwrap();
}
fn entry(store: &Store, id: WaitId) -> Wait {
    store.read_blocking(move |tx| Ok(rows::wait::one(tx, id)?)).unwrap().unwrap()
}
fn court() -> Want {
    want(COURT_1, minute(13, 0), minute(14, 0), 1)
}

#[test]
fn a_freed_place_goes_to_the_first_who_can_take_it() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        eprintln!("{engine}");
        hall(&store, rules());
        assert_eq!(code(join(&store, ten(), 2, court())), "wait.not_full");
        let holder = take(&store, ten(), 1, court()).unwrap();
        let second = join(&store, ten(), 2, court()).unwrap();
        let third = join(&store, ten(), 3, want(COURT_1, minute(13, 0), minute(13, 30), 1)).unwrap();
        assert_eq!(code(join(&store, ten(), 2, court())), "wait.once");
        let place = store.read_blocking(move |tx| api::position(tx, second.id)).unwrap();
        assert_eq!((place.place, place.past), (1, 0));
        cancel(&store, ten().plus_s(60), &holder);
        proved(&store, ten().plus_s(60));
        let offered = entry(&store, second.id);
        assert_eq!(offered.state, WaitState::Offered);
        let offer = offered.claim.unwrap();
        assert_eq!(code(take(&store, ten().plus_s(61), 4, court())), "slot.gone", "the offer holds the place");
        act(&store, ten().plus_s(70), move |tx, m, _| api::accept(tx, offer, "p:2", m)).unwrap();
        assert_eq!(code(act(&store, ten().plus_s(71), move |tx, m, _| api::accept(tx, offer, "p:2", m))), "offer.used");
        let claim = store.read_blocking(move |tx| Ok(rows::claim::one(tx, offer)?)).unwrap().unwrap();
        assert_eq!(claim.state, State::Confirmed);
        cancel(&store, ten().plus_s(80), &Claim { made_by: "p:2".into(), ..claim });
        assert_eq!(entry(&store, third.id).state, WaitState::Offered);
        proved(&store, ten().plus_s(80));
    }
}

#[test]
fn an_offer_that_is_declined_or_lapses_goes_on_at_once() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        eprintln!("{engine}");
        hall(&store, rules());
        let holder = take(&store, ten(), 1, court()).unwrap();
        let waits: Vec<Wait> = (2..5).map(|n| join(&store, ten(), n, court()).unwrap()).collect();
        cancel(&store, ten(), &holder);
        let first = entry(&store, waits[0].id).claim.unwrap();
        act(&store, ten().plus_s(5), move |tx, m, dice| api::decline(tx, first, "p:2", m, dice)).unwrap();
        assert_eq!(entry(&store, waits[0].id).state, WaitState::Declined);
        let second = entry(&store, waits[1].id);
        assert_eq!(second.state, WaitState::Offered);
        proved(&store, ten().plus_s(5));
        let lapses = ten().plus_s(5 + 20 * 60);
        act(&store, lapses, |tx, m, dice| api::settle(tx, centre(), m, dice)).unwrap();
        assert_eq!((entry(&store, waits[1].id).state, entry(&store, waits[2].id).state), (WaitState::Lapsed, WaitState::Offered));
        let gone = second.claim.unwrap();
        assert_eq!(code(act(&store, lapses, move |tx, m, _| api::accept(tx, gone, "p:3", m))), "offer.lapsed");
        let last = waits[2].id;
        act(&store, lapses.plus_s(1), move |tx, m, dice| api::leave(tx, last, "p:4", m, dice)).unwrap();
        take(&store, lapses.plus_s(2), 9, court()).unwrap();
        proved(&store, lapses.plus_s(2));
    }
}

#[test]
fn a_larger_need_is_passed_and_told_so_an_equal_one_never() {
    let store = testing::sqlite_with(&[MIGRATIONS]);
    hall(&store, rules());
    let gym = |units| want(GYM, minute(14, 0), minute(14, 30), units);
    let holders: Vec<Claim> = (1..4).map(|n| take(&store, ten(), n, gym(1)).unwrap()).collect();
    let two = join(&store, ten(), 4, gym(2)).unwrap();
    let one = join(&store, ten(), 5, gym(1)).unwrap();
    let also = join(&store, ten(), 6, gym(1)).unwrap();
    cancel(&store, ten(), &holders[0]);
    assert_eq!((entry(&store, two.id).state, entry(&store, two.id).passed), (WaitState::Waiting, 1));
    assert_eq!((entry(&store, one.id).state, entry(&store, also.id).state), (WaitState::Offered, WaitState::Waiting));
    act(&store, ten(), |tx, m, dice| api::set_cap(tx, id(GYM), minute(14, 0), minute(14, 30), 5, m, dice)).unwrap();
    assert_eq!(entry(&store, two.id).state, WaitState::Offered, "more places are handed over too");
    proved(&store, ten());
}

#[test]
fn a_freed_court_completes_the_hall_for_who_waits_for_it() {
    let store = testing::sqlite_with(&[MIGRATIONS]);
    hall(&store, rules());
    let a = take(&store, ten(), 1, court()).unwrap();
    let b = take(&store, ten(), 2, want(COURT_2, minute(13, 0), minute(14, 0), 1)).unwrap();
    let hall = join(&store, ten(), 3, want(HALL, minute(13, 0), minute(14, 0), 1)).unwrap();
    cancel(&store, ten(), &a);
    assert_eq!(entry(&store, hall.id).state, WaitState::Waiting);
    proved(&store, ten());
    cancel(&store, ten(), &b);
    assert_eq!(entry(&store, hall.id).state, WaitState::Offered);
    proved(&store, ten());
}

#[test]
fn nobody_is_offered_what_they_could_not_reach() {
    let store = testing::sqlite_with(&[MIGRATIONS]);
    hall(&store, rules());
    let holder = take(&store, ten(), 1, court()).unwrap();
    let wait = join(&store, ten(), 2, court()).unwrap();
    let late = at("2026-11-28T12:30");
    cancel(&store, late, &holder);
    assert_eq!(entry(&store, wait.id).state, WaitState::Waiting);
    act(&store, late, |tx, m, dice| api::settle(tx, centre(), m, dice)).unwrap();
    assert_eq!(entry(&store, wait.id).state, WaitState::TooLate);
    proved(&store, late);
    take(&store, late, 3, court()).unwrap();
    assert_eq!(code(join(&store, late, 2, court())), "wait.too_late");
}

#[test]
fn who_gives_a_place_up_is_not_offered_it_again() {
    let store = testing::sqlite_with(&[MIGRATIONS]);
    hall(&store, rules());
    let holder = take(&store, ten(), 1, court()).unwrap();
    let own = join(&store, ten(), 1, court()).unwrap();
    let shorter = join(&store, ten(), 1, want(COURT_1, minute(13, 0), minute(13, 30), 1)).unwrap();
    let other = join(&store, ten(), 2, want(COURT_1, minute(13, 30), minute(14, 0), 1)).unwrap();
    cancel(&store, ten(), &holder);
    let states = [own.id, shorter.id, other.id].map(|w| entry(&store, w).state);
    assert_eq!(states, [WaitState::Withdrawn, WaitState::Offered, WaitState::Offered], "the same window, another one, somebody else");
    proved(&store, ten());
}
