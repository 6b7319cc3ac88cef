//! The work, written for either of the two: people who sign up as far as the second authenticator.
//!
//! `start` of a scenario makes two requests, so that it has six expectations.

use std::fs;
use std::io;
use std::path::PathBuf;

use tempfile::TempDir;

/// How many scenarios there are.
pub(crate) const SCENARIOS: usize = 200;
/// How many requests each makes.
pub(crate) const REQUESTS: usize = 8;

/// What each answer is expected to be.
const EXPECTATIONS: usize = 3;

/// The files of both, in a folder that goes with this.
#[derive(Debug)]
pub(crate) struct Work(TempDir);

impl Work {
    /// Writes all of it.
    pub(crate) fn write() -> io::Result<Self> {
        let work = Self(tempfile::tempdir()?);
        fs::create_dir(work.scenarios())?;
        fs::create_dir(work.hurl_files())?;
        for person in 0..SCENARIOS {
            let scenario = SCENARIO.replace("PERSON", &person.to_string());
            fs::write(work.scenarios().join(format!("person-{person}.toml")), scenario)?;
            let file = HURL.replace("PERSON", &person.to_string());
            fs::write(work.hurl_files().join(format!("person-{person}.hurl")), file)?;
        }
        Ok(work)
    }

    pub(crate) fn summary(&self) -> String {
        let machine = std::thread::available_parallelism().map_or(1, usize::from);
        format!(
            "{SCENARIOS} scenarios x {REQUESTS} requests x {EXPECTATIONS} expectations, JUnit and HTML, {machine} cores"
        )
    }

    pub(crate) fn scenarios(&self) -> PathBuf {
        self.0.path().join("scenarios")
    }

    pub(crate) fn hurl_files(&self) -> PathBuf {
        self.0.path().join("hurl")
    }

    /// A fresh folder: Hurl adds to the reports that it finds.
    pub(crate) fn reports(&self, name: &str, round: usize) -> Result<PathBuf, String> {
        let folder = self.0.path().join(format!("reports-{name}-{round}"));
        fs::create_dir(&folder).map_err(|error| format!("{folder:?}: {error}"))?;
        Ok(folder)
    }
}

const SCENARIO: &str = r#"
id     = "BENCH-HURL-PERSON"
title  = "Person PERSON goes from the start page to the phone"
level  = "must"
source = "the benchmark beside Hurl"

[[step]]
start  = "register"
expect = { status = 200, media-type = "application/ion+json", json = {
    "$.version" = "1.0.0",
    "$.stateHandle" = { type = "string" },
    "$.remediation.value[0].name" = "identify",
    "$.remediation.value[1].name" = "select-enroll-profile",
} }

[[step]]
answer = "select-enroll-profile"
expect = { status = 200, media-type = "application/ion+json", json = { "$.remediation.value[0].name" = "enroll-profile" } }

[[step]]
answer = "enroll-profile"
with   = { userProfile = { firstName = "Mary", lastName = "Jo", email = "person.PERSON@example.com" } }
expect = { status = 200, media-type = "application/ion+json", json = { "$.remediation.value[0].name" = "select-authenticator-enroll" } }

[[step]]
answer = "select-authenticator-enroll"
choose = "okta_password"
expect = { status = 200, media-type = "application/ion+json", json = { "$.remediation.value[0].name" = "enroll-authenticator" } }

[[step]]
answer = "enroll-authenticator"
with   = { credentials = { passcode = "Sup3rSafe-words" } }
expect = { status = 200, media-type = "application/ion+json", json = { "$.remediation.value[0].name" = "select-authenticator-enroll" } }

[[step]]
answer = "select-authenticator-enroll"
choose = "okta_email"
expect = { status = 200, media-type = "application/ion+json", json = { "$.currentAuthenticator.value.key" = "okta_email" } }

[[step]]
answer = "select-authenticator-enroll"
choose = "phone_number"
expect = { status = 200, media-type = "application/ion+json", json = { "$.currentAuthenticator.value.key" = "phone_number" } }
"#;

const HURL: &str = r#"
POST {{issuer}}/v1/interact
Accept: application/json
[Form]
client_id: 0oaidxlabdefault0001
scope: openid profile email
redirect_uri: http://localhost:8080/login/callback
code_challenge: 7oo8XjFJx8wMzwqQ6B2z0-_dcUgIaOht9t-9_wIJE0k
code_challenge_method: S256
state: state-PERSON-{{round}}
nonce: nonce-PERSON-{{round}}
HTTP 200
[Captures]
interactionHandle: jsonpath "$.interaction_handle"
[Asserts]
header "Content-Type" startsWith "application/json"
jsonpath "$.interaction_handle" isString

POST {{base}}/idp/idx/introspect
Content-Type: application/ion+json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "interactionHandle": "{{interactionHandle}}" }
HTTP 200
[Captures]
stateHandle: jsonpath "$.stateHandle"
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.remediation.value[1].name" == "select-enroll-profile"

POST {{base}}/idp/idx/enroll
Content-Type: application/json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "stateHandle": "{{stateHandle}}" }
HTTP 200
[Captures]
stateHandle: jsonpath "$.stateHandle"
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.remediation.value[0].name" == "enroll-profile"

POST {{base}}/idp/idx/enroll/new
Content-Type: application/json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "userProfile": { "firstName": "Mary", "lastName": "Jo", "email": "person.PERSON.{{round}}@example.com" }, "stateHandle": "{{stateHandle}}" }
HTTP 200
[Captures]
stateHandle: jsonpath "$.stateHandle"
password: jsonpath "$.remediation.value[0].value[0].options[0].value.form.value[0].value"
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.remediation.value[0].name" == "select-authenticator-enroll"

POST {{base}}/idp/idx/credential/enroll
Content-Type: application/json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "authenticator": { "id": "{{password}}", "methodType": "password" }, "stateHandle": "{{stateHandle}}" }
HTTP 200
[Captures]
stateHandle: jsonpath "$.stateHandle"
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.remediation.value[0].name" == "enroll-authenticator"

POST {{base}}/idp/idx/challenge/answer
Content-Type: application/json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "credentials": { "passcode": "Sup3rSafe-words" }, "stateHandle": "{{stateHandle}}" }
HTTP 200
[Captures]
stateHandle: jsonpath "$.stateHandle"
email: jsonpath "$.remediation.value[0].value[0].options[0].value.form.value[0].value"
phone: jsonpath "$.remediation.value[0].value[0].options[1].value.form.value[0].value"
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.remediation.value[0].name" == "select-authenticator-enroll"

POST {{base}}/idp/idx/credential/enroll
Content-Type: application/json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "authenticator": { "id": "{{email}}", "methodType": "email" }, "stateHandle": "{{stateHandle}}" }
HTTP 200
[Captures]
stateHandle: jsonpath "$.stateHandle"
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.currentAuthenticator.value.key" == "okta_email"

POST {{base}}/idp/idx/credential/enroll
Content-Type: application/json; okta-version=1.0.0
Accept: application/ion+json; okta-version=1.0.0
{ "authenticator": { "id": "{{phone}}" }, "stateHandle": "{{stateHandle}}" }
HTTP 200
[Asserts]
header "Content-Type" startsWith "application/ion+json"
jsonpath "$.currentAuthenticator.value.key" == "phone_number"
"#;
