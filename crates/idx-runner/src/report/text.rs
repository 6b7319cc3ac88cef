//! Results as plain text, and escaping.

use crate::event::{CaseResult, ScenarioResult, Verdict};
use crate::plain::plain;
use idx_judge::exchange::Exchange;
use idx_judge::rules::RuleOutcome;

/// The reasons for a scenario's verdict, one per line.
pub(crate) fn reasons(result: &ScenarioResult) -> Vec<String> {
    let mut lines: Vec<_> = result.known.iter().cloned().collect();
    for case in &result.cases {
        lines.extend(of_case(case));
    }
    lines
}

/// How many steps were judged from the server's responses only; `None` if there are none.
pub(super) fn unseen(result: &ScenarioResult) -> Option<String> {
    unseen_steps(result.cases.iter().map(|case| case.unseen).sum())
}

/// The same for a count.
pub(super) fn unseen_steps(count: usize) -> Option<String> {
    let steps = if count == 1 { "step" } else { "steps" };
    (count > 0).then(|| {
        format!("{count} {steps} not shown by the client, which took several answers in one call")
    })
}

/// The standard error of the client, in all cases.
pub(super) fn standard_error(result: &ScenarioResult) -> Option<String> {
    let texts: Vec<_> =
        result.cases.iter().filter_map(|case| case.standard_error.as_deref()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// The reasons, the client's standard error and the command that reproduces the result, on several lines.
pub(super) fn explanation(result: &ScenarioResult) -> String {
    let mut lines = reasons(result);
    lines.extend(unseen(result));
    if let Some(text) = standard_error(result) {
        lines.push(format!("the client's standard error ends:\n{text}"));
    }
    lines.push(format!("again: {}", result.reproduce));
    lines.join("\n")
}

/// The file and line of the failure; `None` for a built-in scenario.
pub(super) fn location(result: &ScenarioResult) -> Option<(String, u64)> {
    let path = result.scenario.path.clone()?;
    let steps = result.cases.iter().flat_map(|case| &case.steps);
    let failed = steps.into_iter().find(|step| !step.failures.is_empty());
    // The location of a shared step is followed by its own, which may be built in.
    let of_step = failed.map(|step| step.location.split(" (").next().unwrap_or_default());
    Some(match of_step.and_then(|location| location.rsplit_once(':')) {
        Some((file, line)) => (file.to_owned(), line.parse().unwrap_or(1)),
        None => (path, 1),
    })
}

fn of_case(case: &CaseResult) -> Vec<String> {
    let name = if case.name.is_empty() { String::new() } else { format!("case {}: ", case.name) };
    let mut lines: Vec<_> = case.reason.iter().map(|reason| format!("{name}{reason}")).collect();
    for step in &case.steps {
        for failure in &step.failures {
            let hint = failure.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            lines.push(format!(
                "{name}{} ({}): {} expected {}, actual {}{hint}",
                step.location,
                step.summary,
                failure.what(),
                failure.expected(),
                failure.actual()
            ));
        }
    }
    for breach in &case.breaches {
        let exchange =
            case.exchanges.get(breach.exchange).map(Exchange::summary).unwrap_or_default();
        lines.push(format!(
            "{name}{}: {} ({exchange}: {})",
            breach.rule.id, breach.rule.says, breach.detail
        ));
    }
    lines
}

/// A rule's outcome on one line.
pub(super) fn rule_line(outcome: &RuleOutcome) -> String {
    let (id, word) = (outcome.rule.id, outcome.exercise().word());
    format!("{id}: {word}: held {}, broken {}", outcome.held, outcome.broken)
}

/// Whether test reports count it as failed.
pub(super) fn is_failure(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Failed | Verdict::Broken)
}

/// Whether test reports count it as skipped.
pub(super) fn is_skipped(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Skipped | Verdict::Unsupported | Verdict::Known)
}

/// Like [`plain`], with a bar before every line after the first. Without it, a line that starts with `::` would be a command to GitHub.
pub(super) fn barred(text: &str, indent: &str) -> String {
    plain(text).trim_end().replace('\n', &format!("\n{indent}| "))
}

/// Like [`plain`], on one line.
pub(super) fn one_line(text: &str) -> String {
    plain(text).split(['\n', '\t']).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Escapes text for XML and HTML, and replaces characters that XML 1.0 forbids.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            '\r' => {}
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escaped("<a b=\"c\">&'\u{1}"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}");
    }

    #[test]
    fn text_stays_behind_its_bar_or_on_its_line() {
        assert_eq!(barred("a\n::error::b\n", "  "), "a\n  | ::error::b");
        assert_eq!(one_line("a\n  b\tc"), "a b c");
    }
}
