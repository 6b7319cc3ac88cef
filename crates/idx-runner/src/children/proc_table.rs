//! Descendants of a process, from Linux's `/proc`.

use std::collections::BTreeSet;

use rustix::process::Pid;

/// A process with its descendants, including those in other process groups. A descendant that lost its parent is known only if it was found before
/// that.
#[derive(Debug)]
pub(super) struct ProcessTree {
    /// The process group's id, which is the id of the process that started it.
    group: Option<i32>,
    /// The descendants found so far. The start time tells a process from a later one with the same id.
    known: BTreeSet<(i32, u64)>,
}

/// One line of the process table.
#[derive(Debug, PartialEq, Eq)]
struct Process {
    id: i32,
    parent: i32,
    group: i32,
    /// In clock ticks since the system started.
    started: u64,
    is_zombie: bool,
}

impl ProcessTree {
    pub(super) fn of(group: Option<i32>) -> Self {
        Self { group, known: BTreeSet::new() }
    }

    /// The ids of the processes that run now.
    pub(super) fn running(&mut self) -> Vec<Pid> {
        let Some(group) = self.group else { return Vec::new() };
        let mut others = table();
        let mut found: Vec<Process> = Vec::new();
        loop {
            let belongs = |process: &mut Process| {
                process.group == group
                    || self.known.contains(&(process.id, process.started))
                    || found.iter().any(|parent| parent.id == process.parent)
            };
            let more: Vec<_> = others.extract_if(.., belongs).collect();
            if more.is_empty() {
                break;
            }
            found.extend(more);
        }
        self.known.extend(found.iter().map(|process| (process.id, process.started)));
        let running = found.iter().filter(|process| !process.is_zombie);
        running.filter_map(|process| Pid::from_raw(process.id)).collect()
    }
}

/// Every process that this one can see. A process that ends meanwhile is left out.
fn table() -> Vec<Process> {
    let Ok(folder) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = folder.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.filter_map(|id| parse(&std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?)).collect()
}

/// Reads `/proc/ID/stat`. See proc_pid_stat(5).
fn parse(stat: &str) -> Option<Process> {
    let (id, rest) = stat.split_once(' ')?;
    // The name of the program is in brackets, and can contain blanks and brackets.
    let (_, fields) = rest.rsplit_once(") ")?;
    let fields: Vec<_> = fields.split(' ').collect();
    Some(Process {
        id: id.parse().ok()?,
        is_zombie: matches!(*fields.first()?, "Z" | "X"),
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_name_with_brackets_is_read() {
        let stat = "42 (a) (b c) S 7 41 40 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 0 0";
        let expected = Process { id: 42, parent: 7, group: 41, started: 987_654, is_zombie: false };
        assert_eq!(parse(stat), Some(expected));
    }

    #[test]
    fn ended_process_is_found_as_zombie() {
        let stat = "42 (sh) Z 7 41 40 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 0 0";
        assert!(parse(stat).is_some_and(|process| process.is_zombie));
    }
}
