//! Import sheet `courses.csv`. Parsed whole, every fault named; rows absent from a sheet stay. A published course keeps its dates: a sheet changes its words,
//! its teacher and its places.

use capacity::Moment;
use kernel::{Both, CentreId, No};
use store::{Dice, Tx};
use web::{Cells, Change, ImportCtx, Read, Sheet, SheetFile, SheetReport, SheetText, Table};

use super::{Admission, Course, Kind, Plan, State, api, rows};

/// After the sheets of `places`, `capacity` and `people`.
pub static SHEETS: &[Sheet] = &[Sheet { file: "courses.csv", order: 310, duty: "places.set", import, export }];

const HEADERS: &[&str] = &[
    "centre",
    "code",
    "title_zh",
    "title_en",
    "kind",
    "teacher",
    "teacher_login",
    "age_min",
    "age_max",
    "term_from",
    "term_to",
    "weekday",
    "from",
    "to",
    "lessons",
    "min",
    "max",
    "admission",
    "enrol_from",
    "enrol_until",
    "room",
    "state",
    "text_zh",
    "text_en",
];

/// A row of the sheet.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    plan: Plan,
    places: i64,
    published: bool,
}

/// `18:30` as minutes after midnight.
pub(super) fn clock(text: &str) -> Option<i64> {
    let (h, m) = text.split_once(':')?;
    let digits = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    let (h, m): (i64, i64) = (digits(h).then(|| h.parse().ok())??, (digits(m) && m.len() == 2).then(|| m.parse().ok())??);
    (m < 60 && (h < 24 || (h, m) == (24, 0))).then_some(h * 60 + m)
}
fn time(r: &Cells, field: &'static str) -> i64 {
    r.read(field, 0, |cell| clock(cell).ok_or_else(|| Both::new("时间写成 18:30", "A time is written 18:30")))
}
fn entry(r: &Cells) -> Entry {
    let words = |all: &[(&'static str, Kind)]| all.to_vec();
    let kinds: Vec<(&str, Kind)> = words(&Kind::ALL.iter().map(|k| (k.code(), *k)).collect::<Vec<_>>());
    Entry {
        plan: Plan {
            centre: r.centre("centre"),
            code: r.code("code"),
            title: r.both("title", 40),
            kind: r.one_of("kind", &kinds),
            text: r.both("text", 300),
            teacher: r.text("teacher", 20),
            teacher_login: r.maybe_text("teacher_login", 32),
            age_min: r.maybe_int("age_min", 0..=120),
            age_max: r.maybe_int("age_max", 0..=120),
            term: (r.day("term_from"), r.day("term_to")),
            weekday: usize::try_from(r.int("weekday", 1..=7) - 1).unwrap_or(0),
            from_min: time(r, "from"),
            to_min: time(r, "to"),
            lessons: r.int("lessons", 1..=60),
            least: r.int("min", 1..=500),
            admission: r.one_of("admission", &[("order", Admission::Order), ("lot", Admission::Lot)]),
            enrol_from: r.day("enrol_from"),
            enrol_until: r.day("enrol_until"),
            room: r.maybe("room", |_| Ok(r.code("room"))),
        },
        places: r.int("max", 1..=500),
        published: r.one_of("state", &[("draft", false), ("published", true)]),
    }
}

/// A course as its row.
fn row_of(tx: &mut Tx, c: &Course) -> Result<Entry, No> {
    Ok(Entry { plan: c.plan.clone(), places: api::places(tx, c)?.0, published: c.state != State::Draft })
}

fn import(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, HEADERS);
    let all = table.rows(entry);
    table.once(&all, "code", |e| (e.plan.centre, e.plan.code.clone()));
    if all.is_empty() {
        return Ok(table.report());
    }
    let zone = places::api::district(tx)?.time;
    let m = Moment { now: ctx.now, zone: &zone };
    let centres: Vec<CentreId> = places::api::centres(tx)?.into_iter().map(|c| c.id).collect();
    for Read { line, value } in &all {
        if !centres.contains(&value.plan.centre) {
            table.fault(*line, "centre", "没有这个中心，先写进 centres.csv", "No such centre; put it in centres.csv first");
            continue;
        }
        if let Some(login) = &value.plan.teacher_login
            && people::api::account_of(tx, login).is_err()
        {
            table.fault(*line, "teacher_login", "没有这个账号，先写进 staff.csv", "No such account; put it in staff.csv first");
        }
        let there = rows::course::by_code(tx, value.plan.centre, &value.plan.code)?;
        let before = match &there {
            Some(c) => Some(row_of(tx, c)?),
            None => None,
        };
        if table.compare(before.as_ref(), value) == Change::Unchanged {
            continue;
        }
        let mut seed = [0; 32];
        seed[..10].copy_from_slice(&ctx.dice("courses.csv", *line));
        seed[10..20].copy_from_slice(&ctx.dice("courses.csv more", *line));
        seed[20..30].copy_from_slice(&ctx.dice("courses.csv lot", *line));
        match save(tx, value, there.as_ref(), m, &mut Dice::new(seed)) {
            Ok(()) => {}
            Err(No::Refused(no)) => {
                for no in std::iter::once(&no).chain(no.also()) {
                    let (zh, en) = (said(no, kernel::Lang::Zh), said(no, kernel::Lang::En));
                    table.fault(*line, column(no.field), &zh, &en);
                }
            }
            Err(no) => return Err(no),
        }
    }
    Ok(table.report())
}
/// The column of a form's field.
fn column(field: Option<&'static str>) -> &'static str {
    field.filter(|f| HEADERS.contains(f)).unwrap_or("code")
}
/// A refusal in the words of the sheet: its code, and what it names.
fn said(no: &kernel::Refusal, lang: kernel::Lang) -> String {
    let args: Vec<&str> = no.args_in(lang).into_iter().map(|(_, v)| v).collect();
    let why = match (no.code, lang) {
        ("course.few_dates", kernel::Lang::Zh) => "学期里排不下这么多次",
        ("course.few_dates", kernel::Lang::En) => "The term has not so many dates",
        ("course.enrol_late", kernel::Lang::Zh) => "报名要在开课前几天结束",
        ("course.enrol_late", kernel::Lang::En) => "Enrolment has to end some days before the first date",
        ("course.conflicts", kernel::Lang::Zh) => "这些日子教室已有人用",
        ("course.conflicts", kernel::Lang::En) => "The room is taken on these days",
        ("course.room", kernel::Lang::Zh) => "没有这间教室，先写进 resources.csv",
        ("course.room", kernel::Lang::En) => "No such room; put it in resources.csv first",
        ("course.people", kernel::Lang::Zh) => "最少人数不能多于名额",
        ("course.people", kernel::Lang::En) => "There cannot be fewer places than people needed",
        ("course.hours", kernel::Lang::Zh) => "下课要晚于上课",
        ("course.hours", kernel::Lang::En) => "It must end after it begins",
        ("course.term", kernel::Lang::Zh) => "学期的起止不对",
        ("course.term", kernel::Lang::En) => "The term's days are wrong",
        ("course.enrol", kernel::Lang::Zh) => "报名的起止不对",
        ("course.enrol", kernel::Lang::En) => "The days of enrolment are wrong",
        ("course.ages", kernel::Lang::Zh) => "年龄的起止不对",
        ("course.ages", kernel::Lang::En) => "The ages are wrong",
        ("course.published", kernel::Lang::Zh) => "已公布的课只能改名称、说明、老师、名额",
        ("course.published", kernel::Lang::En) => "Of a published course only its words, teacher and places change",
        (code, _) => code,
    };
    if args.is_empty() { why.to_owned() } else { format!("{why}: {}", args.join(" ")) }
}

fn save(tx: &mut Tx, e: &Entry, there: Option<&Course>, m: Moment, dice: &mut Dice) -> Result<(), No> {
    if let Some(c) = there.filter(|c| c.state != State::Draft) {
        let words = Plan {
            title: e.plan.title.clone(),
            text: e.plan.text.clone(),
            teacher: e.plan.teacher.clone(),
            teacher_login: e.plan.teacher_login.clone(),
            ..c.plan.clone()
        };
        if words != e.plan || !e.published {
            return Err(kernel::Refusal::conflict("course.published").at("state").into());
        }
        rows::course::save(tx, &Course { plan: words, ..c.clone() })?;
        if api::places(tx, c)?.0 != e.places {
            api::set_places(tx, c.id, e.places, m, dice)?;
        }
        return Ok(());
    }
    let course = api::draft(tx, &e.plan, e.places, m, dice)?;
    if e.published {
        api::publish(tx, course.id, &[], "import", m, dice)?;
    }
    Ok(())
}

fn export(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheet = SheetText::new(HEADERS);
    for c in rows::course::all(tx)? {
        let e = row_of(tx, &c)?;
        let p = e.plan;
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let clock = |n: i64| if n == 1_440 { "24:00".to_owned() } else { kernel::hhmm(n) };
        sheet.row([
            p.centre.to_string(),
            p.code,
            p.title.zh,
            p.title.en,
            p.kind.code().into(),
            p.teacher,
            p.teacher_login.unwrap_or_default(),
            number(p.age_min),
            number(p.age_max),
            p.term.0.to_string(),
            p.term.1.to_string(),
            (p.weekday + 1).to_string(),
            clock(p.from_min),
            clock(p.to_min),
            p.lessons.to_string(),
            p.least.to_string(),
            e.places.to_string(),
            p.admission.code().into(),
            p.enrol_from.to_string(),
            p.enrol_until.to_string(),
            p.room.unwrap_or_default(),
            if e.published { "published" } else { "draft" }.into(),
            p.text.zh,
            p.text.en,
        ]);
    }
    Ok(vec![("courses.csv".into(), sheet.text())])
}
