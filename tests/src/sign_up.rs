//! Runs a user's sign-up: submits remediations by name, as Okta's SDKs do, and validates every response.

use serde_json::{Map, Value, json};

use crate::http::{Http, Reply};
use crate::jwt::s256;
use crate::org::{Org, PASSWORD, PUBLIC_CLIENT, REDIRECT_URI};
use crate::validator::{Response, violations};

/// The PKCE verifier of every sign-up. It is constant because these tests do not need secrecy.
pub const VERIFIER: &str = "a-verifier-of-the-forty-three-characters-or-more";
/// The nonce of every sign-up.
pub const NONCE: &str = "nonce-of-the-test";

/// One transaction, from the client's side.
#[derive(Debug, Clone)]
pub struct SignUp<'o> {
    org: &'o Org,
    http: Http,
    /// The interaction handle.
    pub interaction_handle: String,
    /// The transaction's current page.
    pub page: Value,
}

impl<'o> SignUp<'o> {
    /// Sends `interact`, then `introspect`.
    pub async fn start(org: &'o Org) -> Self {
        let fields = interact_fields();
        let reply = org.http.post_form(&format!("{}/v1/interact", org.issuer()), &fields).await;
        assert_eq!(reply.status, 200, "{:?}", reply.bytes);
        let interaction_handle =
            reply.json()["interaction_handle"].as_str().expect("a handle").to_owned();
        let mut sign_up =
            Self { org, http: org.http.clone(), interaction_handle, page: Value::Null };
        sign_up.introspect().await;
        sign_up
    }

    /// The same transaction with new connections, for tests of races.
    pub fn on_its_own_connection(&self) -> Self {
        Self { http: Http::default(), ..self.clone() }
    }

    /// Requests the current page again.
    pub async fn introspect(&mut self) -> Reply {
        let body = json!({"interactionHandle": self.interaction_handle});
        self.post(&self.org.url("/idp/idx/introspect"), &body).await
    }

    /// Submits a remediation: its fixed fields, overridden by `values`.
    pub async fn answer(&mut self, remediation: &str, values: Value) -> Reply {
        let form = self.remediation(remediation).clone();
        self.submit(&form, values).await
    }

    /// Submits an action of the current authenticator: `resend` or `poll`.
    pub async fn act(&mut self, action: &str) -> Reply {
        let form = self.page["currentAuthenticator"]["value"][action].clone();
        assert!(form.is_object(), "no {action} in {:#}", self.page["currentAuthenticator"]);
        self.submit(&form, json!({})).await
    }

    /// Cancels the transaction.
    pub async fn cancel(&mut self) -> Reply {
        let form = self.page["cancel"].clone();
        self.submit(&form, json!({})).await
    }

    /// Chooses an authenticator from the list by its key.
    pub async fn choose(&mut self, key: &str, more: Value) -> Reply {
        let mut authenticator = json!({"id": self.authenticator_id(key)});
        merge(&mut authenticator, more);
        self.answer("select-authenticator-enroll", json!({"authenticator": authenticator})).await
    }

    /// Submits the profile of Mary Jo; goes from the start page to the first list.
    pub async fn profile(&mut self, email: &str) -> Reply {
        self.answer("select-enroll-profile", json!({})).await;
        let profile = json!({"firstName": "Mary", "lastName": "Jo", "email": email});
        self.answer("enroll-profile", json!({"userProfile": profile})).await
    }

    /// Chooses and sets the password.
    pub async fn password(&mut self) -> Reply {
        self.choose("okta_password", json!({})).await;
        self.passcode(PASSWORD).await
    }

    /// Chooses email and submits the sent code.
    pub async fn email(&mut self, address: &str) -> Reply {
        self.choose("okta_email", json!({})).await;
        let code = self.org.code_for(address).await;
        self.passcode(&code).await
    }

    /// Chooses phone, requests the code by SMS and submits it.
    pub async fn phone(&mut self, number: &str) -> Reply {
        self.choose("phone_number", json!({})).await;
        let id = self.authenticator_id("phone_number");
        let authenticator = json!({"id": id, "methodType": "sms", "phoneNumber": number});
        self.answer("authenticator-enrollment-data", json!({"authenticator": authenticator})).await;
        let code = self.org.code_for(number).await;
        self.passcode(&code).await
    }

    /// Submits `enroll-authenticator`.
    pub async fn passcode(&mut self, passcode: &str) -> Reply {
        self.answer("enroll-authenticator", json!({"credentials": {"passcode": passcode}})).await
    }

    /// Skips the optional authenticators.
    pub async fn skip(&mut self) -> Reply {
        self.answer("skip", json!({})).await
    }

    /// The shortest complete sign-up: password, email, skip.
    pub async fn finish(&mut self, email: &str) {
        self.profile(email).await;
        self.password().await;
        self.email(email).await;
        self.skip().await;
        self.interaction_code();
    }

    /// The interaction code of the success page.
    #[track_caller]
    pub fn interaction_code(&self) -> &str {
        let fields = self.page["successWithInteractionCode"]["value"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let code = fields.iter().find(|field| field["name"] == "interaction_code");
        code.and_then(|code| code["value"].as_str())
            .unwrap_or_else(|| panic!("no success: {:#}", self.page))
    }

    /// Redeems the interaction code with the correct verifier.
    pub async fn redeem(&self) -> Reply {
        self.redeem_with(&[]).await
    }

    /// Redeems the interaction code, with some parameters replaced.
    pub async fn redeem_with(&self, replaced: &[(&str, &str)]) -> Reply {
        let mut fields = vec![
            ("grant_type", "interaction_code"),
            ("interaction_code", self.interaction_code()),
            ("client_id", PUBLIC_CLIENT),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(name, _)| !replaced.iter().any(|(other, _)| other == name));
        fields.extend_from_slice(replaced);
        let href =
            self.page["successWithInteractionCode"]["href"].as_str().expect("a token address");
        self.http.post_form(href, &fields).await
    }

    /// The names of the page's remediations, in order.
    pub fn offered(&self) -> Vec<&str> {
        self.remediations().iter().filter_map(|form| form["name"].as_str()).collect()
    }

    /// The display names in the list of authenticators, in order.
    pub fn listed(&self) -> Vec<&str> {
        let options =
            self.remediation("select-authenticator-enroll")["value"][0]["options"].as_array();
        options.into_iter().flatten().filter_map(|option| option["label"].as_str()).collect()
    }

    /// Sends a POST to any URL. If the response is a page, it becomes the current page.
    pub async fn post(&mut self, url: &str, body: &Value) -> Reply {
        let reply = self.http.post_json(url, body).await;
        let document = reply.json();
        let found = violations(Response {
            status: Some(reply.status),
            media_type: Some(reply.header("content-type")),
            origin: Some(self.org.base_url()),
            body: &document,
        });
        assert!(
            found.is_empty(),
            "{url} returned {} with {found:#?} in {document:#}",
            reply.status
        );
        if document.get("stateHandle").is_some() {
            self.page = document;
        }
        reply
    }

    async fn submit(&mut self, form: &Value, values: Value) -> Reply {
        let mut body = fixed_fields(&form["value"]);
        merge(&mut body, values);
        self.post(form["href"].as_str().expect("a form has an href"), &body).await
    }

    fn remediations(&self) -> &[Value] {
        self.page["remediation"]["value"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    #[track_caller]
    fn remediation(&self, name: &str) -> &Value {
        let found = self.remediations().iter().find(|form| form["name"] == name);
        found.unwrap_or_else(|| {
            panic!(
                "the page does not offer {name}; it offers {:?}: {:#}",
                self.offered(),
                self.page
            )
        })
    }

    #[track_caller]
    fn authenticator_id(&self, key: &str) -> String {
        let authenticators =
            self.page["authenticators"]["value"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = authenticators.iter().find(|authenticator| authenticator["key"] == key);
        found
            .and_then(|found| found["id"].as_str())
            .unwrap_or_else(|| panic!("no {key} in {:#}", self.page))
            .to_owned()
    }
}

/// The public app's parameters for `interact`.
pub fn interact_fields() -> [(&'static str, &'static str); 7] {
    // The challenge is constant because the verifier is constant.
    static CHALLENGE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| s256(VERIFIER));
    [
        ("client_id", PUBLIC_CLIENT),
        ("scope", "openid profile email offline_access"),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", &CHALLENGE),
        ("code_challenge_method", "S256"),
        ("state", "state-of-the-test"),
        ("nonce", NONCE),
    ]
}

/// The values that the server has fixed (`mutable: false`), which the SDKs send back.
fn fixed_fields(fields: &Value) -> Value {
    let mut body = Map::new();
    for field in fields.as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default().to_owned();
        if field["mutable"] == false && field.get("value").is_some() {
            body.insert(name, field["value"].clone());
        } else if field.get("form").is_some() {
            let nested = fixed_fields(&field["form"]["value"]);
            if nested.as_object().is_some_and(|nested| !nested.is_empty()) {
                body.insert(name, nested);
            }
        }
    }
    Value::Object(body)
}

fn merge(target: &mut Value, values: Value) {
    match (target, values) {
        (Value::Object(target), Value::Object(values)) => {
            for (name, value) in values {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, value) => *target = value,
    }
}
