//! The figures, side by side, each as a ratio to the floor, and beside the aims.

use std::time::Duration;

use crate::load::Outcome;
use crate::sign_up::Tokens;

/// All that was measured of one server.
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

    /// The latency that this share of requests stays under, in microseconds.
    fn percentile(&self, tokens: Tokens, share: f64) -> f64 {
        let mut latencies = self.outcome(tokens).latencies.clone();
        latencies.sort_unstable();
        let at = (latencies.len() as f64 * share) as usize;
        latencies.get(at).map_or(0.0, |latency| latency.as_secs_f64() * 1e6)
    }

    /// Processor time of the server for one sign-up, in microseconds.
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

/// Prints the table and the aims.
#[expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]
pub(crate) fn print(floor: &Measured, idxlab: &Measured, signature: Duration) {
    println!("{:<44} {:>12} {:>12} {:>8}", "", floor.name, idxlab.name, "ratio");
    let line = |what: &str, of: &dyn Fn(&Measured) -> f64| {
        let (floor, idxlab) = (of(floor), of(idxlab));
        println!("{what:<44} {floor:>12.1} {idxlab:>12.1} {:>8.2}", idxlab / floor);
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
    line("start to first answer, ms", &|server| server.start.as_secs_f64() * 1e3);
    line("resident memory idle, MB", &|server| megabytes(server.idle_kib));
    line("sign-ups of the whole load", &|server| {
        f64::from(server.without.sign_ups + server.with.sign_ups)
    });
    line("resident memory after the load, MB", &|server| megabytes(server.loaded_kib));

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let signing = 2.0 * signature.as_secs_f64() * 1e6;
    let alone = ceiling(cores, floor.server_cpu(Tokens::With) + signing);
    let shared = ceiling(
        cores,
        floor.server_cpu(Tokens::With) + floor.generator_cpu(Tokens::With) + signing,
    );
    let rate = idxlab.sign_ups(Tokens::With);
    println!("\none RS256 signature {:.0} µs, {cores} cores", signing / 2.0);
    println!(
        "token ceiling, had the server the machine alone: {alone:.0} sign-ups/s, reached {:.2}",
        rate / alone
    );
    println!(
        "token ceiling, the generator's share taken off: {shared:.0} sign-ups/s, reached {:.2}",
        rate / shared
    );

    let ratio = idxlab.requests(Tokens::Without) / floor.requests(Tokens::Without);
    println!();
    aim("request rate without tokens, of the floor's", ratio, ">= 0.60", ratio >= 0.60);
    aim("sign-ups/s with tokens, of the ceiling", rate / shared, ">= 1.00", rate >= shared);
    let start = idxlab.start.as_secs_f64() * 1e3;
    aim("start to first answer, ms", start, "< 10", start < 10.0);
    aim(
        "resident memory idle, MB",
        megabytes(idxlab.idle_kib),
        "< 12",
        megabytes(idxlab.idle_kib) < 12.0,
    );
}

/// 85 % of the cores, divided by the processor time of one sign-up in microseconds.
fn ceiling(cores: usize, cpu: f64) -> f64 {
    0.85 * cores as f64 * 1e6 / cpu
}

#[expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]
fn aim(what: &str, found: f64, wanted: &str, reached: bool) {
    println!("{:<8} {what}: {found:.2} (aim {wanted})", if reached { "reached" } else { "missed" });
}
fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}
