//! A small centre on a scratch store: three lines of which two share a prefix, three counters, three clerks.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use kernel::{AccountId, Actor, Both, CentreId, CounterId, Instant, LineId, No, ServiceClass, ServiceDay, TimeZone};
use store::{Store, Tx, testing};

use crate::{
    Class, Hours, Skill,
    api::{self, CounterSign, Errand, NewLine, NewVisit},
};

/// 2026-11-24 10:00 in Zhengzhou.
pub const TEN: Instant = Instant::from_micros(1_795_485_600_000_000);
pub const BY: Actor = Actor::System("test");

pub fn day() -> ServiceDay {
    "2026-11-24".parse().unwrap()
}
pub fn zone() -> TimeZone {
    TimeZone::named("Asia/Shanghai", 240).unwrap()
}
pub fn hours() -> Hours {
    Hours { today: Some((TEN.plus_min(-60), TEN.plus_min(14 * 60))), next: Some((Both::new("11月25日", "25 November"), "09:00".into())) }
}
/// Other dice each time.
pub fn dice() -> [u8; 32] {
    static N: AtomicU64 = AtomicU64::new(0);
    let mut d = [7; 32];
    d[..8].copy_from_slice(&N.fetch_add(1, Relaxed).to_le_bytes());
    d
}

/// The lines and counters of one centre.
#[derive(Clone)]
pub struct Hall {
    pub centre: CentreId,
    pub lines: Vec<LineId>,
    pub counters: Vec<CounterSign>,
    pub clerks: Vec<AccountId>,
}

/// Runs a command of a centre at a moment.
pub fn act<T: Send + 'static>(store: &Store, centre: CentreId, at: Instant, f: impl FnMut(&mut Tx) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    store.command_blocking(testing::command_at(centre.number(), "queue.test", at), f)
}
pub fn code<T: std::fmt::Debug>(result: Result<T, No>) -> &'static str {
    match result.unwrap_err() {
        No::Refused(r) => r.code,
        No::Missing(_) => "missing",
        No::Fault(f) => panic!("{f}"),
    }
}

pub fn classes(store: &Store) {
    let class = |code: &str, credit_min| Class {
        code: code.into(),
        name: Both::new(code, code),
        credit_min,
        from_age: None,
        evidence: String::new(),
        source: "test".into(),
    };
    let all = [class("walk_in", 0), class("elder", 10), class("disabled", 10)];
    act(store, CentreId::DISTRICT, TEN, move |tx| all.iter().try_for_each(|c| api::set_class(tx, c))).unwrap();
}

impl Hall {
    /// `counters` counters: the first serves line 0; the second line 0, and helps line 1; the others serve lines 1 and 2.
    pub fn new(store: &Store, centre: i64, counters: usize) -> Self {
        let centre = CentreId::new(centre).unwrap();
        let lines = act(store, centre, TEN.plus_min(-30), move |tx| {
            let line = |code: &str, prefix: &str| NewLine {
                centre,
                code: code.into(),
                prefix: prefix.into(),
                class: ServiceClass::A,
                name: Both::new("社保", "Social"),
                zone: "hall1".into(),
                last_issue_min: 30,
                remote_share_pct: 40,
                typical_min: 8,
            };
            [line("a", "A"), line("b", "A"), line("c", "C1")].into_iter().map(|l| api::set_line(tx, l, TEN, dice())).collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
        let sixteen = |kind: u8, n: usize| {
            let mut b = [kind; 16];
            b[0] = centre.number() as u8;
            b[1] = (centre.number() >> 8) as u8;
            b[2] = n as u8;
            b
        };
        let hall = Self {
            centre,
            counters: (0..counters)
                .map(|n| CounterSign { centre, id: CounterId::from_bytes(sixteen(1, n)), number: n as i64 + 1, zone: "hall1".into() })
                .collect(),
            clerks: (0..counters).map(|n| AccountId::from_bytes(sixteen(2, n))).collect(),
            lines,
        };
        for n in 0..counters {
            hall.open(store, n);
        }
        hall
    }
    pub fn skills(&self, n: usize) -> Vec<Skill> {
        let s = |line: usize, rank| Skill { line: self.lines[line], rank, help_after_s: 600 };
        match n {
            0 => vec![s(0, 1)],
            1 => vec![s(0, 1), s(1, 2)],
            _ => vec![s(1, 1), s(2, 1)],
        }
    }
    fn open(&self, store: &Store, n: usize) {
        let (hall, sign, account) = (self.clone(), self.counters[n].clone(), self.clerks[n]);
        act(store, self.centre, TEN.plus_min(-20), move |tx| {
            api::set_skills(tx, hall.centre, sign.id, &hall.skills(n))?;
            api::open_counter(tx, &sign, account, &[], TEN.plus_min(-20), dice())
        })
        .unwrap();
    }
    /// Takes a number at the kiosk.
    pub fn take(&self, tx: &mut Tx, line: usize, class: &str, now: Instant) -> Result<api::Issued, No> {
        api::issue(tx, &self.new_visit(&[errand(line)], class, &hours()), now, dice())
    }
    pub fn new_visit<'a>(&self, errands: &'a [Errand], class: &'a str, hours: &'a Hours) -> NewVisit<'a> {
        NewVisit {
            centre: self.centre,
            day: day(),
            errands,
            class,
            channel: crate::Channel::Kiosk,
            remote: false,
            booked: None,
            token_hash: dice(),
            device: None,
            browser: None,
            hours,
        }
    }
    pub fn at(&self, tx: &mut Tx, n: usize, now: Instant) -> Result<api::AtWork, No> {
        api::at_work(tx, self.counters[n].id, self.clerks[n], now)
    }
}
pub fn errand(line: usize) -> Errand {
    Errand { line: ["a", "b", "c"][line].into(), item: None, name: Both::default(), minutes: 8 }
}
