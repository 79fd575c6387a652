//! What spans records, settled the same way everywhere.

use lifeos_kernel::{RecordId, Stamp};

use crate::fields::{Presence, TaskKey};
use crate::record::TasksState;

/// Where a task hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hangs {
    /// At the root.
    Root,
    /// Under a task.
    Under(RecordId),
    /// At the root, because its parent is in the trash.
    Lost,
}

/// Returns where a task hangs: in a loop of parents the youngest edge is ignored; the child of a
/// trashed parent is lost, of one that is not there at the root.
pub(crate) fn effective_parent(state: &TasksState, task: RecordId) -> Hangs {
    let Some((parent, edge)) = edge(state, task) else {
        return Hangs::Root;
    };
    // Walk up; a second step onto any record means a loop.
    let mut youngest = edge;
    let mut at = parent;
    let mut seen = vec![task];
    loop {
        if at == task {
            // In the loop: the youngest edge of the loop does not hold.
            if youngest == edge {
                return Hangs::Root;
            }
            break;
        }
        if seen.contains(&at) {
            // Above it is a loop that it is no part of.
            break;
        }
        seen.push(at);
        let Some((next, stamp)) = self::edge(state, at) else {
            break;
        };
        youngest = youngest.max(stamp);
        at = next;
    }
    match state.tasks.get(&parent) {
        Some(entry) if entry.entry.is_present() => Hangs::Under(parent),
        Some(entry)
            if matches!(entry.entry.presence(), Presence::Trashed { .. })
                && entry.entry.born.is_some() =>
        {
            Hangs::Lost
        }
        _ => Hangs::Root,
    }
}

/// Tells whether a task would come to stand under itself.
pub(crate) fn would_loop(state: &TasksState, task: RecordId, parent: RecordId) -> bool {
    let mut at = parent;
    let mut seen = Vec::new();
    loop {
        if at == task {
            return true;
        }
        if seen.contains(&at) {
            return false;
        }
        seen.push(at);
        match edge(state, at) {
            Some((next, _)) => at = next,
            None => return false,
        }
    }
}

fn edge(state: &TasksState, task: RecordId) -> Option<(RecordId, Stamp)> {
    let parent = state.index.row(task)?.parent?;
    let stamp = state
        .tasks
        .get(&task)?
        .entry
        .fields
        .stamp(TaskKey::Parent)?;
    Some((parent, stamp))
}
