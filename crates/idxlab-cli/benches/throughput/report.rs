//! Prints the measurements of both servers, their ratio and the targets.

use std::time::Duration;

use crate::load::Outcome;
use crate::sign_up::Tokens;

/// All measurements of one server.
#[derive(Debug)]
pub(crate) struct Measured {
    name: &'static str,
    start: Duration,
    pub(crate) idle_kib: u64,
    pub(crate) loaded_kib: u64,
    without: Outcome,
    with: Outcome,
}

impl Measured {
    pub(crate) fn new(name: &'static str, start: Duration) -> Self {
        Self {
            name,
            start,
            idle_kib: 0,
            loaded_kib: 0,
            without: Outcome::default(),
            with: Outcome::default(),
        }
    }

    pub(crate) fn add(&mut self, tokens: Tokens, outcome: Outcome) {
        match tokens {
            Tokens::Without => self.without.add(outcome),
            Tokens::With => self.with.add(outcome),
        }
    }

    fn sign_ups(&self, tokens: Tokens) -> f64 {
        let outcome = self.outcome(tokens);
        f64::from(outcome.sign_ups) / outcome.took.as_secs_f64()
    }

    fn requests(&self, tokens: Tokens) -> f64 {
        self.sign_ups(tokens) * f64::from(tokens.requests())
    }

    /// The latency that this share of the requests does not exceed, in microseconds.
    fn percentile(&self, tokens: Tokens, share: f64) -> f64 {
        let mut latencies = self.outcome(tokens).latencies.clone();
        latencies.sort_unstable();
        let at = (latencies.len() as f64 * share) as usize;
        latencies.get(at).map_or(0.0, |latency| latency.as_secs_f64() * 1e6)
    }

    /// CPU time of the server per sign-up, in microseconds.
    fn server_cpu(&self, tokens: Tokens) -> f64 {
        let outcome = self.outcome(tokens);
        outcome.server_cpu.as_secs_f64() * 1e6 / f64::from(outcome.sign_ups)
    }

    fn generator_cpu(&self, tokens: Tokens) -> f64 {
        let outcome = self.outcome(tokens);
        outcome.generator_cpu.as_secs_f64() * 1e6 / f64::from(outcome.sign_ups)
    }

    fn outcome(&self, tokens: Tokens) -> &Outcome {
        match tokens {
            Tokens::Without => &self.without,
            Tokens::With => &self.with,
        }
    }
}

/// Prints the table and the targets.
#[expect(clippy::print_stdout, reason = "a benchmark prints its measurements")]
pub(crate) fn print(baseline: &Measured, idxlab: &Measured, signature: Duration) {
    println!("{:<44} {:>12} {:>12} {:>8}", "", baseline.name, idxlab.name, "ratio");
    let line = |what: &str, of: &dyn Fn(&Measured) -> f64| {
        let (baseline, idxlab) = (of(baseline), of(idxlab));
        println!("{what:<44} {baseline:>12.1} {idxlab:>12.1} {:>8.2}", idxlab / baseline);
    };
    for (tokens, name) in [(Tokens::Without, "without tokens"), (Tokens::With, "with tokens")] {
        line(&format!("requests/s, {name}"), &|server| server.requests(tokens));
        line(&format!("sign-ups/s, {name}"), &|server| server.sign_ups(tokens));
        line(&format!("p50 of a request, {name}, µs"), &|server| server.percentile(tokens, 0.50));
        line(&format!("p99 of a request, {name}, µs"), &|server| server.percentile(tokens, 0.99));
        line(&format!("server CPU for a sign-up, {name}, µs"), &|server| {
            server.server_cpu(tokens)
        });
        line(&format!("generator CPU for a sign-up, {name}, µs"), &|server| {
            server.generator_cpu(tokens)
        });
    }
    line("start to first response, ms", &|server| server.start.as_secs_f64() * 1e3);
    line("resident memory idle, MB", &|server| megabytes(server.idle_kib));
    line("sign-ups of the whole load", &|server| {
        f64::from(server.without.sign_ups + server.with.sign_ups)
    });
    line("resident memory after the load, MB", &|server| megabytes(server.loaded_kib));

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let signing = 2.0 * signature.as_secs_f64() * 1e6;
    let alone = ceiling(cores, baseline.server_cpu(Tokens::With) + signing);
    let shared = ceiling(
        cores,
        baseline.server_cpu(Tokens::With) + baseline.generator_cpu(Tokens::With) + signing,
    );
    let rate = idxlab.sign_ups(Tokens::With);
    println!("\none RS256 signature {:.0} µs, {cores} cores", signing / 2.0);
    println!(
        "token limit if the server had the machine alone: {alone:.0} sign-ups/s, reached {:.2}",
        rate / alone
    );
    println!(
        "token limit without the generator's share: {shared:.0} sign-ups/s, reached {:.2}",
        rate / shared
    );

    let ratio = idxlab.requests(Tokens::Without) / baseline.requests(Tokens::Without);
    println!();
    aim("request rate without tokens, relative to the baseline", ratio, ">= 0.60", ratio >= 0.60);
    aim("sign-ups/s with tokens, relative to the limit", rate / shared, ">= 1.00", rate >= shared);
    let start = idxlab.start.as_secs_f64() * 1e3;
    aim("start to first response, ms", start, "< 10", start < 10.0);
    aim(
        "resident memory idle, MB",
        megabytes(idxlab.idle_kib),
        "< 12",
        megabytes(idxlab.idle_kib) < 12.0,
    );
}

/// 85% of the cores, divided by the CPU time of one sign-up in microseconds.
fn ceiling(cores: usize, cpu: f64) -> f64 {
    0.85 * cores as f64 * 1e6 / cpu
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its measurements")]
fn aim(what: &str, found: f64, wanted: &str, reached: bool) {
    println!(
        "{:<8} {what}: {found:.2} (target {wanted})",
        if reached { "reached" } else { "missed" }
    );
}
fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}
