//! Lists: which tasks, in which order, under which headings, a page at a time.

use core::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use lifeos_kernel::{Context, Day, RecordId};

use super::resolve::{Hangs, effective_parent};
use super::row::{Days, by_hand, children_in_order, task_row};
use super::today::Part;
use super::{Grouping, Scope, Sorting};
use crate::fields::{List, Presence, Priority, Status};
use crate::index::{Row, folded, is_whole};
use crate::record::{Entry, TasksState};
use crate::view::{CountsView, GroupView, ListView};

/// A row with what it is sorted by.
struct Sorted<'a> {
    row: &'a Row,
    group: i64,
    rank: i64,
}

/// Draws a page of a list.
pub(crate) fn page(
    state: &TasksState,
    context: &Context,
    scope: Scope,
    sorting: Sorting,
    grouping: Grouping,
    limit: u32,
    after: Option<RecordId>,
) -> ListView {
    let headings = Headings::of(state, grouping, scope == Scope::Logbook);
    let sorted = |row| sorted(state, context, &headings, scope, sorting, row);
    let mut rows: Vec<Sorted<'_>> = matching(state, context, scope)
        .into_iter()
        .map(sorted)
        .collect();
    let by_title = |a: &Row, b: &Row| match sorting {
        Sorting::Title => by_title(state, a, b),
        _ => Ordering::Equal,
    };
    let compare = |a: &Sorted<'_>, b: &Sorted<'_>| {
        let ranks = (a.group, a.rank).cmp(&(b.group, b.rank));
        ranks
            .then_with(|| by_title(a.row, b.row))
            .then_with(|| by_hand(state, a.row, b.row))
    };
    let groups = headings.groups(&rows);
    // The next page begins behind the place that the last row has, or would have if it is gone.
    let start = after
        .and_then(|after| state.index.row(after))
        .map_or(0, |row| {
            let last = sorted(row);
            rows.iter()
                .filter(|row| compare(row, &last) != Ordering::Greater)
                .count()
        });
    // Only the page is sorted: what comes before and after it only has to be on its side.
    let (total, end) = (rows.len(), rows.len().min(start + limit as usize));
    if start > 0 && start < total {
        rows.select_nth_unstable_by(start, compare);
    }
    if end < total {
        rows[start..].select_nth_unstable_by(end - start, compare);
    }
    let page = &mut rows[start..end];
    page.sort_unstable_by(compare);
    ListView {
        groups,
        start: start as u32,
        total: total as u32,
        next: page
            .last()
            .filter(|_| end < total)
            .map(|row| row.row.record),
        rows: page
            .iter()
            .filter_map(|row| task_row(state, context, row.row.record))
            .collect(),
    }
}

/// Draws the numbers beside the lists.
pub(crate) fn counts(state: &TasksState, context: &Context) -> CountsView {
    let mut counts = CountsView {
        inbox: 0,
        today: 0,
        overdue: 0,
        upcoming: 0,
        next: 0,
        waiting: 0,
        someday: 0,
        trash: others_in_trash(state),
    };
    let today = context.today();
    for row in &state.index.rows {
        if row.born && matches!(row.presence, Presence::Trashed { .. }) {
            counts.trash += 1;
        }
        if !row.is_open() {
            continue;
        }
        let days = Days::of(state, row, context);
        let part = Part::of(row, &days, today);
        counts.today += u32::from(part.is_some());
        counts.overdue += u32::from(days.end().is_some_and(|day| day < today));
        counts.upcoming += u32::from(days.next_after(today).is_some());
        if !at_root(state, row) {
            continue;
        }
        match row.list {
            List::Inbox => counts.inbox += 1,
            List::Next => counts.next += u32::from(days.defer.is_none_or(|day| day <= today)),
            List::Waiting => counts.waiting += 1,
            List::Someday => counts.someday += 1,
        }
    }
    counts
}

/// Returns the rows of a scope, in no order.
fn matching<'a>(state: &'a TasksState, context: &Context, scope: Scope) -> Vec<&'a Row> {
    let rows = &state.index.rows;
    let today = context.today();
    let open = |keep: &dyn Fn(&Row) -> bool| {
        rows.iter()
            .filter(|row| row.is_open() && keep(row))
            .collect()
    };
    let open_days = |keep: &dyn Fn(&Row, &Days) -> bool| {
        rows.iter()
            .filter(|row| row.is_open() && keep(row, &Days::of(state, row, context)))
            .collect()
    };
    match scope {
        Scope::Inbox => open(&|row| row.list == List::Inbox && at_root(state, row)),
        Scope::Waiting => open(&|row| row.list == List::Waiting && at_root(state, row)),
        Scope::Someday => open(&|row| row.list == List::Someday && at_root(state, row)),
        Scope::Next => open_days(&|row, days| {
            row.list == List::Next
                && days.defer.is_none_or(|day| day <= today)
                && at_root(state, row)
        }),
        Scope::Today => open_days(&|row, days| Part::of(row, days, today).is_some()),
        Scope::Upcoming => open_days(&|_, days| days.next_after(today).is_some()),
        Scope::Project { project, closed } => rows
            .iter()
            .filter(|row| {
                row.project == Some(project)
                    && row.is_present()
                    && (closed || !row.status.is_closed())
                    && at_root(state, row)
            })
            .collect(),
        Scope::Label { label, closed } => rows
            .iter()
            .filter(|row| {
                row.labels.contains(&label)
                    && row.is_present()
                    && (closed || !row.status.is_closed())
            })
            .collect(),
        Scope::Subtasks { task } => children_in_order(state, task)
            .into_iter()
            .filter_map(|child| state.index.row(child))
            .collect(),
        Scope::Open => open(&|row| at_root(state, row)),
        Scope::Assigned { account } => open(&|row| {
            let task = state.tasks.get(&row.record);
            task.is_some_and(|task| task.assignee() == Some(account))
        }),
        Scope::Logbook => rows
            .iter()
            .filter(|row| row.is_present() && row.status.is_closed())
            .collect(),
        Scope::Trash => rows
            .iter()
            .filter(|row| row.born && matches!(row.presence, Presence::Trashed { .. }))
            .collect(),
        Scope::All => rows.iter().filter(|row| row.is_present()).collect(),
    }
}

fn at_root(state: &TasksState, row: &Row) -> bool {
    row.parent.is_none() || !matches!(effective_parent(state, row.record), Hangs::Under(_))
}

fn sorted<'a>(
    state: &TasksState,
    context: &Context,
    headings: &Headings,
    scope: Scope,
    sorting: Sorting,
    row: &'a Row,
) -> Sorted<'a> {
    let days = || Days::of(state, row, context);
    let day = || match scope {
        Scope::Logbook => Some(closed_day(context, row)),
        _ if row.status.is_closed() => Some(closed_day(context, row)),
        Scope::Upcoming => days().next_after(context.today()),
        _ => {
            let days = days();
            [days.due, days.deadline, days.scheduled, days.defer]
                .into_iter()
                .flatten()
                .min()
        }
    };
    let last = i64::from(Day::LAST.epoch_days()) + 1;
    let rank = match sorting {
        Sorting::Natural => match scope {
            Scope::Logbook => -row.closed_at_ms,
            Scope::Trash => match row.presence {
                Presence::Trashed { at_ms } => at_ms.saturating_neg(),
                _ => 0,
            },
            Scope::Upcoming => days()
                .next_after(context.today())
                .map_or(last, |day| i64::from(day.epoch_days())),
            _ => 0,
        },
        Sorting::Manual | Sorting::Title => 0,
        Sorting::Due => days().end().map_or(last, |day| i64::from(day.epoch_days())),
        Sorting::Priority => -(priority_rank(row.priority)),
        Sorting::Created => row.born_at_ms.saturating_neg(),
    };
    Sorted {
        row,
        group: headings.group(row, day),
        rank,
    }
}

/// Compares two tasks by their titles; where the beginnings are equal, the whole of them.
fn by_title(state: &TasksState, a: &Row, b: &Row) -> Ordering {
    let whole = |row: &Row| {
        let task = state.tasks.get(&row.record);
        task.map_or_else(String::new, |task| folded(task.entry.title()))
    };
    a.title.cmp(&b.title).then_with(|| {
        if is_whole(&a.title) {
            Ordering::Equal
        } else {
            whole(a).cmp(&whole(b))
        }
    })
}

fn closed_day(context: &Context, row: &Row) -> Day {
    let local_ms = row
        .closed_at_ms
        .saturating_add(i64::from(context.utc_offset_minutes) * 60_000);
    Day::from_epoch_ms(local_ms.saturating_sub(i64::from(context.start_of_day_minutes) * 60_000))
}

fn priority_rank(priority: Priority) -> i64 {
    match priority {
        Priority::None => 0,
        Priority::Low => 1,
        Priority::Medium => 2,
        Priority::High => 3,
    }
}

const PRIORITIES: [Priority; 4] = [
    Priority::High,
    Priority::Medium,
    Priority::Low,
    Priority::None,
];
const LISTS: [List; 4] = [List::Inbox, List::Next, List::Waiting, List::Someday];
const NO_DAY: i64 = i64::MAX;

/// The headings that rows can come under, each with its place.
struct Headings {
    grouping: Grouping,
    descending: bool,
    places: HashMap<RecordId, i64>,
    named: Vec<(RecordId, String)>,
}

impl Headings {
    fn of(state: &TasksState, grouping: Grouping, descending: bool) -> Self {
        fn in_order<F: crate::record::Placed>(
            all: &BTreeMap<RecordId, Entry<F>>,
        ) -> Vec<(RecordId, String)> {
            let mut entries: Vec<_> = all
                .iter()
                .filter(|(_, entry)| entry.is_present())
                .map(|(id, entry)| (entry.order(), *id, entry.title()))
                .collect();
            entries.sort();
            entries
                .into_iter()
                .map(|(_, id, title)| (id, title.to_owned()))
                .collect()
        }
        let named = match grouping {
            Grouping::Project => in_order(&state.projects),
            Grouping::Section => in_order(&state.sections),
            _ => Vec::new(),
        };
        let places = named
            .iter()
            .zip(1..)
            .map(|((id, _), place)| (*id, place))
            .collect();
        Self {
            grouping,
            descending,
            places,
            named,
        }
    }

    fn group(&self, row: &Row, day: impl FnOnce() -> Option<Day>) -> i64 {
        let place = |record: Option<RecordId>| {
            record
                .and_then(|id| self.places.get(&id))
                .copied()
                .unwrap_or(0)
        };
        match self.grouping {
            Grouping::None => 0,
            Grouping::Project => place(row.project),
            Grouping::Section => place(row.section),
            Grouping::Day => day().map_or(NO_DAY, |day| {
                let days = i64::from(day.epoch_days());
                if self.descending { -days } else { days }
            }),
            Grouping::Priority => -priority_rank(row.priority),
            Grouping::List => LISTS
                .iter()
                .position(|list| *list == row.list)
                .map_or(0, |place| place as i64),
        }
    }

    fn groups(&self, rows: &[Sorted<'_>]) -> Vec<GroupView> {
        if self.grouping == Grouping::None {
            return Vec::new();
        }
        let mut totals: BTreeMap<i64, u32> = BTreeMap::new();
        for row in rows {
            *totals.entry(row.group).or_default() += 1;
        }
        let mut start = 0;
        let mut groups = Vec::with_capacity(totals.len());
        for (group, total) in totals {
            groups.push(GroupView {
                total,
                ..self.heading(group, start)
            });
            start += total;
        }
        groups
    }

    fn heading(&self, group: i64, start: u32) -> GroupView {
        let mut view = GroupView {
            record: None,
            title: None,
            day: None,
            priority: None,
            list: None,
            total: 1,
            start,
        };
        match self.grouping {
            Grouping::None => {}
            Grouping::Project | Grouping::Section => {
                if let Some((record, title)) = usize::try_from(group - 1)
                    .ok()
                    .and_then(|at| self.named.get(at))
                {
                    view.record = Some(*record);
                    view.title = Some(title.clone());
                }
            }
            Grouping::Day if group == NO_DAY => {}
            Grouping::Day => {
                let days = if self.descending { -group } else { group };
                view.day = i32::try_from(days).ok().map(Day::from_epoch_days);
            }
            Grouping::Priority => {
                view.priority = PRIORITIES
                    .into_iter()
                    .find(|priority| -priority_rank(*priority) == group);
            }
            Grouping::List => {
                view.list = usize::try_from(group)
                    .ok()
                    .and_then(|at| LISTS.get(at))
                    .copied()
            }
        }
        view
    }
}

fn others_in_trash(state: &TasksState) -> u32 {
    let projects = state
        .projects
        .values()
        .filter(|entry| entry.trashed_at_ms().is_some())
        .count();
    let sections = state
        .sections
        .values()
        .filter(|entry| entry.trashed_at_ms().is_some())
        .count();
    let labels = state
        .labels
        .values()
        .filter(|entry| entry.trashed_at_ms().is_some())
        .count();
    (projects + sections + labels) as u32
}

/// Tells whether a task is begun.
pub(crate) fn is_begun(row: &Row) -> bool {
    row.status == Status::InProgress
}
