//! A run that a signal stops leaves no processes and no temporary files.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::folder::Folder;

/// Time for all processes to exit on a busy machine.
const EXIT_TIMEOUT: Duration = Duration::from_secs(60);

/// Starts processes that hold the pipe `alive` open: a child, a grandchild, and a child that ignores SIGTERM.
const FAMILY: &str = "\
exec 3>alive
sleep 1000 &
sh -c 'sleep 1000 & wait' &
sh -c 'trap \"\" TERM; sleep 1000; sleep 1000' &
";
/// A process in its own session, as browsers are.
const BROWSER: &str = "setsid sleep 1000 &";

/// The options that start the script: as a command, or as an adapter that never sends its hello.
const OPTIONS: [&str; 2] = ["--exec", "--client"];

/// A running `idxlab run`, and the reading end of the pipe that its descendants hold open.
struct Run {
    folder: Folder,
    child: Child,
    alive: File,
}

impl Run {
    fn start(option: &str, more: &str, last: &str) -> Self {
        let folder = Folder::new();
        folder.write("family.sh", &format!("{FAMILY}{more}\necho started >&3\n{last}\n"));
        std::fs::create_dir(folder.path().join("temporary")).expect("a folder can be created");
        let pipe = folder.path().join("alive");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
        let mut command = folder.command(&["--tls", option, "sh family.sh"]);
        command.env("TMPDIR", folder.path().join("temporary"));
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().expect("the command starts");
        // `open` blocks until a process opens the pipe for writing.
        let alive = File::open(pipe).expect("the pipe can be opened");
        Self { folder, child, alive }
    }

    /// Waits until every process of the family has started.
    fn wait_for_family(&mut self) {
        let mut line = String::new();
        BufReader::new(&self.alive).read_line(&mut line).expect("the pipe is readable");
        assert_eq!(line, "started\n");
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Waits until every descendant has exited. Returns the exit code.
    fn ended(mut self) -> (Option<i32>, Folder) {
        let code = self.child.wait().expect("idxlab ends").code();
        let (sender, ended) = mpsc::channel();
        std::thread::spawn(move || {
            // The pipe reaches its end when no process holds it open.
            let read = self.alive.read_to_end(&mut Vec::new());
            let _ = sender.send(read.is_ok());
        });
        assert_eq!(ended.recv_timeout(EXIT_TIMEOUT), Ok(true), "a process is still running");
        (code, self.folder)
    }
}

fn assert_no_temporary_files(folder: &Folder) {
    let left = std::fs::read_dir(folder.path().join("temporary")).expect("the folder exists");
    let left: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn each_signal_stops_all_processes_of_a_run() {
    for option in OPTIONS {
        for signal in ["-INT", "-TERM", "-HUP"] {
            let mut run = Run::start(option, BROWSER, "wait");
            run.wait_for_family();
            run.signal(signal);
            let (code, folder) = run.ended();
            assert_eq!(code, Some(130), "{option} {signal}");
            assert_no_temporary_files(&folder);
        }
    }
}

#[test]
fn command_that_ends_leaves_no_processes() {
    let mut run = Run::start("--exec", "", "exit 3");
    run.wait_for_family();
    let (code, folder) = run.ended();
    assert_eq!(code, Some(1));
    assert_no_temporary_files(&folder);
}

#[test]
fn adapter_that_ends_before_its_hello_leaves_no_processes() {
    let mut run = Run::start("--client", "", "exit 3");
    run.wait_for_family();
    let (code, folder) = run.ended();
    assert_eq!(code, Some(4));
    assert_no_temporary_files(&folder);
}

#[test]
fn ignored_hangup_does_not_stop_a_run() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_idxlab");
    // The command sends the signal to its parent's parent, which is idxlab.
    let line = format!("trap '' HUP; exec '{program}' run --exec 'kill -HUP $PPID; exit 3'");
    let run = Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output();
    assert_eq!(run.expect("sh runs").status.code(), Some(1));
}

#[test]
fn stopped_command_gets_time_to_clean_up() {
    let folder = Folder::new();
    let script =
        "trap 'rm lock; exit 0' TERM; touch lock; echo ready; while :; do sleep 1 & wait; done";
    let mut command = folder.command(&["--exec", script]);
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut line = String::new();
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
    lines.read_line(&mut line).expect("text");
    assert_eq!(line, "ready\n");
    let status = Command::new("kill").arg(child.id().to_string()).status();
    assert!(status.expect("kill runs").success());
    assert_eq!(child.wait().expect("idxlab ends").code(), Some(130));
    assert!(!folder.path().join("lock").exists(), "the command did not clean up");
}
