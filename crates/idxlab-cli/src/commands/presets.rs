//! `idxlab presets`.

use std::fmt::Write as _;

use idx_server::presets;

use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// List the presets, one per line: name and summary, separated by a tab. With a name, print that preset's document.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print this preset's document, as a starting point for your own.
    name: Option<String>,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let Some(name) = args.name else {
        let lines = presets::ALL.iter().fold(String::new(), |mut lines, preset| {
            // Writing to a String does not fail.
            let _ = writeln!(lines, "{}\t{}", preset.name, preset.summary());
            lines
        });
        print(&lines);
        return ExitCode::Passed;
    };
    match presets::named(&name) {
        Ok(preset) => {
            print(preset.text);
            ExitCode::Passed
        }
        Err(unknown) => {
            print_error(&format!("error: {unknown}"));
            ExitCode::Usage
        }
    }
}
