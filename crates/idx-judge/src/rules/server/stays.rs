//! What stays as it was on the page before.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{Page, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.app-stays",
        Check::Answer(app),
        [
            "app and authentication are the same on every page of a transaction",
            "a client shows for whom the person signs up, and resumes by what it asked for",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.refusal-keeps-forms",
        Check::Answer(forms),
        [
            "a refused request is answered with the form as it was, with values and messages added alone",
            "the person corrects what they see; Java and the widget draw the form from the refusal",
            "error answers are the form again, as recorded by every SDK",
        ],
    ),
];

fn before<'r, 'c>(read: &Read<'_>, conversation: &'r Conversation<'c>) -> Option<&'r Read<'c>> {
    conversation.page_before(read, read.page()?.state_handle()?)
}

fn app(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some((page, before)) =
        read.page().zip(before(read, conversation).and_then(|read| read.page()))
    else {
        return;
    };
    let goes_on = !page.remediations().is_empty();
    for member in ["app", "authentication"] {
        let (old, new) = (before.0.get(member), page.0.get(member));
        // A page at its end may leave a member out, but not change it.
        let fits = old.is_none() || old == new || (new.is_none() && !goes_on);
        findings.add_unless(fits, read, || format!("{member} is {}", new.unwrap_or(&Value::Null)));
    }
}

fn forms(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|_| read.status() >= 400) else { return };
    let Some(before) = before(read, conversation).and_then(|read| read.page()) else { return };
    for form in page.remediations() {
        let Some(old) = before.remediation(name_of(form)) else { continue };
        findings.add_unless(shape(form) == shape(old), read, || {
            format!("{} is another form than before", name_of(form))
        });
    }
    for member in ["currentAuthenticator", "currentAuthenticatorEnrollment"] {
        let of = |page: Page<'_>| page.0.get(member).map(|wrapped| wrapped["value"].clone());
        let Some((old, new)) = of(before).zip(of(page)) else { continue };
        findings.add_unless(old["key"] != new["key"] || old == new, read, || {
            format!("{member} is {new}")
        });
    }
}

/// A form without what a refusal adds to it: the values that were sent, and what is wrong with them.
fn shape(form: &Value) -> Value {
    let mut shape = form.clone();
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
