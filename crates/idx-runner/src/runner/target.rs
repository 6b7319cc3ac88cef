//! A server that is not ours.

use bytes::Bytes;
use serde_json::json;

use crate::http::{HttpClient, NoAnswer};
use crate::issuer::Issuer;
use crate::tls::Trust;
use idx_scenario::template::Variables;

/// What is known of it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its issuer, which its tokens name.
    pub issuer: Issuer,
    /// The client to sign people up with.
    pub client_id: String,
    /// That client's secret, when it is confidential.
    pub client_secret: Option<String>,
    /// A redirect URI that is registered there.
    pub redirect_uri: String,
    /// What makes an address of the person's name, where the people's mail is to be read: `qa+{}@example.org`.
    pub email: Option<String>,
    /// The number of everybody's phone, where its messages are to be read.
    pub phone: Option<String>,
    /// A command that prints the newest code for a channel and an address.
    pub inbox: Option<String>,
}

/// Why a target cannot be run against.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Nobody answered.
    #[error("the target could not be reached: {source}{}", hint(source))]
    Unreachable {
        /// What was asked.
        #[from]
        source: NoAnswer,
    },
    /// Somebody answered, but it is no authorization server.
    #[error(
        "the target is no authorization server: {url} answered {status}; --target takes an issuer, as in https://org.okta.com/oauth2/default"
    )]
    NoIssuer {
        /// What was asked.
        url: String,
        /// What the answer's status was.
        status: u16,
    },
}

impl Target {
    /// Whether it is there, and is an authorization server.
    ///
    /// # Errors
    /// When it is not.
    pub async fn find(&self, trust: &Trust) -> Result<(), TargetError> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let answer = HttpClient::new(trust).send("GET", &url, &[], Bytes::new()).await?;
        let is_document = answer.json().is_some_and(|body| body["issuer"].is_string());
        if answer.status == 200 && is_document {
            return Ok(());
        }
        Err(TargetError::NoIssuer { url, status: answer.status })
    }

    /// The person of a scenario, with the addresses that are read at the target.
    pub(super) fn person(&self, mut person: Variables) -> Variables {
        if let Some(pattern) = &self.email {
            for name in ["email", "otherEmail"] {
                let drawn = person.get(name).and_then(|email| email.as_str()).unwrap_or_default();
                let local = drawn.split('@').next().unwrap_or_default();
                person.insert(name.to_owned(), pattern.replace("{}", local).into());
            }
        }
        if let Some(number) = &self.phone {
            person.insert("phone".to_owned(), number.as_str().into());
        }
        person
    }

    /// The values that signed claims have where answers have the proxy's address.
    pub(super) fn signed_values(&self) -> Variables {
        let origin = self.issuer.origin();
        let values =
            json!({ "baseUrl": origin, "orgIssuer": origin, "issuer": self.issuer.to_string() });
        values
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

fn hint(source: &NoAnswer) -> &'static str {
    if source.reason.contains("UnknownIssuer") {
        "; if its authority is a private one, name the PEM file of its certificate with --ca"
    } else {
        ""
    }
}
