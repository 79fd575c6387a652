//! The judgement of bodies sealed anew after an erasure, by the box at its door and by whoever is
//! about to send them.

use std::collections::BTreeSet;

use crate::bodies::Resealed;
use crate::codec::Wire;
use crate::ids::{AccountId, DeviceId};
use crate::log::{Role, SpaceBody, SpaceLog};
use crate::refusal::{Code, Refusal};
use crate::seal::Seal;
use crate::statement::Statement;

/// An erasure that stands in a space's verified log.
#[derive(Debug, Clone)]
pub struct StandingErasure {
    sequence: u32,
    epoch: u32,
    named: BTreeSet<(DeviceId, u64)>,
}

/// What is kept of a change that an erasure names.
#[derive(Debug, Clone)]
pub struct KeptBody {
    /// Its statement.
    pub statement: Statement,
    /// Its seal; none where the body is gone.
    pub seal: Option<Seal>,
    /// Sequence of the newest erasure for which its body was replaced.
    pub erasure: Option<u32>,
}

/// What a body that may be taken does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reseal {
    /// It takes the place of the kept one.
    Replaces,
    /// The kept one stays: it was sealed for this erasure or for a later one.
    Known,
}

impl StandingErasure {
    /// Finds the erasure at a sequence of the log, for a member who writes.
    ///
    /// # Errors
    /// [`Code::LogFrozen`]; [`Code::NotAWriter`]; [`Code::PositionUnknown`] when the log does not
    /// reach so far; [`Code::NotErased`] when the statement there is another.
    pub fn find(space: &SpaceLog, account: AccountId, sequence: u32) -> Result<Self, Refusal> {
        if space.is_frozen() {
            return Err(Refusal::new(Code::LogFrozen));
        }
        if !space.role(account).is_some_and(Role::writes) {
            return Err(Refusal::new(Code::NotAWriter));
        }
        let statement = space
            .statements()
            .get(sequence as usize)
            .ok_or(Refusal::at(Code::PositionUnknown, sequence.into()))?;
        let Ok(SpaceBody::Erasure { erased, .. }) = SpaceBody::from_bytes(&statement.body) else {
            return Err(Refusal::at(Code::NotErased, sequence.into()));
        };
        Ok(Self {
            sequence,
            epoch: space.epoch(),
            named: erased
                .iter()
                .map(|change| (change.device, change.counter))
                .collect(),
        })
    }

    /// Tells whether a body takes the place of the kept one. Of two for one erasure the one of the
    /// higher seal epoch is kept, then the first; for an earlier erasure none comes back.
    ///
    /// # Errors
    /// [`Code::NotErased`] when the erasure does not name the change; [`Code::Inconsistent`] when its
    /// statement is another than the kept one; [`Code::Epoch`] when its seal's epoch is below the
    /// kept one's or beyond the space's.
    pub fn judge(&self, item: &Resealed, kept: &KeptBody) -> Result<Reseal, Refusal> {
        if !self.named.contains(&(item.device, item.counter)) {
            return Err(Refusal::at(Code::NotErased, item.counter));
        }
        if item.change.statement != kept.statement {
            return Err(Refusal::at(Code::Inconsistent, item.counter));
        }
        let epoch = item.change.seal.epoch;
        let kept_epoch = kept.seal.as_ref().map(|seal| seal.epoch);
        let later = kept.erasure > Some(self.sequence);
        let first = kept.erasure == Some(self.sequence) && Some(epoch) <= kept_epoch;
        if later || first {
            return Ok(Reseal::Known);
        }
        if Some(epoch) < kept_epoch || epoch > self.epoch {
            return Err(Refusal::at(Code::Epoch, item.counter));
        }
        Ok(Reseal::Replaces)
    }
}
