//! `idxlab merge`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use idx_runner::report::merge::merge;

use super::run::exit_code;
use crate::exit_code::ExitCode;

/// Put the JSON reports of `run --shard` together; the exit code is that of the whole run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The reports of the parts.
    #[arg(value_name = "FILE", required = true)]
    parts: Vec<PathBuf>,
    /// Where the whole is written, in place of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Count *flaky* as a failure.
    #[arg(long)]
    fail_on_flaky: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match put_together(args) {
        Ok(code) => code,
        Err(reason) => {
            // Where standard error is closed, the exit code still tells.
            let _ = writeln!(anstream::stderr(), "error: {reason}");
            ExitCode::WrongFile
        }
    }
}

fn put_together(args: &Args) -> Result<ExitCode, String> {
    let parts = args.parts.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let whole = merge(&parts)?;
    let text = serde_json::to_string_pretty(&whole).map_err(|error| error.to_string())?;
    match &args.output {
        Some(path) => std::fs::write(path, format!("{text}\n"))
            .map_err(|reason| format!("{} could not be written: {reason}", path.display()))?,
        // A reader that has seen enough closes the pipe; that is no failure.
        None => drop(writeln!(anstream::stdout(), "{text}")),
    }
    let early = if whole.interrupted { "; a part was stopped early" } else { "" };
    let _ = writeln!(anstream::stderr(), "{}{early}", whole.counts.words());
    Ok(match exit_code(&whole.counts, args.fail_on_flaky) {
        // What did not run may have failed.
        ExitCode::Passed if whole.interrupted => ExitCode::Interrupted,
        code => code,
    })
}

fn read(path: &Path) -> Result<(String, String), String> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|reason| format!("{name} could not be read: {reason}"))?;
    Ok((name, text))
}
