//! `shops.csv`: all faults at once, nothing half imported, what goes out comes in again.

use super::*;

/// A row that holds, to be broken cell by cell.
const GOOD: &str = "1,tea-1,other,茶馆,Tea house,life1,每天,Daily,120,,,,,,,open,yes";

fn head() -> String {
    text("shops.csv").lines().next().unwrap().to_owned()
}
/// `line field` of every fault.
fn faults(store: &Store, rows: &[&str]) -> Vec<String> {
    let report = import(store, &format!("{}\n{}\n", head(), rows.join("\n")));
    report.faults.iter().map(|f| format!("{} {}", f.line, f.field)).collect()
}

#[test]
fn every_fault_is_told_at_once_and_nothing_is_kept() {
    for (engine, store) in districts() {
        let check = |rows: &[&str], want: &[&str]| assert_eq!(faults(&store, rows), want, "{engine}: {rows:?}");
        check(&[GOOD], &[]);
        check(&["1,Tea,inn,,Tea house,life1,每天,,12-,,,,,,,shut,maybe"], &["2 shop", "2 trade", "2 name_zh", "2 hours_en", "2 phone", "2 state", "2 sample"]);
        // Without a line no errand; with one all of it, and no short name that a button cannot hold.
        check(&["1,a,other,茶馆,Tea,life1,每天,Daily,120,,喝茶,,,,5,open,yes"], &["2 errand_zh", "2 minutes"]);
        check(
            &["1,a,other,茶馆,Tea,life1,每天,Daily,120,pharmacy,,,一二三四五六七,,0,open,yes"],
            &["2 short_zh", "2 short_en", "2 errand_zh", "2 errand_en", "2 minutes"],
        );
        // What does not exist, or would be taken for a line.
        check(
            &[
                "1,a,other,茶馆,Tea,nowhere,每天,Daily,120,,,,,,,open,yes",
                "1,b,other,茶馆,Tea,life1,每天,Daily,120,nobody,喝茶,Tea,喝茶,Tea,5,open,yes",
                "1,social,other,茶馆,Tea,life1,每天,Daily,120,,,,,,,open,yes",
                "77,c,other,茶馆,Tea,life1,每天,Daily,120,,,,,,,open,yes",
                "2,d,other,茶馆,Tea,life1,每天,Daily,120,pharmacy,取药,Medicine,取药,Medicine,5,open,yes",
            ],
            &["2 zone", "3 line", "4 shop", "5 centre", "6 line"],
        );
        check(&[GOOD, GOOD], &["3 shop"]);
        // Of all this only the tea house, which held, was kept; one fault keeps a whole sheet out.
        check(&["1,good-1,other,书店,Books,life1,每天,Daily,120,,,,,,,open,yes", "1,a,other,茶馆,Tea,nowhere,每天,Daily,120,,,,,,,open,yes"], &["3 zone"]);
        let kept: Vec<_> = read(&store, |tx| api::shops(tx, centre(1))).into_iter().map(|s| s.code).collect();
        assert!(kept.contains(&"tea-1".to_owned()) && !kept.contains(&"good-1".to_owned()) && kept.len() == 9, "{engine}: {kept:?}");
    }
}

#[test]
fn what_goes_out_comes_in_again_unchanged() {
    for (engine, store) in districts() {
        let out = read(&store, SHEETS[0].export);
        assert_eq!(out, [("shops.csv".to_owned(), text("shops.csv"))], "{engine}");
        let again = import(&store, &out[0].1);
        assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 11), "{engine}");
    }
}

#[test]
fn a_dry_run_says_the_faults_in_words() {
    let (_, store) = districts().into_iter().next().unwrap();
    let report = import(&store, &format!("{}\n1,b,other,茶馆,Tea,life1,每天,Daily,120,nobody,喝茶,Tea,喝茶,Tea,5,open,yes\n", head()));
    assert_eq!(report.faults[0].text(Lang::Zh), "shops.csv:2 line: 这个中心没有这个队列，先写进 lines.csv");
    assert_eq!(report.faults[0].text(Lang::En), "shops.csv:2 line: This centre has no such line; put it in lines.csv first");
}
