//! What a scenario requires of the server and of the client.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Span;
use serde_json::Value;

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
        Need::CustomServer if !target.issuer.is_custom_server() => {
            Some("it needs a custom authorization server, and the target is the org's own")
        }
        Need::Faults => Some("a target has no faults to set"),
        Need::OwnOrg => Some("it needs an org of its own, and a target cannot be changed"),
        Need::Inbox if target.inbox.is_none() => {
            Some("codes cannot be read; name a command with --inbox")
        }
        Need::Inbox | Need::ClientClock | Need::CustomServer | Need::Raw => None,
    });
    let reads_link = scenario.steps.iter().any(|step| match &step.action {
        Action::OpenLink { .. } => true,
        Action::Inbox(inbox) => inbox.names_link,
        _ => false,
    });
    let has_one_phone = || {
        let reads_other = |step: &Step| match &step.action {
            Action::Inbox(inbox) => inbox.to == "{{otherPhone}}",
            _ => false,
        };
        let needs_two = scenario.steps.iter().any(reads_other) && target.phone.is_some();
        needs_two.then_some("it needs two phone numbers, and --phone names one")
    };
    let missing = missing.or_else(has_one_phone);
    let missing = missing.or_else(|| {
        let is_native = !target.redirect_uri.starts_with("http");
        let of_page = scenario.steps.iter().any(names_app_origin) && is_native;
        of_page.then_some("it needs a web app, and the redirect URI belongs to a native app")
    });
    let missing = missing.or_else(|| {
        reads_link.then_some("it uses the link of an email, and --inbox returns codes only")
    });
    if let Some(reason) = missing {
        return Some(reason.to_owned());
    }
    let (required, fits) = match scenario.client {
        ClientType::Any => return None,
        ClientType::Public => ("public", target.client_secret.is_none()),
        ClientType::Confidential => ("confidential", target.client_secret.is_some()),
    };
    (!fits)
        .then(|| format!("it needs a {required} client, and the target's client is not {required}"))
}

fn names_app_origin(step: &Step) -> bool {
    let Action::Request(request) = &step.action else { return false };
    let names_origin = |text: &str| text.contains("{{appOrigin}}");
    names_origin(&request.target) || request.headers.iter().any(|(_, value)| names_origin(value))
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
            Action::Clock { movement } if short_advance(movement).is_some() => {}
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

/// The longest time that a scenario lets pass at a target, whose clock nobody can move.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How far a step advances the clock, if that is short enough to wait for it.
pub(super) fn short_advance(movement: &Value) -> Option<Duration> {
    let span: Span = movement.get("advance")?.as_str()?.parse().ok()?;
    let duration = Duration::try_from(span).ok()?;
    (duration <= LONGEST_WAIT).then_some(duration)
}

/// Whether only the built-in client can do a step.
fn is_raw(step: &Step) -> bool {
    matches!(
        step.action,
        Action::Introspect { .. } | Action::Redeem { .. } | Action::Refresh { .. }
    ) || (step.deliberate && !step.action.is_control())
}
