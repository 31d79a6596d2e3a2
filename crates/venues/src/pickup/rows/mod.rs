//! SQL ⇄ nouns of safe pick-up: one file a noun.

pub(crate) mod block;
pub(crate) mod child;
pub(crate) mod prove;
pub(crate) mod stay;
