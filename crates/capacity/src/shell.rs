//! What `yizhan calendar` does at the machine's shell: another program's calendar shuts the hours it says are busy.

use kernel::{Actor, Both, CentreId, Instant, Lang, Missing, No};
use store::{Command, Dice, Store};

use crate::{Moment, api, foreign::Busy, rows};

/// What shutting came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shut {
    /// Hours that are shut now, or would be.
    pub cells: usize,
    /// Of the calendar's entries, how many touch none that is published.
    pub beside: usize,
    /// Bookings in these hours that must be moved: their times, as people say them.
    pub moves: Vec<Both>,
}
impl Shut {
    /// A line each, zh or en.
    pub fn text(&self, lang: Lang) -> String {
        let moves = self.moves.iter().map(|b| b.get(lang)).collect::<Vec<_>>().join("; ");
        match lang {
            Lang::Zh => format!("{} 格停开，{} 项不在已发布的时间里，{} 个预约要改期 {moves}", self.cells, self.beside, self.moves.len()),
            Lang::En => {
                format!("{} hours shut, {} entries outside what is published, {} bookings to be moved {moves}", self.cells, self.beside, self.moves.len())
            }
        }
    }
}

/// Shuts the cells of a resource that these times touch (reason `event`); with `dry` only says what it would do. A cell that was shut before keeps its reason.
///
/// # Errors
/// Missing centre or resource.
pub fn shut(store: &Store, centre: CentreId, code: &str, busy: &[Busy], dry: bool, by: &str, now: Instant) -> Result<Shut, No> {
    let zone = store.read_blocking(places::api::district)?.time;
    let asked = code.to_owned();
    let resource = store.read_blocking(move |tx| Ok(rows::resource::by_code(tx, centre, &asked)?))?.ok_or(Missing("resource"))?;
    let command = Command {
        chain: centre,
        also: Vec::new(),
        once: None,
        action: "capacity.calendar.shut",
        actor: Actor::Shell(by.to_owned()),
        role: String::new(),
        device: None,
        object: ("resource", resource.id.to_string()),
        trace: "shell".into(),
        at: now,
    };
    let (busy, seed) = (busy.to_vec(), web::token::random());
    let work = move |tx: &mut store::Tx| {
        let (m, dice) = (Moment { now, zone: &zone }, &mut Dice::new(seed));
        let mut done = Shut::default();
        for b in busy.iter().filter(|b| b.to > now.minute()) {
            let reach = b.from - (resource.cell_minutes - 1).max(0);
            let cells: Vec<_> = rows::cell::between(tx, resource.id, reach, b.to)?.into_iter().filter(|c| c.end > b.from && c.shut.is_none()).collect();
            let (Some(first), Some(last)) = (cells.first(), cells.last()) else {
                done.beside += 1;
                continue;
            };
            done.cells += cells.len();
            let claims = rows::claim::on(tx, resource.id, first.start, last.end)?;
            done.moves.extend(claims.iter().filter(|c| c.state.live()).map(|c| crate::moment_words(m, c.start)));
            if !dry {
                api::shut(tx, resource.id, first.start, last.end, Some("event"), m, dice)?;
            }
        }
        Ok(done)
    };
    if dry { store.read_blocking(work) } else { store.command_blocking(command, work) }
}
