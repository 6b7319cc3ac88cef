//! The command `idxlab`: parse the line, hand over to one module a command, end with a documented exit code.

mod commands;
mod exit_code;

use clap::Parser;

use crate::commands::Command;

/// A stand-in for Okta Identity Engine that speaks IDX sign-up, and a harness that judges clients against it.
#[derive(Debug, Parser)]
#[command(name = "idxlab", version, about, propagate_version = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn main() -> std::process::ExitCode {
    Line::parse().command.run().into()
}
