//! Import and export: one folder of sheets is a district. All or nothing; every fault at once.
//!
//! The lane carries every call and ticket, so an import stays out of it as long as it can: a scratch copy of the registers, made of the
//! district's export in one read, finds every fault and answers a preview. Only sheets that change something run in the lane, and are compared again there.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};
use kernel::{Actor, CentreId, Fault, Instant, No, Refusal};
use store::{Command, Database, Store, Tx};
use web::{ImportCtx, Sheet, SheetFault, SheetFile, SheetReport};

use crate::{open, slices::SLICES};

/// What an import found or did.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Outcome {
    /// Per sheet.
    pub sheets: Vec<SheetReport>,
    /// Whether it was kept.
    pub done: bool,
}
impl Outcome {
    /// Every fault of every sheet.
    pub fn faults(&self) -> impl Iterator<Item = &SheetFault> {
        self.sheets.iter().flat_map(|s| &s.faults)
    }
}

/// Who imports, and whether it is only a preview.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Actor.
    pub by: Actor,
    /// District time.
    pub now: Instant,
    /// Machine time.
    pub real: Instant,
    /// Only a preview.
    pub dry: bool,
}

/// The sheet that reads a file of this name.
pub fn sheet_of(name: &str) -> Option<&'static Sheet> {
    SLICES.iter().flat_map(|s| s.sheets).find(|sheet| match sheet.file.split_once('*') {
        None => sheet.file == name,
        Some((before, after)) => name.starts_with(before) && name.ends_with(after),
    })
}

/// The files that are sheets, by name.
fn names() -> String {
    let mut all: Vec<&str> = SLICES.iter().flat_map(|s| s.sheets).map(|s| s.file).collect();
    all.sort_unstable();
    all.join(" ")
}

fn in_order(files: Vec<SheetFile>) -> (Files, Vec<SheetFault>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for file in files {
        match sheet_of(&file.name) {
            Some(sheet) => known.push((sheet, file)),
            None => unknown.push(SheetFault {
                line: 0,
                field: String::new(),
                zh: format!("没有这种表。有的是 {}", names()),
                en: format!("no such sheet; there are {}", names()),
                file: file.name,
            }),
        }
    }
    known.sort_by(|a, b| (a.0.order, &a.1.name).cmp(&(b.0.order, &b.1.name)));
    (known, unknown)
}

/// Centres whose chains an import holds: every centre there is, and those the sheets name.
fn chains(store: &Store, files: &[SheetFile]) -> Result<Vec<CentreId>, No> {
    let mut all: BTreeSet<CentreId> = store.read_blocking(places::api::centres)?.into_iter().map(|c| c.id).collect();
    for file in files.iter().filter(|f| f.name == "centres.csv") {
        all.extend(file.text.lines().filter_map(|l| l.split(',').next()?.trim_matches('"').parse::<CentreId>().ok()));
    }
    Ok(all.into_iter().filter(|c| *c != CentreId::DISTRICT).collect())
}

/// Imports the files in one command. A fault, or a preview, leaves nothing and never enters the lane; nor does what changes nothing.
///
/// # Errors
/// Only a fault of the machine; faults of the files are in the outcome.
pub fn run(store: &Store, files: Vec<SheetFile>, asked: &Asked, progress: impl FnMut(usize, usize) + Send + 'static) -> Result<Outcome, No> {
    let also = chains(store, &files)?;
    let (sheets, unknown) = in_order(files);
    let ctx = Arc::new(ImportCtx { by: asked.by.clone(), now: asked.now, real: asked.real, seed: web::token::random() });
    let scratch = Scratch::of(store, asked, also.clone())?;
    let whole = scratch.whole;
    let mut reports = scratch.try_on(sheets.clone(), Arc::clone(&ctx), progress)?;
    let refused = !unknown.is_empty() || whole && reports.iter().any(|r| !r.faults.is_empty());
    let mut done = false;
    if !(asked.dry || refused) {
        let (at, changing): (Vec<usize>, Files) = sheets.into_iter().enumerate().filter(|(n, _)| !whole || reports[*n].new + reports[*n].changed > 0).unzip();
        done = at.is_empty();
        if !done {
            let found;
            (done, found) = apply(store, command(also, asked, "server.import", at.len()), changing, ctx, |_, _| {})?;
            for (n, report) in at.into_iter().zip(found) {
                reports[n] = report;
            }
        }
    }
    if !unknown.is_empty() {
        reports.push(SheetReport { file: "?".into(), faults: unknown, ..SheetReport::default() });
    }
    Ok(Outcome { sheets: reports, done })
}

type Files = Vec<(&'static Sheet, SheetFile)>;

/// Applies sheets in one command, all or nothing; whether they stand, and what each said.
fn apply(
    store: &Store,
    command: Command,
    sheets: Files,
    ctx: Arc<ImportCtx>,
    mut progress: impl FnMut(usize, usize) + Send + 'static,
) -> Result<(bool, Vec<SheetReport>), No> {
    let kept: Arc<Mutex<Vec<SheetReport>>> = Arc::default();
    let seen = Arc::clone(&kept);
    let done = store.command_blocking(command, move |tx: &mut Tx| {
        let mut reports = Vec::with_capacity(sheets.len());
        for (n, (sheet, file)) in sheets.iter().enumerate() {
            progress(n, sheets.len());
            reports.push((sheet.import)(tx, file, &ctx)?);
        }
        let faulty = reports.iter().any(|r| !r.faults.is_empty());
        *seen.lock().unwrap_or_else(PoisonError::into_inner) = reports;
        if faulty { Err(Refusal::invalid("import.faults").into()) } else { Ok(()) }
    });
    let reports = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    match done {
        Ok(()) => Ok((true, reports)),
        Err(No::Refused(r)) if r.code == "import.faults" => Ok((false, reports)),
        Err(other) => Err(other),
    }
}

fn command(also: Vec<CentreId>, asked: &Asked, action: &'static str, sheets: usize) -> Command {
    Command {
        chain: CentreId::DISTRICT,
        also,
        once: None,
        action,
        actor: asked.by.clone(),
        role: String::new(),
        device: None,
        object: ("import", sheets.to_string()),
        trace: String::new(),
        at: asked.now,
    }
}

/// A copy of the district's registers, made of its own export, in a folder of the machine that goes away with it.
struct Scratch {
    store: Store,
    asked: Asked,
    also: Vec<CentreId>,
    /// Whether every sheet of the export went in again: else a fault found here may be none in the district.
    whole: bool,
    _folder: Folder,
}
struct Folder(PathBuf);
impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is found by whoever empties the temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
impl Scratch {
    fn of(district: &Store, asked: &Asked, also: Vec<CentreId>) -> Result<Self, No> {
        let sheets = district.read_blocking(export)?.into_iter().map(|(name, text)| SheetFile { name, text }).collect();
        let folder = Folder(std::env::temp_dir().join(format!("yizhan-preview-{}", web::token::fresh())));
        open::make_folder(&folder.0).map_err(|e| Fault::new(e.to_string()))?;
        let options = store::Options::new(Database::Sqlite(folder.0.join("yizhan.db")), open::migrations(), web::problem);
        let store = Store::open(store::Options { readers: 1, ..options })?;
        let mut scratch = Self { store, asked: asked.clone(), also, whole: true, _folder: folder };
        let ctx = ImportCtx { by: Actor::Shell("preview".into()), now: asked.now, real: asked.real, seed: web::token::random() };
        let sheets = in_order(sheets).0;
        scratch.whole = scratch.store.command_blocking(scratch.command(), move |tx| {
            // What the district holds and its own sheet would refuse is left out, the rest stands.
            sheets.iter().try_fold(true, |whole, (sheet, file)| Ok(whole & (sheet.import)(tx, file, &ctx)?.faults.is_empty()))
        })?;
        Ok(scratch)
    }
    fn command(&self) -> Command {
        command(self.also.clone(), &self.asked, "server.import.preview", 0)
    }
    /// What the sheets would say. Links to hand out would open nothing: they are left out.
    fn try_on(self, sheets: Files, ctx: Arc<ImportCtx>, progress: impl FnMut(usize, usize) + Send + 'static) -> Result<Vec<SheetReport>, No> {
        let (_, reports) = apply(&self.store, self.command(), sheets, ctx, progress)?;
        Ok(reports.into_iter().map(|r| SheetReport { links: Vec::new(), ..r }).collect())
    }
}

/// Reads files and folders from disk, as sheets.
///
/// # Errors
/// What cannot be read, by name.
pub fn read_files(paths: &[PathBuf]) -> Result<Vec<SheetFile>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            read_folder(path, path, &mut files)?;
        } else {
            let parent = path.parent().and_then(|p| p.file_name()).is_some_and(|n| n == "items");
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            files.push(SheetFile { name: if parent { format!("items/{name}") } else { name }, text: read_text(path)? });
        }
    }
    if files.is_empty() {
        bail!("nothing to import: give files or a folder of sheets");
    }
    Ok(files)
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<SheetFile>) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        // A folder may hold a README beside its sheets.
        if sheet_of(&name).is_some() {
            files.push(SheetFile { name, text: read_text(&path)? });
        }
    }
    Ok(())
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    String::from_utf8(bytes).map_err(|e| anyhow::anyhow!("{}: not UTF-8 at byte {}", path.display(), e.utf8_error().valid_up_to()))
}

/// Every sheet of the district, as (file name, text).
///
/// # Errors
/// A fault of the database.
pub fn export(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheets: Vec<&Sheet> = SLICES.iter().flat_map(|s| s.sheets).collect();
    sheets.sort_by_key(|s| s.order);
    let mut out = Vec::new();
    for sheet in sheets {
        out.extend((sheet.export)(tx)?);
    }
    Ok(out)
}
