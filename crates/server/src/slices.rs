//! The list of slices, one line each.

use web::Slice;

/// Every slice, registries first: order of migrations and of import.
pub static SLICES: &[&Slice] = &[&people::SLICE, &places::SLICE, &queue::SLICE, &capacity::SLICE, &hall::SLICE, &venues::SLICE, &shops::SLICE, &crate::SLICE];
