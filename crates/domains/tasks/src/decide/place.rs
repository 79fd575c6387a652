//! Finding a place between others, also where two of them ended up on one key.

use lifeos_kernel::{IdSource, OrderKey, Reason, RecordId, Rejected};

use crate::command::Placement;
use crate::index::order_head;
use crate::record::TasksState;

/// Keys for what is placed, and new keys for those that stood in the way.
pub(crate) struct Placed {
    pub(crate) keys: Vec<OrderKey>,
    pub(crate) moved: Vec<(RecordId, OrderKey)>,
}

/// Reads a key that was stored; it was valid when it was.
pub(crate) fn key(text: &str) -> OrderKey {
    OrderKey::stored(text)
}

/// Places `count` things among others, which are in order.
pub(crate) fn place(
    others: &[(RecordId, OrderKey)],
    count: usize,
    place: Placement,
    now_ms: u64,
    ids: &mut IdSource,
) -> Result<Placed, Rejected> {
    let find = |record: RecordId| {
        others
            .iter()
            .position(|(id, _)| *id == record)
            .ok_or(Rejected::new(Reason::Missing).record(record))
    };
    let at = match place {
        Placement::First => 0,
        Placement::Last => others.len(),
        Placement::Before { record } => find(record)?,
        Placement::After { record } => find(record)? + 1,
    };
    let before = at.checked_sub(1).map(|at| &others[at].1);
    // Those right behind that share the key in front, or were never placed, leave no room: they
    // move on, in order.
    let crowd = others[at..]
        .iter()
        .take_while(|(_, key)| Some(key) == before || key.is_unplaced())
        .count();
    let end = others.get(at + crowd).map(|(_, key)| key);
    let mut last = before.cloned();
    let mut next = |last: &mut Option<OrderKey>| {
        let jitter = ids.jitter();
        let key = match end {
            None if matches!(place, Placement::Last) => {
                OrderKey::append(last.as_ref(), now_ms, jitter)
            }
            _ => OrderKey::between(last.as_ref(), end, jitter),
        };
        *last = Some(key.clone());
        key
    };
    let keys = (0..count).map(|_| next(&mut last)).collect();
    let moved = others[at..at + crowd]
        .iter()
        .map(|(record, _)| (*record, next(&mut last)))
        .collect();
    Ok(Placed { keys, moved })
}

/// Places tasks in the one order that all lists of tasks share.
pub(crate) fn place_tasks(
    state: &TasksState,
    tasks: &[RecordId],
    place_at: Placement,
    now_ms: u64,
    ids: &mut IdSource,
) -> Result<Placed, Rejected> {
    let anchor = match place_at {
        Placement::Before { record } | Placement::After { record } => Some(record),
        Placement::First | Placement::Last => None,
    };
    if anchor.is_some_and(|anchor| tasks.contains(&anchor)) {
        return Err(Rejected::new(Reason::NotAllowed));
    }
    let order = |record: RecordId| {
        state
            .tasks
            .get(&record)
            .map_or("", |task| task.entry.order())
    };
    let moving: std::collections::HashSet<RecordId> = tasks.iter().copied().collect();
    let others = || {
        state
            .index
            .rows
            .iter()
            .filter(|row| row.born && !moving.contains(&row.record))
            .map(|row| (row.order, row.record))
    };
    let full = |record: RecordId| (order(record), record);
    // The few that matter: the anchor (or the end), what is in front of it, and what shares keys.
    let mut near: Vec<RecordId> = match (place_at, anchor) {
        (_, Some(anchor)) => {
            if !others().any(|(_, record)| record == anchor) {
                return Err(Rejected::new(Reason::Missing).record(anchor));
            }
            let pivot = (order_head(order(anchor)), anchor);
            let ahead = others()
                .filter(|row| row.0 < pivot.0)
                .map(|row| row.0)
                .max();
            let behind = others()
                .filter(|row| row.0 > pivot.0)
                .map(|row| row.0)
                .min();
            others()
                .filter(|row| row.0 == pivot.0 || Some(row.0) == ahead || Some(row.0) == behind)
                .map(|row| row.1)
                .collect()
        }
        (Placement::First, _) => {
            let first = others().map(|row| row.0).min();
            others()
                .filter(|row| Some(row.0) == first)
                .map(|row| row.1)
                .collect()
        }
        _ => {
            let last = others().map(|row| row.0).max();
            others()
                .filter(|row| Some(row.0) == last)
                .map(|row| row.1)
                .collect()
        }
    };
    near.sort_by(|a, b| full(*a).cmp(&full(*b)));
    let near: Vec<(RecordId, OrderKey)> = near
        .into_iter()
        .map(|record| (record, key(order(record))))
        .collect();
    place(&near, tasks.len(), place_at, now_ms, ids)
}
