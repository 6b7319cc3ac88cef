//! Compares the harness with Hurl for the same work: 200 scenarios of 8 requests with 3 expectations each, with JUnit and HTML reports.
//!
//! `cargo bench -p idxlab-cli --bench hurl` writes every scenario in both languages and runs both programs as whole processes that take turns, each with its
//! default number of jobs. Both drive the emulator. `idxlab run` also starts the emulator, creates an org and a proxy for each scenario, and judges each
//! exchange by all rules. Hurl uses a server that is already running, with one org for all users. The output of each program shows that it did the work.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints its measurements"
)]

mod tools;
mod work;

use std::process::ExitCode;
use std::time::Duration;

use tools::{Hurl, Idxlab, Server};
use work::Work;

/// The number of measured rounds. One more round before them warms the caches.
const ROUNDS: usize = 9;
/// The maximum time of idxlab, relative to Hurl's.
const WANTED: f64 = 1.0;

fn main() -> ExitCode {
    match compare() {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<ExitCode, String> {
    let hurl = Hurl::find()?;
    let work =
        Work::write().map_err(|error| format!("the scenarios cannot be written: {error}"))?;
    let server = Server::start()?;
    let idxlab = Idxlab;
    println!("{}, and {}", work.summary(), hurl.version());

    let (mut of_idxlab, mut of_hurl) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        // The order alternates, so that neither program benefits from the caches of the other.
        let (idxlab, hurl) = if round % 2 == 0 {
            let first = idxlab.run(&work, round)?;
            (first, hurl.run(&work, round, &server)?)
        } else {
            let first = hurl.run(&work, round, &server)?;
            (idxlab.run(&work, round)?, first)
        };
        if round > 0 {
            of_idxlab.push(idxlab);
            of_hurl.push(hurl);
        }
    }
    let (idxlab, hurl) = (line("idxlab", &mut of_idxlab), line("hurl", &mut of_hurl));
    let ratio = idxlab / hurl;
    let word = if ratio <= WANTED { "reached" } else { "missed" };
    println!("{word:<8} median of idxlab, relative to Hurl: {ratio:.2} (target <= {WANTED:.2})");
    Ok(if ratio <= WANTED { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the measurements of one program and returns the median in seconds.
fn line(name: &str, took: &mut [Duration]) -> f64 {
    took.sort_unstable();
    let seconds = |place: usize| took[place].as_secs_f64();
    let median = seconds(took.len() / 2);
    println!(
        "{name:<8} median {median:.3} s, {:.3} to {:.3} s of {} rounds",
        seconds(0),
        seconds(took.len() - 1),
        took.len()
    );
    median
}
