//! A certificate for each name, created at the first request for the name.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::rustls::crypto::aws_lc_rs::sign::any_supported_type;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::tls::{Authority, AuthorityError};

/// The maximum number of certificates in memory. Certificates beyond it are created for each connection.
const MAX_KEPT: usize = 1_000;

/// Creates certificates and keeps them.
#[derive(Debug)]
pub(crate) struct Leaves {
    authority: Authority,
    public_host: Option<String>,
    kept: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Leaves {
    pub(crate) fn new(authority: Authority, public_host: Option<String>) -> Self {
        Self { authority, public_host, kept: Mutex::default() }
    }

    fn certificate(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certificate) = kept().get(name) {
            return Some(Arc::clone(certificate));
        }
        let made = Arc::new(self.make(name).ok()?);
        let mut kept = kept();
        if kept.len() < MAX_KEPT {
            kept.insert(name.to_owned(), Arc::clone(&made));
        }
        Some(made)
    }

    fn make(&self, name: &str) -> Result<CertifiedKey, AuthorityError> {
        let mut names = vec![name.to_owned()];
        if name == "localhost" {
            // A client that connects to an IP address sends no name, and gets this certificate.
            names.extend(["127.0.0.1", "::1"].map(str::to_owned));
            names.extend(
                self.public_host.as_ref().filter(|host| host.parse::<IpAddr>().is_ok()).cloned(),
            );
        }
        let leaf = self.authority.leaf(names)?;
        let key = any_supported_type(&leaf.key).map_err(AuthorityError::Tls)?;
        Ok(CertifiedKey::new(vec![leaf.certificate], key))
    }

    /// Whether a name is one of this machine's names or the public host.
    fn is_ours(&self, name: &str) -> bool {
        name == "localhost"
            || name.ends_with(".localhost")
            || self.public_host.as_deref() == Some(name)
    }
}

impl ResolvesServerCert for Leaves {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // rustls returns the name in lower case.
        match hello.server_name() {
            None => self.certificate("localhost"),
            Some(name) if self.is_ours(name) => self.certificate(name),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_name_gets_no_certificate() {
        let folder = std::env::temp_dir().join(format!("idxlab-{}-leaves", std::process::id()));
        let authority = Authority::read_or_make(&folder.join("ca.pem")).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let leaves = Leaves::new(authority, Some("idx.example.com".to_owned()));
        for name in ["localhost", "org-2.localhost", "idx.example.com"] {
            assert!(leaves.is_ours(name), "{name}");
            let first = leaves.certificate(name).unwrap();
            assert!(Arc::ptr_eq(&first, &leaves.certificate(name).unwrap()));
        }
        for name in ["example.com", "localhost.example.com", "a.idx.example.com"] {
            assert!(!leaves.is_ours(name), "{name}");
        }
    }
}
