//! Every page with made-up data, for the rendering test.

use kernel::{Both, CentreId, Day, DeviceId, DeviceKind, Id, Instant, ServiceClass, ZoneId};
use web::{Ask, Markup, html};

use crate::{
    Area, Block, Centre, Counter, Device, Function, FunctionState, Opening, Sample, Status, Why, Zone,
    device::{Listed, State},
    pages::{
        self, devices, enrol, help, hours,
        view::{Entry, Today, View},
    },
};

fn centre(n: i64, status: Status) -> Centre {
    Centre {
        id: CentreId::new(n).unwrap_or(CentreId::DISTRICT),
        area_code: "410105015".into(),
        name: Both::new(format!("示例{n}便民服务中心"), format!("Sample Centre {n}")),
        address: Both::new("示例路与样本街交会处", "Corner of Sample Road and Specimen Street"),
        lon_e7: Some(1_137_616_000),
        lat_e7: Some(347_567_000),
        datum: Some(crate::Datum::Gcj02),
        position_source: None,
        phase: Some(1),
        status,
        status_since: "2026-05-11".into(),
        planned_month: (status < Status::Open).then(|| "2026-12".into()),
        phone: "0371-0000-0001".into(),
        sample: if n == 1 { Sample::Part } else { Sample::Yes },
        version: 1,
    }
}
fn area() -> Area {
    Area { code: "410105015".into(), name: Both::new("示例街道", "Sample Subdistrict"), known_as: None, source: None }
}
fn opening(why: Why, note: &str, shut: bool) -> Opening {
    let blocks = if shut { Vec::new() } else { vec![Block { from: 540, to: 720 }, Block { from: 780, to: 1_020 }] };
    Opening { blocks, why, note: Both::new(note, if note.is_empty() { "" } else { "Sample reason" }), source: "示例".into() }
}
fn today(day: Day, open: bool) -> Today {
    let o = if open { opening(Why::Pattern, "", false) } else { opening(Why::Holiday, "国庆节", true) };
    Today { day, open: open.then_some((day, Block { from: 540, to: 720 })), next: Some((day.plus(if open { 0 } else { 2 }), 540)), opening: o }
}
fn function(n: i64, state: FunctionState, floor: &str) -> Function {
    let class = [ServiceClass::A, ServiceClass::B, ServiceClass::C][n as usize % 3];
    let known = state == FunctionState::Open;
    let text = |zh: &str, en: &str| if known { Both::new(zh, en) } else { Both::default() };
    Function {
        centre: CentreId::DISTRICT,
        code: format!("sample{n}"),
        sort: n,
        class,
        name: Both::new("示例服务", "Sample service"),
        floor: floor.into(),
        operator: text("示例公司", "Sample company"),
        hours: text("每天 8:00–20:00", "Daily 8:00–20:00"),
        state,
        place: Both::new("先到体育公园，电话 0371-0000-0001", "Use Sports Park meanwhile, 0371-0000-0001"),
        sample: Sample::Yes,
    }
}
fn view(c: Centre, today: Option<Today>, nearest: Option<Centre>, cards: Vec<Markup>) -> View {
    let functions = vec![function(1, FunctionState::Open, "1"), function(2, FunctionState::Preparing, "-1"), function(3, FunctionState::None, "")];
    View { centre: c, area: Some(area()), today, functions, nearest, cards }
}
fn id<T>(n: u8) -> Id<T> {
    Id::new(Instant::default(), [n; 10])
}
fn listed(n: u8, kind: DeviceKind, state: State, seen: Option<Instant>) -> Listed {
    let device = Device {
        id: id::<kernel::of::Device>(n) as DeviceId,
        centre: centre(1, Status::Open).id,
        kind,
        name: format!("示例设备{n}"),
        zone: None,
        counter: None,
    };
    Listed { device, state, seen }
}

/// Name and page.
pub fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let (day, now) = (ask.district.time.day(ask.now), ask.now);
    let (open, preparing, planned) = (centre(1, Status::Open), centre(2, Status::Preparing), Centre { planned_month: None, ..centre(3, Status::Planned) });
    let entries = vec![
        Entry { centre: open.clone(), today: Some(today(day, true)) },
        Entry { centre: preparing.clone(), today: None },
        Entry { centre: planned.clone(), today: None },
    ];
    let areas = vec![(area(), entries)];
    let card = || vec![html! { section class="card" aria-label="示例" { p { "示例 Sample" } } }];
    let zone =
        Zone { id: id(1) as ZoneId, centre: open.id, code: "hall1".into(), floor: 1, name: Both::new("示例大厅", "Sample hall"), class: ServiceClass::A };
    let counter = |n: i64, closed| Counter {
        id: id(n as u8),
        centre: open.id,
        number: n,
        zone: zone.id,
        zone_code: "hall1".into(),
        features: vec!["low".into(), "loop".into()],
        closed,
    };
    let devices_shown = || devices::Shown {
        centres: vec![open.clone(), preparing.clone()],
        devices: vec![
            listed(1, DeviceKind::Kiosk, State::Enrolled { at: now }, Some(now)),
            listed(2, DeviceKind::Display, State::New { until: now.plus_min(9) }, None),
            listed(3, DeviceKind::Desk, State::New { until: now.plus_min(-9) }, None),
            listed(4, DeviceKind::Rating, State::Enrolled { at: now.plus_min(-90) }, Some(now.plus_min(-60))),
            listed(5, DeviceKind::Printer, State::Revoked, None),
        ],
        adding: Some((open.clone(), vec![zone.clone()], vec![counter(1, false)])),
        real: now,
        code: None,
    };
    let with_code = devices::Shown { code: Some(("示例自助机".into(), DeviceKind::Kiosk, "7Q4M2K9X".into())), ..devices_shown() };
    let nothing = devices::Shown { devices: Vec::new(), adding: None, ..devices_shown() };
    let days = || {
        let whys = [(Why::Pattern, ""), (Why::Holiday, "元旦"), (Why::Swap, "元旦"), (Why::Note, "设备检修"), (Why::Unpublished, ""), (Why::Unset, "")];
        (0..).zip(whys).map(|(n, (why, note))| (day.plus(n), opening(why, note, n == 1 || n == 5), why == Why::Note)).collect()
    };
    let hours_shown = |preview| hours::Shown {
        centre: open.clone(),
        days: days(),
        counters: vec![counter(1, false), counter(2, true)],
        zones: vec![("hall1".into(), Both::new("政务大厅", "Government hall"))],
        faults: Vec::new(),
        typed: hours::Typed { day: day.plus(1).to_string(), ..hours::Typed::default() },
        preview,
    };
    vec![
        ("P1 choose", pages::render_choice(ask, &areas)),
        ("P1 choose, none", pages::render_choice(ask, &[])),
        ("P1 open", pages::render_home(ask, &view(open.clone(), Some(today(day, true)), None, card()))),
        ("P1 shut", pages::render_home(ask, &view(open.clone(), Some(today(day, false)), None, Vec::new()))),
        ("P1 list", pages::render_list(ask, &areas)),
        ("P1 list, none", pages::render_list(ask, &[])),
        ("P2 open", pages::centre_page(ask, &view(open.clone(), Some(today(day, true)), None, card()))),
        ("P2 shut", pages::centre_page(ask, &view(open.clone(), Some(today(day, false)), None, card()))),
        ("P2 preparing", pages::centre_page(ask, &view(preparing.clone(), None, Some(open.clone()), Vec::new()))),
        ("P2 planned", pages::centre_page(ask, &view(planned, None, None, Vec::new()))),
        ("P2 closed", pages::centre_page(ask, &view(centre(4, Status::Closed), None, Some(open.clone()), Vec::new()))),
        ("P22", help::render(ask, std::slice::from_ref(&open))),
        ("P23 problem", help::render_problem(ask, "centre.shut_today", &Both::new("现在不办公", "Closed now"))),
        ("A5", devices::render(ask, &devices_shown())),
        ("A5 code", devices::render(ask, &with_code)),
        ("A5 none", devices::render(ask, &nothing)),
        ("enrol", enrol::render(ask)),
        ("M hours choose", hours::render_choice(ask, std::slice::from_ref(&open))),
        ("M hours", hours::render(ask, &hours_shown(None))),
        ("M hours preview", hours::render(ask, &hours_shown(Some(day.plus(3))))),
        (
            "M hours fault",
            hours::render(ask, &hours::Shown { faults: vec![web::FieldFault { field: "day", text: ask.t("hours.day").to_owned() }], ..hours_shown(None) }),
        ),
    ]
}
