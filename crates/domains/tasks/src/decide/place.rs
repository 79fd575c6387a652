//! Finding a place between others, also where two of them ended up on one key.

use std::ops::Bound;

use lifeos_kernel::{IdSource, OrderKey, Reason, RecordId, Rejected};

use crate::command::Placement;
use crate::index::order_head;
use crate::record::TasksState;

const FIRST: RecordId = RecordId([0; 16]);
const LAST: RecordId = RecordId([0xff; 16]);

/// Keys for what is placed, and new keys for those that stood in the way.
pub(crate) struct Placed {
    pub(crate) keys: Vec<OrderKey>,
    pub(crate) moved: Vec<(RecordId, OrderKey)>,
}

/// Reads a key that was stored; it was valid when it was.
pub(crate) fn key(text: &str) -> OrderKey {
    OrderKey::stored(text)
}

/// Puts what has a place in the order of its key; of two with one key the smaller id comes first.
pub(crate) fn order(others: &mut [(RecordId, OrderKey)]) {
    others.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
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
    let orders = state.index.orders();
    let stays = |filed: &&(u128, RecordId)| !moving.contains(&filed.1);
    let full = |record: RecordId| (order(record), record);
    let sharing = |head: u128| {
        let filed = orders.range((head, FIRST)..=(head, LAST));
        filed.filter(stays).map(|filed| filed.1)
    };
    // The few that matter: the anchor (or the end), what is in front of it, and what shares keys.
    let mut near: Vec<RecordId> = match (place_at, anchor) {
        (_, Some(anchor)) => {
            let head = order_head(order(anchor));
            if !orders.contains(&(head, anchor)) {
                return Err(Rejected::new(Reason::Missing).record(anchor));
            }
            let mut ahead = orders.range(..(head, FIRST)).filter(stays);
            let behind = (Bound::Excluded((head, LAST)), Bound::Unbounded);
            let mut behind = orders.range(behind).filter(stays);
            let heads = [
                ahead.next_back().map(|filed| filed.0),
                Some(head),
                behind.next().map(|filed| filed.0),
            ];
            heads.into_iter().flatten().flat_map(sharing).collect()
        }
        (Placement::First, _) => {
            let first = orders.iter().find(stays).map(|filed| filed.0);
            first.into_iter().flat_map(sharing).collect()
        }
        _ => {
            let last = orders.iter().rfind(stays).map(|filed| filed.0);
            last.into_iter().flat_map(sharing).collect()
        }
    };
    near.sort_by(|a, b| full(*a).cmp(&full(*b)));
    let near: Vec<(RecordId, OrderKey)> = near
        .into_iter()
        .map(|record| (record, key(order(record))))
        .collect();
    place(&near, tasks.len(), place_at, now_ms, ids)
}
