//! Requests the first pages of a sign-up, for any org document, as an application would.

use std::sync::Arc;

use idx_engine::{App, Call, ClientCredentials, Endpoint, InteractCall, Org};
use idx_walker::page::nested_fields;
use idx_walker::CHALLENGE;
use idx_wire::IdxBody;
use serde_json::{Value, json};

use crate::lab::{Lab, document};

/// For each app of the org: requests the start page and, if the page offers it, the profile form, and submits the form.
pub fn visit(org: Org) {
    let org = Arc::new(org);
    let mut lab = Lab::new(Arc::clone(&org));
    for app in &org.apps {
        visit_as(&mut lab, app);
    }
}

fn visit_as(lab: &mut Lab, app: &App) {
    let begun = ask(lab, Call::Interact(interact(app)));
    if begun["interaction_handle"].is_null() {
        return;
    }
    let handle = json!({ "interactionHandle": begun["interaction_handle"] });
    let start = ask(lab, idx(Endpoint::Introspect, handle));
    let handle = json!({ "stateHandle": start["stateHandle"] });
    let form = ask(lab, idx(Endpoint::Enroll, handle.clone()));
    let mut filled = handle;
    filled["userProfile"] = Value::Object(
        nested_fields(&form, "userProfile")
            .into_iter()
            .map(|name| (name.to_owned(), json!("mary@example.com")))
            .collect(),
    );
    ask(lab, idx(Endpoint::EnrollNew, filled));
}

/// The parameters that an application sends to `interact`.
pub fn interact(app: &App) -> InteractCall {
    InteractCall {
        credentials: ClientCredentials {
            id: Some(app.client_id.clone()),
            secret: app.client_secret.clone(),
            ..ClientCredentials::default()
        },
        scope: Some("openid profile email offline_access".to_owned()),
        redirect_uri: app.redirect_uris.first().map(|uri| uri.as_str().replace('*', "8080")),
        code_challenge: Some(CHALLENGE.to_owned()),
        code_challenge_method: Some("S256".to_owned()),
        state: Some("a-state".to_owned()),
        nonce: Some("a-nonce".to_owned()),
        ..InteractCall::default()
    }
}

fn ask(lab: &mut Lab, call: Call) -> Value {
    lab.call(call).map_or(Value::Null, |answer| document(&answer))
}

fn idx(endpoint: Endpoint, body: Value) -> Call {
    let body: IdxBody = serde_json::from_value(body).unwrap_or_default();
    Call::Idx(endpoint, Box::new(body))
}
