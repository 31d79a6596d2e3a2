//! A visit and its number (到访、号码): a person's presence today, with one number for all errands.

use std::fmt;

use kernel::{Both, CentreId, Instant, LineId, Refusal, ServiceClass, ServiceDay, VisitId};

use crate::{End, Limits, State};

/// The class of a booking checked in on time; the only one the rule knows by name.
pub const BOOKED: &str = "booked";

/// The printed number: prefix and at least three digits, `A037`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Number {
    /// The line's prefix.
    pub prefix: String,
    /// 1… within centre, service day and prefix.
    pub no: i64,
}
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.prefix, self.no)
    }
}
impl Number {
    /// Whether `typed` is this number, however it was typed: `a37`, `A 037`.
    pub fn is(&self, typed: &str) -> bool {
        let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let Some(digits) = typed.strip_prefix(&self.prefix.to_ascii_uppercase()) else { return false };
        digits.parse() == Ok(self.no)
    }
}

/// Thirty-two characters nobody confuses: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The eight characters printed beside the number (小票码).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code8(String);
impl Code8 {
    /// From five random bytes.
    pub fn new(dice: [u8; 5]) -> Self {
        let bits = dice.iter().fold(0_u64, |all, b| all << 8 | u64::from(*b));
        Self((0..8).rev().map(|i| char::from(ALPHABET[(bits >> (i * 5) & 31) as usize])).collect())
    }
    /// As typed: spaces and hyphens go, O is 0, I and L are 1.
    ///
    /// # Errors
    /// `ticket.unknown`: no code looks like that.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let tidy = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let text: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(tidy).collect();
        if text.len() == 8 && text.bytes().all(|b| ALPHABET.contains(&b)) { Ok(Self(text)) } else { Err(unknown_ticket()) }
    }
    /// The eight characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// No such number: the same whether it never was or is not yours.
pub fn unknown_ticket() -> Refusal {
    Refusal::with("ticket.unknown", 404)
}

/// A person's presence today (一次到访).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// Where.
    pub centre: CentreId,
    /// On which service day.
    pub day: ServiceDay,
    /// The printed number.
    pub number: Number,
    /// The printed code.
    pub code: Code8,
    /// Code of `queue_class`.
    pub class: String,
    /// How it was taken.
    pub channel: Channel,
    /// When.
    pub issued_at: Instant,
    /// When its holder came; `None` while a remote number's holder is away.
    pub arrived_at: Option<Instant>,
    /// Where it stands.
    pub state: VisitState,
}

kernel::coded! {
    /// How a number was taken (取号渠道).
    Channel {
        Kiosk = "kiosk", "自助机", "kiosk";
        Phone = "phone", "手机", "phone";
        Desk = "desk", "窗口", "desk";
        Guide = "guide", "引导台", "guide";
    }
}
kernel::coded! {
    /// Where a visit stands.
    VisitState {
        Open = "open", "进行中", "open";
        Done = "done", "已办完", "done";
        Left = "left", "已离开", "left";
        Expired = "expired", "已失效", "expired";
        Void = "void", "作废", "void";
    }
}
impl VisitState {
    /// What its tickets make of it: done when all ended and one is done.
    pub fn of<'a>(tickets: impl IntoIterator<Item = &'a State>) -> Self {
        let mut all = Self::Void;
        for state in tickets {
            let State::Ended { how, .. } = state else { return Self::Open };
            all = match (how, all) {
                (End::Done(_), _) | (_, Self::Done) => Self::Done,
                (End::Left | End::Cancelled, _) | (_, Self::Left) => Self::Left,
                (End::Expired, _) | (_, Self::Expired) => Self::Expired,
                (End::Void, other) => other,
            };
        }
        all
    }
}

/// A line (队列): where one may take a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// Where.
    pub centre: CentreId,
    /// Short code, unique within the centre.
    pub code: String,
    /// Printed before the number; several lines may share one.
    pub prefix: String,
    /// Service class.
    pub class: ServiceClass,
    /// Its name.
    pub name: Both,
    /// Code of its zone.
    pub zone: String,
    /// Issuing stops so many minutes before closing.
    pub last_issue_min: i64,
    /// Remote numbers not yet here, in per cent of the line.
    pub remote_share_pct: i64,
    /// What its errands typically take.
    pub typical_min: i64,
    /// Since when issuing is stopped by hand.
    pub closed_at: Option<Instant>,
}

/// When the centre is open on the day of a command; made by the caller from the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Hours {
    /// Start of the first and end of the last block today; `None`: not open today.
    pub today: Option<(Instant, Instant)>,
    /// When numbers are given again: date in both languages and clock time.
    pub next: Option<(Both, String)>,
}

impl Line {
    /// May a number be taken now (取号时间)?
    ///
    /// # Errors
    /// `queue.stopped`, `queue.closed`.
    pub fn may_issue(&self, hours: &Hours, limits: &Limits, now: Instant) -> Result<(), Refusal> {
        if self.closed_at.is_some() {
            return Err(Refusal::conflict("queue.stopped").both("queue", self.name.clone()));
        }
        let in_time = hours.today.is_some_and(|(opens, closes)| now >= opens.plus_min(-limits.first_issue_min) && now < closes.plus_min(-self.last_issue_min));
        if in_time {
            return Ok(());
        }
        match &hours.next {
            Some((date, t)) => Err(Refusal::conflict("queue.closed").both("queue", self.name.clone()).both("date", date.clone()).arg("t", t)),
            None => Err(Refusal::conflict("queue.stopped").both("queue", self.name.clone())),
        }
    }
    /// May one more be taken from away? `away` of `waiting` have not come yet.
    ///
    /// # Errors
    /// `queue.remote_full`.
    pub fn may_take_remote(&self, away: i64, waiting: i64, limits: &Limits) -> Result<(), Refusal> {
        let of = (waiting + 1).max(limits.remote_least);
        if (away + 1) * 100 > of * self.remote_share_pct { Err(Refusal::conflict("queue.remote_full")) } else { Ok(()) }
    }
}

/// Who gets which credit (人群优先), a row of `queue_class`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// `walk_in`, `booked`, `elder`, …
    pub code: String,
    /// Its name.
    pub name: Both,
    /// Minutes ahead of arrival. Credits do not add up; the largest counts.
    pub credit_min: i64,
    /// From which age it holds by itself.
    pub from_age: Option<i64>,
    /// What shows it, in the visitor's words.
    pub evidence: String,
    /// Where it comes from.
    pub source: String,
}

/// Base and class of a booking that checks in: early gains nothing, late is a walk-in (hall §6.1).
pub fn check_in(booked: Instant, now: Instant, limits: &Limits) -> (Instant, &'static str, i64) {
    if now > booked.plus_min(limits.booked_late_min) { (now, "walk_in", 0) } else { (now.max(booked), BOOKED, limits.booked_credit_min * 60) }
}
