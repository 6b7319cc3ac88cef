//! Members that stay as they were on the previous page.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::difference;
use crate::page::{Page, name_of, without_varying_values};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[&APP_STAYS, &REFUSAL_KEEPS_FORMS];

static APP_STAYS: Rule = Rule {
    id: "server.app-stays",
    level: Level::Must,
    says: "The server must send the same app and authentication on every page of a transaction.",
    reason: "A client shows the app to the user and resumes with the parameters that it sent.",
    source: "recorded responses",
    check: Check::Response(app),
};

fn app(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let before = traffic.page_before(exchange).filter(|_| exchange.endpoint() != "cancel");
    let Some((page, before)) = exchange.page().zip(before.and_then(|exchange| exchange.page()))
    else {
        return;
    };
    let goes_on = !page.remediations().is_empty();
    for member in ["app", "authentication"] {
        let (old, new) = (before.0.get(member), page.0.get(member));
        // The last page may omit a member, but not change it.
        let fits = old.is_none() || old == new || (new.is_none() && !goes_on);
        findings.check(fits, exchange, || format!("{member} is {}", new.unwrap_or(&Value::Null)));
    }
}

static REFUSAL_KEEPS_FORMS: Rule = Rule {
    id: "server.refusal-keeps-forms",
    level: Level::Must,
    says: "The server must repeat the same form when it refuses a request, with only values and messages added.",
    reason: "The user corrects the visible form. Java and the widget build the form from the refusal.",
    source: "recorded by every SDK: an error response repeats the form",
    check: Check::Response(forms),
};

fn forms(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|_| exchange.status() >= 400) else { return };
    let Some(before) = traffic.page_before(exchange).and_then(|exchange| exchange.page()) else {
        return;
    };
    for form in page.remediations() {
        let Some(old) = before.remediation(name_of(form)) else { continue };
        let difference = first_difference(name_of(form), &shape(old), &shape(form));
        findings.check(difference.is_none(), exchange, || difference.unwrap_or_default());
    }
    for member in ["currentAuthenticator", "currentAuthenticatorEnrollment"] {
        let of = |page: Page<'_>| {
            page.0.get(member).map(|wrapped| without_varying_values(&wrapped["value"]))
        };
        let Some((old, new)) = of(before).zip(of(page)) else { continue };
        let difference = first_difference(member, &old, &new).filter(|_| old["key"] == new["key"]);
        findings.check(difference.is_none(), exchange, || difference.unwrap_or_default());
    }
}

/// A form without the sent values and the messages that a refusal adds.
fn shape(form: &Value) -> Value {
    let mut shape = without_varying_values(form);
    if let Some(fields) = shape.get_mut("value").and_then(Value::as_array_mut) {
        fields.iter_mut().for_each(strip);
    }
    shape
}

fn strip(field: &mut Value) {
    let is_open = field["mutable"] != false;
    if let Some(members) = field.as_object_mut() {
        members.remove("messages");
        if is_open {
            members.remove("value");
        }
        if let Some(inner) = members.get_mut("form").and_then(|form| form.get_mut("value")) {
            items_mut(inner).iter_mut().for_each(strip);
        }
    }
}

fn items_mut(list: &mut Value) -> &mut [Value] {
    list.as_array_mut().map_or(&mut [], Vec::as_mut_slice)
}

/// The first member in which two values differ, with both values.
fn first_difference(place: &str, before: &Value, now: &Value) -> Option<String> {
    let (place, before, now) = difference::first(place, before, now)?;
    Some(format!("{place} must be {before} as before, and is {now}"))
}
