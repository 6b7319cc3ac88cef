//! A client that knows a page only by its document, as an SDK does.

use idx_engine::{Call, Endpoint, InteractCall};
use serde_json::{Value, json};

use crate::lab::{BASE, Lab, PASSWORD, document, interact_call};

/// A sign-up under way.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    pub(crate) interaction_handle: String,
    pub(crate) status: u16,
    pub(crate) page: Value,
    pub(crate) email: String,
}

impl Walk {
    pub(crate) fn begin(lab: &mut Lab, email: &str) -> Self {
        Self::begin_with(lab, email, interact_call())
    }

    pub(crate) fn begin_with(lab: &mut Lab, email: &str, call: InteractCall) -> Self {
        let answer = lab.call(Call::Interact(call));
        let handle = &document(&answer).1["interaction_handle"];
        let interaction_handle = handle.as_str().unwrap().to_owned();
        let (status, page) = lab.introspect(&interaction_handle);
        Self { interaction_handle, status, page, email: email.to_owned() }
    }

    /// A sign-up that stands behind the profile form.
    pub(crate) fn with_profile(lab: &mut Lab, email: &str) -> Self {
        Self::begin(lab, email).with_profile_sent(lab)
    }

    /// The same sign-up behind the profile form.
    pub(crate) fn with_profile_sent(self, lab: &mut Lab) -> Self {
        let mut walk = self;
        walk.take(lab, "select-enroll-profile", json!({}));
        let body = walk.profile();
        walk.take(lab, "enroll-profile", body);
        assert_eq!(walk.status, 200, "{}", walk.page);
        walk
    }

    pub(crate) fn profile(&self) -> Value {
        json!({ "userProfile": { "firstName": "Mary", "lastName": "Jo", "email": self.email } })
    }

    /// Sends the form of a remediation.
    pub(crate) fn take(&mut self, lab: &mut Lab, remediation: &str, body: Value) {
        let href =
            form(&self.page, remediation)
                .unwrap_or_else(|| panic!("{remediation} is not offered: {:?}", names(&self.page)))
                ["href"]
                .clone();
        let endpoint = endpoint(&href);
        self.send(lab, endpoint, body);
    }

    /// Sends a body, offered or not.
    pub(crate) fn send(&mut self, lab: &mut Lab, endpoint: Endpoint, mut body: Value) {
        body["stateHandle"] = self.page["stateHandle"].clone();
        let (status, page) = lab.page(endpoint, body);
        self.status = status;
        if page.get("stateHandle").is_some() {
            self.page = page;
        }
    }

    pub(crate) fn choose(&mut self, lab: &mut Lab, key: &str) {
        let id = self.authenticator_id(key);
        self.take(lab, "select-authenticator-enroll", json!({ "authenticator": { "id": id } }));
    }

    pub(crate) fn authenticator_id(&self, key: &str) -> Value {
        let listed = self.page["authenticators"]["value"].as_array().unwrap();
        listed
            .iter()
            .find(|authenticator| authenticator["key"] == key)
            .unwrap_or_else(|| panic!("{key} is not listed"))["id"]
            .clone()
    }

    pub(crate) fn answer(&mut self, lab: &mut Lab, passcode: &str) {
        self.take(lab, "enroll-authenticator", json!({ "credentials": { "passcode": passcode } }));
    }

    pub(crate) fn password(&mut self, lab: &mut Lab) {
        self.choose(lab, "okta_password");
        self.answer(lab, PASSWORD);
    }

    pub(crate) fn email_code(&mut self, lab: &mut Lab) {
        self.choose(lab, "okta_email");
        let code = lab.code(&self.email);
        self.answer(lab, &code);
    }

    pub(crate) fn phone_code(&mut self, lab: &mut Lab, number: &str) {
        let id = self.authenticator_id("phone_number");
        self.take(
            lab,
            "select-authenticator-enroll",
            json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": number } }),
        );
        let code = lab.code(number);
        self.answer(lab, &code);
    }

    pub(crate) fn code(&self) -> Option<&str> {
        let fields = self.page["successWithInteractionCode"]["value"].as_array()?;
        fields.iter().find(|field| field["name"] == "interaction_code")?["value"].as_str()
    }

    pub(crate) fn listed(&self) -> Vec<&str> {
        let listed = self.page["authenticators"]["value"].as_array();
        listed
            .into_iter()
            .flatten()
            .filter_map(|authenticator| authenticator["key"].as_str())
            .collect()
    }
}

/// The names of the remediations, in order.
pub(crate) fn names(page: &Value) -> Vec<&str> {
    page["remediation"]["value"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|form| form["name"].as_str())
        .collect()
}

pub(crate) fn form<'a>(page: &'a Value, name: &str) -> Option<&'a Value> {
    page["remediation"]["value"].as_array()?.iter().find(|form| form["name"] == name)
}

/// The endpoint behind an href of ours.
pub(crate) fn endpoint(href: &Value) -> Endpoint {
    let path = href.as_str().unwrap().strip_prefix(BASE).unwrap();
    Endpoint::at(path).unwrap_or_else(|| panic!("no endpoint at {path}"))
}

/// Every endpoint that a page offers: its remediations, the actions of its authenticator, and `cancel`.
pub(crate) fn offered(page: &Value) -> Vec<Endpoint> {
    let forms = page["remediation"]["value"].as_array().into_iter().flatten();
    let current = ["currentAuthenticator", "currentAuthenticatorEnrollment"]
        .into_iter()
        .map(|member| &page[member]["value"]);
    let actions = current.filter_map(Value::as_object).flat_map(|current| current.values());
    let forms = forms.chain(actions).chain([&page["cancel"]]);
    forms.filter(|form| form.get("href").is_some()).map(|form| endpoint(&form["href"])).collect()
}

/// The i18n keys of all messages, wherever they stand; the text where there is no key.
pub(crate) fn message_keys(page: &Value) -> Vec<String> {
    let mut keys = Vec::new();
    collect(page, &mut keys);
    keys
}

fn collect(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "messages" {
                    for message in member["value"].as_array().into_iter().flatten() {
                        let key =
                            message["i18n"]["key"].as_str().or_else(|| message["message"].as_str());
                        keys.extend(key.map(str::to_owned));
                    }
                } else {
                    collect(member, keys);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
        _ => {}
    }
}
