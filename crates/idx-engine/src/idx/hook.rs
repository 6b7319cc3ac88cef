//! The registration inline hook: its request, and the meaning of its response. The contract is Okta's reference of the hook
//! `com.okta.user.pre-registration`.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use serde::{Deserialize, Serialize};

use crate::contract::env::{Env, wire_time};
use crate::contract::hook::{HookCall, HookOutcome};
use crate::ids;
use crate::json::bytes;
use crate::org::InlineHook;
use crate::policy::profile::Profile;
use crate::refusal::{self, Notice, Refusal};

/// Okta tries once more if no response arrives in time.
const ATTEMPTS: u32 = 2;

/// The hook's decision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// The sign-up continues, with these attributes changed.
    Allow(BTreeMap<String, Scalar>),
    /// The sign-up is refused.
    Deny(Refusal),
}

/// The call of the hook.
pub(crate) fn call(hook: &InlineHook, profile: &Profile, env: &mut Env) -> HookCall {
    // For whoever signs up, login and address are one.
    let login = Scalar::Text(profile.login.clone());
    let attributes = profile.attributes.iter().map(|(name, value)| (name.as_str(), Value(value)));
    let question = Question {
        event_id: ids::uuid(&mut env.rng),
        event_time: wire_time(env.now),
        event_type: "com.okta.user.pre-registration",
        event_type_version: "1.0",
        content_type: "application/json",
        cloud_event_version: "0.1",
        source: ids::id("reg", &mut env.rng),
        request_type: "self.service.registration",
        data: Data {
            context: Context {
                request: AskedBy {
                    method: "POST",
                    ip_address: "127.0.0.1",
                    id: ids::id("req", &mut env.rng),
                    url: Url { value: "/idp/idx/enroll/new" },
                },
            },
            user_profile: attributes.chain([("login", Value(&login))]).collect(),
            action: "ALLOW",
        },
    };
    HookCall {
        url: hook.url.clone(),
        body: bytes(&question),
        timeout_ms: hook.timeout_millis,
        attempts: ATTEMPTS,
    }
}

/// Reads the hook's response. If the hook is down, slow, or sends an invalid response, the registration fails.
pub(crate) fn verdict(outcome: &HookOutcome) -> Verdict {
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
        Ok(response) if is_object => response.verdict(),
        _ => failed(),
    }
}

fn failed() -> Verdict {
    Verdict::Deny(Refusal::of(&refusal::REGISTRATION_FAILED))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HookResponse {
    commands: Vec<Command>,
    error: Option<ResponseError>,
}

#[derive(Debug, Deserialize)]
struct Command {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    value: BTreeMap<String, Scalar>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseError {
    error_summary: Option<String>,
    #[serde(default)]
    error_causes: Vec<ErrorCause>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorCause {
    error_summary: Option<String>,
}

impl HookResponse {
    fn verdict(self) -> Verdict {
        let mut updates = BTreeMap::new();
        let mut denied = false;
        for command in self.commands {
            match command.kind.as_str() {
                "com.okta.action.update" => {
                    denied |=
                        command.value.get("registration") == Some(&Scalar::Text("DENY".to_owned()))
                }
                "com.okta.user.profile.update" => updates.extend(command.value),
                // Okta refuses the whole answer where it does not know a command.
                _ => return failed(),
            }
        }
        if !denied {
            return Verdict::Allow(updates);
        }
        let own = self.error.and_then(|error| {
            error
                .error_summary
                .or_else(|| error.error_causes.into_iter().find_map(|cause| cause.error_summary))
        });
        Verdict::Deny(match own {
            Some(text) => denied_by_hook(text),
            None => Refusal::of(&refusal::HOOK_DENIED),
        })
    }
}

/// The refusal with the hook's own text.
fn denied_by_hook(text: String) -> Refusal {
    let mut refusal = Refusal::of(&refusal::HOOK_DENIED);
    if let Some(Notice { message, .. }) = refusal.notices.first_mut() {
        message.message = text.into();
        message.i18n = None;
    }
    refusal
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    event_id: String,
    event_time: String,
    event_type: &'a str,
    event_type_version: &'a str,
    content_type: &'a str,
    cloud_event_version: &'a str,
    source: String,
    request_type: &'a str,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    context: Context<'a>,
    user_profile: BTreeMap<&'a str, Value<'a>>,
    action: &'a str,
}

#[derive(Debug, Serialize)]
struct Context<'a> {
    request: AskedBy<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AskedBy<'a> {
    method: &'a str,
    ip_address: &'a str,
    id: String,
    url: Url<'a>,
}

#[derive(Debug, Serialize)]
struct Url<'a> {
    value: &'a str,
}

/// An attribute's value as JSON.
#[derive(Debug)]
struct Value<'a>(&'a Scalar);

impl Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Scalar::Text(text) => serializer.serialize_str(text),
            Scalar::Flag(flag) => serializer.serialize_bool(*flag),
            Scalar::Number(number) => serializer.serialize_f64(*number),
            Scalar::Null | Scalar::Nested => serializer.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Verdict {
        verdict(&HookOutcome::Answered { status, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn each_answer_means_what_okta_says() {
        let id = |verdict| match verdict {
            Verdict::Allow(updates) => format!("allow {}", updates.len()),
            Verdict::Deny(refusal) => {
                format!("{} {}", refusal.definition.id, refusal.notices[0].message.message)
            }
        };
        let failed = "E16 There was an error creating your account. Please try registering again.";
        assert_eq!(id(of(200, "")), "allow 0");
        assert_eq!(id(of(204, "")), "allow 0");
        assert_eq!(id(of(200, "{}")), "allow 0");
        assert_eq!(
            id(of(
                200,
                r#"{"commands":[{"type":"com.okta.action.update","value":{"registration":"ALLOW"}},{"type":"com.okta.user.profile.update","value":{"nickName":"M"}}]}"#
            )),
            "allow 1"
        );
        let deny = r#"{"commands":[{"type":"com.okta.action.update","value":{"registration":"DENY"}}],"error":{"errorSummary":"Ask your manager."}}"#;
        assert_eq!(id(of(200, deny)), "E20 Ask your manager.");
        assert_eq!(
            id(of(
                200,
                r#"{"commands":[{"type":"com.okta.action.update","value":{"registration":"DENY"}}]}"#
            )),
            "E20 Registration cannot be completed at this time."
        );
        for (status, body) in [
            (500, ""),
            (302, ""),
            (200, "<html>"),
            (200, "[]"),
            (200, r#"{"commands":7}"#),
            (200, r#"{"commands":[{"type":"x"}]}"#),
        ] {
            assert_eq!(id(of(status, body)), failed, "{status} {body}");
        }
        assert_eq!(id(verdict(&HookOutcome::Failed)), failed);
    }
}
