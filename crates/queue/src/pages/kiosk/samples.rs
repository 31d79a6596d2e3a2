//! The kiosk's pages with made-up data.

use web::{Ask, Markup};

pub(crate) fn samples(_: &Ask) -> Vec<(&'static str, Markup)> {
    Vec::new()
}
