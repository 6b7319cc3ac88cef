//! `idxlab list`.

use std::io::Write as _;

use idx_scenario::{LoadError, Selection};

use super::orgs;
use crate::exit_code::ExitCode;

/// Print one line a scenario: id, level and title, with tabs between.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, scenario ids or addresses; all built-in scenarios when there are none.
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let scenarios = match (Selection { words: args.select }).load_with(orgs::check) {
        Ok(scenarios) => scenarios,
        Err(error) => return refuse(&error),
    };
    let mut out = anstream::stdout().lock();
    for scenario in &scenarios {
        // A reader that has seen enough closes the pipe; that is no failure.
        if writeln!(out, "{}\t{}\t{}", scenario.id, scenario.level.word(), scenario.title).is_err()
        {
            break;
        }
    }
    if scenarios.is_empty() { ExitCode::NothingSelected } else { ExitCode::Passed }
}

/// Says on standard error why scenarios could not be loaded, and gives the exit code for it.
pub(crate) fn refuse(error: &LoadError) -> ExitCode {
    // Where standard error is closed, the exit code still tells.
    let _ = match error {
        LoadError::Mistakes(mistakes) => {
            let count = mistakes.0.len();
            let noun = if count == 1 { "mistake" } else { "mistakes" };
            writeln!(
                anstream::stderr(),
                "{mistakes}\n\n{count} {noun}; `scenarios/README.md` shows the language"
            )
        }
        LoadError::Unreadable { .. } | LoadError::Unknown(_) => {
            writeln!(anstream::stderr(), "error: {error}")
        }
    };
    match error {
        LoadError::Unknown(_) => ExitCode::NothingSelected,
        LoadError::Mistakes(_) | LoadError::Unreadable { .. } => ExitCode::WrongFile,
    }
}
