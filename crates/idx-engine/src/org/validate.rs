//! The rules between the settings of an org: each value is valid by itself, and their combination must be too.

use crate::limits::ATTRIBUTES;
use crate::org::app::{App, AppKind, AuthMethod};
use crate::org::document::Org;
use crate::org::error::DocumentMistake;
use crate::org::key_path::KeyPath;
use crate::org::pattern;
use crate::org::problem::Problem;
use crate::org::settings::{AuthorizationServerSettings, ProfileEnrollment};

/// The longest leeway of a refresh token that Okta accepts, in seconds.
const MAXIMUM_LEEWAY: u32 = 60;

/// The longest idle window of a refresh token that Okta accepts, in minutes.
const MAXIMUM_WINDOW: u32 = 5 * 365 * 24 * 60;

/// Every rule that the org breaks.
pub(super) fn validate(org: &Org) -> Vec<DocumentMistake> {
    let mut found = Found::default();
    profile_enrollment(&org.profile_enrollment, &mut found);
    attributes(&org.profile_enrollment, &mut found);
    apps(&org.apps, &mut found);
    token_lifetimes(&org.authorization_server, &mut found);
    for (to, code) in &org.test_codes {
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            found.wrong(
                KeyPath::from(["testCodes", to]),
                format!("the string {code:?}"),
                "six digits, such as \"012345\"",
            );
        }
    }
    if !matches!(org.password_error_status, 400 | 401 | 403) {
        found.wrong(
            KeyPath::from(["passwordErrorStatus"]),
            format!("the number {}", org.password_error_status),
            "400, 401 or 403",
        );
    }
    for (index, attribute) in org.password.complexity.exclude_attributes.iter().enumerate() {
        if !matches!(attribute.as_str(), "firstName" | "lastName") {
            found.wrong(
                KeyPath::from(["password", "complexity", "excludeAttributes"]).index(index),
                format!("the string {attribute:?}"),
                "\"firstName\" or \"lastName\"",
            );
        }
    }
    for (key, mistake) in org.authenticators.mistakes() {
        let path = KeyPath::from(["authenticators", key, mistake.setting]);
        found.invalid(path, mistake.found, mistake.help);
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<DocumentMistake>);

impl Found {
    fn invalid(&mut self, path: KeyPath, found: impl Into<String>, help: impl Into<String>) {
        self.0.push(DocumentMistake::new(path, Problem::invalid(found, help)));
    }

    fn wrong(&mut self, path: KeyPath, found: String, expected: &str) {
        let expected = expected.to_owned();
        self.0.push(DocumentMistake::new(path, Problem::WrongValue { found, expected }));
    }
}

fn profile_enrollment(rule: &ProfileEnrollment, found: &mut Found) {
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
}

fn attributes(rule: &ProfileEnrollment, found: &mut Found) {
    let path = KeyPath::from(["profileEnrollment", "profileAttributes"]);
    let attributes = &rule.profile_attributes;
    if !attributes.iter().any(|attribute| matches!(attribute.name.as_str(), "email" | "login")) {
        found.invalid(
            path.clone(),
            "the attributes \"email\" and \"login\" are missing",
            "add one of them: the user's login is taken from it",
        );
    }
    if attributes.len() > ATTRIBUTES {
        found.invalid(
            path.clone(),
            format!("the form has {} attributes", attributes.len()),
            format!("a form has at most {ATTRIBUTES} attributes"),
        );
        return;
    }
    for (index, attribute) in attributes.iter().enumerate() {
        let path = path.clone().index(index);
        if attributes[..index].iter().any(|earlier| earlier.name == attribute.name) {
            found.invalid(
                path.clone().key("name"),
                format!("the attribute {:?} is defined twice", attribute.name),
                "remove one of the two",
            );
        }
        if let (Some(least), Some(most)) = attribute.lengths()
            && least > most
        {
            found.invalid(
                path,
                format!("minLength {least} is greater than maxLength {most}"),
                "no value can satisfy both",
            );
        }
    }
}

/// The limits of Okta's authorization server policies.
fn token_lifetimes(server: &AuthorizationServerSettings, found: &mut Found) {
    let path = |key| KeyPath::from(["authorizationServer", key]);
    let access = server.access_token_lifetime_minutes;
    if !(5..=24 * 60).contains(&access) {
        found.wrong(
            path("accessTokenLifetimeMinutes"),
            format!("the number {access}"),
            "5 to 1440 minutes",
        );
    }
    let refresh = server.refresh_token_lifetime_minutes;
    if refresh != 0 && refresh < access {
        found.wrong(
            path("refreshTokenLifetimeMinutes"),
            format!("the number {refresh}"),
            &format!("0 (unlimited), or at least {access}, the lifetime of an access token"),
        );
    }
    let window = server.refresh_token_window_minutes;
    if !(10..=MAXIMUM_WINDOW).contains(&window) {
        found.wrong(
            path("refreshTokenWindowMinutes"),
            format!("the number {window}"),
            "10 to 2628000 minutes (five years)",
        );
    }
}

/// An app has a secret if and only if it authenticates with one.
fn client_secret(app: &App, path: &KeyPath, found: &mut Found) {
    let kind = app.kind.name();
    let (what, help) = match app.token_endpoint_auth_method {
        Some(method) if app.kind == AppKind::Spa && method != AuthMethod::Public => {
            return found.wrong(
                path.clone().key("tokenEndpointAuthMethod"),
                format!("the string {:?}", method.name()),
                "\"none\", because an app of type \"spa\" is public",
            );
        }
        Some(method) => (
            format!("an app with the tokenEndpointAuthMethod {:?}", method.name()),
            "remove it, or write tokenEndpointAuthMethod = \"client_secret_basic\"",
        ),
        None => (format!("an app of type {kind:?}"), "remove it, or write type = \"web\""),
    };
    match (app.is_confidential(), &app.client_secret) {
        (true, None) => found.invalid(
            path.clone(),
            format!("{what} needs a clientSecret"),
            "add `clientSecret = …`",
        ),
        (false, Some(_)) => found.invalid(
            path.clone().key("clientSecret"),
            format!("{what} is public and has no clientSecret"),
            help,
        ),
        _ => {}
    }
}

fn apps(apps: &[App], found: &mut Found) {
    let path = KeyPath::from(["apps"]);
    if apps.is_empty() {
        found.invalid(path.clone(), "the org has no app", "add an [[apps]] table");
    }
    for (index, app) in apps.iter().enumerate() {
        let path = path.clone().index(index);
        client_secret(app, &path, found);
        for (key, address) in [
            ("emailVerificationCallback", &app.email_verification_callback),
            ("initiateLoginUri", &app.initiate_login_uri),
        ] {
            let Some(address) = address.as_ref().filter(|text| pattern::parse(text).is_none())
            else {
                continue;
            };
            found.wrong(
                path.clone().key(key),
                format!("the string {address:?}"),
                "a URL with its scheme, such as \"http://localhost:8080/callback\", without a user name or a fragment",
            );
        }
        if let Some(leeway) = app.refresh_token.and_then(|settings| settings.leeway)
            && leeway > MAXIMUM_LEEWAY
        {
            found.wrong(
                path.clone().key("refreshToken").key("leeway"),
                format!("the number {leeway}"),
                "0 to 60 seconds",
            );
        }
        if apps[..index].iter().any(|earlier| earlier.client_id == app.client_id) {
            found.invalid(
                path.key("clientId"),
                format!("the clientId {:?} is used twice", app.client_id),
                "give each app its own",
            );
        }
    }
}
