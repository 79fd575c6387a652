//! What commands may set on tasks.

use lifeos_kernel::{Reason, RecordId, Rejected};

use super::{Deciding, present, validate};
use crate::fields::{SectionField, SectionKey, TaskField};
use crate::query::would_loop;

impl Deciding<'_> {
    /// Checks fields that a command sets on tasks (all of them, where they are known).
    pub(super) fn check_task_fields(
        &self,
        set: Vec<TaskField>,
        tasks: Option<&[RecordId]>,
    ) -> Result<Vec<TaskField>, Rejected> {
        let set = validate::task(set)?;
        for field in &set {
            match field {
                TaskField::Project(Some(project)) => {
                    present(self.state.projects.get(project), *project)?;
                }
                TaskField::Section(Some(section)) => {
                    let entry = present(self.state.sections.get(section), *section)?;
                    let of = match entry.fields.get(SectionKey::Project) {
                        Some(SectionField::Project(project)) => *project,
                        _ => None,
                    };
                    let given = set.iter().find_map(|field| match field {
                        TaskField::Project(project) => Some(*project),
                        _ => None,
                    });
                    let fits = match (given, tasks) {
                        (Some(project), _) => project == of,
                        (None, Some(tasks)) => tasks.iter().all(|task| {
                            self.state
                                .tasks
                                .get(task)
                                .is_some_and(|task| task.project() == of)
                        }),
                        (None, None) => false,
                    };
                    if !fits {
                        return Err(Rejected::new(Reason::NotAllowed)
                            .field("section")
                            .record(*section));
                    }
                }
                TaskField::Parent(Some(parent)) => {
                    self.task(*parent)?;
                    for task in tasks.unwrap_or_default() {
                        if would_loop(self.state, *task, *parent) {
                            return Err(Rejected::new(Reason::Cycle).field("parent").record(*task));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(set)
    }

    pub(super) fn check_labels(
        &self,
        mut labels: Vec<RecordId>,
    ) -> Result<Vec<RecordId>, Rejected> {
        labels.sort();
        labels.dedup();
        if labels.len() > 100 {
            return Err(Rejected::new(Reason::TooLong).field("labels"));
        }
        for label in &labels {
            present(self.state.labels.get(label), *label)?;
        }
        Ok(labels)
    }
}
