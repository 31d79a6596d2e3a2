//! The log, read: offices, queues, polls; dirty rows by reason, none guessed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// One day of the log.
pub struct Log {
    pub offices: Vec<Office>,
    /// Reason → lines of the file.
    pub dirty: BTreeMap<&'static str, Vec<usize>>,
}

/// One office: a centre.
pub struct Office {
    pub name: String,
    /// Register number given to it, from 1.
    pub centre: i64,
    pub queues: Vec<Queue>,
    pub polls: Vec<Poll>,
}

/// One named queue: a line with its own prefix.
pub struct Queue {
    pub id: String,
    pub name: String,
    pub prefix: String,
}

/// One poll of an office.
pub struct Poll {
    pub time: String,
    /// Minutes after midnight.
    pub minute: i64,
    /// Queue, people waiting, number now served where one is shown.
    pub queues: Vec<(String, i64, Option<i64>)>,
}

const COLUMNS: [&str; 7] = ["date", "time", "office", "queue_id", "queue_letter", "queue_name", "waiting"];

impl Log {
    /// Reads the rows stamped `day`.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a column.
    pub fn read(path: &Path, day: &str) -> Result<Self> {
        let file = find(path)?;
        let raw = File::open(&file).with_context(|| file.display().to_string())?;
        let text: Box<dyn Read> = if file.extension().is_some_and(|e| e == "gz") { Box::new(flate2::read::GzDecoder::new(raw)) } else { Box::new(raw) };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
        let headers = reader.headers()?.clone();
        let column = |name: &str| headers.iter().position(|h| h == name).with_context(|| format!("{}: no column {name}", file.display()));
        let at = COLUMNS.map(column);
        let [date, time, office, queue, letter, name, waiting] = at.map(|c| c.unwrap_or(usize::MAX));
        let number = column("current_ticket")?;
        for c in COLUMNS {
            column(c)?;
        }
        let mut dirty: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        let mut days: BTreeMap<String, OfficeRows> = BTreeMap::new();
        let mut seen: BTreeSet<(String, String, String)> = BTreeSet::new();
        for record in reader.records() {
            let Ok(record) = record else {
                dirty.entry("not a CSV row").or_default().push(0);
                continue;
            };
            let line = record.position().map_or(0, |p| p.line() as usize);
            let cell = |i: usize| record.get(i).unwrap_or_default();
            if cell(date) != day {
                continue;
            }
            let mut spoil = |why: &'static str| dirty.entry(why).or_default().push(line);
            let Some(minute) = minute(cell(time)) else {
                spoil("time is not HH:MM");
                continue;
            };
            let Ok(people) = cell(waiting).parse::<i64>() else {
                spoil("waiting is not a number");
                continue;
            };
            if people < 0 || cell(queue).is_empty() || cell(office).is_empty() {
                spoil("no office, no queue, or fewer than nobody waiting");
                continue;
            }
            if !seen.insert((cell(office).to_owned(), cell(queue).to_owned(), cell(time).to_owned())) {
                spoil("the same queue twice at the same time: the first row counts");
                continue;
            }
            let shown = digits(cell(number));
            if shown.is_none() && !cell(number).trim().is_empty() {
                spoil("the number served has no digits: taken as unchanged");
            }
            let rows = days.entry(cell(office).to_owned()).or_default();
            rows.queues.entry(cell(queue).to_owned()).or_insert_with(|| (cell(letter).to_owned(), cell(name).to_owned()));
            rows.polls.entry((minute, cell(time).to_owned())).or_default().push((cell(queue).to_owned(), people, shown));
        }
        let offices = days.into_iter().enumerate().map(|(n, (name, rows))| rows.office(name, n as i64 + 1)).collect();
        Ok(Self { offices, dirty })
    }
}

#[derive(Default)]
struct OfficeRows {
    queues: BTreeMap<String, (String, String)>,
    polls: BTreeMap<(i64, String), Vec<(String, i64, Option<i64>)>>,
}
impl OfficeRows {
    fn office(self, name: String, centre: i64) -> Office {
        let polls = self.polls.into_iter().map(|((minute, time), queues)| Poll { time, minute, queues }).collect();
        // One letter may serve several queues, so each line gets a prefix of its own: the letter, then a running number where it is taken.
        let mut taken = BTreeSet::new();
        let queues = self
            .queues
            .into_iter()
            .map(|(id, (letter, name))| {
                let letter = letter.chars().find(char::is_ascii_alphabetic).map_or('Q', |c| c.to_ascii_uppercase());
                let own = std::iter::once(letter.to_string()).chain((1..=9).map(|n| format!("{letter}{n}")));
                let any = ('A'..='Z').flat_map(|l| (0..=9).map(move |n| format!("{l}{n}")));
                let prefix = own.chain(any).find(|p| !taken.contains(p)).unwrap_or_default();
                taken.insert(prefix.clone());
                Queue { id, name, prefix }
            })
            .collect();
        Office { name, centre, queues, polls }
    }
}

fn find(path: &Path) -> Result<PathBuf> {
    if path.is_file() {
        return Ok(path.to_path_buf());
    }
    let inside = std::fs::read_dir(path).with_context(|| path.display().to_string())?.filter_map(|e| Some(e.ok()?.path()));
    match inside.filter(|p| p.extension().is_some_and(|e| e == "gz" || e == "csv")).min() {
        Some(file) => Ok(file),
        None => bail!("{}: no CSV in it", path.display()),
    }
}

fn minute(text: &str) -> Option<i64> {
    let (h, m) = text.split_once(':')?;
    let (h, m) = (h.parse::<i64>().ok()?, m.get(..2)?.parse::<i64>().ok()?);
    ((0..24).contains(&h) && (0..60).contains(&m)).then_some(h * 60 + m)
}

/// The number in `A037`; nothing where there is none.
fn digits(text: &str) -> Option<i64> {
    let digits: String = text.trim().chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
