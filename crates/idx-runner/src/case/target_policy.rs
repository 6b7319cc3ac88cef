//! Whether a target's pages show that it is configured otherwise than the org that the scenarios expect.
//!
//! A scenario for another org proves nothing about the target, so the runner skips it. Only a setting that a page shows
//! counts: a server that offers `skip` too early may have a policy with one factor, or break its policy with two.

use idx_judge::exchange::Exchange;
use idx_judge::page::{Page, items, name_of};
use serde_json::Value;

/// The attributes that the profile form of the scenarios' org requires.
const ATTRIBUTES: &[&str] = &["firstName", "lastName", "email"];
/// The authenticators to choose from once the password is enrolled.
const SECOND_FACTORS: &[&str] = &["okta_email", "phone_number"];
/// The scenarios' password policy, as pages show it.
const COMPLEXITY: &[(&str, u64)] = &[
    ("minLength", 8),
    ("minLowerCase", 1),
    ("minUpperCase", 1),
    ("minNumber", 1),
    ("minSymbol", 0),
];

/// The first difference that explains why a step failed, as a reason to skip the scenario. `failing` is the step's first exchange, if it made one.
pub(super) fn difference(exchanges: &[Exchange], failing: usize, polls: bool) -> Option<String> {
    let step = exchanges.get(failing..).unwrap_or_default();
    if !step.is_empty() && !step.iter().any(Exchange::is_idx) {
        // The pages say nothing about tokens.
        return None;
    }
    let found = exchanges.iter().filter(|exchange| exchange.is_idx()).find_map(of_page);
    let found = found.or_else(|| without_poll(exchanges).filter(|_| polls));
    let found = found.or_else(|| step.iter().find_map(|answer| of_password(exchanges, answer)));
    found.map(|difference| format!("the target is configured otherwise: {difference}"))
}

fn of_page(exchange: &Exchange) -> Option<String> {
    let body = exchange.answer_json()?;
    let page = Page(&body);
    if let Some(form) = page.remediation("enroll-profile") {
        return of_profile_form(form);
    }
    let is_created = exchange.request.path().ends_with("/enroll/new") && exchange.status() == 200;
    let offered = page.offered_authenticators();
    if is_created && page.enrollments().is_empty() && offered != ["okta_password"] {
        return Some(format!(
            "the first page after the profile offers {}, not okta_password alone",
            listed(&offered)
        ));
    }
    let has_list = page.remediation_names() == ["select-authenticator-enroll"];
    if has_list && page.enrollments() == ["okta_password"] {
        let missing: Vec<_> =
            SECOND_FACTORS.iter().copied().filter(|key| !offered.contains(key)).collect();
        if !missing.is_empty() {
            return Some(format!("its list does not offer {}", listed(&missing)));
        }
    }
    let keyless = page.messages().into_iter().find(|message| {
        message.key.is_none() && message.text.contains("Unable to initiate factor enrollment")
    });
    keyless.map(|message| {
        format!("it refuses a number as in May 2021, with \"{}\" on the list", message.text)
    })
}

fn of_profile_form(form: &Value) -> Option<String> {
    let fields = items(form.get("value"));
    if fields.iter().any(|field| name_of(field) == "credentials") {
        return Some("its profile form asks for a password".to_owned());
    }
    let attributes = items(form.pointer("/value/0/form/value"));
    let required = attributes.into_iter().filter(|attribute| attribute["required"] == true);
    let others: Vec<_> = required.map(name_of).filter(|name| !ATTRIBUTES.contains(name)).collect();
    (!others.is_empty()).then(|| format!("its profile form requires {}", listed(&others)))
}

fn without_poll(exchanges: &[Exchange]) -> Option<String> {
    let is_code_only = exchanges.iter().filter_map(Exchange::answer_json).any(|body| {
        body.pointer("/currentAuthenticator/value/contextualData/useEmailMagicLink")
            == Some(&Value::Bool(false))
    });
    is_code_only.then(|| "its emails contain no link, so the page has no poll".to_owned())
}

/// A password that a step submits can be right in one policy and wrong in another.
fn of_password(exchanges: &[Exchange], answer: &Exchange) -> Option<String> {
    answer.request.path().ends_with("/challenge/answer").then_some(())?;
    let pages = exchanges.iter().rev().filter_map(Exchange::answer_json);
    let settings = pages
        .filter_map(|body| body.pointer("/currentAuthenticator/value/settings/complexity").cloned())
        .next()?;
    let (name, expected) =
        COMPLEXITY.iter().find(|(name, expected)| settings[*name].as_u64() != Some(*expected))?;
    Some(format!("{name} of its password policy is {}, not {expected}", settings[*name]))
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing to choose".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use idx_judge::exchange::Request;
    use idx_judge::http_message::HttpAnswer;
    use serde_json::json;

    use super::*;

    fn exchange(target: &str, body: &Value) -> Exchange {
        let (method, target) = ("POST".to_owned(), target.to_owned());
        let request = Request { method, target, headers: vec![], body: "{}".into() };
        let answer = Ok(HttpAnswer { status: 200, headers: vec![], body: body.to_string().into() });
        Exchange { at: 0, took: 1, org_time: None, request, answer, deliberate: false }
    }

    fn form(more: &[Value]) -> Exchange {
        let mut attributes: Vec<_> =
            ATTRIBUTES.iter().map(|name| json!({"name": name, "required": true})).collect();
        attributes.extend_from_slice(more);
        exchange(
            "/idp/idx/enroll",
            &json!({"remediation": {"value": [{"name": "enroll-profile", "value": [
                {"name": "userProfile", "form": {"value": attributes}}]}]}}),
        )
    }

    fn list(endpoint: &str, keys: &[&str], enrolled: &[&str]) -> Exchange {
        let objects =
            |keys: &[&str]| keys.iter().map(|key| json!({"key": key})).collect::<Vec<_>>();
        let options: Vec<_> = (0..keys.len())
            .map(|index| json!({"relatesTo": format!("$.authenticators.value[{index}]")}))
            .collect();
        exchange(
            &format!("/idp/idx/{endpoint}"),
            &json!({
                "remediation": {"value": [{"name": "select-authenticator-enroll", "value": [
                    {"name": "authenticator", "options": options}]}]},
                "authenticators": {"value": objects(keys)},
                "authenticatorEnrollments": {"value": objects(enrolled)},
            }),
        )
    }

    #[test]
    fn other_configuration_is_a_difference() {
        let both = &["okta_email", "okta_password"];
        for (exchange, part) in [
            (form(&[json!({"name": "consent", "required": true})]), "requires consent"),
            (list("enroll/new", both, &[]), "offers okta_email, okta_password"),
            (
                list("challenge/answer", &["okta_email"], &["okta_password"]),
                "not offer phone_number",
            ),
        ] {
            let found = difference(&[exchange], 0, false).unwrap_or_default();
            assert!(found.contains(part), "{found}");
        }
    }

    #[test]
    fn expected_configuration_is_no_difference() {
        let more = &["okta_email", "phone_number", "security_question"];
        for exchange in [
            form(&[json!({"name": "consent", "required": false})]),
            list("enroll/new", &["okta_password"], &[]),
            list("challenge/answer", more, &["okta_password"]),
        ] {
            assert_eq!(difference(&[exchange], 0, false), None);
        }
    }

    #[test]
    fn failed_token_request_is_not_explained_by_pages() {
        let exchanges = [
            list("enroll/new", &["okta_email"], &[]),
            exchange("/oauth2/default/v1/token", &json!({})),
        ];
        assert_eq!(difference(&exchanges, 1, false), None);
        assert!(difference(&exchanges, 0, false).is_some());
    }
}
