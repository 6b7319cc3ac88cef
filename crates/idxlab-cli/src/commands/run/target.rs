//! `--target` and its options: a server that idxlab did not start.

use std::path::PathBuf;

use idx_runner::Issuer;
use idx_runner::Target;
use idx_runner::{Trust, TrustError};

#[derive(Debug, clap::Args)]
pub(super) struct TargetArgs {
    /// Run against this issuer instead of an emulator. Configure its org like the preset `password-plus-another-factor` (see the README). Scenarios
    /// that need to control the clock, the faults or the org are skipped, and so are scenarios that fail because the target is configured differently.
    #[arg(long, value_name = "ISSUER", requires = "client_id", conflicts_with = "org")]
    target: Option<Issuer>,
    /// Use this client id at the target.
    #[arg(long, value_name = "ID", requires = "target")]
    client_id: Option<String>,
    /// Use this client secret at the target, if the client is confidential.
    #[arg(long, value_name = "SECRET", requires = "target")]
    client_secret: Option<String>,
    /// Use this redirect URI, which must be registered at the target.
    #[arg(
        long,
        value_name = "URI",
        requires = "target",
        default_value = "http://localhost:8080/login/callback"
    )]
    redirect_uri: String,
    /// Read the users' messages with this command. idxlab passes the channel (email, sms or voice) and the address as the last two arguments. The
    /// command must print the newest code, or exit with 1 if there is no code yet. idxlab calls it once a second, for up to a minute.
    #[arg(long, value_name = "COMMAND", requires = "target")]
    inbox: Option<String>,
    /// Sign up users with email addresses of this pattern. `{}` is replaced with a unique text for each user: `qa+{}@example.org`
    /// [default: addresses at example.com].
    #[arg(long, value_name = "PATTERN", requires = "target", value_parser = parse_pattern)]
    email: Option<String>,
    /// Use this phone number for every user. Add `--jobs 1` so that two users never share the number at the same time
    /// [default: a random number for each user].
    #[arg(long, value_name = "NUMBER", requires = "target")]
    phone: Option<String>,
    /// Trust the CA certificates in this PEM file for the target, in addition to the system's CA certificates.
    #[arg(long, value_name = "FILE", requires = "target")]
    ca: Option<PathBuf>,
}

/// The value of `--email` is not a pattern.
#[derive(Debug, thiserror::Error)]
#[error(
    "the pattern gives every user the same address; add {{}} before the @, as in qa+{{}}@example.org"
)]
struct PatternError;

impl TargetArgs {
    pub(super) fn is_given(&self) -> bool {
        self.target.is_some()
    }

    pub(super) fn target(&self) -> Option<Target> {
        Some(Target {
            issuer: self.target.clone()?,
            client_id: self.client_id.clone()?,
            client_secret: self.client_secret.clone(),
            redirect_uri: self.redirect_uri.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            inbox: self.inbox.clone(),
        })
    }

    /// The CAs to trust for the target. Those of this machine are loaded only if the target uses HTTPS.
    pub(super) fn trust(&self, own: Trust) -> Result<Trust, TrustError> {
        let is_tls = self.target.as_ref().is_some_and(Issuer::is_tls);
        let trust = if is_tls { own.and_machine() } else { own };
        match &self.ca {
            Some(file) => trust.and_file(file),
            None => Ok(trust),
        }
    }

    /// The options that select the same target again. The user must add the secret.
    pub(super) fn words(&self) -> Vec<(&'static str, Option<String>)> {
        let target = self.target.as_ref().map(ToString::to_string);
        let redirect_uri = target.as_ref().map(|_| self.redirect_uri.clone());
        let ca = self.ca.as_ref().map(|file| file.display().to_string());
        vec![
            ("--target", target),
            ("--client-id", self.client_id.clone()),
            ("--client-secret", self.client_secret.as_ref().map(|_| "…".to_owned())),
            ("--redirect-uri", redirect_uri),
            ("--inbox", self.inbox.clone()),
            ("--email", self.email.clone()),
            ("--phone", self.phone.clone()),
            ("--ca", ca),
        ]
    }
}

fn parse_pattern(text: &str) -> Result<String, PatternError> {
    let is_pattern = text.split_once('@').is_some_and(|(local, _)| local.contains("{}"));
    if is_pattern { Ok(text.to_owned()) } else { Err(PatternError) }
}
