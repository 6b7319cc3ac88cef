//! A child in a process group of its own, and its end.

use std::io;
use std::process::{ExitStatus, Output};
use std::time::Duration;

use tokio::process::{Child, Command};

#[cfg(unix)]
use super::members::Members;

/// How long a process may take to end before it gets the next signal.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a stopping group is checked: the system reports only the end of the child itself.
const CHECK_INTERVAL: Duration = Duration::from_millis(10);

/// A child and the processes that it started. Dropping it kills all of them.
#[derive(Debug)]
pub(crate) struct ChildGroup {
    child: Child,
    #[cfg(unix)]
    members: Members,
}

impl ChildGroup {
    /// # Errors
    /// When the system cannot start the command.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        command.kill_on_drop(true);
        // The signals of the terminal reach idxlab alone, which then stops its children in order.
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        Ok(Self {
            #[cfg(unix)]
            members: Members::of(&child),
            child,
        })
    }

    /// The child itself, with its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the child itself. Processes that it leaves behind go on until [`Self::stop`].
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Waits for the child, and returns what it wrote. Its standard output and standard error must be pipes.
    pub(crate) async fn output(mut self) -> io::Result<Output> {
        use tokio::io::AsyncReadExt as _;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let (out, err) = (self.child.stdout.take(), self.child.stderr.take());
        let read_stdout = async {
            match out {
                Some(mut pipe) => pipe.read_to_end(&mut stdout).await.map(drop),
                None => Ok(()),
            }
        };
        let read_stderr = async {
            match err {
                Some(mut pipe) => pipe.read_to_end(&mut stderr).await.map(drop),
                None => Ok(()),
            }
        };
        let (status, (), ()) = tokio::try_join!(self.child.wait(), read_stdout, read_stderr)?;
        Ok(Output { status, stdout, stderr })
    }

    /// Waits for every process to end by itself, and then stops those that are left.
    pub(crate) async fn finish(mut self) {
        if !self.ends_in_time().await {
            self.stop().await;
        }
    }

    /// Asks every process to end, waits, and then kills those that are left.
    pub(crate) async fn stop(mut self) {
        #[cfg(unix)]
        self.members.terminate();
        #[cfg(unix)]
        self.ends_in_time().await;
        // Dropping the group kills the rest.
    }

    async fn ends_in_time(&mut self) -> bool {
        let ended = async {
            // A child that nobody waits for stays in the process table.
            let _ = self.child.wait().await;
            #[cfg(unix)]
            while self.members.are_running() {
                // This must be real time: the system does not report the end of another process's children.
                tokio::time::sleep(CHECK_INTERVAL).await;
            }
        };
        tokio::time::timeout(EXIT_TIMEOUT, ended).await.is_ok()
    }
}

#[cfg(unix)]
impl Drop for ChildGroup {
    fn drop(&mut self) {
        self.members.kill();
    }
}
