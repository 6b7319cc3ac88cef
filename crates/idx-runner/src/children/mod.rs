//! Child processes: adapters, inbox commands and the command of `--exec`, each with all processes that it starts.

mod group;
#[cfg(unix)]
mod members;
#[cfg(target_os = "linux")]
mod proc_table;

pub(crate) use group::ChildGroup;
