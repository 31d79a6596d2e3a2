//! The pages of the line: a request becomes one call and markup. No SQL, no business `if`.

pub(crate) mod desk;
pub(crate) mod desk_view;
pub(crate) mod figures;
pub(crate) mod guide;
pub(crate) mod hall;
pub(crate) mod kiosk;
mod made_up;
pub(crate) mod manager;
mod object;
pub(crate) mod paper;
pub(crate) mod phone;
pub(crate) mod samples;
pub(crate) mod screen;
pub(crate) mod set;
pub(crate) mod shared;
mod shell;
mod words;
