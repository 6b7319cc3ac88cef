//! Each setting with a value that no org can have: empty, zero, negative, huge, repeated or contradictory.

use crate::org::Org;

/// A document, and the path of its only mistake.
const REFUSED: &[(&str, &str)] = &[
    ("generation = -1", "generation"),
    ("autoAdvance = 0", "autoAdvance"),
    ("passwordErrorStatus = 0", "passwordErrorStatus"),
    ("passwordErrorStatus = 99999", "passwordErrorStatus"),
    ("errorContentType = \"\"", "errorContentType"),
    ("preset = \"\"", "preset"),
    ("trustedOrigins = [\"\"]", "trustedOrigins[0]"),
    ("trustedOrigins = [\"localhost:3000\"]", "trustedOrigins[0]"),
    ("trustedOrigins = [\"javascript:alert(1)\"]", "trustedOrigins[0]"),
    ("trustedOrigins = [\"http://localhost:3000/app\"]", "trustedOrigins[0]"),
    ("trustedOrigins = [\"http://localhost:3000/\"]", "trustedOrigins[0]"),
    ("trustedOrigins = [\"http://localhost\", \"http://localhost\"]", "trustedOrigins[1]"),
    ("testCodes = { \"\" = \"012345\" }", "testCodes.\"\""),
    ("testCodes = { mary = \"012345\" }", "testCodes.mary"),
    ("testCodes = { \"mary@example.com\" = \"\" }", "testCodes.\"mary@example.com\""),
    ("rateLimits = { user = 1 }", "rateLimits.user"),
    ("authorizationServer = { name = \"\" }", "authorizationServer.name"),
    ("authorizationServer = { audience = \" \" }", "authorizationServer.audience"),
    ("authorizationServer = { grantTypes = [\"code\"] }", "authorizationServer.grantTypes[0]"),
    ("authorizationServer = { scopes = [\"\"] }", "authorizationServer.scopes[0]"),
    ("authorizationServer = { scopes = [\"a b\"] }", "authorizationServer.scopes[0]"),
    ("authorizationServer = { scopes = [\"a\", \"a\"] }", "authorizationServer.scopes[1]"),
    (
        "authorizationServer = { accessTokenLifetimeMinutes = 4 }",
        "authorizationServer.accessTokenLifetimeMinutes",
    ),
    (
        "authorizationServer = { accessTokenLifetimeMinutes = 1441 }",
        "authorizationServer.accessTokenLifetimeMinutes",
    ),
    (
        "authorizationServer = { refreshTokenLifetimeMinutes = 59 }",
        "authorizationServer.refreshTokenLifetimeMinutes",
    ),
    (
        "authorizationServer = { refreshTokenWindowMinutes = 9 }",
        "authorizationServer.refreshTokenWindowMinutes",
    ),
    (
        "authorizationServer = { refreshTokenWindowMinutes = 2628001 }",
        "authorizationServer.refreshTokenWindowMinutes",
    ),
];

/// Members of the only app, which has `label` and `clientId` unless the row sets them.
const REFUSED_IN_APP: &[(&str, &str)] = &[
    ("label = \"\"", "label"),
    ("clientId = \"\"", "clientId"),
    ("clientId = \"a b\"", "clientId"),
    ("type = \"web\"\nclientSecret = \"\"", "clientSecret"),
    ("type = \"web\"\nclientSecret = \"a\\nb\"", "clientSecret"),
    ("type = \"web\"", "clientSecret"),
    ("clientSecret = \"s\"", "clientSecret"),
    ("tokenEndpointAuthMethod = \"client_secret_basic\"", "tokenEndpointAuthMethod"),
    ("token_endpoint_auth_method = \"client_secret_post\"", "token_endpoint_auth_method"),
    ("type = \"native\"\ntokenEndpointAuthMethod = \"client_secret_post\"", "clientSecret"),
    ("type = \"web\"\ntokenEndpointAuthMethod = \"none\"\nclientSecret = \"s\"", "clientSecret"),
    ("redirectUris = []", "redirectUris"),
    ("redirectUris = [\"\"]", "redirectUris[0]"),
    ("redirectUris = [\"localhost/callback\"]", "redirectUris[0]"),
    ("redirectUris = [\"javascript:alert(1)\"]", "redirectUris[0]"),
    ("redirectUris = [\"http://a/\", \"http://a/\"]", "redirectUris[1]"),
    ("postLogoutRedirectUris = [\"/\"]", "postLogoutRedirectUris[0]"),
    ("emailVerificationCallback = \"\"", "emailVerificationCallback"),
    ("emailVerificationCallback = \"javascript:alert(1)\"", "emailVerificationCallback"),
    ("emailVerificationCallback = \"data:text/html,a\"", "emailVerificationCallback"),
    ("emailVerificationCallback = \"file:///etc/passwd\"", "emailVerificationCallback"),
    ("emailVerificationCallback = \"http://a/\\r\\nb\"", "emailVerificationCallback"),
    ("initiateLoginUri = \"localhost\"", "initiateLoginUri"),
    ("initiateLoginUri = \"http://a/\\u0000\"", "initiateLoginUri"),
    ("grantTypes = [\"\"]", "grantTypes[0]"),
    ("grantTypes = [\"refresh_token\", \"refresh_token\"]", "grantTypes[1]"),
    ("refreshToken = { leeway = 61 }", "refreshToken.leeway"),
    ("refreshToken = { leeway = -1 }", "refreshToken.leeway"),
    ("groups = [\"\"]", "groups[0]"),
    ("groups = [\"Everyone\", \"Everyone\"]", "groups[1]"),
];

/// Members of a policy or of an authenticator's settings.
const REFUSED_IN_POLICY: &[(&str, &str, &str)] = &[
    ("profileEnrollment", "targetGroupIds = [\"\"]", "targetGroupIds[0]"),
    ("profileEnrollment", "targetGroupIds = [\"a\", \"b\"]", "targetGroupIds"),
    ("profileEnrollment", "enrollAuthenticatorTypes = [\"email\"]", "enrollAuthenticatorTypes[0]"),
    (
        "profileEnrollment",
        "enrollAuthenticatorTypes = [\"password\", \"password\"]",
        "enrollAuthenticatorTypes[1]",
    ),
    ("profileEnrollment", "profileAttributes = []", "profileAttributes"),
    (
        "profileEnrollment",
        "preRegistrationInlineHooks = [{ url = \"\" }]",
        "preRegistrationInlineHooks[0].url",
    ),
    (
        "profileEnrollment",
        "preRegistrationInlineHooks = [{ url = \"http://a/\", timeoutMillis = 0 }]",
        "preRegistrationInlineHooks[0].timeoutMillis",
    ),
    (
        "profileEnrollment",
        "preRegistrationInlineHooks = [{ url = \"http://a/\", timeoutMillis = 9000000 }]",
        "preRegistrationInlineHooks[0].timeoutMillis",
    ),
    ("appSignOn", "constraints = [{}]", "constraints[0]"),
    (
        "appSignOn",
        "constraints = [{ knowledge = { types = [\"pasword\"] } }]",
        "constraints[0].knowledge.types[0]",
    ),
    ("authenticators.okta_email", "tokenLifetimeInMinutes = 0", "tokenLifetimeInMinutes"),
    ("authenticators.okta_email", "tokenLifetimeInMinutes = 1441", "tokenLifetimeInMinutes"),
    ("authenticators.okta_email", "tokenLifetimeInMinutes = 5000000000", "tokenLifetimeInMinutes"),
    (
        "authenticators.okta_email",
        "useEmailMagicLink = true\nsendLink = false",
        "useEmailMagicLink",
    ),
    ("authenticators.phone_number", "methods = []", "methods"),
    ("authenticators.phone_number", "methods = [\"sms\", \"sms\"]", "methods[1]"),
    ("password.complexity", "minLength = 0", "minLength"),
    ("password.complexity", "minLength = 100", "minLength"),
    ("password.complexity", "minLowerCase = 73", "minLowerCase"),
    ("password.complexity", "minNumber = -1", "minNumber"),
    ("password.complexity", "maxConsecutiveCharacters = 0", "maxConsecutiveCharacters"),
    ("password.complexity", "excludeAttributes = [\"email\"]", "excludeAttributes[0]"),
    (
        "password.complexity",
        "excludeAttributes = [\"firstName\", \"firstName\"]",
        "excludeAttributes[1]",
    ),
    ("password.age", "maxAgeDays = 5\nexpireWarnDays = 9", "expireWarnDays"),
    ("password.selfServicePasswordReset", "primaryMethods = [\"mail\"]", "primaryMethods[0]"),
];

/// Members of the second attribute of the form, which has `name` and `label` unless the row sets them.
const REFUSED_IN_ATTRIBUTE: &[(&str, &str)] = &[
    ("name = \"\"", "name"),
    ("name = \"a b\"", "name"),
    ("name = \"1a\"", "name"),
    ("name = \"email\"", "name"),
    ("label = \"\"", "label"),
    ("label = \"a\\tb\"", "label"),
    ("inputType = \"radioo\"", "inputType"),
    ("maxLength = 0", "maxLength"),
    ("minLength = 5\nmaxLength = 4", "minLength"),
    ("name = \"firstName\"\nminLength = 51", "minLength"),
    ("type = \"boolean\"\nmaxLength = 4", "maxLength"),
    ("type = \"date\"", "type"),
    ("pattern = \"(\"", "pattern"),
    ("enum = [{ label = \"\", value = \"a\" }]", "enum[0].label"),
    ("enum = [{ label = \"A\", value = \"\" }]", "enum[0].value"),
    (
        "enum = [{ label = \"A\", value = \"a\" }, { label = \"B\", value = \"a\" }]",
        "enum[1].value",
    ),
    ("pattern = \"b\"\nenum = [{ label = \"A\", value = \"a\" }]", "enum[0].value"),
];

/// The paths of the mistakes, each of which has a caret at its own line.
fn mistakes(document: &str) -> Vec<String> {
    match Org::from_toml(document, "mine.toml") {
        Ok(_) => Vec::new(),
        Err(error) => {
            assert!(error.to_string().contains('^'), "{error}");
            for mistake in error.mistakes() {
                assert!(mistake.span.is_some(), "{document}: {mistake}");
            }
            error.mistakes().iter().map(|mistake| mistake.path.to_string()).collect()
        }
    }
}

/// A table with the members of a row, and the defaults that the row does not set.
fn table(header: &str, defaults: &[(&str, &str)], row: &str) -> String {
    let defaults = defaults.iter().filter(|(key, _)| !row.starts_with(&format!("{key} =")));
    let defaults = defaults.map(|(key, value)| format!("{key} = {value:?}\n"));
    format!("{header}\n{}{row}\n", defaults.collect::<String>())
}

fn app(row: &str) -> String {
    table("[[apps]]", &[("label", "App"), ("clientId", "0oa1")], row)
}

fn attribute(row: &str) -> String {
    let header = "[[profileEnrollment.profileAttributes]]\nname = \"email\"\nlabel = \"Email\"\n[[profileEnrollment.profileAttributes]]";
    table(header, &[("name", "badge"), ("label", "Badge")], row)
}

/// Every row as a whole document, and the path of its only mistake.
fn rows() -> Vec<(String, String)> {
    let plain = REFUSED.iter().map(|(row, path)| ((*row).to_owned(), (*path).to_owned()));
    let in_app = REFUSED_IN_APP.iter().map(|(row, path)| (app(row), format!("apps[0].{path}")));
    let in_policy = REFUSED_IN_POLICY
        .iter()
        .map(|(part, row, path)| (format!("[{part}]\n{row}\n"), format!("{part}.{path}")));
    let in_attribute = REFUSED_IN_ATTRIBUTE.iter().map(|(row, path)| {
        (attribute(row), format!("profileEnrollment.profileAttributes[1].{path}"))
    });
    plain.chain(in_app).chain(in_policy).chain(in_attribute).collect()
}

#[test]
fn invalid_value_is_refused_at_its_key() {
    for (document, path) in rows() {
        assert_eq!(mistakes(&document), [path], "{document}");
    }
    assert_eq!(mistakes(&app("")), [""; 0]);
    assert_eq!(mistakes(&attribute("")), [""; 0]);
    let requires_too_many = "[password.complexity]\nminLowerCase = 40\nminNumber = 40\n";
    assert_eq!(mistakes(requires_too_many), ["password.complexity"]);
}

#[test]
fn two_apps_with_one_client_id_are_refused() {
    assert_eq!(mistakes(&(app("") + &app(""))), ["apps[1].clientId"]);
}

#[test]
fn mistakes_of_one_table_are_all_reported() {
    for (document, expected) in [
        // Neither key is there, and the rest of the table is checked all the same.
        (
            "[[apps]]\ntype = \"web\"\nredirectUris = [\"localhost\"]\nleeway = 1\n",
            vec![
                "apps[0]",
                "apps[0]",
                "apps[0].clientSecret",
                "apps[0].leeway",
                "apps[0].redirectUris[0]",
            ],
        ),
        // A mistyped key hides neither the empty id nor the missing secret.
        (
            "[[apps]]\nlable = \"A\"\nclientId = \"\"\ntype = \"web\"\n",
            vec!["apps[0].clientId", "apps[0].clientSecret", "apps[0].lable"],
        ),
        // Whether the app needs a secret depends on its type.
        (
            "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\ntype = \"wep\"\nclientSecret = \"s\"\n",
            vec!["apps[0].type"],
        ),
        (
            "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\ntyp = \"web\"\nclientSecret = \"s\"\n",
            vec!["apps[0].typ"],
        ),
        // It also depends on how the app authenticates.
        (
            "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\ntype = \"web\"\ntoken_endpoint_auth_method = \"nome\"\n",
            vec!["apps[0].token_endpoint_auth_method"],
        ),
        (
            "authorizationServer = { accessTokenLifetimeMinutes = \"5\", refreshTokenLifetimeMinutes = 5 }\n",
            vec!["authorizationServer.accessTokenLifetimeMinutes"],
        ),
        (
            "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\nredirectUris = [3]\n",
            vec!["apps[0].redirectUris[0]"],
        ),
        // A wrong label says nothing about whether the form has an email address, but a wrong name does.
        (
            "profileEnrollment.profileAttributes = [{ name = \"a\", label = 3 }]\n",
            vec![
                "profileEnrollment.profileAttributes",
                "profileEnrollment.profileAttributes[0].label",
            ],
        ),
        (
            "profileEnrollment.profileAttributes = [{ name = 3, label = \"A\" }]\n",
            vec!["profileEnrollment.profileAttributes[0].name"],
        ),
        (
            "profileEnrollment.profileAttributes = [{ name = \"email\", label = \"E\", minLength = \"a\", maxLength = 0 }]\n",
            vec![
                "profileEnrollment.profileAttributes[0].maxLength",
                "profileEnrollment.profileAttributes[0].minLength",
            ],
        ),
    ] {
        let mut found = mistakes(document);
        found.sort();
        assert_eq!(found, expected, "{document}");
    }
}

#[test]
fn every_mistake_of_every_table_is_reported_at_once() {
    let policies: String = REFUSED_IN_POLICY
        .iter()
        .filter(|(part, ..)| part.starts_with("password.complexity"))
        .filter(|(_, row, _)| row.starts_with("maxC") || row.starts_with("minLength = 100"))
        .map(|(_, row, _)| format!("{row}\n"))
        .collect();
    let apps: String = REFUSED_IN_APP
        .iter()
        .enumerate()
        .map(|(index, (row, _))| app(row).replace("0oa1", &format!("0oa{index}x")))
        .collect();
    let document = format!("passwordErrorStatus = 0\n[password.complexity]\n{policies}{apps}");
    let mut expected = vec![
        "passwordErrorStatus".to_owned(),
        "password.complexity.minLength".to_owned(),
        "password.complexity.maxConsecutiveCharacters".to_owned(),
    ];
    let in_apps = REFUSED_IN_APP.iter().enumerate();
    expected.extend(in_apps.map(|(index, (_, path))| format!("apps[{index}].{path}")));
    let mut found = mistakes(&document);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn null_items_and_large_numbers_of_json_hide_no_other_mistake() {
    let document = serde_json::json!({
        "passwordErrorStatus": 418,
        "password": {"complexity": {"minLength": u64::MAX}},
        "apps": [null, {"label": "A", "clientId": ""}],
    });
    let error = Org::from_json(&document).unwrap_err();
    let mut found: Vec<_> =
        error.mistakes().iter().map(|mistake| mistake.path.to_string()).collect();
    found.sort();
    assert_eq!(
        found,
        ["apps[0]", "apps[1].clientId", "password.complexity.minLength", "passwordErrorStatus"]
    );
}

#[test]
fn list_of_mistakes_has_a_limit() {
    let wrong_types = format!("trustedOrigins = [{}]", "3, ".repeat(60));
    assert_eq!(mistakes(&wrong_types).len(), 50);
    let broken_rules = format!("authorizationServer = {{ scopes = [{}] }}", "\"\", ".repeat(60));
    assert_eq!(mistakes(&broken_rules).len(), 50);
    let attributes: String =
        (0..201).map(|index| format!("{{ name = \"a{index}\", label = \"\" }}, ")).collect();
    let path = "profileEnrollment.profileAttributes";
    // The missing email address, and the number of attributes.
    assert_eq!(mistakes(&format!("{path} = [{attributes}]")), [path; 2]);
    let nulls = serde_json::json!({ "apps": vec![(); 60] });
    assert_eq!(Org::from_json(&nulls).unwrap_err().mistakes().len(), 50);
}
