//! Alarms: what a device noticed that must not be healed in silence, with its evidence.

use lifeos_protocol::{DecodeError, DeviceId, Reader, SpaceId, Wire, Writer};

use crate::api::AlarmKind;
use crate::record::read_part;

/// What exactly was noticed. Its code is stable; [`Cause::kind`] is what a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A verified counter of a device was served with another statement.
    ForkedChain,
    /// Another device saw other histories than the ones served here.
    ForkedView,
    /// A pull ended below what was verified before.
    CursorBehind,
    /// The box shows a log older than the one verified.
    LogBehind,
    /// A pull ended beyond what it had served.
    CursorAhead,
    /// Sequences of the box have a gap or run backwards.
    SequenceGap,
    /// A device's counters have a gap.
    CounterGap,
    /// A change that another device named was not served.
    NamedMissing,
    /// A log statement that a change or head relies on was not served.
    LogWithheld,
    /// A head covers more than was served.
    HeadBeyond,
    /// Changes were served without a head that covers them.
    NotCovered,
    /// A head's signature does not hold.
    HeadForged,
    /// Changes do not chain to the head that was served for them.
    ChainBroken,
    /// A log statement was served that its signer had no right to, or that does not check.
    StatementForged,
    /// Changes of a device that nobody enrolled.
    UnknownDevice,
    /// A wrap or key does not check.
    WrapForged,
    /// A change was served again as if it were new.
    Replayed,
    /// Bytes that are no stream.
    Malformed,
    /// An event was said to be erased that no verified erasure names.
    BareLeaf,
    /// A log has two valid successors of one statement.
    LogFork,
    /// The box has a new incarnation that no owner admitted.
    NewIncarnation,
    /// This device's chain at the box is not the one written here.
    Diverged,
    /// The own clock is blamed.
    OwnClock,
    /// Another device's changes are far ahead and are held.
    OthersClock,
    /// The box refused a change.
    Refused,
    /// A change was set aside.
    Quarantined,
    /// A change or statement of a newer version is kept.
    NeedsNewer,
    /// A stored file is damaged.
    Damaged,
    /// A change of one's own was not named by another device for a week of its writing.
    Unnamed,
    /// A revoked device signed in a space's log beyond where its revocation cut it off.
    BeyondCut,
}

impl Cause {
    const ALL: [Self; 30] = [
        Self::ForkedChain,
        Self::ForkedView,
        Self::CursorBehind,
        Self::LogBehind,
        Self::CursorAhead,
        Self::SequenceGap,
        Self::CounterGap,
        Self::NamedMissing,
        Self::LogWithheld,
        Self::HeadBeyond,
        Self::NotCovered,
        Self::HeadForged,
        Self::ChainBroken,
        Self::StatementForged,
        Self::UnknownDevice,
        Self::WrapForged,
        Self::Replayed,
        Self::Malformed,
        Self::BareLeaf,
        Self::LogFork,
        Self::NewIncarnation,
        Self::Diverged,
        Self::OwnClock,
        Self::OthersClock,
        Self::Refused,
        Self::Quarantined,
        Self::NeedsNewer,
        Self::Damaged,
        Self::Unnamed,
        Self::BeyondCut,
    ];

    /// What a person is told.
    #[must_use]
    pub fn kind(self) -> AlarmKind {
        match self {
            Self::ForkedChain | Self::ForkedView => AlarmKind::Fork,
            Self::CursorBehind | Self::LogBehind => AlarmKind::Rollback,
            Self::CursorAhead
            | Self::SequenceGap
            | Self::CounterGap
            | Self::NamedMissing
            | Self::LogWithheld
            | Self::HeadBeyond
            | Self::Unnamed => AlarmKind::Omission,
            Self::NotCovered
            | Self::HeadForged
            | Self::ChainBroken
            | Self::StatementForged
            | Self::UnknownDevice
            | Self::WrapForged
            | Self::Replayed
            | Self::Malformed
            | Self::BareLeaf => AlarmKind::Tampered,
            Self::LogFork => AlarmKind::LogFork,
            Self::BeyondCut => AlarmKind::BeyondCut,
            Self::NewIncarnation => AlarmKind::NewIncarnation,
            Self::Diverged => AlarmKind::Cloned,
            Self::OwnClock | Self::OthersClock => AlarmKind::Clock,
            Self::Refused => AlarmKind::Refused,
            Self::Quarantined => AlarmKind::Quarantined,
            Self::NeedsNewer => AlarmKind::NeedsNewerVersion,
            Self::Damaged => AlarmKind::Damaged,
        }
    }

    fn code(self) -> u8 {
        let at = Self::ALL.iter().position(|cause| *cause == self);
        u8::try_from(at.expect("every cause is in the table")).expect("fewer than 256 causes")
    }

    fn from_code(code: u8) -> Result<Self, DecodeError> {
        Self::ALL
            .get(usize::from(code))
            .copied()
            .ok_or(DecodeError::Unknown {
                what: "alarm cause",
                value: code.into(),
            })
    }
}

/// One alarm with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Number on this device, from 1.
    pub number: u32,
    /// What was noticed.
    pub cause: Cause,
    /// When, in milliseconds since 1970, by this device's clock.
    pub at_ms: u64,
    /// The space concerned; zeros for the account.
    pub space: SpaceId,
    /// The device concerned; zeros where none is.
    pub device: DeviceId,
    /// The counter, sequence or log sequence concerned; 0 where none is.
    pub counter: u64,
    /// How often it was noticed.
    pub count: u32,
    /// The bytes that prove it, as served: heads, statements.
    pub evidence: Vec<u8>,
    /// Whether the person has read it.
    pub seen: bool,
}

impl Alarm {
    /// What the page is shown.
    #[must_use]
    pub fn view(&self) -> crate::api::Alarm {
        crate::api::Alarm {
            number: self.number,
            kind: self.cause.kind(),
            device: (!self.device.is_zero()).then(|| self.device.to_hex()),
            count: self.count,
        }
    }

    pub(crate) fn is_about(&self, other: &Self) -> bool {
        (self.cause, self.space, self.device, self.counter)
            == (other.cause, other.space, other.device, other.counter)
    }
}

impl Wire for Alarm {
    fn write(&self, w: &mut Writer) {
        w.u32(self.number).u8(self.cause.code()).u64(self.at_ms);
        w.put(&self.space)
            .put(&self.device)
            .u64(self.counter)
            .u32(self.count);
        w.bytes(&self.evidence).u8(u8::from(self.seen));
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            number: r.u32()?,
            cause: Cause::from_code(r.u8()?)?,
            at_ms: r.u64()?,
            space: Wire::read(r)?,
            device: Wire::read(r)?,
            counter: r.u64()?,
            count: r.u32()?,
            evidence: read_part(r)?,
            seen: r.u8()? != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_keeps_its_code() {
        for cause in Cause::ALL {
            assert_eq!(Cause::from_code(cause.code()), Ok(cause));
        }
        assert!(Cause::from_code(200).is_err());
    }
}
