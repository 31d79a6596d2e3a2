//! Made-up centres, lines and numbers for the samples of residents' pages.

use kernel::{Both, CentreId, CounterId, Id, Instant, ServiceClass, ServiceDay};
use web::Ask;

use super::{
    phone::Own,
    shared::{CentreNow, Facts},
};
use crate::{
    Channel, Class, Code8, Forecast, Hours, Limits, Line, Method, Number, Range, Score, State, Ticket, Visit, VisitState,
    api::{LineNow, TicketNow, VisitNow},
};

pub(crate) fn id<T>(n: u8) -> Id<T> {
    Id::new(Instant::default(), [n; 10])
}
pub(crate) fn centre(n: i64, status: places::Status) -> places::Centre {
    places::Centre {
        id: CentreId::new(n).unwrap_or(CentreId::DISTRICT),
        area_code: "410105015".into(),
        name: Both::new("示例便民服务中心", "Sample Centre"),
        address: Both::new("示例路与样本街交会处", "Corner of Sample Road and Specimen Street"),
        lon_e7: None,
        lat_e7: None,
        datum: None,
        position_source: None,
        phase: Some(1),
        status,
        status_since: "2026-05-11".into(),
        planned_month: (status != places::Status::Open).then(|| "2026-12".into()),
        phone: String::new(),
        sample: places::Sample::Yes,
        version: 1,
    }
}
/// Open now, or not.
pub(crate) fn here(ask: &Ask, open: bool) -> CentreNow {
    let next = Some((Both::new("明天", "tomorrow"), "08:30".to_owned()));
    let today = open.then(|| (ask.now.plus_min(-120), ask.now.plus_min(360)));
    CentreNow {
        centre: centre(1, places::Status::Open),
        hours: Hours { today, next },
        until: open.then(|| "18:00".into()),
        not_open: None,
        limits: Limits::default(),
    }
}
pub(crate) fn line(n: u8, class: ServiceClass, zh: &str, en: &str) -> Line {
    Line {
        id: id(n),
        centre: centre(1, places::Status::Open).id,
        code: ["social", "civil", "bills", "health", "police", "tax", "market"][usize::from(n) % 7].into(),
        prefix: class.letter().into(),
        class,
        name: Both::new(zh, en),
        zone: "hall1".into(),
        last_issue_min: 30,
        remote_share_pct: 40,
        typical_min: 8,
        closed_at: None,
    }
}
pub(crate) fn forecast(ahead: i64, range: Option<(i64, i64)>) -> Forecast {
    let method = if range.is_some() { Method::Line } else { Method::Learning };
    Forecast { ahead, predicted_s: Some(600), range: range.map(|(lo, hi)| Range { lo, hi }), method }
}
pub(crate) fn lines() -> Vec<LineNow> {
    let some = [
        (0, ServiceClass::A, "社保医保", "Social security", Some((9, 14)), 7),
        (1, ServiceClass::B, "老年证、救助", "Senior cards", Some((0, 2)), 0),
        (2, ServiceClass::A, "水电气缴费", "Utility bills", None, 3),
        (3, ServiceClass::C, "集市摊位", "Market stalls", Some((30, 90)), 21),
        (4, ServiceClass::A, "户口、身份证", "Hukou and ID", Some((20, 30)), 9),
        (5, ServiceClass::A, "办税", "Tax", None, 2),
        (6, ServiceClass::A, "开店办照", "Licences", Some((5, 10)), 1),
    ];
    let of = |(n, class, zh, en, range, waiting): (u8, ServiceClass, &str, &str, Option<(i64, i64)>, i64)| LineNow {
        line: Line { closed_at: (n == 6).then(Instant::default), ..line(n, class, zh, en) },
        stopped_why: None,
        waiting,
        away: 1,
        counters: 2,
        oldest_s: 300,
        forecast: forecast(waiting, range),
        score: Score { n: 120, covered: 97 },
    };
    some.into_iter().map(of).collect()
}
pub(crate) fn errands() -> Vec<web::Errand> {
    let item = |code: &str, zh: &str, en: &str| web::Errand {
        code: code.into(),
        name: Both::new(zh, en),
        short: Both::new(zh, en),
        class: ServiceClass::A,
        line: "social".into(),
        minutes: 9,
        papers: Some(format!("/errands/{code}")),
    };
    let mut all = vec![
        item("HN-SS-00101", "医保参保登记", "Medical insurance"),
        item("HN-SS-00102", "医保卡", "Insurance card"),
        item("HN-SS-00103", "养老金", "Pension"),
        item("HN-SS-00104", "社保转移", "Moving contributions"),
        item("HN-SS-00105", "生育津贴", "Maternity benefit"),
        item("HN-SS-00106", "异地看病", "Care elsewhere"),
    ];
    all.extend(lines().iter().map(|l| super::shared::of_line(&l.line)));
    all
}
pub(crate) fn classes() -> Vec<Class> {
    let class = |code: &str, zh: &str, en: &str, credit_min, from_age| Class {
        code: code.into(),
        name: Both::new(zh, en),
        credit_min,
        from_age,
        evidence: "口头说明".into(),
        source: "示例".into(),
    };
    vec![
        class("walk_in", "现场取号", "Walk-in", 0, None),
        class("booked", "预约", "Booked", 25, None),
        class("elder", "老年人", "Older person", 10, Some(70)),
        class("infant", "孕妇、带婴儿", "Pregnant or with an infant", 10, None),
    ]
}
pub(crate) fn facts() -> Facts {
    let lines: Vec<Line> = lines().into_iter().map(|l| l.line).collect();
    let place = Both::new("1 层政务大厅，1–4 号窗口", "floor 1, government hall, counter 1–4");
    Facts {
        wheres: lines.iter().map(|l| (l.id, place.clone())).collect(),
        scores: vec![(lines[0].id.bytes(), Score { n: 120, covered: 97 })],
        limits: Limits::default(),
        lines,
    }
}
fn number() -> Number {
    Number { prefix: "A".into(), no: 37 }
}
pub(crate) fn visit(ask: &Ask, here: bool, state: VisitState) -> Visit {
    Visit {
        id: id(1),
        centre: centre(1, places::Status::Open).id,
        day: ServiceDay::starting(ask.district.time.day(ask.now)),
        number: number(),
        code: Code8::new([7, 77, 177, 19, 200]),
        class: "walk_in".into(),
        channel: if here { Channel::Kiosk } else { Channel::Phone },
        issued_at: ask.now.plus_min(-10),
        arrived_at: here.then(|| ask.now.plus_min(-10)),
        state,
    }
}
fn leg(ask: &Ask, n: u8, state: State, credit_s: i64) -> TicketNow {
    let all = lines();
    let l = &all[usize::from(n)];
    let waiting = state == State::Waiting;
    let missed = matches!(state, State::Missed { .. });
    let ticket = Ticket {
        id: id(n + 10),
        visit: id(1),
        centre: centre(1, places::Status::Open).id,
        number: number(),
        leg: i64::from(n) + 1,
        line: l.line.id,
        item: None,
        class: "walk_in".into(),
        credit_s,
        base: ask.now.plus_min(-10),
        here: Some(ask.now.plus_min(-10)),
        passed: 0,
        rejoins: 0,
        defers: 0,
        transfers: 0,
        version: 1,
        state,
    };
    TicketNow {
        line: l.line.clone(),
        forecast: waiting.then_some(l.forecast),
        first: (ask.now.plus_min(-10), l.forecast),
        counter_number: ticket.state.counter().map(|_| 3),
        rejoin_until: missed.then(|| ask.now.plus_min(12)),
        ticket,
    }
}
/// A number in these states, leg by leg.
pub(crate) fn own(ask: &Ask, here_now: bool, states: &[State], credit_s: i64) -> Own {
    let over = states.iter().all(State::ended);
    let visit = visit(ask, here_now, if over { VisitState::Done } else { VisitState::Open });
    let tickets: Vec<_> = (0..).zip(states).map(|(n, s)| leg(ask, n, s.clone(), credit_s)).collect();
    let errands = tickets.iter().map(|t| if t.ticket.leg == 1 { errands()[0].clone() } else { super::shared::of_line(&t.line) }).collect();
    Own { here: here(ask, true), facts: facts(), now: VisitNow { visit, tickets }, errands, key: "1-A037-7K2M9XQ4".into() }
}
/// At counter 3.
pub(crate) fn counter() -> CounterId {
    id(3)
}
