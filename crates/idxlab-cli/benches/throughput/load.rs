//! The load generator: concurrent users, each of whom signs up repeatedly until the time is over.

use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::process::{Server, own_cpu_time};
use crate::sign_up::{self, Tokens};

/// The load of one turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) users: usize,
    pub(crate) lasting: Duration,
    pub(crate) tokens: Tokens,
    /// The number of the round. It makes the email addresses of each turn unique.
    pub(crate) round: u32,
}

/// The measurements of one or more turns.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) sign_ups: u32,
    pub(crate) took: Duration,
    pub(crate) latencies: Vec<Duration>,
    /// CPU time of the server.
    pub(crate) server_cpu: Duration,
    /// CPU time of the generator, which shares the machine with the server.
    pub(crate) generator_cpu: Duration,
}

impl Outcome {
    pub(crate) fn add(&mut self, other: Self) {
        self.sign_ups += other.sign_ups;
        self.took += other.took;
        self.latencies.extend(other.latencies);
        self.server_cpu += other.server_cpu;
        self.generator_cpu += other.generator_cpu;
    }
}

impl Load {
    pub(crate) async fn drive(self, server: &Server) -> Outcome {
        let (server_before, own_before, watch) =
            (server.cpu_time(), own_cpu_time(), Stopwatch::start());
        let mut users = tokio::task::JoinSet::new();
        for user in 0..self.users {
            let address = server.address.clone();
            users.spawn(async move { self.sign_up_repeatedly(&address, user).await });
        }
        let mut outcome = Outcome::default();
        for (sign_ups, latencies) in users.join_all().await {
            outcome.sign_ups += sign_ups;
            outcome.latencies.extend(latencies);
        }
        outcome.took = watch.elapsed();
        outcome.server_cpu = server.cpu_time().saturating_sub(server_before);
        outcome.generator_cpu = own_cpu_time().saturating_sub(own_before);
        outcome
    }

    async fn sign_up_repeatedly(self, address: &str, user: usize) -> (u32, Vec<Duration>) {
        let mut connection = Connection::open(address).await;
        let (mut sign_ups, mut latencies, watch) = (0, Vec::new(), Stopwatch::start());
        while watch.elapsed() < self.lasting {
            let name = format!("{:?}-{}-{user}-{sign_ups}", self.tokens, self.round);
            sign_up::run(&mut connection, &name, self.tokens, |_, took| latencies.push(took)).await;
            sign_ups += 1;
        }
        (sign_ups, latencies)
    }
}

/// Measures real time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "a benchmark measures real time, and no result of the servers depends on it"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
