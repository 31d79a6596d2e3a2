//! What happens at the door, step by step, on both engines.

use super::world::*;
use crate::pickup::{
    api::{self, Done, NewAuthority},
    child::{ConcernState, Reason},
    handover::{Collector, Means, RULES, code},
    rows::{self, block::Why},
    stay::{State, Stay},
};
use kernel::{Instant, No, PersonId, StayId};
use store::Store;

fn one_of(store: &Store, child: PersonId, n: usize) -> Collector {
    let list = store.read_blocking(move |tx| Ok(rows::child::authorities(tx, child)?)).unwrap();
    Collector { authority: Some(list[list.len() - 1 - n].id), name: String::new(), tail: String::new() }
}
fn give(store: &Store, now: Instant, stay: StayId, who: &Collector, means: Means, typed: &str) -> Result<Done, No> {
    let (who, typed) = (who.clone(), typed.to_owned());
    act(store, now, move |tx, a, _| api::hand_over(tx, stay, &who, means, &typed, a))
}
fn drop(store: &Store, stay: StayId) -> Result<Stay, No> {
    act(store, at("2026-11-24T16:01"), move |tx, a, _| api::drop_off(tx, stay, "姥姥", true, a))
}
fn now() -> Instant {
    at("2026-11-24T17:30")
}
fn stands(store: &Store, stay: StayId) -> Stay {
    store.read_blocking(move |tx| Ok(rows::stay::one(tx, stay)?.unwrap())).unwrap()
}
fn wrong(digits: &str) -> &'static str {
    if digits == "000000" { "000001" } else { "000000" }
}
fn why() -> Why {
    Why { reason: Reason::Court, evidence: "令 1 号".into(), note: String::new() }
}

#[test]
fn a_child_is_brought_and_handed_over_once() {
    both(|store| {
        let child = register(store, "小雨", "王芳", "1234", "花生");
        let stay = expect(store, child.id, 1).unwrap().id;
        let mother = one_of(store, child.id, 0);
        assert_eq!(refused(give(store, now(), stay, &mother, Means::Card, "")), "pickup.state", "nothing leaves that is not there");
        let silent = act(store, at("2026-11-24T16:00"), move |tx, a, _| api::drop_off(tx, stay, "姥姥", false, a));
        assert_eq!(refused(silent), "allergy.ack");
        let dropped = drop(store, stay).unwrap();
        assert_eq!((dropped.state, dropped.ack_by.as_deref()), (State::InCare, Some("姥姥")));
        let digits = code(&KEY, &dropped);
        assert!(!dropped.code_hash.clone().unwrap().contains(&digits), "kept as a hash only");
        assert_eq!(refused(drop(store, stay)), "pickup.state");
        act(store, now(), move |tx, a, _| api::call(tx, stay, a)).unwrap();
        let closing = act(store, now(), |tx, a, _| api::close_day(tx, centre(1), a));
        assert_eq!(refused(closing), "child.still_here");
        assert!(matches!(give(store, now(), stay, &mother, Means::Code, &digits), Ok(Done::Handed)));
        assert_eq!(refused(give(store, now(), stay, &mother, Means::Code, &digits)), "pickup.used");
        assert_eq!(refused(give(store, now(), stay, &mother, Means::Card, "")), "pickup.state", "once and for good");
        act(store, now(), |tx, a, _| api::close_day(tx, centre(1), a)).unwrap();
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn three_wrong_codes_lock_and_a_card_opens() {
    both(|store| {
        let child = register(store, "小雨", "王芳", "1234", "");
        let stay = expect(store, child.id, 1).unwrap().id;
        let digits = code(&KEY, &drop(store, stay).unwrap());
        let mother = one_of(store, child.id, 0);
        for (n, must) in [(1, "pickup.code"), (2, "pickup.code"), (3, "pickup.locked")] {
            let Ok(Done::Wrong(r)) = give(store, now(), stay, &mother, Means::Code, wrong(&digits)) else { panic!("try {n}") };
            assert_eq!((r.code, stands(store, stay).tries), (must, n));
        }
        assert_eq!(refused(give(store, now(), stay, &mother, Means::Code, &digits)), "pickup.locked", "the right code opens nothing any more");
        assert_eq!(stands(store, stay).tries, 3);
        assert!(matches!(give(store, now(), stay, &mother, Means::Card, ""), Ok(Done::Handed)));
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn a_block_beats_everything_and_tells_nothing() {
    both(|store| {
        let child = register(store, "小雨", "王芳", "1234", "");
        let id = child.id;
        let new = NewAuthority { name: "李建国".into(), tail: "9876".into(), weekdays: (0..7).collect(), once_on: None };
        act(store, at("2026-11-24T12:00"), move |tx, a, dice| api::grant(tx, id, &new, a, dice)).unwrap();
        let stay = expect(store, id, 1).unwrap().id;
        let digits = code(&KEY, &drop(store, stay).unwrap());
        let father = one_of(store, id, 1);
        let who = Collector { authority: None, name: "李 建国".into(), tail: String::new() };
        let named = who.clone();
        let set = act_by(store, now(), "lead", RULES, move |tx, a, dice| api::block(tx, id, &named, &why(), None, a, dice)).unwrap();
        for collector in [&father, &who] {
            for (means, typed) in [(Means::Code, digits.as_str()), (Means::Code, wrong(&digits)), (Means::Card, "")] {
                assert_eq!(refused(give(store, now(), stay, collector, means, typed)), "pickup.desk");
            }
        }
        assert_eq!(stands(store, stay).tries, 0, "no try is counted");
        let other = Collector { authority: None, name: "化名".into(), tail: "9876".into() };
        assert_eq!(refused(give(store, now(), stay, &other, Means::Card, "")), "pickup.not_listed", "the block has no digits");
        let own = act_by(store, now(), "lead", RULES, move |tx, a, _| api::end_block(tx, set, "到期", a));
        assert_eq!(refused(own), "pickup.second");
        act_by(store, now(), "second", RULES, move |tx, a, _| api::end_block(tx, set, "到期", a)).unwrap();
        let again = act_by(store, now(), "second", RULES, move |tx, a, _| api::end_block(tx, set, "到期", a));
        assert_eq!(refused(again), "pickup.ended");
        assert!(matches!(give(store, now(), stay, &father, Means::Code, &digits), Ok(Done::Handed)));
        assert_eq!(proved(store), Vec::<String>::new());
        let bare = Why { evidence: "  ".into(), ..why() };
        let none = act_by(store, now(), "lead", RULES, move |tx, a, dice| api::block(tx, id, &who, &bare, None, a, dice));
        assert_eq!(refused(none), "pickup.evidence");
    });
}

#[test]
fn a_withdrawal_holds_at_once_and_a_day_is_a_day() {
    both(|store| {
        let child = register(store, "小雨", "王芳", "1234", "");
        let id = child.id;
        let stay = expect(store, id, 1).unwrap().id;
        let digits = code(&KEY, &drop(store, stay).unwrap());
        let add = |weekdays: Vec<i64>, once: Option<&str>| {
            let new = NewAuthority { name: format!("舅舅{}", once.unwrap_or("")), tail: String::new(), weekdays, once_on: once.map(|d| d.parse().unwrap()) };
            act(store, at("2026-11-24T12:00"), move |tx, a, dice| api::grant(tx, id, &new, a, dice))
        };
        assert_eq!(refused(add(vec![], None)), "pickup.days");
        assert_eq!(refused(add(vec![1], Some("2026-11-24"))), "pickup.days");
        assert_eq!(refused(add(vec![7], None)), "pickup.days");
        assert_eq!(refused(add(vec![], Some("2026-11-23"))), "pickup.past");
        let who = |a: crate::pickup::child::Authority| Collector { authority: Some(a.id), name: String::new(), tail: String::new() };
        let (wednesday, tomorrow, today) =
            (who(add(vec![2], None).unwrap()), who(add(vec![], Some("2026-11-25")).unwrap()), who(add(vec![], Some("2026-11-24")).unwrap()));
        for collector in [&wednesday, &tomorrow] {
            assert_eq!(refused(give(store, now(), stay, collector, Means::Code, &digits)), "pickup.not_listed");
        }
        let mother = one_of(store, id, 0);
        for _ in 0..2 {
            let mother = mother.authority.unwrap();
            act(store, now(), move |tx, a, _| api::withdraw(tx, id, mother, a)).unwrap();
        }
        assert_eq!(refused(give(store, now(), stay, &mother, Means::Card, "")), "pickup.not_listed");
        let other = register(store, "小明", "赵敏", "5555", "");
        let theirs = one_of(store, other.id, 0);
        assert_eq!(refused(give(store, now(), stay, &theirs, Means::Card, "")), "authority", "a right to another child is none");
        assert!(matches!(give(store, now(), stay, &today, Means::Code, &digits), Ok(Done::Handed)));
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn a_child_is_in_one_place_of_the_district() {
    both(|store| {
        let child = register(store, "小雨", "王芳", "1234", "");
        let first = expect(store, child.id, 1).unwrap().id;
        assert_eq!(refused(expect(store, child.id, 2)), "child.twice");
        drop(store, first).unwrap();
        let id = child.id;
        // A later class elsewhere, whose time comes while the child is still here.
        let later = api::NewStay { label: "围棋".into(), from: at("2026-11-24T17:30"), to: at("2026-11-24T19:00"), session: None };
        let second = act(store, at("2026-11-24T16:05"), move |tx, a, dice| api::expect(tx, centre(2), id, &later, a, dice)).unwrap().id;
        assert_eq!(refused(drop(store, second)), "child.twice");
        let mother = one_of(store, id, 0);
        give(store, now(), first, &mother, Means::Card, "").unwrap();
        drop(store, second).unwrap();
        let again = api::NewChild {
            name: "小雨".into(),
            birth_year: 2016,
            guardian: "妈".into(),
            guardian_name: "王芳".into(),
            tail: "1234".into(),
            allergies: String::new(),
            verified: crate::pickup::child::Verified::Court,
            alone: false,
        };
        let twice = act(store, now(), move |tx, a, dice| api::register(tx, centre(2), &again, [1; 32], a, dice).map(|_| ()));
        assert_eq!(refused(twice), "pickup.known");
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn the_clock_makes_late_and_cries_after_hours() {
    both(|store| {
        let (here, away) = (register(store, "小雨", "王芳", "1234", ""), register(store, "小明", "赵敏", "5555", ""));
        let stay = expect(store, here.id, 1).unwrap().id;
        let missing = expect(store, away.id, 1).unwrap().id;
        drop(store, stay).unwrap();
        let tick = |text: &str| {
            let due = store.read_blocking({
                let now = at(text);
                move |tx| api::due(tx, zone(), now)
            });
            let done = act(store, at(text), |tx, a, _| api::settle(tx, centre(1), a)).unwrap();
            assert_eq!(due.unwrap().is_empty(), done == 0, "{text}");
            done
        };
        assert_eq!(tick("2026-11-24T16:14"), 0);
        assert_eq!(tick("2026-11-24T16:15"), 1);
        assert_eq!(stands(store, missing).state, State::NotBrought);
        tick("2026-11-24T17:45");
        assert_eq!(stands(store, stay).state, State::Late);
        tick("2026-11-24T18:00");
        assert_eq!(stands(store, stay).state, State::Escalated);
        tick("2026-11-24T22:00");
        let over = stands(store, stay);
        assert!(over.over_at.is_some());
        assert_eq!(tick("2026-11-24T22:04"), 0);
        assert_eq!(tick("2026-11-24T22:05"), 1, "again after five minutes");
        assert!(proved(store).iter().any(|w| w.starts_with("VE8") && w.contains("still here")), "the check says so");
        let words = act(store, at("2026-11-24T22:10"), move |tx, a, _| api::to_authority(tx, stay, " ", a));
        assert_eq!(refused(words), "pickup.words");
        act(store, at("2026-11-24T22:10"), move |tx, a, _| api::to_authority(tx, stay, "派出所 张警官", a)).unwrap();
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn alone_by_paper_only_and_absent_with_a_reason() {
    both(|store| {
        let child = register(store, "小雨", "王芳", "1234", "");
        let id = child.id;
        let stay = expect(store, id, 1).unwrap().id;
        drop(store, stay).unwrap();
        let go = || act(store, now(), move |tx, a, _| api::leave_alone(tx, stay, a));
        assert_eq!(refused(go()), "pickup.alone");
        act(store, at("2026-11-24T17:00"), move |tx, a, _| api::edit(tx, id, "鸡蛋", true, a)).unwrap();
        assert_eq!(go().unwrap().state, State::LeftAlone);
        let next = api::NewStay { label: "围棋".into(), from: at("2026-11-24T19:00"), to: at("2026-11-24T20:00"), session: None };
        let next = act(store, now(), move |tx, a, dice| api::expect(tx, centre(1), id, &next, a, dice)).unwrap().id;
        let absent = act(store, now(), move |tx, a, _| api::absent(tx, next, "发烧", a)).unwrap();
        assert_eq!((absent.state, absent.note.as_deref()), (State::NotBrought, Some("发烧")));
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn a_worry_is_written_reported_and_closed_in_this_order() {
    both(|store| {
        let id = register(store, "小雨", "王芳", "1234", "").id;
        let worry = act(store, now(), move |tx, a, dice| api::worry(tx, centre(1), id, "瘀伤", a, dice)).unwrap();
        let on = |to: ConcernState, first: &'static str| act(store, now(), move |tx, a, _| api::worry_on(tx, worry, to, (first, "1"), a));
        assert_eq!(refused(on(ConcernState::Closed, "好了")), "pickup.concern");
        assert_eq!(refused(on(ConcernState::Reported, "")), "pickup.words");
        on(ConcernState::Reported, "派出所").unwrap();
        assert_eq!(refused(on(ConcernState::Reported, "派出所")), "pickup.concern");
        on(ConcernState::Closed, "民政接手").unwrap();
        let all = store.read_blocking(|tx| Ok(rows::block::concerns(tx, centre(1))?)).unwrap();
        assert_eq!(all[0].0.state, ConcernState::Closed);
    });
}

#[test]
fn a_new_pass_ends_the_old_one() {
    both(|store| {
        let id = register(store, "小雨", "王芳", "1234", "").id;
        let hash = |t: &str| web::token::hash(t);
        let code8 = act(store, now(), move |tx, a, dice| api::renew_pass(tx, id, hash("one"), a, dice)).unwrap();
        let opens = |t: &'static str| store.read_blocking(move |tx| api::open_token(tx, t).map(|(c, _)| c.id));
        assert_eq!(opens("one").unwrap(), id);
        let typed = code8.to_lowercase();
        assert_eq!(store.read_blocking(move |tx| api::open_code(tx, &typed)).unwrap().id, id);
        act(store, now(), move |tx, a, dice| api::renew_pass(tx, id, hash("two"), a, dice)).unwrap();
        assert_eq!(refused(opens("one")), "pass");
        assert_eq!(refused(store.read_blocking(move |tx| api::open_code(tx, &code8))), "pickup.no_child");
        assert_eq!(opens("two").unwrap(), id);
    });
}
