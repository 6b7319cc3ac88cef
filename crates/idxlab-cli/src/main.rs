//! The command `idxlab`: parse the line, hand over to one module a command, end with a documented exit code.

mod commands;
mod exit_code;

use clap::Parser;

use crate::commands::Command;

/// Answers are written, kept and freed by whichever thread comes next, which costs the system's allocator a third of the whole time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
