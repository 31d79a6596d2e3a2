//! What crates tell each other in the same transaction; others react later, streams say it at once.
//!
//! One file per speaking crate. Facts are in the past tense and carry ids and ticket numbers, never names, phones or health.

pub mod capacity;
pub mod hall;
pub mod people;
pub mod places;
pub mod queue;
pub mod venues;
