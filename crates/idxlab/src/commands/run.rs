//! `idxlab run`.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use idx_conformance::event::{Counts, Event};
use idx_conformance::report::Reporter;
use idx_conformance::report::json::JsonReport;
use idx_conformance::report::terminal::TerminalReport;
use idx_conformance::runner::{self, Settings};
use idx_conformance::scenario::{OrgChoice, Scenario, Selection};
use tokio::sync::{mpsc, watch};

use super::list::refuse;
use crate::exit_code::ExitCode;

/// Run scenarios against an org of their own each, and judge what went over the wire.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, scenario ids or addresses; all built-in scenarios when there are none.
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
    /// Run every scenario against this preset in place of its own org.
    #[arg(long, value_name = "PRESET")]
    org: Option<String>,
    /// What everything drawn comes from; the same seed puts the same bytes on the wire.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many scenarios run at once [default: the number of processors].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Write a report: `terminal` or `json`, to a file after `=`, else to standard output. May be given more than once.
    #[arg(long, value_name = "KIND[=FILE]", value_parser = ReportWish::parse)]
    report: Vec<ReportWish>,
    /// Only scenarios whose id, address or title contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Stop at the first failure.
    #[arg(long)]
    fail_fast: bool,
    /// Count a failed *should* as a failure.
    #[arg(long)]
    strict: bool,
    /// Print what would run, and run nothing.
    #[arg(long)]
    dry_run: bool,
}

/// One `--report`.
#[derive(Debug, Clone)]
struct ReportWish {
    kind: ReportKind,
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportKind {
    Terminal,
    Json,
}

impl ReportWish {
    fn parse(text: &str) -> Result<Self, String> {
        let (kind, file) = text
            .split_once('=')
            .map_or((text, None), |(kind, file)| (kind, Some(PathBuf::from(file))));
        let kind = match kind {
            "terminal" => ReportKind::Terminal,
            "json" => ReportKind::Json,
            other => return Err(format!("there is no report `{other}`; write terminal or json")),
        };
        Ok(Self { kind, file })
    }

    fn open(&self) -> io::Result<Box<dyn Reporter>> {
        let out: Box<dyn Write> = match &self.file {
            Some(path) => {
                Box::new(io::BufWriter::new(anstream::StripStream::new(File::create(path)?)))
            }
            None => Box::new(anstream::stdout()),
        };
        let progress = self.file.is_none() && io::stdout().is_terminal();
        Ok(match self.kind {
            ReportKind::Terminal => Box::new(TerminalReport::new(out, progress)),
            ReportKind::Json => Box::new(JsonReport::new(out)),
        })
    }
}

pub(crate) fn run(args: Args) -> ExitCode {
    let scenarios = match (Selection { words: args.select.clone() }).load() {
        Ok(scenarios) => scenarios,
        Err(error) => return refuse(&error),
    };
    let scenarios: Vec<_> = scenarios.into_iter().filter(|scenario| args.wants(scenario)).collect();
    if scenarios.is_empty() {
        say("error: nothing is selected; `idxlab list` shows every scenario");
        return ExitCode::NothingSelected;
    }
    if args.dry_run {
        return print_plan(&scenarios);
    }
    let reporters = match args.open_reports() {
        Ok(reporters) => reporters,
        Err(reason) => {
            say(&format!("error: {reason}"));
            return ExitCode::Usage;
        }
    };
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(run_all(&args, scenarios, reporters)),
        Err(reason) => {
            say(&format!("error: no runtime could be started: {reason}"));
            ExitCode::Unreachable
        }
    }
}

impl Args {
    fn wants(&self, scenario: &Scenario) -> bool {
        self.filter.as_ref().is_none_or(|text| {
            [&scenario.id, &scenario.address, &scenario.title]
                .iter()
                .any(|field| field.contains(text.as_str()))
        })
    }

    /// The terminal report stands by itself unless another one wants standard output.
    fn open_reports(&self) -> Result<Vec<Box<dyn Reporter>>, String> {
        let mut wishes = self.report.clone();
        if wishes.iter().all(|wish| wish.file.is_some()) {
            wishes.push(ReportWish { kind: ReportKind::Terminal, file: None });
        }
        wishes
            .iter()
            .map(|wish| {
                wish.open().map_err(|reason| {
                    let file = wish
                        .file
                        .as_deref()
                        .unwrap_or(std::path::Path::new("standard output"))
                        .display();
                    format!("the report file {file} could not be written: {reason}")
                })
            })
            .collect()
    }

    fn settings(&self, control_url: String) -> Settings {
        let org = self.org.as_ref();
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Settings {
            control_url,
            seed: self.seed,
            jobs: self.jobs.map_or(processors, NonZeroUsize::get),
            org: org.map(|name| OrgChoice::Preset(name.clone())),
            fail_fast: self.fail_fast,
            strict: self.strict,
            reproduce_with: org.map(|name| format!(" --org {name}")).unwrap_or_default(),
        }
    }
}

async fn run_all(
    args: &Args,
    scenarios: Vec<Scenario>,
    mut reporters: Vec<Box<dyn Reporter>>,
) -> ExitCode {
    let emulator = match start_emulator().await {
        Ok(emulator) => emulator,
        Err(reason) => {
            say(&format!("error: the emulator could not be started: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    let (stop, stopped) = watch::channel(false);
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = stop.send(true);
        }
    });
    let (sender, mut events) = mpsc::unbounded_channel();
    let settings = args.settings(emulator.control_url().to_owned());
    let running = tokio::spawn(runner::run(scenarios, settings, sender, stopped.clone()));
    let mut outcome = Outcome::default();
    while let Some(event) = events.recv().await {
        outcome.take(&event);
        for reporter in &mut reporters {
            if let Err(reason) = reporter.on(&event)
                && reason.kind() != io::ErrorKind::BrokenPipe
            {
                say(&format!("error: a report could not be written: {reason}"));
            }
        }
    }
    let _ = running.await;
    interrupt.abort();
    outcome.exit_code(*stopped.borrow())
}

/// The one place that knows the emulator's library face.
async fn start_emulator() -> Result<idxlab::Emulator, String> {
    idxlab::Emulator::start().await.map_err(|error| error.to_string())
}

/// What the exit code is made of.
#[derive(Debug, Default)]
struct Outcome {
    counts: Counts,
}

impl Outcome {
    fn take(&mut self, event: &Event) {
        if let Event::ScenarioFinished(result) = event {
            self.counts.add(result.verdict);
        }
    }

    fn exit_code(&self, interrupted: bool) -> ExitCode {
        if interrupted {
            ExitCode::Interrupted
        } else if self.counts.broken > 0 {
            ExitCode::WrongFile
        } else if self.counts.failed > 0 {
            ExitCode::Failed
        } else {
            ExitCode::Passed
        }
    }
}

fn print_plan(scenarios: &[Scenario]) -> ExitCode {
    let mut out = anstream::stdout().lock();
    for scenario in scenarios {
        // A reader that has seen enough closes the pipe; that is no failure.
        if writeln!(out, "{}\t{}\t{}", scenario.id, scenario.address, scenario.title).is_err() {
            break;
        }
    }
    ExitCode::Passed
}

fn say(text: &str) {
    // Where standard error is closed, the exit code still tells.
    let _ = writeln!(anstream::stderr(), "{text}");
}
