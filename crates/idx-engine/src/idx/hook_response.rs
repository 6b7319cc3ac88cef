//! The meaning of a registration inline hook's response. The contract is Okta's reference of the hook `com.okta.user.pre-registration`.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use serde::Deserialize;

use crate::contract::hook::HookOutcome;
use crate::org::{Attribute, Org};
use crate::policy::{email, profile};
use crate::refusal::{self, FieldName, Refusal};

/// The hook's decision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// The sign-up continues, with these attributes changed.
    Allow(BTreeMap<String, Scalar>),
    /// The sign-up is refused.
    Deny(Refusal),
}

impl Verdict {
    fn login(&self) -> Option<String> {
        match self {
            Self::Allow(updates) => match updates.get("login") {
                Some(Scalar::Text(login)) => Some(email::normalised(login)),
                _ => None,
            },
            Self::Deny(_) => None,
        }
    }
}

/// The login that the hook sets, in lower case.
pub(crate) fn login_of_hook(org: &Org, outcome: &HookOutcome) -> Option<String> {
    let policies = org.resolve(org.apps.first()?, None);
    verdict(outcome, &policies.profile_enrollment.profile_attributes).login()
}

/// Reads the hook's response. If the hook is down, slow, or sends an invalid response, the registration fails.
pub(crate) fn verdict(outcome: &HookOutcome, attributes: &[Attribute]) -> Verdict {
    let HookOutcome::Answered { status, body } = outcome else { return failed() };
    if !(200..300).contains(status) {
        return failed();
    }
    // A hook with nothing to say lets the registration go on, as the question itself says ALLOW.
    if body.iter().all(u8::is_ascii_whitespace) {
        return Verdict::Allow(BTreeMap::new());
    }
    // Serde reads a struct from a list too, which no hook means.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    match serde_json::from_slice::<HookResponse>(body) {
        Ok(response) if is_object => response.verdict(attributes),
        _ => failed(),
    }
}

fn failed() -> Verdict {
    Verdict::Deny(Refusal::of(&refusal::REGISTRATION_FAILED))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HookResponse {
    commands: Option<Vec<Command>>,
    error: Option<ResponseError>,
}

#[derive(Debug, Deserialize)]
struct Command {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    value: BTreeMap<String, Scalar>,
}

/// Its own `errorSummary` is never shown.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ResponseError {
    error_causes: Option<Vec<ErrorCause>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ErrorCause {
    error_summary: Option<String>,
    location: Option<String>,
}

impl HookResponse {
    /// With an `error`, no command is executed and the registration fails, even if the `error` is empty.
    fn verdict(self, attributes: &[Attribute]) -> Verdict {
        match self.error {
            Some(error) => Verdict::Deny(error.refusal(attributes)),
            None => execute(self.commands.unwrap_or_default(), attributes),
        }
    }
}

/// Executes the commands in their order: the last decision counts.
fn execute(commands: Vec<Command>, attributes: &[Attribute]) -> Verdict {
    let mut updates = BTreeMap::new();
    let mut is_denied = false;
    for Command { kind, value } in commands {
        match kind.as_str() {
            "com.okta.action.update" => match value.get("registration") {
                Some(Scalar::Text(action)) if action == "DENY" => is_denied = true,
                Some(Scalar::Text(action)) if action == "ALLOW" => is_denied = false,
                // Inferred: a decision that Okta does not know makes the response invalid.
                _ => return failed(),
            },
            "com.okta.user.profile.update" => updates.extend(value),
            // Okta refuses the whole response if it does not know a command.
            _ => return failed(),
        }
    }
    if is_denied {
        return Verdict::Deny(Refusal::of(&refusal::HOOK_DENIED));
    }
    // Inferred: the registration fails if a value does not fit the schema.
    if updates.iter().all(|(name, value)| profile::can_set(attributes, name, value)) {
        Verdict::Allow(updates)
    } else {
        failed()
    }
}

impl ResponseError {
    fn refusal(self, attributes: &[Attribute]) -> Refusal {
        let causes = self.error_causes.unwrap_or_default().into_iter();
        let refusals = causes
            .filter_map(|cause| {
                let field = cause.location.and_then(|location| field(&location, attributes));
                let summary = cause.error_summary.filter(|summary| !summary.is_empty())?;
                Some(Refusal::with(&refusal::HOOK_CAUSE, field.as_ref(), &[&summary]))
            })
            .collect();
        Refusal::all(refusals).unwrap_or_else(|| Refusal::of(&refusal::HOOK_ERROR))
    }
}

/// The field of the form that a cause names: `data.userProfile.email`. Inferred: if only one of `login` and `email` is on the form, the other one
/// names it too, because both have one value; a cause that names no field stands at the top.
fn field(location: &str, attributes: &[Attribute]) -> Option<FieldName> {
    let (_, name) = location.rsplit_once("userProfile.")?;
    let other = match name {
        "login" => "email",
        "email" => "login",
        name => name,
    };
    [name, other]
        .iter()
        .find(|name| attributes.iter().any(|attribute| attribute.name == **name))
        .map(|name| FieldName::Attribute((*name).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"{"type":"com.okta.action.update","value":{"registration":"DENY"}}"#;
    const ALLOW: &str = r#"{"type":"com.okta.action.update","value":{"registration":"ALLOW"}}"#;

    /// The verdict in one line: the updates, or the refusal with each message and its field.
    fn line(outcome: &HookOutcome) -> String {
        match verdict(outcome, &Attribute::defaults()) {
            Verdict::Allow(updates) => {
                format!("allow {}", updates.into_keys().collect::<Vec<_>>().join(" "))
            }
            Verdict::Deny(refusal) => {
                let notices = refusal.notices.iter().map(|notice| match &notice.field {
                    Some(FieldName::Attribute(name)) => {
                        format!("{name}: {}", notice.message.message)
                    }
                    _ => notice.message.message.to_string(),
                });
                format!("{} {}", refusal.definition.id, notices.collect::<Vec<_>>().join(" | "))
            }
        }
    }

    fn of(status: u16, body: &str) -> String {
        line(&HookOutcome::Answered { status, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn commands_are_executed_in_their_order() {
        let set =
            |value: &str| format!(r#"{{"type":"com.okta.user.profile.update","value":{value}}}"#);
        for (commands, expected) in [
            (String::new(), "allow "),
            (ALLOW.to_owned(), "allow "),
            (DENY.to_owned(), "E20 Registration denied."),
            (format!("{DENY},{ALLOW}"), "allow "),
            (format!("{ALLOW},{DENY}"), "E20 Registration denied."),
            (set(r#"{"nickName":"M","customerId":12345}"#), "allow customerId nickName"),
            (
                format!("{},{}", set(r#"{"title":"M"}"#), set(r#"{"login":"m@b.co"}"#)),
                "allow login title",
            ),
            (format!("{},{DENY}", set(r#"{"title":"M"}"#)), "E20 Registration denied."),
        ] {
            assert_eq!(of(200, &format!(r#"{{"commands":[{commands}]}}"#)), expected, "{commands}");
        }
    }

    #[test]
    fn error_fails_the_registration_and_executes_no_command() {
        let generic = "E20a Registration cannot be completed at this time.";
        for (error, expected) in [
            ("{}", generic),
            (r#"{"errorSummary":"Ask your manager."}"#, generic),
            (r#"{"errorSummary":"Ask your manager.","errorCauses":[]}"#, generic),
            (r#"{"errorSummary":"Ask your manager.","errorCauses":null}"#, generic),
            (r#"{"errorCauses":[{"location":"data.userProfile.email"}]}"#, generic),
            (
                r#"{"errorSummary":"Ask.","errorCauses":[{"errorSummary":"Only ours.","location":"data.userProfile.email","locationType":"body","domain":"end-user","reason":"X"}]}"#,
                "E20b email: Only ours.",
            ),
            (
                r#"{"errorCauses":[{"errorSummary":"Only ours.","location":"data.userProfile.login"}]}"#,
                "E20b email: Only ours.",
            ),
            (
                r#"{"errorCauses":[{"errorSummary":"One.","location":"data.userProfile.firstName"},{"errorSummary":"Two."},{"errorSummary":"Three.","location":"data.userProfile.age"}]}"#,
                "E20b firstName: One. | Two. | Three.",
            ),
        ] {
            for commands in [DENY, ALLOW, ""] {
                let body = format!(r#"{{"commands":[{commands}],"error":{error}}}"#);
                assert_eq!(of(200, &body), expected, "{body}");
            }
        }
        assert_eq!(
            of(200, &format!(r#"{{"commands":[{DENY}],"error":null}}"#)),
            "E20 Registration denied."
        );
    }

    #[test]
    fn response_without_a_decision_allows_the_registration() {
        for (status, body) in [(200, ""), (204, ""), (200, "{}"), (200, r#"{"commands":null}"#)] {
            assert_eq!(of(status, body), "allow ", "{status} {body}");
        }
    }

    #[test]
    fn invalid_response_fails_the_registration() {
        let failed = "E16 There was an error creating your account. Please try registering again.";
        let set = |value: &str| {
            format!(r#"{{"commands":[{{"type":"com.okta.user.profile.update","value":{value}}}]}}"#)
        };
        for (status, body) in [
            (500, String::new()),
            (302, String::new()),
            (400, "{}".to_owned()),
            (200, "<html>".to_owned()),
            (200, "[]".to_owned()),
            (200, r#"{"commands":7}"#.to_owned()),
            (200, r#"{"commands":[{"type":"x"}]}"#.to_owned()),
            (200, r#"{"commands":[{"type":"com.okta.user.progressive.profile.update","value":{"title":"x"}}]}"#.to_owned()),
            (200, r#"{"commands":[{"type":"com.okta.action.update","value":{"action":"DENY"}}]}"#.to_owned()),
            (200, set("7")),
            (200, set(r#"{"password":"Abcd1234"}"#)),
            (200, set(r#"{"login":"maryjo"}"#)),
            (200, set(r#"{"login":null}"#)),
            (200, set(r#"{"email":7}"#)),
            (200, set(r#"{"firstName":""}"#)),
            (200, set(r#"{"tags":["a"]}"#)),
        ] {
            assert_eq!(of(status, &body), failed, "{status} {body}");
        }
        assert_eq!(line(&HookOutcome::Failed), failed);
    }
}
