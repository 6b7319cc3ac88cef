//! Every mistake in an org document, each at its key and with its remedy.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::org::key_path::KeyPath;
use crate::org::problem::Problem;

/// A refused org document. Its text shows each mistake at its line of the file, with a caret below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    source: Option<Source>,
    mistakes: Vec<DocumentMistake>,
}

/// A TOML file and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) text: String,
}

/// One mistake in an org document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentMistake {
    /// The key that is wrong, or that is missing a part.
    pub path: KeyPath,
    /// The bytes of the TOML text that are wrong.
    pub span: Option<Range<usize>>,
    /// What is wrong.
    pub problem: Problem,
}

impl DocumentError {
    pub(super) fn in_json(mistakes: Vec<DocumentMistake>) -> Self {
        Self { source: None, mistakes }
    }

    pub(super) fn in_toml(source: Source, mut mistakes: Vec<DocumentMistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.span.as_ref().map(|span| span.start));
        Self { source: Some(source), mistakes }
    }

    /// The mistakes, in the order of the document; at least one.
    pub fn mistakes(&self) -> &[DocumentMistake] {
        &self.mistakes
    }
}

impl DocumentMistake {
    pub(super) fn new(path: KeyPath, problem: Problem) -> Self {
        Self { path, span: None, problem }
    }

    /// The mistake as a fragment: "unknown key `autoAdvanec`".
    pub fn found(&self) -> String {
        self.problem.found(&self.path)
    }

    /// The remedy as a fragment: "did you mean `autoAdvance`?".
    pub fn help(&self) -> String {
        self.problem.help(&self.path)
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.source.is_some() { "\n\n" } else { "; " };
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                f.write_str(separator)?;
            }
            match &self.source {
                Some(source) => f.write_str(&source.shown(mistake))?,
                None => write!(f, "{mistake}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for DocumentError {}

/// As the control API reports it, which has no file to point into.
impl fmt::Display for DocumentMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document: ")?;
        if !self.path.segments().is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}; {}", self.found(), self.help())
    }
}

/// `{"path":["apps",0,"label"],"found","help"}`.
impl Serialize for DocumentMistake {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut members = serializer.serialize_struct("DocumentMistake", 3)?;
        members.serialize_field("path", &self.path)?;
        members.serialize_field("found", &self.found())?;
        members.serialize_field("help", &self.help())?;
        members.end()
    }
}

impl Source {
    /// The line of the mistake with a caret below it, in the format of the scenario language.
    fn shown(&self, mistake: &DocumentMistake) -> String {
        let (found, help) = (mistake.found(), mistake.help());
        let (line, number, span) = self.line_of(mistake.span.clone().unwrap_or_default());
        let snippet = Snippet::source(line)
            .path(self.file.as_str())
            .line_start(number)
            .annotation(AnnotationKind::Primary.span(span).label(help.as_str()));
        let report = [Level::ERROR.primary_title(found.as_str()).element(snippet)];
        // Long lines stay whole, as a terminal wraps them.
        Renderer::plain().term_width(usize::from(u16::MAX)).render(&report)
    }

    /// The first line of a span, its number from 1, and the part of it that the span covers: at least one character where there is one.
    fn line_of(&self, span: Range<usize>) -> (&str, usize, Range<usize>) {
        let boundary = |byte: usize| {
            let within = byte.min(self.text.len());
            (0..=within).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
        };
        let (start, end) = (boundary(span.start), boundary(span.end));
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let number = self.text[..line_start].matches('\n').count() + 1;
        let first = (start - line_start).min(line.len());
        let next =
            line[first..].chars().next().map_or(first, |first_char| first + first_char.len_utf8());
        let last = end.saturating_sub(line_start).min(line.len()).max(next);
        (line, number, first..last)
    }
}
