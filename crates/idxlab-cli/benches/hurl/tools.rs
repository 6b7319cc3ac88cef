//! The two measured programs, the server for Hurl, and the checks that each program did all of the work.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use idx_runner::Stopwatch;

use crate::work::{REQUESTS, SCENARIOS, Work};

/// Hurl, from the environment variable HURL or the path.
#[derive(Debug)]
pub(crate) struct Hurl {
    program: OsString,
    version: String,
}

impl Hurl {
    pub(crate) fn find() -> Result<Self, String> {
        let program = std::env::var_os("HURL").unwrap_or_else(|| "hurl".into());
        let asked = Command::new(&program).arg("--version").output().ok();
        let said = asked.filter(|asked| asked.status.success()).ok_or_else(|| {
            format!(
                "`{}` does not run; install Hurl with `npm install -g @orangeopensource/hurl` or `cargo install hurl --version 8.0.1 --locked`, and set \
                 HURL to the program if it is not on the path",
                Path::new(&program).display()
            )
        })?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let version = said.split(" (").next().unwrap_or_default().to_owned();
        Ok(Self { program, version })
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Runs all of the work once and returns the duration of the process.
    pub(crate) fn run(
        &self,
        work: &Work,
        round: usize,
        server: &Server,
    ) -> Result<Duration, String> {
        let reports = work.reports("hurl", round)?;
        let junit = reports.join("junit.xml");
        let mut command = Command::new(&self.program);
        command
            .args(["--test", "--parallel"])
            .args(["--variable", &format!("base={}", server.base_url)])
            .args(["--variable", &format!("issuer={}", server.issuer)])
            .args(["--variable", &format!("round={round}")])
            .args([OsStr::new("--report-junit"), junit.as_os_str()])
            .args([OsStr::new("--report-html"), reports.join("html").as_os_str()])
            .arg(work.hurl_files());
        let (took, said) = timed(command, "hurl")?;
        let count = said.lines().find_map(|line| line.strip_prefix("Executed requests:"));
        let count = count.and_then(|count| count.split_whitespace().next()?.parse().ok());
        holds(count == Some(SCENARIOS * REQUESTS), "hurl", &format!("requests: {count:?}"))?;
        all_passed(&junit, "hurl")?;
        holds(reports.join("html/index.html").is_file(), "hurl", "there is no HTML")?;
        Ok(took)
    }
}

/// `idxlab run`, as built for this benchmark.
#[derive(Debug)]
pub(crate) struct Idxlab;

impl Idxlab {
    /// Runs all of the work once and returns the duration of the process.
    pub(crate) fn run(&self, work: &Work, round: usize) -> Result<Duration, String> {
        let reports = work.reports("idxlab", round)?;
        let (junit, html) = (reports.join("junit.xml"), reports.join("report.html"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_idxlab"));
        command
            .arg("run")
            .arg(work.scenarios())
            .arg(format!("--report=junit={}", junit.display()))
            .arg(format!("--report=html={}", html.display()));
        let (took, _) = timed(command, "idxlab")?;
        let page = fs::read_to_string(&html).map_err(|error| format!("{html:?}: {error}"))?;
        let count = page.matches("<h4>Request</h4>").count();
        holds(count == SCENARIOS * REQUESTS, "idxlab", &format!("{count} requests"))?;
        all_passed(&junit, "idxlab")?;
        Ok(took)
    }
}

/// The server for Hurl. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Server {
    base_url: String,
    issuer: String,
    child: Child,
}

impl Server {
    /// Starts `idxlab serve` with the org of the scenarios, which has no rate limits, and waits for its address.
    pub(crate) fn start() -> Result<Self, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_idxlab"));
        command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--seed", "1"]);
        let failed = |error: std::io::Error| format!("idxlab serve does not start: {error}");
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(failed)?;
        }
        let ready: serde_json::Value = serde_json::from_str(&line)
            .map_err(|error| format!("idxlab serve printed no JSON: {error}"))?;
        let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
        Ok(Self { base_url: text("baseUrl"), issuer: text("issuer"), child })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The duration and the output of a process.
fn timed(mut command: Command, name: &str) -> Result<(Duration, String), String> {
    let watch = Stopwatch::start();
    let output = command.output().map_err(|error| format!("{name} does not run: {error}"))?;
    let took = watch.elapsed();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let last: Vec<_> = said.lines().rev().take(30).collect();
    let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
    holds(
        output.status.success(),
        name,
        &format!("{}; the end of its output:\n{last}", output.status),
    )?;
    Ok((took, said))
}

/// Checks that a JUnit report contains every scenario and no failure.
fn all_passed(junit: &Path, name: &str) -> Result<(), String> {
    let text = fs::read_to_string(junit).map_err(|error| format!("{junit:?}: {error}"))?;
    let cases = text.matches("<testcase ").count();
    let bad = ["<failure", "<error", "<skipped"].map(|kind| text.matches(kind).count());
    let found =
        format!("its JUnit report has {cases} scenarios, and failed, broken and skipped: {bad:?}");
    holds(cases == SCENARIOS && bad == [0; 3], name, &found)
}

fn holds(right: bool, name: &str, found: &str) -> Result<(), String> {
    if right { Ok(()) } else { Err(format!("{name} did not do the work: {found}")) }
}
