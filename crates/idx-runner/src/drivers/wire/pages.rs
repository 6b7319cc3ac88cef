//! The calls that follow a page: each submits a form that the last response offered.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::client::{ION, WireClient, headers, missing};
use super::form::{self, listed};
use crate::drivers::driver::ActionError;
use idx_judge::http_message::HttpAnswer;
use idx_judge::page::Page;
use idx_scenario::model::Handle;
use idx_scenario::protocol;

impl WireClient {
    pub(super) async fn introspect(&mut self, by: Handle) -> Result<(), ActionError> {
        let body = match by {
            Handle::Interaction => json!({ "interactionHandle": self.interaction_handle }),
            Handle::State => json!({ "stateHandle": Page(&self.page).state_handle() }),
        };
        let url = format!("{}{}", self.account.base_url, protocol::INTROSPECT);
        let response = self.post(&url, ION, ION, body.to_string()).await?;
        self.update_page(&response);
        Ok(())
    }

    pub(super) async fn answer(
        &mut self,
        remediation: &str,
        choose: Option<&str>,
        with: &Map<String, Value>,
    ) -> Result<(), ActionError> {
        let page = Page(&self.page);
        let form = page.remediation(remediation).ok_or_else(|| ActionError::NotOffered {
            wanted: format!("the remediation `{remediation}`"),
            offered: listed(&page.remediation_names()),
        })?;
        let body = form::fill(page, form, choose, with)?;
        let form = form.clone();
        self.submit(&form, body).await
    }

    pub(super) async fn submit_authenticator_form(
        &mut self,
        name: &str,
    ) -> Result<(), ActionError> {
        let form = Page(&self.page).authenticator_form(name).cloned().ok_or_else(|| {
            ActionError::NotOffered {
                wanted: format!("`{name}` of the current authenticator"),
                offered: listed(&Page(&self.page).remediation_names()),
            }
        })?;
        let body = form::fill(Page(&self.page), &form, None, &Map::new())?;
        self.submit(&form, body).await
    }

    pub(super) async fn cancel(&mut self) -> Result<(), ActionError> {
        let form = self.page.get("cancel").cloned().ok_or_else(|| ActionError::NotOffered {
            wanted: "`cancel`".into(),
            offered: listed(&Page(&self.page).remediation_names()),
        })?;
        let body = form::fill(Page(&self.page), &form, None, &Map::new())?;
        self.submit(&form, body).await
    }

    pub(super) async fn submit(
        &mut self,
        form: &Value,
        body: Map<String, Value>,
    ) -> Result<(), ActionError> {
        let text = |name: &str| form.get(name).and_then(Value::as_str);
        let href = text("href").ok_or_else(|| missing("the form", "href"))?;
        self.check_origin(href)?;
        let media_type = text("accepts").unwrap_or("application/json; okta-version=1.0.0");
        let headers = headers(media_type, ION);
        let body = Bytes::from(Value::Object(body).to_string());
        let response = self.send(text("method").unwrap_or("POST"), href, &headers, body).await?;
        self.update_page(&response);
        Ok(())
    }

    /// A page with a state handle replaces the current page. A bare error does not.
    pub(super) fn update_page(&mut self, response: &HttpAnswer) {
        let Some(body) = response.json() else { return };
        if Page(&body).state_handle().is_some() && !Page(&body).is_session_expired() {
            self.page = body;
        }
    }
}
