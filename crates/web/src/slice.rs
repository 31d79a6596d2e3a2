//! A capability's one public face: plain data and function pointers.

use kernel::{Both, CentreId, Instant, Lang, No, ServiceClass};
use maud::Markup;
use store::{Migrations, Sql, Tx};

use crate::{App, Arrival, Arrived, Ask, Booked, Route};

/// What a crate gives the program. `server/src/slices.rs` lists them.
pub struct Slice {
    /// The crate's name; its tables carry it as prefix.
    pub name: &'static str,
    /// Its migrations.
    pub migrations: Migrations,
    /// Its `words.toml`.
    pub words: &'static str,
    /// Its routes.
    pub routes: &'static [&'static [Route]],
    /// Every statement, for the test that runs them on both engines.
    pub statements: &'static [&'static [&'static Sql]],
    /// What one may take a number for in a centre.
    pub errands: Option<fn(&mut Tx, CentreId) -> Result<Vec<Errand>, No>>,
    /// What happens with time, or because a fact was told.
    pub reactions: &'static [Reaction],
    /// Small panels for the home page and the centre page.
    pub cards: Option<fn(&mut Tx, &Ask, CentreId) -> Result<Vec<Markup>, No>>,
    /// What this browser holds beside its numbers, for 我的号: read from its cookies.
    pub mine: Option<fn(&mut Tx, &Ask, &http::HeaderMap) -> Result<Vec<Markup>, No>>,
    /// The page that a written code opens.
    pub find: Option<fn(&mut Tx, &str) -> Result<Option<String>, No>>,
    /// Checks in the booking of a code, and gives it a number where it stands in a line.
    pub arrive: Option<fn(&mut Tx, &Ask, &Arrival) -> Result<Option<Arrived>, No>>,
    /// What a booking is for: a panel of its page.
    pub booked: Option<fn(&mut Tx, &Ask, &Booked) -> Result<Option<Markup>, No>>,
    /// Invariants that `yizhan check` evaluates.
    pub checks: &'static [Check],
    /// Reads import sheets of its own. See [`Sheet`].
    pub sheets: &'static [Sheet],
    /// Every page with made-up data, for the rendering test.
    pub samples: Option<fn(&Ask) -> Vec<(&'static str, Markup)>>,
}

impl Slice {
    /// Nothing yet: a slice names what it gives and takes the rest from here.
    pub const NONE: Self = Self {
        name: "",
        migrations: Migrations { crate_name: "", files: &[] },
        words: "",
        routes: &[],
        statements: &[],
        errands: None,
        reactions: &[],
        cards: None,
        mine: None,
        find: None,
        arrive: None,
        booked: None,
        checks: &[],
        sheets: &[],
        samples: None,
    };
}

/// Something one may take a number for (an item, a pharmacy line, a clinic hour).
#[derive(Clone, Debug)]
pub struct Errand {
    /// The item's code, or the line's code where there is no item.
    pub code: String,
    /// As people say it.
    pub name: Both,
    /// At most six Han, for the kiosk.
    pub short: Both,
    /// 政务, 社会事务 or 生活.
    pub class: ServiceClass,
    /// Code of the line in that centre.
    pub line: String,
    /// Usual minutes at the counter.
    pub minutes: i64,
    /// Where the papers are listed.
    pub papers: Option<String>,
}

/// Work that no request asked for.
pub enum Reaction {
    /// Runs about every `seconds` of real time on one task; finds what is due by reading, then issues commands.
    Every {
        /// Name, for logs and the actor.
        name: &'static str,
        /// Real seconds between runs.
        seconds: u64,
        /// The run.
        run: fn(App) -> std::pin::Pin<Box<dyn Future<Output = Result<(), No>> + Send>>,
    },
    /// Hears a fact: effective once per fact; its cursor moves in the same transaction.
    Heard {
        /// Name of the reaction (its cursor).
        name: &'static str,
        /// Name of the fact.
        fact: &'static str,
        /// What it does; `data` is the fact's JSON.
        run: fn(&mut Tx, CentreId, &serde_json::Value, Instant) -> Result<(), No>,
    },
}

/// One invariant of a running district.
pub struct Check {
    /// `H1`
    pub id: &'static str,
    /// What it says, in a sentence.
    pub says: &'static str,
    /// Lists what breaks it; empty when it holds.
    pub run: fn(&mut Tx) -> Result<Vec<String>, No>,
}

/// One import sheet (`centres.csv`): parsed whole, all faults at once, nothing half imported.
pub struct Sheet {
    /// File name as given by `export`; items are `items/*.toml`.
    pub file: &'static str,
    /// Order of application: areas before centres, lines before skills.
    pub order: u32,
    /// Duty needed to import it over HTTP.
    pub duty: &'static str,
    /// Parses and applies one file. With `dry` nothing is written, but everything is checked that can be.
    pub import: fn(&mut Tx, &SheetFile, &ImportCtx) -> Result<SheetReport, No>,
    /// Writes the sheet from the district, as `(file name, text)`.
    pub export: fn(&mut Tx) -> Result<Vec<(String, String)>, No>,
}

/// A file as read.
#[derive(Clone, Debug)]
pub struct SheetFile {
    /// Name with folder (`items/senior-card.toml`).
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Who imports, when, with what randomness.
pub struct ImportCtx {
    /// Actor for `set_by` columns.
    pub by: kernel::Actor,
    /// District time.
    pub now: Instant,
    /// Machine time (for links).
    pub real: Instant,
    /// Randomness: distinct ids are derived from it with [`ImportCtx::dice`].
    pub seed: [u8; 32],
}
impl ImportCtx {
    /// Ten bytes for the `n`th id of this sheet.
    pub fn dice(&self, sheet: &str, n: usize) -> [u8; 10] {
        use sha2::{Digest, Sha256};
        let hash = Sha256::new().chain_update(self.seed).chain_update(sheet).chain_update(n.to_le_bytes()).finalize();
        let mut out = [0; 10];
        out.copy_from_slice(&hash[..10]);
        out
    }
}

/// What an import of one sheet found or did.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct SheetReport {
    /// File name.
    pub file: String,
    /// Rows that did not exist.
    pub new: usize,
    /// Rows that differed.
    pub changed: usize,
    /// Rows as they were.
    pub unchanged: usize,
    /// What is wrong, with line and field. Any fault means nothing of the whole import is kept.
    pub faults: Vec<SheetFault>,
    /// Things to hand out (login, one-time link), shown once to who imports.
    pub links: Vec<(String, String)>,
}

/// One fault of one cell.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SheetFault {
    /// File name.
    pub file: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column or key.
    pub field: String,
    /// What is wrong and what is expected.
    pub zh: String,
    /// The same in English.
    pub en: String,
}
impl SheetFault {
    /// `skills.csv:12 line: …`
    pub fn text(&self, lang: Lang) -> String {
        let why = if lang == Lang::Zh { &self.zh } else { &self.en };
        format!("{}:{} {}: {why}", self.file, self.line, self.field)
    }
}
