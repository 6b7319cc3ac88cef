//! Properties of every org document: each sign-up reaches an end, and each page offers the authenticators of the decision table. The test computes the
//! table independently from Okta's documentation.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::lab::{Lab, PASSWORD};
use crate::walk::{Walk, message_keys, names};

const EMAIL: &str = "mary@example.com";
const NUMBER: &str = "+15551234567";
const KEYS: [&str; 3] = ["okta_email", "okta_password", "phone_number"];

/// The settings that determine the next page.
#[derive(Debug, Clone)]
struct Settings {
    /// In the order of `KEYS`: 0 is not allowed, 1 is optional, 2 is required.
    enrollment: [u8; 3],
    two_factors: bool,
    never: bool,
    needs_knowledge: bool,
    verifies_email: bool,
    recovers_by_email: bool,
    keeps_signed_in: bool,
    recovery_email_counts: bool,
    auto_advance: bool,
    password_on_profile: bool,
    rotates: bool,
    old: bool,
    assigned: bool,
}

fn settings() -> impl Strategy<Value = Settings> {
    (proptest::array::uniform3(0..3u8), proptest::array::uniform12(any::<bool>())).prop_map(
        |(enrollment, flags)| {
            let [
                two_factors,
                never,
                needs_knowledge,
                verifies_email,
                recovers_by_email,
                keeps_signed_in,
                recovery_email_counts,
                auto_advance,
                password_on_profile,
                rotates,
                old,
                assigned,
            ] = flags;
            Settings {
                enrollment,
                two_factors,
                never,
                needs_knowledge,
                verifies_email,
                recovers_by_email,
                keeps_signed_in,
                recovery_email_counts,
                auto_advance,
                password_on_profile,
                rotates,
                old,
                assigned,
            }
        },
    )
}

impl Settings {
    fn document(&self) -> String {
        let requirement = |index: usize| {
            ["NOT_ALLOWED", "OPTIONAL", "REQUIRED"][usize::from(self.enrollment[index])]
        };
        format!(
            "generation = {}\nautoAdvance = {}\nrotateHandles = {}\n\
             [profileEnrollment]\nactivationRequirements = {{ emailVerification = {} }}\nenrollAuthenticatorTypes = [{}]\n\
             [appSignOn]\nfactorMode = \"{}\"\nconstraints = [{}]\nkeepMeSignedIn = {{ postAuth = \"{}\" }}\n\
             [authenticatorEnrollment]\nokta_email = \"{}\"\nokta_password = \"{}\"\nphone_number = \"{}\"\nself = \"{}\"\n\
             [password]\nallowRecoveryEmailWithoutEnrollment = {}\nselfServicePasswordReset = {{ primaryMethods = [{}] }}\n\
             [[apps]]\nlabel = \"App\"\nclientId = \"0oaidxlabdefault0001\"\ngroups = [{}]\n",
            if self.old { 2021 } else { 2025 },
            self.auto_advance,
            self.rotates,
            self.verifies_email,
            if self.password_on_profile { "\"password\"" } else { "" },
            if self.two_factors { "2FA" } else { "1FA" },
            if self.needs_knowledge { "{ knowledge = { types = [\"password\"] } }" } else { "" },
            if self.keeps_signed_in { "ALLOWED" } else { "NOT_ALLOWED" },
            requirement(0),
            requirement(1),
            requirement(2),
            if self.never { "NEVER" } else { "CHALLENGE" },
            self.recovery_email_counts,
            if self.recovers_by_email { "\"email\"" } else { "" },
            if self.assigned { "\"Everyone\"" } else { "" },
        )
    }

    fn required(&self, key: &str) -> bool {
        let index = KEYS.iter().position(|other| *other == key).unwrap();
        self.enrollment[index] == 2
            || key == "okta_email" && self.verifies_email && self.recovers_by_email
    }

    fn optional(&self, key: &str) -> bool {
        let index = KEYS.iter().position(|other| *other == key).unwrap();
        self.enrollment[index] == 1 && !self.required(key)
    }

    fn is_satisfied_by(&self, has: &BTreeSet<&str>) -> bool {
        has.len() >= if self.two_factors { 2 } else { 1 }
            && (!self.needs_knowledge || has.contains("okta_password"))
    }

    /// The listed authenticators and whether the page offers skip, by the decision table. `None` if no list is shown.
    fn list(&self, has: &BTreeSet<&str>) -> Option<(Vec<&'static str>, bool)> {
        let left = |wanted: &dyn Fn(&str) -> bool| -> Vec<&'static str> {
            KEYS.into_iter().filter(|key| wanted(key) && !has.contains(key)).collect()
        };
        let required = left(&|key| self.required(key));
        let optional = left(&|key| self.optional(key));
        if !required.is_empty() {
            return Some((required, false));
        }
        if !self.is_satisfied_by(has) {
            let all: BTreeSet<&str> = has.iter().copied().chain(optional.iter().copied()).collect();
            return self.is_satisfied_by(&all).then_some((optional, false));
        }
        (!optional.is_empty() && !self.never).then_some((optional, true))
    }
}

fn keys(page: &Value, list: &str) -> Vec<String> {
    page[list]["value"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| item["key"].as_str().unwrap().to_owned())
        .collect()
}

/// Submits the page's first form with valid values. `pick` selects an authenticator from a list, or skip.
fn submit_page(lab: &mut Lab, walk: &mut Walk, pick: u8) {
    let first = names(&walk.page)[0].to_owned();
    let code = || lab_code(lab);
    match first.as_str() {
        "enroll-authenticator" => {
            let is_password = walk.page["currentAuthenticator"]["value"]["key"] == "okta_password";
            let passcode = if is_password { PASSWORD.to_owned() } else { code() };
            walk.answer(lab, &passcode);
        }
        "authenticator-verification-data" => {
            let id = walk.page["currentAuthenticatorEnrollment"]["value"]["id"].clone();
            walk.take(
                lab,
                "authenticator-verification-data",
                json!({ "authenticator": { "id": id } }),
            );
        }
        "challenge-authenticator" => {
            let passcode = code();
            walk.take(
                lab,
                "challenge-authenticator",
                json!({ "credentials": { "passcode": passcode } }),
            );
        }
        "keep-me-signed-in" => {
            walk.take(lab, "keep-me-signed-in", json!({ "keepMeSignedIn": false }))
        }
        "authenticator-enrollment-data" | "select-authenticator-enroll" => {
            let listed = keys(&walk.page, "authenticators");
            if names(&walk.page).contains(&"skip") && pick % 4 == 3 {
                return walk.take(lab, "skip", json!({}));
            }
            let key = listed[usize::from(pick) % listed.len()].clone();
            let id = walk.authenticator_id(&key);
            let body = match key.as_str() {
                "phone_number" => {
                    json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": NUMBER } })
                }
                _ => json!({ "authenticator": { "id": id } }),
            };
            walk.take(lab, "select-authenticator-enroll", body);
        }
        other => panic!("unexpected remediation {other}"),
    }
}

fn lab_code(lab: &Lab) -> String {
    lab.sent.iter().rev().find_map(|message| message.otp.clone()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn random_org_follows_the_decision_table_to_an_end(settings in settings(), picks in proptest::collection::vec(any::<u8>(), 16)) {
        let mut lab = Lab::document(&settings.document());
        let mut walk = Walk::begin(&mut lab, EMAIL);
        walk.take(&mut lab, "select-enroll-profile", json!({}));
        let mut body = walk.profile();
        body["credentials"] = json!({ "passcode": PASSWORD });
        walk.take(&mut lab, "enroll-profile", body);
        for pick in picks {
            if names(&walk.page).is_empty() {
                break;
            }
            let has = keys(&walk.page, "authenticatorEnrollments");
            let has: BTreeSet<&str> = has.iter().map(String::as_str).collect();
            if names(&walk.page).contains(&"select-authenticator-enroll") {
                let listed = keys(&walk.page, "authenticators");
                let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
                let skip = names(&walk.page).contains(&"skip");
                prop_assert_eq!(Some((listed, skip)), settings.list(&has));
            }
            submit_page(&mut lab, &mut walk, pick);
        }
        prop_assert!(names(&walk.page).is_empty(), "no end after sixteen steps: {:?}", names(&walk.page));
        let user = lab.records.users().next().unwrap();
        let has: BTreeSet<&str> = user.enrollments.keys().map(|key| key.name()).collect();
        if walk.code().is_some() {
            prop_assert!(settings.is_satisfied_by(&has) && settings.assigned);
            prop_assert!(KEYS.iter().all(|key| !settings.required(key) || has.contains(key)));
            prop_assert!(!settings.verifies_email || has.contains("okta_email"));
        } else {
            prop_assert_eq!(message_keys(&walk.page).len(), 1, "a terminal page without a code has a message");
        }
    }
}
