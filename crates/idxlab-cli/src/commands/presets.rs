//! `idxlab presets`.

use std::io::Write as _;

use idx_server::presets;

use crate::exit_code::ExitCode;

/// Print one line a preset: its name and what it shows, with a tab between; or one preset's document.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The preset whose document is printed, as a start for one's own.
    name: Option<String>,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let mut out = anstream::stdout().lock();
    match args.name {
        None => {
            for preset in presets::ALL {
                // A reader that has seen enough closes the pipe; that is no failure.
                if writeln!(out, "{}\t{}", preset.name, preset.shows()).is_err() {
                    break;
                }
            }
            ExitCode::Passed
        }
        Some(name) => match presets::named(&name) {
            Some(preset) => {
                let _ = out.write_all(preset.text.as_bytes());
                ExitCode::Passed
            }
            None => {
                let names: Vec<&str> = presets::ALL.iter().map(|preset| preset.name).collect();
                let _ = writeln!(
                    anstream::stderr(),
                    "error: there is no preset {name:?}; the presets are {}",
                    names.join(", ")
                );
                ExitCode::Usage
            }
        },
    }
}
