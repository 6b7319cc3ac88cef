//! `idxlab serve --watch`: a saved org document takes effect at once, and an invalid one does not.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use idx_tests::command;
use idx_tests::http::Http;
use serde_json::Value;

/// `idxlab serve --watch` on a file, stopped when dropped.
struct Watching {
    child: Child,
    stderr: BufReader<ChildStderr>,
    control_url: String,
}

impl Watching {
    fn start(file: &str) -> Self {
        let mut child = Command::new(command::path())
            .args(["serve", "--json", "--listen", "127.0.0.1:0", "--watch", "--org", file])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("idxlab runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("the output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("serve prints a line");
        let ready: Value = serde_json::from_str(&line).expect("the line is JSON");
        let control_url = ready["controlUrl"].as_str().expect("it has the address").to_owned();
        let stderr = BufReader::new(child.stderr.take().expect("the errors are piped"));
        Self { child, stderr, control_url }
    }

    /// Everything on standard error up to the line that contains `end`.
    fn printed_until(&mut self, end: &str) -> String {
        let mut printed = String::new();
        while !printed.lines().last().is_some_and(|line| line.contains(end)) {
            assert_ne!(
                self.stderr.read_line(&mut printed).expect("a line is text"),
                0,
                "{printed}"
            );
        }
        printed
    }

    async fn min_length(&self) -> Value {
        let document = Http::default().get(&format!("{}/org", self.control_url)).await.json();
        document["password"]["complexity"]["minLength"].clone()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn document(key: &str, length: u32) -> String {
    format!("[password.complexity]\n{key} = {length}\n")
}

/// Saves as many editors do: a new file takes the place of the old one, so nobody reads half of it.
fn save(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).expect("the file can be written");
    fs::rename(&new, path).expect("the file can be moved");
}

#[tokio::test]
async fn saved_file_replaces_the_org_and_invalid_file_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.toml");
    fs::write(&path, document("minLength", 9)).unwrap();
    let mut serving = Watching::start(path.to_str().unwrap());
    assert_eq!(serving.min_length().await, 9);

    save(&path, &document("minLength", 12));
    serving.printed_until("reloaded");
    assert_eq!(serving.min_length().await, 12);

    save(&path, &document("minLenght", 14));
    let printed = serving.printed_until("was not reloaded");
    assert!(printed.contains("minLenght") && printed.contains("org.toml:2"), "{printed}");
    assert_eq!(serving.min_length().await, 12);

    save(&path, &document("minLength", 16));
    serving.printed_until("reloaded");
    assert_eq!(serving.min_length().await, 16);
}

#[test]
fn preset_cannot_be_watched() {
    let (code, output) = command::run(&["serve", "--org", "password-only-policy", "--watch"]);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("--watch") && printed.contains("password-only-policy"), "{printed}");
}
