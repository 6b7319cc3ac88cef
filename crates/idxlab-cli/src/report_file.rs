//! A report's file. It appears only when it is complete, so that a run that ends early leaves no half report.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file that is being written.
#[derive(Debug)]
pub(crate) enum ReportFile {
    /// A temporary file in the same folder, and the path that it gets.
    Pending(NamedTempFile, PathBuf),
    /// Something other than a file, such as a pipe or `/dev/null`, which cannot be replaced.
    Direct(File),
}

impl ReportFile {
    /// # Errors
    /// When the folder does not exist or cannot be written to.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(existing) if !existing.is_file() => File::create(path).map(Self::Direct),
            // A file without write permission must not be replaced either.
            Ok(_) => File::options().append(true).open(path).and_then(|_| pending(path)),
            Err(_) => pending(path),
        }
    }

    /// A handle to write with.
    ///
    /// # Errors
    /// When the system has no more file handles.
    pub(crate) fn writer(&self) -> io::Result<File> {
        match self {
            Self::Pending(file, _) => file.as_file().try_clone(),
            Self::Direct(file) => file.try_clone(),
        }
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// When the file cannot be renamed.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Pending(file, path) => file.persist(path).map(drop).map_err(|error| error.error),
            Self::Direct(_) => Ok(()),
        }
    }
}

fn pending(path: &Path) -> io::Result<ReportFile> {
    let path = resolved(path)?;
    let folder = path.parent().ok_or(io::ErrorKind::IsADirectory)?;
    let mut builder = Builder::new();
    builder.prefix(".idxlab-report-");
    // Other users may read a report, as the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(ReportFile::Pending(builder.tempfile_in(folder)?, path))
}

/// The absolute path behind symbolic links. Two spellings of one path give the same result.
///
/// # Errors
/// When the folder does not exist, or the path names no file.
pub(crate) fn resolved(path: &Path) -> io::Result<PathBuf> {
    if let Ok(existing) = path.canonicalize() {
        return Ok(existing);
    }
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(folder.unwrap_or_else(|| Path::new(".")).canonicalize()?.join(name))
}
