//! Opening hours (开放时间) as one pure function of pattern, calendar and day note.

use kernel::{Both, Day, Minutes, Refusal, hhmm};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::{CalendarDay, Kind};

/// Weekday names as stored and as columns of `hours.csv`, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// One stretch of opening. Minutes after midnight of the day it starts; `to` may pass 1,440 and is at most a day after `from`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Opens, 0…1,439.
    pub from: Minutes,
    /// Shuts; the minute itself is shut.
    pub to: Minutes,
}

impl Block {
    /// From wall clock times; an end not after its start is on the next day.
    ///
    /// # Errors
    /// `hours.time` when it is not `09:00-12:00`.
    fn parse(from: &str, to: &str) -> Result<Self, Refusal> {
        let why = || Refusal::invalid("hours.time").arg("text", format!("{from}-{to}"));
        let (a, b) = (clock(from).ok_or_else(why)?, clock(to).ok_or_else(why)?);
        if a == 1_440 || a == b {
            return Err(why());
        }
        Ok(Self { from: a, to: if b > a { b } else { b + 1_440 } })
    }
    /// `09:00`, and `24:00` for an end at midnight.
    pub fn times(self) -> [String; 2] {
        [hhmm(self.from), if self.to == 1_440 { "24:00".into() } else { hhmm(self.to) }]
    }
}
impl Serialize for Block {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.times().serialize(s)
    }
}
impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let [from, to] = <[String; 2]>::deserialize(d)?;
        Self::parse(&from, &to).map_err(|r| serde::de::Error::custom(r.code))
    }
}

pub(crate) fn clock(text: &str) -> Option<Minutes> {
    let (h, m) = text.split_once(':')?;
    let digits = |t: &str, n| (1..=n).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(h, 2) || m.len() != 2 || !digits(m, 2) {
        return None;
    }
    let (h, m): (i64, i64) = (h.parse().ok()?, m.parse().ok()?);
    (m < 60 && (h < 24 || (h, m) == (24, 0))).then_some(h * 60 + m)
}

/// Reads `09:00-12:00 13:00-17:00`; empty means shut.
///
/// # Errors
/// `hours.time` for what is no time, `hours.overlap` with the number of the block that begins before the one before it ends.
pub fn parse_blocks(text: &str) -> Result<Vec<Block>, Refusal> {
    let mut blocks = Vec::new();
    for word in text.split_whitespace() {
        let (from, to) = word.split_once(['-', '–']).ok_or_else(|| Refusal::invalid("hours.time").arg("text", word).at("blocks"))?;
        blocks.push(Block::parse(from, to)?);
    }
    in_order(&blocks)?;
    Ok(blocks)
}

/// Blocks must be sorted and apart.
///
/// # Errors
/// `hours.overlap`.
pub fn in_order(blocks: &[Block]) -> Result<(), Refusal> {
    match blocks.windows(2).position(|w| w[1].from < w[0].to) {
        Some(i) => Err(Refusal::invalid("hours.overlap").arg("k", i + 2).at("blocks")),
        None => Ok(()),
    }
}

/// As [`parse_blocks`] reads it.
pub fn blocks_text(blocks: &[Block]) -> String {
    blocks.iter().map(|b| b.times().join("-")).collect::<Vec<_>>().join(" ")
}

/// The pattern of a week (每周开放时间).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// Monday.
    pub mon: Vec<Block>,
    /// Tuesday.
    pub tue: Vec<Block>,
    /// Wednesday.
    pub wed: Vec<Block>,
    /// Thursday.
    pub thu: Vec<Block>,
    /// Friday.
    pub fri: Vec<Block>,
    /// Saturday.
    pub sat: Vec<Block>,
    /// Sunday.
    pub sun: Vec<Block>,
    /// Public holidays.
    pub holiday: Vec<Block>,
    /// Which weekday a make-up workday (调休) follows.
    pub swap: Swap,
}

/// The weekday that a make-up workday follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Swap {
    /// Monday.
    #[default]
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
}
impl Swap {
    /// All, with their codes.
    pub const ALL: [(&'static str, Self); 5] = [("mon", Self::Mon), ("tue", Self::Tue), ("wed", Self::Wed), ("thu", Self::Thu), ("fri", Self::Fri)];
    /// Its code.
    pub fn code(self) -> &'static str {
        WEEKDAYS[self as usize]
    }
}

impl Weekly {
    /// The blocks of a weekday, 0 = Monday.
    pub fn on(&self, weekday: usize) -> &[Block] {
        match weekday {
            0 => &self.mon,
            1 => &self.tue,
            2 => &self.wed,
            3 => &self.thu,
            4 => &self.fri,
            5 => &self.sat,
            _ => &self.sun,
        }
    }
    /// A pattern from seven texts, Monday first, and the one for holidays.
    ///
    /// # Errors
    /// As [`parse_blocks`].
    pub fn parse(days: [&str; 7], holiday: &str, swap: Swap) -> Result<Self, Refusal> {
        let [mon, tue, wed, thu, fri, sat, sun] = days.map(parse_blocks);
        Ok(Self { mon: mon?, tue: tue?, wed: wed?, thu: thu?, fri: fri?, sat: sat?, sun: sun?, holiday: parse_blocks(holiday)?, swap })
    }
}

/// What is said about one day of one centre (当日安排); it wins over everything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayNote {
    /// Empty = shut.
    pub blocks: Vec<Block>,
    /// Why, for the page.
    pub note: Both,
    /// Who said so.
    pub source: String,
}

/// Why a day is as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// The week's pattern.
    Pattern,
    /// A public holiday.
    Holiday,
    /// A make-up workday (调休).
    Swap,
    /// A note for this day.
    Note,
    /// The week's pattern, in a year whose holidays are not published yet.
    Unpublished,
    /// Nobody has set this centre's hours.
    Unset,
}

/// The opening of one day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Opening {
    /// Sorted, apart; empty = shut.
    pub blocks: Vec<Block>,
    /// Why.
    pub why: Why,
    /// The holiday's name, or the day's note; empty for the pattern.
    pub note: Both,
    /// Where it comes from.
    pub source: String,
}

impl Opening {
    /// The block that holds `minute` after midnight of this day; after midnight ask with 1,440 and more.
    pub fn at(&self, minute: Minutes) -> Option<Block> {
        self.blocks.iter().copied().find(|b| (b.from..b.to).contains(&minute))
    }
    /// When the last block shuts.
    pub fn ends(&self) -> Option<Minutes> {
        self.blocks.last().map(|b| b.to)
    }
    /// The first opening at or after `minute`.
    pub fn opens_after(&self, minute: Minutes) -> Option<Minutes> {
        self.blocks.iter().map(|b| b.from).find(|from| *from >= minute)
    }
}

/// The blocks of `day`: the note wins; else a holiday takes `holiday`; else a make-up workday takes the weekday named by `swap`; else its weekday.
pub fn open_blocks(weekly: &Weekly, calendar: Option<&CalendarDay>, note: Option<&DayNote>, day: Day) -> Vec<Block> {
    if let Some(note) = note {
        return note.blocks.clone();
    }
    match calendar.map(|c| c.kind) {
        Some(Kind::Holiday) => weekly.holiday.clone(),
        Some(Kind::Workday) => weekly.on(weekly.swap as usize).to_vec(),
        None => weekly.on(day.weekday()).to_vec(),
    }
}

/// [`open_blocks`] with its reason. `published`: whether the calendar of that year is known.
pub fn opening(weekly: Option<(&Weekly, &str)>, calendar: Option<&CalendarDay>, note: Option<&DayNote>, day: Day, published: bool) -> Opening {
    let unset = Weekly::default();
    let (pattern, source) = weekly.unwrap_or((&unset, ""));
    let blocks = open_blocks(pattern, calendar, note, day);
    let (why, note, source) = match (note, calendar) {
        (Some(n), _) => (Why::Note, n.note.clone(), n.source.clone()),
        (None, _) if weekly.is_none() => (Why::Unset, Both::default(), String::new()),
        (None, Some(c)) => (if c.kind == Kind::Holiday { Why::Holiday } else { Why::Swap }, c.name.clone(), c.source.clone()),
        (None, None) => (if published { Why::Pattern } else { Why::Unpublished }, Both::default(), source.to_owned()),
    };
    Opening { blocks, why, note, source }
}
