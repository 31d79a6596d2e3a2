//! Every page with made-up data, for the test that renders all.

use kernel::{Both, CentreId, Id, Minutes};
use web::{Ask, FieldFault, Markup};

use super::{book, desk, moment, own, proof};
use crate::{
    Channel, Claim, Resource, Rules, State, Wait, WaitState, Want, What, Wish,
    api::{Opened, WaitNow},
    rows::pass::Pass,
};

fn id<T>(n: u8) -> Id<T> {
    Id::from_bytes([n; 16])
}
fn resource(n: u8, kind: &str, zh: &str, en: &str) -> Resource {
    Resource {
        id: id(n),
        centre: CentreId::new(1).unwrap_or(CentreId::DISTRICT),
        kind: kind.into(),
        code: format!("r{n}"),
        name: Both::new(zh, en),
        pool: None,
        share_of: None,
        cell_minutes: 30,
        rules: Rules::default(),
        closed: None,
    }
}
fn centre() -> Both {
    Both::new("示例便民服务中心", "Sample Centre")
}
/// Half an hour of tomorrow.
fn at(ask: &Ask, n: Minutes) -> Minutes {
    let zone = moment(ask).zone;
    zone.moment(zone.day(ask.now).plus(1), 13 * 60 + n * 30).minute()
}

fn claim(ask: &Ask, state: State) -> Claim {
    Claim {
        id: id(7),
        centre: CentreId::new(1).unwrap_or(CentreId::DISTRICT),
        purpose: "court.booking".into(),
        subject: "r1".into(),
        holder: Some(id(8)),
        made_by: "p".into(),
        channel: Channel::Phone,
        state,
        start: at(ask, 0),
        end: at(ask, 2),
        expires: state.pending().then(|| ask.now.plus_s(300)),
        late: (state == State::Confirmed).then(|| kernel::Instant::from_minute(at(ask, 0)).plus_min(15)),
        bundle: None,
        wait: None,
        extended: 0,
        made_at: ask.now,
    }
}
fn waiting(ask: &Ask, state: WaitState) -> WaitNow {
    let want = Want { what: What::Resource(id::<kernel::of::Resource>(1)), from: at(ask, 0), to: at(ask, 2), units: 2 };
    let wait = Wait {
        id: id(9),
        centre: CentreId::new(1).unwrap_or(CentreId::DISTRICT),
        wish: Wish::one("court.booking", "r1", id(8), "p", Channel::Phone, want),
        resource: id(1),
        start: at(ask, 0),
        end: at(ask, 2),
        units: 2,
        holder: id(8),
        priority: 0,
        joined: 3,
        state,
        cut_off: kernel::Instant::from_minute(at(ask, 0)).plus_min(-30),
        claim: None,
        passed: 1,
    };
    WaitNow { wait, place: 3, past: 41, got: 25 }
}
fn own_of(ask: &Ask, state: Option<State>, wait: Option<WaitState>) -> own::Own {
    let place = wait.map(|w| waiting(ask, w));
    let pass = Pass { code: "K3M7Q2XA".into(), centre: CentreId::new(1).unwrap_or(CentreId::DISTRICT), claim: Some(id(7)), wait: None, label: "妈妈".into() };
    own::Own {
        token: "sample-token-of-22-cha".into(),
        opened: Opened { pass, claim: state.map(|s| claim(ask, s)), wait: place.as_ref().map(|p| p.wait.clone()) },
        resource: Some(resource(1, "court", "1 号羽毛球场", "Badminton court 1")),
        place,
        centre: centre(),
        panels: vec![web::html! { section class="card" { p { "示例" } } }],
        why: (state == Some(State::Rejected)).then(|| "维修".into()),
    }
}

/// For `web::Slice::samples`.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let today = moment(ask).zone.day(ask.now);
    let start = |n, free, open, shut| book::Start { from: at(ask, n), to: at(ask, n + 1), free, cap: 2, open, shut };
    let view = |moves: Option<String>, none: bool| book::View {
        resource: resource(1, "court", "1 号羽毛球场", "Badminton court 1"),
        centre: centre(),
        days: (0..14).map(|n| book::DayNow { day: today.plus(n), free: [Some(3), Some(0), None][n as usize % 3] }).collect(),
        day: today.plus(1),
        starts: if none { Vec::new() } else { vec![start(0, 2, true, false), start(1, 0, true, false), start(2, 1, false, false), start(3, 0, true, true)] },
        moves,
        clash: none,
        errands: Vec::new(),
        chosen: Vec::new(),
    };
    let errand = |code: &str, zh: &str, en: &str, minutes| web::Errand {
        code: code.into(),
        name: Both::new(zh, en),
        short: Both::new(zh, en),
        class: kernel::ServiceClass::A,
        line: "civil".into(),
        minutes,
        papers: None,
    };
    let of_line = book::View {
        resource: resource(9, crate::PLACES, "老年证、救助", "Senior cards and relief"),
        errands: vec![errand("senior-card", "办老年证", "Senior card", 10), errand("relief", "申请救助", "Relief", 20)],
        chosen: vec!["senior-card".into()],
        ..view(None, false)
    };
    let listed = |n, kind: &str, zh: &str, en: &str, next| book::Listed { resource: resource(n, kind, zh, en), next };
    let list = |all| book::List { centre: CentreId::new(1).unwrap_or(CentreId::DISTRICT), name: centre(), all, others: vec![(CentreId::DISTRICT, centre())] };
    let full = vec![
        listed(1, "court", "1 号羽毛球场", "Badminton court 1", vec![at(ask, 0)]),
        listed(2, "open_session", "健身房", "Gym", vec![]),
        listed(3, "event", "周末电影", "Weekend film", vec![at(ask, 3)]),
    ];
    let today = |states: &[State]| desk::Desk {
        centre: CentreId::new(1).unwrap_or(CentreId::DISTRICT),
        name: centre(),
        today: states
            .iter()
            .map(|s| desk::Today {
                claim: claim(ask, *s), name: Both::new("1 号羽毛球场", "Badminton court 1"), label: "妈妈".into(), code: "K3M7Q2XA".into()
            })
            .collect(),
        later: states
            .iter()
            .map(|s| desk::Today { claim: claim(ask, *s), name: Both::new("健身房", "Gym"), label: "爸爸".into(), code: "K3M7Q2XA".into() })
            .collect(),
        came: states.first().map(|_| (Both::new("1 号羽毛球场", "Badminton court 1"), Vec::new())),
        requests: states
            .iter()
            .take(1)
            .map(|_| desk::Today {
                claim: claim(ask, State::Requested),
                name: Both::new("整个球馆", "The whole hall"),
                label: "老年队".into(),
                code: "K3M7Q2XA".into(),
            })
            .collect(),
        missed: states.iter().map(|_| ("court".to_owned(), [(12, 1), (5, 2), (0, 0), (3, 0)])).collect(),
        refused: if states.is_empty() { Vec::new() } else { vec![("court".into(), "slot.gone".into(), 12), ("open_session".into(), "quota.used".into(), 3)] },
        resources: vec![resource(1, "court", "1 号羽毛球场", "Badminton court 1")],
    };
    let fault = FieldFault { field: "code", text: ask.t("booking.code").to_owned() };
    vec![
        ("list", book::render_list(ask, &list(full))),
        ("list-none", book::render_list(ask, &list(Vec::new()))),
        ("book", book::render(&Ask { duties: Vec::new(), ..ask.clone() }, &view(None, false))),
        ("book-desk", book::render(ask, &view(None, false))),
        ("book-line", book::render(&Ask { duties: Vec::new(), ..ask.clone() }, &of_line)),
        ("book-none", book::render(ask, &view(None, true))),
        ("book-move", book::render(ask, &view(Some("sample-token-of-22-cha".into()), false))),
        ("own-held", own::render(ask, &own_of(ask, Some(State::Held), None))),
        ("own-offer", own::render(ask, &own_of(ask, Some(State::Held), Some(WaitState::Offered)))),
        ("own-confirmed", own::render(ask, &own_of(ask, Some(State::Confirmed), None))),
        ("own-requested", own::render(ask, &own_of(ask, Some(State::Requested), None))),
        ("own-cancelled", own::render(ask, &own_of(ask, Some(State::Cancelled), None))),
        ("own-rejected", own::render(ask, &own_of(ask, Some(State::Rejected), None))),
        ("own-waiting", own::render(ask, &own_of(ask, None, Some(WaitState::Waiting)))),
        ("own-lapsed", own::render(ask, &own_of(ask, None, Some(WaitState::Lapsed)))),
        ("own-gone", own::render(ask, &own_of(ask, None, None))),
        ("desk", desk::render(ask, &today(&[State::Confirmed, State::CheckedIn, State::NoShow]), "", &[])),
        ("desk-fault", desk::render(ask, &today(&[]), "XX", &[fault])),
        ("own-panel", web::Page::new(web::Surface::Phone, ask.t("capacity.mine"), web::html! { main id="main" tabindex="-1" { h1 { (ask.t("capacity.mine")) } (own::panel(ask, &[own_of(ask, Some(State::Confirmed), None), own_of(ask, None, Some(WaitState::Waiting))])) } }).render(ask)),
        ("proof", proof::render(ask, &[])),
        ("proof-wrong", proof::render(ask, &["C1 3 2".into()])),
    ]
}
