//! What a scenario needs, and what is missing for it here.

use std::collections::BTreeSet;

use super::{ClientChoice, Place, Settings};
use crate::drivers::adapter::message::ClientClock;
use crate::event::Verdict;
use idx_scenario::{Action, ClientType, Need, OrgChoice, Scenario, Step};

/// Why a scenario is not run here: skipped for the place's sake, unsupported for the client's.
pub(super) fn missing(scenario: &Scenario, settings: &Settings) -> Option<(Verdict, String)> {
    let needs = needs_of(scenario);
    if let Place::Target(target) = &settings.place {
        let lacking = needs.iter().find_map(|need| match need {
            Need::Clock => Some("the clock of a target cannot be moved"),
            Need::Faults => Some("a target has no faults to set"),
            Need::OwnOrg => Some("it needs an org of its own, and a target is as it is"),
            Need::Inbox if target.inbox.is_none() => {
                Some("codes cannot be read; give a command with --inbox")
            }
            Need::Inbox | Need::ClientClock | Need::Raw => None,
        });
        let opens_link =
            scenario.steps.iter().any(|step| matches!(step.action, Action::OpenLink { .. }));
        let lacking = lacking.or_else(|| {
            opens_link.then_some("it opens the link of a mail, and --inbox gives codes alone")
        });
        if let Some(reason) = lacking {
            return Some((Verdict::Skipped, reason.to_owned()));
        }
        let wants_secret = scenario.client == ClientType::Confidential;
        if wants_secret != target.client_secret.is_some() {
            let kind = if wants_secret { "confidential" } else { "public" };
            return Some((
                Verdict::Skipped,
                format!("it needs a {kind} client, and the target's is of the other kind"),
            ));
        }
    }
    if let ClientChoice::Adapter(pool) = &settings.client {
        if needs.contains(&Need::Raw) {
            let reason = match scenario.steps.iter().find(|step| is_raw(step)) {
                Some(step) => format!("no client does `{}` here by itself", step.action.summary()),
                None => "no client does this by itself".to_owned(),
            };
            return Some((Verdict::Unsupported, reason));
        }
        if needs.contains(&Need::ClientClock) && pool.hello().clock == ClientClock::System {
            return Some((
                Verdict::Unsupported,
                "the client looks at the machine's clock, which cannot be moved".to_owned(),
            ));
        }
    }
    None
}

fn needs_of(scenario: &Scenario) -> BTreeSet<Need> {
    let mut needs: BTreeSet<_> = scenario.needs.iter().copied().collect();
    if scenario.org != OrgChoice::Preset("password-plus-another-factor".into()) {
        needs.insert(Need::OwnOrg);
    }
    for step in &scenario.steps {
        match &step.action {
            Action::Clock { .. } => drop(needs.insert(Need::Clock)),
            Action::Faults { .. } => drop(needs.insert(Need::Faults)),
            Action::Inbox(_) => drop(needs.insert(Need::Inbox)),
            _ => {}
        }
    }
    if scenario.steps.iter().any(is_raw) {
        needs.insert(Need::Raw);
    }
    needs
}

/// Whether a step asks for what only the harness's own client does.
fn is_raw(step: &Step) -> bool {
    matches!(step.action, Action::Introspect { .. } | Action::Redeem { .. })
        || (step.deliberate && !step.action.is_control())
}
