//! Writing to standard output and standard error.

use std::io::Write as _;

use idx_runner::plain;

/// Prints text. A reader that closes the pipe early is not an error.
pub(crate) fn print(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line to standard error. If that is closed, the exit code still reports the result. The line may quote files and servers, so control characters
/// become escapes.
pub(crate) fn print_error(line: &str) {
    let _ = writeln!(anstream::stderr(), "{}", plain(line));
}
