//! Whether a response is what the step expects. Each difference is a `Failure`.

mod lists;
mod messages;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::exchange::Exchange;
use crate::failure::{ExpectedNames, Failure, NameList};
use crate::http_message::{HttpAnswer, media_type};
use crate::page::Page;
use crate::tokens;
use idx_scenario::expect::Expect;
use idx_scenario::matcher::{Found, Matcher, shown};
use idx_scenario::protocol;
use idx_scenario::template::{self, Unknown, Variables};

/// The evidence for a step's expectations.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// The exchange of the step. `None` if the step made no request.
    pub exchange: Option<&'e Exchange>,
    /// The page before the step.
    pub page_before: &'e Value,
    /// The values that expectations can name.
    pub variables: &'e Variables,
    /// Values that differ in tokens: a foreign server names its own origin there, not the proxy's.
    pub signed_values: &'e Variables,
    /// Whether the org is not the scenario's own, so that it may have more than the scenario configures.
    pub is_target: bool,
}

/// Every difference from the expectations.
#[must_use]
pub fn judge(expect: &Expect, evidence: &Evidence<'_>) -> Vec<Failure> {
    let Some(exchange) = evidence.exchange else { return Vec::new() };
    let answer = match &exchange.answer {
        Ok(answer) => answer,
        Err(error) => return vec![Failure::NoResponse { reason: error.to_string() }],
    };
    let body = answer.json();
    let mut judge = Judge { evidence, answer, failures: Vec::new() };
    let outcome = judge.head(expect).and_then(|()| match &body {
        Some(body) => judge.body(expect, body),
        None => judge.without_json(expect),
    });
    if let Err(unknown) = outcome {
        judge.failures.push(unknown.into());
    }
    judge.failures
}

struct Judge<'e> {
    evidence: &'e Evidence<'e>,
    answer: &'e HttpAnswer,
    failures: Vec<Failure>,
}

impl Judge<'_> {
    fn head(&mut self, expect: &Expect) -> Result<(), Unknown> {
        let variables = self.evidence.variables;
        let status =
            expect.status.as_ref().map(|status| template::expand(status, variables)).transpose()?;
        let possible = match status.unwrap_or_else(|| Value::from(200)) {
            Value::Array(statuses) => statuses,
            status => vec![status],
        };
        let actual = Value::from(self.answer.status);
        let is_actual =
            |status: &Value| *status == actual || status.as_str() == Some(&actual.to_string());
        if !possible.iter().any(is_actual) {
            self.failures.push(Failure::Status {
                expected: possible.iter().map(shown).collect::<Vec<_>>().join(" or "),
                actual: self.answer.status,
                explanation: explanation(self.answer),
            });
        }
        if let Some(expected) = &expect.media_type {
            let actual = self.answer.header("content-type");
            if media_type(actual.unwrap_or_default()) != expected.as_str() {
                let (expected, actual) = (expected.clone(), actual.map(ToOwned::to_owned));
                self.failures.push(Failure::MediaType { expected, actual });
            }
        }
        for (name, matcher) in &expect.headers {
            let value = self.answer.header(name).map(Value::from);
            let found = Found(value.iter().collect());
            if let Some((expected, actual)) = difference(matcher, &found, variables)? {
                self.failures.push(Failure::Header { name: name.clone(), expected, actual });
            }
        }
        if let Some(matcher) = &expect.body {
            let text = Value::from(String::from_utf8_lossy(&self.answer.body).into_owned());
            if let Some((expected, actual)) = difference(matcher, &Found(vec![&text]), variables)? {
                self.failures.push(Failure::Body { expected, actual });
            }
        }
        Ok(())
    }

    fn without_json(&mut self, expect: &Expect) -> Result<(), Unknown> {
        let needs_json = Expect {
            status: None,
            media_type: None,
            headers: vec![],
            body: None,
            ..expect.clone()
        };
        if needs_json != Expect::default() {
            let start = String::from_utf8_lossy(&self.answer.body).chars().take(80).collect();
            let media_type = self.answer.header("content-type").map(ToOwned::to_owned);
            self.failures.push(Failure::NotJson { media_type, start });
        }
        Ok(())
    }

    fn body(&mut self, expect: &Expect, body: &Value) -> Result<(), Unknown> {
        let page = Page(body);
        let variables = self.evidence.variables;
        self.names(expect, page);
        if let Some(expected) = &expect.messages {
            self.failures.extend(messages::judge(expected, &page.messages(), variables)?);
        }
        self.flags(expect, page);
        if expect.unchanged {
            self.failures.extend(lists::same_page(self.evidence.page_before, body));
        }
        for (path, matcher) in &expect.json {
            if let Some((expected, actual)) = difference_at(path, matcher, body, variables)? {
                self.failures.push(Failure::Path { path: path.clone(), expected, actual });
            }
        }
        self.claims("id_token", &expect.claims, body)?;
        self.claims("access_token", &expect.access_claims, body)
    }

    fn names(&mut self, expect: &Expect, page: Page<'_>) {
        use ExpectedNames::{Exactly, Excluding, Including};
        use NameList::{AuthenticatorEnrollments, Authenticators, Remediations};

        let names = page.remediation_names();
        let lists = [
            (Remediations, expect.remediations.clone().map(Exactly), names.clone()),
            (
                Remediations,
                Some(Including(lists::missing(&expect.remediations_include, &names))),
                names.clone(),
            ),
            (
                Remediations,
                Some(Excluding(lists::present(&expect.remediations_exclude, &names))),
                names,
            ),
            (
                Authenticators,
                expect.authenticators.clone().map(Exactly),
                page.offered_authenticators(),
            ),
            (
                AuthenticatorEnrollments,
                expect.authenticator_enrollments.clone().map(Exactly),
                page.enrollments(),
            ),
        ];
        for (list, expected, actual) in lists {
            let differs = |expected: &ExpectedNames| match expected {
                Exactly(names) => *names != self.counted(list, names, &actual),
                Including(names) | Excluding(names) => !names.is_empty(),
            };
            if let Some(expected) = expected.filter(differs) {
                let actual = owned(&actual);
                self.failures.push(Failure::Names { list, expected, actual });
            }
        }
    }

    /// The names that an exact list must contain: without those that a server may add.
    fn counted<'n>(&self, list: NameList, expected: &[String], actual: &[&'n str]) -> Vec<&'n str> {
        let is_extra = |name: &str| match list {
            NameList::Remediations => {
                protocol::OPTIONAL_REMEDIATIONS.contains(&name)
                    || !protocol::is_known_remediation(name)
            }
            NameList::Authenticators => {
                self.evidence.is_target && !protocol::SIGN_UP_AUTHENTICATORS.contains(&name)
            }
            NameList::AuthenticatorEnrollments => false,
        };
        let counts = |name: &&str| !is_extra(name) || expected.iter().any(|known| known == name);
        actual.iter().copied().filter(counts).collect()
    }

    fn flags(&mut self, expect: &Expect, page: Page<'_>) {
        let offered = owned(&page.remediation_names());
        let differs = |expected: Option<bool>, actual: bool| expected.filter(|e| *e != actual);
        if let Some(expected) = differs(expect.success, page.interaction_code().is_some()) {
            self.failures.push(Failure::Success { expected, offered: offered.clone() });
        }
        if let Some(expected) = differs(expect.terminal, page.is_terminal()) {
            self.failures.push(Failure::Terminal { expected, offered });
        }
    }

    fn claims(
        &mut self,
        token: &str,
        expected: &[(String, Matcher)],
        body: &Value,
    ) -> Result<(), Unknown> {
        if expected.is_empty() {
            return Ok(());
        }
        let Some(claims) = body.get(token).and_then(Value::as_str).and_then(tokens::claims) else {
            self.failures.push(Failure::NotAToken { token: token.to_owned() });
            return Ok(());
        };
        let mut variables = self.evidence.variables.clone();
        variables.extend(self.evidence.signed_values.clone());
        for (path, matcher) in expected {
            if let Some((expected, actual)) = difference_at(path, matcher, &claims, &variables)? {
                let (token, claim) = (token.to_owned(), path.clone());
                self.failures.push(Failure::Claim { token, claim, expected, actual });
            }
        }
        Ok(())
    }
}

/// The expected and the actual value, if they differ.
fn difference(
    matcher: &Matcher,
    found: &Found<'_>,
    variables: &Variables,
) -> Result<Option<(String, String)>, Unknown> {
    Ok(matcher.judge(found, variables)?.map(|expected| (expected, found.shown())))
}

fn difference_at(
    path: &str,
    matcher: &Matcher,
    value: &Value,
    variables: &Variables,
) -> Result<Option<(String, String)>, Unknown> {
    let found = JsonPath::parse(path).map(|path| path.query(value).all()).unwrap_or_default();
    difference(matcher, &Found(found), variables)
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// The error text in a response. It usually explains an unexpected status.
fn explanation(answer: &HttpAnswer) -> Option<String> {
    let body = answer.json()?;
    let texts: Vec<_> = Page(&body).messages().into_iter().map(|message| message.text).collect();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    if texts.is_empty() {
        text("error_description").or_else(|| text("errorSummary")).or_else(|| text("error"))
    } else {
        Some(texts.join(" / "))
    }
}
