//! pickup
use store::Sql;
use web::Route;
pub(crate) static ROUTES: &[Route] = &[];
pub(crate) static STATEMENTS: &[&Sql] = &[];
