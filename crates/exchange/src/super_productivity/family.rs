//! What tasks are to each other: parents, cycles, and the order in which they are shown.

use std::collections::{BTreeMap, HashMap};

use lifeos_kernel::Day;

use crate::findings::Findings;
use crate::place::Place;
use crate::report::{Notice, Reason, Shape};
use crate::tree::break_cycles;

use super::projects::Draft;
use super::tasks::Raw;

/// Tasks by number (their place in the file), with their parents.
pub(super) struct Family {
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
}

impl Family {
    pub(super) fn new(tasks: &[Raw<'_>], findings: &mut Findings) -> Self {
        let numbers = numbers(tasks);
        let mut parents = named_parents(tasks, &numbers, findings);
        parents_from_lists(tasks, &numbers, &mut parents, findings);
        break_cycles(&mut parents, |first| {
            note(Reason::ParentCycle, &tasks[first], findings);
        });
        let children = children(tasks, &numbers, &parents);
        Self { parents, children }
    }

    pub(super) fn parent(&self, number: usize) -> Option<usize> {
        self.parents[number]
    }

    pub(super) fn has_children(&self, number: usize) -> bool {
        !self.children[number].is_empty()
    }

    /// Returns all tasks in the order in which they are shown: by project, its list before its
    /// backlog, then those in no list; live before archived; subtasks behind their parent.
    pub(super) fn order(&self, tasks: &[Raw<'_>], drafts: &[Draft<'_>]) -> Vec<usize> {
        let numbers = numbers(tasks);
        let listed = drafts
            .iter()
            .flat_map(|draft| draft.task_ids.iter().chain(&draft.backlog_ids))
            .filter_map(|id| numbers.get(id).copied());
        let mut ordered = Vec::with_capacity(tasks.len());
        let mut taken = vec![false; tasks.len()];
        for root in listed.chain(0..tasks.len()) {
            // An archived task comes with the archive, whatever a stale list says.
            if self.parents[root].is_none() && !tasks[root].shelf.is_archive {
                self.push_with_children(root, &mut ordered, &mut taken);
            }
        }
        for number in 0..tasks.len() {
            if self.parents[number].is_none() {
                self.push_with_children(number, &mut ordered, &mut taken);
            }
        }
        ordered
    }

    /// Returns each task's own work: the file keeps with a parent the sum over its subtasks.
    pub(super) fn own_work(
        &self,
        tasks: &[Raw<'_>],
        findings: &mut Findings,
    ) -> Vec<BTreeMap<Day, i64>> {
        let mut own: Vec<_> = tasks.iter().map(|task| task.spent_ms.clone()).collect();
        for (number, children) in self.children.iter().enumerate() {
            let mut is_less = false;
            for child in children {
                for (day, ms) in &tasks[*child].spent_ms {
                    if let Some(sum) = own[number].get_mut(day) {
                        is_less |= *sum > 0;
                        *sum = (*sum - ms).max(0);
                    }
                }
            }
            if is_less {
                findings.reshaped(Shape::TimeOfSubtasksOffParent);
            }
            own[number].retain(|_, ms| *ms > 0);
        }
        own
    }

    fn push_with_children(&self, root: usize, ordered: &mut Vec<usize>, taken: &mut [bool]) {
        let mut waiting = vec![root];
        while let Some(number) = waiting.pop() {
            if !std::mem::replace(&mut taken[number], true) {
                ordered.push(number);
                waiting.extend(self.children[number].iter().rev());
            }
        }
    }
}

fn numbers<'j>(tasks: &[Raw<'j>]) -> HashMap<&'j str, usize> {
    tasks
        .iter()
        .enumerate()
        .map(|(number, task)| (task.id, number))
        .collect()
}

fn named_parents(
    tasks: &[Raw<'_>],
    numbers: &HashMap<&str, usize>,
    findings: &mut Findings,
) -> Vec<Option<usize>> {
    let mut parents = Vec::with_capacity(tasks.len());
    for task in tasks {
        let parent = task.parent.and_then(|id| numbers.get(id).copied());
        if task.parent.is_some() && parent.is_none() {
            note(Reason::DanglingParent, task, findings);
        }
        parents.push(parent);
    }
    parents
}

/// A subtask that forgot its parent, and is in the parent's own list, is still its subtask.
fn parents_from_lists(
    tasks: &[Raw<'_>],
    numbers: &HashMap<&str, usize>,
    parents: &mut [Option<usize>],
    findings: &mut Findings,
) {
    for (number, task) in tasks.iter().enumerate() {
        for child in task
            .children
            .iter()
            .filter_map(|id| numbers.get(id).copied())
        {
            let is_free = parents[child].is_none() && tasks[child].parent.is_none();
            if is_free && child != number {
                parents[child] = Some(number);
                findings.warn(Notice::ParentFromList);
            }
        }
    }
}

/// Children in the order of their parent's list, those that it forgets last.
fn children(
    tasks: &[Raw<'_>],
    numbers: &HashMap<&str, usize>,
    parents: &[Option<usize>],
) -> Vec<Vec<usize>> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); tasks.len()];
    let mut placed = vec![false; tasks.len()];
    for (number, task) in tasks.iter().enumerate() {
        for child in task
            .children
            .iter()
            .filter_map(|id| numbers.get(id).copied())
        {
            if parents[child] == Some(number) && !std::mem::replace(&mut placed[child], true) {
                children[number].push(child);
            }
        }
    }
    for (number, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent.filter(|_| !placed[number]) {
            children[parent].push(number);
        }
    }
    children
}

fn note(reason: Reason, task: &Raw<'_>, findings: &mut Findings) {
    let model = Place::names(task.shelf.steps);
    let in_entities = model.name("entities");
    let here = in_entities.name(task.id);
    findings.not_understood(reason, &here.name("parentId"));
}
