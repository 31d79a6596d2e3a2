//! pages
use kernel::{CentreId, No};
use store::Tx;
use web::{Ask, Markup, Route};
pub(crate) static ROUTES: &[Route] = &[];
pub(crate) fn samples(_: &Ask) -> Vec<(&'static str, Markup)> {
    Vec::new()
}
pub(crate) fn cards(_: &mut Tx, _: &Ask, _: CentreId) -> Result<Vec<Markup>, No> {
    Ok(Vec::new())
}
