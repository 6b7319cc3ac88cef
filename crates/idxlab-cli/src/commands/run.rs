//! `idxlab run`.

mod place;
mod plan;
mod reports;
mod session;
mod shard;
mod target;
mod watching;

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use idx_runner::runner::{ClientChoice, Settings, quoted};
use tokio::runtime::Runtime;
use tokio::sync::watch;

pub(crate) use self::session::exit_code;

use self::place::Opened;
use self::plan::Plan;
use self::reports::ReportWish;
use self::shard::Shard;
use self::target::TargetArgs;
use crate::exit_code::ExitCode;

const EXIT_CODES: &str = "\
Exit codes:
  0    all passed; what is unsupported or skipped counts for nothing
  1    a scenario failed, or a known failure passed
  2    the command line is wrong, or a report could not be written
  3    a scenario, org or known-failures file is wrong
  4    the target or the client could not be reached or started
  5    nothing was selected
  130  interrupted, with what ran reported first";

/// Run scenarios against an org of their own each, and judge what went over the wire.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_CODES)]
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
    /// Run every scenario against this preset, or the org document in this file, in place of its own org.
    #[arg(long, value_name = "PRESET|FILE")]
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
    /// Run again whenever one of the scenario files or folders, the known-failures file or the org's file changes, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["exec", "shard", "dry_run"])]
    watch: bool,
    /// Print what would run, and run nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(reason) => {
            say(&format!("error: no runtime could be started: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    let stop = interrupt(&runtime);
    let code =
        if args.watch { watching::run(args, &runtime, stop) } else { once(args, &runtime, stop) };
    // A client that still writes must not keep the command waiting.
    runtime.shutdown_background();
    code
}

/// Becomes true when a person presses Ctrl-C.
fn interrupt(runtime: &Runtime) -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = stop.send(true);
        }
    });
    stopped
}

/// Reads what is to run, and runs it.
fn once(args: &Args, runtime: &Runtime, stop: watch::Receiver<bool>) -> ExitCode {
    let plan = match Plan::load(args) {
        Ok(plan) => plan,
        Err(code) => return code,
    };
    if args.dry_run {
        return plan.print();
    }
    let reports = match reports::open(&args.report) {
        Ok(reports) => reports,
        Err(reason) => {
            say(&format!("error: {reason}"));
            return ExitCode::Usage;
        }
    };
    runtime.block_on(session::play(args, plan, reports, stop)).unwrap_or_else(|reason| {
        say(&format!("error: {reason}"));
        ExitCode::Unreachable
    })
}

impl Args {
    fn settings(&self, opened: &Opened, client: ClientChoice, plan: &Plan) -> Settings {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Settings {
            place: opened.place.clone(),
            client,
            tls: opened.tls.clone(),
            trust: opened.trust.clone(),
            seed: self.seed(),
            jobs: self.jobs.map_or(processors, NonZeroUsize::get),
            org: plan.org.clone(),
            fail_fast: self.fail_fast,
            strict: self.strict,
            retries: self.retries,
            known: plan.known.clone(),
            tamper: None,
            part: self.shard.map(Shard::part),
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

fn say(text: &str) {
    // Where standard error is closed, the exit code still tells.
    let _ = writeln!(anstream::stderr(), "{text}");
}
