//! `idxlab run`.

mod plan;
mod reports;
mod session;
mod setup;
mod shard;
mod target;
mod watching;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use idx_runner::runner::{ClientChoice, Settings, quoted};
use tokio::runtime::Runtime;
use tokio::sync::watch;

pub(crate) use self::session::exit_code;

use self::plan::Plan;
use self::reports::ReportOption;
use self::setup::Setup;
use self::shard::Shard;
use self::target::TargetArgs;
use crate::exit_code::ExitCode;
use crate::output::print_error;

const EXIT_CODES: &str = "\
Exit codes:
  0    all scenarios passed; unsupported and skipped scenarios do not count
  1    a scenario failed, or a known failure passed
  2    the command line is invalid, or a report could not be written
  3    a scenario, org or known-failures file is invalid
  4    the target or the client could not be reached or started
  5    no scenario was selected
  130  interrupted; the reports contain the scenarios that finished";

/// Run conformance scenarios against a client. Each scenario uses an org of its own, and the recorded traffic is judged.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Files, folders, scenario ids or addresses [default: all built-in scenarios].
    #[arg(value_name = "PATH|ADDRESS")]
    select: Vec<String>,
    /// Test the client behind this adapter command (see clients/README.md) instead of the built-in client.
    #[arg(long, value_name = "COMMAND")]
    client: Option<String>,
    /// Run this command, for example an end-to-end test suite, against one org and judge its traffic. The command finds the org in IDXLAB_ISSUER
    /// and the other IDXLAB_… variables.
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["client", "target", "select", "shard", "retries"])]
    exec: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
    /// Use this preset, or the org document in this file, instead of the org of each scenario.
    #[arg(long, value_name = "PRESET|FILE")]
    org: Option<String>,
    /// Serve HTTPS with a CA created for this run. Adapters and commands find the CA's PEM file in IDXLAB_CA.
    #[arg(long)]
    tls: bool,
    /// Set the random seed. The same seed reproduces the same bytes [default: 1; with --target, a new seed for each run, because the target keeps its
    /// users].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Run this many scenarios at a time [default: the number of processors].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Run one shard of the scenarios: `2/3` is the second of three shards. `idxlab merge` merges their reports.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Write a report of this kind: terminal, json, junit, tap, html or github. Without `=FILE`, it goes to standard output.
    #[arg(long, value_name = "KIND[=FILE]", value_parser = ReportOption::parse)]
    report: Vec<ReportOption>,
    /// Read known failures from this TOML file of `[[known]]` tables (id, client, version, reason, issue). If a known failure passes, the run fails.
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Retry a failed scenario up to this many times. If a retry passes, the scenario is *flaky*.
    #[arg(long, value_name = "N", default_value_t = 0)]
    retries: u32,
    /// Treat a *flaky* scenario as a failure.
    #[arg(long)]
    fail_on_flaky: bool,
    /// Run only scenarios whose id, address or title contains this text.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Stop at the first failure.
    #[arg(long)]
    fail_fast: bool,
    /// Treat a failed *should* as a failure.
    #[arg(long)]
    strict: bool,
    /// Run again each time a scenario, the org document or the known-failures file changes, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["exec", "shard", "dry_run"])]
    watch: bool,
    /// List the selected scenarios without running them.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(reason) => {
            print_error(&format!("error: failed to start threads: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    let stop = interrupt(&runtime);
    let code =
        if args.watch { watching::run(args, &runtime, stop) } else { once(args, &runtime, stop) };
    // A client that is still writing must not delay the exit.
    runtime.shutdown_background();
    code
}

/// Becomes true when the user presses Ctrl-C.
fn interrupt(runtime: &Runtime) -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = stop.send(true);
        }
    });
    stopped
}

/// Loads the plan and runs it once.
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
        Err(error) => {
            print_error(&format!("error: {error}"));
            return ExitCode::Usage;
        }
    };
    runtime.block_on(session::run(args, plan, reports, stop)).unwrap_or_else(|error| {
        print_error(&format!("error: {error}"));
        ExitCode::Unreachable
    })
}

impl Args {
    fn settings(&self, setup: &Setup, client: ClientChoice, plan: &Plan) -> Settings {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Settings {
            place: setup.place.clone(),
            client,
            tls: setup.tls.clone(),
            trust: setup.trust.clone(),
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
        let default = || if self.target.is_given() { idx_server::draw_seed() } else { 1 };
        self.seed.unwrap_or_else(default)
    }

    /// The options that reproduce a failure, besides its address and the seed.
    fn reproduce_with(&self) -> String {
        let mut words = String::new();
        let options = [("--org", self.org.clone()), ("--client", self.client.clone())];
        for (flag, value) in options.into_iter().chain(self.target.words()) {
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
