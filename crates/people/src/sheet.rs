//! `staff.csv`: makes invited accounts with their roles; links come back once, secrets never go out.

use kernel::{Actor, CentreId, No, Refusal};
use store::Tx;
use web::{Cells, Change, ImportCtx, Read, Sheet, SheetFile, SheetReport, SheetText, Table};

use crate::{
    api,
    grant::{self, Asker, GrantState, NewGrant},
    login::{Login, ShownName},
    rows,
};

pub(crate) static SHEETS: &[Sheet] = &[Sheet { file: "staff.csv", order: 300, duty: "people.accounts", import, export }];

const HEADERS: &[&str] = &["login", "shown", "role", "centre"];

#[derive(Clone, PartialEq)]
struct Line {
    login: String,
    shown: String,
    role: String,
    centre: CentreId,
}

fn line(r: &Cells) -> Line {
    let login = r.raw("login");
    if Login::parse(login).is_err() {
        r.fault("login", "账号名是 3–32 个小写字母、数字、点或连字符", "A login is 3–32 lower-case letters, digits, dots or hyphens");
    }
    let role = r.raw("role");
    let centre = r.centre_or_all("centre");
    if !grant::known(role) {
        r.fault("role", "没有这个角色", "No such role");
    } else if grant::may_ask(&Asker::machine("import"), role, centre).is_err() {
        r.fault("centre", "这个角色只能是全区，写 0", "This role is for the whole district: write 0");
    }
    Line { login: login.to_ascii_lowercase(), shown: r.text("shown", ShownName::MOST), role: role.to_owned(), centre }
}

fn import(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, HEADERS);
    let rows = table.rows(line);
    table.once(&rows, "login", |l| (l.login.clone(), l.role.clone(), l.centre));
    let centres = crate::hooks::centres(tx)?;
    for Read { line, value } in &rows {
        if !centres.is_empty() && value.centre != CentreId::DISTRICT && !centres.iter().any(|(c, _)| *c == value.centre) {
            table.fault(*line, "centre", "没有这个中心", "No such centre");
        }
    }
    if !table.ok() {
        return Ok(table.report());
    }
    let asker = match &ctx.by {
        // Only who holds people.accounts may import this sheet, and that role agrees too.
        Actor::Account(account) => Asker { account: Some(*account), machine: false, ..Asker::machine(grant::by(&ctx.by)) },
        other => Asker::machine(grant::by(other)),
    };
    let mut links = Vec::new();
    for Read { line, value } in &rows {
        if let Err(no) = one(tx, &table, value, *line, &asker, ctx, &mut links)? {
            table.fault(*line, no.field.unwrap_or("login"), &format!("不能这样授权（{}）", no.code), &format!("Cannot be granted so ({})", no.code));
            break;
        }
    }
    Ok(SheetReport { links, ..table.report() })
}

/// One row: the account when it is new, the name when it changed, the grant when it does not stand.
fn one(
    tx: &mut Tx,
    table: &Table,
    value: &Line,
    line: usize,
    asker: &Asker,
    ctx: &ImportCtx,
    links: &mut Vec<(String, String)>,
) -> Result<Result<(), Refusal>, No> {
    let there = rows::account::by_login(tx, &value.login)?;
    let stands = match &there {
        Some(a) => rows::grant::of(tx, a.id)?
            .iter()
            .any(|g| g.role == value.role && g.centre == value.centre && matches!(g.state, GrantState::Active | GrantState::Asked)),
        None => false,
    };
    let before = there.as_ref().map(|a| if stands { Line { shown: a.shown.clone(), ..value.clone() } } else { Line { role: String::new(), ..value.clone() } });
    if table.compare(before.as_ref(), value) == Change::Unchanged {
        return Ok(Ok(()));
    }
    let mut dice = [0; 32];
    dice[..10].copy_from_slice(&ctx.dice("staff.csv", line));
    dice[10..20].copy_from_slice(&ctx.dice("staff.csv link", line));
    dice[20..30].copy_from_slice(&ctx.dice("staff.csv more", line));
    let account = match there {
        Some(a) => {
            if a.shown != value.shown {
                rows::account::rename(tx, a.id, &value.shown)?;
            }
            a.id
        }
        None => {
            let (login, shown) = match (Login::parse(&value.login), ShownName::parse(&value.shown)) {
                (Ok(login), Ok(shown)) => (login, shown),
                (Err(no), _) | (_, Err(no)) => return Ok(Err(no)),
            };
            let code = web::token::text(&web::token::hash(&web::token::derived(&dice, b"invitation")));
            let id = api::invite(tx, &login, &shown, &web::token::hash(&code), &grant::by(&ctx.by), ctx.real, &dice)?;
            links.push((value.login.clone(), format!("/in/link/{code}")));
            id
        }
    };
    if stands {
        return Ok(Ok(()));
    }
    let ask = NewGrant { account, role: value.role.clone(), centre: value.centre, until: None, reason: "staff.csv".into() };
    match api::ask_grant(tx, asker, &ask, ctx.real, &dice) {
        Ok(_) => Ok(Ok(())),
        Err(No::Refused(no)) => Ok(Err(no)),
        Err(other) => Err(other),
    }
}

/// Standing grants with their logins; accounts that left are not in it, and no secret ever is.
fn export(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheet = SheetText::new(HEADERS);
    let mut after = String::new();
    loop {
        let page = rows::account::page(tx, &after, 200, None)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.login);
        for account in page {
            let mut grants: Vec<_> = rows::grant::of(tx, account.id)?.into_iter().filter(|g| g.state == GrantState::Active).collect();
            grants.sort_by(|a, b| (&a.role, a.centre).cmp(&(&b.role, b.centre)));
            for g in grants {
                sheet.row([account.login.clone(), account.shown.clone(), g.role, g.centre.to_string()]);
            }
        }
    }
    Ok(vec![("staff.csv".into(), sheet.text())])
}
