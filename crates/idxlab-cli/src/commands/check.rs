//! `idxlab check`.

use std::io::Write as _;

use idx_scenario::Selection;

use super::list::refuse;
use super::orgs;
use crate::exit_code::ExitCode;

/// Read scenario files without running them, and show every mistake with its line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, scenario ids or addresses; all built-in scenarios when there are none.
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
}

pub(crate) fn run(args: Args) -> ExitCode {
    match (Selection { words: args.select }).load_with(orgs::check) {
        Ok(scenarios) => {
            // A closed standard output changes nothing about the files.
            let noun = if scenarios.len() == 1 { "scenario" } else { "scenarios" };
            let _ = writeln!(anstream::stdout(), "{} {noun}, no mistakes", scenarios.len());
            if scenarios.is_empty() { ExitCode::NothingSelected } else { ExitCode::Passed }
        }
        Err(error) => refuse(&error),
    }
}
