//! What other crates may call: errands of a centre, an item, its guide, publishing.

use facts::hall::{ItemPublished, ItemSuspended, ItemWithdrawn};
use kernel::{Actor, Both, CentreId, Instant, Missing, No, Refusal, TimeZone, TwoId};
use people::api::{Asker, Go, TwoAnswer, TwoNeed, TwoState};
use serde::{Deserialize, Serialize};
use store::Tx;
use web::{Errand, SheetFault};

use crate::{
    catalogue::Catalogue,
    guide::{Answers, Guide},
    item::{Item, State},
    lines,
    load::{self, Known},
    rows::{
        item::{self as rows, By, Version},
        taxonomy,
    },
};

/// The action that needs two persons, as the journal and `people_two` name it.
pub const PUBLISH: &str = "hall.item.publish";

/// What one may take a number for in a centre: published items that are offered there and whose line the centre has.
///
/// # Errors
/// A fault of the database.
pub fn errands(tx: &mut Tx, centre: CentreId) -> Result<Vec<Errand>, No> {
    let lines = lines::of(tx, centre)?;
    rows::errands(tx, centre, &lines)
}

/// The version of an item that stands: published, suspended or withdrawn.
///
/// # Errors
/// [`Missing`] for a code that was never published.
pub fn item(tx: &mut Tx, code: &str) -> Result<Version, No> {
    rows::current(tx, code)?.ok_or(No::Missing(Missing("item")))
}

/// The guide of an item for these answers, in a centre or anywhere.
///
/// # Errors
/// [`Missing`] for an unknown code; `item.withdrawn` (410) with its successor.
pub fn guide(tx: &mut Tx, code: &str, answers: &Answers, centre: Option<CentreId>) -> Result<Guide, No> {
    let version = item(tx, code)?;
    if version.state == State::Withdrawn {
        return Err(withdrawn(tx, &version)?.into());
    }
    let lines = centre.map(|c| lines::of(tx, c)).transpose()?;
    let documents = taxonomy::documents(tx)?.into_iter().map(|d| (d.id.clone(), d)).collect();
    let item = &version.item;
    let offer = match (centre, &lines) {
        (Some(centre), Some(lines)) => item.offer_in(centre, lines),
        _ => item.offer.first(),
    };
    Ok(crate::guide::guide(item, &documents, answers, offer))
}

fn withdrawn(tx: &mut Tx, version: &Version) -> Result<Refusal, No> {
    let name = match &version.successor {
        Some(code) => rows::current(tx, code)?.map(|v| v.item.plain),
        None => None,
    };
    Ok(gone(version.state_at, name, &places::api::district(tx)?.time))
}

/// `item.withdrawn` (410) with its day, and what is done instead.
pub(crate) fn gone(at: Instant, successor: Option<Both>, time: &TimeZone) -> Refusal {
    let none = || Both::new("没有替代事项，请打 12345", "nothing; call 12345");
    Refusal::with("item.withdrawn", 410).arg("d", time.day(at)).both("successor", successor.unwrap_or_else(none))
}

/// What items may refer to, as the district stands now.
///
/// # Errors
/// A fault of the database.
pub fn known(tx: &mut Tx) -> Result<Known, No> {
    Ok(Known {
        documents: taxonomy::documents(tx)?.into_iter().map(|d| d.id).collect(),
        lines: lines::everywhere(tx)?,
        events: Some(taxonomy::events(tx)?.into_iter().map(|e| e.id).collect()),
    })
}

/// Reads a typed item against the district as it stands.
///
/// # Errors
/// A fault of the database; the faults of the text are inside.
pub fn check(tx: &mut Tx, text: &str) -> Result<Result<Item, Vec<SheetFault>>, No> {
    let known = known(tx)?;
    Ok(load::item("item.toml", text, &known))
}

/// The whole catalogue, for the pages' memory.
///
/// # Errors
/// A fault of the database.
pub fn catalogue(tx: &mut Tx) -> Result<Catalogue, No> {
    let (items, documents, events, synonyms) = (rows::standing(tx)?, taxonomy::documents(tx)?, taxonomy::events(tx)?, taxonomy::synonyms(tx)?);
    Ok(Catalogue::build(items, documents, events, &synonyms))
}

/// Saves a draft: a new item, the next version of one, or over the draft of revision `over`. Nobody outside sees it.
///
/// # Errors
/// `item.faults` (422); `item.changed` (409) when there is another draft meanwhile; `item.code` (409) when the text names another item than `of`, or a new one names one that exists.
pub fn draft(tx: &mut Tx, of: Option<&str>, text: &str, over: Option<i64>, by: &Actor, now: Instant) -> Result<Version, No> {
    let item = check(tx, text)?.map_err(|faults| Refusal::invalid("item.faults").arg("n", faults.len()).at("text"))?;
    let there = rows::draft(tx, &item.code)?;
    let known = there.is_some() || rows::current(tx, &item.code)?.is_some();
    if of.map_or(known, |code| code != item.code) {
        return Err(Refusal::conflict("item.code").arg("code", &item.code).at("text").into());
    }
    if there.as_ref().map(|d| d.rev) != over {
        return Err(Refusal::conflict("item.changed").into());
    }
    let number = match &there {
        Some(d) => d.version,
        None => rows::next_version(tx, &item.code)?,
    };
    if !rows::save_draft(tx, &item, text, number, over, &people::api::by(by), now)? {
        return Err(Refusal::conflict("item.changed").into());
    }
    tx.about("item", format!("{}@{number}", item.code));
    rows::one(tx, &item.code, number)
}

/// Throws the draft of revision `rev` away.
///
/// # Errors
/// `item.changed` (409); [`Missing`] when there is none.
pub fn discard(tx: &mut Tx, code: &str, rev: i64) -> Result<(), No> {
    let draft = rows::draft(tx, code)?.ok_or(Missing("draft"))?;
    tx.about("item", format!("{code}@{}", draft.version));
    if draft.rev != rev || !rows::drop_draft(tx, code, draft.version)? {
        return Err(Refusal::conflict("item.changed").into());
    }
    Ok(())
}

/// What waits for a second person: exactly this revision of the draft, so an edit afterwards voids the agreement.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The item.
    pub code: String,
    /// Version of the draft.
    pub version: i64,
    /// Its revision.
    pub rev: i64,
}

/// How asking to publish ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// It stands: agreed before, or nobody else could agree.
    Published(i64),
    /// It waits for a second person.
    Waiting(TwoId),
}

/// When, by both clocks, and with what randomness: items live in the district's time, requests for two in the machine's.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// District time.
    pub now: Instant,
    /// Machine time.
    pub real: Instant,
    /// Randomness.
    pub dice: [u8; 32],
}

/// Asks to publish the draft of revision `rev` (发布，双人). Alone only while nobody else could agree, with its reason stored.
///
/// # Errors
/// `item.changed` (409), `item.faults` (422), `reason.needed` (422), [`Missing`] without a draft.
pub fn ask_publish(tx: &mut Tx, code: &str, rev: i64, reason: &str, asker: &Asker, at: At) -> Result<Asked, No> {
    let version = rows::draft(tx, code)?.ok_or(Missing("draft"))?.version;
    let command = Publish { code: code.into(), version, rev };
    let draft = ready(tx, &command)?;
    tx.about("item", format!("{code}@{version}"));
    let text = serde_json::to_string(&command).map_err(|e| kernel::Fault::new(e.to_string()))?;
    let need = TwoNeed { action: PUBLISH, object: code.into(), command: text, reason: reason.into(), duty: "hall.publish" };
    match people::api::two(tx, &need, asker, at.real, &at.dice)? {
        TwoAnswer::Go(go) => publish(tx, &draft, &go, at.now).map(Asked::Published),
        TwoAnswer::Waiting(id) => Ok(Asked::Waiting(id)),
    }
}

/// The second person agrees, or not, on the item's page: what was asked for is done in the same transaction.
///
/// # Errors
/// `own.approve` (409) for who asked; `two.lapsed`, `two.settled`, `item.changed` when the draft was edited since; [`Missing`] when the request is about something else.
pub fn answer(tx: &mut Tx, code: &str, two: TwoId, yes: bool, by: &str, at: At) -> Result<(), No> {
    let asked = people::api::two_of(tx, two)?;
    if asked.action != PUBLISH || asked.object != code {
        return Err(Missing("request").into());
    }
    if !yes {
        return people::api::settle_two(tx, two, false, by, at.real).map(drop);
    }
    let draft = ready(tx, &command_of(&asked.command)?)?;
    people::api::settle_two(tx, two, true, by, at.real)?;
    let go = people::api::go(tx, two)?;
    publish(tx, &draft, &go, at.now)?;
    tx.about("item", format!("{code}@{}", draft.version));
    Ok(())
}

/// What was agreed to elsewhere is done, once. What cannot be done any more (edited since, a paper gone) is left to be asked for again.
pub(crate) fn agreed(tx: &mut Tx, two: TwoId, now: Instant) -> Result<(), No> {
    let asked = people::api::two_of(tx, two)?;
    if asked.action != PUBLISH || asked.state != TwoState::Agreed {
        return Ok(());
    }
    let draft = match ready(tx, &command_of(&asked.command)?) {
        Ok(draft) => draft,
        Err(No::Refused(_)) => return Ok(()),
        Err(other) => return Err(other),
    };
    let go = people::api::go(tx, two)?;
    publish(tx, &draft, &go, now).map(drop)
}

/// What a request to publish changes, line by line, for whoever agrees without opening the item's page.
///
/// # Errors
/// A fault of the database.
pub fn change(tx: &mut Tx, action: &str, code: &str, command: &str) -> Result<Option<people::hooks::Change>, No> {
    if action != PUBLISH {
        return Ok(None);
    }
    let (meant, standing) = (command_of(command)?, rows::current(tx, code)?);
    let Some(draft) = rows::draft(tx, code)?.filter(|d| (d.version, d.rev) == (meant.version, meant.rev)) else { return Ok(None) };
    let before = standing.as_ref().map_or("", |v| v.typed.as_str());
    let lines = crate::pages::admin::changes(before, &draft.typed).into_iter().map(|(sign, line)| (sign, line.to_owned())).collect();
    Ok(Some(people::hooks::Change { name: draft.item.plain.clone(), path: standing.map(|_| format!("/errands/{code}")), lines }))
}

fn command_of(text: &str) -> Result<Publish, No> {
    serde_json::from_str(text).map_err(|e| kernel::Fault::new(format!("publish command: {e}")).into())
}

/// The draft that was asked for, when it is still the same and still good: papers and lines may have gone since it was written.
fn ready(tx: &mut Tx, command: &Publish) -> Result<Version, No> {
    let same = |d: &Version| (d.version, d.rev) == (command.version, command.rev);
    let draft = rows::draft(tx, &command.code)?.filter(same).ok_or_else(|| Refusal::conflict("item.changed"))?;
    match check(tx, &draft.typed)? {
        Ok(_) => Ok(draft),
        Err(faults) => Err(Refusal::invalid("item.faults").arg("n", faults.len()).into()),
    }
}

/// Publishes what two agreed to. The version before steps back; it is never edited.
fn publish(tx: &mut Tx, draft: &Version, go: &Go, now: Instant) -> Result<i64, No> {
    let two = people::api::two_of(tx, go.id())?;
    stand(tx, draft, &By { asked: two.asked_by, agreed: two.agreed_by, alone_why: two.alone_why }, now)?;
    Ok(draft.version)
}

/// The draft stands. Called with proof of two, or by the import at the machine's shell, which is alone by nature and written down so.
pub(crate) fn stand(tx: &mut Tx, draft: &Version, by: &By, now: Instant) -> Result<(), No> {
    if !rows::publish(tx, &draft.item.code, draft.version, draft.rev, by, now)? {
        return Err(Refusal::conflict("item.changed").into());
    }
    taxonomy::turn_on(tx)?;
    tx.tell(&ItemPublished { code: draft.item.code.clone(), version: draft.version });
    Ok(())
}

/// Suspends, resumes or withdraws what stands (暂停、恢复、取消). A withdrawn item keeps its page and names its successor.
///
/// # Errors
/// `item.state` (409) from a state where that cannot be; `item.successor` (422) when the successor is no published item; `item.reason` (422); [`Missing`].
pub fn step(tx: &mut Tx, code: &str, to: State, why: &str, successor: Option<&str>, now: Instant) -> Result<(), No> {
    let version = item(tx, code)?;
    tx.about("item", format!("{code}@{}", version.version));
    if why.trim().is_empty() {
        return Err(Refusal::invalid("item.reason").at("why").into());
    }
    if !version.state.may_become(to) {
        return Err(Refusal::conflict("item.state").into());
    }
    if let Some(next) = successor {
        let stands = rows::current(tx, next)?.is_some_and(|v| v.state == State::Published);
        if next == code || !stands {
            return Err(Refusal::invalid("item.successor").arg("code", next).at("successor").into());
        }
    }
    if !rows::step(tx, code, version.state, to, why, successor.filter(|_| to == State::Withdrawn), now)? {
        return Err(Refusal::conflict("item.changed").into());
    }
    taxonomy::turn_on(tx)?;
    match to {
        State::Withdrawn => tx.tell(&ItemWithdrawn { code: code.into(), successor: successor.map(str::to_owned) }),
        _ => tx.tell(&ItemSuspended { code: code.into(), suspended: to == State::Suspended }),
    }
    Ok(())
}
