//! A mistake in a file, rendered like a compiler error: its position, the line with a caret, and the correction.

use std::fmt;
use std::ops::Range;

/// The text of a file, and its name in messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The path, or `built in: folder/name` for a scenario of the binary.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The line (from 1) and column (from 1, in characters) of a byte offset.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// One mistake in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file's display name.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// How many characters the caret underlines, at least 1.
    pub width: usize,
    /// The source line without the line ending.
    pub source_line: String,
    /// The mistake, as a lower-case fragment.
    pub found: String,
    /// The correction.
    pub right: String,
}

impl Mistake {
    pub(crate) fn new(source: &Source, span: &Range<usize>, found: String, right: String) -> Self {
        let (line, column) = source.position(span.start);
        let source_line = source.text.lines().nth(line - 1).unwrap_or_default().to_owned();
        let room = source_line.chars().count().saturating_sub(column - 1);
        let marked = source.text.get(span.clone()).unwrap_or_default();
        let width = marked.chars().count().min(room).max(1);
        Self { file: source.name.clone(), line, column, width, source_line, found, right }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let indent: String = self
            .source_line
            .chars()
            .take(self.column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, "error: {}", self.found)?;
        writeln!(f, "{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        // Control characters could corrupt the terminal.
        let shown = self.source_line.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
        writeln!(f, "{number} | {shown}")?;
        write!(f, "{margin} | {indent}{} {}", "^".repeat(self.width), self.right)
    }
}

/// All the mistakes in the files that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
                writeln!(f)?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_is_under_the_word() {
        let source = Source { name: "a.toml".into(), text: "id = 1\nlevl = \"must\"\n".into() };
        let mistake = Mistake::new(
            &source,
            &(7..11),
            "unknown key `levl`".into(),
            "did you mean `level`?".into(),
        );
        assert_eq!(
            mistake.to_string(),
            "error: unknown key `levl`\n --> a.toml:2:1\n  |\n2 | levl = \"must\"\n  | ^^^^ did you mean `level`?"
        );
    }

    #[test]
    fn columns_count_characters() {
        let source = Source { name: "a.toml".into(), text: "t = \"é\" x".into() };
        assert_eq!(source.position(9), (1, 9));
    }
}
