//! An import stays out of the lane that carries calls and tickets, and a preview says what the import then does.

use std::{collections::BTreeMap, sync::mpsc, thread};

use kernel::{Actor, Lang};
use store::{Store, testing};
use web::SheetFile;

use super::{World, both};
use crate::{
    commands::demo,
    import::{self, Asked, Outcome},
};

type Sheets = BTreeMap<String, String>;

/// The sample district, and its own export.
fn sample(w: &World) -> Sheets {
    demo::make(&w.app, false).unwrap();
    w.app.store().read_blocking(import::export).unwrap().into_iter().collect()
}
fn go(store: &Store, sheets: &Sheets, dry: bool) -> Outcome {
    let now = testing::command(0, "").at;
    let files = sheets.iter().map(|(name, text)| SheetFile { name: name.clone(), text: text.clone() }).collect();
    import::run(store, files, &Asked { by: Actor::Shell("root".into()), now, real: now, dry }, |_, _| {}).unwrap()
}
/// Per sheet: new, changed, faults; unchanged sheets left out.
fn said(o: &Outcome) -> Vec<(String, usize, usize, Vec<String>)> {
    let all = o.sheets.iter().map(|s| (s.file.clone(), s.new, s.changed, s.faults.iter().map(|f| f.text(Lang::En)).collect()));
    all.filter(|(_, new, changed, faults): &(_, _, _, Vec<_>)| new + changed + faults.len() > 0).collect()
}
/// Edits of many kinds: a zone with a counter and skills in it, a name, an item's text, a person.
fn edited(sheets: &Sheets) -> Sheets {
    let mut all = sheets.clone();
    let mut add = |name: &str, row: &str| all.get_mut(name).unwrap().push_str(row);
    add("zones.csv", "1,annex,2,附楼,Annex,A\n");
    add("counters.csv", "1,77,annex,\n");
    add("skills.csv", "1,77,social,1,10\n");
    add("staff.csv", "new.clerk,新人,clerk,1\n");
    let centres = all["centres.csv"].replace("Sports Park", "Sport Park");
    all.insert("centres.csv".into(), centres);
    let item =
        all.iter().find(|(name, _)| name.starts_with("items/")).map(|(n, t)| (n.clone(), t.replacen("plain = { zh = \"", "plain = { zh = \"另外", 1))).unwrap();
    all.insert(item.0, item.1);
    all
}

#[test]
fn a_preview_says_what_the_import_does() {
    for w in both() {
        let sheets = sample(&w);
        assert_eq!(said(&go(w.app.store(), &sheets, true)), [], "{:?}", w.config.database);
        let edited = edited(&sheets);
        let mut wrong = edited.clone();
        wrong.get_mut("counters.csv").unwrap().push_str("1,78,nowhere,\n1,79,annex,tall\n");
        let refused = [true, false].map(|dry| go(w.app.store(), &wrong, dry));
        assert_eq!(said(&refused[0]), said(&refused[1]));
        let faults: Vec<_> = refused[1].faults().map(|f| (f.file.as_str(), f.field.as_str())).collect();
        assert_eq!((refused[1].done, faults), (false, vec![("counters.csv", "zone"), ("counters.csv", "features"), ("skills.csv", "counter")]));
        let (preview, links) = (go(w.app.store(), &edited, true), |o: &Outcome| o.sheets.iter().map(|s| s.links.len()).sum::<usize>());
        let done = go(w.app.store(), &edited, false);
        assert_eq!((preview.done, done.done, links(&preview), links(&done)), (false, true, 0, 1));
        assert_eq!(said(&preview), said(&done), "{:?}", w.config.database);
        assert_eq!(said(&done).len(), 6, "{:?}", said(&done));
        assert_eq!(said(&go(w.app.store(), &edited, true)), [], "{:?}", w.config.database);
    }
}

#[test]
fn previews_and_what_changes_nothing_stay_out_of_the_lane() {
    for w in both() {
        let sheets = sample(&w);
        let store = w.app.store().clone();
        let (held, hold) = mpsc::channel::<()>();
        let hold = std::sync::Mutex::new(hold);
        let slow = store.clone();
        let slow = thread::spawn(move || {
            slow.command_blocking(testing::command(0, "test.slow"), move |_| {
                let _ = hold.lock().unwrap().recv();
                Ok(())
            })
        });
        assert!(go(&store, &sheets, false).done, "{:?}", w.config.database);
        assert_eq!(said(&go(&store, &edited(&sheets), true)).len(), 6);
        let mut wrong = sheets.clone();
        wrong.insert("zones.csv".into(), "zone\n".into());
        assert!(!go(&store, &wrong, false).done);
        // What changes something waits for its turn.
        let (other, sheets) = (store.clone(), edited(&sheets));
        let changing = thread::spawn(move || go(&other, &sheets, false).done);
        assert!(!changing.is_finished());
        drop(held);
        slow.join().unwrap().unwrap();
        assert!(changing.join().unwrap());
    }
}
