//! Tests: pure tables, rows on both engines, pages through the real router.

mod history;
mod pages;
mod pure;
mod rows;
mod world;
