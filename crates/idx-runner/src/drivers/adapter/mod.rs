//! Any client behind the adapter protocol (`clients/README.md`): steps become operations, replies become what the client shows.

pub mod message;
mod process;
mod standard_error;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use self::message::{Hello, PerProcess, Reply, Status};
use self::process::AdapterProcess;
use super::{Account, ClientReport, Driver, Farewell, Performed, Performing, Trouble};
use idx_scenario::Action;

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To introduce itself.
    pub hello: Duration,
    /// For one operation: some poll, some start a browser.
    pub reply: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { hello: Duration::from_secs(10), reply: Duration::from_secs(60) }
    }
}

/// Where adapter processes come from. One that can do many sign-ups is used again.
#[derive(Debug)]
pub struct AdapterPool {
    command: String,
    ca_file: Option<PathBuf>,
    patience: Patience,
    hello: Hello,
    idle: Mutex<Vec<AdapterProcess>>,
}

impl AdapterPool {
    /// Starts a first process, which shows whether the command is an adapter at all. Every process is told which authority to trust.
    ///
    /// # Errors
    /// When it cannot be started, ends, or says no valid hello within ten seconds.
    pub async fn start(command: &str, ca_file: Option<PathBuf>) -> Result<Self, String> {
        Self::start_with(command, ca_file, Patience::default()).await
    }

    /// The same for clients that may take another time.
    ///
    /// # Errors
    /// As [`Self::start`], but for the ten seconds.
    pub async fn start_with(
        command: &str,
        ca_file: Option<PathBuf>,
        patience: Patience,
    ) -> Result<Self, String> {
        let first = AdapterProcess::start(command, ca_file.as_deref(), patience).await?;
        Ok(Self {
            command: command.to_owned(),
            ca_file,
            patience,
            hello: first.hello().clone(),
            idle: Mutex::new(vec![first]),
        })
    }

    /// How the client introduced itself.
    #[must_use]
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// A client for one case.
    ///
    /// # Errors
    /// When a fresh process does not start.
    pub async fn client(self: &Arc<Self>, account: Account) -> Result<AdapterClient, String> {
        let idle = self.lock().pop();
        let process = match idle {
            Some(process) => process,
            None => {
                AdapterProcess::start(&self.command, self.ca_file.as_deref(), self.patience).await?
            }
        };
        let said_before = process.said_so_far();
        let (pool, process) = (Arc::clone(self), Some(process));
        Ok(AdapterClient { pool, process, is_spent: false, said_before, account })
    }

    /// Nothing is awaited inside.
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<AdapterProcess>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An operation of the protocol with its fields.
type Operation = (&'static str, Map<String, Value>);

/// A client behind an adapter, for one case.
#[derive(Debug)]
pub struct AdapterClient {
    pool: Arc<AdapterPool>,
    /// None once it has been let go.
    process: Option<AdapterProcess>,
    /// Whether it has misbehaved: the next case gets a fresh one.
    is_spent: bool,
    /// How much of its standard error belongs to the cases before.
    said_before: u64,
    account: Account,
}

impl Drop for AdapterClient {
    fn drop(&mut self) {
        let is_good = |process: &AdapterProcess| {
            process.hello().per_process == PerProcess::Many && process.is_quiet()
        };
        if let Some(process) = self.process.take().filter(is_good).filter(|_| !self.is_spent) {
            self.pool.lock().push(process);
        }
    }
}

impl Driver for AdapterClient {
    fn perform<'a>(&'a mut self, action: &'a Action) -> Performing<'a> {
        Box::pin(self.act(action))
    }

    fn answers_by_endpoint(&self) -> bool {
        true
    }

    fn last_words(&mut self) -> Farewell<'_> {
        Box::pin(async {
            self.is_spent = true;
            self.process.as_mut()?.last_words(self.said_before).await
        })
    }
}

impl AdapterClient {
    async fn act(&mut self, action: &Action) -> Result<Performed, Trouble> {
        let Some((operation, fields)) = self.operation(action)? else {
            // Going to the profile form is part of `start` or `fill` in every SDK.
            return Ok(Performed { report: Some(ClientReport::silent()), ..Performed::default() });
        };
        if !self.pool.hello.operations.iter().any(|known| known == operation) {
            return Err(Trouble::Unsupported(format!("the client has no operation `{operation}`")));
        }
        let Some(process) = self.process.as_mut().filter(|_| !self.is_spent) else {
            return Err(Trouble::Failed("the client has ended".into()));
        };
        match process.call(operation, fields).await {
            Ok(reply) => understood(operation, reply),
            Err(reason) => {
                self.is_spent = true;
                Err(Trouble::Failed(reason))
            }
        }
    }

    fn operation(&self, action: &Action) -> Result<Option<Operation>, Trouble> {
        let unsupported =
            |what: String| Err(Trouble::Unsupported(format!("adapters do not {what}")));
        let (operation, fields) = match action {
            Action::Start { with } => ("start", self.start_fields(with)),
            Action::Answer { remediation, choose, with } => match (remediation.as_str(), choose) {
                ("select-enroll-profile", _) => return Ok(None),
                ("skip", _) => ("skip", json!({})),
                ("enroll-profile", _) => ("fill", json!({ "values": profile_values(with) })),
                ("select-authenticator-enroll", Some(key)) => ("choose", chosen(key, with)),
                ("authenticator-enrollment-data", _) => (
                    "fill",
                    json!({ "values": with.get("authenticator").cloned().unwrap_or_default() }),
                ),
                ("enroll-authenticator", _) => (
                    "answer",
                    json!({ "passcode": with.get("credentials").map(|given| &given["passcode"]) }),
                ),
                (other, _) => return unsupported(format!("answer `{other}`")),
            },
            Action::Resend => ("resend", json!({})),
            Action::Poll => ("poll", json!({})),
            Action::Cancel => ("cancel", json!({})),
            Action::OpenLink { link } => ("open-link", json!({ "link": link })),
            Action::Finish => ("finish", json!({})),
            other => return unsupported(other.summary()),
        };
        Ok(Some((operation, fields.as_object().cloned().unwrap_or_default())))
    }

    fn start_fields(&self, with: &Map<String, Value>) -> Value {
        let text = |name: &str, other: &str| {
            with.get(name).and_then(Value::as_str).unwrap_or(other).to_owned()
        };
        let scopes = text("scope", "openid profile email");
        let mut fields = json!({
            "issuer": text("issuer", &self.account.issuer),
            "clientId": self.account.client_id,
            "redirectUri": self.account.redirect_uri,
            "scopes": scopes.split(' ').collect::<Vec<_>>(),
        });
        if let Some(secret) = &self.account.client_secret {
            fields["clientSecret"] = json!(secret);
        }
        if let Some(file) = &self.pool.ca_file {
            fields["caFile"] = json!(file);
        }
        if let Some(token) = with.get("activation_token") {
            fields["activationToken"] = token.clone();
        }
        fields
    }
}

/// The values of the profile form; a password on it stands beside them.
fn profile_values(with: &Map<String, Value>) -> Value {
    let mut values = with.get("userProfile").cloned().unwrap_or_else(|| json!({}));
    if let Some(passcode) = with.get("credentials").and_then(|given| given.get("passcode")) {
        values["passcode"] = passcode.clone();
    }
    values
}

fn chosen(key: &str, with: &Map<String, Value>) -> Value {
    let mut fields = with.clone();
    fields.insert("authenticator".into(), json!(key));
    Value::Object(fields)
}

fn understood(operation: &str, reply: Reply) -> Result<Performed, Trouble> {
    match reply.status {
        Some(Status::Unsupported) => Err(Trouble::Unsupported(
            reply.error.unwrap_or_else(|| format!("the client cannot do `{operation}` here")),
        )),
        _ => Ok(Performed { report: Some(ClientReport::from(reply)), ..Performed::default() }),
    }
}
