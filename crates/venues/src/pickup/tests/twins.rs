//! Broken twins: a rule is broken on purpose, and the proof or the model must say so. Then the rows themselves are broken.

use super::{day::days, world::*};
use crate::pickup::{
    child::Authority,
    handover::{Case, RULES, Rules, Verdict, barred, by_means, code, decide, hashed, right_of},
    stay::{Action, Stay},
};

/// The block is looked at after the code.
fn block_last(case: &Case) -> Verdict {
    if case.stay.state.after(Action::HandOver).is_none() {
        return Verdict::State;
    }
    let Some(right) = right_of(case) else { return if barred(case) { Verdict::Desk } else { Verdict::NotListed } };
    match by_means(case, right) {
        Verdict::Go(_) if barred(case) => Verdict::Desk,
        other => other,
    }
}
/// The block is not looked at once the code was right: as a tablet does that was offline when it was set.
fn block_forgotten(case: &Case) -> Verdict {
    decide(&Case { blocks: &[], ..copy(case) })
}
/// A right that was withdrawn still counts.
fn withdrawn_ignored(case: &Case) -> Verdict {
    let all: Vec<Authority> = case.authorities.iter().map(|a| Authority { withdrawn_at: None, ..a.clone() }).collect();
    decide(&Case { authorities: &all, ..copy(case) })
}
/// The lock is not looked at.
fn lock_ignored(case: &Case) -> Verdict {
    let stay = Stay { locked_at: None, tries: 0, ..case.stay.clone() };
    decide(&Case { stay: &stay, ..copy(case) })
}
/// Any code is right.
fn any_code(case: &Case) -> Verdict {
    if barred(case) {
        return Verdict::Desk;
    }
    if case.stay.state.after(Action::HandOver).is_none() {
        return Verdict::State;
    }
    right_of(case).map_or(Verdict::NotListed, Verdict::Go)
}
fn copy<'a>(c: &Case<'a>) -> Case<'a> {
    Case { stay: c.stay, who: c.who, authorities: c.authorities, blocks: c.blocks, means: c.means, given: c.given, day: c.day, now: c.now }
}
/// A code is of the child and not of the stay: yesterday's opens today.
fn code_of_child(key: &[u8; 32], stay: &Stay) -> String {
    code(key, &Stay { id: stay.child.cast(), ..stay.clone() })
}

#[test]
fn each_broken_rule_is_caught_by_the_proof() {
    let broken: [(&str, Rules, &str); 5] = [
        ("block after code", Rules { decide: block_last, ..RULES }, "a code of somebody barred was looked at"),
        ("block forgotten", Rules { decide: block_forgotten, ..RULES }, "handed over to somebody barred"),
        ("withdrawn ignored", Rules { decide: withdrawn_ignored, ..RULES }, "the right did not stand"),
        ("lock ignored", Rules { decide: lock_ignored, ..RULES }, "wrong code number"),
        ("any code", Rules { decide: any_code, ..RULES }, "the code was another"),
    ];
    for (name, rules, says) in broken {
        let found = days(0..60, rules, false);
        assert!(found.iter().any(|f| f.starts_with("VE9") && f.contains(says)), "{name}: {found:#?}");
    }
}

#[test]
fn a_code_that_opens_two_stays_is_caught() {
    use crate::pickup::api::{self, Done, NewStay};
    use crate::pickup::{
        handover::{Collector, Means},
        rows,
    };
    let reused = Rules { code: code_of_child, hashed: |key, stay, code| hashed(key, stay.child.cast(), code), ..RULES };
    for (rules, caught) in [(RULES, false), (reused, true)] {
        let store = one();
        let id = register(&store, "小雨", "王芳", "1234", "").id;
        let mut first: Option<String> = None;
        for day in ["2026-11-24", "2026-11-25"] {
            let time = |t: &str| at(&format!("{day}T{t}"));
            let new = NewStay { label: "美术".into(), from: time("16:00"), to: time("17:30"), session: None };
            let stay = act_by(&store, time("15:00"), "teacher", rules, move |tx, a, dice| api::expect(tx, centre(1), id, &new, a, dice)).unwrap().id;
            let dropped = act_by(&store, time("16:00"), "teacher", rules, move |tx, a, _| api::drop_off(tx, stay, "妈妈", true, a)).unwrap();
            let digits = first.get_or_insert_with(|| (rules.code)(&KEY, &dropped)).clone();
            let done = act_by(&store, time("17:30"), "teacher", rules, move |tx, a, _| {
                let authority = rows::child::authorities(tx, id)?.first().map(|a| a.id);
                api::hand_over(tx, stay, &Collector { authority, name: String::new(), tail: String::new() }, Means::Code, &digits, a)
            });
            let opened = matches!(done, Ok(Done::Handed));
            assert_eq!(opened, caught || day == "2026-11-24", "yesterday's code on {day}");
        }
        assert_eq!(proved(&store).iter().any(|w| w.contains("one code for two stays")), caught);
    }
}

/// What breaks a row, and which proof must name it.
const BROKEN: &[(&str, &str)] = &[
    (
        "VE8",
        "drop index venues_stay_once; insert into venues_stay select x'00', centre_id, child_id, label, from_us, to_us, session, 'in_care', dropped_by, dropped_at_us, ack_by, 'x', 0, null, null, null, null, null, null, null, null, null, null, made_at_us from venues_stay where state in ('in_care', 'late')",
    ),
    ("VE8", "delete from venues_handover"),
    ("VE8", "update venues_stay_step set to_state = 'left_alone' where action = 'hand_over'"),
    ("VE8", "delete from venues_stay_step where step_no = 2"),
    ("VE8", "insert into venues_pickup_close values (1, '2026-11-24', 'x', 9000000000000000)"),
    ("VE8", "update venues_stay set over_at_us = to_us where state in ('in_care', 'late')"),
    ("VE9", "update venues_authority set withdrawn_at_us = granted_at_us, withdrawn_rev = granted_rev"),
    ("VE9", "update venues_authority set granted_rev = 99"),
    ("VE9", "update venues_authority set weekdays = 1"),
    ("VE9", "update venues_authority set weekdays = 0, once_on = '2026-11-25'"),
    ("VE9", "update venues_authority set child_id = x'00000000000000000000000000000000'"),
    ("VE9", "update venues_handover set code_hash = 'x' where means = 'code'"),
    ("VE9", "update venues_handover set staff = ''"),
    ("VE9", "update venues_handover set at_us = at_us + 1"),
    ("VE9", "insert into venues_block select child_id, child_id, '王芳', '', 'lead', 0, 0, null, null, null, null from venues_child"),
    (
        "VE9",
        "insert into venues_code_try select s.stay_id, n.n, h.authority_id, 0, 0 from venues_stay s join venues_handover h on h.stay_id = s.stay_id join (select 1 as n union select 2 union select 3) n on true",
    ),
    ("VE9", "update venues_stay set permit_us = null where state = 'left_alone'"),
    ("VE9", "update venues_child set birth_year = 2019"),
];

#[test]
fn each_broken_row_is_named() {
    use crate::pickup::api::{self, NewStay};
    use crate::pickup::{
        handover::{Collector, Means},
        rows,
    };
    for (id, sql) in BROKEN {
        let store = one();
        let child = register(&store, "小雨", "王芳", "1234", "").id;
        let other = register(&store, "小明", "赵敏", "5555", "").id;
        let third = register(&store, "小红", "钱红", "6666", "").id;
        for (n, c) in [child, other, third].into_iter().enumerate() {
            let new = NewStay { label: "美术".into(), from: at("2026-11-24T16:00"), to: at("2026-11-24T17:30"), session: None };
            act(&store, at("2026-11-24T16:00"), move |tx, a, dice| {
                let stay = api::expect(tx, centre(1), c, &new, a, dice)?.id;
                api::drop_off(tx, stay, "妈妈", true, a)?;
                Ok(())
            })
            .unwrap();
            act(&store, at("2026-11-24T17:30"), move |tx, a, _| {
                let stay = rows::stay::of_child(tx, c, a.now)?.remove(0);
                let authority = rows::child::authorities(tx, c)?.first().map(|a| a.id);
                let who = Collector { authority, name: String::new(), tail: String::new() };
                match n {
                    0 => api::hand_over(tx, stay.id, &who, Means::Code, &(a.rules.code)(a.key, &stay), a).map(drop),
                    1 => Ok(()),
                    _ => {
                        api::edit(tx, c, "", true, a)?;
                        api::leave_alone(tx, stay.id, a).map(drop)
                    }
                }
            })
            .unwrap();
        }
        assert_eq!(proved(&store), Vec::<String>::new());
        store.place().tamper(sql);
        let wrong = proved(&store);
        assert!(wrong.iter().any(|w| w.starts_with(id)), "{id} was broken by {sql}: {wrong:#?}");
    }
}
