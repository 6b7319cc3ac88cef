//! The authority: read from its two files if they exist, else created and written there.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

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
    file: PathBuf,
}

/// A certificate and its key.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
}

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

impl Authority {
    /// Reads the certificate from `file` and its key from `file.key`, both in PEM. Creates both if neither exists.
    pub fn read_or_make(file: &Path) -> Result<Self, AuthorityError> {
        let key_file = key_file(file);
        match (file.exists(), key_file.exists()) {
            (true, true) => Self::read(file, &key_file),
            (false, false) => Self::make(file, &key_file),
            (true, false) => {
                Err(AuthorityError::Half { present: file.to_owned(), missing: key_file })
            }
            (false, true) => {
                Err(AuthorityError::Half { present: key_file, missing: file.to_owned() })
            }
        }
    }

    /// The certificate's file, which a client must trust.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn read(file: &Path, key_file: &Path) -> Result<Self, AuthorityError> {
        let invalid = |reason| AuthorityError::Content { path: file.to_owned(), reason };
        let key = KeyPair::from_pem(&read(key_file)?).map_err(invalid)?;
        let issuer = Issuer::from_ca_cert_pem(&read(file)?, key).map_err(invalid)?;
        Ok(Self { issuer, file: absolute(file) })
    }

    fn make(file: &Path, key_file: &Path) -> Result<Self, AuthorityError> {
        let mut params = params(Vec::new(), AUTHORITY_LIFETIME)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
            .distinguished_name
            .push(DnType::CommonName, "idxlab test authority, for this machine alone");
        let key = KeyPair::generate().map_err(AuthorityError::Certificate)?;
        let certificate: Certificate =
            params.self_signed(&key).map_err(AuthorityError::Certificate)?;
        // The key first: a certificate without its key is refused as half of an authority.
        write(key_file, &key.serialize_pem(), 0o600)?;
        write(file, &certificate.pem(), 0o644)?;
        Ok(Self { issuer: Issuer::new(params, key), file: absolute(file) })
    }

    /// A certificate for names and IP addresses.
    pub(crate) fn leaf(&self, names: Vec<String>) -> Result<Leaf, AuthorityError> {
        let common_name = names.first().cloned().unwrap_or_default();
        let mut params = params(names, LEAF_LIFETIME)?;
        params.distinguished_name.push(DnType::CommonName, common_name);
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

fn key_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

fn read(path: &Path) -> Result<String, AuthorityError> {
    std::fs::read_to_string(path).map_err(|source| AuthorityError::File {
        what: "read",
        path: path.to_owned(),
        source,
    })
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), AuthorityError> {
    let failed = |source| AuthorityError::File { what: "write", path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}

/// A client can use the path from another folder.
fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
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
        let mode = std::fs::metadata(key_file(&folder.file())).unwrap().permissions().mode();
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
