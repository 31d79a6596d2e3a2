//! What is done at the door; each joins the caller's transaction. Whatever is decided about a child is decided while its row is held.

use kernel::{AuthorityId, BlockId, Both, CentreId, ConcernId, Day, Instant, Missing, No, PersonId, Refusal, StayId, TimeZone};
use store::{Dice, Tx};

use super::{
    child::{Authority, Block, Child, ConcernState, Verified},
    handover::{At, Case, Collector, Means, Verdict},
    rows::{self, block::Why, stay::Handover},
    stay::{Action, MOST_TRIES, State, Stay},
};

/// Holds a child's row: who decides on it next sees what was done here. Gives the number of this change.
fn hold(tx: &mut Tx, child: PersonId) -> Result<i64, No> {
    Ok(rows::child::hold(tx, child)?.ok_or(Missing("child"))?)
}
fn child_of(tx: &mut Tx, id: PersonId) -> Result<Child, No> {
    Ok(rows::child::one(tx, id)?.ok_or(Missing("child"))?)
}
/// A name as typed: 1 to 40 characters without edges.
fn name(typed: &str, field: &'static str) -> Result<String, Refusal> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if (1..=40).contains(&name.chars().count()) { Ok(name) } else { Err(Refusal::invalid("pickup.name").at(field)) }
}
/// The last four digits of a telephone, or nothing.
fn tail(typed: &str) -> Result<String, Refusal> {
    let tail = typed.trim();
    let four = tail.len() == 4 && tail.bytes().all(|b| b.is_ascii_digit());
    if tail.is_empty() || four { Ok(tail.to_owned()) } else { Err(Refusal::invalid("pickup.tail").at("tail")) }
}
/// A text of one to `most` characters.
fn words(typed: &str, most: usize, field: &'static str) -> Result<String, Refusal> {
    let text = typed.trim();
    if (1..=most).contains(&text.chars().count()) { Ok(text.to_owned()) } else { Err(Refusal::invalid("pickup.words").arg("n", most).at(field)) }
}

/// A child as the desk registers it, with its guardian as the first who may collect it.
#[derive(Clone, Debug)]
pub(crate) struct NewChild {
    pub name: String,
    pub birth_year: i64,
    pub guardian: String,
    pub guardian_name: String,
    pub tail: String,
    pub allergies: String,
    pub verified: Verified,
    pub alone: bool,
}
/// Registers a child whose guardian stands here with a paper, and makes the pass of the guardian's page; gives the pass's code.
///
/// # Errors
/// `pickup.name`, `pickup.tail`, `pickup.year`, `pickup.words`; `pickup.known` when the same child is registered already.
pub(crate) fn register(tx: &mut Tx, centre: CentreId, new: &NewChild, token_hash: [u8; 32], at: &At, dice: &mut Dice) -> Result<(Child, String), No> {
    let year = i64::from(at.day().parts().0);
    if !(year - 18..=year).contains(&new.birth_year) {
        return Err(Refusal::invalid("pickup.year").arg("a", year - 18).arg("b", year).at("birth_year").into());
    }
    let tail = tail(&new.tail)?;
    if tail.is_empty() {
        return Err(Refusal::invalid("pickup.tail").at("tail").into());
    }
    let allergies = if new.allergies.trim().is_empty() { String::new() } else { words(&new.allergies, 120, "allergies")? };
    let child = Child {
        id: dice.id(at.now),
        centre,
        name: name(&new.name, "name")?,
        birth_year: new.birth_year,
        guardian: words(&new.guardian, 8, "guardian")?,
        allergies,
        verified: new.verified,
        alone: new.alone.then_some(at.now),
    };
    if let Some(there) = rows::child::known(tx, &child.name, child.birth_year, &tail)? {
        return Err(Refusal::conflict("pickup.known").both("place", places::api::centre(tx, there)?.name).into());
    }
    rows::child::insert(tx, &child, &at.by, at.now)?;
    let rev = hold(tx, child.id)?;
    let guardian = Authority {
        id: dice.id(at.now),
        child: child.id,
        name: name(&new.guardian_name, "guardian_name")?,
        tail,
        weekdays: 127,
        once_on: None,
        granted_by: at.by.clone(),
        granted_at: at.now,
        withdrawn_at: None,
    };
    rows::child::grant(tx, &guardian, rev)?;
    tx.about("child", child.id);
    let code = new_pass(tx, child.id, token_hash, at, dice)?;
    Ok((child, code))
}
fn new_pass(tx: &mut Tx, child: PersonId, token_hash: [u8; 32], at: &At, dice: &mut Dice) -> Result<String, No> {
    for _ in 0..8 {
        let code = web::token::code(&dice.throw(), 8);
        if rows::child::pass(tx, token_hash, &code, child, at.now)? {
            return Ok(code);
        }
    }
    Err(kernel::Fault::new("eight codes of forty bits were all taken").into())
}
/// A new pass for a child; those before open nothing any more.
pub(crate) fn renew_pass(tx: &mut Tx, child: PersonId, token_hash: [u8; 32], at: &At, dice: &mut Dice) -> Result<String, No> {
    hold(tx, child)?;
    rows::child::end_passes(tx, child, at.now)?;
    tx.about("child", child);
    new_pass(tx, child, token_hash, at, dice)
}
/// Changes what may change: allergies, and whether the child may leave alone (the guardian's paper was seen).
pub(crate) fn edit(tx: &mut Tx, id: PersonId, allergies: &str, alone: bool, at: &At) -> Result<(), No> {
    hold(tx, id)?;
    let mut child = child_of(tx, id)?;
    child.allergies = if allergies.trim().is_empty() { String::new() } else { words(allergies, 120, "allergies")? };
    child.alone = alone.then(|| child.alone.unwrap_or(at.now));
    rows::child::save(tx, &child)?;
    tx.about("child", id);
    changed(tx, &child);
    Ok(())
}
fn changed(tx: &mut Tx, child: &Child) {
    tx.tell(&facts::venues::PickupChanged { child: child.id, centre: child.centre });
}

/// Whom a token opens, with the pass's code.
///
/// # Errors
/// Missing.
pub(crate) fn open_token(tx: &mut Tx, token: &str) -> Result<(Child, String), No> {
    Ok(rows::child::by_token(tx, web::token::hash(token))?.ok_or(Missing("pass"))?)
}
/// Whom a code typed at a desk opens.
///
/// # Errors
/// `pickup.no_child`.
pub(crate) fn open_code(tx: &mut Tx, typed: &str) -> Result<Child, No> {
    let typed: String = typed.chars().take(32).collect();
    Ok(rows::child::by_code(tx, &web::token::read_code(&typed))?.ok_or_else(|| Refusal::invalid("pickup.no_child").at("code8"))?)
}

/// Somebody who may collect a child from now on.
#[derive(Clone, Debug)]
pub(crate) struct NewAuthority {
    pub name: String,
    pub tail: String,
    pub weekdays: Vec<i64>,
    pub once_on: Option<Day>,
}
/// Adds somebody who may collect a child.
///
/// # Errors
/// `pickup.name`, `pickup.tail`, `pickup.days`, `pickup.past`.
pub(crate) fn grant(tx: &mut Tx, child: PersonId, new: &NewAuthority, at: &At, dice: &mut Dice) -> Result<Authority, No> {
    let (name, tail) = (name(&new.name, "name")?, tail(&new.tail)?);
    let weekdays = new.weekdays.iter().filter(|d| (0..7).contains(*d)).fold(0, |all, d| all | 1 << d);
    if (weekdays == 0) == new.once_on.is_none() || new.weekdays.iter().any(|d| !(0..7).contains(d)) {
        return Err(Refusal::invalid("pickup.days").at("once_on").into());
    }
    if new.once_on.is_some_and(|d| d < at.day()) {
        return Err(Refusal::invalid("pickup.past").at("once_on").into());
    }
    let rev = hold(tx, child)?;
    let authority =
        Authority { id: dice.id(at.now), child, name, tail, weekdays, once_on: new.once_on, granted_by: at.by.clone(), granted_at: at.now, withdrawn_at: None };
    rows::child::grant(tx, &authority, rev)?;
    tx.about("authority", authority.id);
    let child = child_of(tx, child)?;
    changed(tx, &child);
    Ok(authority)
}
/// Takes somebody off the list, at once. Doing it again changes nothing.
///
/// # Errors
/// Missing when it is no right to this child.
pub(crate) fn withdraw(tx: &mut Tx, child: PersonId, id: AuthorityId, at: &At) -> Result<(), No> {
    rows::child::authority_of(tx, id)?.filter(|a| a.child == child).ok_or(Missing("authority"))?;
    let rev = hold(tx, child)?;
    rows::child::withdraw(tx, id, &at.by, at.now, rev)?;
    tx.about("authority", id);
    let child = child_of(tx, child)?;
    changed(tx, &child);
    Ok(())
}

/// Bars somebody from a child, at once.
///
/// # Errors
/// `pickup.name`, `pickup.tail`, `pickup.evidence` without a reference, `pickup.past`.
pub(crate) fn block(tx: &mut Tx, child: PersonId, who: &Collector, why: &Why, until: Option<Instant>, at: &At, dice: &mut Dice) -> Result<BlockId, No> {
    if !(1..=120).contains(&why.evidence.trim().chars().count()) || why.note.chars().count() > 400 {
        return Err(Refusal::invalid("pickup.evidence").at("evidence").into());
    }
    if until.is_some_and(|u| u <= at.now) {
        return Err(Refusal::invalid("pickup.past").at("until").into());
    }
    let rev = hold(tx, child)?;
    let block = Block {
        id: dice.id(at.now),
        child,
        name: name(&who.name, "name")?,
        tail: tail(&who.tail)?,
        set_by: at.by.clone(),
        set_at: at.now,
        until,
        ended_at: None,
    };
    rows::block::insert(tx, &block, why, rev)?;
    tx.about("block", block.id);
    block_changed(tx, child)?;
    Ok(block.id)
}
/// Says it to the desks: of the house where the child is registered, and where it is now. The guardian's page hears nothing of it.
fn block_changed(tx: &mut Tx, child: PersonId) -> Result<(), No> {
    let centre = child_of(tx, child)?.centre;
    tx.tell(&facts::venues::BlockChanged { centre });
    Ok(())
}
/// Ends a block; by another person than who set it.
///
/// # Errors
/// `pickup.second`, `pickup.words`, `pickup.ended`.
pub(crate) fn end_block(tx: &mut Tx, id: BlockId, why: &str, at: &At) -> Result<(), No> {
    let block = rows::block::one(tx, id)?.ok_or(Missing("block"))?;
    let rev = hold(tx, block.child)?;
    if block.set_by == at.by {
        return Err(Refusal::conflict("pickup.second").into());
    }
    let why = words(why, 200, "why")?;
    if !rows::block::end(tx, id, &why, &at.by, at.now, rev)? {
        return Err(Refusal::conflict("pickup.ended").into());
    }
    tx.about("block", id);
    block_changed(tx, block.child)
}

/// Writes down a worry that a child is harmed.
///
/// # Errors
/// `pickup.words`.
pub(crate) fn worry(tx: &mut Tx, centre: CentreId, child: PersonId, what: &str, at: &At, dice: &mut Dice) -> Result<ConcernId, No> {
    let (what, id) = (words(what, 1_000, "what")?, dice.id(at.now));
    child_of(tx, child)?;
    rows::block::open_concern(tx, id, centre, child, &what, &at.by, at.now)?;
    tx.about("concern", id);
    tx.tell(&facts::venues::ConcernOpened { concern: id, centre });
    Ok(id)
}
/// Takes a worry its next step: reported to `authority` under `no`, or closed with `outcome`.
///
/// # Errors
/// `pickup.words`; `pickup.concern` when it does not stand where this step begins.
pub(crate) fn worry_on(tx: &mut Tx, id: ConcernId, to: ConcernState, (first, second): (&str, &str), at: &At) -> Result<(), No> {
    let concern = rows::block::concern_one(tx, id)?.ok_or(Missing("concern"))?;
    let done = concern.state.next() == Some(to)
        && match to {
            ConcernState::Reported => rows::block::report_concern(tx, id, &words(first, 80, "authority")?, &words(second, 80, "number")?, &at.by, at.now)?,
            _ => rows::block::close_concern(tx, id, &words(first, 400, "outcome")?, &at.by, at.now)?,
        };
    tx.about("concern", id);
    if done { Ok(()) } else { Err(Refusal::conflict("pickup.concern").both("state", concern.state.name()).into()) }
}

/// A child that is expected.
#[derive(Clone, Debug)]
pub(crate) struct NewStay {
    pub label: String,
    pub from: Instant,
    pub to: Instant,
    pub session: Option<String>,
}
/// Puts a child on the list of who is expected.
///
/// # Errors
/// `pickup.words`, `pickup.times`; `child.twice` when it is somewhere else at that time.
pub(crate) fn expect(tx: &mut Tx, centre: CentreId, child: PersonId, new: &NewStay, at: &At, dice: &mut Dice) -> Result<Stay, No> {
    hold(tx, child)?;
    if new.from >= new.to || new.to <= at.now || new.to.seconds_since(new.from) > 16 * 3_600 {
        return Err(Refusal::invalid("pickup.times").at("to").into());
    }
    let stay = Stay {
        id: dice.id(at.now),
        centre,
        child,
        label: words(&new.label, 40, "label")?,
        from: new.from,
        to: new.to,
        session: new.session.clone(),
        state: State::Expected,
        dropped_by: None,
        dropped_at: None,
        ack_by: None,
        code_hash: None,
        tries: 0,
        locked_at: None,
        called_at: None,
        late_at: None,
        escalated_at: None,
        over_at: None,
        alerted_at: None,
        ended_at: None,
        ended_by: None,
        note: None,
        permit: None,
    };
    let there = rows::stay::of_child(tx, child, at.now)?;
    if let Some(other) = there.iter().find(|s| !s.state.ended() && s.from < stay.to && s.to > stay.from) {
        return Err(twice(tx, other)?.into());
    }
    rows::stay::insert(tx, &stay, &at.by, at.now)?;
    tx.about("stay", stay.id);
    tx.tell(&facts::venues::ChildDropped { stay: stay.id, child, centre, state: stay.state.code().into() });
    Ok(stay)
}
/// `child.twice`: where the child is.
fn twice(tx: &mut Tx, other: &Stay) -> Result<Refusal, No> {
    let (child, place) = (child_of(tx, other.child)?, places::api::centre(tx, other.centre)?.name);
    Ok(Refusal::conflict("child.twice").arg("name", child.name).both("place", place))
}

/// A stay whose child's row is held now, with the number of this change.
fn held(tx: &mut Tx, id: StayId) -> Result<(Stay, Child, i64), No> {
    let child = rows::stay::one(tx, id)?.ok_or(Missing("stay"))?.child;
    let rev = hold(tx, child)?;
    tx.about("stay", id);
    Ok((rows::stay::one(tx, id)?.ok_or(Missing("stay"))?, child_of(tx, child)?, rev))
}
/// Where `action` leads, or why it cannot be done.
fn after(stay: &Stay, action: Action) -> Result<State, No> {
    stay.state.after(action).ok_or_else(|| Refusal::conflict("pickup.state").both("state", stay.state.name()).into())
}
/// Writes a step.
fn save(tx: &mut Tx, stay: &Stay, from: State, action: Action, at: &At) -> Result<(), No> {
    rows::stay::save(tx, stay, from, || {
        Refusal::conflict("child.twice").both("name", Both::new("孩子", "The child")).both("place", Both::new("别处", "another place"))
    })?;
    rows::stay::step(tx, stay, action, from, &at.by, at.now)?;
    let (id, child, centre, state) = (stay.id, stay.child, stay.centre, stay.state.code().to_owned());
    if stay.state.ended() {
        tx.tell(&facts::venues::ChildHandedOver { stay: id, child, centre, state });
    } else if action == Action::Drop {
        tx.tell(&facts::venues::ChildDropped { stay: id, child, centre, state });
    } else {
        late(tx, stay, if action == Action::Call { "called" } else { stay.state.code() });
    }
    Ok(())
}
fn late(tx: &mut Tx, stay: &Stay, what: &str) {
    tx.tell(&facts::venues::ChildLate { stay: stay.id, child: stay.child, centre: stay.centre, what: what.into() });
}

/// A child is brought: from now on it is in the care of the house, and the code of this stay exists.
///
/// # Errors
/// `pickup.name`, `pickup.state`, `allergy.ack`, `child.twice`.
pub(crate) fn drop_off(tx: &mut Tx, id: StayId, by: &str, acknowledged: bool, at: &At) -> Result<Stay, No> {
    let (mut stay, child, _) = held(tx, id)?;
    let (from, to) = (stay.state, after(&stay, Action::Drop)?);
    let by = name(by, "by")?;
    if !child.allergies.is_empty() && !acknowledged {
        return Err(Refusal::invalid("allergy.ack").arg("list", &child.allergies).at("ack").into());
    }
    let others = rows::stay::of_child(tx, stay.child, at.now)?;
    if let Some(other) = others.iter().find(|s| s.state.in_care()) {
        return Err(twice(tx, other)?.into());
    }
    let code = (at.rules.code)(at.key, &stay);
    stay.code_hash = Some((at.rules.hashed)(at.key, &stay, &code));
    stay.ack_by = (!child.allergies.is_empty()).then(|| by.clone());
    (stay.state, stay.dropped_by, stay.dropped_at) = (to, Some(by), Some(at.now));
    save(tx, &stay, from, Action::Drop, at)?;
    rows::stay::reopen(tx, stay.centre, at.day())?;
    Ok(stay)
}
/// The child is called to the door.
///
/// # Errors
/// `pickup.state`.
pub(crate) fn call(tx: &mut Tx, id: StayId, at: &At) -> Result<Stay, No> {
    let (mut stay, ..) = held(tx, id)?;
    let (from, to) = (stay.state, after(&stay, Action::Call)?);
    (stay.state, stay.called_at) = (to, Some(at.now));
    save(tx, &stay, from, Action::Call, at)?;
    Ok(stay)
}
fn end(tx: &mut Tx, mut stay: Stay, action: Action, at: &At) -> Result<Stay, No> {
    let (from, to) = (stay.state, after(&stay, action)?);
    (stay.state, stay.ended_at, stay.ended_by) = (to, Some(at.now), Some(at.staff.clone()));
    save(tx, &stay, from, action, at)?;
    Ok(stay)
}
/// The child did not come; why, when it is known.
///
/// # Errors
/// `pickup.state`.
pub(crate) fn absent(tx: &mut Tx, id: StayId, why: &str, at: &At) -> Result<Stay, No> {
    let (mut stay, ..) = held(tx, id)?;
    stay.note = Some(why.trim().chars().take(120).collect::<String>()).filter(|w| !w.is_empty());
    end(tx, stay, Action::Absent, at)
}
/// The child leaves alone.
///
/// # Errors
/// `pickup.state`; `pickup.alone` under eight, or without the guardian's paper.
pub(crate) fn leave_alone(tx: &mut Tx, id: StayId, at: &At) -> Result<Stay, No> {
    let (mut stay, child, _) = held(tx, id)?;
    after(&stay, Action::Alone)?;
    if !child.may_leave_alone(at.day()) {
        return Err(Refusal::conflict("pickup.alone").into());
    }
    stay.permit = child.alone;
    end(tx, stay, Action::Alone, at)
}
/// The child is given to police or a hospital: to whom, in words.
///
/// # Errors
/// `pickup.state`, `pickup.words`.
pub(crate) fn to_authority(tx: &mut Tx, id: StayId, to: &str, at: &At) -> Result<Stay, No> {
    let (mut stay, ..) = held(tx, id)?;
    stay.note = Some(words(to, 200, "to")?);
    end(tx, stay, Action::Authority, at)
}

/// What came of a handover.
#[derive(Debug)]
pub(crate) enum Done {
    /// The child went.
    Handed,
    /// A wrong code: that is written down, and what to say.
    Wrong(Refusal),
}
/// Hands a child over: the one act that cannot be taken back.
///
/// # Errors
/// `pickup.desk` (403) for who is barred, before anything else is looked at; `pickup.used` (410), `pickup.state`, `pickup.not_listed` (403), `pickup.locked`.
pub(crate) fn hand_over(tx: &mut Tx, id: StayId, who: &Collector, means: Means, typed: &str, at: &At) -> Result<Done, No> {
    let (mut stay, _, rev) = held(tx, id)?;
    let authorities = rows::child::authorities(tx, stay.child)?;
    let mut who = who.clone();
    if let Some(right) = who.authority {
        let right = authorities.iter().find(|a| a.id == right).ok_or(Missing("authority"))?;
        (who.name, who.tail) = (right.name.clone(), right.tail.clone());
    } else {
        (who.name, who.tail) = (name(&who.name, "name")?, tail(&who.tail)?);
    }
    let code: String = typed.chars().filter(char::is_ascii_digit).take(12).collect();
    let given = (means == Means::Code).then(|| (at.rules.hashed)(at.key, &stay, &code));
    let blocks = rows::block::of_child(tx, stay.child)?;
    let case = Case { stay: &stay, who: &who, authorities: &authorities, blocks: &blocks, means, given: given.as_deref(), day: at.day(), now: at.now };
    match (at.rules.decide)(&case) {
        Verdict::Go(authority) => {
            let handover = Handover { stay: id, authority, means, code_hash: given, staff: at.by.clone(), staff_name: at.staff.clone(), at: at.now, rev };
            rows::stay::hand_over(tx, &handover)?;
            end(tx, stay, Action::HandOver, at)?;
            Ok(Done::Handed)
        }
        Verdict::Wrong(right, left) => {
            let from = stay.state;
            stay.tries += 1;
            stay.locked_at = (stay.tries >= MOST_TRIES).then_some(at.now);
            rows::stay::save(tx, &stay, from, || Refusal::conflict("pickup.state"))?;
            rows::stay::wrong_code(tx, &stay, right, at.now, rev)?;
            late(tx, &stay, if stay.locked_at.is_some() { "locked" } else { "wrong" });
            Ok(Done::Wrong(if stay.locked_at.is_some() {
                Refusal::conflict("pickup.locked")
            } else {
                Refusal::conflict("pickup.code").arg("n", left).at("code")
            }))
        }
        Verdict::Desk => Err(Refusal::with("pickup.desk", 403).into()),
        Verdict::Used => Err(Refusal::with("pickup.used", 410).into()),
        Verdict::State => Err(Refusal::conflict("pickup.state").both("state", stay.state.name()).into()),
        Verdict::NotListed => Err(Refusal::with("pickup.not_listed", 403).arg("name", who.name).into()),
        Verdict::Locked => Err(Refusal::conflict("pickup.locked").into()),
    }
}

/// Ends the day of a centre, when nobody is in its care.
///
/// # Errors
/// `child.still_here` with who is.
pub(crate) fn close_day(tx: &mut Tx, centre: CentreId, at: &At) -> Result<(), No> {
    let still = rows::stay::in_care(tx, centre)?;
    if !still.is_empty() {
        let mut names = Vec::new();
        for s in &still {
            names.push(child_of(tx, s.child)?.name);
        }
        let list = Both::new(names.join("、"), names.join(", "));
        return Err(Refusal::conflict("child.still_here").arg("n", still.len()).both("list", list).into());
    }
    Ok(rows::stay::close(tx, centre, at.day(), &at.by, at.now)?)
}

/// Centres where the clock has something to do.
///
/// # Errors
/// A fault of the store.
pub(crate) fn due(tx: &mut Tx, zone: &TimeZone, now: Instant) -> Result<Vec<CentreId>, No> {
    let mut due = Vec::new();
    for centre in rows::stay::centres(tx, now)? {
        let shut = shut(tx, centre, zone, now)?;
        if rows::stay::live(tx, centre, now)?.iter().any(|s| s.due(now).is_some() || (shut && s.alarm(now))) {
            due.push(centre);
        }
    }
    Ok(due)
}
fn shut(tx: &mut Tx, centre: CentreId, zone: &TimeZone, now: Instant) -> Result<bool, No> {
    match places::api::open_now(tx, centre, zone, now) {
        Ok(_) => Ok(false),
        Err(No::Refused(_)) => Ok(true),
        Err(no) => Err(no),
    }
}
/// What the clock does in a centre: not brought, late, escalated; and the alarm for who is still here when the house has shut. Says how many.
///
/// # Errors
/// A fault of the store.
pub(crate) fn settle(tx: &mut Tx, centre: CentreId, at: &At) -> Result<usize, No> {
    let shut = shut(tx, centre, at.zone, at.now)?;
    let mut done = 0;
    for mut stay in rows::stay::live(tx, centre, at.now)? {
        while let Some(action) = stay.due(at.now) {
            done += 1;
            if action == Action::Absent {
                stay = end(tx, stay, action, at)?;
                continue;
            }
            let (from, to) = (stay.state, after(&stay, action)?);
            stay.state = to;
            match action {
                Action::Late => stay.late_at = Some(at.now),
                _ => stay.escalated_at = Some(at.now),
            }
            save(tx, &stay, from, action, at)?;
        }
        if shut && stay.alarm(at.now) {
            done += 1;
            stay.over_at = stay.over_at.or(Some(at.now));
            stay.alerted_at = Some(at.now);
            rows::stay::save(tx, &stay, stay.state, || Refusal::conflict("pickup.state"))?;
            late(tx, &stay, "still_here");
        }
    }
    Ok(done)
}
