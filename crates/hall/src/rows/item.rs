//! Versions of items, and where they are done.

use kernel::{Both, CentreId, Fault, Instant, No, OnViolation, Refusal, ServiceClass};
use store::{Row, Tx, params};

use crate::{
    catalogue::Current,
    item::{Item, State},
};

store::statements! {
    /// A version by its number.
    ONE = "select code, version, rev, state, body, typed, made_at_us, made_by, published_at_us, asked_by, agreed_by, alone_why, state_at_us, state_why, successor, replaced_at_us
        from hall_item where code = $1 and version = $2";
    /// The draft of an item.
    DRAFT = "select code, version, rev, state, body, typed, made_at_us, made_by, published_at_us, asked_by, agreed_by, alone_why, state_at_us, state_why, successor, replaced_at_us
        from hall_item where code = $1 and state = 'draft'";
    /// The version that stands.
    CURRENT = "select code, version, rev, state, body, typed, made_at_us, made_by, published_at_us, asked_by, agreed_by, alone_why, state_at_us, state_why, successor, replaced_at_us
        from hall_item where code = $1 and state <> 'draft' and replaced_at_us is null";
    /// Every version of an item, newest first.
    VERSIONS = "select code, version, rev, state, body, typed, made_at_us, made_by, published_at_us, asked_by, agreed_by, alone_why, state_at_us, state_why, successor, replaced_at_us
        from hall_item where code = $1 order by version desc";
    /// Every version that stands, and every draft.
    LIST = "select code, version, rev, state, plain_zh, plain_en, class, state_at_us from hall_item where replaced_at_us is null order by code, version";
    /// What stands, for the catalogue in memory.
    STANDING = "select body, version, state, successor, state_at_us from hall_item where state <> 'draft' and replaced_at_us is null order by code";
    /// What stands, as typed.
    TYPED = "select code, typed from hall_item where state <> 'draft' and replaced_at_us is null order by code";
    /// What is done in a centre: an offer that names it, and those for every centre.
    ERRANDS = "select i.code, i.plain_zh, i.plain_en, i.short_zh, i.short_en, i.class, o.line, o.typical_min, o.centre_id
        from hall_offer o join hall_item i on i.code = o.code and i.version = o.version
        where i.state = 'published' and i.replaced_at_us is null and o.centre_id in (0, $1) order by i.code, o.centre_id desc";
    /// The highest version of an item.
    HIGHEST = "select cast(coalesce(max(version), 0) as int8) from hall_item where code = $1";
    /// A new draft.
    ADD = "insert into hall_item (code, version, rev, state, class, plain_zh, plain_en, short_zh, short_en, body, typed, made_at_us, made_by, state_at_us)
        values ($1, $2, 1, 'draft', $3, $4, $5, $6, $7, $8, $9, $10, $11, $10)";
    /// Edits a draft that nobody changed meanwhile.
    EDIT = "update hall_item set rev = rev + 1, class = $3, plain_zh = $4, plain_en = $5, short_zh = $6, short_en = $7, body = $8, typed = $9, made_at_us = $10, made_by = $11, state_at_us = $10
        where code = $1 and state = 'draft' and rev = $2";
    /// Throws a draft away.
    DROP = "delete from hall_item where code = $1 and version = $2 and state = 'draft'";
    /// The version that stood steps back.
    REPLACE = "update hall_item set replaced_at_us = $2 where code = $1 and state <> 'draft' and replaced_at_us is null";
    /// The draft stands now. $5 who asked, $6 who agreed, $7 why alone.
    PUBLISH = "update hall_item set state = 'published', published_at_us = $4, state_at_us = $4, asked_by = $5, agreed_by = $6, alone_why = $7
        where code = $1 and version = $2 and rev = $3 and state = 'draft'";
    /// Suspends, resumes, withdraws: only from the state it was read in.
    STEP = "update hall_item set state = $3, state_at_us = $4, state_why = $5, successor = $6 where code = $1 and state = $2 and replaced_at_us is null";
    /// Forgets where a draft is done.
    CLEAR_OFFERS = "delete from hall_offer where code = $1 and version = $2";
    /// Where it is done.
    ADD_OFFER = "insert into hall_offer (code, version, centre_id, line, bookable, typical_min) values ($1, $2, $3, $4, $5, $6)";
    /// Rows of offers, to be compared with their item's body.
    OFFERS = "select o.code, o.version, o.centre_id, o.line from hall_offer o join hall_item i on i.code = o.code and i.version = o.version
        where i.replaced_at_us is null order by o.code, o.version, o.centre_id";
}

/// A version as stored.
#[allow(clippy::struct_field_names)] // its number is called version everywhere: column, JSON, pages
#[derive(Clone, PartialEq, Debug)]
pub struct Version {
    /// The item.
    pub item: Item,
    /// Its number, from 1.
    pub version: i64,
    /// Counts the edits of a draft.
    pub rev: i64,
    /// Where it stands.
    pub state: State,
    /// Its file as written.
    pub typed: String,
    /// When it was written.
    pub made_at: Instant,
    /// By whom.
    pub made_by: String,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// Who asked for it.
    pub asked_by: Option<String>,
    /// Who agreed.
    pub agreed_by: Option<String>,
    /// Why one person did it.
    pub alone_why: Option<String>,
    /// Since when in this state.
    pub state_at: Instant,
    /// Why in this state.
    pub state_why: Option<String>,
    /// What replaces a withdrawn item.
    pub successor: Option<String>,
    /// When the next version took its place.
    pub replaced_at: Option<Instant>,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Code.
    pub code: String,
    /// Version.
    pub version: i64,
    /// Counts the edits of a draft.
    pub rev: i64,
    /// State.
    pub state: State,
    /// As people say it.
    pub plain: Both,
    /// Class.
    pub class: ServiceClass,
    /// Since when in this state.
    pub since: Instant,
}

fn state(text: &str) -> Result<State, Fault> {
    State::parse(text).ok_or_else(|| Fault::new(format!("item state {text}")))
}
fn body(text: &str) -> Result<Item, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::new(format!("item body: {e}")))
}
fn version(r: &mut Row) -> Result<Version, Fault> {
    Ok(Version {
        item: body(&r.get::<String>(4)?)?,
        version: r.get(1)?,
        rev: r.get(2)?,
        state: state(&r.get::<String>(3)?)?,
        typed: r.get(5)?,
        made_at: r.get(6)?,
        made_by: r.get(7)?,
        published_at: r.get(8)?,
        asked_by: r.get(9)?,
        agreed_by: r.get(10)?,
        alone_why: r.get(11)?,
        state_at: r.get(12)?,
        state_why: r.get(13)?,
        successor: r.get(14)?,
        replaced_at: r.get(15)?,
    })
}

/// A version by its number.
pub fn one(tx: &mut Tx, code: &str, number: i64) -> Result<Version, No> {
    tx.one("item version", &ONE, params![code, number], version)
}
/// The draft of an item.
pub fn draft(tx: &mut Tx, code: &str) -> Result<Option<Version>, No> {
    Ok(tx.optional(&DRAFT, params![code], version)?)
}
/// The version that stands: published, suspended or withdrawn.
pub fn current(tx: &mut Tx, code: &str) -> Result<Option<Version>, No> {
    Ok(tx.optional(&CURRENT, params![code], version)?)
}
/// Every version, newest first.
pub fn versions(tx: &mut Tx, code: &str) -> Result<Vec<Version>, No> {
    Ok(tx.many(&VERSIONS, params![code], version)?)
}
/// Every version that stands, and every draft.
pub fn list(tx: &mut Tx) -> Result<Vec<Line>, No> {
    let line = |r: &mut Row| {
        let class: String = r.get(6)?;
        let class = class.parse().map_err(|why: &str| Fault::new(why))?;
        Ok(Line {
            code: r.get(0)?,
            version: r.get(1)?,
            rev: r.get(2)?,
            state: state(&r.get::<String>(3)?)?,
            plain: Both::new(r.get::<String>(4)?, r.get::<String>(5)?),
            class,
            since: r.get(7)?,
        })
    };
    Ok(tx.many(&LIST, params![], line)?)
}
/// What stands, for the catalogue in memory.
pub fn standing(tx: &mut Tx) -> Result<Vec<Current>, No> {
    let current = |r: &mut Row| {
        Ok(Current { item: body(&r.get::<String>(0)?)?, version: r.get(1)?, state: state(&r.get::<String>(2)?)?, successor: r.get(3)?, since: r.get(4)? })
    };
    Ok(tx.many(&STANDING, params![], current)?)
}
/// Code and file of what stands.
pub fn typed(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    Ok(tx.many(&TYPED, params![], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
/// What is done in a centre that has `lines`. An offer that names the centre comes before one for every centre.
pub fn errands(tx: &mut Tx, centre: CentreId, lines: &[String]) -> Result<Vec<web::Errand>, No> {
    let mut all: Vec<web::Errand> = tx.many(&ERRANDS, params![centre], |r| {
        let code: String = r.get(0)?;
        let class: String = r.get(5)?;
        Ok(web::Errand {
            name: Both::new(r.get::<String>(1)?, r.get::<String>(2)?),
            short: Both::new(r.get::<String>(3)?, r.get::<String>(4)?),
            class: class.parse().map_err(|why: &str| Fault::new(why))?,
            line: r.get(6)?,
            minutes: r.get(7)?,
            papers: Some(format!("/errands/{code}")),
            code,
        })
    })?;
    all.retain(|e| lines.contains(&e.line));
    all.dedup_by(|later, first| later.code == first.code);
    Ok(all)
}
/// The number of the next version.
pub fn next_version(tx: &mut Tx, code: &str) -> Result<i64, No> {
    tx.one("highest version", &HIGHEST, params![code], |r| r.get::<i64>(0)).map(|n| n + 1)
}
/// Writes a draft: a new one, or over the one of revision `over`; `false` when it changed meanwhile.
pub fn save_draft(tx: &mut Tx, item: &Item, typed: &str, number: i64, over: Option<i64>, by: &str, now: Instant) -> Result<bool, No> {
    let json = serde_json::to_string(item).map_err(|e| Fault::new(e.to_string()))?;
    let (p, s, class) = (&item.plain, &item.short, item.class.letter());
    let saved = if let Some(rev) = over {
        tx.run(&EDIT, params![item.code, rev, class, p.zh, p.en, s.zh, s.en, json, typed, now, by])? == 1
    } else {
        let added = tx.run(&ADD, params![item.code, number, class, p.zh, p.en, s.zh, s.en, json, typed, now, by]);
        added.on_violation("hall_item_one_draft", || Refusal::conflict("item.changed")).map(|n| n == 1)?
    };
    if saved {
        tx.run(&CLEAR_OFFERS, params![item.code, number])?;
        for (centre, offer) in places_of(item) {
            tx.run(&ADD_OFFER, params![item.code, number, centre, offer.queue, offer.bookable, offer.typical_min])?;
        }
    }
    Ok(saved)
}
/// Centre (0 = every) and offer, one row each.
pub fn places_of(item: &Item) -> Vec<(CentreId, &crate::item::Offer)> {
    let every = |o: &crate::item::Offer| if o.centres.is_empty() { vec![CentreId::DISTRICT] } else { o.centres.clone() };
    item.offer.iter().flat_map(|o| every(o).into_iter().map(move |c| (c, o))).collect()
}
/// Throws a draft away.
pub fn drop_draft(tx: &mut Tx, code: &str, number: i64) -> Result<bool, No> {
    tx.run(&CLEAR_OFFERS, params![code, number])?;
    Ok(tx.run(&DROP, params![code, number])? == 1)
}
/// Who published, as stored.
#[derive(Clone, Debug)]
pub struct By {
    /// Who asked.
    pub asked: String,
    /// Who agreed.
    pub agreed: Option<String>,
    /// Why one person did it.
    pub alone_why: Option<String>,
}
/// The draft of this revision stands from now on; `false` when it is not there any more. The version before steps back.
pub fn publish(tx: &mut Tx, code: &str, number: i64, rev: i64, by: &By, now: Instant) -> Result<bool, No> {
    tx.run(&REPLACE, params![code, now])?;
    let done = tx.run(&PUBLISH, params![code, number, rev, now, by.asked, by.agreed, by.alone_why]);
    done.map(|n| n == 1).on_violation("hall_item_two", || Refusal::conflict("own.approve"))
}
/// The next state, only from the one it was read in.
pub fn step(tx: &mut Tx, code: &str, from: State, to: State, why: &str, successor: Option<&str>, now: Instant) -> Result<bool, No> {
    Ok(tx.run(&STEP, params![code, from.code(), to.code(), now, why, successor])? == 1)
}
/// Rows of offers of what is not replaced: code, version, centre, line.
pub fn offers(tx: &mut Tx) -> Result<Vec<(String, i64, CentreId, String)>, No> {
    Ok(tx.many(&OFFERS, params![], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?)
}
