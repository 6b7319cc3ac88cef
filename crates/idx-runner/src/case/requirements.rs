//! What a scenario requires of the server and of the client.

use std::collections::BTreeSet;

use crate::drivers::ClientClock;
use crate::event::Verdict;
use crate::settings::{ClientChoice, ServerChoice, Settings};
use crate::target::Target;
use idx_scenario::{Action, ClientType, Need, OrgChoice, Scenario, Step};

/// Why a scenario is not run: skipped because of the server, or unsupported because of the client.
pub(super) fn missing(scenario: &Scenario, settings: &Settings) -> Option<(Verdict, String)> {
    let needs = needs_of(scenario);
    let of_server = match &settings.server {
        ServerChoice::Emulator { .. } => None,
        ServerChoice::Target(target) => missing_at_target(scenario, &needs, target),
    };
    let skipped = of_server.map(|reason| (Verdict::Skipped, reason));
    skipped.or_else(|| Some((Verdict::Unsupported, missing_in_client(scenario, &needs, settings)?)))
}

fn missing_at_target(
    scenario: &Scenario,
    needs: &BTreeSet<Need>,
    target: &Target,
) -> Option<String> {
    let missing = needs.iter().find_map(|need| match need {
        Need::Clock => Some("the clock of a target cannot be moved"),
        Need::Faults => Some("a target has no faults to set"),
        Need::OwnOrg => Some("it needs an org of its own, and a target cannot be changed"),
        Need::Inbox if target.inbox.is_none() => {
            Some("codes cannot be read; name a command with --inbox")
        }
        Need::Inbox | Need::ClientClock | Need::Raw => None,
    });
    let opens_link =
        scenario.steps.iter().any(|step| matches!(step.action, Action::OpenLink { .. }));
    let missing = missing.or_else(|| {
        opens_link.then_some("it opens the link of a mail, and --inbox returns codes only")
    });
    if let Some(reason) = missing {
        return Some(reason.to_owned());
    }
    let needs_secret = scenario.client == ClientType::Confidential;
    let required = if needs_secret { "confidential" } else { "public" };
    (needs_secret != target.client_secret.is_some())
        .then(|| format!("it needs a {required} client, and the target's client is not {required}"))
}

fn missing_in_client(
    scenario: &Scenario,
    needs: &BTreeSet<Need>,
    settings: &Settings,
) -> Option<String> {
    let ClientChoice::Adapter(pool) = &settings.client else { return None };
    if needs.contains(&Need::Raw) {
        return Some(match scenario.steps.iter().find(|step| is_raw(step)) {
            Some(step) => {
                format!("only the built-in client can send `{}`", step.action.summary())
            }
            None => "only the built-in client can run it".to_owned(),
        });
    }
    (needs.contains(&Need::ClientClock) && pool.hello().clock == ClientClock::System)
        .then(|| "the client uses the system clock, which cannot be moved".to_owned())
}

fn needs_of(scenario: &Scenario) -> BTreeSet<Need> {
    let mut needs: BTreeSet<_> = scenario.needs.iter().copied().collect();
    if scenario.org != OrgChoice::default() {
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

/// Whether only the built-in client can do a step.
fn is_raw(step: &Step) -> bool {
    matches!(
        step.action,
        Action::Introspect { .. } | Action::Redeem { .. } | Action::Refresh { .. }
    ) || (step.deliberate && !step.action.is_control())
}
