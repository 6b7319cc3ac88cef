//! Whether a response has the expected messages, in order.

use serde_json::Value;

use crate::failure::{Failure, MessagePart};
use crate::page::FoundMessage;
use idx_scenario::expect::ExpectedMessage;
use idx_scenario::matcher::Found;
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
    let mut failures = Vec::new();
    for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
        failures.extend(judge_one(expected, actual, variables, index + 1)?);
    }
    Ok(failures)
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
    same(MessagePart::Key, key, actual.key.as_deref().unwrap_or("no key"));
    same(MessagePart::Class, expected.class.clone(), &actual.class);
    let at = expected.at.as_ref().map(|at| template::expand_text(at, variables)).transpose()?;
    same(MessagePart::Place, at, &actual.at);
    let text = Value::from(actual.text.clone());
    for (part, matcher, value) in [
        (MessagePart::Text, &expected.text, &text),
        (MessagePart::Params, &expected.params, &actual.params),
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
