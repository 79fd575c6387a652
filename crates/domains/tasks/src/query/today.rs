//! What the day asks for.

use lifeos_kernel::{Context, Day};

use super::list::is_begun;
use super::row::{Days, by_hand, task_row};
use crate::fields::{Priority, Status};
use crate::index::Row;
use crate::record::TasksState;
use crate::view::{TaskRow, TodayView};

/// The part of Today in which a task stands: the first that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    InProgress,
    Overdue,
    Due,
    Scheduled,
    Deferred,
}

impl Part {
    /// Returns the part in which an open task stands, if the day asks for it.
    pub(crate) fn of(row: &Row, days: &Days, today: Day) -> Option<Self> {
        if is_begun(row) {
            return Some(Self::InProgress);
        }
        match days.end() {
            Some(day) if day < today => return Some(Self::Overdue),
            Some(day) if day == today => return Some(Self::Due),
            _ => {}
        }
        if days.scheduled.is_some_and(|day| day <= today) {
            return Some(Self::Scheduled);
        }
        (days.defer == Some(today)).then_some(Self::Deferred)
    }
}

/// Draws the day.
pub(crate) fn today(state: &TasksState, context: &Context) -> TodayView {
    let today = context.today();
    let mut parts: [Vec<(&Row, Days)>; 5] = Default::default();
    let mut completed = 0;
    for row in &state.index.rows {
        if row.is_open() {
            let days = Days::of(state, row, context);
            if let Some(part) = Part::of(row, &days, today) {
                parts[part as usize].push((row, days));
            }
        } else if row.is_present() && row.status == Status::Completed {
            let local_ms = row
                .closed_at_ms
                .saturating_add(i64::from(context.utc_offset_minutes) * 60_000);
            let start_ms = i64::from(context.start_of_day_minutes) * 60_000;
            completed += u32::from(Day::from_epoch_ms(local_ms.saturating_sub(start_ms)) == today);
        }
    }
    let estimate_minutes = parts
        .iter()
        .flatten()
        .map(|(row, _)| row.estimate_minutes)
        .fold(0, u32::saturating_add);
    let starts = |row: &Row| {
        let block = state.tasks.get(&row.record)?.scheduled()?;
        Some(context.local_ms_of(&block.start))
    };
    let [in_progress, overdue, due, scheduled, deferred] = parts;
    let draw = |mut part: Vec<(&Row, Days)>, rank: &dyn Fn(&Row, &Days) -> i64| -> Vec<TaskRow> {
        let weight = |priority: Priority| core::cmp::Reverse(priority);
        part.sort_by(|(a, a_days), (b, b_days)| {
            let ranks =
                (rank(a, a_days), weight(a.priority)).cmp(&(rank(b, b_days), weight(b.priority)));
            ranks.then_with(|| by_hand(state, a, b))
        });
        part.iter()
            .filter_map(|(row, _)| task_row(state, context, row.record))
            .collect()
    };
    TodayView {
        day: today,
        in_progress: draw(in_progress, &|_, _| 0),
        overdue: draw(overdue, &|_, days| {
            days.end().map_or(0, |day| i64::from(day.epoch_days()))
        }),
        due: draw(due, &|_, _| 0),
        scheduled: draw(scheduled, &|row, _| starts(row).unwrap_or(0)),
        deferred: draw(deferred, &|_, _| 0),
        completed,
        estimate_minutes,
    }
}
