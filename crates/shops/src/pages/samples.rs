//! Every page with made-up data, for the test that renders all.

use kernel::{Both, CentreId, Id, ServiceClass};
use places::Zone;
use web::{Ask, Markup, Page, Surface, html};

use super::{
    card,
    list::{LineNow, List, Listed, render},
};
use crate::{Served, Shop, Trade};

fn one() -> CentreId {
    CentreId::new(1).unwrap_or(CentreId::DISTRICT)
}
fn shop(code: &str, trade: Trade, zh: &str, en: &str, line: Option<&str>) -> Shop {
    Shop {
        centre: one(),
        code: code.into(),
        trade,
        name: Both::new(zh, en),
        zone: "life1".into(),
        hours: Both::new("每天 8:00–20:00", "Daily 8:00–20:00"),
        phone: "0371-0000-0001".into(),
        served: line.map(|line| Served {
            line: line.into(),
            errand: Both::new("取药、问药", "Collect or ask about medicine"),
            short: Both::new("取药", "Medicine"),
            minutes: 4,
        }),
        closed: false,
        sample: true,
    }
}
fn zone(floor: i64) -> Option<Zone> {
    Some(Zone {
        id: Id::from_bytes([1; 16]),
        centre: one(),
        code: "life1".into(),
        floor,
        name: Both::new("生活服务区", "Everyday services"),
        class: ServiceClass::C,
    })
}

/// For `web::Slice::samples`.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let pharmacy = || shop("pharmacy-1", Trade::Pharmacy, "示例药店", "Sample pharmacy", Some("pharmacy"));
    let keys = || shop("keys-1", Trade::Keys, "示例配钥匙", "Sample key shop", None);
    let listed = |shop, floor, line| Listed { shop, zone: zone(floor), line };
    let list = |trade, all| List {
        centre: one(),
        name: Both::new("示例便民服务中心", "Sample Centre"),
        trade,
        all,
        others: vec![(CentreId::DISTRICT, Both::new("另一个示例中心", "Another Sample Centre"))],
    };
    let full = vec![
        listed(pharmacy(), 1, Some(LineNow::Waiting(3))),
        listed(shop("clinic-1", Trade::Clinic, "示例门诊", "Sample clinic", Some("clinic")), 2, Some(LineNow::Waiting(0))),
        listed(pharmacy(), 1, Some(LineNow::Stopped)),
        listed(keys(), -1, None),
        Listed { zone: None, ..listed(keys(), 1, None) },
    ];
    let panel = html! { main id="main" tabindex="-1" { h1 { (ask.t("shops.title")) } (card(ask, one(), &[pharmacy(), keys()])) } };
    vec![
        ("list", render(ask, &list(None, full))),
        ("list-none", render(ask, &list(None, Vec::new()))),
        ("list-trade", render(ask, &list(Some(Trade::Keys), vec![listed(keys(), 1, None)]))),
        ("list-trade-none", render(ask, &list(Some(Trade::Watch), Vec::new()))),
        ("panel", Page::new(Surface::Phone, ask.t("shops.title"), panel).render(ask)),
    ]
}
