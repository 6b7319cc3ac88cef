//! Runs the command `idxlab` of this build as a user does.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

/// The binary belongs to another package, so this asks cargo to build it and to report its path.
static IDXLAB: LazyLock<PathBuf> = LazyLock::new(|| {
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--package",
            "idxlab-cli",
            "--bin",
            "idxlab",
            "--message-format",
            "json",
        ])
        .current_dir(crate::workspace::root())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let lines = String::from_utf8(built.stdout).expect("cargo prints UTF-8");
    let mut paths = lines.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_ours = message["target"]["name"] == "idxlab";
        message["executable"].as_str().filter(|_| is_ours).map(PathBuf::from)
    });
    paths.next_back().expect("cargo reports the binary's path")
});

/// The binary's path.
pub fn path() -> &'static Path {
    &IDXLAB
}

/// Runs the command until it exits. Returns the exit code and the output.
pub fn run(arguments: &[&str]) -> (i32, Output) {
    let output =
        Command::new(path()).args(arguments).stdin(Stdio::null()).output().expect("idxlab runs");
    (output.status.code().expect("idxlab exits by itself"), output)
}

const SERVE: [&str; 4] = ["serve", "--json", "--listen", "127.0.0.1:0"];

/// A running `idxlab serve --json`. Dropping it stops the process.
#[derive(Debug)]
pub struct Serving {
    /// The JSON line that it printed when it was ready.
    pub ready: Value,
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Serving {
    /// Starts the command on a free port and waits until it is ready.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// As [`Serving::start`], with environment variables.
    pub fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(path());
        command.envs(variables.iter().copied());
        command.args(SERVE).args(arguments);
        Self::spawn(command)
    }

    /// As [`Serving::start`], in a shell that has run a line such as `ulimit -n 100`.
    pub fn start_in_shell(line: &str) -> Self {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{line} && exec \"$0\" \"$@\"")).arg(path()).args(SERVE);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("idxlab runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("the output is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("serve prints a line");
        let ready =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        Self { ready, child, stdout }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops the command with SIGTERM. Returns its exit code and its output after the first line.
    pub fn terminate(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("the output is UTF-8");
        (self.child.wait().expect("serve exits").code(), rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
