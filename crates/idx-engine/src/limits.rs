//! The limits of what the engine keeps and reads. The server's table lists them with its own limits.

/// The maximum number of links that a transaction keeps. A resend adds a link.
pub const LINKS_KEPT: usize = 32;
/// The maximum number of rotated state handles that a transaction still accepts.
pub const HANDLES_KEPT: usize = 64;
/// The maximum number of attributes of a profile form.
pub const ATTRIBUTES: usize = 200;
/// The maximum size of a compiled pattern, in bytes.
pub const PATTERN_BYTES: usize = 128 * 1024;
/// The maximum size of a value that is compared with a pattern, in bytes. The comparison takes time in proportion to both sizes.
pub const PATTERN_VALUE_BYTES: usize = 4 * 1024;
/// The maximum number of mistakes that are reported in one org document. Each mistake reads the document again.
pub const MISTAKES_LISTED: usize = 50;
