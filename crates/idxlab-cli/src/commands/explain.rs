//! `idxlab explain`.

use idx_judge::rules::{self, Rule};
use idx_scenario::{Selection, nearest};
use idx_server::refusal::{self, Evidence};

use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// Explain a rule, a scenario or a refusal (an error response of the server): what it requires or when it occurs, why, and the source.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a rule, of a built-in scenario, or of a refusal such as `E3` in the journal. Without it, every rule is listed, one per line.
    id: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let text = match &args.id {
        None => Some(rules::all().map(line).collect()),
        Some(id) => rules::find(id)
            .map(rule_text)
            .or_else(|| refusal_text(id))
            .or_else(|| scenario_text(id)),
    };
    if let Some(text) = text {
        print(&text);
        return ExitCode::Passed;
    }
    let id = args.id.as_deref().unwrap_or_default();
    print_error(&format!(
        "error: `{id}` is not a rule, a built-in scenario or a refusal; {}`idxlab explain` lists the rules, `idxlab list` the scenarios, and README.md the refusals",
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

fn refusal_text(id: &str) -> Option<String> {
    let refusal = refusal::TABLE.iter().find(|refusal| refusal.id == id)?;
    let messages: Vec<_> = refusal.messages.iter().map(|message| message.text).collect();
    let (grade, source) = match refusal.evidence {
        Evidence::Shown(source) => ("evidenced", source),
        Evidence::Inferred(source) => ("inferred", source),
    };
    Some(format!(
        "{id} (status {})\n\nThe emulator refuses a request: {}.\n\nmessage: {}\nsource: {source} ({grade})\n",
        refusal.status,
        refusal.when.trim_end_matches('.'),
        messages.join(" ")
    ))
}

/// `did you mean …?`, if the id is similar to a known one.
fn suggestion(id: &str) -> String {
    let scenarios = Selection::default().load().unwrap_or_default();
    let scenarios = scenarios.iter().flat_map(|scenario| [&scenario.id, &scenario.address]);
    let refusals = refusal::TABLE.iter().map(|refusal| refusal.id);
    let ids = rules::all().map(|rule| rule.id).chain(refusals);
    let known: Vec<_> = ids.chain(scenarios.map(String::as_str)).collect();
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
