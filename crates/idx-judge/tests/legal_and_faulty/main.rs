//! Responses that a recording shows, and responses that contradict one. The legal ones break no rule that is a must; each of the
//! others breaks the rule for its class. Both are changes of the golden documents.

mod faults;
mod legal;

use idx_judge::exchange::{Exchange, Request};
use idx_judge::http_message::HttpAnswer;
use idx_judge::rules::{self, Facts};
use idx_scenario::Level;
use serde_json::Value;

/// The origin of the golden documents.
const HOST: &str = "org.example";
const ION: &str = "application/ion+json; okta-version=1.0.0";

/// A golden document with a change.
struct Variant {
    /// The fact that allows or forbids it.
    fact: &'static str,
    /// The golden document.
    document: &'static str,
    change: fn(&mut Value),
    /// The status, if it is not the document's.
    status: Option<u16>,
}

impl Variant {
    const fn new(fact: &'static str, document: &'static str, change: fn(&mut Value)) -> Self {
        Self { fact, document, change, status: None }
    }

    const fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The rules that the changed document breaks and the original does not.
    fn broken(&self) -> Vec<(&'static str, String)> {
        let (status, body) = golden(self.document);
        let before = breaches(status, &body);
        let mut changed = body.clone();
        (self.change)(&mut changed);
        let same = changed == body && self.status.is_none_or(|changed| changed == status);
        assert!(!same, "{} of {} changes nothing", self.fact, self.document);
        let after = breaches(self.status.unwrap_or(status), &changed);
        after
            .into_iter()
            .filter(|(rule, _)| before.iter().all(|(known, _)| known != rule))
            .collect()
    }
}

/// The status and the body of a golden document.
fn golden(name: &str) -> (u16, Value) {
    let path = format!("{}/../../fixtures/responses/{name}.snap", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let (_, rest) = text.split_once("description: HTTP ").expect("the head names the status");
    let (status, body) = rest.split_once("\n---\n").expect("the head ends");
    (status.parse().expect("a status"), serde_json::from_str(body).expect("JSON"))
}

/// The broken musts of a transaction whose only page is this one.
fn breaches(status: u16, body: &Value) -> Vec<(&'static str, String)> {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let request = Request {
        method: "POST".to_owned(),
        target: "/idp/idx/introspect".to_owned(),
        headers: vec![header("host", HOST), header("content-type", ION)],
        body: r#"{"interactionHandle":"unknown"}"#.into(),
    };
    let headers = vec![header("content-type", ION)];
    let answer = Ok(HttpAnswer { status, headers, body: body.to_string().into() });
    let exchange = Exchange { at: 0, took: 1, org_time: None, request, answer, deliberate: false };
    let facts = Facts { is_tls: true, ..Facts::default() };
    let found = rules::judge(&[exchange], &facts).breaches.into_iter();
    let musts = found.filter(|breach| breach.rule.level == Level::Must);
    musts.map(|breach| (breach.rule.id, breach.detail)).collect()
}

/// The remediation of this name.
fn remediation<'p>(page: &'p mut Value, name: &str) -> &'p mut Value {
    let list = page["remediation"]["value"].as_array_mut().expect("the page has remediations");
    list.iter_mut().find(|form| form["name"] == name).expect(name)
}

fn add_remediation(page: &mut Value, form: Value) {
    page["remediation"]["value"].as_array_mut().expect("the page has remediations").push(form);
}

/// Every object, the outer ones first.
fn each_object(value: &mut Value, change: &mut dyn FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            change(members);
            members.values_mut().for_each(|value| each_object(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| each_object(value, change)),
        _ => {}
    }
}

/// Every message.
fn each_message(page: &mut Value, change: fn(&mut Value)) {
    each_object(page, &mut |members| {
        let list = members.get_mut("messages").and_then(|list| list["value"].as_array_mut());
        list.into_iter().flatten().for_each(change);
    });
}

#[test]
fn legal_response_breaks_no_must() {
    let accused: Vec<_> = legal::ALL
        .iter()
        .filter_map(|variant| {
            let broken = variant.broken();
            let found = format!("{} ({}): {broken:?}", variant.fact, variant.document);
            (!broken.is_empty()).then_some(found)
        })
        .collect();
    assert!(accused.is_empty(), "these legal responses are accused:\n{}", accused.join("\n"));
}

#[test]
fn faulty_response_breaks_the_rule_of_its_class() {
    let missed: Vec<_> = faults::ALL
        .iter()
        .filter_map(|(rule, variant)| {
            let broken = variant.broken();
            let found = format!("{rule}: {} ({}): {broken:?}", variant.fact, variant.document);
            broken.iter().all(|(id, _)| id != rule).then_some(found)
        })
        .collect();
    assert!(missed.is_empty(), "these faults are missed:\n{}", missed.join("\n"));
}
