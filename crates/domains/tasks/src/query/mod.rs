//! What can be asked, and how it is answered.

mod detail;
mod list;
mod resolve;
mod row;
mod today;

use lifeos_kernel::{Context, RecordId};
use serde::{Deserialize, Serialize};

use crate::record::TasksState;
use crate::view::TasksView;

/// Which tasks a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Scope {
    /// Open, in the inbox.
    Inbox,
    /// What the day asks for.
    Today,
    /// Open, with a date after today.
    Upcoming,
    /// Open, next, not deferred.
    Next,
    /// Open, waiting.
    Waiting,
    /// Open, someday.
    Someday,
    /// Of a project.
    Project {
        /// The project.
        project: RecordId,
        /// Whether completed and cancelled ones too.
        closed: bool,
    },
    /// With a label.
    Label {
        /// The label.
        label: RecordId,
        /// Whether completed and cancelled ones too.
        closed: bool,
    },
    /// The parts of a task.
    Subtasks {
        /// The task.
        task: RecordId,
    },
    /// Open.
    Open,
    /// Open, to be done by somebody.
    Assigned {
        /// Their account.
        account: RecordId,
    },
    /// Completed and cancelled.
    Logbook,
    /// In the trash.
    Trash,
    /// All that are not in the trash.
    All,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase")]
pub enum Sorting {
    /// As the list wants it: by hand; upcoming by date, logbook and trash latest first.
    #[default]
    Natural,
    /// As they were placed by hand.
    Manual,
    /// The earlier of due and deadline first; those without at the end.
    Due,
    /// The weightiest first.
    Priority,
    /// By title.
    Title,
    /// The newest first.
    Created,
}

/// Under which headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase")]
pub enum Grouping {
    /// None.
    #[default]
    None,
    /// The project.
    Project,
    /// The section of the project.
    Section,
    /// The day: of the next date for open tasks, of completion for closed ones.
    Day,
    /// The priority.
    Priority,
    /// The list.
    List,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TasksQuery {
    /// A page of a list.
    List {
        /// Which tasks.
        scope: Scope,
        /// In which order.
        #[serde(default)]
        sorting: Sorting,
        /// Under which headings.
        #[serde(default)]
        grouping: Grouping,
        /// How many rows at most; 1 to 1,000.
        limit: u32,
        /// The last row of the page before.
        after: Option<RecordId>,
    },
    /// What the day asks for.
    Today,
    /// Everything about a task.
    Task {
        /// The task.
        task: RecordId,
    },
    /// The numbers beside the lists.
    Counts,
    /// All projects.
    Projects {
        /// Whether completed and cancelled ones too.
        closed: bool,
    },
    /// A project with its sections.
    Project {
        /// The project.
        project: RecordId,
    },
    /// All labels.
    Labels,
    /// What is in the trash that is no task.
    Trash,
}

/// The most rows that one answer holds.
pub(crate) const PAGE_LIMIT: u32 = 1_000;

pub(crate) use detail::{found, section_project};
pub(crate) use resolve::{Hangs, effective_parent, would_loop};
pub(crate) use row::{children_in_order, labels_in_order};
pub(crate) use today::today;

/// Answers.
pub(crate) fn answer(state: &TasksState, query: &TasksQuery, context: &Context) -> TasksView {
    match query {
        TasksQuery::List {
            scope,
            sorting,
            grouping,
            limit,
            after,
        } => TasksView::List {
            list: list::page(
                state,
                context,
                *scope,
                *sorting,
                *grouping,
                (*limit).clamp(1, PAGE_LIMIT),
                *after,
            ),
        },
        TasksQuery::Today => TasksView::Today {
            today: today(state, context),
        },
        TasksQuery::Task { task } => TasksView::Task {
            task: detail::task(state, context, *task).map(Box::new),
        },
        TasksQuery::Counts => TasksView::Counts {
            counts: list::counts(state, context),
        },
        TasksQuery::Projects { closed } => TasksView::Projects {
            projects: detail::projects(state, context, *closed),
        },
        TasksQuery::Project { project } => TasksView::Project {
            project: detail::project(state, context, *project),
        },
        TasksQuery::Labels => TasksView::Labels {
            labels: detail::labels(state),
        },
        TasksQuery::Trash => detail::trash(state, context),
    }
}
