//! `idxlab run`.

mod place;
mod reports;
mod shard;
mod target;

use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use idx_conformance::event::{Counts, Event};
use idx_conformance::known::KnownFailures;
use idx_conformance::report::Reporter;
use idx_conformance::runner::{self, ClientChoice, Settings, quoted};
use idx_conformance::scenario::{LoadError, OrgChoice, Scenario, Selection};
use tokio::sync::{mpsc, watch};

use self::place::Opened;
use self::reports::ReportWish;
use self::shard::Shard;
use self::target::TargetArgs;
use super::list::refuse;
use super::orgs;
use crate::exit_code::ExitCode;

/// Run scenarios against an org of their own each, and judge what went over the wire.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, scenario ids or addresses; all built-in scenarios when there are none.
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
    /// Run every scenario through this adapter (see clients/README.md) in place of the built-in client.
    #[arg(long, value_name = "COMMAND")]
    client: Option<String>,
    /// Run this command beside one org, with IDXLAB_ISSUER and its kin set, and judge what it sent.
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["client", "target", "select", "shard", "retries"])]
    exec: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
    /// Run every scenario against this preset in place of its own org.
    #[arg(long, value_name = "PRESET")]
    org: Option<String>,
    /// Clients speak TLS, with an authority made for this run: adapters and commands find its PEM file in IDXLAB_CA.
    #[arg(long)]
    tls: bool,
    /// What everything drawn comes from; the same seed puts the same bytes on the wire [default: 1, and another one each time with --target, which keeps the
    /// people who signed up].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many scenarios run at once [default: the number of processors].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Run one part of the scenarios: `2/3` is the second of three. `idxlab merge` puts the reports together.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Write a report: terminal, json, junit, tap, html or github, to a file after `=`, else to standard output.
    #[arg(long, value_name = "KIND[=FILE]", value_parser = ReportWish::parse)]
    report: Vec<ReportWish>,
    /// A TOML file of `[[known]]` failures (id, client, version, reason, issue). An entry that passes fails the run.
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Run what fails again, up to this often; what passes then is *flaky*.
    #[arg(long, value_name = "N", default_value_t = 0)]
    retries: u32,
    /// Count *flaky* as a failure.
    #[arg(long)]
    fail_on_flaky: bool,
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

pub(crate) fn run(args: &Args) -> ExitCode {
    let (scenarios, known) = match args.load() {
        Ok(loaded) => loaded,
        Err(error) => return refuse(&error),
    };
    if scenarios.is_empty() && args.exec.is_none() {
        say("error: nothing is selected; `idxlab list` shows every scenario");
        return ExitCode::NothingSelected;
    }
    let org = args.org.clone().map(OrgChoice::Preset);
    if let Some(Err(refusal)) = org.as_ref().map(orgs::check) {
        say(&format!("error: --org: {refusal}"));
        return ExitCode::WrongFile;
    }
    if args.dry_run {
        return print_plan(&scenarios);
    }
    let reporters = match reports::open(&args.report) {
        Ok(reporters) => reporters,
        Err(reason) => {
            say(&format!("error: {reason}"));
            return ExitCode::Usage;
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(reason) => {
            say(&format!("error: no runtime could be started: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    let code =
        runtime.block_on(run_all(args, scenarios, known, reporters)).unwrap_or_else(|reason| {
            say(&format!("error: {reason}"));
            ExitCode::Unreachable
        });
    // A client that still writes must not keep the command waiting.
    runtime.shutdown_background();
    code
}

impl Args {
    fn load(&self) -> Result<(Vec<Scenario>, KnownFailures), LoadError> {
        let known = self
            .known_failures
            .as_deref()
            .map(KnownFailures::load)
            .transpose()?
            .unwrap_or_default();
        if self.exec.is_some() {
            return Ok((Vec::new(), known));
        }
        let scenarios = Selection { words: self.select.clone() }.load_with(orgs::check)?;
        let scenarios: Vec<_> =
            scenarios.into_iter().filter(|scenario| self.wants(scenario)).collect();
        Ok((
            self.shard.map_or_else(|| scenarios.clone(), |shard| shard.of(scenarios.clone())),
            known,
        ))
    }

    fn wants(&self, scenario: &Scenario) -> bool {
        self.filter.as_ref().is_none_or(|text| {
            [&scenario.id, &scenario.address, &scenario.title]
                .iter()
                .any(|field| field.contains(text.as_str()))
        })
    }

    fn settings(&self, opened: &Opened, client: ClientChoice, known: KnownFailures) -> Settings {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Settings {
            place: opened.place.clone(),
            client,
            tls: opened.tls.clone(),
            trust: opened.trust.clone(),
            seed: self.seed(),
            jobs: self.jobs.map_or(processors, NonZeroUsize::get),
            org: self.org.clone().map(OrgChoice::Preset),
            fail_fast: self.fail_fast,
            strict: self.strict,
            retries: self.retries,
            known,
            tamper: None,
            reproduce_with: self.reproduce_with(),
        }
    }

    fn seed(&self) -> u64 {
        let drawn = || if self.target.is_given() { idx_server::draw_seed() } else { 1 };
        self.seed.unwrap_or_else(drawn)
    }

    /// The words that a failure needs besides its address and the seed to be seen again.
    fn reproduce_with(&self) -> String {
        let mut words = String::new();
        let given = [("--org", self.org.clone()), ("--client", self.client.clone())];
        for (flag, value) in given.into_iter().chain(self.target.words()) {
            if let Some(value) = value {
                words.push_str(&format!(" {flag} {}", quoted(&value)));
            }
        }
        if let Some(file) = &self.known_failures {
            words.push_str(&format!(" --known-failures {}", quoted(&file.display().to_string())));
        }
        if self.strict {
            words.push_str(" --strict");
        }
        if self.tls {
            words.push_str(" --tls");
        }
        words
    }
}

async fn run_all(
    args: &Args,
    scenarios: Vec<Scenario>,
    known: KnownFailures,
    mut reporters: Vec<Box<dyn Reporter>>,
) -> Result<ExitCode, String> {
    let opened = place::open(args).await?;
    let client = place::client(args, &opened).await?;
    let (stop, stopped) = watch::channel(false);
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = stop.send(true);
        }
    });
    let (sender, mut events) = mpsc::unbounded_channel();
    let settings = args.settings(&opened, client, known);
    let running = match args.exec.clone() {
        Some(command) => {
            tokio::spawn(async move { runner::run_command(&command, &settings, sender).await })
        }
        None => {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                runner::run(scenarios, settings, sender, stopped).await;
                Ok(())
            })
        }
    };
    let mut outcome = Counts::default();
    while let Some(event) = events.recv().await {
        if let Event::ScenarioFinished(result) = &event {
            outcome.add(result.verdict);
        }
        for reporter in &mut reporters {
            if let Err(reason) = reporter.on(&event)
                && reason.kind() != io::ErrorKind::BrokenPipe
            {
                say(&format!("error: a report could not be written: {reason}"));
            }
        }
    }
    interrupt.abort();
    running.await.map_err(|error| format!("the run ended early: {error}"))??;
    let interrupted = *stopped.borrow();
    Ok(if interrupted { ExitCode::Interrupted } else { exit_code(&outcome, args.fail_on_flaky) })
}

/// What the counts of a run mean for whoever called.
pub(crate) fn exit_code(counts: &Counts, fail_on_flaky: bool) -> ExitCode {
    if counts.broken > 0 {
        ExitCode::WrongFile
    } else if counts.failed > 0 || (fail_on_flaky && counts.flaky > 0) {
        ExitCode::Failed
    } else {
        ExitCode::Passed
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
