//! Tests: rules by table and property, rows on both engines, sheets with the sample district, pages.

mod device;
mod import;
mod opening;
mod pages;
mod world;
