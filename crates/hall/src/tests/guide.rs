use super::*;
use crate::guide::{Answers, Guide, centres_of, guide};

fn ask(file: &str, answers: &[(&str, &str)]) -> Guide {
    let documents = documents().into_iter().map(|d| (d.id.clone(), d)).collect();
    let item = item_of(file);
    let answers: Answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    guide(&item, &documents, &answers, item.offer.first())
}
fn ids(papers: &[crate::guide::Paper]) -> Vec<&str> {
    papers.iter().map(|p| p.document.as_str()).collect()
}

#[test]
fn the_papers_follow_the_answers() {
    let file = "resident-medical-insurance.toml";
    let check = |answers: &[(&str, &str)], bring: &[&str], follow: &[&str], perhaps: usize, asked: &[&str]| {
        let g = ask(file, answers);
        assert_eq!(ids(&g.bring), bring, "{answers:?}");
        assert_eq!(ids(&g.follow), follow, "{answers:?}");
        assert_eq!(g.perhaps.len(), perhaps, "{answers:?}");
        assert_eq!(g.ask.iter().map(|q| q.id.as_str()).collect::<Vec<_>>(), asked, "{answers:?}");
    };
    check(&[], &["id_card"], &[], 4, &["for_whom", "age"]);
    check(&[("for_whom", "child"), ("age", "0")], &["id_card"], &["birth_cert"], 0, &[]);
    check(&[("for_whom", "child"), ("age", "1")], &["id_card", "hukou_page"], &[], 0, &[]);
    check(&[("for_whom", "parent"), ("age", "70")], &["id_card", "hukou_page", "proxy_letter", "proxy_id_card"], &[], 0, &[]);
    // What is answered is not asked again; what cannot be an answer is.
    check(&[("age", "70")], &["id_card", "hukou_page"], &[], 2, &["for_whom"]);
    check(&[("for_whom", "grandmother"), ("age", "-1")], &["id_card"], &[], 4, &["for_whom", "age"]);
    check(&[("somebody", "yes"), ("age", "")], &["id_card"], &[], 4, &["for_whom", "age"]);
    assert_eq!(ask(file, &[("age", "many")]).odd.get("age").map(String::as_str), Some("many"));
}

#[test]
fn days_fee_and_result_are_told() {
    let terms = ask("resident-medical-insurance.toml", &[]).terms.unwrap();
    assert!(terms.on_the_spot && terms.fee_fen == 0 && terms.promised_days.is_none() && terms.results.len() == 1);
    let terms = ask("retire-claim.toml", &[]).terms.unwrap();
    assert_eq!((terms.on_the_spot, terms.promised_days, terms.statutory_days, terms.line.as_str()), (false, Some(15), Some(20), "social"));
    let g = ask("retire-claim.toml", &[("proxy", "no")]);
    assert_eq!(g.follow[0].follow_days, Some(10));
    assert!(g.by_proxy);
}

#[test]
fn no_paper_stands_twice() {
    for item in items() {
        let documents = documents().into_iter().map(|d| (d.id.clone(), d)).collect();
        let g = guide(&item, &documents, &Answers::new(), None);
        let mut all: Vec<&str> = ids(&g.bring).into_iter().chain(ids(&g.follow)).collect();
        all.sort_unstable();
        let n = all.len();
        all.dedup();
        assert_eq!(n, all.len(), "{}", item.code);
    }
}

#[test]
fn an_offer_that_names_the_centre_goes_first() {
    let known = known();
    let mut item = item_of("resident-medical-insurance.toml");
    let mut here = item.offer[0].clone();
    here.centres = vec![centre(2)];
    here.typical_min = 99;
    item.offer.push(here);
    assert_eq!(item.offer_in(centre(2), &known.lines[&centre(2)]).unwrap().typical_min, 99);
    assert_eq!(item.offer_in(centre(1), &known.lines[&centre(1)]).unwrap().typical_min, 8);
    assert!(item.offer_in(centre(1), &["tax".to_owned()]).is_none());
    assert_eq!(centres_of(&item_of("sole-trader-licence.toml"), &known.lines), [centre(1)]);
}
