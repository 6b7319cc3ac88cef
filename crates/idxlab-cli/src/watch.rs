//! Helpers for every `--watch`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify_debouncer_full::notify::event::ModifyKind;
use notify_debouncer_full::notify::{Event, EventKind};

/// Changes closer together than this count as one, because editors write a file in several steps.
pub(crate) const DEBOUNCE: Duration = Duration::from_millis(100);

/// Whether an event can change the contents of a file. Reading a file causes events too.
pub(crate) fn changes_content(event: &Event) -> bool {
    !matches!(event.kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

/// The absolute path as events contain it, or `None` if it does not exist. A symbolic link to a file is kept, since it may be changed to point elsewhere.
pub(crate) fn absolute(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return path.canonicalize().ok();
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new(".")).canonicalize().ok()?;
    path.exists().then(|| Some(folder.join(path.file_name()?)))?
}
