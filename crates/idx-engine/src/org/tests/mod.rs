//! Documents over presets, and the text of each mistake.

mod refused;

use serde_json::json;

use crate::org::presets::{self};
use crate::org::{FactorMode, Org, Requirement};
use crate::state::names::AuthenticatorKey;

fn refused(text: &str) -> String {
    Org::from_toml(text, "mine.toml").unwrap_err().to_string()
}

#[test]
fn every_preset_is_valid_and_has_a_summary() {
    for preset in presets::ALL {
        Org::from_toml(preset.text, preset.name).unwrap();
        assert!(preset.text.starts_with("# "), "{} begins with its summary", preset.name);
    }
}

#[test]
fn document_overrides_parts_of_its_preset() {
    let org = Org::from_toml(
        "preset = \"password-only-policy\"\n[authenticatorEnrollment]\nokta_phone = \"REQUIRED\"\n[password.complexity]\nminLength = 12\n",
        "mine.toml",
    )
    .unwrap();
    assert_eq!(org.app_sign_on.factor_mode, FactorMode::One);
    let enrollment = |key| org.authenticator_enrollment.of(key);
    assert_eq!(enrollment(AuthenticatorKey::PhoneNumber), Requirement::Required);
    assert_eq!(enrollment(AuthenticatorKey::OktaEmail), Requirement::Optional);
    assert_eq!(
        (org.password.complexity.min_length, org.password.complexity.min_upper_case),
        (12, 1)
    );
}

#[test]
fn each_mistake_is_reported_at_its_key_with_its_fix() {
    for (name, text) in [
        ("unknown-key", "autoAdvance = false\nautoAdvanec = true\n"),
        ("unknown-key-unlike-any", "[appSignOn]\nxyz = 1\n"),
        ("unknown-authenticator", "[authenticatorEnrollment]\nokta_mail = \"REQUIRED\"\n"),
        ("unknown-value", "[appSignOn]\nfactorMode = \"3FA\"\n"),
        ("mistyped-value", "[appSignOn]\naccess = \"DENNY\"\n"),
        ("unknown-preset", "\npreset = \"password-optionl\"\n"),
        ("short-code", "[testCodes]\n\"+15551234567\" = \"12345\"\n"),
        ("no-email", "[[profileEnrollment.profileAttributes]]\nname = \"a\"\nlabel = \"A\"\n"),
        ("no-secret", "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\ntype = \"web\"\n"),
        ("public-secret", "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\nclientSecret = \"s\"\n"),
        ("wrong-type", "[password.complexity]\nminLength = \"8\"\n"),
        ("negative", "[password.complexity]\nminLength = -1\n"),
        ("no-table", "password = true\n"),
        ("missing-key", "[[apps]]\nclientId = \"0oa\"\n"),
        ("no-address", "trustedOrigins = [\"http://a\", \"localhost\"]\n"),
        (
            "no-pattern",
            "profileEnrollment.profileAttributes = [{ name = \"email\", label = \"E\", pattern = \"(\" }]\n",
        ),
        ("generation", "generation = 2019\n"),
        ("both-names", "[authenticators]\nokta_phone = {}\nphone_number = {}\n"),
        ("syntax", "generation = \n"),
    ] {
        insta::assert_snapshot!(name, refused(text));
    }
}

#[test]
fn several_mistakes_are_reported_together() {
    insta::assert_snapshot!(refused(
        r#"
preset = "magic-lnk"
autoAdvance = "yes"
[appSignOn]
factorMod = "1FA"
access = "DENIED"
[[apps]]
lable = "A"
clientId = "0oa1"
redirectUris = ["http://localhost", 3, "localhost"]
[[apps]]
label = "B"
[[apps]]
label = "C"
clientId = "0oa3"
clientSecret = "s"
[testCodes]
"mary@example.com" = "abc"
"#
    ));
    // Both are syntax errors.
    assert_eq!(refused("a = \nb = \n").matches("error: ").count(), 2);
}

#[test]
fn json_mistake_has_its_key_path() {
    let org = Org::from_json(&json!({"preset": "sign-up-denied"})).unwrap();
    assert!(!org.resolve(&org.apps[0], None).allow_sign_up());
    let app = json!({"label": "A", "clientId": "0oa", "clientSecret": "s"});
    let error = Org::from_json(&json!({"presets": "sign-up-denied", "apps": [app]})).unwrap_err();
    assert_eq!(
        serde_json::to_value(error.mistakes()).unwrap(),
        json!([
            {"path": ["presets"], "found": "unknown key `presets`", "help": "did you mean `preset`?"},
            {
                "path": ["apps", 0, "clientSecret"],
                "found": "an app of type \"spa\" is public and has no clientSecret",
                "help": "remove it, or write type = \"web\"",
            },
        ])
    );
    assert_eq!(
        Org::from_json(&json!({"apps": [null]})).unwrap_err().to_string(),
        "document: apps[0]: `apps` is null; expected a value; leave the item out"
    );
    assert!(Org::from_json(&json!([])).is_err());
}

#[test]
fn schema_has_every_setting_of_the_catalogue() {
    let schema = crate::org::schema();
    let resolved = |part: &serde_json::Value| {
        let part = part.get("items").unwrap_or(part);
        let part = part.pointer("/anyOf/0").unwrap_or(part);
        match part["$ref"].as_str() {
            Some(reference) => schema.pointer(&reference[1..]).unwrap().clone(),
            None => part.clone(),
        }
    };
    for setting in crate::org::catalogue::SETTINGS {
        // "apps.type, clientSecret" names two settings of one table.
        let (table, names) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        for name in names.split(", ") {
            let path = table.split('.').filter(|key| !key.is_empty()).chain([name]);
            path.fold(schema.clone(), |part, key| {
                let property = &resolved(&part)["properties"][key];
                assert!(property.is_object(), "{} has no {key}", setting.key);
                property.clone()
            });
        }
    }
}
