//! Every page with made-up data, for the rendering test.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Both, CentreId, Instant, ServiceClass, TwoId};
use places::{Centre, Sample, Status};
use web::{Ask, Markup, SheetFault};

use super::{Here, admin, find, item};
use crate::{
    catalogue::{Catalogue, Current},
    guide::{Answers, guide},
    item::{Form, Item, State},
    load::{self, Known},
    rows::item::{Line, Version},
    taxonomy::{Document, Event},
};

const ITEM: &str = include_str!("sample.toml");

fn document(id: &str, zh: &str, en: &str) -> Document {
    Document { id: id.into(), name: Both::new(zh, en), who_issues: "示例".into(), form: Form::Original, reusable: false }
}

fn sample_item() -> Option<(Item, Vec<Document>)> {
    let documents = vec![
        document("id_card", "居民身份证", "ID card"),
        document("birth_cert", "出生医学证明", "Birth certificate"),
        document("bank_card", "银行卡", "Bank card"),
        document("proxy_letter", "委托书", "Letter of authority"),
    ];
    let lines = BTreeMap::from([(CentreId::new(1)?, vec!["social".to_owned()])]);
    let known = Known { documents: documents.iter().map(|d| d.id.clone()).collect(), lines, events: None };
    load::item("sample.toml", ITEM, &known).ok().map(|item| (item, documents))
}

fn centre(n: i64, status: Status) -> Centre {
    Centre {
        id: CentreId::new(n).unwrap_or(CentreId::DISTRICT),
        area_code: "410104570".into(),
        name: Both::new("体育公园便民服务中心", "Sports Park Neighbourhood Centre"),
        address: Both::new("榆林北路", "Yulin North Road"),
        lon_e7: None,
        lat_e7: None,
        datum: None,
        position_source: None,
        phase: Some(1),
        status,
        status_since: "2026-01-01".into(),
        planned_month: None,
        phone: String::new(),
        sample: Sample::Yes,
        version: 1,
    }
}

/// A centre that was chosen.
pub fn here(_: Instant) -> Here {
    Here { centre: centre(1, Status::Open), lines: vec!["social".into()], hours: "09:00–12:00 13:00–17:00".into() }
}

/// All of them; none when the sample's file does not load, which a test would say.
pub fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let Some((it, documents)) = sample_item() else { return Vec::new() };
    let now = ask.now;
    let at = |state, successor: Option<&str>| Current { item: it.clone(), version: 1, state, successor: successor.map(str::to_owned), since: now };
    let event = Event { id: "child_born".into(), name: Both::new("孩子出生", "A child is born"), items: vec![it.code.clone()] };
    let catalogue = Arc::new(Catalogue::build(vec![at(State::Published, None)], documents, vec![event], &[]));
    let mut all: Vec<(&'static str, Markup)> =
        find::samples(&catalogue, now).into_iter().map(|(name, view)| (name, find::page(ask, &view).render(ask))).collect();
    let view = |state, here: Option<Here>, done_here: bool, answers: &[(&str, &str)]| {
        let answers: Answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let current = at(state, (state == State::Withdrawn).then_some("OTHER-1"));
        let successor = current.successor.clone().map(|code| (code, Both::new("新的事项", "A new item")));
        let guide = guide(&it, &catalogue.documents, &answers, it.offer.first());
        item::View {
            guide,
            successor,
            place: done_here.then(|| (1, Both::new("政务大厅", "Hall"))),
            line: None,
            places: done_here.then(|| kernel::ResourceId::from_bytes([9; 16])),
            centres: vec![centre(1, Status::Open), centre(2, Status::Preparing)],
            here,
            done_here,
            current,
            add: String::new(),
        }
    };
    let pages = [
        ("hall.guide", view(State::Published, Some(here(now)), true, &[])),
        ("hall.guide.answered", view(State::Published, None, false, &[("for_whom", "parent"), ("age", "x")])),
        ("hall.guide.not_here", view(State::Published, Some(here(now)), false, &[("for_whom", "self"), ("age", "0")])),
        ("hall.guide.suspended", view(State::Suspended, Some(here(now)), true, &[])),
        ("hall.guide.withdrawn", view(State::Withdrawn, None, false, &[])),
    ];
    all.extend(pages.iter().map(|(name, v)| (*name, item::page(ask, v).render(ask))));
    all.push((
        "hall.card",
        super::framed(ask, ask.t("hall.what"), None, &web::html! { h1 { (ask.t("hall.what")) } (super::card(ask, &catalogue.doors(), None)) }).render(ask),
    ));
    all.extend(admin_samples(ask, &it));
    all
}

fn admin_samples(ask: &Ask, it: &Item) -> Vec<(&'static str, Markup)> {
    let now = ask.now;
    let line = |state, version| Line { code: it.code.clone(), version, rev: 1, state, plain: it.plain.clone(), class: ServiceClass::A, since: now };
    let items = |lines, misses| admin::Items { lines, only: None, misses, edits: true };
    let version = |state, number| Version {
        item: it.clone(),
        version: number,
        rev: 2,
        state,
        typed: format!("{ITEM}# {number}\n"),
        made_at: now,
        made_by: "account:1".into(),
        published_at: (state != State::Draft).then_some(now),
        asked_by: None,
        agreed_by: None,
        alone_why: (state != State::Draft).then(|| "示例".into()),
        state_at: now,
        state_why: Some("示例".into()),
        successor: None,
        replaced_at: None,
    };
    let two = people::api::Two {
        id: TwoId::from_bytes([1; 16]),
        action: "hall.item.publish".into(),
        object: it.code.clone(),
        command: format!(r#"{{"code":"{}","version":2,"rev":2}}"#, it.code),
        reason: "示例".into(),
        duty: "hall.publish".into(),
        asked_by: "account:1".into(),
        asked_at: now,
        agreed_by: None,
        alone_why: None,
        until: now.plus_min(60),
        state: people::api::TwoState::Asked,
    };
    let sheet = |versions, waiting, reader: &str| admin::Sheet { versions, waiting, reader: reader.into(), edits: true, decides: true };
    let fault = SheetFault { file: "item.toml".into(), line: 4, field: "name.en".into(), zh: "没有填".into(), en: "is missing".into() };
    let (draft, published) = (version(State::Draft, 2), version(State::Published, 1));
    vec![
        ("hall.admin.items", admin::list_page(ask, &items(vec![line(State::Published, 1), line(State::Draft, 2)], vec![("护照加注".into(), 3)])).render(ask)),
        ("hall.admin.items.empty", admin::list_page(ask, &items(Vec::new(), Vec::new())).render(ask)),
        ("hall.admin.form", admin::form_page(ask, None, None, ITEM, &[]).render(ask)),
        ("hall.admin.form.faults", admin::form_page(ask, Some(&it.code), Some(2), ITEM, &[fault]).render(ask)),
        ("hall.admin.item", admin::sheet_page(ask, &sheet(vec![draft.clone(), published.clone()], Vec::new(), "account:1")).render(ask)),
        ("hall.admin.item.mine", admin::sheet_page(ask, &sheet(vec![draft.clone(), published.clone()], vec![two.clone()], "account:1")).render(ask)),
        ("hall.admin.item.two", admin::sheet_page(ask, &sheet(vec![draft, published], vec![two], "account:2")).render(ask)),
        ("hall.admin.item.suspended", admin::sheet_page(ask, &sheet(vec![version(State::Suspended, 1)], Vec::new(), "account:1")).render(ask)),
    ]
}
