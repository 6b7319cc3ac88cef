//! A server other than the emulator.

use bytes::Bytes;
use serde_json::json;

use crate::http::{HttpClient, NoResponse};
use crate::issuer::Issuer;
use crate::tls::Trust;
use idx_scenario::template::Variables;

/// A server and the client to use there.
#[derive(Debug, Clone)]
pub struct Target {
    /// The issuer that its tokens name.
    pub issuer: Issuer,
    /// The id of the client.
    pub client_id: String,
    /// That client's secret, when it is confidential.
    pub client_secret: Option<String>,
    /// A redirect URI that is registered there.
    pub redirect_uri: String,
    /// The pattern for the users' mail addresses, `qa+{}@example.org`. By default they are at `example.com`.
    pub email: Option<String>,
    /// The phone number of every user. By default each has another number.
    pub phone: Option<String>,
    /// A command that prints the newest code for a channel and an address.
    pub inbox: Option<String>,
}

/// Why a target cannot be tested.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The target did not respond.
    #[error("the target could not be reached: {source}{}", hint(source))]
    Unreachable {
        /// The request.
        #[from]
        source: NoResponse,
    },
    /// The address belongs to no authorization server.
    #[error(
        "the target is not an authorization server: {url} responded with {status}; give --target an issuer, such as https://org.okta.com/oauth2/default"
    )]
    NoIssuer {
        /// The discovery address.
        url: String,
        /// The status of the response.
        status: u16,
    },
}

impl Target {
    /// Checks that the target is an authorization server.
    ///
    /// # Errors
    /// When it does not respond, or has no discovery document.
    pub async fn find(&self, trust: &Trust) -> Result<(), TargetError> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let answer = HttpClient::new(trust).send("GET", &url, &[], Bytes::new()).await?;
        let is_document = answer.json().is_some_and(|body| body["issuer"].is_string());
        if answer.status == 200 && is_document {
            return Ok(());
        }
        Err(TargetError::NoIssuer { url, status: answer.status })
    }

    /// A scenario's user, with the addresses that can be read at the target.
    pub(crate) fn user(&self, mut user: Variables) -> Variables {
        if let Some(pattern) = &self.email {
            for name in ["email", "otherEmail"] {
                let generated = user.get(name).and_then(|email| email.as_str()).unwrap_or_default();
                let local = generated.split('@').next().unwrap_or_default();
                user.insert(name.to_owned(), pattern.replace("{}", local).into());
            }
        }
        if let Some(number) = &self.phone {
            user.insert("phone".to_owned(), number.as_str().into());
        }
        user
    }

    /// The values that signed claims have where responses have the proxy's address.
    pub(crate) fn signed_values(&self) -> Variables {
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

fn hint(source: &NoResponse) -> &'static str {
    if source.error.is_unknown_issuer() {
        "; if a private authority issued its certificate, name the authority's PEM file with --ca"
    } else {
        ""
    }
}
