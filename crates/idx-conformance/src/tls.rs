//! TLS on both sides of the harness: what its proxy shows to clients, and whom it trusts itself.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// What the recording proxies of a run show to clients.
#[derive(Clone)]
pub struct Tls {
    /// Shakes hands as `127.0.0.1` and `localhost`.
    pub acceptor: TlsAcceptor,
    /// The PEM file of the authority behind it, which a client is told to trust.
    pub ca_file: PathBuf,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("ca_file", &self.ca_file).finish_non_exhaustive()
    }
}

/// Whom the harness trusts as a client.
#[derive(Debug, Clone)]
pub struct Trust(Arc<ClientConfig>);

/// Why a file cannot be trusted.
#[derive(Debug, thiserror::Error)]
#[error("{} holds no certificate that can be trusted: {reason}; name a PEM file with the authority's certificate", path.display())]
pub struct TrustError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
}

impl Trust {
    /// Nobody: enough where all is plain HTTP.
    #[must_use]
    pub fn nobody() -> Self {
        Self::of(RootCertStore::empty())
    }

    /// The authorities of these PEM files, and no other.
    ///
    /// # Errors
    /// When a file cannot be read, or holds no certificate of an authority.
    pub fn of_files<'f>(files: impl IntoIterator<Item = &'f Path>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        for file in files {
            add_file(&mut roots, file)?;
        }
        Ok(Self::of(roots))
    }

    fn of(roots: RootCertStore) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self(Arc::new(config))
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), TrustError> {
    let wrong = |reason: String| TrustError { path: path.to_owned(), reason };
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there is none in it".into()));
    }
    for certificate in certificates {
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_named() {
        for (file, reason) in
            [("Cargo.toml", "there is none in it"), ("missing.pem", "No such file")]
        {
            let error = Trust::of_files([Path::new(file)]).unwrap_err().to_string();
            assert!(error.starts_with(file) && error.contains(reason), "{error}");
        }
    }
}
