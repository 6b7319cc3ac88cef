//! The server of one case: an org of its own, or a target.

use serde_json::json;

use crate::control::{Control, ControlError, Org, OrgClient};
use crate::seed::Seed;
use crate::settings::{ServerChoice, Settings};
use crate::target::Target;
use idx_scenario::OrgChoice;
use idx_scenario::template::Variables;

/// The clock of every org of the wire client is frozen at this instant.
pub(crate) const FROZEN_AT: &str = "2026-01-01T00:00:00.000Z";

/// A server, and the means to control it.
#[derive(Debug)]
pub(crate) struct TestBed {
    pub(crate) origin: String,
    pub(crate) issuer: String,
    pub(crate) clients: Vec<OrgClient>,
    /// The org's own control API; a target has none.
    pub(crate) control: Option<Control>,
    pub(crate) inbox_command: Option<String>,
    /// Values that differ between signed claims and responses, as they are in claims.
    pub(crate) signed_values: Variables,
    /// The org's time, if its clock is frozen.
    pub(crate) frozen_at: Option<&'static str>,
    /// The API that created the org, and the org's id.
    created: Option<(Control, String)>,
}

impl TestBed {
    pub(crate) async fn open(
        choice: &OrgChoice,
        settings: &Settings,
        seed: &Seed,
        frozen_at: Option<&'static str>,
    ) -> Result<Self, ControlError> {
        match &settings.server {
            ServerChoice::Emulator { control_url } => {
                let creator = Control::at(control_url, &settings.trust);
                let org = create_org(&creator, choice, seed, frozen_at).await?;
                Ok(Self {
                    control: Some(Control::at(&org.control_url, &settings.trust)),
                    created: Some((creator, org.id)),
                    origin: org.base_url,
                    issuer: org.issuer,
                    clients: org.clients,
                    inbox_command: None,
                    signed_values: Variables::new(),
                    frozen_at,
                })
            }
            ServerChoice::Target(target) => Ok(Self::of_target(target)),
        }
    }

    fn of_target(target: &Target) -> Self {
        let client = OrgClient {
            client_id: target.client_id.clone(),
            client_secret: target.client_secret.clone(),
            redirect_uris: vec![target.redirect_uri.clone()],
        };
        Self {
            origin: target.issuer.origin().to_owned(),
            issuer: target.issuer.to_string(),
            signed_values: target.signed_values(),
            clients: vec![client],
            control: None,
            inbox_command: target.inbox.clone(),
            frozen_at: None,
            created: None,
        }
    }

    /// Deletes the org, unless the server is a target.
    pub(crate) async fn close(&self) -> Result<(), ControlError> {
        match &self.created {
            Some((creator, id)) => creator.delete_org(id).await,
            None => Ok(()),
        }
    }
}

async fn create_org(
    creator: &Control,
    choice: &OrgChoice,
    seed: &Seed,
    frozen_at: Option<&str>,
) -> Result<Org, ControlError> {
    let mut document = match choice {
        OrgChoice::Preset(name) => json!({ "preset": name }),
        OrgChoice::Document(document) => json!({ "document": document }),
    };
    document["seed"] = json!(seed.for_org());
    document["port"] = json!(0);
    if let Some(instant) = frozen_at {
        document["clock"] = json!({ "set": instant, "freeze": true });
    }
    creator.create_org(&document).await
}
