//! `--report KIND[=FILE]`: the reports of a run and their destinations.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use idx_runner::event::Event;
use idx_runner::report::GithubReport;
use idx_runner::report::HtmlReport;
use idx_runner::report::JsonReport;
use idx_runner::report::JunitReport;
use idx_runner::report::Reporter;
use idx_runner::report::TapReport;
use idx_runner::report::TerminalReport;

use crate::output::print_error;
use crate::report_file::{ReportFile, resolved};

/// One `--report`.
#[derive(Debug, Clone)]
pub(super) struct ReportOption {
    kind: Kind,
    file: Option<PathBuf>,
}

/// A report could not be selected or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReportError {
    #[error("unknown report `{0}`; the reports are {1}")]
    UnknownKind(String, String),
    #[error(
        "the reports {0} and {1} both use standard output; write one of them to a file, `{0}=FILE`"
    )]
    SharedOutput(&'static str, &'static str),
    #[error("the reports {0} and {1} use the same file; write each report to its own file")]
    SharedFile(String, String),
    #[error("failed to write the report {0}: {1}")]
    Write(String, io::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Terminal,
    Json,
    Junit,
    Tap,
    Html,
    Github,
}

const KINDS: &[(&str, Kind)] = &[
    ("terminal", Kind::Terminal),
    ("json", Kind::Json),
    ("junit", Kind::Junit),
    ("tap", Kind::Tap),
    ("html", Kind::Html),
    ("github", Kind::Github),
];

impl Kind {
    fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

impl ReportOption {
    pub(super) fn parse(text: &str) -> Result<Self, ReportError> {
        let (kind, file) = text
            .split_once('=')
            .map_or((text, None), |(kind, file)| (kind, Some(PathBuf::from(file))));
        let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
            return Err(ReportError::UnknownKind(kind.to_owned(), names.join(", ")));
        };
        Ok(Self { kind: *kind, file })
    }

    /// The value on the command line: `junit=out.xml`.
    fn name(&self) -> String {
        let kind = self.kind.name();
        self.file
            .as_ref()
            .map_or_else(|| kind.to_owned(), |file| format!("{kind}={}", file.display()))
    }

    /// GitHub annotations are single lines, and can be mixed with other output.
    fn needs_stdout_alone(&self) -> bool {
        self.file.is_none() && self.kind != Kind::Github
    }

    fn open(&self) -> io::Result<Report> {
        let file = self.file.as_deref().map(ReportFile::create).transpose()?;
        let out: Box<dyn Write> = match &file {
            Some(file) => Box::new(io::BufWriter::new(file.writer()?)),
            None => Box::new(io::stdout()),
        };
        Ok(Report { name: self.name(), reporter: self.reporter(out)?, file, is_failed: false })
    }

    fn reporter(&self, out: Box<dyn Write>) -> io::Result<Box<dyn Reporter>> {
        let progress = self.file.is_none() && io::stdout().is_terminal();
        Ok(match self.kind {
            // Only this report uses colours. Escape sequences in the others belong to the recorded text and are kept.
            Kind::Terminal if self.file.is_some() => {
                Box::new(TerminalReport::new(anstream::StripStream::new(out), progress))
            }
            Kind::Terminal => Box::new(TerminalReport::new(anstream::stdout(), progress)),
            Kind::Json => Box::new(JsonReport::new(out)),
            Kind::Junit => Box::new(JunitReport::new(out)),
            Kind::Tap => Box::new(TapReport::new(out)),
            Kind::Html => Box::new(HtmlReport::new(out)),
            Kind::Github => Box::new(GithubReport::new(out, step_summary()?)),
        })
    }
}

/// The reports of a run.
pub(super) struct Reports(Vec<Report>);

struct Report {
    name: String,
    reporter: Box<dyn Reporter>,
    /// `None` on standard output.
    file: Option<ReportFile>,
    is_failed: bool,
}

impl Report {
    /// After an error, the report is left out.
    fn check(&mut self, written: io::Result<()>) {
        match written {
            // The reader closed the pipe.
            Err(source) if source.kind() == io::ErrorKind::BrokenPipe => {}
            Err(source) => {
                print_error(&format!("error: {}", ReportError::Write(self.name.clone(), source)));
                self.is_failed = true;
            }
            Ok(()) => {}
        }
    }
}

impl Reports {
    /// Passes an event to each report. A report that cannot be written is reported once and then left out.
    pub(super) fn take(&mut self, event: &Event) {
        for report in self.0.iter_mut().filter(|report| !report.is_failed) {
            let written = report.reporter.on(event);
            report.check(written);
        }
    }

    /// Gives the reports' files their names. Returns whether every report was written.
    pub(super) fn finish(mut self) -> bool {
        for report in self.0.iter_mut().filter(|report| !report.is_failed) {
            let finished = report.file.take().map_or(Ok(()), ReportFile::finish);
            report.check(finished);
        }
        self.0.iter().all(|report| !report.is_failed)
    }
}

/// Opens every report. The terminal report is added unless another report uses standard output.
pub(super) fn open(options: &[ReportOption]) -> Result<Reports, ReportError> {
    let mut options = options.to_vec();
    if options.iter().all(|option| option.file.is_some() || option.kind == Kind::Github) {
        options.push(ReportOption { kind: Kind::Terminal, file: None });
    }
    let on_stdout: Vec<_> = options.iter().filter(|option| option.needs_stdout_alone()).collect();
    if let [first, second, ..] = on_stdout.as_slice() {
        return Err(ReportError::SharedOutput(first.kind.name(), second.kind.name()));
    }
    if let Some((first, second)) = sharing_a_file(&options) {
        return Err(ReportError::SharedFile(first.name(), second.name()));
    }
    let open = |option: &ReportOption| {
        option.open().map_err(|source| ReportError::Write(option.name(), source))
    };
    options.iter().map(open).collect::<Result<_, _>>().map(Reports)
}

/// The first two reports with the same file.
fn sharing_a_file(options: &[ReportOption]) -> Option<(&ReportOption, &ReportOption)> {
    let mut seen: Vec<(PathBuf, &ReportOption)> = Vec::new();
    for option in options {
        // An invalid path is reported when the report is opened.
        let Some(path) = option.file.as_deref().and_then(|path| resolved(path).ok()) else {
            continue;
        };
        // Two reports can share a pipe or `/dev/null`.
        let is_replaced = !path.exists() || path.is_file();
        if let Some((_, first)) = seen.iter().find(|(other, _)| is_replaced && *other == path) {
            return Some((first, option));
        }
        seen.push((path, option));
    }
    None
}

/// The file in which GitHub Actions expects the summary of a step.
fn step_summary() -> io::Result<Option<File>> {
    match std::env::var_os("GITHUB_STEP_SUMMARY") {
        Some(path) => OpenOptions::new().create(true).append(true).open(path).map(Some),
        None => Ok(None),
    }
}
