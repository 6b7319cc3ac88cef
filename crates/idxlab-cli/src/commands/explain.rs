//! `idxlab explain`.

use std::io::Write as _;

use idx_judge::rules::{self, Rule};
use idx_scenario::{Selection, nearest};

use crate::exit_code::ExitCode;

/// Say what a rule or a scenario holds, why, and where that comes from.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The id of a rule or a scenario; every rule, one a line, when there is none.
    id: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let Some(id) = &args.id else { return print(&rules::all().map(line).collect::<String>()) };
    if let Some(rule) = rules::find(id) {
        return print(&explained(rule));
    }
    match (Selection { words: vec![id.clone()] }).load().as_deref() {
        Ok([scenario]) => print(&format!(
            "{} ({})\n\n{}.\n\nsource: {}\nrun it: idxlab run {}\n",
            scenario.id,
            scenario.level.word(),
            scenario.title,
            scenario.source,
            scenario.address
        )),
        _ => {
            // Where standard error is closed, the exit code still tells.
            let _ = writeln!(
                anstream::stderr(),
                "error: `{id}` is neither a rule nor a scenario; {}`idxlab explain` lists the rules, `idxlab list` the scenarios",
                near(id)
            );
            ExitCode::NothingSelected
        }
    }
}

fn near(id: &str) -> String {
    let scenarios = Selection::default().load().unwrap_or_default();
    let scenarios = scenarios.iter().flat_map(|scenario| [&scenario.id, &scenario.address]);
    let known: Vec<_> =
        rules::all().map(|rule| rule.id).chain(scenarios.map(String::as_str)).collect();
    nearest(id, &known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

fn line(rule: &Rule) -> String {
    format!("{}\t{}\t{}\n", rule.id, rule.level.word(), rule.says)
}

fn explained(rule: &Rule) -> String {
    format!(
        "{} ({})\n\n{}\n\nwhy: {}\nsource: {}\n",
        rule.id,
        rule.level.word(),
        rule.says,
        rule.reason,
        rule.source
    )
}

fn print(text: &str) -> ExitCode {
    // A reader that has seen enough closes the pipe; that is no failure.
    let _ = anstream::stdout().write_all(text.as_bytes());
    ExitCode::Passed
}
