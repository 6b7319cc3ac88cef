//! `idxlab explain`.

use idx_judge::rules::{self, Rule};
use idx_scenario::{Selection, nearest};

use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// Explain a rule or a scenario: its requirement, the reason and the source.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a rule or a scenario. Without it, every rule is listed, one per line.
    id: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let text = match &args.id {
        None => Some(rules::all().map(line).collect()),
        Some(id) => rules::find(id).map(rule_text).or_else(|| scenario_text(id)),
    };
    if let Some(text) = text {
        print(&text);
        return ExitCode::Passed;
    }
    let id = args.id.as_deref().unwrap_or_default();
    print_error(&format!(
        "error: `{id}` is neither a rule nor a scenario; {}`idxlab explain` lists the rules, `idxlab list` the scenarios",
        suggestion(id)
    ));
    ExitCode::NothingSelected
}

fn scenario_text(id: &str) -> Option<String> {
    let selected = Selection { words: vec![id.to_owned()] }.load().ok()?;
    let [scenario] = selected.as_slice() else { return None };
    Some(format!(
        "{} ({})\n\n{}.\n\nsource: {}\nrun it: idxlab run {}\n",
        scenario.id,
        scenario.level.word(),
        scenario.title,
        scenario.source,
        scenario.address
    ))
}

/// `did you mean …?`, if the id is similar to a known one.
fn suggestion(id: &str) -> String {
    let scenarios = Selection::default().load().unwrap_or_default();
    let scenarios = scenarios.iter().flat_map(|scenario| [&scenario.id, &scenario.address]);
    let known: Vec<_> =
        rules::all().map(|rule| rule.id).chain(scenarios.map(String::as_str)).collect();
    nearest(id, &known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

fn line(rule: &Rule) -> String {
    format!("{}\t{}\t{}\n", rule.id, rule.level.word(), rule.says)
}

fn rule_text(rule: &Rule) -> String {
    format!(
        "{} ({})\n\n{}\n\nwhy: {}\nsource: {}\n",
        rule.id,
        rule.level.word(),
        rule.says,
        rule.reason,
        rule.source
    )
}
