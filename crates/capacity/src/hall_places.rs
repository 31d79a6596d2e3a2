//! The booked places of a line (预约办事): a resource of the kind [`PLACES`] with the code `line-social` holds what may be booked of the line `social`.
//!
//! What such a booking is for are errands of that line, as the slices name them; it takes as many cells as they usually need together (hall §9).

use kernel::{CentreId, No, Refusal};
use store::Tx;
use web::{Errand, Slice};

use crate::Resource;

/// The kind of a resource that holds a line's booked places.
pub const PLACES: &str = "hall_places";

impl Resource {
    /// Code of the line whose booked places it holds.
    pub fn line(&self) -> Option<&str> {
        self.code.strip_prefix("line-").filter(|_| self.kind == PLACES)
    }
}

/// The errands that may be booked on a resource; none where it is not a line's.
pub(crate) fn errands(tx: &mut Tx, slices: &[&Slice], resource: &Resource) -> Result<Vec<Errand>, No> {
    let Some(line) = resource.line() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for hook in slices.iter().filter_map(|s| s.errands) {
        all.extend(of(tx, hook, resource.centre, line)?);
    }
    Ok(all)
}
fn of(tx: &mut Tx, hook: fn(&mut Tx, CentreId) -> Result<Vec<Errand>, No>, centre: CentreId, line: &str) -> Result<Vec<Errand>, No> {
    Ok(hook(tx, centre)?.into_iter().filter(|e| e.line == line).collect())
}

/// What a claim of a line is for, and how many cells that takes.
///
/// # Errors
/// `booking.errand`: none was named, or one that the line does not do.
pub(crate) fn chosen(errands: &[Errand], asked: &[String], cell_minutes: i64) -> Result<(String, i64), Refusal> {
    let mut codes: Vec<&str> = asked.iter().map(String::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    let minutes: Option<i64> = codes.iter().map(|code| errands.iter().find(|e| e.code == *code).map(|e| e.minutes)).sum();
    match minutes {
        Some(minutes) if !codes.is_empty() => {
            let cell = cell_minutes.max(1);
            Ok((codes.join("+"), (minutes.max(1) + cell - 1) / cell))
        }
        _ => Err(Refusal::invalid("booking.errand").at("errands")),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Both, ServiceClass};

    use super::*;

    fn errand(code: &str, minutes: i64) -> Errand {
        let name = Both::new(code, code);
        Errand { code: code.into(), name: name.clone(), short: name, class: ServiceClass::A, line: "social".into(), minutes, papers: None }
    }

    #[test]
    fn errands_take_the_cells_they_usually_need() {
        let all = [errand("card", 8), errand("pension", 20), errand("note", 1)];
        let of = |codes: &[&str]| chosen(&all, &codes.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>(), 15).map_err(|no| no.code);
        assert_eq!(of(&["card"]), Ok(("card".into(), 1)));
        assert_eq!(of(&["pension"]), Ok(("pension".into(), 2)));
        assert_eq!(of(&["pension", "card"]), Ok(("card+pension".into(), 2)), "28 minutes, in the order of codes");
        assert_eq!(of(&["card", "card"]), Ok(("card".into(), 1)), "once");
        assert_eq!(of(&["card", "pension", "note"]), Ok(("card+note+pension".into(), 2)));
        assert_eq!(of(&[]), Err("booking.errand"));
        assert_eq!(of(&["card", "passport"]), Err("booking.errand"));
    }
}
