//! Every page of staff, screens and managers with made-up data, every state; residents' pages bring their own.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, DeviceId, Instant, Refusal, ServiceClass, ServiceDay};
use web::{Ask, FieldFault, Markup};

use super::{
    desk_view::{self, Chosen, Desk, Moving, Seat, Start},
    figures::{self, Figures},
    guide::{self, Guide},
    hall::{self, Hall},
    kiosk, made_up as made, manager, paper, phone,
    screen::{self, Window},
    set,
    shell::Links,
};
use crate::{
    CounterSession, Line, Number, OverrideReason, ParkReason, PauseReason, SessionState, Skill, State, Ticket, VisitState,
    api::{CounterView, FigureNow, FigureSet, GuideView, HallView, LineLive, Live, NextNumber},
    check::Report,
    rows::{
        help::HelpCall,
        stat::Today,
        step::{Overridden, ShownCall},
    },
};

/// All of this crate.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    [phone::samples(ask), kiosk::samples(ask), paper::samples(ask), desk(ask), halls(ask), screens(ask), managers(ask)].concat()
}

fn centre() -> CentreId {
    made::centre(1, places::Status::Open).id
}
fn name() -> Both {
    made::centre(1, places::Status::Open).name
}
fn links() -> Links {
    Links { centre: centre(), counter: true, hall: true, guide: true, bookings: true, courses: true }
}
fn number(no: i64) -> Number {
    Number { prefix: "A".into(), no }
}
fn ticket(ask: &Ask, n: u8, state: State, credit_s: i64) -> Ticket {
    let base = ask.now.plus_min(-i64::from(n) * 5 - 6);
    Ticket {
        id: made::id(n + 40),
        visit: made::id(n + 80),
        centre: centre(),
        number: number(33 + i64::from(n)),
        leg: 1,
        line: made::lines()[0].line.id,
        item: (n == 0).then(|| "HN-SS-00101".into()),
        class: if credit_s > 0 { "elder" } else { "walk_in" }.into(),
        credit_s,
        base,
        here: Some(base),
        passed: 0,
        rejoins: 0,
        defers: 0,
        transfers: 0,
        state,
        version: 2,
    }
}
fn session(ask: &Ask, n: i64, state: SessionState) -> CounterSession {
    let skills = made::lines().iter().take(2).map(|l| Skill { line: l.line.id, rank: 1, help_after_s: 0 }).collect();
    let id = u8::try_from(n).unwrap_or(0);
    CounterSession {
        id: made::id(id),
        centre: centre(),
        counter: made::id(id),
        number: n,
        zone: "hall1".into(),
        account: made::id(7),
        state,
        opened_at: ask.now.plus_min(-90),
        skills,
    }
}

// ── the counter ──

fn counter(ask: &Ask, state: SessionState, current: Option<State>, waiting: u8) -> Desk {
    let lines: BTreeMap<_, Line> = made::lines().into_iter().map(|l| (l.line.id, l.line)).collect();
    let next = (1..=waiting).map(|n| ticket(ask, n, State::Waiting, if n == 1 { 600 } else { 0 })).collect();
    let parked: Vec<Ticket> =
        if waiting > 0 { vec![ticket(ask, 9, State::Parked { since: ask.now.plus_min(-14), why: ParkReason::Copy }, 0)] } else { Vec::new() };
    let rest = if current.is_some() { vec![(Both::new("集市摊位", "Market stalls"), made::lines()[3].line.id)] } else { Vec::new() };
    Desk {
        centre: name(),
        view: CounterView {
            session: session(ask, 3, state),
            current: current.map(|s| ticket(ask, 0, s, 0)),
            ask: false,
            next,
            parked,
            missed: if waiting > 2 {
                vec![ticket(ask, 11, State::Missed { at: ask.now.plus_min(-3), called_at: ask.now.plus_min(-5), calls: 2 }, 0)]
            } else {
                Vec::new()
            },
            waiting: i64::from(waiting),
            oldest_s: i64::from(waiting) * 220,
            late_min: crate::Limits::default().late_min,
        },
        just: None,
        errands: made::errands(),
        lines,
        rest,
        done: (27, 27 * 380_000_000),
        notice: None,
        now: ask.now,
    }
}
fn desk(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let at = ask.now.plus_s(-222);
    let here = made::counter();
    let page = |d: &Desk| desk_view::counter_page(ask, d, links());
    let serving = || State::Serving { since: at, counter: here, inferred: false };
    let called = || State::Called { at: ask.now.plus_s(-40), counter: here, calls: 2 };
    let paused = |back_at| SessionState::Paused { why: PauseReason::Lunch, back_at };
    let just = |action, undo, state| {
        let just = crate::api::JustDone { ticket: ticket(ask, 8, state, 0), action, undo, left_s: 5 };
        Desk { just: Some(just), ..counter(ask, SessionState::Open, None, 3) }
    };
    let undone = just(crate::Action::Miss, true, State::Missed { at: ask.now, called_at: ask.now.plus_min(-2), calls: 1 });
    let sent = just(crate::Action::Transfer, false, State::Waiting);
    let asks = {
        let mut d = counter(ask, SessionState::Open, Some(called()), 3);
        d.view.ask = true;
        d
    };
    let busy = Desk {
        notice: Some(ask.words.refusal(ask.lang, &Refusal::conflict("counter.busy").arg("no", "A033"))),
        ..counter(ask, SessionState::Open, Some(called()), 3)
    };
    let moving = Moving { centre: name(), sign: 3, ticket: ticket(ask, 0, serving(), 0), lines: made::lines(), limits: crate::Limits::default() };
    vec![
        ("desk-start", desk_view::start_page(ask, &start(None), links(), &Chosen::default(), None)),
        (
            "desk-start-ended",
            desk_view::start_page(ask, &start(Some(session(ask, 2, SessionState::Closed { at: ask.now.plus_min(-4) }))), links(), &Chosen::default(), None),
        ),
        (
            "desk-start-lines",
            desk_view::start_page(ask, &start(None), links(), &Chosen { counter: Some(made::id(2)), some: Some("1".into()), ..Chosen::default() }, None),
        ),
        (
            "desk-start-taken",
            desk_view::start_page(ask, &start(None), links(), &Chosen { counter: Some(made::id(2)), ..Chosen::default() }, Some(ask.t("clerk.elsewhere"))),
        ),
        (
            "desk-start-none",
            desk_view::start_page(ask, &Start { seats: Vec::new(), session: None, ended: None, names: BTreeMap::new() }, links(), &Chosen::default(), None),
        ),
        ("desk-serving", page(&counter(ask, SessionState::Open, Some(serving()), 3))),
        ("desk-called", page(&counter(ask, SessionState::Open, Some(called()), 3))),
        ("desk-called-long", page(&asks)),
        ("desk-refused", page(&busy)),
        ("desk-idle", page(&counter(ask, SessionState::Open, None, 0))),
        ("desk-undo", page(&undone)),
        ("desk-sent", page(&sent)),
        ("desk-paused", page(&counter(ask, paused(Some(ask.now.plus_min(15))), None, 3))),
        ("desk-paused-open", page(&counter(ask, paused(None), None, 0))),
        ("desk-closing", page(&counter(ask, SessionState::Closing, Some(serving()), 3))),
        ("desk-transfer", desk_view::moving_page(ask, &moving, links(), true)),
        ("desk-park", desk_view::moving_page(ask, &moving, links(), false)),
        ("desk-pause", desk_view::pause_page(ask, &name(), &session(ask, 3, SessionState::Open), None, links())),
        ("desk-pause-busy", desk_view::pause_page(ask, &name(), &session(ask, 3, SessionState::Open), Some("A009"), links())),
        ("desk-keys", desk_view::keys_page(ask, Some((&name(), 3)), links())),
    ]
}
fn start(ended: Option<CounterSession>) -> Start {
    let seat = |n: u8, held_by: Option<&str>| Seat {
        id: made::id(n),
        centre: centre(),
        number: i64::from(n),
        zone: "hall1".into(),
        lines: made::lines().into_iter().take(usize::from(n)).map(|l| (l.line.code, l.line.name)).collect(),
        held_by: held_by.map(str::to_owned),
        mine: false,
    };
    Start { seats: vec![seat(1, Some("示例·王芳")), seat(2, None), seat(3, None)], session: None, ended, names: BTreeMap::from([(centre(), name())]) }
}

// ── the hall and the guide ──

fn help(ask: &Ask, n: u8, place: &str) -> HelpCall {
    HelpCall {
        id: made::id::<kernel::of::Session>(n).bytes(),
        place: place.into(),
        device: Some(DeviceId::from_bytes([n; 16])),
        counter: None,
        at: ask.now.plus_min(-i64::from(n)),
    }
}
fn parked(ask: &Ask) -> Vec<Ticket> {
    [(9, 44), (10, 8)].map(|(n, min)| ticket(ask, n, State::Parked { since: ask.now.plus_min(-min), why: ParkReason::Papers }, 0)).into()
}
fn live(ask: &Ask, busy: bool) -> Live {
    let counter = made::counter();
    let today = Today { called: 37, done: 30, missed: 2, issued: 40, priority: if busy { 16 } else { 6 }, left: 1 };
    let mut lines: Vec<LineLive> = made::lines().into_iter().map(|now| LineLive { now, today, last: Some(number(37)) }).collect();
    if busy {
        lines[3].now.oldest_s = 40 * 60;
        lines[2].now.counters = 0;
        lines[6].stop();
    }
    let paused = SessionState::Paused { why: PauseReason::Lunch, back_at: Some(ask.now.plus_min(20)) };
    let serving = ticket(ask, 0, State::Serving { since: ask.now.plus_min(-4), counter, inferred: false }, 0);
    Live {
        centre: centre(),
        lines,
        counters: if busy {
            vec![session(ask, 3, SessionState::Open), session(ask, 4, paused), session(ask, 5, SessionState::Closing), session(ask, 6, SessionState::Open)]
        } else {
            Vec::new()
        },
        score: crate::Score { n: 1_284, covered: 1_031 },
        overrides: if busy {
            vec![Overridden {
                ticket: made::id(50),
                number: number(19),
                account: made::id(7),
                reason: OverrideReason::Unwell,
                passed_over: 2,
                at: ask.now.plus_min(-26),
            }]
        } else {
            Vec::new()
        },
        help: if busy { vec![help(ask, 1, "3 号自助机"), help(ask, 2, "2 层楼梯口")] } else { Vec::new() },
        between: if busy { [vec![serving], parked(ask)].concat() } else { vec![serving] },
        late_min: crate::Limits::default().late_min,
    }
}
impl LineLive {
    /// Issuing is stopped.
    fn stop(&mut self) {
        self.now.line.closed_at = Some(Instant::default());
        self.now.stopped_why = Some("outage".into());
    }
}
fn halls(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let shown = BTreeMap::from([(made::id(7), "示例·周敏".to_owned())]);
    let hall = |busy, found| Hall { name: name(), live: live(ask, busy), limits: crate::Limits::default(), shown: shown.clone(), found, now: ask.now };
    let own = made::own(ask, false, &[State::Waiting], 0).now;
    let over = {
        let mut v = made::own(ask, true, &[State::Waiting], 0).now;
        v.visit.state = VisitState::Open;
        v
    };
    let page = |h: &Hall, run| hall::page(ask, h, links(), run, None);
    let guide = |busy: bool, done: Option<crate::api::VisitNow>| Guide {
        centre: centre(),
        name: name(),
        view: GuideView {
            help: live(ask, busy).help,
            elders: if busy { vec![ticket(ask, 6, State::Waiting, 600)] } else { Vec::new() },
            parked: if busy { parked(ask) } else { Vec::new() },
            lines: made::lines(),
        },
        away: if busy { vec![(made::id(90), number(41), made::lines()[0].line.id)] } else { Vec::new() },
        classes: made::classes(),
        limits: crate::Limits::default(),
        door: busy.then(|| "7K2M9".into()),
        came: done.clone(),
        done,
        now: ask.now,
    };
    vec![
        ("hall", page(&hall(true, None), true)),
        ("hall-quiet", page(&hall(false, None), true)),
        ("hall-see", page(&hall(true, None), false)),
        ("hall-found", page(&hall(true, Some(Ok(own.clone()))), true)),
        ("hall-found-here", page(&hall(true, Some(Ok(over))), true)),
        ("hall-unknown", page(&hall(true, Some(Err(crate::unknown_ticket()))), true)),
        ("hall-refused", hall::page(ask, &hall(true, None), links(), true, Some(ask.t("stop.reason")))),
        ("hall-end", hall::end_page(ask, &hall(true, None), links())),
        ("guide", guide::page(ask, &guide(true, None), links(), None, None)),
        ("guide-quiet", guide::page(ask, &guide(false, None), links(), None, None)),
        ("guide-done", guide::page(ask, &guide(true, Some(own)), links(), Some("1-A037-7K2M9XQ4"), None)),
        ("guide-unknown", guide::page(ask, &guide(true, None), links(), None, Some(ask.t("ticket.unknown")))),
    ]
}

// ── screens ──

fn call(ask: &Ask, seq: i64, priority: bool, recall: bool) -> ShownCall {
    ShownCall {
        seq,
        number: number(seq),
        counter: made::counter(),
        counter_number: 3,
        zone: "hall1".into(),
        recall,
        priority,
        at: ask.now.plus_s(-20),
        ticket: made::id(30),
        gone: false,
    }
}
fn screens(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let full = |calls: Vec<ShownCall>| screen::Hall {
        centre: centre(),
        name: name(),
        zone: ("hall1".into(), Both::new("政务大厅", "Government hall")),
        recent: calls.iter().rev().cloned().collect(),
        gone: Vec::new(),
        view: HallView {
            calls,
            next: (35..40).map(|no| NextNumber { number: number(no), priority: no == 36 }).collect(),
            lines: {
                let mut all = live(ask, true).lines;
                all.drain(..).map(|l| l.now).collect()
            },
            counters: live(ask, true).counters,
        },
        limits: crate::Limits::default(),
        now: ask.now,
    };
    let some = || vec![call(ask, 31, false, false), call(ask, 32, true, false), call(ask, 33, false, false), call(ask, 34, true, true)];
    let window = |state: Option<SessionState>, current: Option<State>| {
        screen::window_page(
            ask,
            &Window { centre: centre(), number: 3, session: state.map(|s| session(ask, 3, s)), current: current.map(|s| ticket(ask, 1, s, 0)), now: ask.now },
        )
    };
    let paused = |back_at| Some(SessionState::Paused { why: PauseReason::Lunch, back_at });
    let open = Some(SessionState::Open);
    vec![
        ("screen-call", screen::call_page(ask, &full(some()))),
        ("screen-call-none", screen::call_page(ask, &full(Vec::new()))),
        ("screen-plain", screen::plain_page(ask, &full(some()))),
        ("screen-plain-none", screen::plain_page(ask, &full(Vec::new()))),
        ("screen-waits", screen::waits_page(ask, &full(Vec::new()))),
        ("screen-window-called", window(open, Some(State::Called { at: ask.now, counter: made::counter(), calls: 1 }))),
        ("screen-window-serving", window(open, Some(State::Serving { since: ask.now, counter: made::counter(), inferred: false }))),
        ("screen-window-idle", window(open, None)),
        ("screen-window-back", window(paused(Some(ask.now.plus_min(15))), None)),
        ("screen-window-paused", window(paused(None), None)),
        ("screen-window-shut", window(None, None)),
    ]
}

// ── managers ──

fn managers(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let may = |set: bool| manager::May { set, hours: if set { vec![centre()] } else { Vec::new() } };
    let zone = |code: &str, zh: &str, en: &str| places::Zone {
        id: made::id(1),
        centre: centre(),
        code: code.into(),
        floor: 1,
        name: Both::new(zh, en),
        class: ServiceClass::A,
    };
    let counter = |n: u8| places::Counter {
        id: made::id(n),
        centre: centre(),
        number: i64::from(n),
        zone: made::id(1),
        zone_code: "hall1".into(),
        features: Vec::new(),
        closed: false,
    };
    let known = |lines: Vec<Line>| set::Centre {
        id: centre(),
        name: name(),
        zones: vec![zone("hall1", "政务大厅", "Government hall"), zone("hall2", "社会事务区", "Social services")],
        counters: vec![counter(1), counter(3)],
        skills: lines
            .iter()
            .zip([(1, 0), (2, 900), (2, 420)])
            .map(|(l, (rank, help_after_s))| (made::id(3), Skill { line: l.id, rank, help_after_s }))
            .collect(),
        lines,
    };
    let lines: Vec<Line> = made::lines().into_iter().map(|l| l.line).collect();
    let one = set::Typed::of(&lines[0]);
    let fault = FieldFault { field: "prefix", text: ask.t("line.prefix").to_owned() };
    let figures = Figures {
        centre: centre(),
        name: name(),
        all: crate::Limits::FIGURES
            .iter()
            .map(|f| FigureNow {
                figure: *f,
                value: if f.name == "cap" { 10 } else { f.value },
                set: ["cap", "rejoin_min"].contains(&f.name).then(|| FigureSet {
                    name: f.name.into(),
                    value: if f.name == "cap" { 10 } else { f.value },
                    source: "试行".into(),
                    centre: if f.name == "cap" { centre() } else { CentreId::DISTRICT },
                    from: ask.now.plus_min(-600),
                }),
            })
            .collect(),
    };
    let cap = figures::Typed { name: "cap".into(), value: "many".into(), source: String::new() };
    let wrong = [FieldFault { field: "value", text: ask.t("limit.value").to_owned() }, FieldFault { field: "source", text: ask.t("limit.source").to_owned() }];
    let all = |busy| {
        vec![
            (name(), live(ask, busy)),
            (Both::new("第二便民服务中心", "Second Centre"), Live { centre: made::centre(2, places::Status::Open).id, ..live(ask, false) }),
        ]
    };
    let day = ServiceDay::starting(ask.district.time.day(ask.now));
    let report = Report { tickets: 128, calls: 120, overrides: 1, largest_overtake: 6, promised: 20, kept: 20, violations: Vec::new() };
    vec![
        ("manager", manager::page(ask, &all(true), None, &may(false), ask.now)),
        ("manager-none", manager::page(ask, &[], None, &may(false), ask.now)),
        ("manager-centre", manager::page(ask, &all(false)[..1], Some(centre()), &may(true), ask.now)),
        ("manager-proof", manager::proof_page(ask, &name(), day, &report)),
        ("set-lines", set::lines_page(ask, &known(lines.clone()), &set::Typed::fresh(), &[])),
        ("set-lines-one", set::lines_page(ask, &known(lines.clone()), &one, &[])),
        ("set-lines-fault", set::lines_page(ask, &known(lines.clone()), &set::Typed { line: "new".into(), ..one.clone() }, &[fault])),
        ("set-lines-none", set::lines_page(ask, &known(Vec::new()), &set::Typed::fresh(), &[])),
        ("set-skills", set::skills_page(ask, &known(lines), None, None)),
        ("set-skills-none", set::skills_page(ask, &known(Vec::new()), None, None)),
        ("set-figures", figures::page(ask, &figures, &figures::Typed::default(), &[])),
        ("set-figures-one", figures::page(ask, &figures, &figures::Typed { value: "10".into(), ..cap.clone() }, &[])),
        ("set-figures-fault", figures::page(ask, &figures, &cap, &wrong)),
    ]
}
