//! One exchange with its bodies parsed.

use serde_json::Value;

use crate::exchange::Exchange;
use crate::http_message::media_type;
use idx_scenario::protocol::{IDX_PATH, LINKS};

use crate::page::{Page, items, name_of};

/// Identifies a transaction within its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TransactionId(pub(super) usize);

#[derive(Debug)]
pub(crate) struct ParsedExchange<'c> {
    /// How the client connected: `http` or `https`.
    scheme: &'static str,
    /// Its position among the parsed exchanges.
    pub(crate) number: usize,
    /// Its position among all exchanges of the case.
    pub(crate) index: usize,
    pub(crate) raw: &'c Exchange,
    /// The request's JSON.
    pub(crate) sent: Option<Value>,
    /// The response's JSON.
    pub(crate) body: Option<Value>,
    /// The transaction that it acts on, if known.
    pub(crate) transaction: Option<TransactionId>,
}

impl<'c> ParsedExchange<'c> {
    pub(super) fn new(number: usize, index: usize, raw: &'c Exchange, is_tls: bool) -> Self {
        let (sent, body) = (raw.request.json(), raw.answer_json());
        let scheme = if is_tls { "https" } else { "http" };
        Self { scheme, number, index, raw, sent, body, transaction: None }
    }
}

impl ParsedExchange<'_> {
    /// The response as an IDX page: it comes from an IDX endpoint and has a state handle.
    pub(crate) fn page(&self) -> Option<Page<'_>> {
        let body =
            self.body.as_ref().filter(|body| self.raw.is_idx() && body.get("version").is_some())?;
        Page(body).state_handle().map(|_| Page(body)).filter(|page| !page.is_session_expired())
    }

    /// The body of an IDX response, page or not. An API error is not one.
    pub(crate) fn idx_body(&self) -> Option<&Value> {
        self.body.as_ref().filter(|body| self.raw.is_idx() && body.get("errorCode").is_none())
    }

    /// The last part of an IDX path: `challenge/answer`.
    pub(crate) fn endpoint(&self) -> &str {
        self.raw.request.path().strip_prefix(IDX_PATH).unwrap_or_default()
    }

    pub(crate) fn status(&self) -> u16 {
        self.raw.status()
    }

    /// The response's media type, without parameters.
    pub(crate) fn media_type(&self) -> &str {
        media_type(self.header("content-type"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.raw.answer.as_ref().ok().and_then(|answer| answer.header(name)).unwrap_or_default()
    }

    /// The origin that the client connected to.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.raw.request.header("host").unwrap_or_default())
    }

    /// `interactionHandle` of the request.
    pub(crate) fn sent_interaction_handle(&self) -> Option<&str> {
        self.sent.as_ref()?.get("interactionHandle")?.as_str()
    }

    /// The token that the request presents: as a bearer token, or to introspect or revoke.
    pub(crate) fn presented_token(&self) -> Option<String> {
        let header = self.raw.request.header("authorization").unwrap_or_default();
        let bearer = header.strip_prefix("Bearer ").map(ToOwned::to_owned);
        bearer.or_else(|| self.raw.request.form().remove("token"))
    }

    /// `stateHandle` of the request.
    pub(crate) fn sent_handle(&self) -> Option<&str> {
        self.sent.as_ref()?.get("stateHandle")?.as_str()
    }

    /// Every form of the page with its location: remediations without links to identity providers, `cancel`, forms of the authenticator, and the success form.
    pub(crate) fn forms(&self) -> Vec<(String, &Value)> {
        let Some(page) = self.page() else { return Vec::new() };
        let mut forms: Vec<_> = page
            .remediations()
            .into_iter()
            .filter(|form| !LINKS.contains(&name_of(form)))
            .map(|form| (format!("remediation {}", name_of(form)), form))
            .collect();
        forms.extend(page.0.get("cancel").map(|form| ("cancel".to_owned(), form)));
        for name in ["recover", "resend", "poll"] {
            forms.extend(
                page.authenticator_form(name)
                    .map(|form| (format!("currentAuthenticator {name}"), form)),
            );
        }
        forms.extend(page.success().map(|form| ("successWithInteractionCode".to_owned(), form)));
        forms
    }

    /// The forms that act on the transaction: all except the success form.
    pub(crate) fn idx_forms(&self) -> impl Iterator<Item = (String, &Value)> {
        self.forms().into_iter().filter(|(place, _)| place != "successWithInteractionCode")
    }

    /// Every field of every form, including nested fields, with its location.
    pub(crate) fn fields(&self) -> Vec<(String, &Value)> {
        let mut fields = Vec::new();
        for (place, form) in self.forms() {
            for field in items(form.get("value")) {
                add_field(&place, field, &mut fields);
            }
        }
        fields
    }

    /// The options of `select-authenticator-enroll`.
    pub(crate) fn options(&self) -> Vec<&Value> {
        let form = self.page().and_then(|page| page.remediation("select-authenticator-enroll"));
        let fields = items(form.and_then(|form| form.get("value")));
        fields.into_iter().flat_map(|field| items(field.get("options"))).collect()
    }

    /// `authenticators.value`.
    pub(crate) fn authenticators(&self) -> Vec<&Value> {
        items(self.page().and_then(|page| page.0.pointer("/authenticators/value")))
    }

    /// `currentAuthenticator.value`.
    pub(crate) fn current_authenticator(&self) -> Option<&Value> {
        self.page()?.0.pointer("/currentAuthenticator/value")
    }
}

fn add_field<'v>(place: &str, field: &'v Value, fields: &mut Vec<(String, &'v Value)>) {
    let place = format!("{place} / {}", name_of(field));
    for inner in items(field.pointer("/form/value")) {
        add_field(&place, inner, fields);
    }
    for option in items(field.get("options")) {
        for inner in items(option.pointer("/value/form/value")) {
            add_field(
                &format!("{place} [{}]", option["label"].as_str().unwrap_or("?")),
                inner,
                fields,
            );
        }
    }
    fields.push((place, field));
}
