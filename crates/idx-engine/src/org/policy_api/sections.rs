//! The tables of a document into which a policy can be pasted, with the members that the Policy API adds. Sources: Okta's Management API reference
//! (Policies, Authenticators, Authorization Servers, Applications).

use toml::{Table, Value};

use crate::org::key_path::KeyPath;

/// The members that the API adds to every policy and rule.
const ENVELOPE: &[&str] = &[
    "id",
    "status",
    "name",
    "description",
    "priority",
    "system",
    "type",
    "conditions",
    "created",
    "createdBy",
    "lastUpdated",
    "lastUpdatedBy",
    "_links",
    "_embedded",
];
/// The members that the API adds to objects that have a name or a type of their own in the document.
const LINKS: &[&str] = &["id", "status", "created", "lastUpdated", "_links", "_embedded"];

/// A table of the document.
pub(super) struct Section {
    /// Its key. `authenticators.*` and `apps.*` are each table in it.
    pub(super) key: &'static str,
    /// Members with another name in the document, as dotted paths. An empty name is the table itself.
    pub(super) moves: &'static [(&'static str, &'static str)],
    /// Members without an effect, beside those of the envelope.
    pub(super) ignored: &'static [&'static str],
}

impl Section {
    /// The paths of its tables.
    pub(super) fn tables(&self, document: &Table) -> Vec<KeyPath> {
        let Some(parent) = self.key.strip_suffix(".*") else {
            return vec![KeyPath::from([self.key])];
        };
        let path = KeyPath::from([parent]);
        match document.get(parent) {
            Some(Value::Table(tables)) => tables.keys().map(|key| path.clone().key(key)).collect(),
            Some(Value::Array(items)) => {
                (0..items.len()).map(|index| path.clone().index(index)).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn envelope(&self) -> &'static [&'static str] {
        match self.key {
            "authorizationServer" | "apps.*" => LINKS,
            _ => ENVELOPE,
        }
    }
}

pub(super) static SECTIONS: &[Section] = &[
    Section {
        key: "profileEnrollment",
        moves: &[("actions.profileEnrollment", ""), ("profileEnrollment", "")],
        ignored: &["uiSchemaId", "allowedIdentifiers"],
    },
    Section {
        key: "appSignOn",
        moves: &[
            ("actions.appSignOn", ""),
            ("appSignOn", ""),
            ("verificationMethod.factorMode", "factorMode"),
            ("verificationMethod.constraints", "constraints"),
        ],
        ignored: &[
            "verificationMethod.type",
            "verificationMethod.id",
            "verificationMethod.reauthenticateIn",
            "verificationMethod.inactivityPeriod",
            "verificationMethod.chains",
            "keepMeSignedIn.postAuthPromptFrequency",
            "constraints.*.knowledge.required",
            "constraints.*.knowledge.methods",
            "constraints.*.knowledge.authenticationMethods",
            "constraints.*.knowledge.excludedAuthenticationMethods",
            "constraints.*.possession.required",
            "constraints.*.possession.methods",
            "constraints.*.possession.authenticationMethods",
            "constraints.*.possession.excludedAuthenticationMethods",
            "constraints.*.possession.deviceBound",
            "constraints.*.possession.hardwareProtection",
            "constraints.*.possession.phishingResistant",
            "constraints.*.possession.userPresence",
            "constraints.*.possession.userVerification",
            "constraints.*.possession.userVerificationMethods",
        ],
    },
    Section {
        key: "authenticatorEnrollment",
        moves: &[
            ("settings.authenticators", "authenticators"),
            ("actions.enroll.self", "self"),
            ("enroll.self", "self"),
        ],
        ignored: &["settings.type"],
    },
    Section {
        key: "password",
        moves: &[
            ("settings.password", ""),
            ("settings", ""),
            ("actions", ""),
            ("complexity.dictionary.common.exclude", "complexity.excludeCommon"),
            (
                "selfServicePasswordReset.requirement.primary.methods",
                "selfServicePasswordReset.primaryMethods",
            ),
        ],
        ignored: &[
            "recovery",
            "delegation",
            "breachedProtection",
            "passwordChange",
            "selfServiceUnlock",
            "lockout.userLockoutNotificationChannels",
            "complexity.oelStatement",
            "selfServicePasswordReset.access",
            "selfServicePasswordReset.type",
            "selfServicePasswordReset.requirement.primary.methodConstraints",
            "selfServicePasswordReset.requirement.stepUp",
            "selfServicePasswordReset.requirement.accessControl",
        ],
    },
    Section {
        key: "globalSession",
        moves: &[("actions.signon", ""), ("signon", "")],
        ignored: &[
            "access",
            "rememberDeviceByDefault",
            "factorLifetime",
            "factorPromptMode",
            "session",
        ],
    },
    Section {
        key: "authenticators.*",
        moves: &[("settings", "")],
        ignored: &["key", "allowedFor", "provider", "agreeToTerms"],
    },
    Section {
        key: "authorizationServer",
        moves: &[],
        ignored: &["description", "issuer", "issuerMode", "credentials", "default"],
    },
    Section {
        key: "apps.*",
        moves: &[("token_endpoint_auth_method", "tokenEndpointAuthMethod")],
        ignored: &[],
    },
];
