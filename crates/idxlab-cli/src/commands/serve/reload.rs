//! `serve --watch`: replaces the org whenever its file is saved.

use std::path::Path;

use idx_server::{OrgDocument, ServedOrg};
use notify_debouncer_full::notify::{self, Event, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use super::super::orgs;
use crate::output::print_error;
use crate::watch::{DEBOUNCE, absolute, changes_content};

/// Watches until it is dropped.
pub(super) type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// Watches the folder of an org's file, since many editors put a new file in the place of the old one.
pub(super) fn watch(file: &str, org: ServedOrg) -> notify::Result<Watcher> {
    let path = absolute(Path::new(file)).unwrap_or_else(|| file.into());
    let folder = path.parent().unwrap_or_else(|| Path::new(".")).to_owned();
    let file = file.to_owned();
    let reload_if_saved = move |result: DebounceEventResult| {
        let is_save = |event: &Event| changes_content(event) && event.paths.contains(&path);
        let events = result.unwrap_or_default();
        // The file may be gone for a moment while an editor saves it.
        if events.iter().any(|event| is_save(event)) && path.exists() {
            reload(&file, &org);
        }
    };
    let mut watcher = new_debouncer(DEBOUNCE, None, reload_if_saved)?;
    watcher.watch(&folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

fn reload(file: &str, org: &ServedOrg) {
    match OrgDocument::read(file) {
        Ok(document) => {
            org.reload(document.org);
            print_error(&format!("reloaded {file}"));
        }
        Err(error) => {
            print_error(&orgs::refusal(&error));
            print_error(&format!("{file} was not reloaded; the org is unchanged"));
        }
    }
}
