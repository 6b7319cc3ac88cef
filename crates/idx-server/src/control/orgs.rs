//! `orgs`: the list, one of them, another one.

use http::StatusCode;
use idx_engine::{Org, presets};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::control::{ControlError, clock, ok, with_status};
use crate::description::Description;
use crate::random::draw_seed;
use crate::registry::{NewOrg, Registry, RegistryError};

/// The body of `POST orgs`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewOrgBody {
    id: Option<String>,
    preset: Option<String>,
    document: Option<Value>,
    seed: Option<u64>,
    port: Option<Value>,
    /// As in `POST clock`, but a clock may also begin in the past.
    clock: Option<clock::Adjustment>,
}

pub(crate) fn list(registry: &Registry) -> Result<Answer, ControlError> {
    let orgs: Vec<Description> = registry.all().iter().map(|org| registry.describe(org)).collect();
    ok(&json!({"orgs": orgs}))
}

pub(crate) fn one(registry: &Registry, id: &str) -> Result<Answer, ControlError> {
    match registry.get(id) {
        Some(org) => ok(&registry.describe(&org)),
        None => Err(RegistryError::Unknown(id.to_owned()).into()),
    }
}

pub(crate) async fn add(registry: &Registry, body: NewOrgBody) -> Result<Answer, ControlError> {
    let new = NewOrg {
        port: body.port()?,
        document: body.org()?,
        clock: clock::starting(body.clock.as_ref())?,
        seed: body.seed.unwrap_or_else(draw_seed),
        id: body.id,
    };
    let org = registry.add(new).await?;
    with_status(StatusCode::CREATED, &registry.describe(&org))
}

pub(crate) fn remove(registry: &Registry, id: &str) -> Result<Answer, ControlError> {
    registry.remove(id)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

impl NewOrgBody {
    /// 0, a number, or false for an org that goes by its name alone.
    fn port(&self) -> Result<Option<u16>, ControlError> {
        match &self.port {
            None => Ok(Some(0)),
            Some(Value::Bool(false)) => Ok(None),
            Some(given) => {
                given.as_u64().and_then(|port| u16::try_from(port).ok()).map(Some).ok_or_else(
                    || {
                        ControlError::bad_request(format!(
                            "port is {given}; write 0 to 65535, or false for none"
                        ))
                    },
                )
            }
        }
    }

    fn org(&self) -> Result<Org, ControlError> {
        match (&self.preset, &self.document) {
            (Some(_), Some(_)) => Err(ControlError::bad_request(
                "both preset and document are given; write \"preset\" inside the document to override parts of it",
            )),
            (None, Some(document)) => Org::from_json(document)
                .map_err(|error| ControlError::bad_request(error.to_string())),
            (name, None) => {
                let name = name.as_deref().unwrap_or(presets::ALL[0].name);
                Org::preset(name).ok_or_else(|| unknown_preset(name))
            }
        }
    }
}

fn unknown_preset(name: &str) -> ControlError {
    let names: Vec<&str> = presets::ALL.iter().map(|preset| preset.name).collect();
    ControlError::bad_request(format!(
        "there is no preset {name:?}; the presets are {}",
        names.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> NewOrgBody {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn ports_are_numbers_or_none() {
        assert_eq!(body("{}").port().unwrap(), Some(0));
        assert_eq!(body(r#"{"port":6481}"#).port().unwrap(), Some(6481));
        assert_eq!(body(r#"{"port":false}"#).port().unwrap(), None);
        for wrong in ["true", "70000", "-1", "\"0\"", "1.5"] {
            assert!(body(&format!("{{\"port\":{wrong}}}")).port().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_org_is_a_preset_or_a_document() {
        assert!(body("{}").org().is_ok());
        assert!(body(r#"{"preset":"sign-up-denied"}"#).org().is_ok());
        assert!(body(r#"{"document":{"preset":"sign-up-denied"}}"#).org().is_ok());
        assert!(body(r#"{"preset":"nonsense"}"#).org().is_err());
        assert!(body(r#"{"preset":"sign-up-denied","document":{}}"#).org().is_err());
    }
}
