//! JSON Schemas, for editors and other programs.

/// Every schema: its name, what it describes, and its text.
pub const ALL: &[(&str, &str, &str)] = &[
    (
        "scenario",
        "a scenario file, as an editor completes and checks it",
        include_str!("../schemas/scenario.schema.json"),
    ),
    (
        "adapter",
        "the messages between the harness and an adapter",
        include_str!("../schemas/adapter.schema.json"),
    ),
    (
        "report",
        "the report that --report json writes",
        include_str!("../schemas/report.schema.json"),
    ),
];

/// The schema of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, ..)| *known == name).map(|(.., text)| *text)
}
