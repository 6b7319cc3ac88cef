//! Why an authority could not be used.

use std::io;
use std::path::PathBuf;

/// Why an authority could not be read or created.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file could not be read or written.
    #[error("failed to {what} {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// One of the two files is missing.
    #[error("{} exists but {} does not; restore the missing file, or remove the other so that idxlab creates both again", present.display(), missing.display())]
    Half {
        /// The file that exists.
        present: PathBuf,
        /// The file that does not.
        missing: PathBuf,
    },
    /// Other users could sign certificates with the key.
    #[error("every user of this machine can read or change {}; run `chmod 600` on it", .0.display())]
    OpenKey(PathBuf),
    /// The authority was created for other names.
    #[error("the CA in {} cannot sign certificates for {host}; remove it and its .key file so that idxlab creates a CA for {host}, or name another file with --tls-ca", path.display())]
    OtherHost {
        /// The certificate's file.
        path: PathBuf,
        /// The public host.
        host: String,
    },
    /// The files do not contain an authority.
    #[error("{} and its .key file do not contain an authority that can sign: {reason}; remove both so that idxlab creates them again", path.display())]
    Content {
        /// The certificate's file.
        path: PathBuf,
        /// The problem.
        reason: rcgen::Error,
    },
    /// A certificate could not be created.
    #[error("failed to create a certificate: {0}")]
    Certificate(rcgen::Error),
    /// The TLS library refused a key or its own settings.
    #[error("failed to set up TLS: {0}")]
    Tls(tokio_rustls::rustls::Error),
}
