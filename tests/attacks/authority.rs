//! The CA of `serve --tls`: its first start, its key, and the names that it can sign for.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use idx_tests::command::{self, Serving};
use tempfile::TempDir;

/// `serve --tls` with a CA in this folder.
fn arguments(folder: &Path) -> [String; 3] {
    ["--tls".to_owned(), "--tls-ca".to_owned(), folder.join("ca.pem").display().to_string()]
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder can be created")
}

/// The error of a `serve --tls` that must fail. A server that starts fails the test instead of running forever.
fn error(folder: &Path, more: &[&str]) -> String {
    let mut command = Command::new(command::path());
    command.args(["serve", "--json", "--listen", "127.0.0.1:0"]).args(arguments(folder)).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("idxlab runs");
    let mut ready = String::new();
    let stdout = child.stdout.as_mut().expect("the output is piped");
    BufReader::new(stdout).read_line(&mut ready).expect("UTF-8");
    if !ready.is_empty() {
        child.kill().expect("the server stops");
    }
    let output = child.wait_with_output().expect("idxlab exits");
    assert_eq!(ready, "", "the server started");
    assert_ne!(output.status.code(), Some(0));
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn four_processes_that_start_at_once_share_one_authority() {
    let folder = folder();
    command::path();
    let started: Vec<_> = (0..4)
        .map(|_| {
            let path = folder.path().to_owned();
            std::thread::spawn(move || {
                let arguments = arguments(&path);
                Serving::start(&arguments.each_ref().map(String::as_str))
            })
        })
        .collect();
    // Each start panics if the process ends without its line of JSON.
    let servers = started.into_iter().map(|process| process.join().expect("the server starts"));
    let ca = folder.path().join("ca.pem").display().to_string();
    for server in servers.collect::<Vec<_>>() {
        let url = server.ready["baseUrl"].as_str().expect("a URL");
        let (code, output) = command::run(&["health", url, "--ca", &ca]);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn full_disk_leaves_no_half_authority() {
    let folder = folder();
    // A file size limit of 0 fails every write, as a full disk does.
    let line = format!(
        "trap '' XFSZ; ulimit -f 0; exec '{}' serve --tls --tls-ca ca.pem --listen 127.0.0.1:0",
        command::path().display()
    );
    let failed = Command::new("sh")
        .args(["-c", &line])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    assert!(!failed.status.success());
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    let left = left.iter().filter(|entry| entry.metadata().is_ok_and(|file| file.len() > 0));
    assert_eq!(left.count(), 0);
    let arguments = arguments(folder.path());
    drop(Serving::start(&arguments.each_ref().map(String::as_str)));
}

#[cfg(unix)]
#[test]
fn key_that_every_user_can_read_or_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let arguments = arguments(folder.path());
    drop(Serving::start(&arguments.each_ref().map(String::as_str)));
    let key = folder.path().join("ca.pem.key");
    for mode in [0o666, 0o604, 0o602] {
        std::fs::set_permissions(&key, PermissionsExt::from_mode(mode)).expect("the owner");
        let error = error(folder.path(), &[]);
        assert!(error.contains("every user of this machine"), "{error}");
        assert!(error.contains("chmod 600"), "{error}");
    }
}

#[test]
fn authority_signs_for_no_other_site() {
    let folder = folder();
    let arguments = arguments(folder.path());
    drop(Serving::start(&arguments.each_ref().map(String::as_str)));
    let other = error(folder.path(), &["--public-url", "https://www.example.com"]);
    assert!(other.contains("cannot sign certificates for www.example.com"), "{other}");
    for private in ["https://idx.test", "https://10.0.2.2", "https://[fd00::1]"] {
        let more = ["--public-url", private];
        drop(Serving::start(&[&arguments.each_ref().map(String::as_str)[..], &more].concat()));
    }
}

#[test]
fn new_authority_signs_for_the_public_host() {
    for url in ["https://idx.example.com", "https://192.0.2.7:6480", "https://[2001:db8::1]"] {
        let folder = folder();
        let arguments = arguments(folder.path());
        let more = ["--public-url", url];
        drop(Serving::start(&[&arguments.each_ref().map(String::as_str)[..], &more].concat()));
    }
}
