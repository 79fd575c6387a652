//! Tasks as a domain of the kernel.

use lifeos_kernel::search::SearchText;
use lifeos_kernel::{Context, Domain, Draft, RecordId, Rejected, Reverted, Stamp, Stamped};

use crate::command::TasksCommand;
use crate::event::TasksEvent;
use crate::fields::Presence;
use crate::history::{self, TasksChange, TasksReversal};
use crate::query::{self, TasksQuery};
use crate::record::{TasksState, checklist_text};
use crate::view::{TasksFound, TasksView, TodayView};
use crate::{apply, decide};

/// Tasks, projects, sections and labels.
#[derive(Debug, Clone, Copy)]
pub struct Tasks;

impl Domain for Tasks {
    const NAME: &'static str = "tasks";
    const VERSION: u16 = 1;
    const KINDS: &'static [&'static str] = &[
        "taskCreated",
        "taskEdited",
        "taskLabelled",
        "taskUnlabelled",
        "taskTimeLogged",
        "taskChecklistEdited",
        "taskImported",
        "taskTimeImported",
        "projectCreated",
        "projectEdited",
        "projectImported",
        "sectionCreated",
        "sectionEdited",
        "sectionImported",
        "labelCreated",
        "labelEdited",
        "labelImported",
    ];

    type Event = TasksEvent;
    type State = TasksState;
    type Command = TasksCommand;
    type Query = TasksQuery;
    type View = TasksView;
    type Reversal = TasksReversal;
    type Change = TasksChange;

    fn decide(
        state: &TasksState,
        command: TasksCommand,
        context: &Context,
    ) -> Result<Vec<Draft<TasksEvent>>, Rejected> {
        decide::decide(state, command, context)
    }

    fn apply(state: &mut TasksState, event: Stamped<TasksEvent>) {
        apply::apply(state, event);
    }

    fn query(state: &TasksState, query: TasksQuery, context: &Context) -> TasksView {
        query::answer(state, &query, context)
    }

    fn forget(state: &mut TasksState, record: RecordId) {
        apply::forget(state, record);
    }

    fn extract(state: &TasksState, record: RecordId) -> TasksState {
        apply::extract(state, record)
    }

    fn capture(state: &TasksState, event: &Stamped<TasksEvent>) -> TasksReversal {
        history::capture(state, event)
    }

    fn revert(
        state: &TasksState,
        record: RecordId,
        reversal: &TasksReversal,
        context: &Context,
    ) -> Reverted<TasksEvent> {
        history::revert(state, record, reversal, context)
    }

    fn restore(
        state: &TasksState,
        then: &TasksState,
        record: RecordId,
        context: &Context,
    ) -> Vec<Draft<TasksEvent>> {
        history::restore(state, then, record, context)
    }

    fn describe(before: &TasksState, after: &TasksState, record: RecordId) -> Vec<TasksChange> {
        history::describe(before, after, record)
    }

    fn search_text(state: &TasksState, record: RecordId) -> Option<SearchText> {
        if let Some(task) = state
            .tasks
            .get(&record)
            .filter(|task| task.entry.is_present())
        {
            let mut body = task.notes().to_owned();
            for (_, item) in task.checklist_in_order() {
                body.push('\n');
                body.push_str(checklist_text(item));
            }
            for label in task
                .labels
                .iter()
                .filter_map(|label| state.labels.get(label))
            {
                body.push('\n');
                body.push_str(label.title());
            }
            return Some(SearchText {
                title: task.entry.title().to_owned(),
                body,
            });
        }
        if let Some(project) = state
            .projects
            .get(&record)
            .filter(|entry| entry.is_present())
        {
            let text = |key| match project.fields.get(key) {
                Some(crate::ProjectField::Goal(text) | crate::ProjectField::Notes(text)) => {
                    text.as_str()
                }
                _ => "",
            };
            let body = format!(
                "{}\n{}",
                text(crate::ProjectKey::Goal),
                text(crate::ProjectKey::Notes)
            );
            return Some(SearchText {
                title: project.title().to_owned(),
                body,
            });
        }
        let label = state
            .labels
            .get(&record)
            .filter(|entry| entry.is_present())?;
        Some(SearchText {
            title: label.title().to_owned(),
            body: String::new(),
        })
    }

    fn trash(state: &TasksState, record: RecordId, context: &Context) -> Option<Draft<TasksEvent>> {
        let at_ms = i64::try_from(context.now_ms).unwrap_or(i64::MAX);
        let (presence, event) = decide::stand(state, record, Presence::Trashed { at_ms })?;
        (presence == Presence::Present).then_some(Draft {
            record,
            at_ms,
            event,
        })
    }

    fn expired(state: &TasksState, now_ms: u64) -> Vec<Draft<TasksEvent>> {
        decide::expired(state, now_ms)
    }

    fn purged(state: &TasksState) -> Vec<(RecordId, Stamp)> {
        decide::purged(state)
    }

    fn purged_by(state: &TasksState, record: RecordId) -> Option<Stamp> {
        decide::purged_by(state, record)
    }

    fn meets(state: &TasksState, event: &Stamped<TasksEvent>) -> Vec<(String, Stamp)> {
        history::meets(state, event)
    }

    fn search_dependents(state: &TasksState, record: RecordId) -> Vec<RecordId> {
        if !state.labels.contains_key(&record) {
            return Vec::new();
        }
        state
            .index
            .rows
            .iter()
            .filter(|row| row.labels.contains(&record))
            .map(|row| row.record)
            .collect()
    }

    fn records(state: &TasksState) -> Vec<RecordId> {
        let others = state
            .projects
            .keys()
            .chain(state.sections.keys())
            .chain(state.labels.keys());
        state.tasks.keys().chain(others.copied()).collect()
    }
}

impl Tasks {
    /// Returns what the day asks for.
    #[must_use]
    pub fn today(state: &TasksState, context: &Context) -> TodayView {
        query::today(state, context)
    }

    /// Returns a record that a search found, as the page shows it.
    #[must_use]
    pub fn found(state: &TasksState, record: RecordId, context: &Context) -> Option<TasksFound> {
        query::found(state, record, context)
    }
}
