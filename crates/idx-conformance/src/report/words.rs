//! A result in words, for reports that tell in plain text.

use crate::event::{CaseResult, ScenarioResult, Verdict};
use crate::exchange::Exchange;

/// Why a scenario is what it is: one line a reason.
pub(super) fn reasons(result: &ScenarioResult) -> Vec<String> {
    let mut lines: Vec<_> = result.known.iter().cloned().collect();
    for case in &result.cases {
        lines.extend(of_case(case));
    }
    lines
}

/// The first place in a file where something did not hold: path and line.
pub(super) fn place(result: &ScenarioResult) -> Option<(String, u64)> {
    let steps = result.cases.iter().flat_map(|case| &case.steps);
    let failed = steps.into_iter().find(|step| !step.failures.is_empty())?;
    let (file, line) = failed.place.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?))
}

fn of_case(case: &CaseResult) -> Vec<String> {
    let name = if case.name.is_empty() { String::new() } else { format!("case {}: ", case.name) };
    let mut lines: Vec<_> = case.reason.iter().map(|reason| format!("{name}{reason}")).collect();
    for step in &case.steps {
        for failure in &step.failures {
            lines.push(format!(
                "{name}{} ({}): {} expected {}, actual {}",
                step.place, step.summary, failure.what, failure.expected, failure.actual
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

/// Whether a report of tests counts it as failed.
pub(super) fn is_failure(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Failed | Verdict::Broken)
}

/// Whether a report of tests counts it as skipped.
pub(super) fn is_skipped(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Skipped | Verdict::Unsupported | Verdict::Known)
}

/// Text for XML and HTML: marked-up characters escaped, control characters that XML 1.0 forbids left out.
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
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escaped("<a b=\"c\">&'\u{1}"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}");
    }
}
