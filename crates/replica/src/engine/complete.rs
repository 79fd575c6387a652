//! The end of a pull: what the box claims to have is judged against what devices have signed.

use lifeos_protocol::log::Accounts;
use lifeos_protocol::seen::Frontier;
use lifeos_protocol::stream::Complete;
use lifeos_protocol::{DeviceId, Wire};

use super::forks::is_of_branch;
use super::{Core, Outside, Raise};
use crate::alarm::Cause;
use crate::record::Record;
use crate::space::Space;

/// How long other devices may write without naming a change of one's own before it is strange.
const UNNAMED_MS: u64 = 7 * 24 * 3_600_000;

impl Space {
    /// Takes the complete mark.
    pub(crate) fn take_complete(
        &mut self,
        core: &mut Core,
        complete: &Complete,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        core.clock.heard_server(complete.server_time_ms, out.now_ms);
        let none = DeviceId::ZERO;
        match self.incarnation {
            Some(known) if known != complete.incarnation => {
                let evidence = complete.incarnation.to_bytes();
                return self.refuse(core, Cause::NewIncarnation, none, 0, &[&evidence], out);
            }
            _ => {}
        }
        if complete.sequence < self.cursor {
            self.drop_all_uncovered(core, out);
            return self.refuse(core, Cause::CursorBehind, none, complete.sequence, &[], out);
        }
        if complete.sequence > self.cursor {
            return self.refuse(core, Cause::CursorAhead, none, complete.sequence, &[], out);
        }
        self.judge_logs(core, complete, out)?;
        self.judge_own(core, out)?;
        self.judge_uncovered(core, out)?;
        self.judge_seen(core, out)?;
        self.judge_cuts(core, out);
        self.judge_unnamed(core, out);
        let news = self.incarnation != Some(complete.incarnation) || self.completed != self.cursor;
        self.incarnation = Some(complete.incarnation);
        self.completed = self.cursor;
        self.catching_up = false;
        if news {
            let record = Record::Complete {
                space: self.id,
                incarnation: complete.incarnation,
                sequence: complete.sequence,
            };
            core.note(&record, out);
        }
        if let Some(pull) = self.pull.as_mut() {
            pull.complete = true;
        }
        Ok(())
    }

    /// The box must know every log statement that was known here when the pull began.
    fn judge_logs(
        &mut self,
        core: &mut Core,
        complete: &Complete,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let Some(pull) = &self.pull else {
            return Ok(());
        };
        let (none, space_known) = (DeviceId::ZERO, pull.space_known);
        for told in &complete.accounts {
            // Of an account that no space here names there is nothing to compare with.
            let Some(log) = core.account(told.account) else {
                continue;
            };
            let known = pull.accounts_known.get(&told.account).copied();
            match log.position(&told.head) {
                Some(sequence) if known.is_some_and(|known| sequence < known) => {
                    return self.refuse(core, Cause::LogBehind, none, sequence.into(), &[], out);
                }
                Some(_) => {}
                None if is_of_branch(log, &told.head) => return Err(Cause::LogWithheld),
                None => return self.refuse(core, Cause::LogWithheld, none, 0, &[], out),
            }
        }
        match self.log_sequence_of(&complete.space_log_head) {
            Some(sequence) if sequence < space_known => {
                self.refuse(core, Cause::LogBehind, none, sequence.into(), &[], out)
            }
            Some(_) => Ok(()),
            None if is_of_branch(&self.log, &complete.space_log_head) => Err(Cause::LogWithheld),
            None => self.refuse(core, Cause::LogWithheld, none, 0, &[], out),
        }
    }

    /// Own changes that were not written here must have been proven by an own head; else somebody
    /// invented them.
    fn judge_own(&mut self, core: &mut Core, out: &mut Outside<'_>) -> Result<(), Cause> {
        let beyond = self.pull.as_ref().and_then(|pull| pull.own_beyond);
        let device = core.device;
        match beyond {
            Some(counter) => self.refuse(core, Cause::NotCovered, device, counter, &[], out),
            None => Ok(()),
        }
    }

    /// Whatever was served must be covered by a head now. What is not is dropped and asked for
    /// again: it never counted.
    fn judge_uncovered(&mut self, core: &mut Core, out: &mut Outside<'_>) -> Result<(), Cause> {
        let mut first = None;
        for (device, chain) in &self.chains {
            let (cause, counter, evidence) = match &chain.promised {
                Some(promised) if promised.body.counter > chain.last() => (
                    Cause::HeadBeyond,
                    promised.body.counter,
                    promised.to_bytes(),
                ),
                Some(promised) => (
                    Cause::LogWithheld,
                    promised.body.counter,
                    promised.to_bytes(),
                ),
                None if chain.uncovered.is_empty() => continue,
                None => (Cause::NotCovered, chain.covered + 1, Vec::new()),
            };
            first = first.or(Some(cause));
            let raise = Raise::new(cause, self.id)
                .about(*device, counter)
                .evidence(&[&evidence]);
            core.alarm(raise, out);
        }
        match first {
            None => Ok(()),
            Some(cause) => {
                self.drop_all_uncovered(core, out);
                Err(cause)
            }
        }
    }

    fn drop_all_uncovered(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let devices: Vec<DeviceId> = self.chains.keys().copied().collect();
        for device in devices {
            self.drop_uncovered_of(core, device, out);
        }
    }

    /// Whatever an author had of another device was served to it before its change was taken, so
    /// it must be here now: an absent named change is proof, and not delay.
    fn judge_seen(&mut self, core: &mut Core, out: &mut Outside<'_>) -> Result<(), Cause> {
        let mut raised = Vec::new();
        let mut own_named_beyond = None;
        for (author, chain) in &self.chains {
            if *author == core.device || chain.judged == chain.covered {
                continue;
            }
            let mut frontier = Frontier::new();
            let mut whole = true;
            for (device, counter) in chain.seen.now() {
                let here = self
                    .chains
                    .get(&device)
                    .filter(|named| named.covered >= counter);
                match here.and_then(|named| named.point(counter)) {
                    Some(point) => frontier.observe(device, point),
                    None if device == core.device => own_named_beyond = Some(counter),
                    None => {
                        whole = false;
                        let raise = Raise::new(Cause::NamedMissing, self.id).about(device, counter);
                        let head = chain.head.map(|head| head.to_bytes()).unwrap_or_default();
                        raised.push(raise.evidence(&[&head]));
                    }
                }
            }
            if whole && own_named_beyond.is_none() && chain.seen_digest != Some(frontier.digest()) {
                let head = chain.head.map(|head| head.to_bytes()).unwrap_or_default();
                raised.push(
                    Raise::new(Cause::ForkedView, self.id)
                        .about(*author, chain.covered)
                        .evidence(&[&head]),
                );
            }
        }
        let quiet = raised.is_empty();
        for raise in raised {
            core.alarm(raise, out);
        }
        if let Some(counter) = own_named_beyond {
            return self.diverge(core, counter, &[], out);
        }
        if quiet {
            for chain in self.chains.values_mut() {
                chain.judged = chain.covered;
            }
        }
        Ok(())
    }

    /// A cut names what its signer had: it must be here.
    fn judge_cuts(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        for (device, cut) in self.cuts_given(core) {
            let chain = self.chain_mut(device);
            let cause = if chain.covered < cut.counter {
                Cause::NamedMissing
            } else if chain.h(cut.counter) != Some(cut.h) {
                Cause::ForkedChain
            } else {
                continue;
            };
            core.alarm(Raise::new(cause, self.id).about(device, cut.counter), out);
        }
    }

    /// A change of one's own that no other active device has named after a week of their writing.
    fn judge_unnamed(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let Some(own) = self.chains.get(&core.device) else {
            return;
        };
        let mut others = 0;
        let mut named_by_any = 0;
        let mut due = u64::MAX;
        for (device, chain) in &self.chains {
            let last = chain
                .marks
                .last()
                .filter(|mark| **mark > 0 && *device != core.device);
            let Some(last_wall) = last.map(|mark| mark >> 16) else {
                continue;
            };
            if !core.is_active_device(*device) {
                continue;
            }
            others += 1;
            due = due.min(own.written_by(last_wall.saturating_sub(UNNAMED_MS)));
            named_by_any = named_by_any.max(chain.seen.of(core.device));
        }
        let unnamed = due.min(self.accepted);
        if others > 0 && named_by_any < unnamed {
            let device = core.device;
            let raise = Raise::new(Cause::Unnamed, self.id).about(device, named_by_any + 1);
            core.alarm(raise, out);
        }
    }

    /// A new life of the box's store counts once an owner's statement admits it: everything is
    /// asked for and offered from the beginning.
    pub(crate) fn follow_admitted_incarnation(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let (Some(known), Some(admitted)) = (self.incarnation, core.admitted_incarnation()) else {
            return;
        };
        if known == admitted {
            return;
        }
        core.note(
            &Record::Restarted {
                space: self.id,
                incarnation: admitted,
            },
            out,
        );
        self.restart(admitted);
    }
}
