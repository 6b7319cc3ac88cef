//! The processes of a process group, and on Linux also those that left the group, as browsers do.

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::process::Child;

#[cfg(target_os = "linux")]
use super::proc_table::ProcessTree;

/// A child's process group and its descendants.
#[derive(Debug)]
pub(super) struct Members {
    /// `None` if the child had ended at once.
    group: Option<Pid>,
    #[cfg(target_os = "linux")]
    tree: ProcessTree,
}

impl Members {
    /// The child must lead its process group.
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            group: id.and_then(Pid::from_raw),
            #[cfg(target_os = "linux")]
            tree: ProcessTree::of(id),
        }
    }

    /// Whether a process is still running.
    pub(super) fn are_running(&mut self) -> bool {
        #[cfg(target_os = "linux")]
        return !self.tree.running().is_empty();
        #[cfg(not(target_os = "linux"))]
        self.group.is_some_and(|group| test_kill_process_group(group).is_ok())
    }

    pub(super) fn terminate(&mut self) {
        self.signal(Signal::TERM);
    }

    pub(super) fn kill(&mut self) {
        self.signal(Signal::KILL);
    }

    fn signal(&mut self, signal: Signal) {
        // Found before the signal: when a process ends, its children lose their parent.
        #[cfg(target_os = "linux")]
        let running = self.tree.running();
        // A process that has ended in the meantime needs no signal.
        if let Some(group) = self.group
            && test_kill_process_group(group).is_ok()
        {
            let _ = kill_process_group(group, signal);
        }
        #[cfg(target_os = "linux")]
        for process in running {
            let _ = rustix::process::kill_process(process, signal);
        }
    }
}
