//! `idxlab merge`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use idx_runner::report::{MergeError, merge};

use super::run::exit_code;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};
use crate::report_file::ReportFile;

/// Merge the JSON reports of `run --shard` into one report. The exit code is the one that a single, unsharded run would return.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// JSON reports of the shards.
    #[arg(value_name = "FILE", required = true)]
    parts: Vec<PathBuf>,
    /// Write the merged report to this file [default: standard output].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Treat a flaky scenario as a failure.
    #[arg(long)]
    fail_on_flaky: bool,
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("failed to read the report {}: {source}", file.display())]
    Read { file: PathBuf, source: io::Error },
    #[error("failed to write the report {}: {source}", file.display())]
    Write { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

pub(crate) fn run(args: &Args) -> ExitCode {
    merge_files(args).unwrap_or_else(|error| {
        print_error(&format!("error: {error}"));
        ExitCode::InvalidFile
    })
}

fn merge_files(args: &Args) -> Result<ExitCode, Error> {
    let parts = args.parts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let merged = merge(&parts)?;
    let text = format!("{}\n", serde_json::to_string_pretty(&merged)?);
    match &args.output {
        Some(file) => {
            write(file, &text).map_err(|source| Error::Write { file: file.clone(), source })?;
        }
        None => print(&text),
    }
    let interrupted = if merged.interrupted { "; a shard was interrupted" } else { "" };
    print_error(&format!("{}{interrupted}", merged.counts.words()));
    // A scenario that did not run might have failed, or have been the only one to judge.
    let nothing_judged = merged.counts.nothing_judged().filter(|_| !merged.interrupted);
    Ok(match exit_code(&merged.counts, nothing_judged, args.fail_on_flaky) {
        ExitCode::Passed if merged.interrupted => ExitCode::Interrupted,
        code => code,
    })
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    let file = ReportFile::create(file)?;
    file.writer()?.write_all(text.as_bytes())?;
    file.finish()
}

/// The name of a report and its text.
fn read(file: &PathBuf) -> Result<(String, String), Error> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok((file.display().to_string(), text)),
        Err(source) => Err(Error::Read { file: file.clone(), source }),
    }
}
