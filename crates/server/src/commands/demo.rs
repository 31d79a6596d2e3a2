//! `demo`: the sample district, made on first start; loopback only.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use kernel::{Actor, Both, CentreId, No};
use rust_embed::RustEmbed;
use web::{App, SheetFile};

use super::{Demo, say};
use crate::{
    Config,
    import::{self, Asked, sheet_of},
    open, serve,
};

/// The sample district's sheets, as they stand in the repository.
#[derive(RustEmbed)]
#[folder = "../../data/demo-district/"]
struct Sample;

/// Accounts that even an empty demo has, for replays and tests.
const EMPTY_STAFF: &str = "login,shown,role,centre\nsupervisor,示例·主管,hall_supervisor,0\neditor,示例·编辑,item_editor,0\nsystem,示例·系统管理员,system_admin,0\nsecurity,示例·安全管理员,security_admin,0\nauditor,示例·审计,auditor,0\n";

pub(super) fn run(demo: &Demo) -> Result<u8> {
    let served = &demo.served;
    let config = config(demo);
    let started = std::time::Instant::now();
    let _held = open::hold_served(&config)?;
    let app = open::open(&config)?;
    let fresh = make(&app, demo.empty)?;
    open::right_kind(&app, true, fresh)?;
    let accounts = accounts(&app, &config.data, fresh)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = serve::listen(&served.listen).await?;
        doors(&served.listen, &accounts);
        say(format_args!("ready in {:.2} s · data in {} · Ctrl-C stops", started.elapsed().as_secs_f64(), config.data.display()));
        if demo.clock.is_some() {
            say(format_args!("the district's clock was set: {} × {}", app.district().time.rfc3339(app.now()), demo.speed));
        }
        serve::run(app, listener, serve::signal()).await
    })?;
    Ok(0)
}

/// Limits are raised in a demo: every sample person sits behind one address.
fn config(demo: &Demo) -> Config {
    Config {
        demo: true,
        clock: demo.clock.clone().map(|c| (c, demo.speed)),
        public_url: if demo.served.public_url.is_empty() { format!("http://{}", demo.served.listen) } else { demo.served.public_url.clone() },
        limits_off: true,
        new_key: demo.served.new_key,
        ..demo.served.place.config("yizhan-demo")
    }
}

/// Makes the sample district when the folder is new; says whether it was.
///
/// # Errors
/// When a sheet of the sample has a fault (a test imports them all).
pub fn make(app: &App, empty: bool) -> Result<bool> {
    let there = app.store().read_blocking(|tx| match places::api::district(tx) {
        Ok(_) => Ok(true),
        Err(No::Missing(_)) => Ok(false),
        Err(other) => Err(other),
    });
    if there.map_err(|no| anyhow::anyhow!(no.to_string()))? {
        return Ok(false);
    }
    let now = app.now();
    let name = if empty { Both::new("空白示例区", "Empty sample district") } else { Both::new("郑东新区", "Zhengdong New District") };
    app.store()
        .command_blocking(app.own_command("places.district.make", CentreId::DISTRICT), move |tx| {
            places::api::make_district(tx, &name, open::TIME_ZONE, open::DAY_TURN_MIN, true, now)
        })
        .map_err(|no| anyhow::anyhow!(no.to_string()))?;
    let files = if empty { vec![SheetFile { name: "staff.csv".into(), text: EMPTY_STAFF.into() }] } else { sample_files() };
    let asked = Asked { by: Actor::Shell("demo".into()), now, real: app.real(), dry: false };
    let outcome = import::run(app.store(), files, &asked, |_, _| {}).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    if let Some(fault) = outcome.faults().next() {
        anyhow::bail!("the sample district has a fault: {}", fault.text(kernel::Lang::En));
    }
    open::refresh_district(app)?;
    Ok(true)
}

/// The embedded sheets.
pub fn sample_files() -> Vec<SheetFile> {
    Sample::iter()
        .filter(|name| sheet_of(name).is_some())
        .filter_map(|name| Some(SheetFile { name: name.to_string(), text: String::from_utf8(Sample::get(&name)?.data.into_owned()).ok()? }))
        .collect()
}

/// The sample accounts' passphrases: made once, kept in `accounts.txt` (0600).
///
/// # Errors
/// When the file cannot be read or written.
pub fn accounts(app: &App, data: &Path, fresh: bool) -> Result<BTreeMap<String, String>> {
    let path = data.join("accounts.txt");
    if !fresh && path.exists() {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        return Ok(text.lines().filter_map(|l| l.split_once('\t')).map(|(l, p)| (l.to_owned(), p.to_owned())).collect());
    }
    let logins = app.store().read_blocking(people::api::invited).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    let made: BTreeMap<String, String> = logins.into_iter().map(|l| (l, passphrase())).collect();
    people::shell::activate_sample(app.store(), &made, app.real()).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    let text: String = made.iter().map(|(l, p)| format!("{l}\t{p}\n")).collect();
    open::write_private(&path, text.as_bytes())?;
    Ok(made)
}

/// Five words of two syllables, 60 bits: enough against guessing behind a back-off, easy to type.
fn passphrase() -> String {
    const FIRST: &[u8; 16] = b"bdfghjklmnprstwz";
    const SECOND: &[u8; 4] = b"aeiu";
    let syllable = |b: &u8| [char::from(FIRST[usize::from(b & 15)]), char::from(SECOND[usize::from(b >> 4 & 3)])];
    let words: Vec<String> = web::token::random().chunks(2).take(5).map(|pair| pair.iter().flat_map(syllable).collect()).collect();
    words.join("-")
}

fn doors(listen: &str, accounts: &BTreeMap<String, String>) {
    let at = |path: &str| format!("http://{listen}{path}");
    say("yizhan 一站 · 示例区 sample district (示例数据)");
    for (what, path) in [
        ("doors 各个门      ", "/demo"),
        ("resident 居民     ", "/"),
        ("kiosk 自助机      ", "/k"),
        ("counter 窗口      ", "/d"),
        ("hall screen 大屏  ", "/s/1/hall1/call"),
        ("manager 管理      ", "/m"),
        ("administrator     ", "/admin"),
    ] {
        say(format_args!("  {what} {}", at(path)));
    }
    say("sign in with one press at /demo, or with these (also in accounts.txt):");
    for (login, words) in accounts {
        say(format_args!("  {login:<12} {words}"));
    }
}
