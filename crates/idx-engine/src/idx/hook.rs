//! The request of the registration inline hook. The contract is Okta's reference of the hook `com.okta.user.pre-registration`.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use serde::Serialize;

use crate::contract::env::{Env, wire_time};
use crate::contract::hook::HookCall;
use crate::ids;
use crate::json::bytes;
use crate::org::InlineHook;
use crate::policy::profile::Profile;

/// Okta tries once more if the first attempt fails.
const ATTEMPTS: u32 = 2;

/// The call of the hook.
pub(crate) fn call(hook: &InlineHook, profile: &Profile, env: &mut Env) -> HookCall {
    // A form without `login` takes the login from the address.
    let login = Scalar::Text(profile.login.clone());
    let attributes = profile.attributes.iter().map(|(name, value)| (name.as_str(), value));
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
            user_profile: std::iter::once(("login", &login)).chain(attributes).collect(),
            action: "ALLOW",
        },
    };
    HookCall {
        url: hook.url.clone(),
        headers: hook.all_headers(),
        ca_certificates: hook.ca_certificates.clone(),
        body: bytes(&question),
        timeout_ms: hook.timeout_millis,
        attempts: ATTEMPTS,
    }
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
    user_profile: BTreeMap<&'a str, &'a Scalar>,
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
