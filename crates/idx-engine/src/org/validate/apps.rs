//! The apps.

use crate::org::app::{App, AppKind, AuthMethod};
use crate::org::key_path::KeyPath;
use crate::org::pattern::{self, Wildcard};
use crate::org::validate::authorization_server::GRANT_TYPES;
use crate::org::validate::finding::Findings;

/// The longest leeway of a refresh token that Okta accepts, in seconds.
const MAXIMUM_LEEWAY: u32 = 60;

pub(super) fn check(apps: &[App], found: &mut Findings) {
    let path = KeyPath::from(["apps"]);
    if apps.is_empty() {
        found.invalid(path.clone(), "the org has no app", "add an [[apps]] table");
    }
    for (index, app) in apps.iter().enumerate() {
        let path = path.clone().index(index);
        found.text(path.clone().key("label"), &app.label);
        found.token(path.clone().key("clientId"), &app.client_id);
        if apps[..index].iter().any(|earlier| earlier.client_id == app.client_id) {
            found.invalid(
                path.clone().key("clientId"),
                format!("the clientId {:?} is used twice", app.client_id),
                "give each app its own",
            );
        }
        check_secret(app, &path, found);
        check_addresses(app, &path, found);
        check_grants(app, &path, found);
        let groups = path.key("groups");
        for (index, group) in app.groups.iter().enumerate() {
            found.text(groups.clone().index(index), group);
        }
        found.distinct(&groups, &app.groups);
    }
}

/// An app has a secret if and only if it authenticates with one.
fn check_secret(app: &App, path: &KeyPath, found: &mut Findings) {
    let path = |key| path.clone().key(key);
    let (subject, help) = match app.token_endpoint_auth_method {
        Some(method) if app.kind == AppKind::Spa && method != AuthMethod::Public => {
            found
                .wrong(
                    path("tokenEndpointAuthMethod"),
                    format!("the string {:?}", method.name()),
                    "\"none\", because an app of type \"spa\" is public",
                )
                .depends_on(path("type"));
            return;
        }
        Some(method) => (
            format!("an app with the tokenEndpointAuthMethod {:?}", method.name()),
            "remove it, or write tokenEndpointAuthMethod = \"client_secret_basic\"",
        ),
        None => {
            (format!("an app of type {:?}", app.kind.name()), "remove it, or write type = \"web\"")
        }
    };
    let (problem, help) = match (app.is_confidential(), &app.client_secret) {
        (true, None) => (format!("{subject} needs a clientSecret"), "add `clientSecret = …`"),
        (false, Some(_)) => (format!("{subject} is public and has no clientSecret"), help),
        (true, Some(secret)) => return found.token(path("clientSecret"), secret),
        (false, None) => return,
    };
    found
        .invalid(path("clientSecret"), problem, help)
        .depends_on(path("type"))
        .depends_on(path("tokenEndpointAuthMethod"));
}

fn check_addresses(app: &App, path: &KeyPath, found: &mut Findings) {
    for (key, address) in [
        ("emailVerificationCallback", &app.email_verification_callback),
        ("initiateLoginUri", &app.initiate_login_uri),
    ] {
        let Some(address) = address.as_ref().filter(|text| pattern::parse(text).is_none()) else {
            continue;
        };
        found.wrong(
            path.clone().key(key),
            format!("the string {address:?}"),
            "a URL with its scheme, such as \"http://localhost:8080/callback\", without a user name or a fragment",
        );
    }
    let texts = |uris: &[Wildcard]| -> Vec<String> {
        uris.iter().map(|uri| uri.as_str().to_owned()).collect()
    };
    let redirects = path.clone().key("redirectUris");
    if app.redirect_uris.is_empty() {
        found.invalid(
            redirects.clone(),
            "the app has no redirect URI",
            "add one, or leave the key out for every loopback URL",
        );
    }
    found.distinct(&redirects, &texts(&app.redirect_uris));
    if let Some(uris) = &app.post_logout_redirect_uris {
        found.distinct(&path.clone().key("postLogoutRedirectUris"), &texts(uris));
    }
}

fn check_grants(app: &App, path: &KeyPath, found: &mut Findings) {
    let grants = path.clone().key("grantTypes");
    found.known(&grants, &app.grant_types, GRANT_TYPES);
    found.distinct(&grants, &app.grant_types);
    if let Some(leeway) = app.refresh_token.and_then(|settings| settings.leeway)
        && leeway > MAXIMUM_LEEWAY
    {
        found.wrong(
            path.clone().key("refreshToken").key("leeway"),
            format!("the number {leeway}"),
            "0 to 60 seconds",
        );
    }
}
