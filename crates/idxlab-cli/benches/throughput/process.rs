//! Starts, measures (through /proc) and kills the two servers, which are child processes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::baseline::CANNED;
use crate::connection::Connection;
use crate::load::Stopwatch;
use crate::sign_up::{CODE, NUMBER, Recorded};

/// A running server. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: String,
    child: Child,
}

impl Server {
    /// Starts a server and waits for the line with its address.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("the output is piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the server prints its address");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON");
        let base_url = ready["baseUrl"].as_str().expect("the line contains baseUrl");
        let port = base_url.rsplit(':').next().expect("an address has a port");
        Self { address: format!("127.0.0.1:{port}"), child }
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("the server runs");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("Linux reports VmRSS");
        line.trim().trim_end_matches(" kB").parse().expect("a number of kB")
    }

    /// CPU time so far, in user mode and in the kernel.
    pub(crate) fn cpu_time(&self) -> Duration {
        cpu_time(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of this process.
pub(crate) fn own_cpu_time() -> Duration {
    cpu_time("self")
}

fn cpu_time(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux reports CPU time");
    // The name in the second field can contain spaces, so fields are counted after its closing parenthesis.
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 =
        fields[11].parse::<u64>().unwrap_or(0) + fields[12].parse::<u64>().unwrap_or(0);
    // A tick is 10 ms on every Linux that Rust runs on.
    Duration::from_millis(ticks * 10)
}

/// The median time from the start of the process to the end of its first response.
pub(crate) async fn median_start(times: usize, start: impl Fn() -> Server) -> Duration {
    let mut took = Vec::new();
    for _ in 0..times {
        let watch = Stopwatch::start();
        let server = start();
        let mut connection = Connection::open(&server.address).await;
        connection.post("/idp/idx/introspect", "application/json", 0, "{}").await;
        took.push(watch.elapsed());
    }
    took.sort();
    took[times / 2]
}

/// `idxlab serve` with this org.
pub(crate) fn idxlab(org: &TemporaryFile) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idxlab"));
    command
        .args(["serve", "--json", "--listen", "127.0.0.1:0", "--seed", "1", "--org"])
        .arg(&org.0);
    command
}

/// This program as the baseline.
pub(crate) fn baseline(canned: &TemporaryFile) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.env(CANNED, &canned.0);
    command
}

/// The default org, with one phone number whose code is known.
pub(crate) fn write_org() -> TemporaryFile {
    let document = format!(
        "preset = \"password-plus-another-factor\"\n\n[testCodes]\n\"{NUMBER}\" = \"{CODE}\"\n"
    );
    TemporaryFile::write("org.toml", &document)
}

/// The responses of the baseline.
pub(crate) fn write_canned(recorded: &[Recorded]) -> TemporaryFile {
    TemporaryFile::write(
        "canned.json",
        &serde_json::to_string(recorded).expect("recorded responses are text"),
    )
}

/// A file. Dropping it removes the file.
#[derive(Debug)]
pub(crate) struct TemporaryFile(PathBuf);

impl TemporaryFile {
    fn write(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("idxlab-bench-{}-{name}", std::process::id()));
        fs::write(&path, text).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
