//! Who can use the control API.

use std::io;
use std::path::{Path, PathBuf};

use idx_server::ControlOrigin;

/// Keeps the token out of the command line, which other users of the machine can read.
const VARIABLE: &str = "IDXLAB_CONTROL_TOKEN";

#[derive(Debug, clap::Args)]
pub(super) struct ControlArgs {
    /// Require this token for the control API and the inbox page. Other users of this machine can read the command line, so prefer
    /// --control-token-file or the variable IDXLAB_CONTROL_TOKEN [default: none if only this machine can reach the server, otherwise random].
    #[arg(long, value_name = "TOKEN", conflicts_with = "control_token_file")]
    control_token: Option<String>,
    /// Require the token in this file for the control API and the inbox page.
    #[arg(long, value_name = "FILE")]
    control_token_file: Option<PathBuf>,
    /// Allow pages of this origin to use the control API. By default, no page except the inbox page can use it. Repeat the flag for each origin.
    #[arg(long = "control-origin", value_name = "ORIGIN")]
    pub(super) origins: Vec<ControlOrigin>,
}

/// The token cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenError {
    #[error("failed to read the control token from {}: {error}; choose another file with --control-token-file", file.display())]
    Unreadable { file: PathBuf, error: io::Error },
    #[error(
        "the control token of {0} is empty or contains characters that no header can contain; use letters, digits, `-` and `_`"
    )]
    Invalid(String),
}

impl ControlArgs {
    /// The configured token. The command line takes precedence over the variable.
    pub(super) fn token(&self) -> Result<Option<String>, TokenError> {
        match (&self.control_token, &self.control_token_file) {
            (Some(token), _) => checked(token, "--control-token").map(Some),
            (None, Some(file)) => of_file(file).map(Some),
            (None, None) => std::env::var_os(VARIABLE)
                .map(|token| checked(&token.to_string_lossy(), VARIABLE))
                .transpose(),
        }
    }
}

fn of_file(file: &Path) -> Result<String, TokenError> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| TokenError::Unreadable { file: file.to_owned(), error })?;
    checked(text.trim(), &file.display().to_string())
}

fn checked(token: &str, source: &str) -> Result<String, TokenError> {
    if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(token.to_owned())
    } else {
        Err(TokenError::Invalid(source.to_owned()))
    }
}
