//! One integration binary: what only the whole program can prove.

mod administer;
mod authz;
mod browser;
mod commands;
mod crash;
mod doors;
mod live;
mod pickup;
mod policy;
mod race;
mod render;
mod shops;
mod statements;
mod stories;
mod tidy;
mod venues;
