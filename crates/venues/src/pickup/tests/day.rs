//! A pick-up day in random orders (VE8, VE9): 40 children, 80 adults, one block, one withdrawn right, one lost code, two late. What must come of each
//! act is said by a model that counts; both proofs hold at the end of each day.

use std::collections::BTreeMap;

use kernel::{AuthorityId, No, PersonId, StayId};
use store::{Tx, testing};

use super::world::*;
use crate::pickup::{
    api::{self, Done},
    handover::{At, Collector, Means, RULES, Rules, code},
    prove,
    rows::{self, block::Why},
    stay::{MOST_TRIES, State},
};

/// How many orders: `YIZHAN_SEEDS`, 100 for the quick loop; the gate sets 10,000.
pub fn seeds() -> u64 {
    std::env::var("YIZHAN_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(100)
}

/// Small numbers, the same for the same seed.
struct Lot(u64);
impl Lot {
    fn under(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

const CHILDREN: usize = 40;
/// Everything that never changes of a day: made once, played many times.
pub struct House {
    children: Vec<PersonId>,
    /// Two who may collect each.
    rights: Vec<[AuthorityId; 2]>,
}
/// The child whose second adult is barred at some time of the day.
const BARRED: usize = 3;
/// The child whose second adult is taken off the list.
const WITHDRAWN: usize = 7;
/// The child whose code is lost.
const LOST: usize = 11;
/// Children that are collected late.
const LATE: [usize; 2] = [13, 17];

pub fn house_of(tx: &mut Tx) -> Result<House, No> {
    let (mut children, mut rights) = (Vec::new(), Vec::new());
    for n in 0..CHILDREN {
        let a = when(at("2026-11-24T09:00"), "teacher", RULES);
        let new = api::NewChild {
            name: format!("孩子{n}"),
            birth_year: 2016,
            guardian: "妈妈".into(),
            guardian_name: format!("妈妈{n}"),
            tail: format!("{:04}", n * 2),
            allergies: if n % 5 == 0 { "花生".into() } else { String::new() },
            verified: crate::pickup::child::Verified::Hukou,
            alone: false,
        };
        let mut dice = dice();
        let token = dice.throw();
        let (child, _) = api::register(tx, centre(1), &new, token, &a, &mut dice)?;
        let second = api::NewAuthority { name: format!("爸爸{n}"), tail: format!("{:04}", n * 2 + 1), weekdays: (0..7).collect(), once_on: None };
        let second = api::grant(tx, child.id, &second, &a, &mut dice)?;
        let first = rows::child::authorities(tx, child.id)?.last().map(|a| a.id).unwrap();
        children.push(child.id);
        rights.push([first, second.id]);
    }
    Ok(House { children, rights })
}

/// What the model knows of a child.
#[allow(clippy::struct_excessive_bools)] // each flag is one event of the day, in any order
#[derive(Clone, Default)]
struct Known {
    stay: Option<StayId>,
    in_care: bool,
    gone: bool,
    tries: i64,
    digits: String,
    barred: bool,
    withdrawn: bool,
}

/// Plays a day by these rules. Gives what differed from the model; nothing is kept.
pub fn play(tx: &mut Tx, house: &House, seed: u64, rules: Rules, check: bool) -> Result<Vec<String>, No> {
    let mut lot = Lot(seed.wrapping_mul(7_919).wrapping_add(1));
    let mut known = vec![Known::default(); CHILDREN];
    let mut wrong = Vec::new();
    let mut second = 0;
    let mut dice = dice();
    let mut blocks = BTreeMap::new();
    for turn in 0..CHILDREN * 5 {
        second += 20 + lot.under(40) as i64;
        let now = at("2026-11-24T16:00").plus_s(second);
        let a = when(now, "teacher", rules);
        let n = match lot.under(8) {
            0 => [BARRED, WITHDRAWN, LOST, LATE[0], LATE[1]][lot.under(5)],
            _ => lot.under(CHILDREN),
        };
        let k = &mut known[n];
        let mut say = |what: &str, got: &str, must: &str| {
            if check && got != must {
                wrong.push(format!("seed {seed} turn {turn} child {n}: {what} gave {got}, the model says {must}"));
            }
        };
        let Some(stay) = k.stay else {
            let new = api::NewStay { label: "美术".into(), from: now, to: at("2026-11-24T18:00").plus_min(60), session: None };
            k.stay = Some(api::expect(tx, centre(1), house.children[n], &new, &a, &mut dice)?.id);
            continue;
        };
        // Things that happen to a list, at any time.
        if n == BARRED && !k.barred && lot.under(2) == 0 {
            let who = Collector { authority: None, name: format!("爸爸{n}"), tail: String::new() };
            let why = Why { reason: crate::pickup::child::Reason::Court, evidence: "令".into(), note: String::new() };
            let by = when(now, "lead", rules);
            blocks.insert(n, api::block(tx, house.children[n], &who, &why, None, &by, &mut dice)?);
            k.barred = true;
            continue;
        }
        if n == WITHDRAWN && !k.withdrawn && lot.under(2) == 0 {
            api::withdraw(tx, house.children[n], house.rights[n][1], &a)?;
            k.withdrawn = true;
            continue;
        }
        if !k.in_care {
            let ack = lot.under(3) > 0;
            let must = if k.gone {
                "pickup.state"
            } else if n.is_multiple_of(5) && !ack {
                "allergy.ack"
            } else {
                "ok"
            };
            let got = api::drop_off(tx, stay, "妈妈", ack, &a);
            if let Ok(s) = &got {
                (k.in_care, k.digits) = (true, (rules.code)(a.key, s));
            }
            say("drop", &word(&got.map(|_| ())), must);
            continue;
        }
        let adult = lot.under(2);
        let card = n == LOST || lot.under(4) == 0;
        let typed = match lot.under(3) {
            0 => {
                if k.digits == "111111" {
                    "222222".into()
                } else {
                    "111111".to_owned()
                }
            }
            _ => k.digits.clone(),
        };
        let who = match lot.under(6) {
            0 => Collector { authority: None, name: "陌生人".into(), tail: String::new() },
            _ => Collector { authority: Some(house.rights[n][adult]), name: String::new(), tail: String::new() },
        };
        if LATE.contains(&n) && lot.under(2) == 0 {
            continue;
        }
        let barred = k.barred && adult == 1 && who.authority.is_some();
        let off = (k.withdrawn && adult == 1) || who.authority.is_none();
        let must = match () {
            () if barred => "pickup.desk",
            () if off => "pickup.not_listed",
            () if card => "ok",
            () if k.tries >= MOST_TRIES => "pickup.locked",
            () if typed == k.digits => "ok",
            () if k.tries + 1 == MOST_TRIES => "pickup.locked",
            () => "pickup.code",
        };
        let means = if card { Means::Card } else { Means::Code };
        let got = api::hand_over(tx, stay, &who, means, &typed, &a);
        let said = match &got {
            Ok(Done::Handed) => "ok",
            Ok(Done::Wrong(r)) | Err(No::Refused(r)) => r.code,
            Err(_) => "fault",
        };
        if matches!(got, Ok(Done::Handed)) {
            (k.in_care, k.gone) = (false, true);
        }
        if matches!(got, Ok(Done::Wrong(_))) {
            k.tries += 1;
        }
        say("hand over", said, must);
    }
    // The clock at 19:16 and at 19:31; who is still here is late, then very late, and then handed over by card at the desk.
    for text in ["2026-11-24T19:16", "2026-11-24T19:31"] {
        api::settle(tx, centre(1), &when(at(text), "clock", rules))?;
    }
    let a = when(at("2026-11-24T19:40"), "teacher", rules);
    let still = rows::stay::in_care(tx, centre(1))?;
    for s in &still {
        let n = house.children.iter().position(|c| *c == s.child).unwrap();
        if check && s.state != State::Escalated {
            wrong.push(format!("seed {seed} child {n}: {:?} at 19:31", s.state));
        }
        if check && !known[n].in_care {
            wrong.push(format!("seed {seed} child {n}: in care, the model says not"));
        }
        let who = Collector { authority: Some(house.rights[n][0]), name: String::new(), tail: String::new() };
        let closing = api::close_day(tx, centre(1), &a);
        if check && word(&closing) != "child.still_here" {
            wrong.push(format!("seed {seed}: closed with children in care"));
        }
        api::hand_over(tx, s.id, &who, Means::Card, "", &a)?;
    }
    if check && still.len() != known.iter().filter(|k| k.in_care).count() {
        wrong.push(format!("seed {seed}: {} in care, the model says another number", still.len()));
    }
    api::close_day(tx, centre(1), &a)?;
    for (id, found) in [("VE8", (prove::VE8.run)(tx)?), ("VE9", prove::replay(tx, zone())?)] {
        wrong.extend(found.into_iter().map(|w| format!("{id} {w}")));
    }
    Ok(wrong)
}
fn word(got: &Result<(), No>) -> String {
    match got {
        Ok(()) => "ok".into(),
        Err(No::Refused(r)) => r.code.into(),
        Err(other) => other.to_string(),
    }
}

/// Plays so many days on a store of the embedded engine, each undone at its end; gives what was found.
pub fn days(seeds: std::ops::Range<u64>, rules: Rules, check: bool) -> Vec<String> {
    let store = one();
    let house = std::sync::Arc::new(std::sync::Mutex::new(None));
    let made = std::sync::Arc::clone(&house);
    act(&store, at("2026-11-24T09:00"), move |tx, _: &At, _| {
        *made.lock().unwrap() = Some(house_of(tx)?);
        Ok(())
    })
    .unwrap();
    let house = std::sync::Arc::new(house.lock().unwrap().take().unwrap());
    let mut all = Vec::new();
    for seed in seeds {
        let found = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let (kept, house) = (std::sync::Arc::clone(&found), std::sync::Arc::clone(&house));
        // A refusal at the end undoes the day.
        let undone = act(&store, at("2026-11-24T16:00"), move |tx, _: &At, _| {
            *kept.lock().unwrap() = play(tx, &house, seed, rules, check)?;
            Err::<(), No>(kernel::Refusal::conflict("test.undo").into())
        });
        assert_eq!(refused(undone), "test.undo");
        all.extend(std::mem::take(&mut *found.lock().unwrap()));
        if all.len() > 20 {
            break;
        }
    }
    all
}

#[test]
fn a_pick_up_day_in_every_order() {
    let wrong = days(0..seeds(), RULES, true);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_pick_up_day_on_the_server() {
    let store = testing::postgres_with(MIGRATIONS);
    places_of(&store);
    let house = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = std::sync::Arc::clone(&house);
    act(&store, at("2026-11-24T09:00"), move |tx, _: &At, _| {
        let house = house_of(tx)?;
        *kept.lock().unwrap() = play(tx, &house, 1, RULES, true)?;
        Ok(())
    })
    .unwrap();
    let wrong = house.lock().unwrap().clone();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The digits that the model took were the ones of the stay.
#[test]
fn the_model_knows_the_codes() {
    assert_eq!((RULES.code)(&KEY, &stay(1, 1)), code(&KEY, &stay(1, 1)));
}
