//! What is to run: read from the words of the command line, with every mistake told.

use std::io::Write as _;

use idx_scenario::KnownFailures;
use idx_scenario::{LoadError, OrgChoice, Scenario, Selection};

use super::{Args, say};
use crate::commands::list::refuse;
use crate::commands::orgs;
use crate::exit_code::ExitCode;

/// It is whole: what is wrong has been told before there is one.
pub(super) struct Plan {
    pub(super) scenarios: Vec<Scenario>,
    pub(super) known: KnownFailures,
    pub(super) org: Option<OrgChoice>,
}

impl Plan {
    pub(super) fn load(args: &Args) -> Result<Self, ExitCode> {
        let known = args.known_failures.as_deref().map(KnownFailures::load).transpose();
        let known = known.map_err(|error| refuse(&error))?.unwrap_or_default();
        let scenarios = scenarios(args).map_err(|error| refuse(&error))?;
        if scenarios.is_empty() && args.exec.is_none() {
            say("error: nothing is selected; `idxlab list` shows every scenario");
            return Err(ExitCode::NothingSelected);
        }
        let org = args.org.as_deref().map(orgs::read).transpose().map_err(|error| {
            say(&orgs::refusal(&error));
            ExitCode::InvalidFile
        })?;
        Ok(Self { scenarios, known, org })
    }

    /// What `--dry-run` shows.
    pub(super) fn print(&self) -> ExitCode {
        let mut out = anstream::stdout().lock();
        for scenario in &self.scenarios {
            // A reader that has seen enough closes the pipe; that is no failure.
            if writeln!(out, "{}\t{}\t{}", scenario.id, scenario.address, scenario.title).is_err() {
                break;
            }
        }
        ExitCode::Passed
    }
}

fn scenarios(args: &Args) -> Result<Vec<Scenario>, LoadError> {
    if args.exec.is_some() {
        return Ok(Vec::new());
    }
    let all = Selection { words: args.select.clone() }.load_with(orgs::check)?;
    let wanted: Vec<_> = all.into_iter().filter(|scenario| is_wanted(args, scenario)).collect();
    Ok(match args.shard {
        Some(shard) => shard.of(wanted),
        None => wanted,
    })
}

fn is_wanted(args: &Args, scenario: &Scenario) -> bool {
    args.filter.as_ref().is_none_or(|text| {
        [&scenario.id, &scenario.address, &scenario.title]
            .iter()
            .any(|field| field.contains(text.as_str()))
    })
}
