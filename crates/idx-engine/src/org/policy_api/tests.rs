//! Policies as the Policy API returns them, pasted into a document.

use serde_json::{Value, json};

use crate::org::{EnrollWhen, FactorMode, Org, PrimaryFactor, Requirement};
use crate::state::names::AuthenticatorKey;

/// The members that the API adds to a policy or a rule.
fn envelope(kind: &str, members: Value) -> Value {
    let mut envelope = json!({
        "id": "rulTheId000000000001", "status": "ACTIVE", "name": "Catch-all Rule", "priority": 99, "system": true,
        "conditions": {"people": {"users": {"exclude": []}}}, "created": "2026-01-01T00:00:00.000Z",
        "lastUpdated": "2026-01-02T00:00:00.000Z", "type": kind,
        "_links": {"self": {"href": "https://org.example/api/v1/policies/1", "hints": {"allow": ["GET", "PUT"]}}},
    });
    let Value::Object(added) = members else { panic!("{members} is not an object") };
    envelope.as_object_mut().unwrap().extend(added);
    envelope
}

fn read(document: &Value) -> Org {
    Org::from_json(document).unwrap_or_else(|error| panic!("{error}\n{document:#}"))
}

/// The document as TOML, which has no null.
fn notes_of(document: &Value) -> Vec<String> {
    let text = toml::to_string(&without_null(document)).unwrap();
    let (_, notes) =
        Org::from_toml_with_notes(&text, "mine.toml").unwrap_or_else(|error| panic!("{error}"));
    for note in &notes {
        let line = text.lines().nth(note.line.expect("a line") - 1).unwrap();
        let key = note.path.last_key().unwrap();
        assert!(line.contains(key), "{note}: {line}");
    }
    notes.iter().map(|note| note.path.to_string()).collect()
}

fn without_null(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_null).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(key, member)| (key.clone(), without_null(member)))
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn profile_enrollment_rule_keeps_what_has_an_effect() {
    let action = json!({
        "access": "ALLOW", "preRegistrationInlineHooks": null, "targetGroupIds": null, "unknownUserAction": "DENY",
        "profileAttributes": [{"name": "email", "label": "Primary email", "required": true}],
        "activationRequirements": {"emailVerification": true}, "progressiveProfilingAction": "ENABLED",
        "allowedIdentifiers": ["login"], "uiSchemaId": "uisTheId000000000001", "enrollAuthenticatorTypes": ["password"],
    });
    let rule = envelope(
        "PROFILE_ENROLLMENT",
        json!({"conditions": null, "actions": {"profileEnrollment": action}}),
    );
    for pasted in [action.clone(), json!({"profileEnrollment": action}), rule.clone()] {
        let org = read(&json!({"profileEnrollment": pasted}));
        let policies = org.resolve(&org.apps[0], None);
        assert!(!policies.allow_sign_up());
        assert!(policies.profile_enrollment.activation_requirements.email_verification);
        assert_eq!(policies.profile_enrollment.profile_attributes[0].label, "Primary email");
        assert!(policies.profile_enrollment.asks_for_password());
    }
    let notes = notes_of(&json!({"profileEnrollment": rule}));
    for ignored in [
        "id",
        "_links",
        "actions.profileEnrollment.uiSchemaId",
        "actions.profileEnrollment.allowedIdentifiers",
    ] {
        assert!(notes.contains(&format!("profileEnrollment.{ignored}")), "{ignored}: {notes:?}");
    }
    let hook = json!({"preRegistrationInlineHooks": [{"inlineHookId": "calTheId000000000001"}]});
    assert_eq!(
        notes_of(&json!({"profileEnrollment": hook})),
        ["profileEnrollment.preRegistrationInlineHooks"]
    );
}

#[test]
fn app_sign_on_rule_keeps_what_has_an_effect() {
    let rule = envelope(
        "ACCESS_POLICY",
        json!({"actions": {"appSignOn": {
            "access": "ALLOW",
            "verificationMethod": {
                "factorMode": "1FA", "type": "ASSURANCE", "reauthenticateIn": "PT12H",
                "constraints": [{
                    "knowledge": {"types": ["password"], "required": false, "reauthenticateIn": "PT0S"},
                    "possession": {"required": true, "deviceBound": "REQUIRED", "userPresence": "OPTIONAL"},
                }],
            },
            "keepMeSignedIn": {"postAuth": "ALLOWED", "postAuthPromptFrequency": "P30D"},
        }}}),
    );
    let org = read(&json!({"appSignOn": rule}));
    assert_eq!(org.app_sign_on.factor_mode, FactorMode::One);
    assert_eq!(org.app_sign_on.constraints.len(), 1);
    assert_eq!(org.app_sign_on.constraints[0].knowledge.as_ref().unwrap().types, ["password"]);
    assert!(org.app_sign_on.constraints[0].possession.is_some());
    let notes = notes_of(&json!({"appSignOn": rule}));
    let method = "appSignOn.actions.appSignOn.verificationMethod";
    for ignored in ["type", "reauthenticateIn", "constraints[0].possession.deviceBound"] {
        assert!(notes.contains(&format!("{method}.{ignored}")), "{ignored}: {notes:?}");
    }
}

#[test]
fn authenticator_enrollment_policy_lists_every_authenticator_of_the_org() {
    let policy = envelope(
        "MFA_ENROLL",
        json!({
            "settings": {"type": "AUTHENTICATORS", "authenticators": [
                {"key": "okta_email", "enroll": {"self": "REQUIRED"}},
                {"key": "okta_password", "enroll": {"self": "OPTIONAL"}, "constraints": {"aaguidGroups": []}},
                {"key": "security_question", "enroll": {"self": "OPTIONAL"}},
            ]},
            "actions": {"enroll": {"self": "NEVER_INCLUDING_RECOVERY"}},
        }),
    );
    let org = read(&json!({"authenticatorEnrollment": policy}));
    let of = |key| org.authenticator_enrollment.of(key);
    assert_eq!(of(AuthenticatorKey::OktaEmail), Requirement::Required);
    assert_eq!(of(AuthenticatorKey::OktaPassword), Requirement::Optional);
    assert_eq!(of(AuthenticatorKey::PhoneNumber), Requirement::NotAllowed);
    assert_eq!(org.authenticator_enrollment.when, EnrollWhen::NeverIncludingRecovery);
    assert!(org.authenticator_enrollment.never_offers_optional());
    let notes = notes_of(&json!({"authenticatorEnrollment": policy}));
    let settings = "authenticatorEnrollment.settings";
    for ignored in ["type", "authenticators[1].constraints", "authenticators[2]"] {
        assert!(notes.contains(&format!("{settings}.{ignored}")), "{ignored}: {notes:?}");
    }
}

#[test]
fn password_policy_and_rule_keep_what_has_an_effect() {
    let policy = envelope(
        "PASSWORD",
        json!({
            "settings": {
                "password": {
                    "complexity": {
                        "minLength": 12, "minLowerCase": 0, "minUpperCase": 1, "minNumber": 1, "minSymbol": 1, "excludeUsername": true,
                        "dictionary": {"common": {"exclude": true}}, "excludeAttributes": [],
                    },
                    "age": {"maxAgeDays": 0, "expireWarnDays": 0, "minAgeMinutes": 0, "historyCount": 5},
                    "lockout": {"maxAttempts": 10, "autoUnlockMinutes": 0, "userLockoutNotificationChannels": [], "showLockoutFailures": false},
                },
                "recovery": {"factors": {"okta_email": {"status": "INACTIVE"}}},
                "delegation": {"options": {"skipUnlock": false}},
            },
            "actions": {
                "passwordChange": {"access": "ALLOW"},
                "selfServicePasswordReset": {"access": "ALLOW", "requirement": {
                    "primary": {"methods": ["email", "email", "sms"]}, "stepUp": {"required": false}, "accessControl": "LEGACY",
                }},
                "selfServiceUnlock": {"access": "ALLOW"},
            },
        }),
    );
    let org = read(&json!({"password": policy}));
    let complexity = &org.password.complexity;
    assert_eq!((complexity.min_length, complexity.min_lower_case), (12, 0));
    assert!(complexity.exclude_common && complexity.exclude_attributes.is_empty());
    assert_eq!(org.password.age.history_count, 5);
    assert_eq!(org.password.self_service_password_reset.primary_methods, ["email", "email", "sms"]);
    let notes = notes_of(&json!({"password": policy}));
    for ignored in [
        "settings.recovery",
        "actions.selfServiceUnlock",
        "actions.selfServicePasswordReset.requirement.stepUp",
    ] {
        assert!(notes.contains(&format!("password.{ignored}")), "{ignored}: {notes:?}");
    }
}

#[test]
fn session_rule_authenticator_and_authorization_server_keep_what_has_an_effect() {
    let session = envelope(
        "SIGN_ON",
        json!({"actions": {"signon": {
            "access": "ALLOW", "requireFactor": false, "primaryFactor": "PASSWORD_IDP_ANY_FACTOR", "rememberDeviceByDefault": false,
            "session": {"usePersistentCookie": false, "maxSessionIdleMinutes": 120},
        }}}),
    );
    let email = json!({
        "type": "email", "id": "autTheId000000000001", "key": "okta_email", "status": "ACTIVE", "name": "Email",
        "created": "2026-01-01T00:00:00.000Z", "lastUpdated": "2026-01-01T00:00:00.000Z",
        "settings": {"allowedFor": "any", "tokenLifetimeInMinutes": 15}, "_links": {},
    });
    let server = json!({
        "id": "ausTheId000000000001", "name": "default", "description": "Default", "audiences": ["api://mine"],
        "issuer": "https://org.example/oauth2/default", "issuerMode": "DYNAMIC", "status": "ACTIVE", "default": true, "_links": {},
    });
    let document = json!({"globalSession": session, "authenticators": {"okta_email": email}, "authorizationServer": server});
    let org = read(&document);
    assert_eq!(org.global_session.primary_factor, PrimaryFactor::PasswordIdpAnyFactor);
    assert_eq!(org.authenticators.okta_email.token_lifetime_in_minutes, 15);
    assert_eq!(org.authorization_server.audience, "api://mine");
    let notes = notes_of(&document);
    for ignored in [
        "globalSession.actions.signon.session",
        "authenticators.okta_email.settings.allowedFor",
        "authorizationServer.issuer",
    ] {
        assert!(notes.contains(&ignored.to_owned()), "{ignored}: {notes:?}");
    }
}

#[test]
fn mistake_in_a_pasted_policy_is_reported_where_it_was_pasted() {
    let text = "[password.settings.password.complexity]\nminLength = 100\n[password.settings.password.complexity.dictionary.common]\nexclude = 3\n\
                [authenticatorEnrollment]\nsettings.authenticators = [{ key = \"okta_email\", enroll = { self = \"MAYBE\" } }]\n\
                [appSignOn.verificationMethod]\nfactorMod = \"1FA\"\n";
    let error = Org::from_toml(text, "mine.toml").unwrap_err();
    let mut found: Vec<_> =
        error.mistakes().iter().map(|mistake| mistake.path.to_string()).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "appSignOn.verificationMethod",
            "authenticatorEnrollment.settings.authenticators[0].enroll.self",
            "password.settings.password.complexity.dictionary.common.exclude",
            "password.settings.password.complexity.minLength",
        ]
    );
    // Both the document's own name and the API's.
    let twice = "[password.complexity]\nexcludeCommon = true\ndictionary.common.exclude = false\n";
    let error = Org::from_toml(twice, "mine.toml").unwrap_err();
    assert_eq!(error.mistakes()[0].path.to_string(), "password.complexity.dictionary");
}
