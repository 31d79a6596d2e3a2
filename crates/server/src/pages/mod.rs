//! Pages of the machine itself. One table of routes.

pub(crate) mod audit;
mod demo;
mod import;
mod status;

use web::{Answer, App, Duty, Reply};
use web::{Ask, Markup, Myself, Open, Owns, Rate, Route, StoreAudit, StoreOperate, openapi, route};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/demo", Open, demo::doors, "server.demo.doors"),
    route!(POST "/demo/as/{login}", Open, demo::enter, "server.demo.enter").sets_cookie().rate(Rate::Login),
    route!(POST "/demo/device/{kind}", Open, demo::device, "server.demo.device").sets_cookie().rate(Rate::Login),
    route!(GET "/admin", Myself, status::page, "server.status"),
    route!(POST "/admin/backup", StoreOperate, status::backup, "server.backup"),
    route!(GET "/admin/audit", StoreAudit, audit::page, "server.audit.search").own(Owns::AuditOnly, audit::object),
    route!(GET "/admin/audit/verify", StoreAudit, audit::verify, "server.audit.verify").own(Owns::AuditOnly, audit::object),
    route!(GET "/audit/heads", Open, audit::heads, "server.audit.heads"),
    route!(GET "/admin/import", Myself, import::page, "server.import.page"),
    route!(POST "/import", Myself, import::run, "server.import").body(200 * 1024 * 1024),
    route!(GET "/openapi.json", Open, describe, "server.openapi"),
];

/// OpenAPI 3.1 of every route.
async fn describe(app: App, _: Duty<Open>) -> Reply {
    Ok(Answer::json(200, &openapi::describe(&app)))
}

/// Every page with made-up data.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    vec![
        ("doors", demo::sample(ask)),
        ("status", status::sample(ask)),
        ("audit", audit::sample(ask)),
        ("heads", audit::heads_sample(ask)),
        ("import", import::sample(ask)),
    ]
}
