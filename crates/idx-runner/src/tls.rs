//! TLS on both sides of the harness: what its proxy shows to clients, and which authorities it trusts.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// What the recording proxies of a run show to clients.
#[derive(Clone)]
pub struct Tls {
    /// Accepts connections with a certificate for `127.0.0.1` and `localhost`.
    pub acceptor: TlsAcceptor,
    /// The PEM file of the certificate's authority, which clients must trust.
    pub ca_file: PathBuf,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("ca_file", &self.ca_file).finish_non_exhaustive()
    }
}

/// The authorities that the harness trusts as a client.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Arc<RootCertStore>,
}

/// Why a file's authorities cannot be trusted.
#[derive(Debug, thiserror::Error)]
#[error("{} has no certificate that can be trusted: {reason}; name a PEM file with the authority's certificate", path.display())]
pub struct TrustError {
    /// The file.
    pub path: PathBuf,
    /// What is invalid.
    pub reason: TrustProblem,
}

/// What is wrong with a file of authorities.
#[derive(Debug, thiserror::Error)]
pub enum TrustProblem {
    /// The file cannot be read, or is not PEM.
    #[error(transparent)]
    Unreadable(#[from] pem::Error),
    /// The file has no certificate.
    #[error("the file has none")]
    Empty,
    /// A certificate is not one of an authority.
    #[error(transparent)]
    Unusable(#[from] rustls::Error),
}

impl Trust {
    /// No authority, for plain HTTP.
    #[must_use]
    pub fn nobody() -> Self {
        Self { roots: Arc::new(RootCertStore::empty()) }
    }

    /// Adds the authorities that this machine trusts.
    #[must_use]
    pub fn and_machine(mut self) -> Self {
        // If the machine trusts no authority, the first handshake fails and names the missing one.
        let found = rustls_native_certs::load_native_certs();
        Arc::make_mut(&mut self.roots).add_parsable_certificates(found.certs);
        self
    }

    /// Adds the authorities of a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read, or has no certificate of an authority.
    pub fn and_file(mut self, path: &Path) -> Result<Self, TrustError> {
        let error_for = |reason: TrustProblem| TrustError { path: path.to_owned(), reason };
        let certificates = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| error_for(error.into()))?;
        if certificates.is_empty() {
            return Err(error_for(TrustProblem::Empty));
        }
        let roots = Arc::make_mut(&mut self.roots);
        for certificate in certificates {
            roots.add(certificate).map_err(|error| error_for(error.into()))?;
        }
        Ok(self)
    }

    pub(crate) fn config(&self) -> ClientConfig {
        ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for TLS 1.2 and 1.3")
            .with_root_certificates(Arc::clone(&self.roots))
            .with_no_client_auth()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_without_certificate_is_refused() {
        for (file, reason) in [("Cargo.toml", "the file has none"), ("missing.pem", "No such file")]
        {
            let error = Trust::nobody().and_file(Path::new(file)).unwrap_err().to_string();
            assert!(error.starts_with(file) && error.contains(reason), "{error}");
        }
    }
}
