//! The `PROFILE_ENROLLMENT` rule.

use crate::limits::ATTRIBUTES;
use crate::org::attribute::{Attribute, AttributeKind};
use crate::org::key_path::KeyPath;
use crate::org::settings::ProfileEnrollment;
use crate::org::validate::finding::Findings;

/// The form controls of Okta's profile forms.
const INPUT_TYPES: [&str; 4] = ["radio", "select", "checkbox", "text"];

pub(super) fn check(rule: &ProfileEnrollment, found: &mut Findings) {
    let path = |key| KeyPath::from(["profileEnrollment", key]);
    for (index, kind) in rule.enroll_authenticator_types.iter().enumerate() {
        if kind != "password" {
            found.wrong(
                path("enrollAuthenticatorTypes").index(index),
                format!("the string {kind:?}"),
                "\"password\", the only authenticator that the profile form can contain",
            );
        }
    }
    found.distinct(&path("enrollAuthenticatorTypes"), &rule.enroll_authenticator_types);
    for (index, hook) in rule.pre_registration_inline_hooks.iter().enumerate() {
        for (key, problem, help) in hook.mistakes() {
            found.invalid(path("preRegistrationInlineHooks").index(index).key(key), problem, help);
        }
    }
    let hooks = rule.pre_registration_inline_hooks.len();
    if hooks > 1 {
        found.invalid(
            path("preRegistrationInlineHooks"),
            format!("the rule has {hooks} hooks"),
            "a rule has at most one hook",
        );
    }
    let groups = rule.target_group_ids.len();
    if groups > 1 {
        found.invalid(
            path("targetGroupIds"),
            format!("the rule has {groups} target groups"),
            "a rule has at most one target group",
        );
    }
    for (index, group) in rule.target_group_ids.iter().enumerate() {
        found.text(path("targetGroupIds").index(index), group);
    }
    check_attributes(&rule.profile_attributes, found);
}

fn check_attributes(attributes: &[Attribute], found: &mut Findings) {
    let path = KeyPath::from(["profileEnrollment", "profileAttributes"]);
    if !attributes.iter().any(|attribute| matches!(attribute.name.as_str(), "email" | "login")) {
        let finding = found.invalid(
            path.clone(),
            "the attributes \"email\" and \"login\" are missing",
            "add one of them: the user's login is taken from it",
        );
        for index in 0..attributes.len() {
            finding.depends_on(path.clone().index(index).key("name"));
        }
    }
    if attributes.len() > ATTRIBUTES {
        found.invalid(
            path,
            format!("the form has {} attributes", attributes.len()),
            format!("a form has at most {ATTRIBUTES} attributes"),
        );
        return;
    }
    for (index, attribute) in attributes.iter().enumerate() {
        let path = path.clone().index(index);
        check_name(attribute, &attributes[..index], &path, found);
        found.text(path.clone().key("label"), &attribute.label);
        if let Some(input_type) = &attribute.input_type
            && !INPUT_TYPES.contains(&input_type.as_str())
        {
            found.wrong(
                path.clone().key("inputType"),
                format!("the string {input_type:?}"),
                "\"radio\", \"select\", \"checkbox\" or \"text\"",
            );
        }
        check_lengths(attribute, &path, found);
        check_values(attribute, &path, found);
    }
}

fn check_name(attribute: &Attribute, earlier: &[Attribute], path: &KeyPath, found: &mut Findings) {
    let path = path.clone().key("name");
    let name = &attribute.name;
    // Okta's rule for the variable name of an attribute.
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !is_name {
        found.wrong(
            path.clone(),
            format!("the string {name:?}"),
            "a letter, followed by letters, digits and underscores",
        );
    }
    if earlier.iter().any(|earlier| earlier.name == *name) {
        found.invalid(
            path,
            format!("the attribute {name:?} is defined twice"),
            "remove one of the two",
        );
    }
}

fn check_lengths(attribute: &Attribute, path: &KeyPath, found: &mut Findings) {
    let (least, most) = ("minLength", "maxLength");
    if attribute.max_length == Some(0) {
        found.wrong(path.clone().key(most), "the number 0".to_owned(), "1 or more");
    }
    if attribute.kind == AttributeKind::Boolean {
        for (key, length) in [(least, attribute.min_length), (most, attribute.max_length)] {
            if length.is_some() {
                found
                    .invalid(path.clone().key(key), "a boolean has no length", "remove the key")
                    .depends_on(path.clone().key("type"));
            }
        }
    }
    if let (Some(minimum), Some(maximum)) = attribute.lengths()
        && minimum > maximum
        && maximum > 0
    {
        // One of the two can be the default of a name.
        let key = if attribute.min_length.is_some() { least } else { most };
        found
            .invalid(
                path.clone().key(key),
                format!("minLength {minimum} is greater than maxLength {maximum}"),
                "no value can satisfy both",
            )
            .depends_on(path.clone().key(least))
            .depends_on(path.clone().key(most))
            .depends_on(path.clone().key("name"));
    }
}

fn check_values(attribute: &Attribute, path: &KeyPath, found: &mut Findings) {
    let list = path.clone().key("enum");
    for (index, choice) in attribute.values.iter().enumerate() {
        let path = list.clone().index(index);
        found.text(path.clone().key("label"), &choice.label);
        found.text(path.clone().key("value"), &choice.value);
        if attribute.values[..index].iter().any(|earlier| earlier.value == choice.value) {
            found.invalid(
                path.key("value"),
                format!("the value {:?} is defined twice", choice.value),
                "remove one of the two",
            );
        } else if let Some(pattern) = &attribute.pattern
            && !pattern.matches(&choice.value)
        {
            found
                .invalid(
                    path.key("value"),
                    format!("the pattern refuses the value {:?}", choice.value),
                    "change the value or the pattern",
                )
                .depends_on(list.parent().key("pattern"));
        }
    }
}
