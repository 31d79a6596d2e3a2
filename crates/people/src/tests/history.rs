//! PE3 over many histories: asker and agreer differ, alone only while nobody else could agree. Two broken twins must be caught.

use kernel::{AccountId, CentreId, GrantId, Instant, No};
use store::{Store, Tx, params, testing};

use super::world::{now, run, staff};
use crate::{
    api::{self, Asker, Grant, GrantState, NewGrant},
    checks, rows,
};

const PEOPLE: [&str; 4] = ["anna", "bert", "cara", "dina"];

/// How a request is made and agreed to; a twin has its own.
struct Way {
    ask: fn(&mut Tx, &Asker, &NewGrant, Instant, &[u8; 32]) -> Result<Grant, No>,
    agree: fn(&mut Tx, GrantId, &str, Instant) -> Result<(), No>,
}

const REAL: Way =
    Way { ask: |tx, asker, new, at, dice| api::ask_grant(tx, asker, new, at, dice), agree: |tx, id, by, at| api::agree(tx, id, by, at).map(drop) };

store::statements! {
    /// The twin that lets the asker agree: the database would refuse the same name twice, so it leaves the name out.
    ASKER_AGREES = "update people_grant set state = 'active', from_us = $2 where grant_id = $1 and state = 'asked'";
}

/// Forgets to ask whether agreer and asker are the same.
const ASKER_MAY_AGREE: Way = Way {
    agree: |tx, id, by, at| {
        let grant = rows::grant::one(tx, id)?;
        if grant.asked_by == by {
            tx.run(&ASKER_AGREES, params![id, at])?;
            return Ok(());
        }
        api::agree(tx, id, by, at).map(drop)
    },
    ..REAL
};

/// Forgets that others could agree: whoever asks alone, gets alone.
const ALWAYS_ALONE: Way = Way {
    ask: |tx, asker, new, at, dice| {
        let grant = api::ask_grant(tx, asker, new, at, dice)?;
        if grant.state == GrantState::Asked {
            rows::grant::end(tx, grant.id, GrantState::Asked, GrantState::Refused, at)?;
            let alone = Grant { id: api::id(at, dice, "twin"), alone_why: Some("in a hurry".into()), state: GrantState::Active, ..grant };
            rows::grant::add(tx, &alone)?;
            return Ok(alone);
        }
        Ok(grant)
    },
    ..REAL
};

/// A small generator: the same seed, the same history.
struct Steps(u64);
impl Steps {
    fn pick(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// Forty steps of asking, agreeing, revoking, locking among four people; refusals are part of it. Says what PE3 finds at the end.
fn history(store: &Store, way: &'static Way, seed: u64) -> Vec<String> {
    staff(store, &[("anna", "security_admin", 0), ("bert", "clerk", 1), ("cara", "clerk", 1), ("dina", "clerk", 1)], now());
    let ids: Vec<AccountId> = PEOPLE.iter().map(|p| super::world::account(store, p)).collect();
    let mut steps = Steps(seed);
    for n in 1..=40_i64 {
        let at = now().plus_s(n * 60);
        let (who, to, what) = (ids[steps.pick(4)], ids[steps.pick(4)], steps.pick(10));
        let role = ["security_admin", "auditor", "clerk"][steps.pick(3)];
        let dice = web::token::hash(&format!("{seed} {n}"));
        let done = run(store, move |tx| {
            // Only who holds the duty reaches these functions: the route sees to that.
            let holders = rows::grant::holders(tx, ["security_admin"].into_iter(), at)?;
            if !holders.contains(&who) {
                return Ok(());
            }
            let by = api::by(&kernel::Actor::Account(who));
            let asker = Asker { by: by.clone(), account: Some(who), agrees: true, supervises: Vec::new(), machine: false };
            match what {
                0..4 => (way.ask)(
                    tx,
                    &asker,
                    &NewGrant { account: to, role: role.into(), centre: CentreId::DISTRICT, until: None, reason: "as seeded".into() },
                    at,
                    &dice,
                )
                .map(drop),
                4..7 => match rows::grant::waiting(tx)?.first() {
                    Some((g, ..)) => (way.agree)(tx, g.id, &by, at),
                    None => Ok(()),
                },
                7 => match rows::grant::of(tx, to)?.into_iter().find(|g| g.state == GrantState::Active) {
                    Some(g) => api::revoke(tx, &asker, g.id, at),
                    None => Ok(()),
                },
                8 => api::lock(tx, to, "as seeded", at),
                _ => api::unlock(tx, to, at),
            }
        });
        assert!(matches!(done, Ok(()) | Err(No::Refused(_))), "seed {seed} step {n}: {done:?}");
    }
    store.read_blocking(checks::pe3).unwrap()
}

fn found(way: &'static Way, seeds: std::ops::Range<u64>) -> usize {
    seeds.filter(|seed| !history(&testing::sqlite_with(&[crate::MIGRATIONS]), way, *seed).is_empty()).count()
}

#[test]
fn no_history_lets_one_person_do_what_needs_two() {
    for seed in 0..60 {
        assert_eq!(history(&testing::sqlite_with(&[crate::MIGRATIONS]), &REAL, seed), Vec::<String>::new(), "seed {seed}");
    }
    assert_eq!(history(&testing::postgres_with(&[crate::MIGRATIONS]), &REAL, 7), Vec::<String>::new());
}

#[test]
fn a_twin_that_lets_the_asker_agree_is_caught() {
    assert!(found(&ASKER_MAY_AGREE, 0..30) > 0);
}

#[test]
fn a_twin_that_is_always_alone_is_caught() {
    assert!(found(&ALWAYS_ALONE, 0..30) > 0);
}
