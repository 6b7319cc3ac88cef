//! The scenarios to run, loaded from the command line. Every mistake is reported.

use idx_runner::plain;
use idx_scenario::KnownFailures;
use idx_scenario::{LoadError, OrgChoice, Scenario, Selection};

use super::args::Args;
use crate::commands::list::{refuse, refuse_with};
use crate::commands::orgs;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// A valid plan: its mistakes have been reported, and there are none.
pub(super) struct Plan {
    pub(super) scenarios: Vec<Scenario>,
    pub(super) known: KnownFailures,
    pub(super) org: Option<OrgChoice>,
}

impl Plan {
    pub(super) fn load(args: &Args) -> Result<Self, ExitCode> {
        let known = args.known_failures.as_deref().map(KnownFailures::load).transpose();
        let known = known.map_err(|error| refuse_known(&error))?.unwrap_or_default();
        let selected = selected(args).map_err(|error| refuse(&error))?;
        known.check_ids(&selected).map_err(|error| refuse_known(&error))?;
        let scenarios = wanted(args, selected);
        if scenarios.is_empty() && args.exec.is_none() {
            print_error(
                "error: no scenario is selected; `idxlab run --dry-run` lists every scenario with its id and address",
            );
            return Err(ExitCode::NothingSelected);
        }
        let org = args.org.as_deref().map(orgs::read).transpose().map_err(|error| {
            print_error(&orgs::refusal(&error));
            ExitCode::InvalidFile
        })?;
        Ok(Self { scenarios, known, org })
    }

    /// The output of `--dry-run`.
    pub(super) fn print(&self) -> ExitCode {
        let line = |scenario: &Scenario| {
            format!("{}\t{}\t{}\n", scenario.id, scenario.address, scenario.title)
        };
        print(&plain(&self.scenarios.iter().map(line).collect::<String>()));
        ExitCode::Passed
    }
}

/// Prints the mistakes of a known-failures file.
pub(super) fn refuse_known(error: &LoadError) -> ExitCode {
    refuse_with(error, "see `idxlab run --help` for the keys of a known-failures file")
}

fn selected(args: &Args) -> Result<Vec<Scenario>, LoadError> {
    if args.exec.is_some() {
        return Ok(Vec::new());
    }
    Selection { words: args.select.clone() }.load_with(orgs::check)
}

/// The selected scenarios that pass `--filter` and `--shard`.
fn wanted(args: &Args, selected: Vec<Scenario>) -> Vec<Scenario> {
    let wanted = selected.into_iter().filter(|scenario| is_selected(args, scenario)).collect();
    match args.shard {
        Some(shard) => shard.of(wanted),
        None => wanted,
    }
}

fn is_selected(args: &Args, scenario: &Scenario) -> bool {
    args.filter.as_ref().is_none_or(|text| {
        [&scenario.id, &scenario.address, &scenario.title]
            .iter()
            .any(|field| field.contains(text.as_str()))
    })
}
