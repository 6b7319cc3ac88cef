//! Whether the messages of an answer are the expected ones, in their order.

use serde_json::Value;

use super::Failure;
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
        let words = expected
            .iter()
            .map(|message| in_words(message, variables))
            .collect::<Result<Vec<_>, _>>()?;
        let found: Vec<_> = actual.iter().map(shown).collect();
        return Ok(vec![Failure::new("messages", listed(&words), listed(&found))]);
    }
    let mut failures = Vec::new();
    for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
        let place =
            if actual.at == "top" { "at the top".to_owned() } else { format!("at {}", actual.at) };
        let what = |part: &str| format!("message {} ({place}) {part}", index + 1);
        failures.extend(judge_one(expected, actual, variables, &what)?);
    }
    Ok(failures)
}

fn judge_one(
    expected: &ExpectedMessage,
    actual: &FoundMessage,
    variables: &Variables,
    what: &dyn Fn(&str) -> String,
) -> Result<Vec<Failure>, Unknown> {
    let mut failures = Vec::new();
    let mut same = |part: &str, expected: Option<String>, actual: &str| {
        if let Some(expected) = expected.filter(|expected| expected != actual) {
            failures.push(Failure::new(what(part), expected, actual));
        }
    };
    let key = match &expected.key {
        Some(Some(key)) => Some(template::expand_text(key, variables)?),
        Some(None) => Some("no key".to_owned()),
        None => None,
    };
    same("key", key, actual.key.as_deref().unwrap_or("no key"));
    same("class", expected.class.clone(), &actual.class);
    let at = expected.at.as_ref().map(|at| template::expand_text(at, variables)).transpose()?;
    same("place", at, &actual.at);
    let text = Value::from(actual.text.clone());
    for (part, matcher, value) in
        [("text", &expected.text, &text), ("params", &expected.params, &actual.params)]
    {
        if let Some(matcher) = matcher
            && let Some(expected) = matcher.judge(&Found(vec![value]), variables)?
        {
            failures.push(Failure::new(what(part), expected, Found(vec![value]).shown()));
        }
    }
    Ok(failures)
}

fn in_words(message: &ExpectedMessage, variables: &Variables) -> Result<String, Unknown> {
    Ok(match (&message.key, &message.text) {
        (Some(Some(key)), _) => template::expand_text(key, variables)?,
        // What is missing is told in the words of the matcher.
        (_, Some(text)) => text.judge(&Found(Vec::new()), variables)?.unwrap_or_default(),
        (Some(None), None) => "a message without a key".into(),
        (None, None) => "a message".into(),
    })
}

fn shown(message: &FoundMessage) -> String {
    format!("{} at {}: {:?}", message.key.as_deref().unwrap_or("no key"), message.at, message.text)
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "none".into() } else { format!("[{}]", words.join(", ")) }
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
    fn every_part_is_judged() {
        let wrong = ExpectedMessage {
            key: Some(Some("tooManyRequests".into())),
            text: Some(Matcher::Equals(json!("Too many requests"))),
            class: Some("INFO".into()),
            at: Some("top".into()),
            params: Some(Matcher::Equals(json!(["Email"]))),
        };
        let failures = judge(&[wrong], &[found()], &Variables::new()).unwrap();
        let parts: Vec<_> =
            failures.iter().map(|failure| failure.what.rsplit(' ').next().unwrap()).collect();
        assert_eq!(parts, ["key", "class", "place", "text", "params"]);
    }

    #[test]
    fn a_message_can_be_asked_to_have_no_key() {
        let keyless = ExpectedMessage { key: Some(None), ..ExpectedMessage::default() };
        assert_eq!(
            judge(std::slice::from_ref(&keyless), &[found()], &Variables::new()).unwrap().len(),
            1
        );
        let actual = FoundMessage { key: None, ..found() };
        assert_eq!(judge(&[keyless], &[actual], &Variables::new()).unwrap(), []);
    }

    #[test]
    fn a_missing_message_is_a_failure() {
        let key = ExpectedMessage { key: Some(Some("a.key".into())), ..ExpectedMessage::default() };
        let failures = judge(&[key], &[], &Variables::new()).unwrap();
        assert_eq!(
            (failures[0].expected.as_str(), failures[0].actual.as_str()),
            ("[a.key]", "none")
        );
    }
}
