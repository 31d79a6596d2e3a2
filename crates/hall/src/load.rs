//! Reads an item's file. Every fault is found in one pass, with line and key; an item with a fault is not loaded at all.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Both, CentreId, ServiceClass};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use web::SheetFault;

use crate::item::{
    Answer, Basis, Condition, Depth, Fee, Form, How, Item, Kind, Mode, Need, Offer, Online, Outcome, PROCESSES, Question, Target, When, well_formed,
};

/// Longest text of one key, in characters [A].
const TEXT_MAX: usize = 2_000;

/// What an item may refer to.
#[derive(Clone, Default, Debug)]
pub struct Known {
    /// Ids of papers.
    pub documents: BTreeSet<String>,
    /// Codes of the lines of each centre.
    pub lines: BTreeMap<CentreId, Vec<String>>,
    /// Ids of life events; `None` while they are still to be imported.
    pub events: Option<BTreeSet<String>>,
}

/// Reads an item, or says everything that is wrong with it. `file` is only for the faults.
///
/// # Errors
/// All faults, in the order of their lines.
pub fn item(file: &str, text: &str, known: &Known) -> Result<Item, Vec<SheetFault>> {
    let mut f = Faults { file, text, list: Vec::new() };
    let (root, errors) = DeTable::parse_recoverable(text);
    for e in &errors {
        let why = e.message();
        f.say(e.span().map_or(0, |s| s.start), "", &format!("不是正确的 TOML：{why}"), &format!("not proper TOML: {why}"));
    }
    if !errors.is_empty() {
        return Err(f.list);
    }
    let root = Table { inner: root.get_ref(), path: String::new(), at: 0 };
    let item = whole(&mut f, &root, known);
    if f.list.is_empty() {
        return Ok(item);
    }
    f.list.sort_by_key(|x| x.line);
    Err(f.list)
}

struct Faults<'a> {
    file: &'a str,
    text: &'a str,
    list: Vec<SheetFault>,
}
impl Faults<'_> {
    fn say(&mut self, at: usize, field: &str, zh: &str, en: &str) {
        let line = 1 + self.text.bytes().take(at).filter(|b| *b == b'\n').count();
        self.list.push(SheetFault { file: self.file.into(), line, field: field.into(), zh: zh.into(), en: en.into() });
    }
}

struct Table<'t, 'i> {
    inner: &'t DeTable<'i>,
    path: String,
    at: usize,
}

impl<'t, 'i> Table<'t, 'i> {
    fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.into() } else { format!("{}.{key}", self.path) }
    }
    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.inner.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }
    fn at(&self, key: &str) -> usize {
        self.get(key).map_or(self.at, |v| v.span().start)
    }
    fn wrong(&self, f: &mut Faults, key: &str, zh: &str, en: &str) {
        f.say(self.at(key), &self.key(key), zh, en);
    }
    fn only(&self, f: &mut Faults, keys: &[&str]) {
        for (key, _) in self.inner.iter().filter(|(k, _)| !keys.contains(&k.get_ref().as_ref())) {
            let known = keys.join("、");
            f.say(
                key.span().start,
                &self.key(key.get_ref()),
                &format!("没有这一项；能写的有：{known}"),
                &format!("no such key; there are: {}", keys.join(", ")),
            );
        }
    }
    fn missing(&self, f: &mut Faults, key: &str) {
        self.wrong(f, key, "没有填", "is missing");
    }
    fn optional(&self, f: &mut Faults, key: &str) -> Option<String> {
        let DeValue::String(s) = self.get(key)?.get_ref() else {
            self.wrong(f, key, "要写成一段文字", "should be a text");
            return None;
        };
        let n = s.chars().count();
        if n > TEXT_MAX || s.chars().any(|c| c.is_control() && c != '\n') {
            self.wrong(
                f,
                key,
                &format!("最多 {TEXT_MAX} 个字，不能有控制字符；现在 {n} 个"),
                &format!("{TEXT_MAX} characters at most and no control characters; now {n}"),
            );
        }
        Some(s.trim().to_owned())
    }
    fn text(&self, f: &mut Faults, key: &str) -> String {
        if self.get(key).is_none() {
            self.missing(f, key);
            return String::new();
        }
        let text = self.optional(f, key).unwrap_or_default();
        if text.is_empty() {
            self.missing(f, key);
        }
        text
    }
    /// zh and en of this very table.
    fn pair(&self, f: &mut Faults) -> Both {
        Both::new(self.text(f, "zh"), self.text(f, "en"))
    }
    fn both(&self, f: &mut Faults, key: &str, needed: bool) -> Both {
        match self.get(key).map(Spanned::get_ref) {
            Some(DeValue::Table(inner)) => {
                let inner = Table { inner, path: self.key(key), at: self.at(key) };
                inner.only(f, &["zh", "en"]);
                return inner.pair(f);
            }
            Some(_) => self.wrong(f, key, "要写成 { zh = \"…\", en = \"…\" }", "should be { zh = \"…\", en = \"…\" }"),
            None if needed => self.missing(f, key),
            None => {}
        }
        Both::default()
    }
    fn int(&self, f: &mut Faults, key: &str, low: i64, high: i64) -> Option<i64> {
        let number = match self.get(key)?.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
            _ => None,
        };
        let good = number.filter(|n| (low..=high).contains(n));
        if good.is_none() {
            self.wrong(f, key, &format!("要是 {low} 到 {high} 的整数"), &format!("should be a whole number, {low} to {high}"));
        }
        good
    }
    fn flag(&self, f: &mut Faults, key: &str) -> bool {
        match self.get(key).map(Spanned::get_ref) {
            None => false,
            Some(DeValue::Boolean(b)) => *b,
            Some(_) => {
                self.wrong(f, key, "要写 true 或 false", "should be true or false");
                false
            }
        }
    }
    fn word<T>(&self, f: &mut Faults, key: &str, parse: fn(&str) -> Option<T>, codes: &[&str], or: Option<T>) -> Option<T> {
        if self.get(key).is_none() && or.is_some() {
            return or;
        }
        let text = self.text(f, key);
        let found = parse(&text);
        if found.is_none() && !text.is_empty() {
            let codes = codes.join(" | ");
            self.wrong(f, key, &format!("只能是 {codes}"), &format!("should be one of {codes}"));
        }
        found
    }
    fn list(&self, f: &mut Faults, key: &str) -> &'t [Spanned<DeValue<'i>>] {
        match self.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(list)) => list,
            Some(_) => {
                self.wrong(f, key, "要写成列表 [ … ]", "should be a list [ … ]");
                &[]
            }
            None => &[],
        }
    }
    fn texts(&self, f: &mut Faults, key: &str) -> Vec<String> {
        let mut all = Vec::new();
        for value in self.list(f, key) {
            match value.get_ref() {
                DeValue::String(s) if !s.trim().is_empty() => all.push(s.trim().to_owned()),
                _ => f.say(value.span().start, &self.key(key), "列表里都要是文字", "every entry should be a text"),
            }
        }
        all
    }
    fn tables(&self, f: &mut Faults, key: &str) -> Vec<Table<'t, 'i>> {
        let mut all = Vec::new();
        for (n, value) in self.list(f, key).iter().enumerate() {
            let path = format!("{}[{}]", self.key(key), n + 1);
            match value.get_ref() {
                DeValue::Table(inner) => all.push(Table { inner, path, at: value.span().start }),
                _ => f.say(value.span().start, &path, "要写成 { … }", "should be { … }"),
            }
        }
        all
    }
    fn when(&self, f: &mut Faults, questions: &[Question]) -> Option<When> {
        let text = self.optional(f, "when")?;
        let when: When = match text.parse() {
            Ok(when) => when,
            Err(shape) => {
                self.wrong(f, "when", &format!("看不懂「{text}」，写法：{shape}"), &format!("cannot read \"{text}\"; written as: {shape}"));
                return None;
            }
        };
        let Some(q) = questions.iter().find(|q| q.id == when.id()) else {
            self.wrong(f, "when", &format!("没有问过「{}」", when.id()), &format!("names the unknown answer \"{}\"", when.id()));
            return None;
        };
        let fits = match &when {
            When::Is(_, value) => q.takes(value),
            When::Below(..) | When::AtLeast(..) => q.kind == Answer::Number,
        };
        if !fits {
            self.wrong(f, "when", &format!("「{}」不会有这样的回答", q.id), &format!("\"{}\" can never have such an answer", q.id));
        }
        Some(when)
    }
}

fn whole(f: &mut Faults, t: &Table, known: &Known) -> Item {
    const KEYS: &[&str] = &[
        "code",
        "kind",
        "class",
        "sample",
        "name",
        "plain",
        "short",
        "owner",
        "target",
        "life_events",
        "basis",
        "guide",
        "synonyms",
        "need",
        "condition",
        "question",
        "offer",
    ];
    t.only(f, KEYS);
    let code = t.text(f, "code");
    if !code.is_empty() && !well_formed(&code) {
        t.wrong(f, "code", "只能用字母、数字、- _ .，最多 40 个", "only letters, digits, - _ ., at most 40");
    }
    let short = t.both(f, "short", true);
    if short.zh.chars().count() > 6 {
        t.wrong(f, "short", "自助机上最多 6 个字", "six Han at most, for the kiosk");
    }
    if short.en.chars().count() > 20 {
        t.wrong(f, "short", "英文最多 20 个字符", "20 characters at most in English");
    }
    let life_events = t.texts(f, "life_events");
    if let Some(events) = &known.events {
        for event in life_events.iter().filter(|e| !events.contains(*e)) {
            t.wrong(f, "life_events", &format!("没有「{event}」这件人生大事"), &format!("unknown life event \"{event}\""));
        }
    }
    let question = questions(f, t);
    Item {
        code,
        kind: t.word(f, "kind", Kind::parse, Kind::CODES, None).unwrap_or(Kind::Other),
        class: t.word(f, "class", |c| c.parse().ok(), &["A", "B", "C"], None).unwrap_or(ServiceClass::A),
        sample: t.flag(f, "sample"),
        name: t.both(f, "name", true),
        plain: t.both(f, "plain", true),
        short,
        owner: t.both(f, "owner", true),
        target: t.word(f, "target", Target::parse, Target::CODES, None).unwrap_or(Target::Both),
        life_events,
        basis: t.tables(f, "basis").iter().map(|b| basis(f, b)).collect(),
        guide: t.both(f, "guide", false),
        synonyms: t.texts(f, "synonyms"),
        need: needs(f, t, &question, known),
        condition: t.tables(f, "condition").iter().map(|c| condition(f, c, &question)).collect(),
        question,
        offer: offers(f, t, known),
    }
}

fn basis(f: &mut Faults, b: &Table) -> Basis {
    b.only(f, &["law", "article", "url", "status"]);
    let article = b.optional(f, "article").unwrap_or_default();
    Basis { law: b.text(f, "law"), article, url: b.optional(f, "url").unwrap_or_default(), status: b.optional(f, "status").unwrap_or_default() }
}

fn condition(f: &mut Faults, c: &Table, questions: &[Question]) -> Condition {
    c.only(f, &["zh", "en", "when", "source"]);
    Condition { text: c.pair(f), when: c.when(f, questions), source: c.optional(f, "source").unwrap_or_default() }
}

fn questions(f: &mut Faults, t: &Table) -> Vec<Question> {
    let mut all: Vec<Question> = Vec::new();
    for q in t.tables(f, "question") {
        q.only(f, &["id", "kind", "zh", "en", "options", "options_zh", "options_en"]);
        let id = q.text(f, "id");
        if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') || ["q", "centre", "after"].contains(&id.as_str()) {
            q.wrong(f, "id", "只能用小写字母、数字和 _，不能叫 q、centre、after", "only lower-case letters, digits and _; not q, centre or after");
        }
        if all.iter().any(|other| other.id == id) {
            q.wrong(f, "id", &format!("「{id}」写了两次"), &format!("\"{id}\" stands twice"));
        }
        let kind = q.word(f, "kind", Answer::parse, Answer::CODES, None).unwrap_or(Answer::YesNo);
        let values = q.texts(f, "options");
        let (zh, en) = (q.texts(f, "options_zh"), q.texts(f, "options_en"));
        if (kind == Answer::Choice) == (values.len() < 2) {
            q.wrong(f, "options", "choice 要有两个以上选项，别的不用", "a choice has two options or more, the others none");
        }
        if zh.len() != values.len() || en.len() != values.len() {
            q.wrong(f, "options", "options_zh、options_en 要和 options 一样多", "options_zh and options_en need as many entries as options");
        }
        let options = values.into_iter().zip(zh.into_iter().zip(en)).map(|(value, (zh, en))| (value, Both::new(zh, en))).collect();
        all.push(Question { id, text: q.pair(f), kind, options });
    }
    all
}

fn needs(f: &mut Faults, t: &Table, questions: &[Question], known: &Known) -> Vec<Need> {
    let mut all: Vec<Need> = Vec::new();
    for n in t.tables(f, "need") {
        n.only(f, &["document", "required", "form", "reusable", "when", "may_follow", "follow_days", "note"]);
        let document = n.text(f, "document");
        if !document.is_empty() && !known.documents.contains(&document) {
            n.wrong(f, "document", &format!("材料清单里没有「{document}」"), &format!("unknown document \"{document}\""));
        }
        let when = n.when(f, questions);
        if all.iter().any(|other| other.document == document && other.when == when) {
            n.wrong(f, "document", "同一份材料写了两次", "the same paper stands twice");
        }
        let follow_days = n.int(f, "follow_days", 1, 90);
        if n.flag(f, "may_follow") != follow_days.is_some() {
            n.wrong(f, "may_follow", "may_follow 和 follow_days 要一起写", "may_follow and follow_days go together");
        }
        let form = n.get("form").and_then(|_| n.word(f, "form", Form::parse, Form::CODES, None));
        all.push(Need { document, required: n.flag(f, "required"), form, reusable: n.flag(f, "reusable"), when, follow_days, note: n.both(f, "note", false) });
    }
    all
}

fn offers(f: &mut Faults, t: &Table, known: &Known) -> Vec<Offer> {
    const KEYS: &[&str] = &[
        "centres",
        "queue",
        "depth",
        "mode",
        "statutory_days",
        "promised_days",
        "visits_max",
        "typical_min",
        "fee",
        "process",
        "scope",
        "online",
        "online_url",
        "bookable",
        "results",
        "remedies",
    ];
    let mut all: Vec<Offer> = Vec::new();
    let tables = t.tables(f, "offer");
    if tables.is_empty() {
        t.missing(f, "offer");
    }
    for o in tables {
        o.only(f, KEYS);
        let queue = o.text(f, "queue");
        let centres = centres(f, &o, &queue, known);
        if all.iter().any(|other| (other.centres.is_empty() && centres.is_empty()) || other.centres.iter().any(|c| centres.contains(c))) {
            o.wrong(f, "centres", "一个中心只能有一种办法", "one centre has one way of doing it");
        }
        let offer = Offer {
            depth: o.word(f, "depth", Depth::parse, Depth::CODES, None).unwrap_or(Depth::Inform),
            mode: o.word(f, "mode", Mode::parse, Mode::CODES, None).unwrap_or(Mode::OnTheSpot),
            statutory_days: o.int(f, "statutory_days", 1, 3_650),
            promised_days: o.int(f, "promised_days", 1, 3_650),
            visits_max: o.int(f, "visits_max", 0, 3).unwrap_or(1),
            typical_min: o.int(f, "typical_min", 1, 240).unwrap_or(0),
            fee: fee(f, &o),
            process: o.optional(f, "process").unwrap_or_default(),
            scope: scope(f, &o),
            online: o.word(f, "online", Online::parse, Online::CODES, Some(Online::None)).unwrap_or(Online::None),
            online_url: o.optional(f, "online_url").unwrap_or_default(),
            bookable: o.flag(f, "bookable"),
            results: o.tables(f, "results").iter().map(|r| outcome(f, r)).collect(),
            remedies: o.both(f, "remedies", false),
            centres,
            queue,
        };
        agree(f, &o, &offer);
        all.push(offer);
    }
    all
}

/// What must fit together within one offer.
fn agree(f: &mut Faults, o: &Table, offer: &Offer) {
    if offer.typical_min == 0 && o.get("typical_min").is_none() {
        o.missing(f, "typical_min");
    }
    if offer.process.is_empty() {
        if matches!(offer.depth, Depth::Decide | Depth::Deliver) {
            o.wrong(f, "process", "能办结的要写清流程（process）", "what is decided here needs a process");
        }
    } else if !PROCESSES.contains(&offer.process.as_str()) {
        let known = PROCESSES.join(" | ");
        o.wrong(f, "process", &format!("没有这个流程；有：{known}"), &format!("no such process; there are: {known}"));
    }
    if let (Some(promised), Some(law)) = (offer.promised_days, offer.statutory_days)
        && promised > law
    {
        o.wrong(f, "promised_days", &format!("承诺 {promised} 天，超过法定 {law} 天"), &format!("{promised} days promised, the law allows {law}"));
    }
    if (offer.mode == Mode::Promised) != offer.promised_days.is_some() {
        o.wrong(f, "promised_days", "承诺件要写承诺天数，即办件不写", "promised mode needs promised_days, on_the_spot has none");
    }
    if !offer.online_url.is_empty() && !offer.online_url.starts_with("https://") {
        o.wrong(f, "online_url", "网址要以 https:// 开头", "an address begins with https://");
    }
}

fn centres(f: &mut Faults, o: &Table, queue: &str, known: &Known) -> Vec<CentreId> {
    let unknown = |f: &mut Faults, at: &str| o.wrong(f, "queue", &format!("{at}没有「{queue}」这条队列"), &format!("unknown queue \"{queue}\" ({at})"));
    match o.get("centres").map(Spanned::get_ref) {
        Some(DeValue::String(s)) if s.as_ref() == "*" => {
            if !queue.is_empty() && !known.lines.values().any(|lines| lines.iter().any(|l| l == queue)) {
                unknown(f, "各中心都");
            }
            Vec::new()
        }
        Some(DeValue::Array(list)) if !list.is_empty() => {
            let mut all = Vec::new();
            for value in list {
                let number = if let DeValue::Integer(n) = value.get_ref() { n.as_str().parse().ok().filter(|n| *n > 0).and_then(CentreId::new) } else { None };
                match number.filter(|c| known.lines.contains_key(c)) {
                    Some(centre) => {
                        if !known.lines[&centre].iter().any(|l| l == queue) {
                            unknown(f, &format!("{centre} 号中心"));
                        }
                        all.push(centre);
                    }
                    None => f.say(value.span().start, &o.key("centres"), "没有这个编号的中心，或者它还没有队列", "no such centre, or it has no line yet"),
                }
            }
            all
        }
        Some(_) => {
            o.wrong(f, "centres", "写 \"*\"，或中心编号的列表", "should be \"*\" or a list of centres' numbers");
            Vec::new()
        }
        None => {
            o.missing(f, "centres");
            Vec::new()
        }
    }
}

fn fee(f: &mut Faults, o: &Table) -> Fee {
    let Some(DeValue::Table(inner)) = o.get("fee").map(Spanned::get_ref) else {
        o.wrong(f, "fee", "要写 fee = { fen = 0 }，不收费也写", "should be fee = { fen = 0 }, also when it is free");
        return Fee { fen: 0, rule: Both::default(), basis: String::new() };
    };
    let t = Table { inner, path: o.key("fee"), at: o.at("fee") };
    t.only(f, &["fen", "rule", "basis"]);
    let rule = t.both(f, "rule", false);
    if t.get("fen").is_none() && rule == Both::default() {
        t.missing(f, "fen");
    }
    Fee { fen: t.int(f, "fen", 0, 100_000_000).unwrap_or(0), rule, basis: t.optional(f, "basis").unwrap_or_default() }
}

fn scope(f: &mut Faults, o: &Table) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    if let Some(DeValue::Table(inner)) = o.get("scope").map(Spanned::get_ref) {
        let t = Table { inner, path: o.key("scope"), at: o.at("scope") };
        t.only(f, &["accept", "decide"]);
        for key in ["accept", "decide"] {
            if let Some(value) = t.optional(f, key) {
                if !["any_centre", "home"].contains(&value.as_str()) {
                    t.wrong(f, key, "只能是 any_centre | home", "should be one of any_centre | home");
                }
                all.insert(key.to_owned(), value);
            }
        }
    } else if o.get("scope").is_some() {
        o.wrong(f, "scope", "要写成 { accept = …, decide = … }", "should be { accept = …, decide = … }");
    }
    all
}

fn outcome(f: &mut Faults, r: &Table) -> Outcome {
    r.only(f, &["name", "how"]);
    Outcome { name: r.both(f, "name", true), how: r.word(f, "how", How::parse, How::CODES, None).unwrap_or(How::Counter) }
}
