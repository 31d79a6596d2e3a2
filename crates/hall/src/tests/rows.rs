use kernel::{Actor, Instant, No};
use store::{Store, testing};
use web::SheetFile;

use super::{
    centre,
    district::{Staff, account, asker, at, catalogue_files, districts, file, import, now, read, real, run, shell},
};
use crate::{
    api::{self, Asked},
    guide::Answers,
    held,
    item::State,
    reactions, rows,
};

const TWO: Staff = &[("editor", "item_editor", 0), ("supervisor", "hall_supervisor", 0)];
const INSURANCE: &str = "HN-SS-00101";

fn code(no: &No) -> &'static str {
    match no {
        No::Refused(r) => r.code,
        No::Missing(_) => "missing",
        No::Fault(f) => panic!("{f}"),
    }
}
/// The code of a refusal.
fn refused<T: std::fmt::Debug>(result: Result<T, No>) -> &'static str {
    code(&result.unwrap_err())
}
fn typed(store: &Store, item: &'static str) -> String {
    read(store, move |tx| api::item(tx, item)).typed
}
/// Writes a next version of the insurance item, ten minutes instead of eight.
fn draft(store: &Store, by: &'static str) -> i64 {
    let text = typed(store, INSURANCE).replace("typical_min = 8", "typical_min = 10");
    let by = Actor::Account(account(store, by));
    run(store, move |tx| api::draft(tx, Some(INSURANCE), &text, None, &by, now())).unwrap().rev
}
fn ask(store: &Store, by: &'static str, rev: i64, n: u8) -> Result<Asked, No> {
    let asker = asker(store, by);
    run(store, move |tx| api::ask_publish(tx, INSURANCE, rev, "新的办理时间", &asker, at(n)))
}
fn answer(store: &Store, by: &'static str, two: kernel::TwoId, yes: bool) -> Result<(), No> {
    let by = asker(store, by).by;
    run(store, move |tx| api::answer(tx, INSURANCE, two, yes, &by, at(90)))
}
fn version(store: &Store) -> i64 {
    read(store, |tx| api::item(tx, INSURANCE)).version
}

#[test]
fn every_statement_is_good_on_both_engines() {
    for (engine, store) in testing::both(&super::district::MIGRATIONS) {
        for statements in rows::STATEMENTS {
            assert_eq!(testing::statements_work(&store, statements), [""; 0], "{engine}");
        }
    }
}

#[test]
fn publishing_takes_a_second_person() {
    for (engine, store) in districts(TWO, true) {
        let rev = draft(&store, "editor");
        let Asked::Waiting(two) = ask(&store, "editor", rev, 1).unwrap() else { panic!("{engine}: alone") };
        // Asking again is the same request; the asker cannot agree; nothing is published yet.
        assert_eq!(ask(&store, "editor", rev, 2).unwrap(), Asked::Waiting(two));
        assert_eq!(refused(answer(&store, "editor", two, true)), "own.approve");
        assert_eq!(version(&store), 1);
        answer(&store, "supervisor", two, true).unwrap();
        assert_eq!(refused(answer(&store, "supervisor", two, true)), "item.changed");
        let standing = read(&store, |tx| api::item(tx, INSURANCE));
        assert_eq!((standing.version, standing.item.offer[0].typical_min, standing.alone_why), (2, 10, None), "{engine}");
        assert_ne!(standing.asked_by, standing.agreed_by);
        let minutes = read(&store, |tx| api::errands(tx, centre(1))).into_iter().find(|e| e.code == INSURANCE).unwrap().minutes;
        assert_eq!(minutes, 10);
    }
}

#[test]
fn one_person_may_only_while_nobody_else_could() {
    for (engine, store) in districts(&[("editor", "item_editor", 0)], true) {
        let rev = draft(&store, "editor");
        assert_eq!(ask(&store, "editor", rev, 1).unwrap(), Asked::Published(2), "{engine}");
        assert_eq!(read(&store, |tx| api::item(tx, INSURANCE)).alone_why.as_deref(), Some("新的办理时间"));
    }
    for (_, store) in districts(&[("editor", "item_editor", 0), ("security", "security_admin", 0)], true) {
        let rev = draft(&store, "editor");
        assert!(matches!(ask(&store, "editor", rev, 1).unwrap(), Asked::Waiting(_)), "who may agree to anything could agree");
    }
}

#[test]
fn a_draft_edited_after_the_request_is_not_what_was_agreed_to() {
    for (_, store) in districts(TWO, true) {
        let rev = draft(&store, "editor");
        let Asked::Waiting(two) = ask(&store, "editor", rev, 1).unwrap() else { panic!("alone") };
        let text = typed(&store, INSURANCE).replace("typical_min = 8", "typical_min = 99");
        let by = Actor::Account(account(&store, "editor"));
        run(&store, move |tx| api::draft(tx, Some(INSURANCE), &text, Some(rev), &by, now())).unwrap();
        assert_eq!(refused(answer(&store, "supervisor", two, true)), "item.changed");
        assert_eq!(version(&store), 1);
        // Refused by the second person: the request is over, the draft stays.
        answer(&store, "supervisor", two, false).unwrap();
        assert!(read(&store, |tx| rows::item::draft(tx, INSURANCE)).is_some());
    }
}

#[test]
fn what_was_agreed_to_elsewhere_is_published_once() {
    for (_, store) in districts(TWO, true) {
        let rev = draft(&store, "editor");
        let Asked::Waiting(two) = ask(&store, "editor", rev, 1).unwrap() else { panic!("alone") };
        let by = asker(&store, "supervisor").by;
        run(&store, move |tx| people::api::settle_two(tx, two, true, &by, real())).unwrap();
        assert_eq!(version(&store), 1);
        let fact = serde_json::json!({ "two": two, "action": api::PUBLISH, "how": "agreed" });
        for _ in 0..2 {
            let fact = fact.clone();
            run(&store, move |tx| reactions::settled(tx, kernel::CentreId::DISTRICT, &fact, now())).unwrap();
            assert_eq!(version(&store), 2);
        }
    }
}

#[test]
fn a_published_version_is_never_edited() {
    for (_, store) in districts(TWO, true) {
        let before = read(&store, |tx| rows::item::one(tx, INSURANCE, 1));
        let rev = draft(&store, "editor");
        let Asked::Waiting(two) = ask(&store, "editor", rev, 1).unwrap() else { panic!("alone") };
        answer(&store, "supervisor", two, true).unwrap();
        let after = read(&store, |tx| rows::item::one(tx, INSURANCE, 1));
        assert_eq!((&after.item, &after.typed, after.state), (&before.item, &before.typed, State::Published));
        assert!(after.replaced_at.is_some());
    }
    // The only statements that write a body name drafts.
    for sql in [&rows::item::EDIT, &rows::item::DROP] {
        assert!(sql.postgres.contains("state = 'draft'"), "{}", sql.name);
    }
    let writes = |sql: &&&store::Sql| sql.postgres.contains("update hall_item") && sql.postgres.contains("body =");
    assert_eq!(rows::item::STATEMENTS.iter().filter(writes).count(), 1);
}

#[test]
fn drafts_say_what_is_wrong_and_who_was_faster() {
    for (_, store) in districts(TWO, true) {
        let by = Actor::Account(account(&store, "editor"));
        let text = typed(&store, INSURANCE);
        let save = |of: Option<&'static str>, text: String, over: Option<i64>| {
            let by = by.clone();
            run(&store, move |tx| api::draft(tx, of, &text, over, &by, now())).map(|v| (v.version, v.rev))
        };
        assert_eq!(refused(save(Some(INSURANCE), text.replace("\"id_card\"", "\"no_card\""), None)), "item.faults");
        assert_eq!(refused(save(None, text.clone(), None)), "item.code");
        assert_eq!(refused(save(Some("HN-SS-00102"), text.clone(), None)), "item.code");
        assert_eq!(save(Some(INSURANCE), text.clone(), None).unwrap(), (2, 1));
        assert_eq!(refused(save(Some(INSURANCE), text.clone(), None)), "item.changed");
        assert_eq!(save(Some(INSURANCE), text.clone(), Some(1)).unwrap(), (2, 2));
        assert_eq!(refused(save(Some(INSURANCE), text.clone(), Some(1))), "item.changed");
        assert_eq!(refused(run(&store, |tx| api::discard(tx, INSURANCE, 1))), "item.changed");
        run(&store, |tx| api::discard(tx, INSURANCE, 2)).unwrap();
        assert_eq!(save(None, text.replace(INSURANCE, "NEW-1"), None).unwrap(), (1, 1));
        assert_eq!(refused(run(&store, |tx| api::item(tx, "NEW-1"))), "missing");
    }
}

#[test]
fn a_withdrawn_item_keeps_its_page_and_names_its_successor() {
    for (engine, store) in districts(TWO, true) {
        let step = |to, why: &'static str, next: Option<&'static str>| run(&store, move |tx| api::step(tx, INSURANCE, to, why, next, now()));
        assert_eq!(refused(step(State::Withdrawn, " ", None)), "item.reason");
        assert_eq!(refused(step(State::Withdrawn, "合并", Some("NO-1"))), "item.successor");
        assert_eq!(refused(step(State::Withdrawn, "合并", Some(INSURANCE))), "item.successor");
        assert_eq!(refused(step(State::Published, "恢复", None)), "item.state");
        step(State::Suspended, "系统升级", None).unwrap();
        let offered = |store: &Store| read(store, |tx| api::errands(tx, centre(1))).iter().any(|e| e.code == INSURANCE);
        assert!(!offered(&store), "{engine}");
        step(State::Published, "恢复", None).unwrap();
        assert!(offered(&store));
        step(State::Withdrawn, "合并到养老保险", Some("HN-SS-00102")).unwrap();
        assert!(!offered(&store));
        assert_eq!(refused(step(State::Published, "恢复", None)), "item.state");
        let gone = read(&store, |tx| Ok(api::guide(tx, INSURANCE, &Answers::new(), None)));
        let Err(No::Refused(r)) = gone else { panic!("{engine}") };
        assert_eq!((r.code, r.status.0), ("item.withdrawn", 410));
        let item = read(&store, |tx| api::item(tx, INSURANCE));
        assert_eq!((item.state, item.successor.as_deref()), (State::Withdrawn, Some("HN-SS-00102")));
        let catalogue = read(&store, api::catalogue);
        assert!(catalogue.items.contains_key(INSURANCE));
        assert!(!catalogue.search("医保", 50, &|_| true).items.hits.iter().any(|h| h.id == INSURANCE));
    }
}

#[test]
fn errands_follow_the_lines_of_the_centre() {
    for (_, store) in districts(TWO, true) {
        let codes = |n| read(&store, move |tx| api::errands(tx, centre(n))).into_iter().map(|e| (e.code, e.line)).collect::<Vec<_>>();
        let (one, two) = (codes(1), codes(2));
        assert_eq!(one.len(), 56);
        assert!(two.len() < 56 && two.iter().all(|(_, line)| !["market", "tax"].contains(&line.as_str())));
        assert!(codes(3).is_empty());
        let mut once: Vec<_> = one.iter().map(|(c, _)| c).collect();
        once.dedup();
        assert_eq!(once.len(), 56);
        assert_eq!(refused(run(&store, |tx| api::guide(tx, "NO-1", &Answers::new(), None))), "missing");
    }
}

#[test]
fn an_import_is_all_or_nothing_and_an_export_is_imported_unchanged() {
    for (engine, store) in districts(TWO, false) {
        let mut files = catalogue_files();
        let broken = files.iter().position(|f| f.name == "items/gas-bill.toml").unwrap();
        let good = std::mem::replace(&mut files[broken].text, "code = 1".into());
        let reports = import(&store, files.clone(), shell());
        assert!(reports.iter().any(|r| r.faults.iter().any(|f| f.file == "items/gas-bill.toml")), "{engine}");
        assert!(read(&store, rows::item::list).is_empty() && read(&store, rows::taxonomy::documents).is_empty());
        files[broken].text = good;
        let reports = import(&store, files.clone(), shell());
        assert_eq!(reports.iter().map(|r| r.new).sum::<usize>(), 56 + 50 + 8 + 92);
        let again = import(&store, files, shell());
        assert_eq!(again.iter().map(|r| r.unchanged).sum::<usize>(), 56 + 50 + 8 + 92);

        let exported: Vec<SheetFile> = read(&store, |tx| {
            let mut all = Vec::new();
            for sheet in crate::sheets::SHEETS {
                all.extend((sheet.export)(tx)?.into_iter().map(|(name, text)| SheetFile { name, text }));
            }
            Ok(all)
        });
        assert_eq!(exported.iter().filter(|f| f.name.starts_with("items/")).count(), 56);
        let back = import(&store, exported, shell());
        assert_eq!((back.iter().map(|r| r.unchanged).sum::<usize>(), back.iter().map(|r| r.new + r.changed).sum::<usize>()), (206, 0), "{engine}");
        for check in crate::SLICE.checks {
            let broken = read(&store, check.run);
            assert!(broken.is_empty(), "{engine} {}: {broken:?}", check.id);
        }
    }
}

#[test]
fn an_import_over_http_makes_drafts() {
    for (_, store) in districts(TWO, true) {
        let by = Actor::Account(account(&store, "editor"));
        let mut one = file("items/resident-medical-insurance.toml");
        one.text = one.text.replace("typical_min = 8", "typical_min = 11");
        assert_eq!(import(&store, vec![one.clone()], by.clone())[0].changed, 1);
        assert_eq!(import(&store, vec![one.clone()], by.clone())[0].unchanged, 1);
        assert_eq!(version(&store), 1);
        assert_eq!(read(&store, |tx| rows::item::draft(tx, INSURANCE)).unwrap().item.offer[0].typical_min, 11);
        // At the machine the same file stands at once, alone, and says so.
        import(&store, vec![one], shell());
        let standing = read(&store, |tx| api::item(tx, INSURANCE));
        assert_eq!((standing.version, standing.item.offer[0].typical_min, standing.asked_by.as_deref()), (2, 11, Some("shell:test")));
        assert!(standing.alone_why.is_some());
    }
}

#[test]
fn events_and_words_name_what_is_there() {
    for (_, store) in districts(TWO, true) {
        let sheet = |name: &str, text: &str| SheetFile { name: name.into(), text: text.into() };
        let faults = |f: SheetFile| import(&store, vec![f], shell()).remove(0).faults.into_iter().map(|f| (f.line, f.field)).collect::<Vec<_>>();
        assert_eq!(faults(sheet("events.csv", "event,name_zh,name_en,items\nnew,新,New,HN-SS-00101 NO-1 NO-2\n")), [(2, "items".into()), (2, "items".into())]);
        assert_eq!(
            faults(sheet("synonyms.csv", "word,other,way,note,source\n医保,医保,both,,x\n医保,社保,maybe,,x\n")),
            [(2, "other".into()), (3, "way".into())]
        );
        assert_eq!(faults(sheet("documents.csv", "document,name_zh,name_en,who_issues,form,reusable\nid_card,证,Card,公安,paper,yes\n")), [(2, "form".into())]);
    }
}

#[test]
fn the_catalogue_in_memory_follows_every_change() {
    for (_, store) in districts(TWO, true) {
        let memory = std::sync::Arc::new(held::Held::default());
        let get = |m: &std::sync::Arc<held::Held>| {
            let m = m.clone();
            read(&store, move |tx| held::catalogue(tx, &m))
        };
        let first = get(&memory);
        assert!(std::sync::Arc::ptr_eq(&first, &get(&memory)));
        run(&store, |tx| api::step(tx, INSURANCE, State::Suspended, "升级", None, now())).unwrap();
        assert_eq!(get(&memory).items[INSURANCE].state, State::Suspended);
        let word = SheetFile { name: "synonyms.csv".into(), text: "word,other,way,note,source\n阿巴阿巴,医保,one,,x\n".into() };
        assert!(get(&memory).search("阿巴阿巴", 9, &|_| true).items.hits.is_empty());
        import(&store, vec![word], shell());
        assert!(!get(&memory).search("阿巴阿巴", 9, &|_| true).items.hits.is_empty());
    }
}

#[test]
fn only_questions_that_are_nobodys_are_counted() {
    let counted = |q: &str| held::countable(q).is_some();
    assert!(counted("护照加注") && counted("passport 12345"));
    assert!(!counted("") && !counted(&"长".repeat(41)) && !counted("410104199001011234") && !counted("电话 138123"));
    for (_, store) in districts(&[], false) {
        let day = kernel::TimeZone::named("Asia/Shanghai", 240).unwrap().service_day(now());
        for _ in 0..2 {
            run(&store, move |tx| rows::miss::count(tx, day, "护照", 2)).unwrap();
        }
        assert_eq!(read(&store, move |tx| rows::miss::most(tx, day)), [("护照".to_owned(), 4)]);
        let later = kernel::TimeZone::named("Asia/Shanghai", 240).unwrap().service_day(Instant::from_micros(now().micros() + 86_400_000_000));
        assert!(read(&store, move |tx| rows::miss::most(tx, later)).is_empty());
    }
}
