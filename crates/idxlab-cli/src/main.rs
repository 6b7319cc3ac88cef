//! The command `idxlab`: parses the command line, calls one module per command, and exits with a documented code.

mod commands;
mod default_ca;
mod exit_code;
mod output;
mod report_file;
mod stop_signal;
mod watch;

use clap::Parser;

use crate::commands::Command;

/// One thread allocates a response and another frees it. With the system's allocator, this takes a third of the CPU time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Emulate Okta Identity Engine sign-up (IDX) on this machine, and test clients against it.
#[derive(Debug, Parser)]
#[command(name = "idxlab", version, about, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

fn main() -> std::process::ExitCode {
    CommandLine::parse().command.run().into()
}
