//! `--watch` repeats the run after every change, also after an invalid one, until it is interrupted.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::folder::Folder;

/// Time to detect a change on a busy machine.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(60);

/// A scenario that passes when it expects 404.
fn scenario(id: &str, status: u16) -> String {
    format!(
        "id = \"{id}\"\ntitle = \"Nothing is there\"\nlevel = \"must\"\nsource = \"none\"\n\n[[step]]\nrequest = \"GET /nothing\"\nexpect = {{ status = {status} }}\n"
    )
}

/// A running `idxlab run --watch`. Dropping it stops the process.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Folder, words: &[&str]) -> Self {
        let (reader, writer) = std::io::pipe().expect("the output is piped");
        let mut command = folder.command(&[words, &["--watch"]].concat());
        command.stdout(writer.try_clone().expect("it can be shared")).stderr(writer);
        let child = command.spawn().expect("the command runs");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(reader).lines().map_while(Result::ok);
            // The test may have dropped the receiver.
            lines.map(|line| sender.send(line)).take_while(Result::is_ok).for_each(drop);
        });
        Self { child, lines }
    }

    /// The output until the command waits for the next change.
    fn until_it_waits(&self) -> String {
        let mut seen = String::new();
        loop {
            let line = self.lines.recv_timeout(CHANGE_TIMEOUT);
            let line = line.unwrap_or_else(|error| panic!("{error}: {seen}"));
            seen.push_str(&line);
            seen.push('\n');
            if line.starts_with("watching ") {
                return seen;
            }
        }
    }

    fn interrupted(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn changed_file_runs_again_and_a_mistake_does_not_stop_watching() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("mine")).expect("a folder can be created");
    folder.write("mine/a.toml", &scenario("A", 404));
    // The run does not read its report, so writing the report does not start another run.
    let words = ["mine", "--report", "json=mine/report.json"];
    let watching = Watching::start(&folder, &words);
    let seen = watching.until_it_waits();
    assert!(
        seen.contains("passed  A") && seen.ends_with("watching mine; press Ctrl-C to stop\n"),
        "{seen}"
    );

    folder.write("mine/a.toml", "id = \"A\"\ntitel = \"a\"\n");
    let seen = watching.until_it_waits();
    assert!(seen.starts_with("changed: mine/a.toml\n") && seen.contains("`titel`"), "{seen}");

    // Editors replace the old file with a new file.
    folder.write("mine/new", &scenario("A", 200));
    let path = |name: &str| folder.path().join("mine").join(name);
    std::fs::rename(path("new"), path("a.toml")).expect("it can be renamed");
    let seen = watching.until_it_waits();
    assert!(seen.starts_with("changed: mine/a.toml\n") && seen.contains("failed  A"), "{seen}");
    assert!(
        !seen.contains('\u{1b}'),
        "output that is not a terminal has no control characters: {seen:?}"
    );

    folder.write("mine/b.toml", &scenario("B", 404));
    let seen = watching.until_it_waits();
    assert!(seen.starts_with("changed: mine/b.toml\n") && seen.contains("passed  B"), "{seen}");
    assert_eq!(watching.interrupted(), Some(130));
}

#[test]
fn files_beside_the_scenarios_are_watched() {
    let folder = Folder::new();
    folder.write(
        "a.toml",
        &scenario("A", 404).replace("[[step]]", "[[step]]\nuse = \"first\"\n\n[[step]]"),
    );
    std::fs::create_dir(folder.path().join("shared")).expect("a folder can be created");
    let shared = |status| {
        format!(
            "about = \"First.\"\n\n[[step]]\nrequest = \"GET /first\"\nexpect = {{ status = {status} }}\n"
        )
    };
    folder.write("shared/first.toml", &shared(404));
    folder.write("known.toml", "");
    let watching = Watching::start(&folder, &["a.toml", "--known-failures", "known.toml"]);
    let seen = watching.until_it_waits();
    assert!(seen.contains("passed  A"), "{seen}");

    folder.write("shared/first.toml", &shared(200));
    let seen = watching.until_it_waits();
    assert!(
        seen.starts_with("changed: shared/first.toml\n") && seen.contains("failed  A"),
        "{seen}"
    );

    folder.write("known.toml", "[[known]]\nid = \"A\"\nclient = \"wire\"\nreason = \"a test\"\n");
    let seen = watching.until_it_waits();
    assert!(seen.starts_with("changed: known.toml\n") && seen.contains("known  A"), "{seen}");
    assert_eq!(watching.interrupted(), Some(130));
}

#[test]
fn org_file_is_watched() {
    let folder = Folder::new();
    let sign_up = "id = \"A\"\ntitle = \"The start page offers a sign-up\"\nlevel = \"must\"\nsource = \"none\"\n\n[[step]]\nstart = \"register\"\nexpect = { remediations-include = [\"select-enroll-profile\"] }\n";
    folder.write("a.toml", sign_up);
    let action = |action: &str| format!("[profileEnrollment]\nunknownUserAction = \"{action}\"\n");
    folder.write("org.toml", &action("DENY"));
    let watching = Watching::start(&folder, &["a.toml", "--org", "org.toml"]);
    let seen = watching.until_it_waits();
    assert!(seen.contains("failed  A") && seen.contains("--org org.toml"), "{seen}");

    folder.write("org.toml", &action("PERHAPS"));
    let seen = watching.until_it_waits();
    let refusal = "changed: org.toml\nerror: `unknownUserAction` is \"PERHAPS\"\n --> org.toml:2";
    assert!(seen.starts_with(refusal), "{seen}");

    folder.write("org.toml", &action("REGISTER"));
    let seen = watching.until_it_waits();
    assert!(seen.contains("passed  A"), "{seen}");
    assert_eq!(watching.interrupted(), Some(130));
}

#[test]
fn watch_without_a_path_is_refused() {
    let folder = Folder::new();
    folder.write("a.toml", &scenario("A", 404));
    for line in [&["--watch"][..], &["--watch", "IDX-REG-SSR-1"]] {
        let ended = folder.run(line);
        assert_eq!(ended.code, 2, "{line:?}");
        assert!(ended.errors.contains("name your scenarios' folder"), "{}", ended.errors);
    }
    for other in [&["--exec", "true"][..], &["a.toml", "--shard", "1/2"], &["a.toml", "--dry-run"]]
    {
        assert_eq!(folder.run(&[other, &["--watch"]].concat()).code, 2, "{other:?}");
    }
}
