//! Every page with made-up data, for the test that renders all.

use kernel::{Both, CentreId, Id, Instant, Refusal};
use web::{Ask, Markup};

use super::{blocks, children, desk, own};
use crate::pickup::{
    child::{Authority, Block, Child, ConcernState, Reason, Verified},
    handover::Means,
    rows::{
        block::{Concern, Full, Why},
        stay::Handed,
    },
    stay::{State, Stay},
};

fn id<T>(n: u8) -> Id<T> {
    Id::from_bytes([n; 16])
}
fn centre() -> (CentreId, Both) {
    (CentreId::new(1).unwrap_or(CentreId::DISTRICT), Both::new("示例便民服务中心", "Sample Centre"))
}
fn child(allergies: &str) -> Child {
    Child {
        id: id(1),
        centre: centre().0,
        name: "小雨".into(),
        birth_year: 2017,
        guardian: "妈妈".into(),
        allergies: allergies.into(),
        verified: Verified::Hukou,
        alone: allergies.is_empty().then_some(Instant::from_micros(0)),
    }
}
fn authority(ask: &Ask, n: u8, name: &str, once: bool) -> Authority {
    let day = ask.district.time.day(ask.now);
    Authority {
        id: id(n),
        child: id(1),
        name: name.into(),
        tail: if once { String::new() } else { "1234".into() },
        weekdays: if once { 0 } else { 1 << day.weekday() | 1 },
        once_on: once.then_some(day),
        granted_by: "p".into(),
        granted_at: ask.now,
        withdrawn_at: None,
    }
}
fn stay(ask: &Ask, n: u8, state: State) -> Stay {
    let dropped = !matches!(state, State::Expected | State::NotBrought);
    Stay {
        id: id(n),
        centre: centre().0,
        child: id(1),
        label: "少儿美术".into(),
        from: ask.now.plus_min(-60),
        to: ask.now.plus_min(30),
        session: None,
        state,
        dropped_by: dropped.then(|| "姥姥".into()),
        dropped_at: dropped.then(|| ask.now.plus_min(-60)),
        ack_by: None,
        code_hash: dropped.then(String::new),
        tries: 0,
        locked_at: (state == State::Late).then_some(ask.now),
        called_at: (state == State::Called).then_some(ask.now),
        late_at: None,
        escalated_at: None,
        over_at: (state == State::Escalated).then_some(ask.now),
        alerted_at: None,
        ended_at: state.ended().then_some(ask.now),
        ended_by: state.ended().then(|| "示例·李老师".into()),
        note: (state == State::ToAuthority).then(|| "示例派出所 张警官 19:10".into()),
        permit: None,
    }
}
fn handed(ask: &Ask, state: State) -> Option<Handed> {
    (state == State::HandedOver).then(|| Handed { to: "姥姥".into(), means: Means::Code, staff: "示例·李老师".into(), at: ask.now })
}

/// For `web::Slice::samples`.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let (centre, name) = centre();
    let seen = |state: State, code: bool| own::Seen {
        stay: stay(ask, 5, state),
        place: name.clone(),
        code: code.then(|| "042718".into()),
        handed: handed(ask, state),
    };
    let own = |stays: Vec<own::Seen>, paper: bool| own::Own {
        token: "sample-token-of-22-cha".into(),
        code8: "K3M7Q2XA".into(),
        child: child(""),
        centre: name.clone(),
        authorities: if paper { Vec::new() } else { vec![authority(ask, 2, "王芳", false), authority(ask, 3, "舅舅", true)] },
        stays,
        paper,
    };
    let row = |n: u8, state: State, allergies: &str, barred: bool| desk::Row {
        stay: stay(ask, n, state),
        child: child(allergies),
        list: if state.in_care() { vec![(authority(ask, 2, "王芳", false), false), (authority(ask, 3, "舅舅", true), barred)] } else { Vec::new() },
        handed: handed(ask, state),
    };
    let desk = |full: bool| desk::Desk {
        centre,
        name: name.clone(),
        in_care: if full {
            vec![
                row(11, State::Escalated, "花生", true),
                row(12, State::Late, "", false),
                row(13, State::Called, "", false),
                row(14, State::InCare, "花生", false),
            ]
        } else {
            Vec::new()
        },
        expected: if full { vec![row(15, State::Expected, "花生", false), row(16, State::Expected, "", false)] } else { Vec::new() },
        ended: if full {
            vec![
                row(17, State::HandedOver, "", false),
                row(18, State::NotBrought, "", false),
                row(19, State::LeftAlone, "", false),
                row(20, State::ToAuthority, "", false),
            ]
        } else {
            Vec::new()
        },
        children: if full { vec![child("花生")] } else { Vec::new() },
        closed: (!full).then_some(ask.now),
        shut: full,
        lead: full,
    };
    let block = |n: u8, set_by: &str, ended: bool| Full {
        block: Block {
            id: id(n),
            child: id(1),
            name: "李某".into(),
            tail: "9876".into(),
            set_by: set_by.into(),
            set_at: ask.now,
            until: Some(ask.now.plus_min(1_440)),
            ended_at: ended.then_some(ask.now),
        },
        child: "小雨".into(),
        why: Why { reason: Reason::Court, evidence: "（2026）豫 01 民保令 1 号".into(), note: "示例".into() },
        end_reason: ended.then(|| "裁定到期".into()),
    };
    let concern = |n: u8, state: ConcernState| {
        let reported = state != ConcernState::Open;
        let c = Concern {
            id: id(n),
            centre,
            what: "手臂上有多处瘀伤".into(),
            state,
            at: ask.now,
            authority: reported.then(|| "示例派出所".into()),
            report_no: reported.then(|| "2026-001".into()),
            outcome: (state == ConcernState::Closed).then(|| "已由民政接手".into()),
        };
        (c, "小雨".to_owned())
    };
    let blocks = |full: bool| blocks::Blocks {
        centre,
        name: name.clone(),
        all: if full { vec![block(30, "me", false), block(31, "other", false), block(32, "me", true)] } else { Vec::new() },
        concerns: if full { vec![concern(40, ConcernState::Open), concern(41, ConcernState::Reported), concern(42, ConcernState::Closed)] } else { Vec::new() },
        children: vec![child("")],
        reader: "me".into(),
    };
    vec![
        ("pickup-own", own::render(ask, &own(vec![seen(State::InCare, true), seen(State::HandedOver, false)], false))),
        ("pickup-own-called", own::render(ask, &own(vec![seen(State::Called, true)], false))),
        ("pickup-own-late", own::render(ask, &own(vec![seen(State::Late, false), seen(State::NotBrought, false)], false))),
        ("pickup-own-paper", own::render(ask, &own(Vec::new(), true))),
        ("pickup-own-nobody", own::render(ask, &own(vec![seen(State::InCare, false)], true))),
        ("handover", desk::render(ask, &desk(true), None)),
        ("handover-none", desk::render(ask, &desk(false), None)),
        ("handover-stop", desk::render(ask, &desk(true), Some(&Refusal::with("pickup.desk", 403)))),
        ("handover-code", desk::render(ask, &desk(true), Some(&Refusal::conflict("pickup.code").arg("n", 2)))),
        ("pickup-children", children::render(ask, &children::Children { centre, name: name.clone(), all: vec![child("花生")] })),
        ("pickup-children-none", children::render(ask, &children::Children { centre, name: name.clone(), all: Vec::new() })),
        ("pickup-blocks", blocks::render(ask, &blocks(true))),
        ("pickup-blocks-none", blocks::render(ask, &blocks(false))),
    ]
}
