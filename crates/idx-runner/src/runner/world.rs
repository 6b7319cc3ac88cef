//! Where one case is played: an org of its own, or a target.

use serde_json::json;

use super::{ClientChoice, Place, Settings, Target};
use crate::control::{Control, ControlError, Org, OrgClient};
use crate::seed::Seed;
use idx_scenario::template::Variables;
use idx_scenario::{OrgChoice, Scenario};

/// Every org of the wire client starts at this instant and stands still.
pub(super) const FROZEN_AT: &str = "2026-01-01T00:00:00.000Z";

/// The server of one case, and the means to move it.
#[derive(Debug)]
pub(super) struct World {
    /// The server's origin.
    pub(super) origin: String,
    pub(super) issuer: String,
    pub(super) clients: Vec<OrgClient>,
    /// The org's own control API; none of a target.
    pub(super) control: Option<Control>,
    pub(super) control_url: Option<String>,
    pub(super) inbox_command: Option<String>,
    /// Values that signed claims have in place of those of answers.
    pub(super) signed_values: Variables,
    /// The org's time, where it stands still.
    pub(super) frozen_at: Option<&'static str>,
    made: Option<(Control, String)>,
}

impl World {
    pub(super) async fn open(
        scenario: &Scenario,
        settings: &Settings,
        seed: &Seed,
    ) -> Result<Self, ControlError> {
        // Real clients compare tokens with the machine's clock, so their orgs keep to it.
        let frozen_at = matches!(settings.client, ClientChoice::Wire).then_some(FROZEN_AT);
        let choice = settings.org.as_ref().unwrap_or(&scenario.org);
        Self::open_for(choice, settings, seed, frozen_at).await
    }

    pub(super) async fn open_for(
        choice: &OrgChoice,
        settings: &Settings,
        seed: &Seed,
        frozen_at: Option<&'static str>,
    ) -> Result<Self, ControlError> {
        match &settings.place {
            Place::Emulator { control_url } => {
                let maker = Control::at(control_url, &settings.trust);
                let org = make_org(&maker, choice, seed, frozen_at).await?;
                Ok(Self {
                    control: Some(Control::at(&org.control_url, &settings.trust)),
                    control_url: Some(org.control_url),
                    made: Some((maker, org.id)),
                    origin: org.base_url,
                    issuer: org.issuer,
                    clients: org.clients,
                    inbox_command: None,
                    signed_values: Variables::new(),
                    frozen_at,
                })
            }
            Place::Target(target) => Ok(Self::of_target(target)),
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
            control_url: None,
            inbox_command: target.inbox.clone(),
            frozen_at: None,
            made: None,
        }
    }

    /// Deletes the org that was made.
    pub(super) async fn close(&self) -> Result<(), ControlError> {
        match &self.made {
            Some((maker, id)) => maker.delete_org(id).await,
            None => Ok(()),
        }
    }
}

async fn make_org(
    maker: &Control,
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
    maker.create_org(&document).await
}
