//! Compares the emulator with a bare hyper server, which is the fastest possible server for the same requests.
//!
//! `cargo bench -p idxlab-cli --bench throughput` starts `idxlab serve` and a baseline: a bare hyper server that responds to the
//! same requests with recorded bodies of the same sizes. One load generator drives both: 16 concurrent users, each on one
//! connection, complete sign-ups one after the other, and every status is checked. It takes about a minute.

mod baseline;
mod connection;
mod load;
mod process;
mod report;
mod sign_up;
mod signature;

use std::time::Duration;

use crate::load::Load;
use crate::process::Server;
use crate::report::Measured;
use crate::sign_up::Tokens;

/// The number of concurrent users.
const USERS: usize = 16;
/// The number of rounds without and with tokens. The servers take turns, so that a busy machine slows both.
const ROUNDS: u32 = 3;
/// The duration of one turn.
const TURN: Duration = Duration::from_secs(4);
/// The number of starts of each server. The report contains the median duration.
const STARTS: usize = 9;

fn main() {
    if let Some(canned) = baseline::recorded_responses() {
        return baseline::serve(&canned);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the load generator");
    runtime.block_on(compare());
}

async fn compare() {
    let org = process::write_org();
    let canned = process::write_canned(&record(&org).await);
    let start_idxlab = || Server::start(process::idxlab(&org));
    let start_baseline = || Server::start(process::baseline(&canned));

    let mut idxlab = Measured::new("idxlab", process::median_start(STARTS, start_idxlab).await);
    let mut baseline =
        Measured::new("baseline", process::median_start(STARTS, start_baseline).await);
    let (idxlab_server, baseline_server) = (start_idxlab(), start_baseline());
    idxlab.idle_kib = idxlab_server.resident_kib();
    baseline.idle_kib = baseline_server.resident_kib();
    for round in 0..ROUNDS {
        for tokens in [Tokens::Without, Tokens::With] {
            for (measured, server) in
                [(&mut baseline, &baseline_server), (&mut idxlab, &idxlab_server)]
            {
                let load = Load { users: USERS, lasting: TURN, tokens, round };
                measured.add(tokens, load.drive(server).await);
            }
        }
    }
    idxlab.loaded_kib = idxlab_server.resident_kib();
    baseline.loaded_kib = baseline_server.resident_kib();
    report::print(&baseline, &idxlab, signature::time_of_one());
}

/// The responses of one sign-up with tokens, for the baseline.
async fn record(org: &process::TemporaryFile) -> Vec<sign_up::Recorded> {
    let server = Server::start(process::idxlab(org));
    let mut connection = connection::Connection::open(&server.address).await;
    let mut recorded = Vec::new();
    sign_up::run(&mut connection, "recorded", Tokens::With, |answer, _| {
        recorded.push(sign_up::Recorded::from(answer))
    })
    .await;
    recorded
}
