//! How fast the emulator is beside the fastest thing that could answer the same requests.
//!
//! `cargo bench -p idxlab-cli --bench throughput` starts `idxlab serve` and a floor: a bare hyper server that answers the same
//! requests with canned bodies of the same sizes. The same load generator drives both, 16 people at once, each on one
//! connection, complete sign-ups one after the other, every status checked. It takes about a minute.

mod connection;
mod floor;
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

/// How many people sign up at once.
const PEOPLE: usize = 16;
/// How often each server is driven without and with tokens; the two take turns, so that a busy machine disturbs both.
const ROUNDS: u32 = 3;
/// How long one turn lasts.
const TURN: Duration = Duration::from_secs(4);
/// How often each server is started to see how long that takes; the median counts.
const STARTS: usize = 9;

fn main() {
    if let Some(canned) = floor::asked_for() {
        return floor::serve(&canned);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the load generator");
    runtime.block_on(compare());
}

async fn compare() {
    let org = process::write_org();
    let canned = process::write_canned(&record(&org).await);
    let start_idxlab = || Server::start(process::idxlab(&org));
    let start_floor = || Server::start(process::floor(&canned));

    let mut idxlab = Measured::new("idxlab", process::median_start(STARTS, start_idxlab).await);
    let mut floor = Measured::new("floor", process::median_start(STARTS, start_floor).await);
    let (idxlab_server, floor_server) = (start_idxlab(), start_floor());
    idxlab.idle_kib = idxlab_server.resident_kib();
    floor.idle_kib = floor_server.resident_kib();
    for round in 0..ROUNDS {
        for tokens in [Tokens::Without, Tokens::With] {
            for (measured, server) in [(&mut floor, &floor_server), (&mut idxlab, &idxlab_server)] {
                let load = Load { people: PEOPLE, lasting: TURN, tokens, round };
                measured.add(tokens, load.drive(server).await);
            }
        }
    }
    idxlab.loaded_kib = idxlab_server.resident_kib();
    floor.loaded_kib = floor_server.resident_kib();
    report::print(&floor, &idxlab, signature::time_of_one());
}

/// The answers of one sign-up with tokens, to be repeated by the floor.
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
