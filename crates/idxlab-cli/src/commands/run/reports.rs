//! `--report KIND[=FILE]`: which reports are written, and where to.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use idx_runner::event::Event;
use idx_runner::report::Reporter;
use idx_runner::report::github::GithubReport;
use idx_runner::report::html::HtmlReport;
use idx_runner::report::json::JsonReport;
use idx_runner::report::junit::JunitReport;
use idx_runner::report::tap::TapReport;
use idx_runner::report::terminal::TerminalReport;

use super::say;

/// One `--report`.
#[derive(Debug, Clone)]
pub(super) struct ReportWish {
    kind: Kind,
    file: Option<PathBuf>,
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

impl ReportWish {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (kind, file) = text
            .split_once('=')
            .map_or((text, None), |(kind, file)| (kind, Some(PathBuf::from(file))));
        let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
            return Err(format!("there is no report `{kind}`; write one of {}", names.join(", ")));
        };
        Ok(Self { kind: *kind, file })
    }

    /// As the command line says it.
    fn name(&self) -> String {
        let kind = self.kind.name();
        self.file
            .as_ref()
            .map_or_else(|| kind.to_owned(), |file| format!("{kind}={}", file.display()))
    }

    /// Annotations are lines that may stand between others.
    fn wants_output_alone(&self) -> bool {
        self.file.is_none() && self.kind != Kind::Github
    }

    fn open(&self) -> io::Result<Box<dyn Reporter>> {
        let out: Box<dyn Write> = match &self.file {
            Some(path) => Box::new(io::BufWriter::new(File::create(path)?)),
            None => Box::new(io::stdout()),
        };
        let progress = self.file.is_none() && io::stdout().is_terminal();
        Ok(match self.kind {
            // Only here are colours ours; in the others what looks like one is text of somebody else, and stays.
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
    /// As it was wished: `junit=out.xml`.
    name: String,
    reporter: Box<dyn Reporter>,
    is_lost: bool,
}

impl Reports {
    /// Takes one event into each, and says of one that cannot be written that it is lost.
    pub(super) fn take(&mut self, event: &Event) {
        for report in self.0.iter_mut().filter(|report| !report.is_lost) {
            match report.reporter.on(event) {
                // Whoever reads has seen enough.
                Err(reason) if reason.kind() == io::ErrorKind::BrokenPipe => {}
                Err(reason) => {
                    say(&format!(
                        "error: the report {} could not be written: {reason}",
                        report.name
                    ));
                    report.is_lost = true;
                }
                Ok(()) => {}
            }
        }
    }

    /// Whether all could be written.
    pub(super) fn are_whole(&self) -> bool {
        self.0.iter().all(|report| !report.is_lost)
    }
}

/// Opens every report. The terminal report stands by itself unless another one wants standard output.
pub(super) fn open(wishes: &[ReportWish]) -> Result<Reports, String> {
    let mut wishes = wishes.to_vec();
    if wishes.iter().all(|wish| wish.file.is_some() || wish.kind == Kind::Github) {
        wishes.push(ReportWish { kind: Kind::Terminal, file: None });
    }
    let on_output: Vec<_> = wishes.iter().filter(|wish| wish.wants_output_alone()).collect();
    if let [first, second, ..] = on_output.as_slice() {
        let (first, second) = (first.kind.name(), second.kind.name());
        return Err(format!(
            "the reports {first} and {second} both want standard output; give one a file, `{first}=FILE`"
        ));
    }
    let opened = wishes.iter().map(|wish| {
        let name = wish.name();
        let reporter = wish
            .open()
            .map_err(|reason| format!("the report {name} could not be written: {reason}"))?;
        Ok(Report { name, reporter, is_lost: false })
    });
    opened.collect::<Result<_, String>>().map(Reports)
}

/// Where GitHub Actions wants a step's summary.
fn step_summary() -> io::Result<Option<File>> {
    match std::env::var_os("GITHUB_STEP_SUMMARY") {
        Some(path) => OpenOptions::new().create(true).append(true).open(path).map(Some),
        None => Ok(None),
    }
}
