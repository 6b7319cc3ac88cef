//! The options of `idxlab run`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use idx_runner::quoted;

use super::reports::ReportOption;
use super::shard::Shard;
use super::target::TargetArgs;

const EXIT_CODES: &str = "\
Exit codes:
  0    all scenarios passed; unsupported and skipped scenarios do not count
  1    a scenario failed, or a known failure passed
  2    the command line is invalid, or a report could not be written
  3    a scenario, org or known-failures file is invalid
  4    the target or the client could not be reached or started
  5    no scenario was selected, no requests were recorded, or every scenario was skipped (the target cannot run it) or
       unsupported (the client cannot perform a step)
  130  stopped by SIGINT, SIGTERM or SIGHUP; the reports contain the scenarios that finished";

/// Run conformance scenarios against a client or, with `--target`, a server. Each scenario runs against its own org. idxlab records the traffic and
/// checks it against the rules that `idxlab explain` lists.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Files, folders, scenario ids, or scenario addresses such as `email-code/sixth-answer` [default: all built-in scenarios].
    #[arg(value_name = "PATH|ADDRESS")]
    pub(super) select: Vec<String>,
    /// Test the client behind this adapter command (see clients/README.md) instead of the built-in client.
    #[arg(long, value_name = "COMMAND")]
    pub(super) client: Option<String>,
    /// Run this command, for example an end-to-end test suite, against one org and judge its traffic. The command finds the org in IDXLAB_ISSUER
    /// and the other IDXLAB_… variables.
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["client", "target", "select", "shard", "retries"])]
    pub(super) exec: Option<String>,
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Use this preset, or the org document in this file, instead of the org of each scenario.
    #[arg(long, value_name = "PRESET|FILE")]
    pub(super) org: Option<String>,
    /// Serve HTTPS with a CA created for this run. Adapters and commands find the CA's PEM file in IDXLAB_CA.
    #[arg(long)]
    pub(super) tls: bool,
    /// Set the random seed. The same seed reproduces the same codes, handles, ids and tokens [default: 1; with --target, a new seed for each run,
    /// because the target keeps its users].
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Run this many scenarios at a time [default: the number of processors].
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Run one shard of the scenarios: `2/3` is the second of three shards. `idxlab merge` merges their reports.
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
    /// Write a report of this kind: terminal, json, junit, tap, html or github. Without `=FILE`, the report is written to standard
    /// output. The file appears when the report is complete.
    #[arg(long, value_name = "KIND[=FILE]", value_parser = ReportOption::parse)]
    pub(super) report: Vec<ReportOption>,
    /// Read known failures from this TOML file. It contains `[[known]]` tables (id, client, version, failure, reason, issue). `client` is the name that
    /// the adapter sends in its first message, or `wire` for the built-in client. If an entry sets `failure` (text from the failure, such as a rule's id),
    /// it covers only failures that contain that text. If a known failure passes, the run fails.
    #[arg(long, value_name = "FILE")]
    pub(super) known_failures: Option<PathBuf>,
    /// Retry a failed scenario up to this many times. If a retry passes, the scenario is reported as flaky.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) retries: u32,
    /// Treat a flaky scenario as a failure.
    #[arg(long)]
    pub(super) fail_on_flaky: bool,
    /// Run only scenarios whose id, address or title contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,
    /// Stop at the first failure.
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Treat a violation at level `should` as a failure. By default, it is a warning.
    #[arg(long)]
    pub(super) strict: bool,
    /// Run again each time a scenario, the org document or the known-failures file changes, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["exec", "shard", "dry_run"])]
    pub(super) watch: bool,
    /// List the selected scenarios without running them.
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl Args {
    pub(super) fn seed(&self) -> u64 {
        let default = || if self.target.is_given() { idx_server::draw_seed() } else { 1 };
        self.seed.unwrap_or_else(default)
    }

    /// The options that reproduce a failure, besides its address and the seed.
    pub(super) fn reproduce_with(&self) -> String {
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
