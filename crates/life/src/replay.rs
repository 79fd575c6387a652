//! The rule that the state is what its events add up to, put to the test on a few records.

use std::collections::BTreeSet;

use lifeos_kernel::{RecordId, Stamp};

use crate::domains::States;
use crate::fold::RefoldError;
use crate::state::Life;

impl Life {
    /// Returns records out of all that there are, one for each number.
    #[must_use]
    pub fn sample(&self, numbers: &[u64]) -> BTreeSet<RecordId> {
        let drawn = numbers.iter().map(|number| self.history.draw(*number));
        drawn.flatten().collect()
    }

    /// Whether a record is what its events add up to. They are given as for
    /// [`refold`](Self::refold).
    ///
    /// # Errors
    /// [`RefoldError`] where events are missing or malformed.
    pub fn replays(&self, record: RecordId, events: &[Vec<u8>]) -> Result<bool, RefoldError> {
        let mut anew = States::default();
        for event in self.events_of(record, events)? {
            anew.apply(event);
        }
        Ok(anew == self.states.extract(record))
    }

    /// Returns an event of the first record that is another in another fold of the same log; none
    /// where every record is the same.
    #[must_use]
    pub fn differs_at(&self, other: &Self) -> Option<Stamp> {
        let known = self.history.keys().chain(other.history.keys());
        let known: BTreeSet<RecordId> = known.collect();
        let differs = |record: &RecordId| {
            self.record_stamps(*record) != other.record_stamps(*record)
                || self.states.extract(*record) != other.states.extract(*record)
        };
        let record = known.into_iter().find(differs)?;
        let (here, there) = (self.record_stamps(record), other.record_stamps(record));
        let of_one = |stamp: &&Stamp| here.contains(stamp) != there.contains(stamp);
        let both = || here.iter().chain(&there);
        both().find(of_one).or_else(|| both().next()).copied()
    }

    /// Loses what one record is, and keeps the memory of its events: for tests of what notices.
    #[cfg(feature = "testkit")]
    pub fn lose_a_record(&mut self) {
        if let Some(record) = self.history.keys().next() {
            self.states.forget(record);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use lifeos_kernel::laws::context;
    use lifeos_kernel::{Change, ChangeMeta, DeviceId, FlowId, Hlc, IntentId, Source, Stamped};
    use lifeos_tasks::{BulkEdit, TasksCommand};

    use super::*;
    use crate::{Command, stamp_all};

    #[test]
    fn a_record_replays_from_its_events_and_from_no_others() {
        let device = DeviceId([1; 16]);
        let context = context(device, 1);
        let mut life = Life::default();
        let mut clock = Hlc::new(device);
        let mut events = Vec::new();
        let mut write = |life: &mut Life, number: u8, command: TasksCommand| {
            let drafts = life.decide(Command::Tasks { command }, &context).unwrap();
            let stamp = clock.tick(u64::from(number)).unwrap();
            let stamped = stamp_all(drafts, stamp).unwrap();
            let encoded: Vec<_> = stamped
                .iter()
                .map(|one| Life::encode(one).unwrap())
                .collect();
            events.extend(encoded.clone());
            let intent = IntentId([number; 16]);
            let meta = ChangeMeta {
                intent,
                part: 0,
                source: Source::Ui,
                flow: FlowId(intent.0),
                batch: None,
                last_of_batch: false,
            };
            life.fold(&Change {
                meta,
                events: encoded,
            })
            .unwrap();
            stamped
        };
        let made = write(
            &mut life,
            1,
            TasksCommand::CreateTask {
                title: "one".into(),
                set: vec![],
                labels: vec![],
                place: None,
            },
        );
        let record = made[0].record;
        write(
            &mut life,
            2,
            TasksCommand::EditTasks {
                tasks: vec![record],
                edit: BulkEdit::Trash,
            },
        );
        assert_eq!(life.sample(&[0, 1, 5]), BTreeSet::from([record]));
        assert_eq!(life.replays(record, &events), Ok(true));
        assert!(
            life.replays(record, &events[..1]).is_err(),
            "events are missing"
        );
        let stray = Stamped {
            stamp: clock.tick(9).unwrap(),
            ..made[0].clone()
        };
        life.states.forget(record);
        life.states.apply(stray);
        assert_eq!(life.replays(record, &events), Ok(false));
    }

    #[test]
    fn a_sample_has_the_records_at_the_places_of_its_numbers() {
        let mut life = Life::default();
        assert!(life.sample(&[1, 2, 3]).is_empty());
        for number in 0..10 {
            life.history.insert(RecordId([number; 16]), Vec::new());
        }
        let places = |numbers: &[u64]| -> Vec<u8> {
            life.sample(numbers)
                .iter()
                .map(|record| record.0[0])
                .collect()
        };
        assert_eq!(places(&[3, 9, 13, 20, u64::MAX]), [0, 3, 5, 9]);
    }
}
