//! Translates actions into operations of the adapter protocol.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::drivers::driver::{Account, UnsupportedAction};
use idx_scenario::Action;

/// An operation of the protocol with its fields.
pub(super) type Operation = (&'static str, Map<String, Value>);

/// The operation for an action; `None` if the protocol needs none.
pub(super) fn of_action(
    action: &Action,
    account: &Account,
    ca_file: Option<&Path>,
) -> Result<Option<Operation>, UnsupportedAction> {
    let unsupported = |what: String| Err(UnsupportedAction::NotInProtocol(what));
    let (operation, fields) = match action {
        Action::Start { with } => ("start", start_fields(with, account, ca_file)),
        Action::Answer { remediation, choose, with } => match (remediation.as_str(), choose) {
            ("select-enroll-profile", _) => return Ok(None),
            ("skip", _) => ("skip", json!({})),
            ("enroll-profile", _) => ("fill", json!({ "values": profile_values(with) })),
            ("select-authenticator-enroll", Some(key)) => ("choose", chosen(key, with)),
            ("authenticator-enrollment-data", _) => (
                "fill",
                json!({ "values": with.get("authenticator").cloned().unwrap_or_default() }),
            ),
            ("enroll-authenticator", _) => (
                "answer",
                json!({ "passcode": with.get("credentials").map(|given| &given["passcode"]) }),
            ),
            (other, _) => return unsupported(format!("answer `{other}`")),
        },
        Action::Resend => ("resend", json!({})),
        Action::Poll => ("poll", json!({})),
        Action::Cancel => ("cancel", json!({})),
        Action::OpenLink { link } => ("open-link", json!({ "link": link })),
        Action::Finish => ("finish", json!({})),
        other => return unsupported(other.summary()),
    };
    Ok(Some((operation, fields.as_object().cloned().unwrap_or_default())))
}

fn start_fields(with: &Map<String, Value>, account: &Account, ca_file: Option<&Path>) -> Value {
    let text = |name: &str, other: &str| {
        with.get(name).and_then(Value::as_str).unwrap_or(other).to_owned()
    };
    let scopes = text("scope", "openid profile email");
    let mut fields = json!({
        "issuer": text("issuer", &account.issuer),
        "clientId": account.client_id,
        "redirectUri": account.redirect_uri,
        "scopes": scopes.split(' ').collect::<Vec<_>>(),
    });
    if let Some(secret) = &account.client_secret {
        fields["clientSecret"] = json!(secret);
    }
    if let Some(file) = ca_file {
        fields["caFile"] = json!(file);
    }
    if let Some(token) = with.get("activation_token") {
        fields["activationToken"] = token.clone();
    }
    fields
}

/// The values of the profile form, with its password if it has one.
fn profile_values(with: &Map<String, Value>) -> Value {
    let mut values = with.get("userProfile").cloned().unwrap_or_else(|| json!({}));
    if let Some(passcode) = with.get("credentials").and_then(|given| given.get("passcode")) {
        values["passcode"] = passcode.clone();
    }
    values
}

fn chosen(key: &str, with: &Map<String, Value>) -> Value {
    let mut fields = with.clone();
    fields.insert("authenticator".into(), json!(key));
    Value::Object(fields)
}
