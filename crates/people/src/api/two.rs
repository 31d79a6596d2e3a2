//! What needs two persons, and what one did alone.

use kernel::{Instant, No, Refusal, TwoId};
use store::Tx;

use super::{Asker, Go, Two, TwoAnswer, TwoNeed, TwoState, grant::agreers, id, start::SAMPLE};
use crate::{grant, login, rows};

/// Whether an action that needs two persons may be done now: agreed to before, or nobody else could agree (then the reason is on record), or it
/// waits. `Go` is given once: the request is done with this transaction. After an agreement the asker repeats the same command, or the slice hears
/// `people.two_settled` and takes [`go`].
///
/// # Errors
/// `reason.needed`.
pub fn two(tx: &mut Tx, need: &TwoNeed, asker: &Asker, now: Instant, dice: &[u8; 32]) -> Result<TwoAnswer, No> {
    if let Some(same) = rows::two::same(tx, need.action, &need.object, &need.command, &asker.by, now)? {
        return Ok(if same.state == TwoState::Agreed { TwoAnswer::Go(spend(tx, &same)?) } else { TwoAnswer::Waiting(same.id) });
    }
    let reason = login::reason(&need.reason)?;
    let alone = asker.machine || agreers(tx, need.duty, now)?.into_iter().all(|a| Some(a) == asker.account);
    let two = Two {
        id: id(now, dice, &format!("two {} {}", need.action, need.object)),
        action: need.action.into(),
        object: need.object.clone(),
        command: need.command.clone(),
        alone_why: alone.then(|| reason.clone()),
        reason,
        duty: need.duty.into(),
        asked_by: asker.by.clone(),
        asked_at: now,
        agreed_by: None,
        until: now.plus_s(grant::WAITS_S),
        state: if alone { TwoState::Done } else { TwoState::Asked },
    };
    rows::two::add(tx, &two)?;
    if alone {
        return Ok(TwoAnswer::Go(Go { id: two.id, alone }));
    }
    tx.tell(&facts::people::TwoAsked { two: two.id, action: two.action });
    Ok(TwoAnswer::Waiting(two.id))
}

fn spend(tx: &mut Tx, two: &Two) -> Result<Go, No> {
    if rows::two::step(tx, two.id, TwoState::Agreed, TwoState::Done, None)? {
        Ok(Go { id: two.id, alone: two.alone_why.is_some() })
    } else {
        Err(Refusal::conflict("two.settled").into())
    }
}

/// Takes what was agreed to, once: for a slice that heard `people.two_settled`.
///
/// # Errors
/// `two.settled` (409) when it is not agreed to, or was done before.
pub fn go(tx: &mut Tx, id: TwoId) -> Result<Go, No> {
    let two = rows::two::one(tx, id)?;
    spend(tx, &two)
}

/// One request.
///
/// # Errors
/// Missing.
pub fn two_of(tx: &mut Tx, id: TwoId) -> Result<Two, No> {
    rows::two::one(tx, id)
}

/// Requests that wait, newest first.
pub fn two_open(tx: &mut Tx) -> Result<Vec<Two>, No> {
    rows::two::open(tx)
}

/// A second person agrees (or not) to another slice's request. That this person may is the route's question: `people.agree`, or the request's own duty.
///
/// # Errors
/// `own.approve` (409) to the own request; `two.lapsed` (410); `two.settled` (409).
pub fn settle_two(tx: &mut Tx, id: TwoId, yes: bool, by: &str, now: Instant) -> Result<Two, No> {
    let two = rows::two::one(tx, id)?;
    tx.about("two", id);
    if two.state != TwoState::Asked {
        return Err(Refusal::conflict("two.settled").into());
    }
    if two.until <= now {
        return Err(Refusal::with("two.lapsed", 410).into());
    }
    let (to, how) = if yes { (TwoState::Agreed, "agreed") } else { (TwoState::Refused, "refused") };
    if yes {
        grant::other(&two.asked_by, by)?;
    }
    let agreed_by = Some(by).filter(|by| *by != two.asked_by);
    if !rows::two::step(tx, id, TwoState::Asked, to, agreed_by)? {
        return Err(Refusal::conflict("two.settled").into());
    }
    tx.tell(&facts::people::TwoSettled { two: id, action: two.action.clone(), how: how.into() });
    rows::two::one(tx, id)
}

/// Something that one person did where two are needed: red on A2.
#[derive(Clone, Debug)]
pub struct Alone {
    /// A grant's role, or the action.
    pub what: String,
    /// Who, as `kind:id`.
    pub by: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: Instant,
}

/// What was done alone since a moment.
pub fn alone(tx: &mut Tx, since: Instant) -> Result<Vec<Alone>, No> {
    let grants = rows::grant::ever(tx, "")?.into_iter().filter(|g| g.from >= since && g.asked_by != SAMPLE);
    let mut all: Vec<Alone> = grants.filter_map(|g| g.alone_why.map(|why| Alone { what: g.role, by: g.asked_by, why, at: g.from })).collect();
    all.extend(rows::two::alone(tx, since)?.into_iter().filter_map(|t| t.alone_why.map(|why| Alone { what: t.action, by: t.asked_by, why, at: t.asked_at })));
    Ok(all)
}
