//! One thing that is not as a step expects, as data. Reporters render it with `what`, `expected`, `actual` and `hint`.

mod render;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::page::FoundMessage;
use idx_scenario::template::Unknown;

/// One thing that is not as expected.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server closed the connection without a response, or could not be reached.
    NoResponse {
        reason: String,
    },
    /// The status differs. `explanation` is the error text in the response.
    Status {
        expected: String,
        actual: u16,
        explanation: Option<String>,
    },
    MediaType {
        expected: String,
        actual: Option<String>,
    },
    Header {
        name: String,
        expected: String,
        actual: String,
    },
    /// The text of the body differs.
    Body {
        expected: String,
        actual: String,
    },
    /// The step expects members of a JSON body, and the body is not JSON. `start` is its first characters.
    NotJson {
        media_type: Option<String>,
        start: String,
    },
    /// A list of names on the page differs.
    Names {
        list: NameList,
        expected: ExpectedNames,
        actual: Vec<String>,
    },
    /// The number of messages differs. `expected` describes each expected message.
    Messages {
        expected: Vec<String>,
        actual: Vec<FoundMessage>,
    },
    /// One part of the message at position `number`, from 1, differs.
    Message {
        number: usize,
        at: String,
        part: MessagePart,
        expected: String,
        actual: String,
    },
    /// The page has an interaction code and should not, or the reverse. `offered` lists its remediations.
    Success {
        expected: bool,
        offered: Vec<String>,
    },
    /// The page ends the transaction and should not, or the reverse. `offered` lists its remediations.
    Terminal {
        expected: bool,
        offered: Vec<String>,
    },
    /// The page should be the page before the step. `offered` lists the remediations of that page.
    PageChanged {
        path: String,
        before: String,
        now: String,
        offered: Vec<String>,
    },
    /// The value at a JSONPath differs.
    Path {
        path: String,
        expected: String,
        actual: String,
    },
    /// The response has no such token, or the token is not a JWS.
    NotAToken {
        token: String,
    },
    /// The client redeemed no interaction code.
    NoTokenRequest,
    /// A member of the token response differs.
    TokenResponse {
        member: &'static str,
        expected: String,
        actual: String,
    },
    /// No published key verifies the signature.
    Signature {
        token: String,
        problem: String,
    },
    /// The value at a JSONPath in a token's claims differs.
    Claim {
        token: String,
        claim: String,
        expected: String,
        actual: String,
    },
    /// A template in the scenario names a value that does not exist.
    Template(Unknown),
    /// The response has nothing at the JSONPath that the step captures.
    Capture {
        path: String,
        name: String,
    },
    /// The client reports something else than the server responded.
    Client {
        reports: ClientPart,
        expected: String,
        actual: String,
    },
    /// The client could not perform the step.
    Action {
        summary: String,
        error: String,
    },
    /// The client did not send the request that the step waits for. `reply` describes its last reply.
    NoRequest {
        action: String,
        reply: Option<String>,
    },
    /// The inbox could not be read, or its content differs.
    Inbox {
        to: String,
        expected: String,
        actual: String,
    },
    /// The control API refused a call.
    Control {
        expected: &'static str,
        error: String,
    },
    /// A command did not end with exit status 0.
    ExitStatus {
        actual: String,
    },
}

/// A list of names on a page.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameList {
    Remediations,
    /// The authenticators that the page offers.
    Authenticators,
    AuthenticatorEnrollments,
}

/// The names that a step expects in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedNames {
    /// These names, in this order.
    Exactly(Vec<String>),
    /// These names, which are missing, among others.
    Including(Vec<String>),
    /// None of these names, which are present.
    Excluding(Vec<String>),
}

/// The part of a message that differs.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessagePart {
    Key,
    Class,
    Place,
    Text,
    Params,
}

/// A part of what a client reports after a step.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientPart {
    Error,
    Tokens,
    Status,
    Step,
    CanSkip,
    CanResend,
    Messages,
}

impl From<Unknown> for Failure {
    fn from(unknown: Unknown) -> Self {
        Self::Template(unknown)
    }
}

impl Serialize for Failure {
    /// The four rendered texts: members of the JSON report.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hint = self.hint();
        let mut members =
            serializer.serialize_struct("Failure", 3 + usize::from(hint.is_some()))?;
        members.serialize_field("what", &self.what())?;
        members.serialize_field("expected", &self.expected())?;
        members.serialize_field("actual", &self.actual())?;
        match &hint {
            Some(hint) => members.serialize_field("hint", hint)?,
            None => members.skip_field("hint")?,
        }
        members.end()
    }
}
