//! One integration binary: what only the whole program can prove.


mod policy;
mod render;
mod statements;
mod stories;
mod tidy;
