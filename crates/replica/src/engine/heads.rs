//! Heads: one signature vouches for the whole chain behind it, and only what it covers is folded.

use lifeos_protocol::head::Head;
use lifeos_protocol::log::Accounts;
use lifeos_protocol::{DeviceId, Wire};

use super::{Core, Outside, Raise};
use crate::alarm::Cause;
use crate::record::Record;
use crate::space::Space;

impl Space {
    /// Takes a served head.
    pub(crate) fn take_head(
        &mut self,
        core: &mut Core,
        head: Head,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let body = &head.body;
        let author = core.account(body.account);
        let Some(device) = author.and_then(|author| author.device(body.device)) else {
            return self.refuse(
                core,
                Cause::UnknownDevice,
                body.device,
                body.counter,
                &[],
                out,
            );
        };
        // A device is of the account that it first signed for.
        let known = self.author_of(core, body.device);
        let holds = body.space == self.id
            && known.is_none_or(|known| known == body.account)
            && head.verify(&device.keys.signing).is_ok();
        if !holds {
            let raise = Raise::new(Cause::HeadForged, self.id)
                .about(body.device, body.counter)
                .evidence(&[&head.to_bytes()]);
            core.alarm(raise, out);
            return Ok(());
        }
        if body.device == core.device {
            return self.take_own_head(core, &head, out);
        }
        self.take_verified_head(core, head, out)
    }

    /// A head of one's own, as the box serves it: if it proves more or other than was written
    /// here, this profile was cloned or restored.
    fn take_own_head(
        &mut self,
        core: &mut Core,
        head: &Head,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let h = self.chain_mut(core.device).h(head.body.counter);
        if h == Some(head.body.h) {
            return Ok(());
        }
        self.diverge(core, head.body.counter, &head.to_bytes(), out)
    }

    /// The own chain at the box is not the one here.
    pub(crate) fn diverge(
        &mut self,
        core: &mut Core,
        counter: u64,
        evidence: &[u8],
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let first = self
            .pull
            .as_ref()
            .and_then(|pull| pull.own_beyond)
            .unwrap_or(counter);
        if self.diverged.is_none() {
            self.retire_from(first);
            core.note(
                &Record::Diverged {
                    space: self.id,
                    served: first,
                },
                out,
            );
        }
        let device = core.device;
        self.refuse(core, Cause::Diverged, device, counter, &[evidence], out)
    }

    /// From this counter on, what was written here is not what the box has: it is to be written
    /// again under a new id, whoever said that it was taken.
    pub(crate) fn retire_from(&mut self, first: u64) {
        self.diverged = Some(first);
        self.accepted = self.accepted.min(first.saturating_sub(1));
    }

    /// Takes a head whose signature holds.
    pub(crate) fn take_verified_head(
        &mut self,
        core: &mut Core,
        head: Head,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let (device, counter) = (head.body.device, head.body.counter);
        let author = core.account(head.body.account);
        let knows_logs = self.has_log_head(&head.body.space_log_head)
            && author.is_some_and(|log| log.position(&head.body.account_log_head).is_some());
        let chain = self.chain_mut(device);
        if counter <= chain.covered {
            if chain.h(counter) == Some(head.body.h) {
                return Ok(());
            }
            let own = chain.head.map(|head| head.to_bytes()).unwrap_or_default();
            let served = head.to_bytes();
            return self.refuse(
                core,
                Cause::ForkedChain,
                device,
                counter,
                &[&own, &served],
                out,
            );
        }
        if counter > chain.last() || !knows_logs {
            let newer = chain
                .promised
                .is_none_or(|promised| promised.body.counter < counter);
            if newer {
                chain.promised = Some(head);
            }
            return Ok(());
        }
        if chain.h(counter) != Some(head.body.h) {
            return self.drop_broken(core, &head, out);
        }
        core.note(
            &Record::Head {
                space: self.id,
                head: head.to_bytes(),
            },
            out,
        );
        self.cover(core, head, out);
        Ok(())
    }

    /// What was served does not chain to the head that its author signed: it is dropped, and asked
    /// for again.
    fn drop_broken(
        &mut self,
        core: &mut Core,
        head: &Head,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let (device, counter) = (head.body.device, head.body.counter);
        self.drop_uncovered_of(core, device, out);
        self.refuse(
            core,
            Cause::ChainBroken,
            device,
            counter,
            &[&head.to_bytes()],
            out,
        )
    }

    /// Drops what no head of a device covers and moves the cursor back before it.
    pub(crate) fn drop_uncovered_of(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        out: &mut Outside<'_>,
    ) {
        let chain = self.chain_mut(device);
        chain.promised = None;
        if let Some(first) = chain.drop_uncovered() {
            self.cursor = self.cursor.min(first.saturating_sub(1));
            self.catching_up = true;
            let record = Record::Dropped {
                space: self.id,
                device,
                cursor: self.cursor,
            };
            core.note(&record, out);
        }
    }

    /// Tries a head again that came before its changes or its log statements.
    pub(crate) fn retry_promised(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        match self.chain_mut(device).promised.take() {
            Some(head) => self.take_verified_head(core, head, out),
            None => Ok(()),
        }
    }

    /// Folds what a head covers.
    pub(crate) fn cover(&mut self, core: &mut Core, head: Head, out: &mut Outside<'_>) {
        let device = head.body.device;
        let through = head.body.counter;
        self.chain_mut(device).head = Some(head);
        while self.chain_mut(device).covered < through {
            let chain = self.chain_mut(device);
            let Some(uncovered) = chain.uncovered.pop_front() else {
                break;
            };
            let counter = chain.cover_next();
            chain.note_seen(uncovered.body.statement());
            self.note_erased(device, counter);
            self.admit(core, device, counter, uncovered.body, out);
        }
    }
}
