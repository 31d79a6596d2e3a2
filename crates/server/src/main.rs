//! The command line. `yizhan` alone opens the sample district.

use std::process::ExitCode;

use clap::Parser;
use server::commands::{self, Cli};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    match commands::run(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("yizhan: {error:#}");
            ExitCode::from(1)
        }
    }
}
