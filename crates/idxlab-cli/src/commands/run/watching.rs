//! `--watch`: run again each time a file that the run reads changes.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use notify_debouncer_full::notify::event::{ModifyKind, RemoveKind};
use notify_debouncer_full::notify::{self, Event, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use super::args::Args;
use crate::exit_code::ExitCode;
use crate::output::print_error;
use crate::watch::{DEBOUNCE, absolute, changes_content};

/// Runs `once` now, and again after each change.
pub(super) fn run(
    args: &Args,
    runtime: &Runtime,
    mut stop: watch::Receiver<bool>,
    once: fn(&Args, &Runtime, watch::Receiver<bool>) -> ExitCode,
) -> ExitCode {
    let watched = Watched::of(args);
    if watched.is_empty() {
        print_error(
            "error: --watch needs a file or folder to watch; name your scenarios' folder, as in `idxlab run my/scenarios --watch`",
        );
        return ExitCode::Usage;
    }
    // Watching starts before the first run, so that no change is missed.
    let (_watcher, mut changes) = match watched.start() {
        Ok(started) => started,
        Err(reason) => {
            print_error(&format!("error: failed to watch the files: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    loop {
        // The result is on the screen, and does not end the command.
        let _ = once(args, runtime, stop.clone());
        if !*stop.borrow() {
            print_error(&format!("watching {}; press Ctrl-C to stop", watched.shown()));
        }
        let changed = runtime.block_on(async {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => None,
                changed = next(&mut changes) => changed,
            }
        });
        let Some(changed) = changed else { return ExitCode::Interrupted };
        clear_terminal();
        let changed: Vec<_> = changed.iter().map(|path| shown(path)).collect();
        print_error(&format!("changed: {}", changed.join(", ")));
    }
}

/// Waits for a change and returns every path that has changed by then.
async fn next(
    changes: &mut mpsc::UnboundedReceiver<BTreeSet<PathBuf>>,
) -> Option<BTreeSet<PathBuf>> {
    let mut changed = changes.recv().await?;
    while let Ok(more) = changes.try_recv() {
        changed.extend(more);
    }
    Some(changed)
}

/// The files and folders that a run reads.
#[derive(Debug, Clone, Default)]
struct Watched {
    files: BTreeSet<PathBuf>,
    /// Folders whose TOML files are read, at any depth.
    folders: BTreeSet<PathBuf>,
    /// Folders of shared steps, whose TOML files are read without their subfolders.
    shared: BTreeSet<PathBuf>,
}

impl Watched {
    fn of(args: &Args) -> Self {
        let mut watched = Self::default();
        for word in &args.select {
            let Some(path) = absolute(Path::new(word)) else { continue };
            let shared = path.ancestors().map(|above| above.join("shared"));
            watched.shared.extend(shared.filter(|folder| folder.is_dir()));
            if path.is_dir() {
                watched.folders.insert(path);
            } else {
                watched.files.insert(path);
            }
        }
        if !watched.is_empty() {
            let org = args.org.as_ref().map(Path::new);
            let others = args.known_failures.as_deref().into_iter().chain(org);
            watched.files.extend(others.filter_map(absolute));
        }
        watched
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    fn start(&self) -> notify::Result<Started> {
        let (sender, changes) = mpsc::unbounded_channel();
        let watched = self.clone();
        let send = move |result: DebounceEventResult| {
            let events = result.unwrap_or_default();
            let paths = events.iter().filter_map(|event| watched.changed_by(event)).flatten();
            let paths: BTreeSet<_> = paths.collect();
            if !paths.is_empty() {
                // Sending fails only while the command ends.
                let _ = sender.send(paths);
            }
        };
        let mut watcher = new_debouncer(DEBOUNCE, None, send)?;
        for folder in &self.folders {
            watcher.watch(folder, RecursiveMode::Recursive)?;
        }
        // A file is watched through its folder, because many editors replace the file.
        let beside = self.files.iter().filter_map(|file| file.parent());
        let beside: BTreeSet<_> = beside.chain(self.shared.iter().map(PathBuf::as_path)).collect();
        for folder in beside {
            if !self.folders.iter().any(|watched| folder.starts_with(watched)) {
                watcher.watch(folder, RecursiveMode::NonRecursive)?;
            }
        }
        Ok((watcher, changes))
    }

    /// The paths of an event that the run reads, if the event can change their contents.
    fn changed_by(&self, event: &Event) -> Option<Vec<PathBuf>> {
        if !changes_content(event) {
            return None;
        }
        let is_folder = |path: &Path| {
            !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)))
                && (path.is_dir() || event.kind == EventKind::Remove(RemoveKind::Folder))
        };
        let is_read = |path: &PathBuf| {
            let is_toml = path.extension().is_some_and(|extension| extension == "toml");
            let is_within = self.folders.iter().any(|folder| path.starts_with(folder));
            let is_shared = path.parent().is_some_and(|folder| self.shared.contains(folder));
            self.files.contains(path)
                || (is_toml && (is_within || is_shared))
                || (is_within && is_folder(path))
        };
        Some(event.paths.iter().filter(|path| is_read(path)).cloned().collect())
    }

    fn shown(&self) -> String {
        let paths: Vec<_> =
            self.folders.iter().chain(&self.files).map(|path| shown(path)).collect();
        paths.join(", ")
    }
}

/// The watcher and its changes.
type Started =
    (Debouncer<RecommendedWatcher, RecommendedCache>, mpsc::UnboundedReceiver<BTreeSet<PathBuf>>);

/// The path relative to the current folder, if it is inside it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let near = here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    let near = near.filter(|near| !near.as_os_str().is_empty());
    near.unwrap_or_else(|| path.to_owned()).display().to_string()
}

/// On a terminal, only the newest run is shown. Redirected output keeps every run.
fn clear_terminal() {
    if std::io::stdout().is_terminal() {
        let mut out = anstream::stdout();
        let _ = write!(out, "\x1b[2J\x1b[H").and_then(|()| out.flush());
    }
}
