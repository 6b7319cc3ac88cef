//! What a user or a program needs to use an org: the line that `serve --json` prints.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::running_org::RunningOrg;

/// The addresses, clients and seed of an org. No URL ends in `/`. Members can be added.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// 1 to 40 characters from `a-z0-9-`.
    pub id: String,
    /// The origin.
    pub base_url: String,
    /// The issuer of the custom authorization server `default`.
    pub issuer: String,
    /// The issuer of the org authorization server.
    pub org_issuer: String,
    /// The apps of the org.
    pub clients: Vec<Client>,
    /// The control API.
    pub control_url: String,
    /// The web page.
    pub inbox_url: String,
    /// The token that the control API requires as `Authorization: Bearer`, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_token: Option<String>,
    /// The certificate of the authority that a client must trust, if the server uses TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// Determines codes, handles and ids.
    pub seed: u64,
}

/// An app of the org.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// `0oa…`
    pub client_id: String,
    /// Only confidential apps have a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// `spa`, `native` or `web`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The allowed redirect URIs. `*` matches anything.
    pub redirect_uris: Vec<String>,
}

impl Description {
    pub(crate) fn of(
        org: &RunningOrg,
        authority: Option<&Path>,
        control_token: Option<&str>,
    ) -> Self {
        let base_url = &org.address.base_url;
        let document = org.version().document;
        let clients = document.apps.iter().map(|app| Client {
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
            kind: app.kind.name(),
            redirect_uris: app.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
        });
        Self {
            id: org.id.clone(),
            base_url: base_url.clone(),
            issuer: format!("{base_url}/oauth2/default"),
            org_issuer: base_url.clone(),
            clients: clients.collect(),
            control_url: format!("{base_url}/_idxlab/api"),
            inbox_url: format!("{base_url}/_idxlab"),
            control_token: control_token.map(str::to_owned),
            ca_file: authority.map(|file| file.display().to_string()),
            seed: org.seed,
        }
    }
}
