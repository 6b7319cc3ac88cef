//! The two servers as child processes: started, measured through /proc, killed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::connection::Connection;
use crate::floor::CANNED;
use crate::load::Stopwatch;
use crate::sign_up::{CODE, NUMBER, Recorded};

/// A running server; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: String,
    child: Child,
}

impl Server {
    /// Starts a server and waits for the line that says where it is.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("the output is piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the server says where it is");
        let ready: serde_json::Value =
            serde_json::from_str(&line).expect("the server says so in JSON");
        let base_url = ready["baseUrl"].as_str().expect("the server names its address");
        let port = base_url.rsplit(':').next().expect("an address has a port");
        Self { address: format!("127.0.0.1:{port}"), child }
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("the server runs");
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells VmRSS");
        line.trim().trim_end_matches(" kB").parse().expect("a number of kB")
    }

    /// Processor time so far, in user and kernel.
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

/// Processor time of this process.
pub(crate) fn own_cpu_time() -> Duration {
    cpu_time("self")
}

fn cpu_time(process: &str) -> Duration {
    let stat =
        fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux tells processor time");
    // The name in the second field may hold spaces, so fields are counted from behind its bracket.
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 =
        fields[11].parse::<u64>().unwrap_or(0) + fields[12].parse::<u64>().unwrap_or(0);
    // A tick is 10 ms on every Linux that Rust runs on.
    Duration::from_millis(ticks * 10)
}

/// From the start of the process to the end of its first answer; the median of some.
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

/// `idxlab serve` with the given org.
pub(crate) fn idxlab(org: &TemporaryFile) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idxlab"));
    command
        .args(["serve", "--json", "--listen", "127.0.0.1:0", "--seed", "1", "--org"])
        .arg(&org.0);
    command
}

/// This program again, as the floor.
pub(crate) fn floor(canned: &TemporaryFile) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.env(CANNED, &canned.0);
    command
}

/// The default org, with one number whose code is known.
pub(crate) fn write_org() -> TemporaryFile {
    let document = format!(
        "preset = \"password-plus-another-factor\"\n\n[testCodes]\n\"{NUMBER}\" = \"{CODE}\"\n"
    );
    TemporaryFile::write("org.toml", &document)
}

/// What the floor answers.
pub(crate) fn write_canned(recorded: &[Recorded]) -> TemporaryFile {
    TemporaryFile::write(
        "canned.json",
        &serde_json::to_string(recorded).expect("recorded answers are text"),
    )
}

/// A file that is removed when dropped.
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
