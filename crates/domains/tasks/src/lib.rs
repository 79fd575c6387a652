//! Tasks, projects, sections and labels: one area of life.
//!
//! A task has two registers of where it stands: its status (pending, in progress, completed,
//! cancelled) and the list that it was put on (inbox, next, waiting, someday). That it is
//! scheduled, overdue or for today is derived. Every relationship is kept on the child: a task
//! names its parent, project, section and labels. What spans records (a loop of parents, a parent
//! in the trash) is resolved when it is asked for, the same on every device.
#![forbid(unsafe_code)]

mod apply;
mod command;
mod decide;
mod dispute;
mod domain;
mod event;
mod fields;
mod history;
mod import;
mod index;
mod outgoing;
mod query;
mod record;
mod view;

pub use command::{BulkEdit, Placement, TasksCommand};
pub use dispute::{ImportDispute, disputes};
pub use domain::Tasks;
pub use event::TasksEvent;
pub use fields::{
    Block, ChecklistField, ChecklistKey, LabelField, LabelKey, List, Presence, Priority,
    ProjectField, ProjectKey, ProjectStatus, SectionField, SectionKey, Status, StatusChange,
    TaskField, TaskKey,
};
pub use history::{TasksChange, TasksReversal};
pub use import::{
    ImportConflict, ImportItem, ImportOutcome, ImportPlan, ImportedChecklistItem, plan_import,
};
pub use outgoing::{Outgoing, OutgoingRecord, OutgoingTask, Portion, outgoing};
pub use query::{Grouping, Scope, Sorting, TasksQuery};
pub use record::TasksState;
pub use view::{
    ChecklistItemView, CountsView, DueState, GroupView, LabelView, ListView, Progress,
    ProjectDetailView, ProjectView, SectionView, SpentView, TaskDetailView, TaskRow, TasksFound,
    TasksView, TodayView,
};
