//! `idxlab run`.

use crate::exit_code::ExitCode;

/// Not built yet.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> ExitCode {
    ExitCode::Unreachable
}
