//! TLS with a private authority: one file that a client must trust, and a certificate for each name that a client requests.

mod authority;
mod constraints;
mod error;
mod files;
mod leaves;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;

pub use authority::Authority;
pub use error::AuthorityError;

use crate::address::PublicUrl;
use leaves::Leaves;

/// The TLS configuration of a server, for all its orgs.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate that a client must trust.
    pub(crate) authority_file: PathBuf,
}

impl Tls {
    /// Only this machine's names and the public host get a certificate.
    pub(crate) fn new(
        authority: Authority,
        public: Option<&PublicUrl>,
    ) -> Result<Self, AuthorityError> {
        let authority_file = authority.file().to_owned();
        let public_host = public.map(PublicUrl::certificate_name);
        if let Some(host) = &public_host {
            authority.check_host(host)?;
        }
        Ok(Self { acceptor: acceptor(Leaves::new(authority, public_host))?, authority_file })
    }
}

impl Authority {
    /// An acceptor for this machine's names, for another server.
    pub fn into_acceptor(self) -> Result<TlsAcceptor, AuthorityError> {
        acceptor(Leaves::new(self, None))
    }
}

fn acceptor(leaves: Leaves) -> Result<TlsAcceptor, AuthorityError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(AuthorityError::Tls)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(leaves));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("authority_file", &self.authority_file).finish_non_exhaustive()
    }
}
