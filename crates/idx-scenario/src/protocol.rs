//! IDX as the harness knows it: forms, pages, authenticators and messages. Scenarios, rules and drivers read these tables.
//!
//! The emulator has its own. The harness shares no code with it, so the judge cannot repeat a mistake in the emulator and accept it.

/// The path that every IDX endpoint starts with.
pub const IDX_PATH: &str = "/idp/idx/";
/// The endpoint that a transaction begins with.
pub const INTROSPECT: &str = "/idp/idx/introspect";

/// A form that a page can have.
#[derive(Debug)]
pub struct Form {
    /// The name, in `remediation`, at the top of the page or in its authenticator.
    pub name: &'static str,
    /// The endpoint that the form leads to.
    pub path: &'static str,
    /// The possible lists of fields, in order. The fields of a profile form depend on the org.
    pub fields: &'static [&'static [&'static str]],
}

/// The form with this name.
#[must_use]
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

impl Form {
    /// Whether a form with this name has these fields.
    #[must_use]
    pub fn has_fields(name: &str, fields: &[&str]) -> bool {
        match form(name) {
            Some(form) if name == "enroll-profile" => fields.starts_with(form.fields[0]),
            Some(form) => form.fields.contains(&fields),
            // The fields of a form that no table lists are unknown.
            None => true,
        }
    }
}

const HANDLE_ONLY: &[&[&str]] = &[&["stateHandle"]];
const AUTHENTICATOR: &[&[&str]] = &[&["authenticator", "stateHandle"]];
const CREDENTIALS: &[&[&str]] = &[&["credentials", "stateHandle"]];

const fn at(
    name: &'static str,
    path: &'static str,
    fields: &'static [&'static [&'static str]],
) -> Form {
    Form { name, path, fields }
}

/// Every form, remediations first.
pub static FORMS: &[Form] = &[
    at(
        "identify",
        "/idp/idx/identify",
        &[
            &["identifier", "rememberMe", "stateHandle"],
            &["identifier", "credentials", "rememberMe", "stateHandle"],
            &["identifier", "stateHandle"],
            &["identifier", "credentials", "stateHandle"],
        ],
    ),
    at("select-identify", "/idp/idx/identify/select", HANDLE_ONLY),
    at("select-enroll-profile", "/idp/idx/enroll", HANDLE_ONLY),
    at("enroll-profile", "/idp/idx/enroll/new", &[&["userProfile"]]),
    at("select-authenticator-enroll", "/idp/idx/credential/enroll", AUTHENTICATOR),
    at("authenticator-enrollment-data", "/idp/idx/credential/enroll", AUTHENTICATOR),
    at("enroll-authenticator", "/idp/idx/challenge/answer", CREDENTIALS),
    at("skip", "/idp/idx/skip", HANDLE_ONLY),
    at("authenticator-verification-data", "/idp/idx/challenge", AUTHENTICATOR),
    at("challenge-authenticator", "/idp/idx/challenge/answer", CREDENTIALS),
    at("keep-me-signed-in", "/idp/idx/keep-me-signed-in", &[&["keepMeSignedIn", "stateHandle"]]),
    at("cancel", "/idp/idx/cancel", HANDLE_ONLY),
    at("resend", "/idp/idx/challenge/resend", HANDLE_ONLY),
    at("poll", "/idp/idx/challenge/poll", HANDLE_ONLY),
    at("recover", "/idp/idx/recover", HANDLE_ONLY),
    at("unlock-account", "/idp/idx/unlock-account", HANDLE_ONLY),
];

/// The order of the remediations on a page.
pub const PAGE_ORDER: &[&str] = &[
    "identify",
    "enroll-profile",
    "enroll-authenticator",
    "authenticator-enrollment-data",
    "select-authenticator-enroll",
    "select-enroll-profile",
    "select-identify",
    "unlock-account",
    "redirect-idp",
    "skip",
];

/// Remediations that another org's start page may have as well.
pub const OPTIONAL_REMEDIATIONS: &[&str] = &[
    "unlock-account",
    "redirect-idp",
    "piv-idp",
    "launch-authenticator",
    "challenge-webauthn-autofillui-authenticator",
];

/// Remediations that are links to an identity provider, not forms: they have no fields, and a browser follows them.
pub const LINKS: &[&str] = &["redirect-idp", "piv-idp"];

/// Whether a page can list this remediation, in a sign-up or on the start page of any org.
#[must_use]
pub fn is_known_remediation(name: &str) -> bool {
    OPTIONAL_REMEDIATIONS.contains(&name) || PAGE_SETS.iter().any(|set| set.contains(&name))
}

/// The sets of remediations that appear on one page.
pub const PAGE_SETS: &[&[&str]] = &[
    &["identify", "select-enroll-profile"],
    &["identify"],
    &["enroll-profile", "select-identify"],
    &["select-authenticator-enroll"],
    &["select-authenticator-enroll", "skip"],
    &["enroll-authenticator", "select-authenticator-enroll"],
    &["enroll-authenticator", "select-authenticator-enroll", "skip"],
    &["authenticator-enrollment-data", "select-authenticator-enroll"],
    &["authenticator-enrollment-data", "select-authenticator-enroll", "skip"],
    &["authenticator-verification-data"],
    &["challenge-authenticator"],
    &["keep-me-signed-in"],
];

/// An authenticator as pages describe it.
#[derive(Debug)]
pub struct AuthenticatorInfo {
    /// Okta's key: `okta_email`.
    pub key: &'static str,
    /// The `type` member: `email`.
    pub kind: &'static str,
    /// The label of options, and the sort key.
    pub display_name: &'static str,
    /// The types of its methods, in order. An org may disable some.
    pub methods: &'static [&'static str],
}

const fn authenticator(
    key: &'static str,
    kind: &'static str,
    display_name: &'static str,
    methods: &'static [&'static str],
) -> AuthenticatorInfo {
    AuthenticatorInfo { key, kind, display_name, methods }
}

/// Every authenticator that a page can describe.
pub static AUTHENTICATORS: &[AuthenticatorInfo] = &[
    authenticator("okta_password", "password", "Password", &["password"]),
    authenticator("okta_email", "email", "Email", &["email"]),
    authenticator("phone_number", "phone", "Phone", &["sms", "voice"]),
    authenticator(
        "security_question",
        "security_question",
        "Security Question",
        &["security_question"],
    ),
    authenticator("okta_verify", "app", "Okta Verify", &["push", "totp", "signed_nonce"]),
    authenticator("webauthn", "security_key", "Security Key or Biometric", &["webauthn"]),
    authenticator("google_otp", "app", "Google Authenticator", &["otp"]),
];

/// The authenticators that the scenarios enroll. An org may offer others as well.
pub const SIGN_UP_AUTHENTICATORS: &[&str] = &["okta_password", "okta_email", "phone_number"];

/// A message that a page can show, in every recorded form.
#[derive(Debug)]
pub struct MessageInfo {
    /// The `i18n.key` member, by which scenarios name the message.
    pub key: &'static str,
    /// Other recorded keys of the same message.
    pub other_keys: &'static [&'static str],
    /// Whether a recording has the message without i18n.
    pub may_lack_key: bool,
    /// The recorded texts, with `{0}` for the first parameter. A text that ends with a space continues with a name.
    pub texts: &'static [&'static str],
    /// The possible statuses of the response.
    pub statuses: &'static [u16],
    /// Whether it is at the top of the page, and not at a field.
    pub is_top: bool,
    /// The possible values of `class`.
    pub classes: &'static [&'static str],
}

impl MessageInfo {
    /// Whether the message can have this key.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.key == key || self.other_keys.contains(&key)
    }

    /// The row of a message with this key or, if the message has no key, with this text.
    #[must_use]
    pub fn find(key: Option<&str>, text: &str) -> Option<&'static Self> {
        MESSAGES.iter().find(|row| match key {
            Some(key) => row.has_key(key),
            None => row.may_lack_key && row.texts.contains(&text),
        })
    }
}

const ERROR: &[&str] = &["ERROR"];

const fn at_top(
    key: &'static str,
    texts: &'static [&'static str],
    statuses: &'static [u16],
) -> MessageInfo {
    let classes = ERROR;
    MessageInfo {
        key,
        other_keys: &[],
        may_lack_key: false,
        texts,
        statuses,
        is_top: true,
        classes,
    }
}

const fn at_field(
    key: &'static str,
    texts: &'static [&'static str],
    statuses: &'static [u16],
) -> MessageInfo {
    MessageInfo { is_top: false, ..at_top(key, texts, statuses) }
}

/// Every message with a known text.
pub static MESSAGES: &[MessageInfo] = &[
    at_top(
        "idx.session.expired",
        &[
            "The session has expired.",
            "You have been logged out due to inactivity. Refresh or return to the sign in screen.",
        ],
        &[401],
    ),
    at_field("api.error.field_required", &["'{0}' is required."], &[400]),
    at_field("api.authn.error.PASSCODE_INVALID", &["Invalid code. Try again."], &[401]),
    MessageInfo {
        other_keys: &["oie.tooManyRequests"],
        ..at_top(
            "tooManyRequests",
            &["Too many requests", "Too many attempts. Try again later."],
            &[429],
        )
    },
    at_field(
        "registration.error.notUniqueWithinOrg",
        &["A user with this {0} already exists"],
        &[400],
    ),
    at_field(
        "registration.error.invalidLoginEmail",
        &["'{0}' must be in the form of an email address"],
        &[400],
    ),
    at_field(
        "registration.error.doesNotMatchPattern",
        &["Provided value for property '{0}' does not match required pattern"],
        &[400],
    ),
    at_top(
        "idx.error.registration.unavailable",
        &["Registration is currently unavailable."],
        &[400, 403],
    ),
    // No SDK test shows the status of a refused password; the widget's tests use both.
    at_field(
        "password.passwordRequirementsNotMet",
        &["Password requirements were not met. {0}"],
        &[400, 401],
    ),
    at_field(
        "password.common",
        &[
            "This password was found in a list of commonly used passwords. Please try another password.",
        ],
        &[400, 401],
    ),
    // In May 2021, the message had no i18n.
    MessageInfo {
        may_lack_key: true,
        ..at_top(
            "api.factors.error.sms.invalid_phone",
            &[
                "Invalid Phone Number.",
                "Unable to initiate factor enrollment: Invalid Phone Number.",
            ],
            &[400],
        )
    },
    at_top("errors.E0000004", &["Authentication failed"], &[400]),
    // The name in the text is not a parameter: no recording has one.
    MessageInfo {
        classes: &["INFO", "WARNING"],
        ..at_top("idx.unknown.user", &["There is no account with the Username "], &[400])
    },
    at_top("E0000020", &["Bad request."], &[400]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_remediation_set_contains_known_forms_in_order() {
        for set in PAGE_SETS {
            let places: Vec<_> = set
                .iter()
                .filter_map(|name| PAGE_ORDER.iter().position(|known| known == name))
                .collect();
            assert!(places.is_sorted(), "{set:?}");
            assert!(set.iter().all(|name| form(name).is_some()), "{set:?}");
        }
    }

    #[test]
    fn profile_form_may_have_more_fields() {
        assert!(Form::has_fields("enroll-profile", &["userProfile", "credentials", "stateHandle"]));
        assert!(!Form::has_fields("skip", &["userProfile", "stateHandle"]));
        assert!(Form::has_fields("future", &["anything", "stateHandle"]));
    }
}
