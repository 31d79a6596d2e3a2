//! Import and export: one folder of sheets is a district. All or nothing; every fault at once.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result, bail};
use kernel::{Actor, CentreId, Instant, No, Refusal};
use store::{Command, Store, Tx};
use web::{ImportCtx, Sheet, SheetFault, SheetFile, SheetReport};

use crate::slices::SLICES;

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

fn in_order(files: Vec<SheetFile>) -> (Vec<(&'static Sheet, SheetFile)>, Vec<SheetFault>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for file in files {
        match sheet_of(&file.name) {
            Some(sheet) => known.push((sheet, file)),
            None => unknown.push(SheetFault { line: 0, field: String::new(), zh: "没有这种表".into(), en: "no such sheet".into(), file: file.name }),
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

/// Imports the files in one command. A fault, or a preview, leaves nothing.
///
/// # Errors
/// Only a fault of the machine; faults of the files are in the outcome.
pub fn run(store: &Store, files: Vec<SheetFile>, asked: &Asked, mut progress: impl FnMut(usize, usize) + Send + 'static) -> Result<Outcome, No> {
    let also = chains(store, &files)?;
    let (sheets, unknown) = in_order(files);
    let seen: Arc<Mutex<Vec<SheetReport>>> = Arc::default();
    let kept = Arc::clone(&seen);
    let ctx = ImportCtx { by: asked.by.clone(), now: asked.now, real: asked.real, seed: web::token::random() };
    let (dry, total) = (asked.dry, sheets.len());
    let command = Command {
        chain: CentreId::DISTRICT,
        also,
        once: None,
        action: if dry { "server.import.preview" } else { "server.import" },
        actor: asked.by.clone(),
        role: String::new(),
        device: None,
        object: ("import", sheets.len().to_string()),
        trace: String::new(),
        at: asked.now,
    };
    let strange = unknown.clone();
    let done = store.command_blocking(command, move |tx: &mut Tx| {
        let mut reports = Vec::new();
        for (n, (sheet, file)) in sheets.iter().enumerate() {
            progress(n, total);
            reports.push((sheet.import)(tx, file, &ctx)?);
        }
        let faulty = !strange.is_empty() || reports.iter().any(|r| !r.faults.is_empty());
        if let Ok(mut kept) = kept.lock() {
            *kept = reports;
        }
        if faulty || dry {
            return Err(Refusal::invalid(if faulty { "import.faults" } else { "import.preview" }).into());
        }
        Ok(())
    });
    let mut sheets = seen.lock().map(|s| s.clone()).unwrap_or_default();
    if !unknown.is_empty() {
        sheets.push(SheetReport { file: "?".into(), faults: unknown, ..SheetReport::default() });
    }
    match done {
        Ok(()) => Ok(Outcome { sheets, done: true }),
        Err(No::Refused(r)) if r.code.starts_with("import.") => Ok(Outcome { sheets, done: false }),
        Err(other) => Err(other),
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
