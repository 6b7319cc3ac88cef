//! Reads TOML with positions: each invalid key or value becomes a mistake that points at it.

use std::cell::RefCell;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::mistake::{Mistake, Source};
use super::template;

/// One file being read: collects mistakes, and the template names used, so that all are shown at once.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    source: &'a Source,
    mistakes: RefCell<Vec<Mistake>>,
    /// The mistakes in shared steps that this file uses.
    of_others: RefCell<Vec<Mistake>>,
    names: RefCell<Vec<(String, Range<usize>)>>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let (mistakes, of_others, names) = Default::default();
        Self { source, mistakes, of_others, names }
    }

    pub(crate) fn mistake(
        &self,
        span: &Range<usize>,
        found: impl Into<String>,
        right: impl Into<String>,
    ) {
        self.mistakes.borrow_mut().push(Mistake::new(
            self.source,
            span,
            found.into(),
            right.into(),
        ));
    }

    /// Adds mistakes of another file, which are reported there.
    pub(crate) fn mistakes_elsewhere(&self, mistakes: Vec<Mistake>) {
        self.of_others.borrow_mut().extend(mistakes);
    }

    pub(crate) fn line(&self, span: &Range<usize>) -> usize {
        self.source.position(span.start).0
    }

    /// The names written as `{{name}}` so far, with their positions.
    pub(crate) fn names_used(&self) -> Vec<(String, Range<usize>)> {
        self.names.borrow().clone()
    }

    pub(crate) fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        mistakes.extend(self.of_others.into_inner());
        mistakes
    }

    fn note_names(&self, text: &str, span: &Range<usize>) {
        for name in template::names(text) {
            self.names.borrow_mut().push((name.to_owned(), span.clone()));
        }
    }
}

/// A table being read. Each requested key counts as known; [`Table::finish`] refuses the others.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) reading: &'a Reading<'a>,
    /// Its name in messages, such as "a step".
    what: &'static str,
    entries: &'a DeTable<'a>,
    pub(crate) span: Range<usize>,
    asked: RefCell<Vec<&'a str>>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(
        reading: &'a Reading<'a>,
        what: &'static str,
        entries: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self { reading, what, entries, span, asked: RefCell::default() }
    }

    pub(crate) fn take(&self, key: &'static str) -> Option<Entry<'a>> {
        self.asked.borrow_mut().push(key);
        let (key, value) = self.entries.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(Entry { reading: self.reading, key: key.get_ref(), key_span: key.span(), value })
    }

    /// Forgets the known keys, so that only keys that are requested from now on count as known.
    pub(crate) fn forget(&self) {
        self.asked.borrow_mut().clear();
    }

    /// Counts a key as known.
    pub(crate) fn know(&self, key: &'a str) {
        self.asked.borrow_mut().push(key);
    }

    /// Every entry, for tables with any keys.
    pub(crate) fn all(&self) -> impl Iterator<Item = Entry<'a>> {
        let reading = self.reading;
        self.entries.iter().map(move |(key, value)| Entry {
            reading,
            key: key.get_ref(),
            key_span: key.span(),
            value,
        })
    }

    pub(crate) fn required(&self, key: &'static str) -> Option<Entry<'a>> {
        let entry = self.take(key);
        if entry.is_none() {
            let found = format!("{} lacks `{key}`", self.what);
            let right = match key {
                "step" => "add a `[[step]]`".into(),
                key => format!("add `{key} = …`"),
            };
            self.reading.mistake(&self.span, found, right);
        }
        entry
    }

    /// Refuses every unknown key, and suggests the nearest known one.
    pub(crate) fn finish(self) {
        let known = self.asked.into_inner();
        for key in self.entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            self.reading.mistake(
                &key.span(),
                format!("unknown key `{name}`"),
                suggestion(name, &known, self.what),
            );
        }
    }
}

fn suggestion(name: &str, known: &[&str], what: &str) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{what} has: {}", known.join(", ")),
    }
}

/// The known word of which this one is probably a misspelling.
#[must_use]
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let likeness = |word: &str| strsim::jaro_winkler(&name.to_lowercase(), &word.to_lowercase());
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.82).then_some(best)
}

/// One key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) key: &'a str,
    pub(crate) key_span: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Entry<'a> {
    pub(crate) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    pub(crate) fn raw(&self) -> &'a DeValue<'a> {
        self.value.get_ref()
    }

    pub(crate) fn wrong(&self, right: impl Into<String>) {
        let found = format!("`{}` is {}", self.key, describe(self.raw()));
        self.reading.mistake(&self.span(), found, right);
    }

    pub(crate) fn string(&self) -> Option<String> {
        let text = self.raw().as_str();
        if text.is_none() {
            self.wrong("a string belongs here");
        }
        text.inspect(|text| self.reading.note_names(text, &self.span())).map(ToOwned::to_owned)
    }

    pub(crate) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.string()?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            let right = match nearest(&text, &names) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write \"{}\"", names.join("\" or \"")),
            };
            self.reading.mistake(&self.span(), format!("`{}` is \"{text}\"", self.key), right);
        }
        found
    }

    /// A key that must be `true` if it is present.
    pub(crate) fn flag(&self) -> bool {
        if self.raw().as_bool() != Some(true) {
            self.wrong("write `true`, or leave the key out");
        }
        true
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        let value = self.raw().as_bool();
        if value.is_none() {
            self.wrong("write `true` or `false`");
        }
        value
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        let number = self.raw().as_integer().and_then(whole);
        if number.is_none() {
            self.wrong("a whole number belongs here");
        }
        number
    }

    pub(crate) fn strings(&self) -> Option<Vec<String>> {
        let items = self.items("a list of strings belongs here")?;
        Some(items.iter().filter_map(Self::string).collect())
    }

    /// The elements of a list, each as an entry under this key.
    pub(crate) fn items(&self, right: &str) -> Option<Vec<Self>> {
        let Some(array) = self.raw().as_array() else {
            self.wrong(right);
            return None;
        };
        Some(array.iter().map(|value| Self { value, ..self.clone() }).collect())
    }

    pub(crate) fn table(&self, what: &'static str) -> Option<Table<'a>> {
        let Some(entries) = self.raw().as_table() else {
            self.wrong("a table `{ key = value }` belongs here");
            return None;
        };
        Some(Table::new(self.reading, what, entries, self.span()))
    }

    /// Any TOML value as JSON; template names in it are noted.
    pub(crate) fn json(&self) -> Value {
        self.to_json(self.raw(), &self.span())
    }

    /// A table with any keys, as a JSON object.
    pub(crate) fn object(&self) -> serde_json::Map<String, Value> {
        match self.json() {
            Value::Object(object) => object,
            _ => {
                self.wrong("a table `{ key = value }` belongs here");
                serde_json::Map::new()
            }
        }
    }

    fn to_json(&self, value: &DeValue<'_>, span: &Range<usize>) -> Value {
        match value {
            DeValue::String(text) => {
                self.reading.note_names(text, span);
                Value::String(text.to_string())
            }
            DeValue::Integer(number) => {
                whole(number).map_or_else(|| self.no_json(value, span), Value::from)
            }
            DeValue::Float(number) => {
                let number = number.as_str().parse().ok().and_then(serde_json::Number::from_f64);
                number.map_or_else(|| self.no_json(value, span), Value::Number)
            }
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(moment) => Value::String(moment.to_string()),
            DeValue::Array(items) => {
                items.iter().map(|item| self.to_json(item.get_ref(), &item.span())).collect()
            }
            DeValue::Table(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(key, item)| {
                        self.reading.note_names(key.get_ref(), &key.span());
                        (key.get_ref().to_string(), self.to_json(item.get_ref(), &item.span()))
                    })
                    .collect(),
            ),
        }
    }

    fn no_json(&self, value: &DeValue<'_>, span: &Range<usize>) -> Value {
        let found = format!("{} has no place in JSON", describe(value));
        self.reading.mistake(span, found, "write a number that fits in 64 bits");
        Value::Null
    }
}

/// An integer in any notation of TOML; `None` if it needs more than 64 bits.
fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string \"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(moment) => format!("the time {moment}"),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    }
}
