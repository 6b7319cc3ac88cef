//! The exit codes. They are an API: a CI job tells "a scenario failed" from "the file is wrong" by them.

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// Everything asked for was done and passed.
    Passed = 0,
    /// A scenario failed, or a known failure passed.
    Failed = 1,
    /// The command line is wrong, or a report that it asks for could not be written.
    Usage = 2,
    /// A scenario, org, capsule or known-failures file is wrong.
    WrongFile = 3,
    /// The target or client could not be reached or started, or `serve` could not listen.
    Unreachable = 4,
    /// Nothing was selected to run.
    NothingSelected = 5,
    /// Interrupted; what ran was reported first.
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
