//! Reading and writing one CSV sheet: typed cells, every fault of every cell at once, nothing guessed.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    hash::Hash,
    ops::RangeInclusive,
};

use kernel::{Both, CentreId, Day};

use crate::{SheetFault, SheetFile, SheetReport};

/// Longest cell of any sheet, in characters [A].
const LONGEST_CELL: usize = 1_000;

/// One CSV file as read against the headers it must have, with every fault found so far.
///
/// Never panics and never stops at the first fault: a cell that does not hold notes a fault and gives a stand-in; [`Table::rows`] drops such rows.
pub struct Table {
    file: String,
    headers: &'static [&'static str],
    /// Where each wanted header stands in the file.
    at: Vec<Option<usize>>,
    lines: Vec<(usize, csv::StringRecord)>,
    faults: RefCell<Vec<SheetFault>>,
    counts: Cell<[usize; 3]>,
}

/// A row without faults, and the line of the file on which it stands.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// From 1; the header is line 1.
    pub line: usize,
    /// What was read.
    pub value: T,
}

/// What a row is against what is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Not there yet.
    New,
    /// There, but different.
    Changed,
    /// There and equal.
    Unchanged,
}

impl Table {
    /// Reads a sheet. Its first line must name exactly `headers`, in any order.
    ///
    /// Faults: a header that is missing, unknown or there twice; a row with too few or too many cells;
    /// NUL and other control characters; text that was not UTF-8; a cell longer than 1,000 characters.
    pub fn read(file: &SheetFile, headers: &'static [&'static str]) -> Self {
        let mut table =
            Self { file: file.name.clone(), headers, at: vec![None; headers.len()], lines: Vec::new(), faults: RefCell::default(), counts: Cell::default() };
        // Spreadsheets write a byte order mark and CR LF: both are taken as they are meant. A lone CR is a control character like any other.
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text).replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records();
        let width = match records.next() {
            Some(Ok(first)) => {
                table.header(&first);
                first.len()
            }
            Some(Err(e)) => {
                table.unreadable(&e);
                return table;
            }
            None => {
                table.fault(1, "", "文件是空的，第一行要写列名", "The file is empty; its first line names the columns");
                return table;
            }
        };
        for record in records {
            match record {
                Ok(record) => table.line(width, record),
                Err(e) => table.unreadable(&e),
            }
        }
        table
    }
    fn header(&mut self, first: &csv::StringRecord) {
        let mut seen = HashSet::new();
        for (i, name) in first.iter().enumerate() {
            let name = name.trim();
            if !seen.insert(name.to_owned()) {
                self.fault(1, name, "这一列写了两次", "This column stands twice");
            } else if let Some(k) = self.headers.iter().position(|h| *h == name) {
                self.at[k] = Some(i);
            } else {
                let want = self.headers.join(",");
                self.fault(1, name, &format!("没有这一列，应为 {want}"), &format!("No such column; expected {want}"));
            }
        }
        for (k, name) in self.headers.iter().enumerate() {
            if self.at[k].is_none() {
                self.fault(1, name, "缺这一列", "This column is missing");
            }
        }
    }
    fn line(&mut self, width: usize, record: csv::StringRecord) {
        let line = record.position().map_or(0, |p| p.line() as usize);
        if record.len() != width {
            let n = record.len();
            return self.fault(line, "", &format!("这一行有 {n} 格，应为 {width} 格"), &format!("This row has {n} cells, expected {width}"));
        }
        self.lines.push((line, record));
    }
    fn unreadable(&self, e: &csv::Error) {
        let line = e.position().map_or(0, |p| p.line() as usize);
        self.fault(line, "", "这一行读不懂：看引号是否成对", "This line cannot be read: check that quotes come in pairs");
    }
    /// Reads every row with `read`, which fills a struct from cells. Rows with any fault are left out; their faults are kept.
    pub fn rows<T>(&self, mut read: impl FnMut(&Cells) -> T) -> Vec<Read<T>> {
        let complete = self.at.iter().all(Option::is_some);
        let mut all = Vec::with_capacity(self.lines.len());
        for (line, record) in &self.lines {
            let row = Cells { table: self, line: *line, record, bad: Cell::new(!complete) };
            row.tidy();
            let value = read(&row);
            if !row.bad.get() {
                all.push(Read { line: *line, value });
            }
        }
        all
    }
    /// Notes a fault of a cell, for rules that need more than the cell: what must exist, what the database knows.
    pub fn fault(&self, line: usize, field: &str, zh: &str, en: &str) {
        self.faults.borrow_mut().push(SheetFault { file: self.file.clone(), line, field: field.to_owned(), zh: zh.to_owned(), en: en.to_owned() });
    }
    /// Says of every second row with the same key that it stands twice.
    pub fn once<T, K: Eq + Hash>(&self, rows: &[Read<T>], field: &str, key: impl Fn(&T) -> K) {
        let mut first: HashMap<K, usize> = HashMap::new();
        for row in rows {
            let line = *first.entry(key(&row.value)).or_insert(row.line);
            if line != row.line {
                self.fault(row.line, field, &format!("与第 {line} 行重复"), &format!("The same as line {line}"));
            }
        }
    }
    /// Compares a row with what is there, and counts it.
    pub fn compare<T: PartialEq>(&self, there: Option<&T>, row: &T) -> Change {
        let change = match there {
            None => Change::New,
            Some(old) if old == row => Change::Unchanged,
            Some(_) => Change::Changed,
        };
        self.count(change);
        change
    }
    /// Counts a row that was compared elsewhere.
    pub fn count(&self, change: Change) {
        let mut counts = self.counts.get();
        counts[change as usize] += 1;
        self.counts.set(counts);
    }
    /// Whether nothing is wrong so far.
    pub fn ok(&self) -> bool {
        self.faults.borrow().is_empty()
    }
    /// The report: counts, and faults in the order of lines.
    pub fn report(self) -> SheetReport {
        let [new, changed, unchanged] = self.counts.get();
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|f| f.line);
        SheetReport { file: self.file, new, changed, unchanged, faults, links: Vec::new() }
    }
}

/// The cells of one row, by header. A cell that does not hold notes its fault and gives a stand-in that is never kept.
pub struct Cells<'t> {
    table: &'t Table,
    line: usize,
    record: &'t csv::StringRecord,
    bad: Cell<bool>,
}

impl<'t> Cells<'t> {
    /// Line in the file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
    /// Notes a fault of this row; the row is dropped.
    pub fn fault(&self, field: &str, zh: &str, en: &str) {
        self.bad.set(true);
        // A missing column was told once, at the header.
        let missing = self.table.headers.iter().position(|h| *h == field).is_some_and(|k| self.table.at[k].is_none());
        if !missing {
            self.table.fault(self.line, field, zh, en);
        }
    }
    /// The cell as it stands, trimmed; empty where its column is missing.
    pub fn raw(&self, field: &str) -> &'t str {
        let k = self.table.headers.iter().position(|h| *h == field);
        debug_assert!(k.is_some(), "{}: the program asks for a column {field} that its sheet does not have", self.table.file);
        k.and_then(|k| self.table.at[k]).and_then(|i| self.record.get(i)).unwrap_or_default().trim()
    }
    /// Faults that any cell may have.
    fn tidy(&self) {
        for (field, at) in self.table.headers.iter().zip(&self.table.at) {
            let Some(cell) = at.and_then(|i| self.record.get(i)) else { continue };
            if cell.chars().any(char::is_control) {
                self.fault(field, "有换行或控制字符", "Holds a line break or a control character");
            }
            if cell.contains('\u{fffd}') {
                self.fault(field, "有认不出的字，请存为 UTF-8", "Holds unreadable characters; save the file as UTF-8");
            }
            let n = cell.chars().count();
            if n > LONGEST_CELL {
                self.fault(field, &format!("太长：{n} 个字，最多 {LONGEST_CELL}"), &format!("Too long: {n} characters, at most {LONGEST_CELL}"));
            }
        }
    }
    /// A cell of any kind: `read` gives the value, or why not in zh and en. `stand_in` is what a bad cell gives.
    pub fn read<T>(&self, field: &str, stand_in: T, read: impl FnOnce(&'t str) -> Result<T, Both>) -> T {
        read(self.raw(field)).unwrap_or_else(|why| {
            self.fault(field, &why.zh, &why.en);
            stand_in
        })
    }
    /// As [`Cells::read`]; an empty cell is `None`.
    pub fn maybe<T>(&self, field: &str, read: impl FnOnce(&'t str) -> Result<T, Both>) -> Option<T> {
        if self.raw(field).is_empty() {
            return None;
        }
        self.read(field, None, |cell| read(cell).map(Some))
    }
    /// A text of 1 to `max` characters.
    pub fn text(&self, field: &str, max: usize) -> String {
        self.read(field, String::new(), |cell| text(cell, max))
    }
    /// A text of at most `max` characters, or nothing.
    pub fn maybe_text(&self, field: &str, max: usize) -> Option<String> {
        self.maybe(field, |cell| text(cell, max))
    }
    /// `name` reads the cells `name_zh` and `name_en`, both needed.
    pub fn both(&self, name: &str, max: usize) -> Both {
        Both::new(self.text(&format!("{name}_zh"), max), self.text(&format!("{name}_en"), max))
    }
    /// As [`Cells::both`]; both may be empty, but not only one.
    pub fn maybe_both(&self, name: &str, max: usize) -> Both {
        let (zh, en) = (format!("{name}_zh"), format!("{name}_en"));
        match (self.maybe_text(&zh, max), self.maybe_text(&en, max)) {
            (None, None) => Both::default(),
            (Some(a), Some(b)) => Both::new(a, b),
            (a, b) => {
                let empty = if a.is_none() { zh } else { en };
                self.fault(&empty, "中文和英文要么都写，要么都空", "Give both languages, or neither");
                Both::new(a.unwrap_or_default(), b.unwrap_or_default())
            }
        }
    }
    /// A whole number in `range`.
    pub fn int(&self, field: &str, range: RangeInclusive<i64>) -> i64 {
        self.read(field, *range.start(), |cell| int(cell, &range))
    }
    /// A whole number in `range`, or nothing.
    pub fn maybe_int(&self, field: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.maybe(field, |cell| int(cell, &range))
    }
    /// A decimal number as a whole number of 10⁻⁷ (degrees as `lon_e7`), or nothing. Exact: no floating point on the way.
    pub fn maybe_e7(&self, field: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.maybe(field, |cell| {
            let (low, high) = (range.start(), range.end());
            let why = || Both::new(format!("应为 {low} 到 {high} 的小数，最多七位"), format!("A decimal number from {low} to {high}, at most seven places"));
            let (whole, part) = cell.split_once('.').unwrap_or((cell, "0"));
            let digits = |t: &str| (1..=7).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
            let minus = whole.starts_with('-');
            let whole = whole.strip_prefix('-').unwrap_or(whole);
            if !digits(whole) || !digits(part) {
                return Err(why());
            }
            let e7: i64 = format!("{whole}{part:0<7}").parse().map_err(|_| why())?;
            let e7 = if minus { -e7 } else { e7 };
            if (low * 10_000_000..=high * 10_000_000).contains(&e7) { Ok(e7) } else { Err(why()) }
        })
    }
    /// A short code: 1–32 of `a-z 0-9 _ -`, beginning with a letter or digit.
    pub fn code(&self, field: &str) -> String {
        self.read(field, String::new(), code)
    }
    /// One of the words, as what it stands for. The list must not be empty; its first stands in.
    pub fn one_of<T: Clone>(&self, field: &str, options: &[(&str, T)]) -> T {
        let stand_in = options[0].1.clone();
        self.read(field, stand_in, |cell| {
            options.iter().find(|(word, _)| *word == cell).map(|(_, t)| t.clone()).ok_or_else(|| {
                let words: Vec<_> = options.iter().map(|(w, _)| *w).collect();
                let words = words.join(" ");
                Both::new(format!("应为其中之一：{words}"), format!("One of: {words}"))
            })
        })
    }
    /// As [`Cells::one_of`], or nothing.
    pub fn maybe_one_of<T: Clone>(&self, field: &str, options: &[(&str, T)]) -> Option<T> {
        (!self.raw(field).is_empty()).then(|| self.one_of(field, options))
    }
    /// `yes` or `no`.
    pub fn yes(&self, field: &str) -> bool {
        self.one_of(field, &[("no", false), ("yes", true)])
    }
    /// Words separated by spaces, each one of `allowed`, none twice; may be empty.
    pub fn words(&self, field: &str, allowed: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        for word in self.raw(field).split_ascii_whitespace() {
            if !allowed.contains(&word) {
                let allowed = allowed.join(" ");
                self.fault(field, &format!("{word} 不在其中：{allowed}"), &format!("{word} is none of: {allowed}"));
            } else if all.iter().any(|w| w == word) {
                self.fault(field, &format!("{word} 写了两次"), &format!("{word} stands twice"));
            } else {
                all.push(word.to_owned());
            }
        }
        all
    }
    /// Codes separated by spaces, in order; may be empty.
    pub fn codes(&self, field: &str) -> Vec<String> {
        self.raw(field).split_ascii_whitespace().map(|word| self.read(field, String::new(), |_| code(word))).collect()
    }
    /// A day as `2026-11-24`.
    pub fn day(&self, field: &str) -> Day {
        match day(self.raw(field)) {
            Ok(day) => day,
            Err(why) => {
                self.fault(field, &why.zh, &why.en);
                // There is such a day; nothing else could be said here.
                kernel::civil(1970, 1, 1).unwrap_or_else(|| std::process::abort())
            }
        }
    }
    /// A day, or nothing.
    pub fn maybe_day(&self, field: &str) -> Option<Day> {
        self.maybe(field, day)
    }
    /// A month as `2026-12`, or nothing.
    pub fn maybe_month(&self, field: &str) -> Option<String> {
        self.maybe(field, |cell| match format!("{cell}-01").parse::<Day>() {
            Ok(_) if cell.len() == 7 => Ok(cell.to_owned()),
            _ => Err(Both::new("月份写成 2026-12", "A month is written 2026-12")),
        })
    }
    /// A centre's register number, 1…999. Whether it exists is the caller's question.
    pub fn centre(&self, field: &str) -> CentreId {
        CentreId::new(self.int(field, 1..=999)).unwrap_or(CentreId::DISTRICT)
    }
    /// A centre's register number, or 0 for the whole district.
    pub fn centre_or_all(&self, field: &str) -> CentreId {
        CentreId::new(self.int(field, 0..=999)).unwrap_or(CentreId::DISTRICT)
    }
}

fn text(cell: &str, max: usize) -> Result<String, Both> {
    let n = cell.chars().count();
    if n == 0 {
        return Err(Both::new("不能空着", "Must not be empty"));
    }
    if n > max {
        return Err(Both::new(format!("最多 {max} 个字，现在 {n} 个"), format!("At most {max} characters, now {n}")));
    }
    Ok(cell.to_owned())
}

fn int(cell: &str, range: &RangeInclusive<i64>) -> Result<i64, Both> {
    let canonical = |n: &i64| n.to_string() == cell;
    cell.parse::<i64>().ok().filter(canonical).filter(|n| range.contains(n)).ok_or_else(|| {
        let (low, high) = (range.start(), range.end());
        Both::new(format!("应为 {low} 到 {high} 的整数"), format!("A whole number from {low} to {high}"))
    })
}

fn code(cell: &str) -> Result<String, Both> {
    let letters = cell.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    if letters && (1..=32).contains(&cell.len()) && !cell.starts_with(['_', '-']) {
        return Ok(cell.to_owned());
    }
    Err(Both::new(
        "代码用 1–32 个小写字母、数字、_、-，以字母或数字开头",
        "A code is 1–32 lower-case letters, digits, _ or -, and begins with a letter or digit",
    ))
}

fn day(cell: &str) -> Result<Day, Both> {
    cell.parse::<Day>().ok().filter(|d| d.to_string() == cell).ok_or_else(|| Both::new("日期写成 2026-11-24", "A day is written 2026-11-24"))
}

/// Writes a sheet: the same dialect that [`Table`] reads.
pub struct SheetText(csv::Writer<Vec<u8>>);

impl SheetText {
    /// A sheet that begins with its header line.
    pub fn new(headers: &[&str]) -> Self {
        let mut sheet = Self(csv::WriterBuilder::new().from_writer(Vec::new()));
        sheet.row(headers);
        sheet
    }
    /// Adds a row; as many cells as headers.
    pub fn row<C: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let written = self.0.write_record(cells);
        debug_assert!(written.is_ok(), "a sheet's row must have as many cells as headers");
    }
    /// The whole text.
    pub fn text(self) -> String {
        self.0.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: &[&str] = &["centre", "code", "name_zh", "name_en", "day", "kind", "features", "lon"];

    fn faults(text: &str) -> Vec<String> {
        let table = Table::read(&SheetFile { name: "x.csv".into(), text: text.into() }, HEADERS);
        let rows = table.rows(|r| {
            (
                r.centre("centre"),
                r.code("code"),
                r.both("name", 8),
                r.day("day"),
                r.one_of("kind", &[("a", 1), ("b", 2)]),
                r.words("features", &["low", "loop"]),
                r.maybe_e7("lon", -180..=180),
            )
        });
        table.once(&rows, "code", |r| (r.0, r.1.clone()));
        table.report().faults.iter().map(|f| f.text(kernel::Lang::En)).collect()
    }
    const HEAD: &str = "centre,code,name_zh,name_en,day,kind,features,lon\n";

    #[test]
    fn every_fault_of_every_cell_is_told_at_once() {
        let row = |r: &str| faults(&format!("{HEAD}{r}\n"));
        assert!(row("1,hall1,大厅,Hall,2026-11-24,a,low loop,113.76").is_empty());
        assert_eq!(row("0,Hall,,Hall of great length,2026-13-01,c,low high,x").len(), 8);
        assert_eq!(row("01,a,b,c,2026-1-1,a,,"), ["x.csv:2 centre: A whole number from 1 to 999", "x.csv:2 day: A day is written 2026-11-24"]);
        assert_eq!(row("1,a,b,c"), ["x.csv:2 : This row has 4 cells, expected 8"]);
        assert_eq!(row("1,a,b\0,c,2026-01-01,a,,").len(), 1);
        assert_eq!(row("1,a,\"b\nc\",d,2026-01-01,a,,").len(), 1);
        assert_eq!(row(&format!("1,a,b,{},2026-01-01,a,,", "x".repeat(1_001))).len(), 2);
        assert_eq!(row("1,a,b,c,2026-01-01,a,,181"), ["x.csv:2 lon: A decimal number from -180 to 180, at most seven places"]);
        assert_eq!(row("1,a,b,c,2026-01-01,a,,\n1,a,d,e,2026-01-01,b,,"), ["x.csv:3 code: The same as line 2"]);
    }
    #[test]
    fn a_wrong_file_is_told_from_a_wrong_cell() {
        assert_eq!(faults("").len(), 1);
        assert_eq!(faults("centre,code\n1,a\n").len(), 6);
        assert!(faults(&format!("\u{feff}{HEAD}").replace('\n', "\r\n")).is_empty());
        assert_eq!(faults(&HEAD.replace("lon", "lon,lon,lat")).len(), 2);
        // Columns in another order are fine.
        assert!(faults("code,centre,name_zh,name_en,day,kind,features,lon\na,1,b,c,2026-01-01,a,,\n").is_empty());
    }
    #[test]
    fn what_is_written_is_read_again() {
        let mut sheet = SheetText::new(HEADERS);
        sheet.row(["1", "a", "「引号\",逗号」", "b, c", "2026-01-01", "a", "", "-0.5"]);
        let text = sheet.text();
        let table = Table::read(&SheetFile { name: "x.csv".into(), text }, HEADERS);
        let rows = table.rows(|r| (r.text("name_zh", 20), r.maybe_e7("lon", -180..=180)));
        assert_eq!(rows[0].value, ("「引号\",逗号」".to_owned(), Some(-5_000_000)));
        assert!(table.ok());
    }
}
