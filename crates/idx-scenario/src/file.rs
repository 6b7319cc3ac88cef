//! Reads one file: a scenario, or shared steps.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};
use toml::de::DeTable;

use super::built_in;
use super::expect::Expect;
use super::mistake::{Mistake, Mistakes, Source};
use super::model::{Action, Case, ClientType, Level, Need, OrgChoice, Scenario, Step};
use super::reader::{Entry, Reading, Table, nearest};
use super::steps::{self, ReadStep};

/// The names that every scenario can use: from its first step, or from the step that provides the value.
pub(super) const PREDEFINED_NAMES: &[&str] = &[
    "baseUrl",
    "issuer",
    "orgIssuer",
    "oauthBase",
    "appOrigin",
    "clientId",
    "clientSecret",
    "redirectUri",
    "email",
    "otherEmail",
    "password",
    "otherPassword",
    "phone",
    "otherPhone",
    "firstName",
    "lastName",
    "stateHandle",
    "interactionHandle",
    "interactionCode",
    "codeVerifier",
    "codeChallenge",
    "state",
    "nonce",
    "accessToken",
    "idToken",
    "refreshToken",
];

/// Finds the source of shared steps by name.
pub(crate) type FindShared<'f> = &'f dyn Fn(&str) -> Option<Source>;

impl Source {
    /// Reads this text as a scenario whose shared steps `find_shared` knows by name.
    ///
    /// # Errors
    /// All the mistakes in it, each with its position.
    pub fn scenario(
        &self,
        find_shared: &dyn Fn(&str) -> Option<Self>,
    ) -> Result<Scenario, Mistakes> {
        read_scenario(self, &self.name, None, find_shared).map_err(Mistakes)
    }
}

/// Reads a scenario; on any mistake, all of them.
pub(crate) fn read_scenario(
    source: &Source,
    address: &str,
    path: Option<String>,
    find_shared: FindShared<'_>,
) -> Result<Scenario, Vec<Mistake>> {
    let reading = Reading::new(source);
    let document = match DeTable::parse(&source.text) {
        Ok(document) => document,
        Err(error) => return Err(vec![not_toml(source, &error)]),
    };
    let scenario = read_document(&reading, document.get_ref(), address, path, find_shared);
    let mistakes = reading.into_mistakes();
    if mistakes.is_empty() { Ok(scenario) } else { Err(mistakes) }
}

fn not_toml(source: &Source, error: &toml::de::Error) -> Mistake {
    let right = "fix the TOML syntax (version 1.1)".to_owned();
    Mistake::new(
        source,
        &error.span().unwrap_or(0..0),
        error.message().lines().collect::<Vec<_>>().join("; "),
        right,
    )
}

fn read_document(
    reading: &Reading<'_>,
    document: &DeTable<'_>,
    address: &str,
    path: Option<String>,
    find_shared: FindShared<'_>,
) -> Scenario {
    let table = Table::new(reading, "a scenario", document, 0..0);
    let text = |key| table.required(key).and_then(|entry| entry.string()).unwrap_or_default();
    let mut scenario = Scenario {
        id: read_id(&table),
        title: text("title"),
        level: table.required("level").and_then(|entry| read_level(&entry)).unwrap_or(Level::Must),
        source: text("source"),
        address: address.to_owned(),
        path,
        org: table.take("org").map_or_else(OrgChoice::default, |entry| read_org(&entry)),
        client: table
            .take("client")
            .and_then(|entry| read_client(&entry))
            .unwrap_or(ClientType::Any),
        needs: table.take("needs").map(|entry| read_needs(&entry)).unwrap_or_default(),
        newer_server: table.take("newer-server").is_some_and(|entry| entry.flag()),
        cases: table.take("case").map_or_else(|| vec![Case::default()], |entry| read_cases(&entry)),
        steps: Vec::new(),
        files: Vec::new(),
    };
    let read = read_steps(&table);
    table.finish();
    let mut assembly =
        Assembly { reading, scenario: &mut scenario, find_shared, names_of_shared: Vec::new() };
    assembly.place(read);
    let names_of_shared = assembly.names_of_shared;
    check_names(reading, &scenario, &names_of_shared);
    scenario
}

fn read_id(table: &Table<'_>) -> String {
    let Some(entry) = table.required("id") else { return String::new() };
    let Some(id) = entry.string() else { return String::new() };
    if id.is_empty()
        || !id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
    {
        entry.wrong("write capitals, digits and dashes, \"IDX-REG-SSR-1\"");
    }
    id
}

fn read_level(entry: &Entry<'_>) -> Option<Level> {
    entry.one_of(&[("must", Level::Must), ("should", Level::Should)])
}

fn read_client(entry: &Entry<'_>) -> Option<ClientType> {
    entry.one_of(&[("public", ClientType::Public), ("confidential", ClientType::Confidential)])
}

fn read_org(entry: &Entry<'_>) -> OrgChoice {
    if entry.raw().is_table() {
        return OrgChoice::Document(entry.json());
    }
    OrgChoice::Preset(entry.string().unwrap_or_default())
}

fn read_needs(entry: &Entry<'_>) -> Vec<Need> {
    let items = entry.items("a list of needs belongs here").unwrap_or_default();
    items.iter().filter_map(|item| item.one_of(Need::ALL)).collect()
}

fn read_cases(entry: &Entry<'_>) -> Vec<Case> {
    let rows = entry.items("write each row as a `[[case]]` table").unwrap_or_default();
    if entry.raw().as_array().is_some_and(|rows| rows.is_empty()) {
        let right = "write a `[[case]]` for each row, or leave the key out";
        entry.reading.mistake(&entry.span(), "a table of cases without a row", right);
    }
    let mut cases: Vec<Case> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut values = row.object();
        let name = row.table("a row").and_then(|table| table.take("name"));
        values.remove("name");
        let case = Case {
            name: match &name {
                Some(entry) => entry.string().unwrap_or_default(),
                None => format!("case {}", index + 1),
            },
            values,
        };
        if let Some(name) = name.filter(|_| cases.iter().any(|other| other.name == case.name)) {
            name.wrong("another row is called that; its name is what a report tells a row by");
        }
        cases.push(case);
    }
    cases
}

fn read_steps(table: &Table<'_>) -> Vec<ReadStep> {
    let Some(entry) = table.required("step") else { return Vec::new() };
    let items = entry.items("write each step as a `[[step]]` table").unwrap_or_default();
    if entry.raw().as_array().is_some_and(|steps| steps.is_empty()) {
        entry.reading.mistake(&entry.span(), "there is no step", "write a `[[step]]` at least");
    }
    items.iter().filter_map(|item| item.table("a step")).filter_map(steps::read).collect()
}

/// Assembles a scenario's own and shared steps.
struct Assembly<'r, 's> {
    reading: &'r Reading<'r>,
    scenario: &'s mut Scenario,
    find_shared: FindShared<'s>,
    /// Template names in shared steps, with the shared file and the position of its use.
    names_of_shared: Vec<(String, String, Range<usize>)>,
}

impl Assembly<'_, '_> {
    fn place(&mut self, read: Vec<ReadStep>) {
        self.scenario
            .files
            .push(Arc::from(self.scenario.path.as_deref().unwrap_or(&self.scenario.address)));
        for step in read {
            match step {
                ReadStep::Own(step) => self.scenario.steps.push(*step),
                ReadStep::Shared { name, span, with } => self.place_shared(&name, &span, with),
            }
        }
    }

    fn place_shared(&mut self, name: &str, span: &Range<usize>, with: Map<String, Value>) {
        let Some(source) = (self.find_shared)(name) else {
            let right = match nearest(name, &built_in::shared_names()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => {
                    "shared steps stand in a folder `shared` beside the scenario's folder".into()
                }
            };
            self.reading.mistake(span, format!("there are no shared steps `{name}`"), right);
            return;
        };
        match read_shared(&source) {
            Ok(SharedSteps { steps, names }) => {
                let file = self.scenario.files.len();
                let named = names.into_iter().map(|named| (named, name.to_owned(), span.clone()));
                self.names_of_shared.extend(named);
                self.scenario.files.push(Arc::from(source.name.as_str()));
                if !with.is_empty() {
                    let line = self.reading.line(span);
                    let action = Action::Set { values: with };
                    self.scenario.steps.push(Step {
                        file: 0,
                        line,
                        used_at: None,
                        action,
                        deliberate: false,
                        expect: Expect::default(),
                        capture: vec![],
                    });
                }
                let used_at = Some(self.reading.line(span));
                let steps = steps.into_iter().map(|step| Step { file, used_at, ..step });
                self.scenario.steps.extend(steps);
            }
            Err(mistakes) => self.reading.mistakes_elsewhere(mistakes),
        }
    }
}

/// A file of shared steps.
#[derive(Debug)]
pub(crate) struct SharedSteps {
    steps: Vec<Step>,
    /// The template names in them, each once.
    names: BTreeSet<String>,
}

/// Reads a file of shared steps. A shared file uses no other.
pub(crate) fn read_shared(source: &Source) -> Result<SharedSteps, Vec<Mistake>> {
    let reading = Reading::new(source);
    let document = DeTable::parse(&source.text).map_err(|error| vec![not_toml(source, &error)])?;
    let table = Table::new(&reading, "a file of shared steps", document.get_ref(), 0..0);
    table.required("about").and_then(|entry| entry.string());
    let read = read_steps(&table);
    table.finish();
    let mut steps = Vec::new();
    for step in read {
        match step {
            ReadStep::Own(step) => steps.push(*step),
            ReadStep::Shared { span, .. } => {
                reading.mistake(&span, "shared steps use shared steps", "write these steps out");
            }
        }
    }
    let names = reading.names_used().into_iter().map(|(name, _)| name).collect();
    let mistakes = reading.into_mistakes();
    if mistakes.is_empty() { Ok(SharedSteps { steps, names }) } else { Err(mistakes) }
}

/// Every `{{name}}` of the file must be predefined, set, captured or read from the inbox.
fn check_names(
    reading: &Reading<'_>,
    scenario: &Scenario,
    names_of_shared: &[(String, String, Range<usize>)],
) {
    let mut known: BTreeSet<&str> = PREDEFINED_NAMES.iter().copied().collect();
    known.extend(scenario.cases.iter().flat_map(|case| case.values.keys()).map(String::as_str));
    let mut composed = Vec::new();
    for step in &scenario.steps {
        known.extend(step.capture.iter().map(|(name, _)| name.as_str()));
        match &step.action {
            Action::Set { values } => known.extend(values.keys().map(String::as_str)),
            Action::Inbox(inbox) => {
                composed.push(format!("wrong-{}", inbox.code));
                known.extend([inbox.code.as_str(), inbox.link.as_str()]);
            }
            _ => {}
        }
    }
    known.extend(composed.iter().map(String::as_str));
    for (name, span) in reading.names_used() {
        if !known.contains(name.as_str()) {
            let words: Vec<_> = known.iter().copied().filter(|word| !word.contains("{{")).collect();
            let right = match nearest(&name, &words) {
                Some(near) => format!("did you mean `{{{{{near}}}}}`?"),
                None => format!(
                    "give it a value with `set`, `capture` or `inbox`, or use {}",
                    PREDEFINED_NAMES.join(", ")
                ),
            };
            reading.mistake(&span, format!("nothing gives `{{{{{name}}}}}` a value"), right);
        }
    }
    for (name, shared, span) in names_of_shared {
        if !known.contains(name.as_str()) {
            let found = format!(
                "the shared steps `{shared}` name `{{{{{name}}}}}`, and nothing gives it a value"
            );
            reading.mistake(span, found, format!("write `with = {{ {name} = … }}` beside it"));
        }
    }
}
