//! All rules, and those for the settings of the document itself.

use crate::authenticators;
use crate::org::document::Org;
use crate::org::key_path::KeyPath;
use crate::org::pattern::Wildcard;
use crate::org::validate::finding::{Finding, Findings};
use crate::org::validate::{app_sign_on, apps, authorization_server, password, profile_enrollment};

/// Every rule that the org breaks.
pub(in crate::org) fn validate(org: &Org) -> Vec<Finding> {
    let mut found = Findings::default();
    profile_enrollment::check(&org.profile_enrollment, &mut found);
    app_sign_on::check(&org.app_sign_on, &mut found);
    org.authenticators.check(&mut found);
    password::check(&org.password, &mut found);
    authorization_server::check(&org.authorization_server, &mut found);
    apps::check(&org.apps, &mut found);
    trusted_origins(&org.trusted_origins, &mut found);
    test_codes(org, &mut found);
    if !matches!(org.password_error_status, 400 | 401 | 403) {
        found.wrong(
            KeyPath::from(["passwordErrorStatus"]),
            format!("the number {}", org.password_error_status),
            "400, 401 or 403",
        );
    }
    found.0
}

/// A browser sends an origin without a path, so a path would never match.
fn trusted_origins(origins: &[Wildcard], found: &mut Findings) {
    let path = KeyPath::from(["trustedOrigins"]);
    for (index, origin) in origins.iter().enumerate() {
        if !origin.can_match_an_origin() {
            found.wrong(
                path.clone().index(index),
                format!("the string {:?}", origin.as_str()),
                "an origin without a path, such as \"http://localhost:8080\"",
            );
        }
    }
    found.distinct(&path, &origins.iter().map(Wildcard::as_str).collect::<Vec<_>>());
}

fn test_codes(org: &Org, found: &mut Findings) {
    for (to, code) in &org.test_codes {
        let path = KeyPath::from(["testCodes", to]);
        if !to.contains('@') && authenticators::normalised(to).is_none() {
            found.invalid(
                path.clone(),
                format!("{to:?} is neither an email address nor a phone number"),
                "write the address or the number to which the code is sent, such as \"+15551234567\"",
            );
        }
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            found.wrong(path, format!("the string {code:?}"), "six digits, such as \"012345\"");
        }
    }
}
