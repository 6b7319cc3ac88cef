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

    fn open(&self) -> io::Result<Box<dyn Reporter>> {
        let out: Box<dyn Write> = match &self.file {
            Some(path) => Box::new(io::BufWriter::new(File::create(path)?)),
            None => Box::new(io::stdout()),
        };
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
    is_failed: bool,
}

impl Reports {
    /// Passes an event to each report. A report that cannot be written is reported once and then left out.
    pub(super) fn take(&mut self, event: &Event) {
        for report in self.0.iter_mut().filter(|report| !report.is_failed) {
            match report.reporter.on(event) {
                // The reader closed the pipe.
                Err(source) if source.kind() == io::ErrorKind::BrokenPipe => {}
                Err(source) => {
                    let report_name = report.name.clone();
                    print_error(&format!("error: {}", ReportError::Write(report_name, source)));
                    report.is_failed = true;
                }
                Ok(()) => {}
            }
        }
    }

    /// Whether every report was written.
    pub(super) fn are_complete(&self) -> bool {
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
    let opened = options.iter().map(|option| {
        let name = option.name();
        match option.open() {
            Ok(reporter) => Ok(Report { name, reporter, is_failed: false }),
            Err(source) => Err(ReportError::Write(name, source)),
        }
    });
    opened.collect::<Result<_, ReportError>>().map(Reports)
}

/// The file in which GitHub Actions expects the summary of a step.
fn step_summary() -> io::Result<Option<File>> {
    match std::env::var_os("GITHUB_STEP_SUMMARY") {
        Some(path) => OpenOptions::new().create(true).append(true).open(path).map(Some),
        None => Ok(None),
    }
}
