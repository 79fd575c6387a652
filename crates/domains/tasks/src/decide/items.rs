//! What belongs to one task: its checklist, and the time spent on it.

use lifeos_kernel::{Day, OrderKey, Reason, RecordId, Rejected};

use super::{Deciding, place, validate};
use crate::command::Placement;
use crate::event::TasksEvent;
use crate::fields::ChecklistField;
use crate::record::{Task, checklist_order};

/// The most entries of one checklist.
const CHECKLIST_LIMIT: usize = 500;
/// The most minutes that one entry of time holds: a day.
const LOG_LIMIT: i32 = 24 * 60;

impl Deciding<'_> {
    pub(super) fn log_time(
        &mut self,
        task: RecordId,
        day: Day,
        minutes: i32,
    ) -> Result<(), Rejected> {
        let known = self.task(task)?;
        if minutes == 0 || minutes.abs() > LOG_LIMIT {
            return Err(Rejected::new(Reason::OutOfRange).field("minutes"));
        }
        let spent = known.spent().get(&day).copied().unwrap_or(0);
        if spent + i64::from(minutes) < 0 {
            return Err(Rejected::new(Reason::OutOfRange)
                .field("minutes")
                .record(task));
        }
        self.push(task, TasksEvent::TaskTimeLogged { day, minutes });
        Ok(())
    }

    pub(super) fn add_item(
        &mut self,
        task: RecordId,
        text: String,
        place: Option<Placement>,
    ) -> Result<(), Rejected> {
        let known = self.task(task)?;
        let items = known.checklist_in_order();
        if items.len() >= CHECKLIST_LIMIT {
            return Err(Rejected::new(Reason::TooLong)
                .field("checklist")
                .record(task));
        }
        let text = validate::title(text)?;
        let item = self.ids.record();
        let set = vec![ChecklistField::Text(text)];
        self.place_item(task, known, item, place.unwrap_or(Placement::Last), set)
    }

    pub(super) fn edit_item(
        &mut self,
        task: RecordId,
        item: RecordId,
        set: Vec<ChecklistField>,
    ) -> Result<(), Rejected> {
        let known = self.task(task)?;
        let fields = known
            .checklist
            .get(&item)
            .ok_or(Rejected::new(Reason::Missing).record(item))?;
        let mut checked = Vec::new();
        for field in set {
            checked.push(match field {
                ChecklistField::Text(text) => ChecklistField::Text(validate::title(text)?),
                ChecklistField::Order(_) => {
                    return Err(Rejected::new(Reason::NotAllowed).field("order"));
                }
                other => other,
            });
        }
        checked.retain(|field| !fields.holds(field));
        validate::once(&mut checked)?;
        self.push_some(
            task,
            !checked.is_empty(),
            TasksEvent::TaskChecklistEdited { item, set: checked },
        );
        Ok(())
    }

    pub(super) fn move_item(
        &mut self,
        task: RecordId,
        item: RecordId,
        place: Placement,
    ) -> Result<(), Rejected> {
        let known = self.task(task)?;
        if !known.checklist_in_order().iter().any(|(id, _)| *id == item) {
            return Err(Rejected::new(Reason::Missing).record(item));
        }
        self.place_item(task, known, item, place, Vec::new())
    }

    fn place_item(
        &mut self,
        task: RecordId,
        known: &Task,
        item: RecordId,
        place: Placement,
        mut set: Vec<ChecklistField>,
    ) -> Result<(), Rejected> {
        let others: Vec<(RecordId, OrderKey)> = known
            .checklist_in_order()
            .iter()
            .filter(|(id, _)| *id != item)
            .map(|(id, fields)| (*id, place::key(checklist_order(fields))))
            .collect();
        let placed = place::place(&others, 1, place, self.context.now_ms, &mut self.ids)?;
        set.extend(placed.keys.into_iter().map(ChecklistField::Order));
        self.push(task, TasksEvent::TaskChecklistEdited { item, set });
        for (other, key) in placed.moved {
            let set = vec![ChecklistField::Order(key)];
            self.push(task, TasksEvent::TaskChecklistEdited { item: other, set });
        }
        Ok(())
    }
}
