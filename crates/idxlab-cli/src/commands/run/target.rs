//! `--target` and its kin: a server that is not ours.

use std::path::PathBuf;

use idx_runner::issuer::Issuer;
use idx_runner::runner::Target;
use idx_runner::tls::{Trust, TrustError};

/// What is known of the target.
#[derive(Debug, clap::Args)]
pub(super) struct TargetArgs {
    /// Run against this issuer in place of an emulator. What needs a clock, faults or an org of its own is skipped.
    #[arg(long, value_name = "ISSUER", requires = "client_id", conflicts_with = "org")]
    target: Option<Issuer>,
    /// The client to sign people up with at the target.
    #[arg(long, value_name = "ID", requires = "target")]
    client_id: Option<String>,
    /// That client's secret, when it is confidential.
    #[arg(long, value_name = "SECRET", requires = "target")]
    client_secret: Option<String>,
    /// A redirect URI that is registered at the target.
    #[arg(
        long,
        value_name = "URI",
        requires = "target",
        default_value = "http://localhost:8080/login/callback"
    )]
    redirect_uri: String,
    /// A command that reads the inboxes of the target's people: it gets channel (email, sms or voice) and address as its last arguments, and prints the newest
    /// code, or nothing with exit code 1 while there is none. It is asked each second for a minute.
    #[arg(long, value_name = "COMMAND", requires = "target")]
    inbox: Option<String>,
    /// The mail addresses of the people, where `{}` is what tells them apart: `qa+{}@example.org` [default: addresses at example.com].
    #[arg(long, value_name = "PATTERN", requires = "target", value_parser = parse_pattern)]
    email: Option<String>,
    /// The phone number of everybody, to be used with `--jobs 1` [default: a number drawn for each].
    #[arg(long, value_name = "NUMBER", requires = "target")]
    phone: Option<String>,
    /// A PEM file of authorities that the target's certificate may come from, besides those that this machine trusts.
    #[arg(long, value_name = "FILE", requires = "target")]
    ca: Option<PathBuf>,
}

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

    /// Whom to trust on the way to the target: what this machine trusts, where that is asked for at all.
    pub(super) fn trust(&self, own: Trust) -> Result<Trust, TrustError> {
        let is_tls = self.target.as_ref().is_some_and(Issuer::is_tls);
        let trust = if is_tls { own.and_machine() } else { own };
        match &self.ca {
            Some(file) => trust.and_file(file),
            None => Ok(trust),
        }
    }

    /// The words that run against the same target again. A secret is for the person to add.
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

fn parse_pattern(text: &str) -> Result<String, String> {
    let is_pattern = text.split_once('@').is_some_and(|(local, _)| local.contains("{}"));
    if is_pattern {
        Ok(text.to_owned())
    } else {
        Err("each person needs an address of their own; write {} before the @, as in qa+{}@example.org".to_owned())
    }
}
