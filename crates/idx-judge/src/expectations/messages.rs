//! Whether a response has the expected messages. Their order is free: recordings show the messages of one field in either order.

use serde_json::Value;

use crate::failure::{Failure, MessagePart};
use crate::page::FoundMessage;
use idx_scenario::expect::ExpectedMessage;
use idx_scenario::matcher::Found;
use idx_scenario::protocol::MessageInfo;
use idx_scenario::template::{self, Unknown, Variables};

pub(super) fn judge(
    expected: &[ExpectedMessage],
    actual: &[FoundMessage],
    variables: &Variables,
) -> Result<Vec<Failure>, Unknown> {
    if expected.len() != actual.len() {
        let expected = expected.iter().map(|message| described(message, variables));
        let (expected, actual) = (expected.collect::<Result<_, _>>()?, actual.to_vec());
        return Ok(vec![Failure::Messages { expected, actual }]);
    }
    let mut rest: Vec<_> = actual.iter().enumerate().collect();
    let mut unmatched = Vec::new();
    for expected in expected {
        let mut matching = None;
        for (position, (index, actual)) in rest.iter().enumerate() {
            if judge_one(expected, actual, variables, index + 1)?.is_empty() {
                matching = Some(position);
                break;
            }
        }
        match matching {
            Some(position) => drop(rest.remove(position)),
            None => unmatched.push(expected),
        }
    }
    let mut failures = Vec::new();
    for (expected, (index, actual)) in unmatched.into_iter().zip(rest) {
        failures.extend(judge_one(expected, actual, variables, index + 1)?);
    }
    Ok(failures)
}

/// The key by which scenarios name a message: recordings show some messages with another key or without one.
fn usual_key(message: &FoundMessage) -> Option<&str> {
    let row = MessageInfo::find(message.key.as_deref(), &message.text);
    row.map(|row| row.key).or(message.key.as_deref())
}

fn judge_one(
    expected: &ExpectedMessage,
    actual: &FoundMessage,
    variables: &Variables,
    number: usize,
) -> Result<Vec<Failure>, Unknown> {
    let mut failures = Vec::new();
    let failure = |part, expected, found: &str| {
        let (at, actual) = (actual.at.clone(), found.to_owned());
        Failure::Message { number, at, part, expected, actual }
    };
    let mut same = |part, expected: Option<String>, actual: &str| {
        let differing = expected.filter(|expected| expected != actual);
        failures.extend(differing.map(|expected| failure(part, expected, actual)));
    };
    let key = match &expected.key {
        Some(Some(key)) => Some(template::expand_text(key, variables)?),
        Some(None) => Some("no key".to_owned()),
        None => None,
    };
    let has_no_key = expected.key == Some(None) && actual.key.is_none();
    let actual_key = if has_no_key { None } else { usual_key(actual) };
    same(MessagePart::Key, key, actual_key.unwrap_or("no key"));
    same(MessagePart::Class, expected.class.clone(), &actual.class);
    let at = expected.at.as_ref().map(|at| template::expand_text(at, variables)).transpose()?;
    same(MessagePart::Place, at, &actual.at);
    let text = Value::from(actual.text.clone());
    // Params without an element can be absent.
    let no_params = Value::Array(Vec::new());
    let params = if actual.params.is_null() { &no_params } else { &actual.params };
    for (part, matcher, value) in [
        (MessagePart::Text, &expected.text, &text),
        (MessagePart::Params, &expected.params, params),
    ] {
        if let Some(matcher) = matcher
            && let Some(expected) = matcher.judge(&Found(vec![value]), variables)?
        {
            failures.push(failure(part, expected, &Found(vec![value]).shown()));
        }
    }
    Ok(failures)
}

fn described(message: &ExpectedMessage, variables: &Variables) -> Result<String, Unknown> {
    Ok(match (&message.key, &message.text) {
        (Some(Some(key)), _) => template::expand_text(key, variables)?,
        // The matcher describes a missing value.
        (_, Some(text)) => text.judge(&Found(Vec::new()), variables)?.unwrap_or_default(),
        (Some(None), None) => "a message without a key".into(),
        (None, None) => "a message".into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use idx_scenario::matcher::Matcher;

    fn found() -> FoundMessage {
        FoundMessage {
            at: "credentials.passcode".into(),
            key: Some("api.authn.error.PASSCODE_INVALID".into()),
            text: "Invalid code. Try again.".into(),
            class: "ERROR".into(),
            params: json!([]),
        }
    }

    #[test]
    fn differing_message_fails_in_every_part() {
        let wrong = ExpectedMessage {
            key: Some(Some("tooManyRequests".into())),
            text: Some(Matcher::Equals(json!("Too many requests"))),
            class: Some("INFO".into()),
            at: Some("top".into()),
            params: Some(Matcher::Equals(json!(["Email"]))),
        };
        let failures = judge(&[wrong], &[found()], &Variables::new()).unwrap();
        let parts: Vec<_> = failures
            .iter()
            .map(|failure| failure.what().rsplit(' ').next().unwrap().to_owned())
            .collect();
        assert_eq!(parts, ["key", "class", "place", "text", "params"]);
    }

    #[test]
    fn message_with_a_key_fails_if_no_key_is_expected() {
        let keyless = ExpectedMessage { key: Some(None), ..ExpectedMessage::default() };
        assert_eq!(
            judge(std::slice::from_ref(&keyless), &[found()], &Variables::new()).unwrap().len(),
            1
        );
        let actual = FoundMessage { key: None, ..found() };
        assert_eq!(judge(&[keyless], &[actual], &Variables::new()).unwrap(), []);
    }

    fn key(key: &str) -> ExpectedMessage {
        ExpectedMessage { key: Some(Some(key.into())), ..ExpectedMessage::default() }
    }

    #[test]
    fn messages_are_expected_in_any_order() {
        let other = FoundMessage { key: Some("another".into()), ..found() };
        let expected = [key("another"), key("api.authn.error.PASSCODE_INVALID")];
        let judged =
            |actual: &[FoundMessage]| judge(&expected, actual, &Variables::new()).unwrap().len();
        assert_eq!(judged(&[found(), other.clone()]), 0);
        assert_eq!(judged(&[other.clone(), other]), 1);
    }

    #[test]
    fn each_recorded_form_of_a_message_is_expected_by_one_key() {
        let limit = FoundMessage { key: Some("oie.tooManyRequests".into()), ..found() };
        let phone = FoundMessage {
            key: None,
            text: "Unable to initiate factor enrollment: Invalid Phone Number.".into(),
            ..found()
        };
        for (expected, actual) in
            [("tooManyRequests", limit), ("api.factors.error.sms.invalid_phone", phone)]
        {
            assert_eq!(judge(&[key(expected)], &[actual], &Variables::new()).unwrap(), []);
        }
        let keyless = FoundMessage { key: None, ..found() };
        let expected = key("api.authn.error.PASSCODE_INVALID");
        assert_eq!(judge(&[expected], &[keyless], &Variables::new()).unwrap().len(), 1);
    }

    #[test]
    fn absent_params_are_empty_params() {
        let empty = ExpectedMessage {
            params: Some(Matcher::Equals(json!([]))),
            ..ExpectedMessage::default()
        };
        let absent = FoundMessage { params: Value::Null, ..found() };
        assert_eq!(judge(&[empty], &[absent], &Variables::new()).unwrap(), []);
    }

    #[test]
    fn missing_message_fails() {
        let key = ExpectedMessage { key: Some(Some("a.key".into())), ..ExpectedMessage::default() };
        let failures = judge(&[key], &[], &Variables::new()).unwrap();
        assert_eq!(
            (failures[0].expected().as_str(), failures[0].actual().as_str()),
            ("[a.key]", "none")
        );
    }
}
