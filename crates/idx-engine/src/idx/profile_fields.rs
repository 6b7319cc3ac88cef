//! The fields of the profile form: one per attribute, in the order of the policy.

use idx_wire::{Choice, Display, DisplayChoice, Field, NestedForm};

use crate::idx::form_context::{FormContext, credentials};
use crate::org::{Attribute, AttributeKind};
use crate::policy::profile;
use crate::refusal::FieldName;

/// The fields of the profile form.
pub(crate) fn fields<'a>(context: &FormContext<'a, '_>, with_password: bool) -> Vec<Field<'a>> {
    let attributes = &context.page.policies.profile_enrollment.profile_attributes;
    let mut fields = vec![Field {
        form: Some(NestedForm {
            value: attributes.iter().map(|attribute| field(context, attribute)).collect(),
        }),
        ..Field::named("userProfile")
    }];
    if with_password {
        let passcode = Field {
            label: Some("Enter Password".into()),
            required: Some(true),
            secret: Some(true),
            messages: context.messages_on(&FieldName::Passcode),
            ..Field::named("passcode")
        };
        fields.push(Field { relates_to: Some("$.currentAuthenticator"), ..credentials(passcode) });
    }
    fields
}

fn field<'a>(context: &FormContext<'a, '_>, attribute: &'a Attribute) -> Field<'a> {
    let verbose = context.page.org.is_verbose();
    let (min_length, max_length) = attribute.lengths();
    let is_email = attribute.name == "email";
    let attributes = &context.page.policies.profile_enrollment.profile_attributes;
    Field {
        // The servers of 2021 named only the types of custom attributes.
        kind: (verbose || attribute.kind != AttributeKind::String || !attribute.values.is_empty())
            .then(|| attribute.kind.name()),
        label: Some(attribute.label.as_str().into()),
        custom_label: attribute.custom_label.then_some(true),
        required: Some(profile::is_required(attributes, attribute)),
        min_length,
        max_length: max_length.or_else(|| (verbose && is_email).then_some(100)),
        options: display(attribute).map(|display| vec![Choice::Display(display)]),
        messages: context.messages_on(&FieldName::Attribute(attribute.name.clone())),
        ..Field::named(attribute.name.as_str())
    }
}

/// How the client should show an enumerated or boolean attribute; a checkbox has no values of its own.
fn display(attribute: &Attribute) -> Option<Display<'_>> {
    let default = match attribute.kind {
        AttributeKind::Boolean => "checkbox",
        _ if !attribute.values.is_empty() => "select",
        _ => {
            return attribute.input_type.as_deref().map(|input_type| {
                Display::new(DisplayChoice { input_type: input_type.into(), options: None })
            });
        }
    };
    let input_type = attribute.input_type.as_deref().unwrap_or(default);
    let plain = |label: &'static str| Choice::Plain { label: label.into(), value: label.into() };
    let options = match (attribute.values.is_empty(), input_type) {
        (false, _) => Some(
            attribute
                .values
                .iter()
                .map(|value| Choice::Plain {
                    label: value.label.as_str().into(),
                    value: value.value.as_str().into(),
                })
                .collect(),
        ),
        (true, "checkbox") => None,
        (true, _) => Some(vec![plain("true"), plain("false")]),
    };
    Some(Display::new(DisplayChoice { input_type: input_type.into(), options }))
}
