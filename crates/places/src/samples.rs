//! Every page with made-up data.
pub fn samples(_: &web::Ask) -> Vec<(&'static str, web::Markup)> { Vec::new() }
