//! The steps of a sign-up, over any connection to an org.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};

use crate::{PASSWORD, page};

/// A client that signs a user up. It selects remediations by name, as Okta's SDKs do.
///
/// An implementation provides the current page and two ways to reach the org; the steps of a sign-up follow from them.
#[expect(async_fn_in_trait, reason = "each test knows the type of its client")]
pub trait Walker {
    /// The response of the org.
    type Reply;

    /// The current page.
    fn page(&self) -> &Value;

    /// Sends a body to an href. If the response is a page, it becomes the current page.
    async fn post(&mut self, href: &str, body: &Value) -> Self::Reply;

    /// The newest code that was sent to an address or number.
    async fn code_for(&mut self, to: &str) -> String;

    /// Submits a remediation: the values that the server fixed, overridden by `values`.
    async fn answer(&mut self, remediation: &str, values: Value) -> Self::Reply {
        let Some(form) = page::remediation(self.page(), remediation) else {
            let offered = page::remediation_names(self.page());
            panic!(
                "the page does not offer {remediation}; it offers {offered:?}: {:#}",
                self.page()
            )
        };
        let form = form.clone();
        self.submit(&form, values).await
    }

    /// Submits an action of the current authenticator: `resend` or `poll`.
    async fn act(&mut self, action: &str) -> Self::Reply {
        let form = page::action(self.page(), action).cloned();
        let form = form.unwrap_or_else(|| panic!("no {action} in {:#}", self.page()));
        self.submit(&form, json!({})).await
    }

    /// Cancels the transaction.
    async fn cancel(&mut self) -> Self::Reply {
        let form = self.page()["cancel"].clone();
        self.submit(&form, json!({})).await
    }

    /// Submits any form of the page.
    async fn submit(&mut self, form: &Value, values: Value) -> Self::Reply {
        let href = form["href"].as_str().expect("a form has an href");
        let body = page::fill(form, values);
        self.post(href, &body).await
    }

    /// Goes from the start page to the first list, as Mary Jo.
    async fn profile(&mut self, email: &str) -> Self::Reply {
        self.answer("select-enroll-profile", json!({})).await;
        let profile = json!({"firstName": "Mary", "lastName": "Jo", "email": email});
        self.answer("enroll-profile", json!({"userProfile": profile})).await
    }

    /// Chooses an authenticator from the list by its key, with `more` values such as `methodType`.
    async fn choose(&mut self, key: &str, more: Value) -> Self::Reply {
        let mut authenticator = more;
        authenticator["id"] = json!(self.authenticator_id(key));
        self.answer("select-authenticator-enroll", json!({"authenticator": authenticator})).await
    }

    /// Submits a password or a code to `enroll-authenticator`.
    async fn passcode(&mut self, passcode: &str) -> Self::Reply {
        self.answer("enroll-authenticator", json!({"credentials": {"passcode": passcode}})).await
    }

    /// Chooses and sets the password.
    async fn password(&mut self) -> Self::Reply {
        self.choose("okta_password", json!({})).await;
        self.passcode(PASSWORD).await
    }

    /// Chooses email and submits the sent code.
    async fn email(&mut self, address: &str) -> Self::Reply {
        self.choose("okta_email", json!({})).await;
        let code = self.code_for(address).await;
        self.passcode(&code).await
    }

    /// Chooses phone, requests the code by SMS and submits it.
    async fn phone(&mut self, number: &str) -> Self::Reply {
        self.choose("phone_number", json!({})).await;
        let authenticator = json!({"methodType": "sms", "phoneNumber": number});
        self.answer("authenticator-enrollment-data", json!({"authenticator": authenticator})).await;
        let code = self.code_for(number).await;
        self.passcode(&code).await
    }

    /// Skips the optional authenticators.
    async fn skip(&mut self) -> Self::Reply {
        self.answer("skip", json!({})).await
    }

    /// The id of a listed authenticator.
    fn authenticator_id(&self, key: &str) -> String {
        let id = page::authenticator_id(self.page(), key);
        id.unwrap_or_else(|| panic!("no {key} in {:#}", self.page())).to_owned()
    }
}

/// The result of a future that never waits, such as a step over a connection inside the process.
pub fn poll_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the connection waits; await the step instead"),
    }
}
