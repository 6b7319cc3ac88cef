//! The authority: read from its two files if they exist, else created and written there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime,
};

use super::constraints::private_and;
use super::error::AuthorityError;
use super::files::{self, Files};
use crate::clock::machine_time;

/// The lifetime of an authority. Only one machine trusts it, for its tests.
const AUTHORITY_LIFETIME: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);
/// The lifetime of a certificate: the maximum that browsers accept. A server that runs longer must be restarted.
const LEAF_LIFETIME: SignedDuration = SignedDuration::from_hours(397 * 24);
/// A container's clock can be behind.
const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// An authority that signs certificates for this server.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    file: PathBuf,
}

/// A certificate and its key.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Authority {
    /// Reads the certificate from `file` and its key from `file.key`, both in PEM. Creates both if neither exists. The new authority can sign for private
    /// names and addresses.
    pub fn read_or_make(file: &Path) -> Result<Self, AuthorityError> {
        Self::read_or_make_for(file, None)
    }

    /// Like [`Self::read_or_make`]; a new authority can also sign for the public host.
    pub fn read_or_make_for(
        file: &Path,
        public_host: Option<&str>,
    ) -> Result<Self, AuthorityError> {
        let files = Files::of(file);
        if files.are_complete() {
            return Self::read(&files);
        }
        // Another process may be creating them.
        let _lock = files.lock()?;
        if files.are_complete() {
            return Self::read(&files);
        }
        files.check_absent()?;
        Self::make(&files, public_host)
    }

    /// The certificate's file, which a client must trust.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn read(files: &Files) -> Result<Self, AuthorityError> {
        let file = &files.certificate;
        let invalid = |reason| AuthorityError::Content { path: file.clone(), reason };
        let (pem, key) = files.read()?;
        let key = KeyPair::from_pem(&key).map_err(invalid)?;
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| invalid(rcgen::Error::PemError(error.to_string())))?;
        let issuer = Issuer::from_ca_cert_pem(&pem, key).map_err(invalid)?;
        Ok(Self { issuer, certificate, file: files::absolute(file) })
    }

    fn make(files: &Files, public_host: Option<&str>) -> Result<Self, AuthorityError> {
        let mut params = params(Vec::new(), AUTHORITY_LIFETIME)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(private_and(public_host));
        params
            .distinguished_name
            .push(DnType::CommonName, "idxlab test authority, for this machine alone");
        let key = KeyPair::generate().map_err(AuthorityError::Certificate)?;
        let certificate: Certificate =
            params.self_signed(&key).map_err(AuthorityError::Certificate)?;
        files.write(&certificate.pem(), &key.serialize_pem())?;
        let (certificate, file) = (certificate.der().clone(), files::absolute(&files.certificate));
        Ok(Self { issuer: Issuer::new(params, key), certificate, file })
    }

    /// Refuses a public host that clients would not accept from this authority.
    pub(crate) fn check_host(&self, host: &str) -> Result<(), AuthorityError> {
        let leaf = self.leaf(vec![host.to_owned()])?;
        let mut roots = RootCertStore::empty();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let now = UnixTime::since_unix_epoch(
            machine_time().duration_since(Timestamp::UNIX_EPOCH).unsigned_abs(),
        );
        let verified = roots.add(self.certificate.clone()).is_ok_and(|()| {
            let verifier =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
            let name = ServerName::try_from(host.to_owned());
            verifier.is_ok_and(|verifier| {
                name.is_ok_and(|name| {
                    verifier.verify_server_cert(&leaf.certificate, &[], &name, &[], now).is_ok()
                })
            })
        });
        if verified {
            Ok(())
        } else {
            Err(AuthorityError::OtherHost { path: self.file.clone(), host: host.to_owned() })
        }
    }

    /// A certificate for names and IP addresses.
    pub(crate) fn leaf(&self, names: Vec<String>) -> Result<Leaf, AuthorityError> {
        let mut params = params(names, LEAF_LIFETIME)?;
        // Not a host name: OpenSSL compares a common name that looks like one with the authority's constraints.
        params.distinguished_name.push(DnType::CommonName, "idxlab");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(AuthorityError::Certificate)?;
        let certificate =
            params.signed_by(&key, &self.issuer).map_err(AuthorityError::Certificate)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Leaf { certificate: certificate.der().clone(), key })
    }
}

fn params(
    names: Vec<String>,
    lifetime: SignedDuration,
) -> Result<CertificateParams, AuthorityError> {
    let now = machine_time();
    let mut params = CertificateParams::new(names).map_err(AuthorityError::Certificate)?;
    let day = |at: Timestamp| {
        let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = day(now.saturating_sub(GRACE).unwrap_or(now));
    params.not_after = day(now.saturating_add(lifetime).unwrap_or(Timestamp::MAX));
    params.distinguished_name = rcgen::DistinguishedName::new();
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary folder, removed on drop.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("idxlab-{}-{name}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("deep/ca.pem")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn created_authority_is_read_again() {
        let folder = Folder::new("read");
        Authority::read_or_make(&folder.file()).unwrap();
        let made = std::fs::read_to_string(folder.file()).unwrap();
        let again = Authority::read_or_make(&folder.file()).unwrap();
        assert_eq!(std::fs::read_to_string(again.file()).unwrap(), made);
        assert!(again.leaf(vec!["localhost".to_owned()]).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn key_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new("mode");
        Authority::read_or_make(&folder.file()).unwrap();
        let mode = std::fs::metadata(Files::of(&folder.file()).key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn incomplete_or_invalid_authority_is_refused() {
        let folder = Folder::new("half");
        Authority::read_or_make(&folder.file()).unwrap();
        std::fs::write(folder.file(), "nonsense").unwrap();
        assert!(matches!(
            Authority::read_or_make(&folder.file()),
            Err(AuthorityError::Content { .. })
        ));
        std::fs::remove_file(folder.file()).unwrap();
        assert!(matches!(
            Authority::read_or_make(&folder.file()),
            Err(AuthorityError::Half { .. })
        ));
    }
}
