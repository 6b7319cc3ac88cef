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
    let reload_if_changed = move |result: DebounceEventResult| {
        let is_change = |event: &Event| changes_content(event) && event.paths.contains(&path);
        let events = result.unwrap_or_default();
        if !events.iter().any(|event| is_change(event)) {
            return;
        }
        // An editor that saves the file may remove it for a moment, but less than the debouncer waits.
        if path.exists() {
            reload(&file, &org);
        } else {
            print_error(&format!("{file} was removed; the org is unchanged"));
        }
    };
    let mut watcher = new_debouncer(DEBOUNCE, None, reload_if_changed)?;
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
