//! `idxlab schema`.

use std::io::Write as _;

use idx_runner::schema;
use idx_scenario::nearest;

use crate::exit_code::ExitCode;

/// Print a JSON Schema; without a name, what there is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `scenario`, `adapter` or `report`.
    name: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let text = match &args.name {
        None => schema::ALL.iter().map(|(name, what, _)| format!("{name}\t{what}\n")).collect(),
        Some(name) => match schema::find(name) {
            Some(text) => text.to_owned(),
            None => {
                // Where standard error is closed, the exit code still tells.
                let names: Vec<_> = schema::ALL.iter().map(|(name, ..)| *name).collect();
                let near = nearest(name, &names)
                    .map(|near| format!("did you mean `{near}`? "))
                    .unwrap_or_default();
                let _ = writeln!(
                    anstream::stderr(),
                    "error: there is no schema `{name}`; {near}`idxlab schema` lists them"
                );
                return ExitCode::Usage;
            }
        },
    };
    // A reader that has seen enough closes the pipe; that is no failure.
    let _ = anstream::stdout().write_all(text.as_bytes());
    ExitCode::Passed
}
