//! Whether an answer is what the step expects. A difference is data; reports put it into words.

mod lists;
mod messages;
pub mod tokens;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::exchange::Exchange;
use crate::http_message::HttpAnswer;
use crate::page::Page;
use idx_scenario::expect::Expect;
use idx_scenario::matcher::{Found, Matcher, shown};
use idx_scenario::template::{self, Unknown, Variables};

/// One thing that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// What was looked at: `remediations`, `status`, a JSONPath.
    pub what: String,
    /// What would have been right.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// What the difference comes down to, or where to look next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(
        what: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self { what: what.into(), expected: expected.into(), actual: actual.into(), hint: None }
    }

    /// The same failure with a hint.
    #[must_use]
    pub fn hinting(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<Unknown> for Failure {
    fn from(unknown: Unknown) -> Self {
        Self::new("template", "a value", unknown.to_string())
    }
}

/// What a step's answer is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// The exchange that is the step's answer; none when the step made no request.
    pub exchange: Option<&'e Exchange>,
    /// The page before the step.
    pub page_before: &'e Value,
    /// The values that expectations can name.
    pub variables: &'e Variables,
    /// Those of them that have another value in what is signed: a server that is not ours names itself there, and not the proxy.
    pub signed_values: &'e Variables,
}

/// Everything that is not as expected.
#[must_use]
pub fn judge(expect: &Expect, evidence: &Evidence<'_>) -> Vec<Failure> {
    let Some(exchange) = evidence.exchange else { return Vec::new() };
    let answer = match &exchange.answer {
        Ok(answer) => answer,
        Err(reason) => return vec![Failure::new("answer", "an answer", format!("none: {reason}"))],
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
        let status = status.unwrap_or_else(|| Value::from(200));
        let actual = Value::from(self.answer.status);
        if status != actual && status.as_str() != Some(&actual.to_string()) {
            self.failures.push(with_message(
                Failure::new("status", shown(&status), shown(&actual)),
                self.answer,
            ));
        }
        if let Some(expected) = &expect.media_type {
            let actual = self.answer.header("content-type").unwrap_or("none");
            if media_type(actual) != expected.as_str() {
                self.failures.push(Failure::new("media type", expected, actual));
            }
        }
        for (name, matcher) in &expect.headers {
            let value = self.answer.header(name).map(Value::from);
            let found = Found(value.iter().collect());
            self.check(&format!("header {name}"), matcher, &found, variables)?;
        }
        if let Some(matcher) = &expect.body {
            let text = Value::from(String::from_utf8_lossy(&self.answer.body).into_owned());
            self.check("body", matcher, &Found(vec![&text]), variables)?;
        }
        Ok(())
    }

    fn without_json(&mut self, expect: &Expect) -> Result<(), Unknown> {
        let asks_for_json = Expect {
            status: None,
            media_type: None,
            headers: vec![],
            body: None,
            ..expect.clone()
        };
        if asks_for_json != Expect::default() {
            let text: String =
                String::from_utf8_lossy(&self.answer.body).chars().take(80).collect();
            let media_type = self.answer.header("content-type").unwrap_or("no media type");
            self.failures.push(Failure::new("body", "JSON", format!("{media_type}: {text:?}")));
        }
        Ok(())
    }

    fn body(&mut self, expect: &Expect, body: &Value) -> Result<(), Unknown> {
        let page = Page(body);
        let variables = self.evidence.variables;
        if let Some(expected) = &expect.remediations {
            self.failures.extend(lists::exact("remediations", expected, &page.remediation_names()));
        }
        let names = page.remediation_names();
        self.failures.extend(lists::includes("remediations", &expect.remediations_include, &names));
        self.failures.extend(lists::excludes("remediations", &expect.remediations_exclude, &names));
        if let Some(expected) = &expect.authenticators {
            self.failures.extend(lists::exact(
                "authenticators",
                expected,
                &page.offered_authenticators(),
            ));
        }
        if let Some(expected) = &expect.authenticator_enrollments {
            self.failures.extend(lists::exact(
                "authenticatorEnrollments",
                expected,
                &page.enrollments(),
            ));
        }
        if let Some(expected) = &expect.messages {
            self.failures.extend(messages::judge(expected, &page.messages(), variables)?);
        }
        self.flags(expect, page);
        if expect.unchanged {
            self.failures.extend(lists::same_page(self.evidence.page_before, body));
        }
        self.paths("", &expect.json, body, variables)?;
        self.claims("id_token", &expect.claims, body)?;
        self.claims("access_token", &expect.access_claims, body)
    }

    fn flags(&mut self, expect: &Expect, page: Page<'_>) {
        let words = |yes| if yes { "yes" } else { "no" };
        let mut check = |what: &str, expected: Option<bool>, actual: bool| {
            if let Some(expected) = expected.filter(|expected| *expected != actual) {
                let failure = Failure::new(what, words(expected), words(actual));
                let hint = format!("the page offers {}", page.remediation_names().join(", "));
                self.failures.push(if page.is_terminal() {
                    failure
                } else {
                    failure.hinting(hint)
                });
            }
        };
        check("success", expect.success, page.interaction_code().is_some());
        check("terminal", expect.terminal, page.is_terminal());
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
            self.failures.push(Failure::new(token, "a signed token", "none"));
            return Ok(());
        };
        let mut variables = self.evidence.variables.clone();
        variables.extend(self.evidence.signed_values.clone());
        self.paths(&format!("{token} "), expected, &claims, &variables)
    }

    fn paths(
        &mut self,
        prefix: &str,
        expected: &[(String, Matcher)],
        value: &Value,
        variables: &Variables,
    ) -> Result<(), Unknown> {
        for (path, matcher) in expected {
            let found =
                JsonPath::parse(path).map(|path| path.query(value).all()).unwrap_or_default();
            self.check(&format!("{prefix}{path}"), matcher, &Found(found), variables)?;
        }
        Ok(())
    }

    fn check(
        &mut self,
        what: &str,
        matcher: &Matcher,
        found: &Found<'_>,
        variables: &Variables,
    ) -> Result<(), Unknown> {
        if let Some(expected) = matcher.judge(found, variables)? {
            self.failures.push(Failure::new(what, expected, found.shown()));
        }
        Ok(())
    }
}

/// A media type without its parameters.
pub(crate) fn media_type(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

/// A wrong status is seldom the whole story: what the server said about it stands beside it.
fn with_message(failure: Failure, answer: &HttpAnswer) -> Failure {
    let Some(body) = answer.json() else { return failure };
    let said = Page(&body).messages().into_iter().map(|message| message.text).collect::<Vec<_>>();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let said = if said.is_empty() {
        text("error_description").or_else(|| text("errorSummary")).or_else(|| text("error"))
    } else {
        Some(said.join(" / "))
    };
    match said {
        Some(said) => failure.hinting(format!("the answer says: {said}")),
        None => failure,
    }
}
