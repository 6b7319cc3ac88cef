//! The processes of an adapter. A process that can do many sign-ups is used again.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::error::AdapterPoolError;
use super::process::{AdapterProcess, Timeouts};
use crate::drivers::message::{Hello, PerProcess};

/// Starts the processes of one adapter, and keeps those that are idle.
#[derive(Debug)]
pub struct AdapterPool {
    command: String,
    ca_file: Option<PathBuf>,
    timeouts: Timeouts,
    hello: Hello,
    idle: Mutex<Vec<AdapterProcess>>,
    /// Waits for the processes that must end.
    ending: Mutex<JoinSet<()>>,
}

impl AdapterPool {
    /// Starts a first process, to find out whether the command is an adapter. Every process gets the path of the authority to trust in `IDXLAB_CA`.
    ///
    /// # Errors
    /// When it cannot be started, ends, or sends no valid hello within ten seconds.
    pub async fn start(command: &str, ca_file: Option<PathBuf>) -> Result<Self, AdapterPoolError> {
        Self::start_with(command, ca_file, Timeouts::default()).await
    }

    /// Like [`Self::start`], with other timeouts.
    ///
    /// # Errors
    /// When it cannot be started, ends, or sends no valid hello in time.
    pub async fn start_with(
        command: &str,
        ca_file: Option<PathBuf>,
        timeouts: Timeouts,
    ) -> Result<Self, AdapterPoolError> {
        let first = AdapterProcess::start(command, ca_file.as_deref(), timeouts).await?;
        Ok(Self {
            command: command.to_owned(),
            ca_file,
            timeouts,
            hello: first.hello().clone(),
            idle: Mutex::new(vec![first]),
            ending: Mutex::default(),
        })
    }

    /// How the client introduced itself.
    #[must_use]
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    pub(super) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// An idle process, or else a new one.
    pub(super) async fn take(&self) -> Result<AdapterProcess, AdapterPoolError> {
        let idle = locked(&self.idle).pop();
        match idle {
            Some(process) => Ok(process),
            None => AdapterProcess::start(&self.command, self.ca_file(), self.timeouts).await,
        }
    }

    /// Keeps a process for the next case if it can do another sign-up and wrote nothing unexpected, and ends it otherwise.
    pub(super) fn put_back(&self, process: AdapterProcess) {
        if process.hello().per_process == PerProcess::Many && process.is_quiet() {
            locked(&self.idle).push(process);
        } else {
            self.end(process);
        }
    }

    /// Ends a process, without waiting for that. A browser takes a while to end.
    pub(super) fn end(&self, process: AdapterProcess) {
        // Without a runtime nobody can wait, and dropping the process kills it.
        if let Ok(runtime) = Handle::try_current() {
            let mut ending = locked(&self.ending);
            while ending.try_join_next().is_some() {}
            ending.spawn_on(process.finish(), &runtime);
        }
    }

    /// Ends every process, and returns when all have ended.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *locked(&self.idle));
        for process in idle {
            self.end(process);
        }
        let ending = std::mem::take(&mut *locked(&self.ending));
        ending.join_all().await;
    }
}

/// Nothing is awaited while a list is locked.
fn locked<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
