//! Away from the counter for a moment: transfer and park (D5), a pause (暂停服务).

use kernel::{Both, CentreId, Instant, Missing, No};
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Now, Page, QueueCall, QueueOpen, Reply, Surface, html};

use super::to_counter;
use crate::{
    CounterSession, Limits, ParkReason, PauseReason, State, Ticket, TransferReason,
    api::{self, LineNow},
    pages::{
        desk::named_choices,
        shared::range_short,
        shell::{Links, Place, head},
    },
};

/// A ticket that is sent on or set aside.
pub(crate) struct Moving {
    pub centre: Both,
    pub sign: i64,
    pub ticket: Ticket,
    pub lines: Vec<LineNow>,
    pub limits: Limits,
}
fn read_moving(tx: &mut Tx, id: &str, centre: CentreId, now: Instant) -> Result<Moving, No> {
    let ticket = api::ticket(tx, id.parse().map_err(|_| Missing("ticket"))?)?;
    let sign = api::last_at(tx, ticket.id)?.map_or(0, |s| s.number);
    Ok(Moving { centre: places::api::centre(tx, centre)?.name, sign, ticket, lines: api::line_now(tx, centre, now)?, limits: api::limits(tx, centre, now)? })
}
async fn moving(app: App, clerk: &Duty<QueueCall>, now: Instant) -> Result<Moving, No> {
    let (id, centre) = (clerk.object.id.clone(), clerk.centre());
    app.read(move |tx| read_moving(tx, &id, centre, now)).await
}

/// Where to send the person on to.
pub(crate) async fn transfer(app: App, clerk: Duty<QueueCall>, Now(now): Now) -> Reply {
    let m = moving(app, &clerk, now).await?;
    Ok(Answer::html(&moving_page(&clerk.ask, &m, Links::of(&clerk), true)))
}
/// Why the ticket is set aside.
pub(crate) async fn park(app: App, clerk: Duty<QueueCall>, Now(now): Now) -> Reply {
    let m = moving(app, &clerk, now).await?;
    Ok(Answer::html(&moving_page(&clerk.ask, &m, Links::of(&clerk), false)))
}
pub(crate) fn moving_page(ask: &Ask, m: &Moving, links: Links, transfer: bool) -> Markup {
    let t = &m.ticket;
    let title = ask.tf(if transfer { "queue.d.transfer.title" } else { "queue.d.park.title" }, &[("no", &t.number.to_string())]);
    let send = html! { form class="card" method="post" action=(ask.href(&format!("/tickets/{}/transfer", t.id))) {
        (ask.once())
        fieldset class="field" { legend { (ask.t("queue.d.transfer.to")) }
            @for l in m.lines.iter().filter(|l| l.line.id != t.line) { label class="choice" { input type="radio" name="line" value=(l.line.code) required; " " span {
                b { span class={ "letter " (l.line.class.css()) } { (l.line.class.letter()) } " " (ask.b(&l.line.name)) }
                span class="hint" { (range_short(ask, &l.forecast, &m.limits)) " · " (ask.tf("queue.d.waiting", &[("n", &l.waiting.to_string())])) }
            } } }
        }
        (web::choices("reason", ask.t("queue.d.why"), &named_choices(ask, TransferReason::ALL.iter().map(|r| (r.code(), r.name())).collect()), "next_step"))
        button class="btn pri" { (ask.t("queue.d.transfer.do")) }
    } };
    let set_aside = html! { form class="card" method="post" action=(ask.href(&format!("/tickets/{}/park", t.id))) {
        (ask.once())
        (web::choices("reason", ask.t("queue.d.park.why"), &named_choices(ask, ParkReason::ALL.iter().map(|r| (r.code(), r.name())).collect()), "copy"))
        button class=(if transfer { "btn" } else { "btn pri" }) { (ask.t("queue.d.park.do")) }
    } };
    let may_park = matches!(t.state, State::Serving { .. });
    let body = html! {
        (head(ask, ask.b(&m.centre), &ask.tf("queue.d.counter", &[("n", &m.sign.to_string())]), links, Place::Counter))
        main id="main" class="page" tabindex="-1" data-first="" {
            h1 { (title) }
            p class="quiet" { (ask.t("queue.d.moving.keeps")) }
            div class="cols" {
                @if transfer { (send) @if may_park { (set_aside) } } @else { @if may_park { (set_aside) } (send) }
            }
            p { (to_counter(ask)) }
        }
    };
    Page::new(Surface::Desk, &title, body).scripts(&["live.js", "desk.js"]).render(ask)
}

/// Why, and until when (暂停服务).
pub(crate) async fn pause(app: App, clerk: Duty<QueueOpen>) -> Reply {
    let account = clerk.account()?;
    let found = app
        .read(move |tx| {
            let Some(session) = api::where_works(tx, account)? else { return Ok(None) };
            let busy = api::any_at_work(tx, session.counter, Instant::default())?.current.map(|t| t.number.to_string());
            Ok(Some((places::api::centre(tx, session.centre)?.name, session, busy)))
        })
        .await?;
    let Some((centre, session, busy)) = found else { return Ok(Answer::see("/d")) };
    Ok(Answer::html(&pause_page(&clerk.ask, &centre, &session, busy.as_deref(), Links::at(&clerk, session.centre))))
}
/// `busy`: the number that is finished first.
pub(crate) fn pause_page(ask: &Ask, centre: &Both, s: &CounterSession, busy: Option<&str>, links: Links) -> Markup {
    let title = ask.t("queue.d.pause");
    let body = html! {
        (head(ask, ask.b(centre), &ask.tf("queue.d.counter", &[("n", &s.number.to_string())]), links, Place::Counter))
        main id="main" class="page narrow" tabindex="-1" data-first="" {
            h1 { (title) }
            @if let Some(no) = busy { (web::notice("wrn", &ask.tf("counter.busy", &[("no", no)]), ask.t("queue.d.pause.busy"))) p { (to_counter(ask)) } }
            @else { form class="card" method="post" action=(ask.href(&format!("/counters/{}/pause", s.counter))) {
                (ask.once())
                (web::choices("reason", ask.t("queue.d.pause.why"), &named_choices(ask, PauseReason::ALL.iter().map(|r| (r.code(), r.name())).collect()), "lunch"))
                div class="field short" { label for="p-min" { (ask.t("queue.d.pause.min")) } input type="number" id="p-min" name="minutes" value="15" min="1" max="480" inputmode="numeric"; }
                p class="btns" { button class="btn pri" { (ask.t("queue.d.pause.do")) } (to_counter(ask)) }
            } }
        }
    };
    Page::new(Surface::Desk, title, body).scripts(&["live.js", "desk.js"]).render(ask)
}
