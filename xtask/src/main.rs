//! Developer commands. `cargo xtask test` is the whole gate; `.ci/run` calls exactly that.
#![allow(clippy::print_stdout)] // a command line talks

mod bench;
mod gate;
mod licences;
mod new_slice;
mod replay;
mod setup;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask")]
struct Cli {
    #[command(subcommand)]
    command: Cmd,
}

#[derive(Subcommand)]
enum Cmd {
    /// Install what the tests need: by apt where that may be, else print the line to run.
    Setup,
    /// The quick loop: format, lints, unit tests.
    Check,
    /// The gate: everything.
    Test,
    /// Measure and print a table: `bench hall`.
    Bench(bench::Bench),
    /// Write a new capability that compiles, and enter it everywhere: `new-slice NAME "what it is"`.
    NewSlice(new_slice::NewSlice),
    /// Play a real office's log into a running server.
    Replay(replay::Replay),
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Cmd::Setup => setup::run(),
        Cmd::Check => gate::check(),
        Cmd::Test => gate::test(),
        Cmd::Bench(args) => bench::run(&args),
        Cmd::NewSlice(args) => new_slice::run(&args),
        Cmd::Replay(args) => replay::run(&args),
    }
}
