//! Every page with made-up data, for the test that renders all.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, Day, Id, Minutes, Refusal};
use web::{Ask, FieldFault, Markup};

use super::{class, list, lots, moment, one, planner, screen};
use crate::course::{
    Admission, Application, Course, Enrolment, Kind, Lesson, LessonState, Mark, Plan, Skipped, State,
    api::{Planned, Preview, Pupil, Roll, Standing},
    lot,
};

fn id<T>(n: u8) -> Id<T> {
    Id::from_bytes([n; 16])
}
fn centre() -> CentreId {
    CentreId::new(1).unwrap_or(CentreId::DISTRICT)
}
fn name() -> Both {
    Both::new("示例便民服务中心", "Sample Centre")
}
fn day(ask: &Ask, n: i64) -> Day {
    ask.district.time.day(ask.now).plus(n)
}
fn at(ask: &Ask, n: i64, minute: Minutes) -> Minutes {
    moment(ask).zone.moment(day(ask, n), minute).minute()
}
fn course(ask: &Ask, state: State, admission: Admission) -> Course {
    let ended = matches!(state, State::Cancelled | State::NotStarted);
    Course {
        id: id(1),
        plan: Plan {
            centre: centre(),
            code: "kids-art".into(),
            title: Both::new("少儿美术", "Art for children"),
            kind: Kind::Art,
            text: Both::new("自带水彩笔。示例数据", "Bring your own pens. Sample data"),
            teacher: "示例·老师".into(),
            teacher_login: None,
            age_min: Some(6),
            age_max: Some(12),
            term: (day(ask, 20), day(ask, 90)),
            weekday: 5,
            from_min: 570,
            to_min: 660,
            lessons: 3,
            least: 4,
            admission,
            enrol_from: day(ask, -3),
            enrol_until: day(ask, 10),
            room: Some("studio".into()),
        },
        state,
        resource: id(2),
        starts: at(ask, 20, 570),
        ends: at(ask, 34, 660),
        commitment: (admission == Admission::Lot).then(|| lot::commitment(&[7; 32])),
        secret: (admission == Admission::Lot).then_some([7; 32]),
        drawn: None,
        sure: None,
        why: ended.then(|| "老师生病".into()),
    }
}
fn lessons(ask: &Ask) -> Vec<Lesson> {
    let lesson = |n: u8, state| Lesson {
        id: id(n),
        course: id(1),
        no: i64::from(n),
        start: at(ask, 13 + 7 * i64::from(n), 570),
        end: at(ask, 13 + 7 * i64::from(n), 660),
        state,
        why: (state == LessonState::Cancelled || n == 3).then(|| "停电".into()),
        said: (n == 3).then(|| "大家都同意".into()),
        moved_from: (n == 3).then(|| at(ask, 33, 570)),
        room: None,
    };
    vec![lesson(1, LessonState::Planned), lesson(2, LessonState::Cancelled), lesson(3, LessonState::Planned)]
}
fn enrolment(ask: &Ask, n: u8, label: &str) -> Enrolment {
    Enrolment {
        id: id(n),
        course: id(1),
        person: id(n),
        label: label.into(),
        birth_year: Some(2018),
        claim: Some(id(n)),
        wait: None,
        made_at: ask.now,
        left: None,
    }
}
fn application(ask: &Ask, withdrawn: bool, drawn: Option<i64>, got: bool) -> Application {
    Application {
        id: id(5),
        course: id(1),
        person: id(5),
        label: "乐乐".into(),
        birth_year: Some(2018),
        code: "K3M7Q2XA".into(),
        token_hash: [0; 32],
        made_at: ask.now,
        withdrawn: withdrawn.then_some(ask.now),
        drawn_no: drawn,
        enrolment: got.then(|| id(6)),
    }
}

/// For `web::Slice::samples`.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let view = |state, admission, places| one::View {
        course: course(ask, state, admission),
        centre: name(),
        room: Some(Both::new("二楼教室", "Studio")),
        lessons: lessons(ask),
        skipped: vec![Skipped { day: day(ask, 40), why: Both::new("元旦", "New Year's Day") }],
        unpublished: true,
        places,
        applied: 17,
    };
    let listed = |state, admission, places| list::Listed { course: course(ask, state, admission), places };
    let list = |all| list::List { centre: centre(), name: name(), all, others: vec![(CentreId::DISTRICT, name())] };
    let mut drawn_course = course(ask, State::Enrolling, Admission::Lot);
    drawn_course.drawn = Some(ask.now);
    let drawn = |no, place, waits| lots::Drawn { no, code: "K3M7Q2XA".into(), place, waits };
    let lot_view = |course: Course, drawn: Vec<lots::Drawn>| lots::View {
        seed: course.drawn.map(|_| lot::seed(&[7; 32], &[])),
        course,
        centre: name(),
        places: 12,
        applied: 17,
        withdrawn: 1,
        drawn,
    };
    let own = |course: Course, application| lots::Own { token: "sample-token-of-22-cha".into(), application, course, centre: name() };
    let planned = |n: i64, clash: bool| Planned {
        day: day(ask, n),
        start: at(ask, n, 570),
        end: at(ask, n, 660),
        clash: clash.then(|| Refusal::conflict("slot.gone").both("date", Both::new("12月19日", "19 December"))),
    };
    let preview = Preview {
        dates: vec![planned(20, false), planned(27, true)],
        skipped: vec![Skipped { day: day(ask, 34), why: Both::new("元旦", "New Year's Day") }],
        unpublished: true,
    };
    let plan = |course: Course, preview: Option<Preview>, people| planner::One {
        name: name(),
        places: (12, 3),
        lessons: if preview.is_some() { Vec::new() } else { lessons(ask) },
        preview,
        people,
        applied: 17,
        holidays: vec![(day(ask, 40), Both::new("元旦", "New Year's Day"))],
        course,
    };
    let people = vec![
        (enrolment(ask, 7, "乐乐"), Standing::In),
        (enrolment(ask, 8, "朵朵"), Standing::Offered),
        (enrolment(ask, 9, "壮壮"), Standing::Waiting(2)),
        (enrolment(ask, 10, "走了"), Standing::Out),
    ];
    let plans = |all| planner::Plans { centre: centre(), name: name(), all };
    let row = || planner::Listed { course: course(ask, State::Enrolling, Admission::Lot), places: (12, 3), waiting: 17 };
    let roll = |n: usize, pupils: Vec<Pupil>| Roll { course: course(ask, State::Running, Admission::Order), lesson: lessons(ask).remove(n), pupils };
    let pupils = || {
        vec![
            Pupil { enrolment: enrolment(ask, 7, "乐乐"), mark: Some(Mark::Late) },
            Pupil { enrolment: enrolment(ask, 8, "朵朵"), mark: None },
            Pupil { enrolment: enrolment(ask, 9, ""), mark: None },
        ]
    };
    let classes = |some: bool| class::Classes {
        centre: centre(),
        name: name(),
        all: if some {
            lessons(ask).into_iter().map(|l| class::Listed { course: course(ask, State::Running, Admission::Order), lesson: l, marked: (1, 3) }).collect()
        } else {
            Vec::new()
        },
    };
    let today = |some: bool| screen::Screen {
        name: name(),
        days: vec![
            (
                day(ask, 0),
                if some {
                    lessons(ask).into_iter().map(|l| (course(ask, State::Running, Admission::Order), l, Some(Both::new("二楼教室", "Studio")))).collect()
                } else {
                    Vec::new()
                },
            ),
            (day(ask, 1), Vec::new()),
        ],
        areas: if some {
            vec![
                screen::Area {
                    name: Both::new("1 号羽毛球场", "Badminton court 1"),
                    hours: BTreeMap::from([(9, (0, 0, 1)), (10, (0, 1, 1)), (12, (1, 1, 1))]),
                },
                screen::Area { name: Both::new("健身房", "Gym"), hours: BTreeMap::from([(9, (12, 12, 20)), (10, (0, 0, 20)), (11, (20, 20, 20))]) },
            ]
        } else {
            Vec::new()
        },
    };
    let fault = FieldFault { field: "term_to", text: ask.t("course.day").to_owned() };
    vec![
        (
            "courses",
            list::render(
                ask,
                &list(vec![
                    listed(State::Enrolling, Admission::Order, (12, 3)),
                    listed(State::Enrolling, Admission::Lot, (12, 0)),
                    listed(State::Published, Admission::Order, (12, 0)),
                    listed(State::Enrolling, Admission::Order, (12, 12)),
                    listed(State::Running, Admission::Order, (12, 9)),
                ]),
            ),
        ),
        ("courses-none", list::render(ask, &list(Vec::new()))),
        ("course", one::render(ask, &view(State::Enrolling, Admission::Order, (12, 3)))),
        ("course-full", one::render(ask, &view(State::Enrolling, Admission::Order, (12, 12)))),
        ("course-lot", one::render(ask, &view(State::Enrolling, Admission::Lot, (12, 0)))),
        ("course-running", one::render(ask, &view(State::Running, Admission::Order, (12, 9)))),
        ("course-cancelled", one::render(ask, &view(State::Cancelled, Admission::Order, (12, 0)))),
        ("lot", lots::render(ask, &lot_view(course(ask, State::Enrolling, Admission::Lot), Vec::new()))),
        ("lot-drawn", lots::render(ask, &lot_view(drawn_course.clone(), vec![drawn(1, true, false), drawn(2, false, true), drawn(3, false, false)]))),
        ("lot-own", lots::render_own(ask, &own(course(ask, State::Enrolling, Admission::Lot), application(ask, false, None, false)))),
        ("lot-own-drawn", lots::render_own(ask, &own(drawn_course.clone(), application(ask, false, Some(3), true)))),
        ("lot-own-nothing", lots::render_own(ask, &own(drawn_course, application(ask, false, Some(300), false)))),
        ("lot-own-withdrawn", lots::render_own(ask, &own(course(ask, State::Enrolling, Admission::Lot), application(ask, true, None, false)))),
        ("lot-own-ended", lots::render_own(ask, &own(course(ask, State::Cancelled, Admission::Lot), application(ask, false, None, false)))),
        ("lot-panel", web::Page::new(web::Surface::Phone, ask.t("venues.course.mine"), web::html! { main id="main" tabindex="-1" { h1 { (ask.t("venues.course.mine")) } (super::panel(ask, &[("sample-token-of-22-cha".into(), "K3M7Q2XA".into(), course(ask, State::Enrolling, Admission::Lot))])) } }).render(ask)),
        ("plans", planner::render(ask, &plans(vec![row()]), &planner::DraftBody::default(), &[])),
        ("plans-fault", planner::render(ask, &plans(Vec::new()), &planner::DraftBody { code: "XX".into(), ..planner::DraftBody::default() }, &[fault])),
        ("plan-draft", planner::render_one(ask, &plan(course(ask, State::Draft, Admission::Order), Some(preview), Vec::new()))),
        ("plan", planner::render_one(ask, &plan(course(ask, State::Enrolling, Admission::Lot), None, people))),
        ("plan-cancelled", planner::render_one(ask, &plan(course(ask, State::Cancelled, Admission::Order), None, Vec::new()))),
        ("classes", class::render_list(ask, &classes(true))),
        ("classes-none", class::render_list(ask, &classes(false))),
        ("roll", class::render(ask, &name(), &roll(0, pupils()))),
        ("roll-none", class::render(ask, &name(), &roll(0, Vec::new()))),
        ("roll-cancelled", class::render(ask, &name(), &roll(1, pupils()))),
        ("timetable", screen::render(ask, &today(true))),
        ("timetable-none", screen::render(ask, &today(false))),
    ]
}
