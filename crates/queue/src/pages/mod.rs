//! The pages of the line: a request becomes one call and markup. No SQL, no business `if`.

pub(crate) mod desk;
pub(crate) mod desk_view;
pub(crate) mod manager;
mod object;
mod words;
pub(crate) mod phone;
pub(crate) mod shared;
pub(crate) mod kiosk;
pub(crate) mod paper;
pub(crate) mod guide;
pub(crate) mod hall;
pub(crate) mod screen;
pub(crate) mod set;
mod shell;
mod made_up;
pub(crate) mod figures;
pub(crate) mod samples;
