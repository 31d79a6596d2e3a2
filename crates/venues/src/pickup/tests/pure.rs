//! Tables without rows: steps, ages, days, names, and the one decision.

use kernel::{Id, Instant, civil};

use super::world::{at, authority, block, child, stay};
use crate::pickup::{
    child::{ConcernState, same_name},
    handover::{Case, Collector, Means, Verdict, code, decide, hashed},
    stay::{Action, State},
};

#[test]
fn the_steps_are_those_of_the_table() {
    use Action as A;
    use State as S;
    const TABLE: &[(S, A, S)] = &[
        (S::Expected, A::Drop, S::InCare),
        (S::Expected, A::Absent, S::NotBrought),
        (S::InCare, A::Call, S::Called),
        (S::Late, A::Call, S::Late),
        (S::Escalated, A::Call, S::Escalated),
        (S::InCare, A::Late, S::Late),
        (S::Called, A::Late, S::Late),
        (S::Late, A::Escalate, S::Escalated),
    ];
    for s in S::ALL {
        for a in A::ALL {
            let leaves = match a {
                A::HandOver => Some(S::HandedOver),
                A::Alone => Some(S::LeftAlone),
                A::Authority => Some(S::ToAuthority),
                _ => None,
            };
            let of_table = TABLE.iter().find(|(f, x, _)| f == s && x == a).map(|(.., t)| *t);
            let must = leaves.filter(|_| [S::InCare, S::Called, S::Late, S::Escalated].contains(s)).or(of_table);
            assert_eq!(s.after(*a), must, "{s:?} {a:?}");
        }
        assert!(!(s.ended() && s.in_care()));
        assert!(!s.ended() || A::ALL.iter().all(|a| s.after(*a).is_none()), "{s:?} is for good");
    }
}

#[test]
fn late_and_not_brought_come_to_the_minute() {
    let check = |state: State, text: &str, must: Option<Action>| {
        let s = crate::pickup::stay::Stay { state, ..stay(1, 1) };
        assert_eq!(s.due(at(text)), must, "{state:?} at {text}");
    };
    // From 16:00 to 17:30.
    check(State::Expected, "2026-11-24T16:14:59", None);
    check(State::Expected, "2026-11-24T16:15", Some(Action::Absent));
    check(State::InCare, "2026-11-24T17:44:59", None);
    check(State::InCare, "2026-11-24T17:45", Some(Action::Late));
    check(State::Called, "2026-11-24T17:45", Some(Action::Late));
    check(State::Late, "2026-11-24T17:59:59", None);
    check(State::Late, "2026-11-24T18:00", Some(Action::Escalate));
    check(State::Escalated, "2026-11-25T18:00", None);
    check(State::HandedOver, "2026-11-25T18:00", None);
}

/// 未成年人保护法 第二十一条: nobody under eight. Only the year is known: certain from the day after the last possible birthday.
#[test]
fn nobody_under_eight_leaves_alone_and_nobody_without_the_paper() {
    let check = |born: i64, day: (i16, i8, i8), paper: bool, must: bool| {
        let mut c = child(1);
        c.birth_year = born;
        c.alone = paper.then(|| Instant::from_micros(0));
        assert_eq!(c.may_leave_alone(civil(day.0, day.1, day.2).unwrap()), must, "born {born} on {day:?}, paper {paper}");
    };
    check(2018, (2026, 12, 31), true, false);
    check(2018, (2027, 1, 1), true, true);
    check(2018, (2027, 1, 1), false, false);
    check(2017, (2026, 1, 1), true, true);
    check(2017, (2025, 12, 31), true, false);
    check(2019, (2026, 11, 24), true, false);
    check(2010, (2026, 11, 24), false, false);
}

#[test]
fn a_right_holds_on_its_days_only() {
    // 24 November 2026 is a Tuesday.
    let day = |d| civil(2026, 11, d).unwrap();
    let mut a = authority(1, 1, "王芳", "1234");
    a.weekdays = 0b10;
    assert!(a.holds(day(24)) && !a.holds(day(23)) && !a.holds(day(25)) && a.holds(day(24).plus(7)));
    (a.weekdays, a.once_on) = (0, Some(day(25)));
    assert!(!a.holds(day(24)) && a.holds(day(25)) && !a.holds(day(26)), "the day before, the day, the day after");
    assert!(!a.over(day(25)) && a.over(day(26)));
    a.withdrawn_at = Some(at("2026-11-25T10:00"));
    assert!(!a.holds(day(25)) && a.over(day(25)));
}

#[test]
fn a_block_names_by_name_or_by_digits_until_its_last_moment() {
    let mut b = block(1, 1, "李 建国", "9876");
    assert!(b.names("李建国", "") && b.names("李·建国", "0000") && b.names("别名", "9876") && !b.names("李建", "") && !b.names("别名", "1234"));
    b.tail = String::new();
    assert!(!b.names("别名", ""), "no digits are no match");
    b.until = Some(at("2026-11-25T00:00"));
    assert!(b.stands(at("2026-11-24T23:59:59")) && !b.stands(at("2026-11-25T00:00")));
    assert!(same_name("Anna  Smith", "annasmith") && !same_name("Anna", "Ann"));
}

#[test]
fn a_worry_goes_one_way() {
    assert_eq!(
        [ConcernState::Open.next(), ConcernState::Reported.next(), ConcernState::Closed.next()],
        [Some(ConcernState::Reported), Some(ConcernState::Closed), None]
    );
}

#[test]
fn the_decision_in_every_order() {
    let key = [3; 32];
    let mut s = stay(1, 1);
    let right = code(&key, &s);
    s.code_hash = Some(hashed(&key, s.id, &right));
    let (good, wrong) = (hashed(&key, s.id, &right), hashed(&key, s.id, "000000"));
    let list = [authority(1, 1, "王芳", "1234"), authority(2, 1, "李建国", "9876")];
    let bars = [block(1, 1, "李建国", "")];
    let now = at("2026-11-24T17:30");
    let day = civil(2026, 11, 24).unwrap();
    let mut check = |state: State, tries: i64, locked: bool, to: Option<u8>, name: &str, means: Means, given: Option<&str>, must: Verdict| {
        (s.state, s.tries, s.locked_at) = (state, tries, locked.then_some(now));
        let who = Collector { authority: to.map(|n| Id::from_bytes([n; 16])), name: name.into(), tail: String::new() };
        let case = Case { stay: &s, who: &who, authorities: &list, blocks: &bars, means, given, day, now };
        assert_eq!(decide(&case), must, "{state:?} {tries} {locked} {name} {means:?} {given:?}");
    };
    let go = Verdict::Go(Id::from_bytes([1; 16]));
    for state in [State::InCare, State::Called, State::Late, State::Escalated] {
        check(state, 0, false, Some(1), "王芳", Means::Code, Some(&good), go.clone());
        check(state, 0, false, Some(1), "王芳", Means::Card, None, go.clone());
        check(state, 0, false, None, "王 芳", Means::Code, Some(&good), go.clone());
        check(state, 0, false, None, "陌生人", Means::Code, Some(&good), Verdict::NotListed);
        check(state, 0, false, None, "陌生人", Means::Card, None, Verdict::NotListed);
        check(state, 0, false, Some(1), "王芳", Means::Code, Some(&wrong), Verdict::Wrong(Id::from_bytes([1; 16]), 2));
        check(state, 2, false, Some(1), "王芳", Means::Code, Some(&wrong), Verdict::Wrong(Id::from_bytes([1; 16]), 0));
        check(state, 3, true, Some(1), "王芳", Means::Code, Some(&good), Verdict::Locked);
        check(state, 3, true, Some(1), "王芳", Means::Card, None, go.clone());
    }
    // Who is barred hears the same, whatever is given and wherever the stay stands.
    for state in State::ALL {
        for given in [&good, &wrong] {
            check(*state, 3, true, Some(2), "李建国", Means::Code, Some(given), Verdict::Desk);
            check(*state, 0, false, None, "李建国", Means::Card, None, Verdict::Desk);
        }
    }
    check(State::HandedOver, 0, false, Some(1), "王芳", Means::Code, Some(&good), Verdict::Used);
    for state in [State::Expected, State::NotBrought, State::LeftAlone, State::ToAuthority] {
        check(state, 0, false, Some(1), "王芳", Means::Code, Some(&good), Verdict::State);
    }
}

#[test]
fn codes_are_six_digits_and_those_of_two_stays_differ() {
    let key = [9; 32];
    let codes: Vec<String> = (1..=200).map(|n| code(&key, &stay(n, 1))).collect();
    assert!(codes.iter().all(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_digit())));
    let mut apart = codes.clone();
    apart.sort();
    apart.dedup();
    assert!(apart.len() >= 198, "{}", apart.len());
    assert_ne!(code(&[8; 32], &stay(1, 1)), codes[0], "without the key nobody knows it");
    assert_ne!(hashed(&key, stay(1, 1).id, "123456"), hashed(&key, stay(2, 1).id, "123456"));
}
