//! `idxlab check`.

use std::path::{Path, PathBuf};

use idx_scenario::{LoadError, Selection, catalogue};
use idx_server::OrgDocument;

use super::list::refuse;
use super::orgs;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// Check scenarios and org documents without running them, and report every error with its line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, org documents, folders, scenario ids, or scenario addresses such as `email-code/sixth-answer` [default: all built-in scenarios].
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let selected = match Selected::among(args.select) {
        Ok(selected) => selected,
        Err(error) => return refuse(&error),
    };
    let mut code = ExitCode::Passed;
    for file in &selected.orgs {
        match OrgDocument::read_file(file) {
            Ok(document) => {
                for note in document.notes {
                    print(&format!("{}:{note}\n", file.display()));
                }
            }
            Err(error) => {
                print_error(&orgs::refusal(&error));
                code = ExitCode::InvalidFile;
            }
        }
    }
    let scenarios = match selected.scenarios.load_with(orgs::check) {
        Ok(_) if selected.is_orgs_only() => 0,
        Ok(scenarios) => scenarios.len(),
        Err(error) => return refuse(&error),
    };
    if code == ExitCode::Passed {
        print(&format!("{}, no mistakes\n", counted(scenarios, selected.orgs.len())));
        if scenarios + selected.orgs.len() == 0 {
            code = ExitCode::NothingSelected;
        }
    }
    code
}

/// The files and scenarios to check.
struct Selected {
    scenarios: Selection,
    orgs: Vec<PathBuf>,
}

impl Selected {
    /// Separates the org documents from the scenarios.
    fn among(words: Vec<String>) -> Result<Self, LoadError> {
        let (mut scenarios, mut orgs) = (Vec::new(), Vec::new());
        for word in words {
            let path = Path::new(&word);
            if !path.exists() {
                scenarios.push(word);
                continue;
            }
            let files = catalogue::files(path)?;
            let (documents, others): (Vec<_>, Vec<_>) =
                files.into_iter().partition(|file| catalogue::is_org_document(file));
            if documents.is_empty() {
                scenarios.push(word);
            } else {
                scenarios.extend(others.iter().map(|file| file.display().to_string()));
                orgs.extend(documents);
            }
        }
        Ok(Self { scenarios: Selection { words: scenarios }, orgs })
    }

    /// An empty selection of scenarios means all built-in ones, which nobody asked for here.
    fn is_orgs_only(&self) -> bool {
        self.scenarios.words.is_empty() && !self.orgs.is_empty()
    }
}

/// "2 scenarios and 1 org document".
fn counted(scenarios: usize, orgs: usize) -> String {
    let plural = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    };
    match (scenarios, orgs) {
        (_, 0) => plural(scenarios, "scenario"),
        (0, _) => plural(orgs, "org document"),
        _ => format!("{} and {}", plural(scenarios, "scenario"), plural(orgs, "org document")),
    }
}
