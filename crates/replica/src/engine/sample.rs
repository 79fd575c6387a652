//! At each start from a snapshot, a few records are folded again from the log and compared with what
//! the snapshot says of them.

use lifeos_kernel::RecordId;

use super::undo::ReadBytes;
use super::{Core, Outside, Raise};
use crate::alarm::Cause;
use crate::space::Space;

/// How many records are compared. More starts see more of them.
const SAMPLE: usize = 8;

impl Space {
    /// Chooses the records that this start compares.
    pub(crate) fn draw_sample(&mut self, out: &mut Outside<'_>) {
        let mut numbers = [0; SAMPLE];
        for number in &mut numbers {
            *number = out.rng.next_u64();
        }
        self.sample = self.life.sample(&numbers);
    }

    /// Compares what was chosen with its events. What differs is folded anew, all of it, and said.
    pub(crate) fn judge_sample(
        &mut self,
        core: &mut Core,
        bytes: &[ReadBytes],
        out: &mut Outside<'_>,
    ) {
        let sample = std::mem::take(&mut self.sample);
        let differs = |record: &RecordId| self.differs(core, *record, bytes) == Some(true);
        if sample.iter().any(differs) {
            self.stale = true;
            core.alarm(Raise::new(Cause::Damaged, self.id), out);
        }
    }

    /// Nothing is said of a record whose events could not all be read: it changed meanwhile.
    fn differs(&self, core: &mut Core, record: RecordId, bytes: &[ReadBytes]) -> Option<bool> {
        let events = self.events_of(core, record, bytes).ok()?;
        let replays = self.life.replays(record, &events).ok()?;
        Some(!replays)
    }
}
