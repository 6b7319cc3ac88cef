//! The values from earlier responses, by the names that a script uses for them.

use std::collections::BTreeMap;

use idx_engine::{AccessToken, Answer, Effect, IdToken, Reply, Tokens};
use idx_walker::page;
use jiff::Timestamp;
use serde_json::Value;

use crate::lab::document;

/// Names and their values.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    values: BTreeMap<String, String>,
    tokens: Option<Box<Tokens>>,
}

impl Seen {
    /// The value of a name: `handle`, `interaction`, `interaction_code`, `code`, `old_code`, `link`, `activation`, `refresh`, `browser`, or
    /// the key of an authenticator for its id.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// Replaces each `@name` in the line. A name without a value is not replaced.
    pub(crate) fn fill(&self, line: &str) -> String {
        // Replace longer names first: `@interaction_code` before `@interaction`.
        self.values.iter().rev().fold(line.to_owned(), |line, (name, value)| {
            if line.contains('@') { line.replace(&format!("@{name}"), value) } else { line }
        })
    }

    /// Forgets the state handle, because a new transaction starts.
    pub(crate) fn forget_transaction(&mut self) {
        self.values.remove("handle");
    }

    pub(crate) fn note_activation(&mut self, token: Option<String>) {
        self.put("activation", token.as_deref());
    }

    pub(crate) fn note(&mut self, answer: &Answer) {
        if let Reply::Tokens(tokens) = &answer.reply {
            self.put("refresh", tokens.refresh_token.as_deref());
            self.tokens = Some(tokens.clone());
        }
        self.put("browser", answer.browser.as_deref());
        for Effect::Deliver(delivery) in &answer.effects {
            if let Some(old) = delivery.otp.as_ref().and(self.value("code")) {
                self.put("old_code", Some(&old));
            }
            self.put("code", delivery.otp.as_deref());
            let link = delivery.link.as_deref().unwrap_or_default();
            self.put("link", link.split_once("token=").map(|(_, token)| token));
            self.put("activation", between(link, "/tokens/", "/verify"));
        }
        self.note_page(&document(answer));
    }

    fn note_page(&mut self, page: &Value) {
        self.put("interaction", page["interaction_handle"].as_str());
        self.put("handle", page["stateHandle"].as_str());
        for (key, id) in page::authenticators(page) {
            self.put(key, Some(id));
        }
        self.put("interaction_code", page::interaction_code(page));
    }

    fn put(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.values.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The last access token, as the server parses it.
    pub(crate) fn access_token(&self) -> Option<AccessToken> {
        let claims = &self.tokens.as_ref()?.access;
        Some(AccessToken {
            jti: claims.jti.clone(),
            iss: claims.iss.clone(),
            aud: claims.aud.clone(),
            client_id: claims.cid.clone(),
            user: claims.uid.clone(),
            scopes: claims.scp.clone(),
            issued_at: Timestamp::from_second(claims.iat).ok()?,
            expires_at: Timestamp::from_second(claims.exp).ok()?,
        })
    }

    /// The last id_token, as the server parses it.
    pub(crate) fn id_token(&self) -> Option<IdToken> {
        let claims = self.tokens.as_ref()?.id.as_ref()?;
        Some(IdToken {
            jti: claims.jti.clone(),
            iss: claims.iss.clone(),
            aud: claims.aud.clone(),
            sub: claims.sub.clone(),
            issued_at: Timestamp::from_second(claims.iat).ok()?,
            expires_at: Timestamp::from_second(claims.exp).ok()?,
        })
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}
