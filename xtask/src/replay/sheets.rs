//! Sets the district up through the public import: one centre an office, open all day, one line, counter and clerk a queue.

use std::{collections::BTreeMap, sync::Mutex, thread};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{client::Client, log::Log};

/// (centre, queue) → its counter and its signed-in clerk.
pub type Clerks = BTreeMap<(i64, String), (String, Client)>;

/// Imports the sheets, invites and activates the clerks, opens every counter.
///
/// # Errors
/// What the server refused.
pub fn set_up(url: &str, accounts: &BTreeMap<String, String>, log: &Log) -> Result<Clerks> {
    let by = |login: &str| Client::sign_in(url, login, accounts.get(login).with_context(|| format!("accounts: no {login}"))?);
    let files = sheets(log);
    let import = |login: &str, names: &[&str]| -> Result<Value> {
        let some: Vec<Value> = files.iter().filter(|(n, _)| names.contains(n)).map(|(name, text)| json!({ "name": name, "text": text })).collect();
        let done = by(login)?.post("/import", &json!({ "files": some }))?;
        if done["done"] != true {
            bail!("import as {login}: {done}")
        }
        Ok(done)
    };
    import("system", &["areas.csv", "centres.csv", "zones.csv", "counters.csv", "hours.csv"])?;
    import("editor", &["classes.csv", "lines.csv", "skills.csv"])?;
    let invited = import("security", &["staff.csv"])?;
    let links: BTreeMap<String, String> = invited["sheets"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .flat_map(|s| s["links"].as_array().map(Vec::as_slice).unwrap_or_default())
        .filter_map(|l| Some((l[0].as_str()?.to_owned(), l[1].as_str()?.to_owned())))
        .collect();
    let todo: Vec<(i64, String, i64)> =
        log.offices.iter().flat_map(|o| o.queues.iter().enumerate().map(move |(n, q)| (o.centre, q.id.clone(), n as i64 + 1))).collect();
    let todo = Mutex::new(todo.into_iter());
    let ready = Mutex::new(Clerks::new());
    let bar = indicatif::ProgressBar::new(links.len() as u64);
    let done: Result<Vec<()>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let next = todo.lock().map_err(|_| anyhow::anyhow!("lock"))?.next();
                        let Some((centre, queue, number)) = next else { return Ok(()) };
                        let clerk = activate(url, &login(centre, number), &links)?;
                        let counter = open_counter(&clerk, centre, number)?;
                        ready.lock().map_err(|_| anyhow::anyhow!("lock"))?.insert((centre, queue), (counter, clerk));
                        bar.inc(1);
                    }
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a worker panicked")))).collect()
    });
    done?;
    bar.finish_and_clear();
    ready.into_inner().map_err(|_| anyhow::anyhow!("lock"))
}

fn login(centre: i64, counter: i64) -> String {
    format!("clerk-{centre}-{counter}")
}

/// Takes up an invitation with a password of its own, then signs in with it.
fn activate(url: &str, login: &str, links: &BTreeMap<String, String>) -> Result<Client> {
    let link = links.get(login).with_context(|| format!("{login}: no link"))?;
    let password = format!("trams ring over the wet bridge, {}", login.trim_start_matches("clerk-"));
    let mut client = Client::nobody(url);
    client.enter(link, &json!({ "new": password, "again": password })).with_context(|| format!("activate {login}"))?;
    Ok(client)
}

fn open_counter(clerk: &Client, centre: i64, number: i64) -> Result<String> {
    let counters = clerk.get("/d")?;
    let counter = counters["counters"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .find(|c| c["centre"].as_i64() == Some(centre) && c["number"].as_i64() == Some(number));
    let id = counter.and_then(|c| c["counter"].as_str()).with_context(|| format!("no counter {number} at {centre}: {counters}"))?.to_owned();
    clerk.post(&format!("/counters/{id}/open"), &json!({}))?;
    Ok(id)
}

/// The sheets of the imported district.
fn sheets(log: &Log) -> Vec<(&'static str, String)> {
    let mut centres =
        vec!["centre,area,name_zh,name_en,address_zh,address_en,lon,lat,datum,position_source,phase,status,status_since,planned_month,phone,sample".to_owned()];
    let mut zones = vec!["centre,zone,floor,name_zh,name_en,class".to_owned()];
    let mut hours = vec!["centre,valid_from,mon,tue,wed,thu,fri,sat,sun,holiday,swap,source".to_owned()];
    let mut counters = vec!["centre,counter,zone,features".to_owned()];
    let mut lines = vec!["centre,line,prefix,class,name_zh,name_en,zone,last_issue_min,remote_share_pct,typical_min".to_owned()];
    let mut skills = vec!["centre,counter,line,rank,help_after_min".to_owned()];
    let mut staff = vec!["login,shown,role,centre".to_owned()];
    for office in &log.offices {
        let c = office.centre;
        let name = quoted(&office.name);
        centres.push(format!("{c},log,{name},{name},{name},{name},,,,,1,open,2012-01-01,,,no"));
        zones.push(format!("{c},hall,1,大厅,Hall,A"));
        let all = "00:00-24:00";
        hours.push(format!("{c},2012-01-01,{all},{all},{all},{all},{all},{all},{all},{all},mon,the log"));
        for (n, q) in office.queues.iter().enumerate() {
            let n = n + 1;
            let name = quoted(&if q.name.trim().is_empty() { q.id.clone() } else { q.name.chars().take(40).collect() });
            counters.push(format!("{c},{n},hall,"));
            lines.push(format!("{c},q{},{},A,{name},{name},hall,0,100,8", q.id, q.prefix));
            skills.push(format!("{c},{n},q{},1,10", q.id));
            staff.push(format!("{},{},clerk,{c}", login(c, n as i64), quoted(&format!("示例·{c}-{n}"))));
        }
    }
    let text = |rows: Vec<String>| rows.join("\n") + "\n";
    vec![
        ("areas.csv", "code,name_zh,name_en,known_as,source\nlog,日志,Log,,the log\n".into()),
        ("centres.csv", text(centres)),
        ("zones.csv", text(zones)),
        ("counters.csv", text(counters)),
        ("hours.csv", text(hours)),
        ("classes.csv", "class,name_zh,name_en,credit_min,from_age,evidence_zh,source\nwalk_in,现场,Walk-in,0,,,hall 6.1\n".into()),
        ("lines.csv", text(lines)),
        ("skills.csv", text(skills)),
        ("staff.csv", text(staff)),
    ]
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'").trim())
}
