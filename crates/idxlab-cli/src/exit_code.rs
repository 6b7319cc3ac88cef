//! The exit codes. They are a stable API: a CI job uses them to distinguish a failed scenario from an invalid file.

/// The result of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// The command succeeded, and every scenario passed.
    Passed = 0,
    /// A scenario failed, or a known failure passed.
    Failed = 1,
    /// The command line is invalid, or a report could not be written.
    Usage = 2,
    /// A scenario, org, capsule or known-failures file is invalid.
    InvalidFile = 3,
    /// The target or client could not be reached or started, or `serve` could not listen.
    Unreachable = 4,
    /// Nothing was selected, or nothing was judged: no request was recorded, or no scenario passed or failed.
    NothingSelected = 5,
    /// The run was interrupted. The reports contain the scenarios that finished.
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
