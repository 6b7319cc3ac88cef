//! A scenario file as data.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::expect::Expect;
use super::protocol;

/// One scenario, read and checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The id of its requirement, unique across all files.
    pub id: String,
    /// A sentence in the present tense.
    pub title: String,
    /// Whether a failure fails the run.
    pub level: Level,
    /// Where the requirement comes from.
    pub source: String,
    /// `folder/name`, as on the command line.
    pub address: String,
    /// The file, or `None` when it is built into the binary.
    pub path: Option<String>,
    /// The org it runs against.
    pub org: OrgChoice,
    /// Which of the org's clients signs users up.
    pub client: ClientType,
    /// What it requires of driver and target beyond a plain sign-up.
    pub needs: Vec<Need>,
    /// Whether the client sees pages with members that it cannot know.
    pub newer_server: bool,
    /// Its cases. A scenario without a table of cases has one case without a name.
    pub cases: Vec<Case>,
    /// The steps in order. Shared steps are already inserted.
    pub steps: Vec<Step>,
    /// Its files, for messages. Steps refer to them by index.
    pub files: Vec<Arc<str>>,
}

impl Scenario {
    /// The location of a step, `file:line`. A shared step has the location where it is used, followed by its own.
    #[must_use]
    pub fn place_of(&self, step: &Step) -> String {
        let own = format!("{}:{}", self.files[step.file], step.line);
        match step.used_at {
            Some(line) => format!("{}:{line} ({own})", self.files[0]),
            None => own,
        }
    }
}

/// The level of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A failure fails the run.
    Must,
    /// A failure is a warning, unless the run is strict.
    Should,
}

impl Level {
    /// The word of the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
        }
    }
}

/// The org a scenario runs against.
#[derive(Debug, Clone, PartialEq)]
pub enum OrgChoice {
    /// A preset by name.
    Preset(String),
    /// An org document as JSON; it may name a preset and override parts of it.
    Document(Value),
}

impl Default for OrgChoice {
    /// The preset of scenarios that name no org.
    fn default() -> Self {
        Self::Preset("password-plus-another-factor".into())
    }
}

/// Which client of the org is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientType {
    /// The first client without a secret, or a target's client of either type.
    Any,
    /// The first client without a secret.
    Public,
    /// The first client with a secret.
    Confidential,
}

/// What a scenario requires of driver and target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The client's own clock follows the org's.
    ClientClock,
    /// The org's clock can be moved.
    Clock,
    /// Messages can be read.
    Inbox,
    /// Faults can be set.
    Faults,
    /// A custom authorization server, besides the org's own.
    CustomServer,
    /// An org of the scenario's own.
    OwnOrg,
    /// Requests that a well-behaved client would never send.
    Raw,
}

impl Need {
    /// Every need by the word of the file.
    pub const ALL: &[(&str, Self)] = &[
        ("client-clock", Self::ClientClock),
        ("clock", Self::Clock),
        ("inbox", Self::Inbox),
        ("faults", Self::Faults),
        ("own-org", Self::OwnOrg),
        ("custom-server", Self::CustomServer),
        ("raw", Self::Raw),
    ];

    /// The word of the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, need)| *need == self).map_or("", |(word, _)| word)
    }
}

/// One row of the table of cases.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// Its name, or its number (`case 2`). Empty if the scenario has no table.
    pub name: String,
    /// The row's values, which templates can name.
    pub values: Map<String, Value>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its file: an index into [`Scenario::files`].
    pub file: usize,
    /// The line of its `[[step]]` header, from 1.
    pub line: usize,
    /// The line of the scenario that uses it, if it is shared.
    pub used_at: Option<usize>,
    /// The action of the step.
    pub action: Action,
    /// Whether no well-behaved client would do it. The client rules ignore such a step.
    pub deliberate: bool,
    /// The expected response.
    pub expect: Expect,
    /// Names, with the JSONPaths of their values in the response.
    pub capture: Vec<(String, String)>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Starts a transaction: interact, then introspect. Parameters of interact can be overridden, and `false` removes one.
    Start {
        /// Overrides.
        with: Map<String, Value>,
    },
    /// Answers a remediation of the current page.
    Answer {
        /// Its name.
        remediation: String,
        /// The authenticator to choose, by key.
        choose: Option<String>,
        /// The values of the fields. Hidden and fixed fields come from the page.
        with: Map<String, Value>,
    },
    /// Requests the current page again.
    Introspect {
        /// Which handle is sent.
        by: Handle,
    },
    /// Requests a new code (`currentAuthenticator.value.resend`).
    Resend,
    /// Polls whether the user has opened the link (`currentAuthenticator.value.poll`).
    Poll,
    /// Cancels the transaction.
    Cancel,
    /// Sends a request that the scenario composes.
    Request(Box<RawRequest>),
    /// Waits for the next message to an address or number.
    Inbox(InboxStep),
    /// Moves the org's clock.
    Clock {
        /// The body of the control API's `POST clock`.
        movement: Value,
    },
    /// Replaces the org's faults.
    Faults {
        /// The rules, as the control API takes them.
        rules: Value,
    },
    /// Exchanges the interaction code for tokens.
    Redeem {
        /// Overrides of the form. `false` removes a parameter.
        with: Map<String, Value>,
    },
    /// Exchanges the code, fetches the keys, and checks the tokens as a client must.
    Finish,
    /// Exchanges a refresh token for new tokens.
    Refresh {
        /// The refresh token, and overrides of the form. `false` removes a parameter.
        with: Map<String, Value>,
    },
    /// Opens a link, as the user does in a mail.
    OpenLink {
        /// The address. May contain templates.
        link: String,
    },
    /// Binds names to values.
    Set {
        /// The names and values.
        values: Map<String, Value>,
    },
}

impl Action {
    /// The IDX endpoint, or the operation of the authorization server, that responds to it.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static str> {
        let path_of = |form: &str| protocol::form(form).map(|form| form.path);
        match self {
            Self::Start { .. } | Self::Introspect { .. } => Some(protocol::INTROSPECT),
            Self::Answer { remediation, .. } => path_of(remediation),
            Self::Resend => path_of("resend"),
            Self::Poll => path_of("poll"),
            Self::Cancel => path_of("cancel"),
            Self::Redeem { .. } | Self::Finish | Self::Refresh { .. } => Some("/v1/token"),
            _ => None,
        }
    }

    /// Whether it is a request that no client sends by itself.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        match self {
            Self::Request(_) => true,
            Self::Start { with } => {
                with.keys().any(|name| !["issuer", "scope", "activation_token"].contains(&&**name))
            }
            Self::Redeem { with } => !with.is_empty(),
            Self::Refresh { with } => {
                with.keys().any(|name| !["refresh_token", "scope"].contains(&&**name))
            }
            Self::Answer { with, .. } => with.contains_key("stateHandle"),
            _ => false,
        }
    }

    /// Whether it calls the control API. The harness makes that call with any client.
    #[must_use]
    pub fn is_control(&self) -> bool {
        matches!(self, Self::Request(request) if request.target.starts_with("/_idxlab/api/"))
    }

    /// The step in a few words, for reports.
    #[must_use]
    pub fn summary(&self) -> String {
        match self {
            Self::Start { .. } => "start".into(),
            Self::Answer { remediation, choose: Some(key), .. } => {
                format!("answer {remediation} with {key}")
            }
            Self::Answer { remediation, .. } => format!("answer {remediation}"),
            Self::Introspect { .. } => "introspect".into(),
            Self::Resend => "resend".into(),
            Self::Poll => "poll".into(),
            Self::Cancel => "cancel".into(),
            Self::Request(request) => format!("request {} {}", request.method, request.target),
            Self::Inbox(step) => format!("inbox {}", step.to),
            Self::Clock { .. } => "clock".into(),
            Self::Faults { .. } => "faults".into(),
            Self::Redeem { .. } => "redeem".into(),
            Self::Finish => "finish".into(),
            Self::Refresh { .. } => "refresh".into(),
            Self::OpenLink { link } => format!("open {link}"),
            Self::Set { .. } => "set".into(),
        }
    }
}

/// The handle that an introspect request sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handle {
    /// `interactionHandle`, as the SDKs do.
    Interaction,
    /// `stateHandle` of the newest response.
    State,
}

/// A request that no driver composes.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRequest {
    /// The method.
    pub method: String,
    /// A path on the org, or an absolute address on it. May contain templates.
    pub target: String,
    /// Header names and values. May contain templates.
    pub headers: Vec<(String, String)>,
    /// The body of the request.
    pub body: RawBody,
}

/// The body of a raw request.
#[derive(Debug, Clone, PartialEq)]
pub enum RawBody {
    /// Nothing.
    Nothing,
    /// A JSON value.
    Json(Value),
    /// A form.
    Form(Map<String, Value>),
    /// These characters.
    Text(String),
}

/// What to wait for in the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxStep {
    /// Address or number. May contain templates.
    pub to: String,
    /// `email`, `sms` or `voice`. Any channel, if absent.
    pub channel: Option<String>,
    /// The name for the code. `wrong-NAME` gets a code that differs from it.
    pub code: String,
    /// The name for the link.
    pub link: String,
    /// Whether the step names the link, because a later step uses it.
    pub names_link: bool,
    /// Whether there must be no new message.
    pub nothing: bool,
}
