//! The outbox: what was written here and the box has not acknowledged, in order, byte-identical
//! at each resend.

use lifeos_crypto::envelope::{open_change, reseal};
use lifeos_protocol::batch::{self, Batch};
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::{SpaceId, Wire, label};

use super::{Core, Engine, EngineError, Outside, Raise};
use crate::alarm::Cause;
use crate::record::Record;
use crate::space::{RefusedAt, Space};

/// A batch to push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The space.
    pub space: SpaceId,
    /// Counter of the first change.
    pub first: u64,
    /// Counter of the last change.
    pub last: u64,
    /// The batch as it travels.
    pub bytes: Vec<u8>,
}

impl Engine {
    /// The next batch to push, or none: nothing waits, nothing that waits is durable yet, or the
    /// space must be re-keyed first. Until it is answered, the same batch is given again.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn next_push(&mut self, space: SpaceId) -> Result<Option<Push>, EngineError> {
        let (core, space) = self.split(space)?;
        Ok(space.next_push(core))
    }

    /// The box has taken everything of this device up to a counter.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn push_accepted(
        &mut self,
        space: SpaceId,
        through: u64,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, space) = self.split(space)?;
        space.accept(core, through, out);
        Ok(())
    }

    /// The box refused the batch under way. What waits stays, with the reason, until
    /// [`Self::retry_refused`].
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn push_refused(
        &mut self,
        space: SpaceId,
        code: &str,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, space) = self.split(space)?;
        let counter = space.accepted + 1;
        space.in_flight = None;
        space.refused = Some(RefusedAt {
            counter,
            code: code.to_owned(),
        });
        let record = Record::Refused {
            space: space.id,
            counter,
            code: code.to_owned(),
        };
        core.note(&record, out);
        let raise = Raise::new(Cause::Refused, space.id).counter(counter);
        core.alarm(raise, out);
        Ok(())
    }

    /// The push was not answered, or answered with "later": the batch is formed anew when it is
    /// asked for, the same changes in it.
    pub fn push_unanswered(&mut self, space: SpaceId) {
        if let Some(space) = self.spaces.get_mut(&space) {
            space.in_flight = None;
        }
    }

    /// Offers again what the box refused.
    pub fn retry_refused(&mut self, space: SpaceId) {
        if let Some(space) = self.spaces.get_mut(&space) {
            space.refused = None;
        }
    }
}

impl Space {
    fn next_push(&mut self, core: &Core) -> Option<Push> {
        let halted = self.refused.is_some()
            || self.diverged.is_some()
            || !self.writes(core)
            || self.rekey_due(core)
            || self.is_frozen(core)
            || core.is_revoked();
        if halted {
            return None;
        }
        let ready = |token: u64| token <= core.durable || core.pushes_before_durable();
        let first = self
            .outbox
            .front()
            .filter(|waiting| ready(waiting.token))?
            .counter;
        let limit = match self.in_flight {
            Some((from, through)) if from == first => through,
            _ => u64::MAX,
        };
        let mut size_bytes = BATCH_OVERHEAD_BYTES;
        let mut changes = Vec::new();
        for waiting in &self.outbox {
            size_bytes += waiting.change.to_bytes().len();
            let fits = changes.len() < batch::MAX_CHANGES && size_bytes <= batch::MAX_BYTES;
            if !ready(waiting.token) || !fits || waiting.counter > limit {
                break;
            }
            changes.push(waiting.change.clone());
        }
        let last = first + changes.len() as u64 - 1;
        self.in_flight = Some((first, last));
        let head = self.sign_head(core, last, changes.last()?.statement.seen.digest())?;
        let batch = Batch::new(core.device, first, changes, head)
            .expect("the batch was measured while it was gathered");
        Some(Push {
            space: self.id,
            first,
            last,
            bytes: batch.to_bytes(),
        })
    }

    fn sign_head(
        &self,
        core: &Core,
        counter: u64,
        seen_digest: lifeos_protocol::SeenDigest,
    ) -> Option<Head> {
        let h = self.chains.get(&core.device)?.h(counter)?;
        let body = HeadBody {
            account: core.account,
            space: self.id,
            device: core.device,
            counter,
            h,
            space_log_head: self.log_head(),
            account_log_head: core.log_head(),
            seen_digest,
        };
        let signature = core.keys.sign(label::HEAD, &body.sign_bytes());
        Some(Head { body, signature })
    }

    /// The box has the own chain up to a counter.
    pub(crate) fn accept(&mut self, core: &mut Core, through: u64, out: &mut Outside<'_>) {
        let last = self
            .chains
            .get(&core.device)
            .map_or(0, crate::chain::Chain::last);
        let through = through.min(last);
        if through <= self.accepted {
            return;
        }
        self.accepted = through;
        while self
            .outbox
            .front()
            .is_some_and(|waiting| waiting.counter <= through)
        {
            self.outbox.pop_front();
        }
        if self.in_flight.is_some_and(|(_, last)| last <= through) {
            self.in_flight = None;
        }
        if self
            .refused
            .as_ref()
            .is_some_and(|refused| refused.counter <= through)
        {
            self.refused = None;
        }
        core.note(
            &Record::Accepted {
                space: self.id,
                counter: through,
            },
            out,
        );
    }

    /// After an epoch turn, what waits gets new seals; its statements stand.
    pub(crate) fn reseal_outbox(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let Some((newest, key)) = self.keys.last_key_value() else {
            return;
        };
        let mut resealed = Vec::new();
        for waiting in &mut self.outbox {
            let epoch = waiting.change.seal.epoch;
            if epoch >= *newest && self.former.is_empty() {
                continue;
            }
            let h = self
                .chains
                .get(&core.device)
                .and_then(|chain| chain.h(waiting.counter));
            let again = h.and_then(|h| {
                let (device, counter) = (core.device, waiting.counter);
                let erased = |leaf| self.log.is_erased(device, counter, leaf);
                let open = |key| open_change(key, &waiting.change, &h, erased).ok();
                let opened = match self.keys.get(&epoch).and_then(open) {
                    Some(_) if epoch >= *newest => return None,
                    Some(opened) => opened,
                    None => self.former.iter().find_map(open)?,
                };
                let bare: Vec<u16> = opened
                    .leaves()
                    .events()
                    .map(|(index, _)| index)
                    .filter(|index| erased(*index))
                    .collect();
                let statement = &waiting.change.statement;
                reseal(key, statement, &h, opened.leaves(), &bare, &mut out.rng).ok()
            });
            if let Some(change) = again {
                waiting.token = core.next_token;
                waiting.change = change;
                resealed.push((waiting.counter, waiting.change.to_bytes()));
            }
        }
        let Some((first, _)) = resealed.first() else {
            return;
        };
        let record = Record::Resealed {
            space: self.id,
            first: *first,
            changes: resealed.iter().map(|(_, bytes)| bytes.clone()).collect(),
        };
        let place = core.note(&record, out);
        self.in_flight = None;
        for (part, (counter, _)) in resealed.iter().enumerate() {
            self.move_place(core.device, *counter, place.with_part(part));
        }
    }
}

/// What a batch holds besides its changes, generously.
const BATCH_OVERHEAD_BYTES: usize = 512;
