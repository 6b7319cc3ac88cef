//! Changes the verdict on a scenario that the client is known to fail.

use idx_scenario::KnownFailure;

use crate::event::{ScenarioResult, Verdict};
use crate::report::reasons;

/// A known failure becomes *known*. A pass becomes a failure, so that the entry is removed. Another failure stays a failure.
pub(crate) fn apply(result: &mut ScenarioResult, entries: &[&KnownFailure]) {
    let Some(first) = entries.first() else { return };
    match result.verdict {
        Verdict::Failed | Verdict::Warned => {
            let failures = reasons(result);
            let is_known = |failure: &String| entries.iter().any(|known| known.covers(failure));
            if failures.iter().all(is_known) {
                result.verdict = Verdict::Known;
                let mut used =
                    entries.iter().filter(|known| failures.iter().any(|text| known.covers(text)));
                result.known = Some(used.next().unwrap_or(first).explanation());
            } else {
                result.known = Some(format!(
                    "its known failure is another ({}); fix this one, or list it with its own `failure`",
                    first.explanation()
                ));
            }
        }
        Verdict::Passed => {
            result.verdict = Verdict::Failed;
            result.known = Some(format!(
                "it is a known failure ({}), and it passes; remove the entry",
                first.explanation()
            ));
        }
        _ => {}
    }
}
