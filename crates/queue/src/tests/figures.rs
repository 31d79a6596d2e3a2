//! Figures and lines as a supervisor sets them: what counts, where it comes from, and every fault of a form at once.

use std::sync::Arc;

use kernel::{Both, CentreId, Lang, ServiceClass, TimeZone};
use store::{Store, testing};
use web::{Ask, District, Words};

use super::world::{BY, Hall, TEN, act, classes, code};
use crate::{
    Limits, MIGRATIONS,
    api::{self, NewLine},
    pages::samples::samples,
};

fn on_both(story: fn(&Store)) {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        eprintln!("{engine}");
        classes(&store);
        story(&store);
    }
}
fn page(lang: Lang, name: &str) -> String {
    let words = Words::load(&[("web", web::WORDS), ("queue", crate::WORDS)]).unwrap();
    let time = TimeZone::named("Asia/Shanghai", 240).unwrap();
    let now = time.parse("2026-11-24T10:08").unwrap();
    let district = District { name: Both::new("示例区", "Sample District"), time, sample: true };
    samples(&Ask::sample(lang, words, Arc::new(district), now)).into_iter().find(|(n, _)| *n == name).unwrap().1.0
}

#[test]
fn a_figure_says_its_value_and_its_source() {
    on_both(|store| {
        let c = Hall::new(store, 1, 1).centre;
        let of = |name: &'static str, at| store.read_blocking(move |tx| api::figures(tx, c, at)).unwrap().into_iter().find(|f| f.figure.name == name).unwrap();
        assert_eq!((of("cap", TEN).value, of("cap", TEN).set), (12, None));
        act(store, c, TEN, move |tx| api::set_limit(tx, c, "cap", 5, "试行", &BY, TEN)).unwrap();
        act(store, CentreId::DISTRICT, TEN.plus_s(1), |tx| api::set_limit(tx, CentreId::DISTRICT, "cap", 9, "district", &BY, TEN.plus_s(1))).unwrap();
        act(store, CentreId::DISTRICT, TEN, |tx| api::set_limit(tx, CentreId::DISTRICT, "recalls", 3, "district", &BY, TEN)).unwrap();
        // the centre's own figure counts, also where the district's is newer
        let (cap, recalls) = (of("cap", TEN.plus_s(2)), of("recalls", TEN));
        assert_eq!((cap.value, cap.set.map(|s| (s.source, s.centre))), (5, Some(("试行".into(), c))));
        assert_eq!((recalls.value, recalls.figure.value, recalls.set.map(|s| s.centre)), (3, 2, Some(CentreId::DISTRICT)));
        assert_eq!(of("cap", TEN.plus_s(-1)).value, 12);
        // what the page says is what the rule uses
        let (all, limits) = store.read_blocking(move |tx| Ok((api::figures(tx, c, TEN.plus_s(2))?, api::limits(tx, c, TEN.plus_s(2))?))).unwrap();
        let mut said = Limits::default();
        assert!(all.iter().all(|f| said.set(f.figure.name, f.value)));
        assert_eq!(said, limits);
        assert_eq!(code(act(store, c, TEN, move |tx| api::set_limit(tx, c, "cap", 5, " ", &BY, TEN))), "limit.source");
    });
}

#[test]
fn a_figure_that_contradicts_another_is_refused_with_both() {
    on_both(|store| {
        let c = Hall::new(store, 1, 1).centre;
        let set = |centre, name: &'static str, value| act(store, centre, TEN, move |tx| api::set_limit(tx, centre, name, value, "x", &BY, TEN));
        for (name, value) in [("defer_least_min", 181), ("defer_most_min", 9), ("recall_gap_s", 91), ("ratios_most", 49), ("remote_gone_min", 9)] {
            assert_eq!(code(set(c, name, value)), "limit.crossed", "{name}");
        }
        assert_eq!(store.read_blocking(move |tx| api::limits(tx, c, TEN)).unwrap(), Limits::default(), "nothing is kept");
        let Err(kernel::No::Refused(refusal)) = set(c, "defer_least_min", 200) else { panic!() };
        assert_eq!(refusal.args_in(Lang::En), [("a", "defer_least_min"), ("x", "200"), ("b", "defer_most_min"), ("y", "180")]);
        // a figure of the district against a centre's own
        set(c, "defer_least_min", 60).unwrap();
        assert_eq!(code(set(CentreId::DISTRICT, "defer_most_min", 30)), "limit.crossed");
        set(CentreId::DISTRICT, "defer_most_min", 60).unwrap();
    });
}

#[test]
fn the_page_names_both_figures_in_words() {
    super::app::on_both(|town| async move {
        let (status, _, page) = town.form("s=supervisor", "/m/1/figures", &[("name", "defer_least_min"), ("value", "200"), ("source", "x")]).await;
        assert_eq!(status, 422);
        assert!(page.contains("“推迟最少多少分钟”（200）不能大于“推迟最多多少分钟”（180）"), "{page}");
    });
}

#[test]
fn the_settings_name_every_figure_as_it_ships() {
    let page = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md")).unwrap();
    for f in Limits::FIGURES {
        let row = page.lines().find(|l| l.starts_with(&format!("| `{}` |", f.name))).unwrap_or_else(|| panic!("{} is missing", f.name));
        assert!(row.contains(&format!("| {} |", f.value)) && row.ends_with(&format!("| {} |", f.source)), "{row}");
    }
}

#[test]
fn a_line_is_late_by_the_figure_of_its_centre() {
    on_both(|store| {
        let hall = Hall::new(store, 1, 1);
        let (h, c) = (hall.clone(), hall.centre);
        act(store, c, TEN, move |tx| {
            api::set_limit(tx, c, "late_min", 5, "x", &BY, TEN)?;
            h.take(tx, 0, "walk_in", TEN)
        })
        .unwrap();
        let (counter, now) = (hall.counters[0].id, TEN.plus_min(6));
        let live = store.read_blocking(move |tx| api::live(tx, c, super::world::day(), TEN, now)).unwrap();
        assert_eq!((live.late_min, store.read_blocking(move |tx| api::counter_view(tx, counter, now)).unwrap().late_min), (5, 5));
    });
}

#[test]
fn every_fault_of_a_form_is_said_at_once() {
    let fields = |faults: Vec<kernel::Refusal>| faults.into_iter().filter_map(|r| r.field).collect::<Vec<_>>();
    let bad = NewLine {
        centre: CentreId::new(1).unwrap(),
        code: "a b".into(),
        prefix: "b".into(),
        class: ServiceClass::A,
        name: Both::new(" ", ""),
        zone: "hall1".into(),
        last_issue_min: 721,
        remote_share_pct: -1,
        typical_min: 0,
    };
    assert_eq!(fields(bad.faults()), ["line", "prefix", "name_zh", "name_en", "last_issue_min", "remote_share_pct", "typical_min"]);
    let good =
        NewLine { code: "a".into(), prefix: "B1".into(), name: Both::new("民政", "Civil"), last_issue_min: 720, remote_share_pct: 0, typical_min: 1, ..bad };
    assert_eq!(good.faults(), []);
    assert_eq!(fields(api::limit_faults("hats", None, " ")), ["name", "value", "source"]);
    assert_eq!(fields(api::limit_faults("cap", Some(100_001), "x")), ["value"]);
    assert_eq!(api::limit_faults("cap", Some(0), "x"), []);
}

#[test]
fn every_figure_is_named_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        let page = page(lang, "set-figures");
        assert_eq!(page.matches("?name=").count(), Limits::FIGURES.len());
        assert!(!page.contains("queue.figure."), "{lang:?}");
    }
    let wrong = page(Lang::Zh, "set-figures-fault");
    assert!(wrong.contains("value=\"many\"") && wrong.matches("class=\"field bad\"").count() == 2, "what was typed stays, with both faults");
}

#[test]
fn too_many_priority_numbers_warn_the_supervisor() {
    let warned = |name| page(Lang::Zh, name).contains("优先号偏多");
    assert!(warned("hall") && !warned("hall-quiet"), "40 % warns, 15 % does not");
}

#[test]
fn the_guide_tells_the_code_at_the_door_only_where_it_may() {
    let told = |name| page(Lang::En, name).contains("Code at the door");
    assert!(told("guide") && !told("guide-quiet"));
}
