//! What the page shows: answers, ready to draw.

use lifeos_kernel::{Day, RecordId, When};
use serde::Serialize;

use crate::fields::{Block, List, Priority, ProjectStatus, Status, StatusChange};

macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type),*
        }
    };
}

/// How close the end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase")]
pub enum DueState {
    /// No due date and no deadline, or done.
    None,
    /// Later than today.
    Later,
    /// Today.
    Today,
    /// Before today.
    Overdue,
}

view! {
    /// How many of how many are done.
    Progress {
        /// Done.
        done: u32,
        /// In all.
        total: u32,
    }
}

view! {
    /// A task as a line of a list.
    TaskRow {
        /// The task.
        id: RecordId,
        /// What is to be done.
        title: String,
        /// Whether there are notes.
        has_notes: bool,
        /// How far it is.
        status: Status,
        /// The list that it was put on.
        list: List,
        /// Not to be looked at before.
        defer: Option<When>,
        /// The time set aside for it.
        scheduled: Option<Block>,
        /// When it should be done.
        due: Option<When>,
        /// When it is too late.
        deadline: Option<When>,
        /// How close the earlier of due and deadline is.
        due_state: DueState,
        /// How much it matters.
        priority: Priority,
        /// Whether it presses.
        urgent: bool,
        /// Whether it counts.
        important: bool,
        /// How long it will take, in minutes.
        estimate_minutes: Option<u32>,
        /// Minutes spent in all.
        spent_minutes: i64,
        /// The project, where there is one (not in the trash).
        project: Option<RecordId>,
        /// The section of the project.
        section: Option<RecordId>,
        /// The task that it is a part of, as far as there is one.
        parent: Option<RecordId>,
        /// Whether it names a parent that is in the trash.
        lost_parent: bool,
        /// Its labels, in the order of labels.
        labels: Vec<RecordId>,
        /// The account of who is to do it.
        assignee: Option<RecordId>,
        /// Its subtasks.
        subtasks: Progress,
        /// The entries of its checklist.
        checklist: Progress,
        /// When it was completed or cancelled, in milliseconds since 1970.
        closed_at_ms: Option<i64>,
        /// Since when it is in the trash, in milliseconds since 1970.
        trashed_at_ms: Option<i64>,
    }
}

view! {
    /// Consecutive rows under one heading.
    GroupView {
        /// The record that is the heading (a project or a section), where it is one.
        record: Option<RecordId>,
        /// Its name, where it has one.
        title: Option<String>,
        /// The day that is the heading, where it is one.
        day: Option<Day>,
        /// The priority that is the heading, where it is one.
        priority: Option<Priority>,
        /// The list that is the heading, where it is one.
        list: Option<List>,
        /// How many tasks are in the group in all, on this page or not.
        total: u32,
        /// Where its rows begin in all rows of the list.
        start: u32,
    }
}

view! {
    /// A page of a list.
    ListView {
        /// The rows of this page.
        rows: Vec<TaskRow>,
        /// The place of its first row in the list.
        start: u32,
        /// How many rows there are in all.
        total: u32,
        /// The headings, where the list is grouped.
        groups: Vec<GroupView>,
        /// What to give as `after` for the next page, where there is one.
        next: Option<RecordId>,
    }
}

view! {
    /// An entry of a checklist.
    ChecklistItemView {
        /// The entry.
        id: RecordId,
        /// What it says.
        text: String,
        /// Whether it is ticked.
        done: bool,
    }
}

view! {
    /// Minutes spent on a day.
    SpentView {
        /// The day.
        day: Day,
        /// The minutes.
        minutes: i64,
    }
}

view! {
    /// Everything about a task.
    TaskDetailView {
        /// As in lists.
        row: TaskRow,
        /// In Markdown.
        notes: String,
        /// The last step of its status, with who or what took it.
        status_change: StatusChange,
        /// The checklist, in order.
        checklist: Vec<ChecklistItemView>,
        /// The subtasks, in order.
        subtasks: Vec<TaskRow>,
        /// Minutes spent by day.
        spent: Vec<SpentView>,
        /// The project's name.
        project_title: Option<String>,
        /// The section's name.
        section_title: Option<String>,
        /// The parent's title.
        parent_title: Option<String>,
        /// When it came into being, in milliseconds since 1970.
        created_at_ms: i64,
        /// When the trash lets it go, in milliseconds since 1970.
        expires_at_ms: Option<i64>,
    }
}

view! {
    /// A project as a line of a list.
    ProjectView {
        /// The project.
        id: RecordId,
        /// Its name.
        title: String,
        /// What will be true when it is done.
        goal: String,
        /// How it is going.
        status: ProjectStatus,
        /// The area of life that it belongs to.
        area: String,
        /// The token of its colour.
        colour: String,
        /// After how many days to look at it again.
        review_days: Option<u32>,
        /// When it was last looked at.
        reviewed: Option<Day>,
        /// Whether it is time to look at it.
        review_due: bool,
        /// Whether it is active and nothing in it is next, in progress or scheduled.
        needs_next_action: bool,
        /// Its tasks.
        tasks: Progress,
        /// Since when it is in the trash, in milliseconds since 1970.
        trashed_at_ms: Option<i64>,
    }
}

view! {
    /// A section of a project.
    SectionView {
        /// The section.
        id: RecordId,
        /// Its name.
        title: String,
        /// How many open tasks it has.
        open: u32,
    }
}

view! {
    /// Everything about a project but its tasks, which are a list.
    ProjectDetailView {
        /// As in lists.
        project: ProjectView,
        /// In Markdown.
        notes: String,
        /// Its sections, in order.
        sections: Vec<SectionView>,
    }
}

view! {
    /// A label.
    LabelView {
        /// The label.
        id: RecordId,
        /// Its name.
        title: String,
        /// The token of its colour.
        colour: String,
        /// How many open tasks have it.
        open: u32,
        /// Since when it is in the trash, in milliseconds since 1970.
        trashed_at_ms: Option<i64>,
    }
}

view! {
    /// The numbers beside the lists.
    CountsView {
        /// Open, in the inbox.
        inbox: u32,
        /// In Today.
        today: u32,
        /// Of these, overdue.
        overdue: u32,
        /// With a date after today.
        upcoming: u32,
        /// Next, not deferred.
        next: u32,
        /// Waiting.
        waiting: u32,
        /// Someday.
        someday: u32,
        /// In the trash: tasks, projects, sections and labels.
        trash: u32,
    }
}

view! {
    /// What the day asks for. A task stands in the first part that it belongs to.
    TodayView {
        /// The person's day.
        day: Day,
        /// Begun.
        in_progress: Vec<TaskRow>,
        /// Due, or too late, before today.
        overdue: Vec<TaskRow>,
        /// Due or at its deadline today.
        due: Vec<TaskRow>,
        /// With time set aside today, or earlier and not done, in order of time.
        scheduled: Vec<TaskRow>,
        /// Put off until today.
        deferred: Vec<TaskRow>,
        /// Completed today.
        completed: u32,
        /// Minutes estimated for what is open here.
        estimate_minutes: u32,
    }
}

/// A record that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TasksFound {
    /// A task.
    Task {
        /// The task.
        task: Box<TaskRow>,
    },
    /// A project.
    Project {
        /// The project.
        project: ProjectView,
    },
    /// A label.
    Label {
        /// The label.
        label: LabelView,
    },
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TasksView {
    /// A page of a list.
    List {
        /// The page.
        list: ListView,
    },
    /// The day.
    Today {
        /// The day.
        today: TodayView,
    },
    /// A task, if it is there.
    Task {
        /// The task.
        task: Option<Box<TaskDetailView>>,
    },
    /// The numbers.
    Counts {
        /// The numbers.
        counts: CountsView,
    },
    /// Projects, in order.
    Projects {
        /// The projects.
        projects: Vec<ProjectView>,
    },
    /// A project, if it is there.
    Project {
        /// The project.
        project: Option<ProjectDetailView>,
    },
    /// Labels, in order.
    Labels {
        /// The labels.
        labels: Vec<LabelView>,
    },
    /// What is in the trash that is no task.
    Trash {
        /// Projects, latest first.
        projects: Vec<ProjectView>,
        /// Sections, latest first; how many tasks they had is not told.
        sections: Vec<SectionView>,
        /// Labels, latest first.
        labels: Vec<LabelView>,
    },
}
