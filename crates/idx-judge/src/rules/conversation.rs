//! A case's exchanges, read once for all rules.

use serde_json::Value;

use crate::exchange::Exchange;
use crate::expectations::media_type;
use crate::page::{Page, items, name_of};

/// What the rules know besides what went over the wire.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Whether the client spoke TLS.
    pub is_tls: bool,
    /// The origin that tokens name, where it is not the one that the client spoke to.
    pub signed_origin: Option<String>,
    /// The client's id.
    pub client_id: String,
    /// Its secret, when it is confidential.
    pub client_secret: Option<String>,
}

/// All exchanges of a case.
#[derive(Debug)]
pub(super) struct Conversation<'c> {
    pub(super) reads: Vec<Read<'c>>,
    pub(super) facts: &'c Facts,
}

/// An exchange with its bodies read.
#[derive(Debug)]
pub(super) struct Read<'c> {
    /// How the client reached the server: `http` or `https`.
    scheme: &'static str,
    /// Its index among the reads.
    pub(super) number: usize,
    /// Its index among the exchanges of the case.
    pub(super) place: usize,
    pub(super) exchange: &'c Exchange,
    /// The request's JSON.
    pub(super) sent: Option<Value>,
    /// The answer's JSON.
    pub(super) body: Option<Value>,
}

impl<'c> Conversation<'c> {
    pub(super) fn new(exchanges: &'c [Exchange], facts: &'c Facts) -> Self {
        // A preflight is the browser's, and says nothing of the client or of what the server answers it.
        let spoken = exchanges
            .iter()
            .enumerate()
            .filter(|(_, exchange)| exchange.request.method != "OPTIONS");
        let scheme = if facts.is_tls { "https" } else { "http" };
        let reads = spoken.enumerate().map(|(number, (place, exchange))| Read {
            scheme,
            number,
            place,
            exchange,
            sent: exchange.request.json(),
            body: exchange.answer_json(),
        });
        Self { reads: reads.collect(), facts }
    }

    /// The origin that tokens name, of whoever answered.
    pub(super) fn signed_origin(&self, read: &Read<'_>) -> String {
        self.facts.signed_origin.clone().unwrap_or_else(|| read.origin())
    }

    /// What a claim of a token is in an answer, where the origin that tokens name does not stand.
    pub(super) fn answered(&self, claim: &Value, read: &Read<'_>) -> Value {
        let rest = claim.as_str().and_then(|text| text.strip_prefix(&self.signed_origin(read)));
        match rest {
            Some(rest) => Value::from(format!("{}{rest}", read.origin())),
            None => claim.clone(),
        }
    }

    /// Exchanges that the client made by itself.
    pub(super) fn own(&self) -> impl Iterator<Item = &Read<'c>> {
        self.reads.iter().filter(|read| !read.exchange.deliberate)
    }

    /// Answers of an operation of an authorization server.
    pub(super) fn oauth(&self, operation: &'static str) -> impl Iterator<Item = &Read<'c>> {
        self.reads.iter().filter(move |read| read.exchange.is_oauth(operation))
    }

    /// The newest page before an exchange that carried this state handle.
    pub(super) fn page_before(&self, read: &Read<'_>, handle: &str) -> Option<&Read<'c>> {
        let earlier = self.reads[..read.number].iter().rev();
        earlier.into_iter().find(|other| other.page().and_then(Page::state_handle) == Some(handle))
    }

    /// The newest page before an exchange, of whatever transaction.
    pub(super) fn last_page(&self, read: &Read<'_>) -> Option<&Read<'c>> {
        self.reads[..read.number].iter().rev().find(|other| other.page().is_some())
    }
}

impl Read<'_> {
    /// The answer as an IDX page: it has a state handle, and comes from an IDX endpoint.
    pub(super) fn page(&self) -> Option<Page<'_>> {
        let body = self
            .body
            .as_ref()
            .filter(|body| self.exchange.is_idx() && body.get("version").is_some())?;
        Page(body).state_handle().map(|_| Page(body))
    }

    /// The answer as anything that an IDX endpoint says in IDX's own words.
    pub(super) fn idx_body(&self) -> Option<&Value> {
        self.body.as_ref().filter(|body| self.exchange.is_idx() && body.get("errorCode").is_none())
    }

    /// The last part of an IDX path: `challenge/answer`.
    pub(super) fn endpoint(&self) -> &str {
        self.exchange.request.path().strip_prefix("/idp/idx/").unwrap_or_default()
    }

    pub(super) fn status(&self) -> u16 {
        self.exchange.status()
    }

    /// The answer's media type, without parameters.
    pub(super) fn media_type(&self) -> &str {
        media_type(self.header("content-type"))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.exchange
            .answer
            .as_ref()
            .ok()
            .and_then(|answer| answer.header(name))
            .unwrap_or_default()
    }

    /// The origin that the client spoke to.
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.exchange.request.header("host").unwrap_or_default())
    }

    /// `stateHandle` of the request.
    pub(super) fn sent_handle(&self) -> Option<&str> {
        self.sent.as_ref()?.get("stateHandle")?.as_str()
    }

    /// Every form of the page with where it stands: remediations, `cancel`, those inside the authenticator, and the success.
    pub(super) fn forms(&self) -> Vec<(String, &Value)> {
        let Some(page) = self.page() else { return Vec::new() };
        let mut forms: Vec<_> = page
            .remediations()
            .into_iter()
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

    /// Forms that act on the transaction: all but the success.
    pub(super) fn idx_forms(&self) -> impl Iterator<Item = (String, &Value)> {
        self.forms().into_iter().filter(|(place, _)| place != "successWithInteractionCode")
    }

    /// Every field of every form, nested ones included, with where it stands.
    pub(super) fn fields(&self) -> Vec<(String, &Value)> {
        let mut fields = Vec::new();
        for (place, form) in self.forms() {
            for field in items(form.get("value")) {
                add_field(&place, field, &mut fields);
            }
        }
        fields
    }

    /// The options of `select-authenticator-enroll`.
    pub(super) fn options(&self) -> Vec<&Value> {
        let form = self.page().and_then(|page| page.remediation("select-authenticator-enroll"));
        let fields = items(form.and_then(|form| form.get("value")));
        fields.into_iter().flat_map(|field| items(field.get("options"))).collect()
    }

    /// `authenticators.value`.
    pub(super) fn authenticators(&self) -> Vec<&Value> {
        items(self.page().and_then(|page| page.0.pointer("/authenticators/value")))
    }

    /// `currentAuthenticator.value`.
    pub(super) fn current_authenticator(&self) -> Option<&Value> {
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
