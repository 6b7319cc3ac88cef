//! The two files of an authority. A process finds both or neither, even if several processes start at once or the disk is full.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::error::AuthorityError;

/// The paths of an authority's files.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    /// The certificate's path with `.key` at the end.
    pub(super) key: PathBuf,
}

impl Files {
    pub(super) fn of(certificate: &Path) -> Self {
        let certificate = certificate.to_owned();
        Self { key: with_suffix(&certificate, ".key"), certificate }
    }

    /// Whether both files exist. The certificate is written last.
    pub(super) fn are_complete(&self) -> bool {
        self.certificate.exists() && self.key.exists()
    }

    /// Refuses one file without the other.
    pub(super) fn check_absent(&self) -> Result<(), AuthorityError> {
        let (present, missing) = match (self.certificate.exists(), self.key.exists()) {
            (false, false) => return Ok(()),
            (true, _) => (&self.certificate, &self.key),
            (false, true) => (&self.key, &self.certificate),
        };
        Err(AuthorityError::Half { present: present.clone(), missing: missing.clone() })
    }

    /// Waits until no other process creates the files. The lock ends with the value.
    pub(super) fn lock(&self) -> Result<File, AuthorityError> {
        let path = with_suffix(&self.certificate, ".lock");
        let lock = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = File::options().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(|source| failed("write", &path, source))
    }

    /// The texts of the certificate and the key.
    pub(super) fn read(&self) -> Result<(String, String), AuthorityError> {
        check_mode(&self.key)?;
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    /// Writes both files or neither. Only their owner can read the key.
    pub(super) fn write(&self, certificate: &str, key: &str) -> Result<(), AuthorityError> {
        write(&self.key, key, 0o600)?;
        write(&self.certificate, certificate, 0o644).inspect_err(|_| {
            // Without its certificate, the key would be refused as half of an authority.
            let _ = fs::remove_file(&self.key);
        })
    }
}

/// The absolute path, which a client can use from another folder.
pub(super) fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Refuses a key that every user can read or write.
fn check_mode(key: &Path) -> Result<(), AuthorityError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(key).map_err(|source| failed("read", key, source))?;
        if metadata.permissions().mode() & 0o007 != 0 {
            return Err(AuthorityError::OpenKey(key.to_owned()));
        }
    }
    #[cfg(not(unix))]
    let _ = key;
    Ok(())
}

fn read(path: &Path) -> Result<String, AuthorityError> {
    fs::read_to_string(path).map_err(|source| failed("read", path, source))
}

/// The file appears when it is complete.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), AuthorityError> {
    let write = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = builder.tempfile_in(folder.unwrap_or_else(|| Path::new(".")))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| failed("write", path, source))
}

fn failed(what: &'static str, path: &Path, source: io::Error) -> AuthorityError {
    AuthorityError::File { what, path: path.to_owned(), source }
}
