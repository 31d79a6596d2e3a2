//! Calendars (RFC 5545): the dates of a course, and when an area is taken, without names.

use capacity::{api as ledger, ics};
use kernel::{CourseId, ResourceId};
use web::{Answer, App, Duty, Now, Open, Params, Reply};

use super::one::View;
use crate::course::LessonState;

/// Days ahead that the calendar of an area tells [A].
const AHEAD_DAYS: i64 = 31;

fn file(name: &str, text: String) -> Answer {
    Answer::text("text/calendar; charset=utf-8", text).with("content-disposition", format!("attachment; filename=\"{name}.ics\""))
}

/// Every date of a course; a date that was moved keeps its id, one that is cancelled says so.
pub(super) async fn course(app: App, open: Duty<Open>, params: Params, Now(now): Now) -> Reply {
    let (ask, id) = (open.ask.clone(), params.get::<CourseId>("course")?);
    let view = app.read(move |tx| View::read(tx, &ask, id)).await?;
    let ask = &open.ask;
    let title = ask.b(&view.course.plan.title);
    let place = match &view.room {
        Some(room) => format!("{} · {}", ask.b(&view.centre), ask.b(room)),
        None => ask.b(&view.centre).to_owned(),
    };
    let event = |l: &crate::course::Lesson| ics::Event {
        uid: l.id.to_string(),
        start: l.start,
        end: l.end,
        summary: format!("{title} {}/{}", l.no, view.course.plan.lessons),
        place: place.clone(),
        note: String::new(),
        status: if l.state == LessonState::Cancelled { ics::Status::Cancelled } else { ics::Status::Confirmed },
    };
    let events: Vec<ics::Event> = view.lessons.iter().map(event).collect();
    Ok(file("course", ics::calendar(title, &events, now)))
}

/// When an area has nothing free in the next month.
pub(super) async fn area(app: App, open: Duty<Open>, params: Params, Now(now): Now) -> Reply {
    let id = params.get::<ResourceId>("resource")?;
    let zone = open.ask.district.time.clone();
    let (from, to) = (zone.moment(zone.day(now), 0).minute(), zone.moment(zone.day(now).plus(AHEAD_DAYS), 0).minute());
    let busy = app
        .read(move |tx| {
            let resource = ledger::resource(tx, id)?;
            let cells = ledger::free(tx, &resource, from, to)?.cells;
            Ok(cells.iter().filter(|c| c.free() <= 0 || c.shut.is_some()).map(|c| (c.start, c.end)).collect::<Vec<_>>())
        })
        .await?;
    Ok(file("busy", ics::busy(&id.to_string(), from..to, &busy, now)))
}
