//! The rules that an org breaks.

use std::ops::RangeInclusive;

use crate::org::error::DocumentMistake;
use crate::org::key_path::KeyPath;
use crate::org::problem::Problem;

/// A broken rule.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) mistake: DocumentMistake,
    /// Other values that the rule depends on. If one of them is a mistake itself, the rule says nothing.
    pub(crate) depends_on: Vec<KeyPath>,
}

impl Finding {
    pub(crate) fn depends_on(&mut self, path: KeyPath) -> &mut Self {
        self.depends_on.push(path);
        self
    }
}

/// Every rule that the org breaks.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    /// A combination of values that is invalid. The mistake is in the key.
    pub(crate) fn invalid(
        &mut self,
        path: KeyPath,
        found: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.add(path, Problem::invalid(found, help))
    }

    /// A value that is invalid by itself.
    pub(crate) fn wrong(&mut self, path: KeyPath, found: String, expected: &str) -> &mut Finding {
        self.add(path, Problem::WrongValue { found, expected: expected.to_owned() })
    }

    /// A number outside its limits.
    pub(crate) fn range(&mut self, path: KeyPath, number: u32, limits: &RangeInclusive<u32>) {
        if !limits.contains(&number) {
            let expected = format!("a number from {} to {}", limits.start(), limits.end());
            self.wrong(path, format!("the number {number}"), &expected);
        }
    }

    /// A text that a user must be able to read or type: visible, and on one line.
    pub(crate) fn text(&mut self, path: KeyPath, text: &str) {
        if text.trim().is_empty() {
            self.wrong(path, format!("the string {text:?}"), "a text that is not empty");
        } else if text.chars().any(char::is_control) {
            self.wrong(path, format!("the string {text:?}"), "a text without control characters");
        }
    }

    /// An identifier or a secret: visible ASCII characters only, as in a header or a form.
    pub(crate) fn token(&mut self, path: KeyPath, token: &str) {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let found = format!("the string {token:?}");
            self.wrong(path, found, "visible ASCII characters without spaces, at least one");
        }
    }

    /// A list with the same item twice.
    pub(crate) fn distinct<T: PartialEq + std::fmt::Debug>(&mut self, path: &KeyPath, items: &[T]) {
        for (index, item) in items.iter().enumerate() {
            if items[..index].contains(item) {
                let key = path.last_key().unwrap_or_default();
                let found = format!("`{key}` contains {item:?} twice");
                self.invalid(path.clone().index(index), found, "remove one of the two");
            }
        }
    }

    /// An item of a list that is none of the known ones.
    pub(crate) fn known(
        &mut self,
        path: &KeyPath,
        items: &[String],
        known: &'static [&'static str],
    ) {
        for (index, item) in items.iter().enumerate() {
            if !known.contains(&item.as_str()) {
                let found = format!("{item:?}");
                self.add(path.clone().index(index), Problem::UnknownValue { found, known });
            }
        }
    }

    fn add(&mut self, path: KeyPath, problem: Problem) -> &mut Finding {
        let mistake = DocumentMistake::new(path, problem);
        self.0.push(Finding { mistake, depends_on: Vec::new() });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }
}
