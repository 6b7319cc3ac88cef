//! Checks a profile: each member against its attribute, and that the login is unused.

use std::collections::BTreeMap;

use idx_wire::Scalar;

use crate::org::{Attribute, AttributeKind};
use crate::policy::email;
use crate::policy::text;
use crate::refusal::{self, FieldName, Refusal};

/// A valid profile.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) login: String,
    pub(crate) attributes: BTreeMap<String, Scalar>,
}

impl Profile {
    /// Sets attributes that [`can_set`] allows; `null` removes one. Inferred: a changed `email` alone does not change the login.
    pub(crate) fn update(&mut self, updates: BTreeMap<String, Scalar>) {
        for (name, value) in updates {
            if let ("login", Scalar::Text(login)) = (name.as_str(), &value) {
                self.login = email::normalised(login);
            }
            match is_nothing(&value) {
                true => drop(self.attributes.remove(&name)),
                false => drop(self.attributes.insert(name, value)),
            }
        }
    }
}

/// Whether a hook can set an attribute to a value. The form's own rules apply to its attributes. Inferred: an org document has no user schema
/// beyond the form, so any other attribute with a plain value is in the schema, but never the password.
pub(crate) fn can_set(attributes: &[Attribute], name: &str, set: &Scalar) -> bool {
    let value = Some(set).filter(|value| !is_nothing(value));
    if let Some(attribute) = attributes.iter().find(|attribute| attribute.name == name) {
        return judge(attribute, Identity::of(attributes), value).is_ok();
    }
    match (name, value) {
        ("login" | "email", Some(Scalar::Text(text))) => email::is_valid(text),
        ("login" | "email", _) | ("password" | "credentials", _) => false,
        (_, value) => !matches!(value, Some(Scalar::Nested)),
    }
}

/// Checks a profile, but not whether its login is taken. The refusal contains every mistake, in the order of the form.
pub(crate) fn check(
    attributes: &[Attribute],
    given: Option<&BTreeMap<String, Scalar>>,
) -> Result<Profile, Refusal> {
    let nothing = BTreeMap::new();
    let given = given.unwrap_or(&nothing);
    if let Some(name) =
        given.keys().find(|name| attributes.iter().all(|attribute| &attribute.name != *name))
    {
        return Err(Refusal::with(&refusal::ATTRIBUTE_UNKNOWN, None, &[name]));
    }
    let identity = Identity::of(attributes);
    let refusals = attributes
        .iter()
        .filter_map(|attribute| judge(attribute, identity, value(given, &attribute.name)).err())
        .collect();
    if let Some(refusal) = Refusal::all(refusals) {
        return Err(refusal);
    }
    let kept = given
        .iter()
        .filter(|(_, value)| !is_nothing(value))
        .map(|(name, value)| (name.clone(), value.clone()));
    Ok(Profile { login: login(given).unwrap_or_default(), attributes: kept.collect() })
}

/// The login of a profile in lower case: its `login`, or else its `email`.
pub(crate) fn login(given: &BTreeMap<String, Scalar>) -> Option<String> {
    ["login", "email"].iter().find_map(|name| match value(given, name) {
        Some(Scalar::Text(text)) => Some(email::normalised(text)),
        _ => None,
    })
}

/// The refusal of a login that another user has. It stands at the field from which the login is taken.
pub(crate) fn taken(attributes: &[Attribute]) -> Refusal {
    let named = |name: &str| attributes.iter().find(|attribute| attribute.name == name);
    let field = named("login").or_else(|| named("email"));
    let (name, label) =
        field.map_or(("email", "Email"), |field| (field.name.as_str(), field.label.as_str()));
    let field = FieldName::Attribute(name.to_owned());
    Refusal::with(&refusal::LOGIN_TAKEN, Some(&field), &[label])
}

/// Whether the user must enter a value: the form says so, or the login or the address is taken from it.
pub(crate) fn is_required(attributes: &[Attribute], attribute: &Attribute) -> bool {
    attribute.required || Identity::of(attributes).requires(attribute)
}

/// The attributes of the form that identify the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identity {
    /// `email` is the login too.
    Email,
    /// `login` is the address too.
    Login,
    Both,
}

impl Identity {
    fn of(attributes: &[Attribute]) -> Self {
        let has = |name: &str| attributes.iter().any(|attribute| attribute.name == name);
        match (has("login"), has("email")) {
            (true, true) => Self::Both,
            (true, false) => Self::Login,
            (false, _) => Self::Email,
        }
    }

    /// Whether the user must enter the attribute, even if the form marks it as optional.
    fn requires(self, attribute: &Attribute) -> bool {
        match attribute.name.as_str() {
            "email" => true,
            "login" => self == Self::Login,
            _ => false,
        }
    }

    /// Whether the attribute must be an email address. Okta's base schema demands it of a `login`; an org's own `pattern` replaces that rule.
    /// Inferred: a form without `email` takes the address from the login, whatever its pattern.
    fn demands_address(self, attribute: &Attribute) -> bool {
        match attribute.name.as_str() {
            "email" => true,
            "login" => self == Self::Login || attribute.pattern.is_none(),
            _ => false,
        }
    }
}

fn judge(attribute: &Attribute, identity: Identity, value: Option<&Scalar>) -> Result<(), Refusal> {
    let refuse = |row, param: &str| {
        Err(Refusal::with(row, Some(&FieldName::Attribute(attribute.name.clone())), &[param]))
    };
    let Some(value) = value else {
        return if attribute.required || identity.requires(attribute) {
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
    if identity.demands_address(attribute) && !email::is_valid(text) {
        return refuse(&refusal::ADDRESS_MALFORMED, &attribute.label);
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

/// The value of an attribute; `null` and a text without visible characters mean no value.
fn value<'a>(given: &'a BTreeMap<String, Scalar>, name: &str) -> Option<&'a Scalar> {
    given.get(name).filter(|value| !is_nothing(value))
}

fn is_nothing(value: &Scalar) -> bool {
    match value {
        Scalar::Null => true,
        Scalar::Text(text) => text::is_blank(text),
        Scalar::Flag(_) | Scalar::Number(_) | Scalar::Nested => false,
    }
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
        (AttributeKind::Integer, Scalar::Number(number)) => number.is_integer(),
        (AttributeKind::Integer, Scalar::Text(text)) => text.parse::<i64>().is_ok(),
        _ => false,
    }
}
