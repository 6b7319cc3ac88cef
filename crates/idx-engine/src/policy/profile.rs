//! Checks a profile: each member against its attribute, and that the address is unused.

use std::collections::BTreeMap;

use idx_wire::Scalar;

use crate::org::{Attribute, AttributeKind};
use crate::policy::email;
use crate::refusal::{self, FieldName, Refusal};

/// A valid profile.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) login: String,
    pub(crate) attributes: BTreeMap<String, Scalar>,
}

/// Checks a profile. The refusal contains every mistake, in the order of the form.
pub(crate) fn check(
    attributes: &[Attribute],
    given: Option<&BTreeMap<String, Scalar>>,
    login_is_taken: bool,
) -> Result<Profile, Refusal> {
    let nothing = BTreeMap::new();
    let given = given.unwrap_or(&nothing);
    if let Some(name) =
        given.keys().find(|name| attributes.iter().all(|attribute| &attribute.name != *name))
    {
        return Err(Refusal::with(&refusal::ATTRIBUTE_UNKNOWN, None, &[name]));
    }
    let refusals = attributes
        .iter()
        .filter_map(|attribute| judge(attribute, value(given, attribute)).err())
        .collect();
    if let Some(refusal) = Refusal::all(refusals) {
        return Err(refusal);
    }
    if login_is_taken {
        let label = attributes
            .iter()
            .find(|attribute| attribute.name == "email")
            .map_or("Email", |email| &email.label);
        return Err(Refusal::with(
            &refusal::EMAIL_TAKEN,
            Some(&FieldName::Attribute("email".to_owned())),
            &[label],
        ));
    }
    let login = match given.get("email") {
        Some(Scalar::Text(address)) => email::normalised(address),
        _ => String::new(),
    };
    let kept = given
        .iter()
        .filter(|(_, value)| !is_nothing(value))
        .map(|(name, value)| (name.clone(), value.clone()));
    Ok(Profile { login, attributes: kept.collect() })
}

fn judge(attribute: &Attribute, value: Option<&Scalar>) -> Result<(), Refusal> {
    let refuse = |row, param: &str| {
        Err(Refusal::with(row, Some(&FieldName::Attribute(attribute.name.clone())), &[param]))
    };
    let Some(value) = value else {
        return if attribute.required || attribute.name == "email" {
            // The text names the member, the parameter its place in the body, as the recorded message on stateHandle does.
            let mut refusal = Refusal::with(
                &refusal::ATTRIBUTE_MISSING,
                Some(&FieldName::Attribute(attribute.name.clone())),
                &[&attribute.name],
            );
            for notice in &mut refusal.notices {
                if let Some(i18n) = &mut notice.message.i18n {
                    i18n.params = Some(vec![format!("userProfile.{}", attribute.name)]);
                }
            }
            Err(refusal)
        } else {
            Ok(())
        };
    };
    if !has_type(attribute.kind, value) {
        return refuse(&refusal::ATTRIBUTE_PATTERN, &attribute.label);
    }
    let Scalar::Text(text) = value else { return Ok(()) };
    if attribute.name == "email" && !email::is_valid(text) {
        return refuse(&refusal::EMAIL_MALFORMED, &attribute.label);
    }
    let enumerated = attribute.values.is_empty()
        || attribute.values.iter().any(|allowed| &allowed.value == text);
    if !enumerated || attribute.pattern.as_ref().is_some_and(|pattern| !pattern.matches(text)) {
        return refuse(&refusal::ATTRIBUTE_PATTERN, &attribute.label);
    }
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let (least, most) = attribute.lengths();
    if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
        return refuse(&refusal::ATTRIBUTE_LENGTH, &attribute.label);
    }
    Ok(())
}

/// The value of an attribute; `null` and an empty text mean no value.
fn value<'a>(given: &'a BTreeMap<String, Scalar>, attribute: &Attribute) -> Option<&'a Scalar> {
    given.get(&attribute.name).filter(|value| !is_nothing(value))
}

fn is_nothing(value: &Scalar) -> bool {
    matches!(value, Scalar::Null) || matches!(value, Scalar::Text(text) if text.is_empty())
}

/// Whether a value has a type. Forms send everything as text, so a text that parses as the type is valid.
fn has_type(kind: AttributeKind, value: &Scalar) -> bool {
    match (kind, value) {
        (AttributeKind::String, Scalar::Text(_))
        | (AttributeKind::Boolean, Scalar::Flag(_))
        | (AttributeKind::Number, Scalar::Number(_)) => true,
        (AttributeKind::Boolean, Scalar::Text(text)) => text == "true" || text == "false",
        (AttributeKind::Number, Scalar::Text(text)) => {
            text.parse::<f64>().is_ok_and(f64::is_finite)
        }
        (AttributeKind::Integer, Scalar::Number(number)) => number.fract() == 0.0,
        (AttributeKind::Integer, Scalar::Text(text)) => text.parse::<i64>().is_ok(),
        _ => false,
    }
}
