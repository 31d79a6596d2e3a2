use super::*;

const GOOD: &str = r#"code = "X-1"
kind = "public_service"
class = "A"
name  = { zh = "登记", en = "Registration" }
plain = { zh = "上医保", en = "Join" }
short = { zh = "参保", en = "Join" }
owner = { zh = "人社医保", en = "Social security" }
target = "person"
life_events = ["child_born"]
basis = [{ law = "社会保险法", article = "24", status = "unverified" }]
need = [
  { document = "id_card", required = true, form = "reader" },
  { document = "birth_cert", required = true, when = "age < 1", may_follow = true, follow_days = 10 },
]
question = [
  { id = "age", kind = "number", zh = "几岁？", en = "Age?" },
  { id = "who", kind = "choice", zh = "给谁？", en = "Who?", options = ["self", "child"], options_zh = ["自己", "孩子"], options_en = ["Me", "Child"] },
]
[[offer]]
centres = "*"
queue = "social"
depth = "decide"
mode = "on_the_spot"
typical_min = 8
visits_max = 1
fee = { fen = 0 }
process = "on_the_spot@1"
scope = { accept = "any_centre", decide = "any_centre" }
"#;

/// `line key` of every fault after replacing `from` by `to`.
fn faults(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD.contains(from), "{from}");
    match read_item("items/x.toml", &GOOD.replacen(from, to, 1), &known()) {
        Ok(_) => Vec::new(),
        Err(list) => {
            assert!(list.iter().all(|f| f.file == "items/x.toml" && !f.zh.is_empty() && !f.en.is_empty()));
            list.iter().map(|f| format!("{} {}", f.line, f.field)).collect()
        }
    }
}

#[test]
fn every_sample_item_loads_and_survives_its_stored_form() {
    assert!(items().len() >= 40);
    for item in items() {
        let json = serde_json::to_string(&item).unwrap();
        assert_eq!(serde_json::from_str::<Item>(&json).unwrap(), item);
    }
}

#[test]
fn each_fault_names_its_line_and_key() {
    assert_eq!(faults("X-1", "X-2"), [""; 0]);
    let check = |from: &str, to: &str, expect: &[&str]| assert_eq!(faults(from, to), expect, "{from} -> {to}");
    check("code = \"X-1\"\n", "", &["1 code"]);
    check("X-1", "X/1", &["1 code"]);
    check("public_service", "service", &["2 kind"]);
    check("class = \"A\"", "class = \"D\"", &["3 class"]);
    check(", en = \"Registration\"", "", &["4 name.en"]);
    check("zh = \"登记\"", "zh = \" \"", &["4 name.zh"]);
    check("\"登记\"", "7", &["4 name.zh", "4 name.zh"]);
    check("plain = { zh = \"上医保\", en = \"Join\" }", "plain = \"x\"", &["5 plain"]);
    check("short = { zh = \"参保\"", "short = { zh = \"一二三四五六七\"", &["6 short"]);
    check("target = \"person\"", "target = \"person\"\ncolour = \"red\"", &["9 colour"]);
    check("child_born", "no_event", &["9 life_events"]);
    check("law = \"社会保险法\", ", "", &["10 basis[1].law"]);
    check("\"id_card\"", "\"no_card\"", &["12 need[1].document"]);
    check("\"birth_cert\", required = true, when = \"age < 1\"", "\"id_card\", required = true", &["13 need[2].document"]);
    check("age < 1\"", "height < 1\"", &["13 need[2].when"]);
    check("age < 1\"", "age < one\"", &["13 need[2].when"]);
    check("\"age < 1\"", "'who == \"parent\"'", &["13 need[2].when"]);
    check("\"age < 1\"", "\"who < 1\"", &["13 need[2].when"]);
    check("may_follow = true, ", "", &["13 need[2].may_follow"]);
    check("follow_days = 10", "follow_days = 0", &["13 need[2].follow_days", "13 need[2].may_follow"]);
    check("id = \"who\"", "id = \"age\"", &["17 question[2].id"]);
    check(", options_en = [\"Me\", \"Child\"]", "", &["17 question[2].options"]);
    check("zh = \"几岁？\", ", "", &["16 question[1].zh"]);
    check("\"*\"", "[1, 9]", &["20 offer[1].centres"]);
    check("\"*\"", "[]", &["20 offer[1].centres"]);
    check("\"social\"", "\"nothing\"", &["21 offer[1].queue"]);
    check("\"*\"\nqueue = \"social\"", "[2]\nqueue = \"tax\"", &["21 offer[1].queue"]);
    check("process = \"on_the_spot@1\"\n", "", &["19 offer[1].process"]);
    check("on_the_spot@1", "magic@1", &["27 offer[1].process"]);
    check("mode = \"on_the_spot\"", "mode = \"promised\"\npromised_days = 20\nstatutory_days = 15", &["24 offer[1].promised_days"]);
    check("mode = \"on_the_spot\"", "mode = \"promised\"", &["19 offer[1].promised_days"]);
    check("visits_max = 1", "visits_max = 4", &["25 offer[1].visits_max"]);
    check("typical_min = 8\n", "", &["19 offer[1].typical_min"]);
    check("fee = { fen = 0 }", "fee = { fen = -1 }", &["26 offer[1].fee.fen"]);
    check("fee = { fen = 0 }\n", "", &["19 offer[1].fee"]);
    check("accept = \"any_centre\"", "accept = \"moon\"", &["28 offer[1].scope.accept"]);
    check("[[offer]]", "[[offr]]", &["1 offer", "19 offr"]);
    check("X-1", "X-\\u0000", &["1 code", "1 code"]);
    check("code = \"X-1\"", "code = X-1", &["1 "]);
}

#[test]
fn all_faults_come_at_once() {
    let many = GOOD.replace("\"id_card\"", "\"no_card\"").replace(", en = \"Registration\"", "").replace("\"social\"", "\"nothing\"");
    let list = read_item("x", &many, &known()).unwrap_err();
    assert_eq!(list.iter().map(|f| f.line).collect::<Vec<_>>(), [4, 12, 21]);
}

#[test]
fn two_offers_for_one_centre_are_one_too_many() {
    let offer = &GOOD[GOOD.find("[[offer]]").unwrap()..];
    let twice = format!("{GOOD}{offer}");
    assert_eq!(read_item("x", &twice, &known()).unwrap_err()[0].field, "offer[2].centres");
    let apart = format!("{GOOD}{}", offer.replace("\"*\"", "[2]"));
    assert!(read_item("x", &apart, &known()).is_ok());
}
