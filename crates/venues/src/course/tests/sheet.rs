//! `courses.csv`: every fault at once, and what is written is read again.

use kernel::{Actor, No, Refusal};
use store::{Store, testing};
use web::{ImportCtx, SheetFile, SheetReport};

use super::world::*;
use crate::course::sheets::SHEETS;

const HEAD: &str = "centre,code,title_zh,title_en,kind,teacher,teacher_login,age_min,age_max,term_from,term_to,weekday,from,to,lessons,min,max,admission,enrol_from,enrol_until,room,state,text_zh,text_en\n";
const GOOD: &str = "1,taichi,太极拳,Tai chi,sport,示例·老师,,60,,2026-09-01,2026-12-20,4,9:00,10:30,10,3,20,order,2026-08-10,2026-08-25,,published,示例数据,Sample data\n\
                    1,kids,少儿美术,Art for children,art,示例·老师,,6,12,2026-09-01,2026-12-20,6,09:30,11:00,8,4,12,lot,2026-08-10,2026-08-25,,draft,示例数据,Sample data\n";

fn import(store: &Store, text: &str) -> SheetReport {
    let file = SheetFile { name: "courses.csv".into(), text: format!("{HEAD}{text}") };
    let kept: std::sync::Arc<std::sync::Mutex<SheetReport>> = std::sync::Arc::default();
    let out = std::sync::Arc::clone(&kept);
    let now = at("2026-08-01T09:00");
    let seed = dice().throw();
    let _ = store.command_blocking(testing::command_at(1, "test.import", now), move |tx| {
        let ctx = ImportCtx { by: Actor::Shell("test".into()), now, real: now, seed };
        let report = (SHEETS[0].import)(tx, &file, &ctx)?;
        let wrong = !report.faults.is_empty();
        *out.lock().unwrap() = report;
        if wrong { Err(No::from(Refusal::invalid("import.faults"))) } else { Ok(()) }
    });
    kept.lock().unwrap().clone()
}
fn faults(store: &Store, text: &str) -> Vec<String> {
    import(store, text).faults.iter().map(|f| f.text(kernel::Lang::En)).collect()
}

#[test]
fn a_sheet_is_read_written_and_read_again() {
    for (engine, store) in testing::both(MIGRATIONS) {
        eprintln!("{engine}");
        district(&store);
        let report = import(&store, GOOD);
        assert_eq!((report.new, report.faults.len()), (2, 0), "{:?}", report.faults);
        let text = store.read_blocking(|tx| (SHEETS[0].export)(tx)).unwrap().remove(0).1;
        let again = import(&store, text.strip_prefix(HEAD).unwrap());
        assert_eq!((again.unchanged, again.changed, again.new, again.faults.len()), (2, 0, 0, 0));
        // Words, teacher and places of a published course change; a draft changes and is published.
        let changed = text.replace(",20,order", ",25,order").replace("太极拳", "太极拳（二十四式）").replace(",draft,", ",published,");
        let report = import(&store, changed.strip_prefix(HEAD).unwrap());
        assert_eq!((report.changed, report.faults.len()), (2, 0), "{:?}", report.faults);
        proved(&store, at("2026-08-01T09:00"));
        let dates = faults(&store, &changed.strip_prefix(HEAD).unwrap().replace("2026-12-20,4", "2026-12-21,4"));
        assert_eq!(dates, ["courses.csv:3 state: Of a published course only its words, teacher and places change"]);
    }
}

#[test]
fn every_fault_is_told_at_once_and_nothing_is_kept() {
    let store = testing::sqlite_with(MIGRATIONS);
    district(&store);
    let bad = "99,a,太极拳,Tai chi,sport,示例,,,,2026-09-01,2026-12-20,4,09:00,10:30,10,3,20,order,2026-08-10,2026-08-25,,published,x,x\n\
               1,b,太极拳,Tai chi,sport,示例,,12,6,2026-12-20,2026-09-01,4,10:30,09:00,10,30,20,order,2026-08-26,2026-08-25,,published,x,x\n\
               1,c,太极拳,Tai chi,sport,示例,,,,2026-09-01,2026-10-20,4,09:00,10:30,10,3,20,order,2026-08-10,2026-08-25,,published,x,x\n\
               1,d,太极拳,Tai chi,sport,示例,,,,2026-09-01,2026-12-20,4,09:00,10:30,10,3,20,order,2026-08-10,2026-09-01,,published,x,x\n\
               1,e,太极拳,Tai chi,sport,示例,nobody,,,2026-09-01,2026-12-20,4,09:00,10:30,10,3,20,order,2026-08-10,2026-08-25,attic,published,x,x\n\
               1,f,太极拳,Tai chi,flying,示例,,,,2026-09-01,2026-12-20,8,25:00,10:30,0,3,20,order,2026-08-10,2026-08-25,,published,x,x\n\
               1,g,太极拳,Tai chi,sport,示例,,,,2026-09-01,2026-12-20,4,09:00,10:30,10,3,20,order,2026-08-10,2026-08-25,studio,published,x,x\n";
    let found = faults(&store, bad);
    let places: Vec<String> = found.iter().map(|f| f.split(": ").next().unwrap().trim_start_matches("courses.csv:").to_owned()).collect();
    assert_eq!(
        places,
        [
            "2 centre",
            "3 term_to",
            "3 to",
            "3 max",
            "3 age_max",
            "3 enrol_until",
            "4 lessons",
            "5 enrol_until",
            "6 teacher_login",
            "6 room",
            "7 kind",
            "7 weekday",
            "7 from",
            "7 lessons",
            "8 code"
        ],
        "{found:#?}"
    );
    let left = store.read_blocking(|tx| Ok(crate::course::rows::course::all(tx)?)).unwrap();
    assert!(left.is_empty());
}
