//! `idxlab list`.

use idx_runner::plain;
use idx_scenario::{LoadError, Scenario, Selection};

use super::orgs;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// List scenarios, one per line: id, level and title, separated by tabs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, scenario ids, or scenario addresses such as `email-code/sixth-answer` [default: all built-in scenarios].
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let scenarios = match (Selection { words: args.select }).load_with(orgs::check) {
        Ok(scenarios) => scenarios,
        Err(error) => return refuse(&error),
    };
    let line = |scenario: &Scenario| {
        format!("{}\t{}\t{}\n", scenario.id, scenario.level.word(), scenario.title)
    };
    print(&plain(&scenarios.iter().map(line).collect::<String>()));
    if scenarios.is_empty() { ExitCode::NothingSelected } else { ExitCode::Passed }
}

/// A scenario can contain an org, and a file whose TOML cannot be read can be a scenario or an org document.
const DOCUMENTATION: &str =
    "see `scenarios/README.md` for scenarios, or `idxlab schema org` for org documents";

/// Prints why the scenarios could not be loaded, and returns the exit code.
pub(crate) fn refuse(error: &LoadError) -> ExitCode {
    refuse_with(error, DOCUMENTATION)
}

/// The same for other documents, with the name of their documentation.
pub(crate) fn refuse_with(error: &LoadError, documentation: &str) -> ExitCode {
    print_error(&match error {
        LoadError::Mistakes(mistakes) => {
            let count = mistakes.0.len();
            let noun = if count == 1 { "mistake" } else { "mistakes" };
            format!("{mistakes}\n\n{count} {noun}; {documentation}")
        }
        LoadError::Unreadable { .. } | LoadError::Unknown(_) => format!("error: {error}"),
    });
    match error {
        LoadError::Unknown(_) => ExitCode::NothingSelected,
        LoadError::Mistakes(_) | LoadError::Unreadable { .. } => ExitCode::InvalidFile,
    }
}
