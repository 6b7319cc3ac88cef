//! A sign-up in the engine, without HTTP.

use idx_engine::{Call, Endpoint, InteractCall};
pub(crate) use idx_walker::page::message_keys;
pub(crate) use idx_walker::page::remediation as form;
pub(crate) use idx_walker::page::remediation_names as names;
use idx_walker::{Walker, page, poll_once};
use serde_json::{Value, json};

use crate::lab::{BASE, Lab, document, interact_call};

/// A sign-up in progress.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    pub(crate) interaction_handle: String,
    pub(crate) status: u16,
    pub(crate) page: Value,
    pub(crate) email: String,
}

/// A sign-up with the org that handles its requests.
struct InProcess<'w> {
    walk: &'w mut Walk,
    lab: &'w mut Lab,
}

impl Walker for InProcess<'_> {
    type Reply = ();

    fn page(&self) -> &Value {
        &self.walk.page
    }

    async fn post(&mut self, href: &str, body: &Value) {
        let (status, page) = self.lab.page(endpoint(href), body.clone());
        self.walk.status = status;
        if page.get("stateHandle").is_some() {
            self.walk.page = page;
        }
    }

    async fn code_for(&mut self, to: &str) -> String {
        self.lab.code(to)
    }
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

    /// A sign-up that has submitted its profile.
    pub(crate) fn with_profile(lab: &mut Lab, email: &str) -> Self {
        Self::begin(lab, email).with_profile_sent(lab)
    }

    /// The same sign-up after the profile form.
    pub(crate) fn with_profile_sent(self, lab: &mut Lab) -> Self {
        let mut walk = self;
        let email = walk.email.clone();
        poll_once(walk.through(lab).profile(&email));
        assert_eq!(walk.status, 200, "{}", walk.page);
        walk
    }

    pub(crate) fn profile(&self) -> Value {
        json!({ "userProfile": { "firstName": "Mary", "lastName": "Jo", "email": self.email } })
    }

    /// Submits a remediation.
    pub(crate) fn take(&mut self, lab: &mut Lab, remediation: &str, body: Value) {
        poll_once(self.through(lab).answer(remediation, body));
    }

    /// Sends a body, even if the page does not offer the endpoint.
    pub(crate) fn send(&mut self, lab: &mut Lab, endpoint: Endpoint, mut body: Value) {
        body["stateHandle"] = self.page["stateHandle"].clone();
        let href = format!("{BASE}{}", endpoint.path());
        poll_once(self.through(lab).post(&href, &body));
    }

    pub(crate) fn choose(&mut self, lab: &mut Lab, key: &str) {
        poll_once(self.through(lab).choose(key, json!({})));
    }

    pub(crate) fn answer(&mut self, lab: &mut Lab, passcode: &str) {
        poll_once(self.through(lab).passcode(passcode));
    }

    pub(crate) fn password(&mut self, lab: &mut Lab) {
        poll_once(self.through(lab).password());
    }

    pub(crate) fn email_code(&mut self, lab: &mut Lab) {
        let address = self.email.clone();
        poll_once(self.through(lab).email(&address));
    }

    pub(crate) fn phone_code(&mut self, lab: &mut Lab, number: &str) {
        poll_once(self.through(lab).phone(number));
    }

    pub(crate) fn authenticator_id(&self, key: &str) -> Value {
        json!(page::authenticator_id(&self.page, key).expect("the page lists the authenticator"))
    }

    pub(crate) fn code(&self) -> Option<&str> {
        page::interaction_code(&self.page)
    }

    pub(crate) fn listed(&self) -> Vec<&str> {
        page::listed(&self.page)
    }

    fn through<'w>(&'w mut self, lab: &'w mut Lab) -> InProcess<'w> {
        InProcess { walk: self, lab }
    }
}

/// The endpoint of an href.
pub(crate) fn endpoint(href: &str) -> Endpoint {
    let path = href.strip_prefix(BASE).expect("an href starts with the org's origin");
    Endpoint::at(path).unwrap_or_else(|| panic!("no endpoint at {path}"))
}

/// Every endpoint that a page offers.
pub(crate) fn offered(page: &Value) -> Vec<Endpoint> {
    page::offered_hrefs(page).into_iter().map(endpoint).collect()
}
