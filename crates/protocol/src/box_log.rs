//! The box log: what happened to the box itself, each entry bound to the one before it. It holds ids
//! and times, and nothing that a person typed: no name, no address, no content.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{AccountId, Hash, SignerId};
use crate::keys::coded;
use crate::label;

coded! {
    /// What happened.
    BoxEvent as "box log entry" {
        /// The box began to serve.
        Started = 1,
        /// The box ended in order.
        Stopped = 2,
        /// A session began.
        SignedIn = 3,
        /// Somebody was refused at the door; `detail` says how many more were, uncounted one by one.
        SignInRefused = 4,
        /// A session was ended by somebody of its account.
        SessionEnded = 5,
        /// The box was claimed.
        Claimed = 6,
        /// A wrong claim code was tried.
        ClaimRefused = 7,
        /// An account came in by an invitation.
        AccountCame = 8,
        /// An invitation was made; `detail` is the household role.
        InviteMade = 9,
        /// A wrong code of an invitation was tried.
        InviteRefused = 10,
        /// Somebody came with an invitation that was used or over.
        InviteLate = 11,
        /// An invitation was ended by who made it.
        InviteEnded = 12,
        /// A device was enrolled.
        DeviceEnrolled = 13,
        /// A way to unlock was added.
        MethodAdded = 14,
        /// A device or a way to unlock was revoked.
        SignerRevoked = 15,
        /// Another life of the store began, after a restore.
        Incarnation = 16,
        /// The figures of the process were read, for the first time in a day.
        FiguresRead = 17,
        /// The figures of the process were refused to somebody.
        FiguresRefused = 18,
        /// Whoever runs the box made a new claim code.
        AdminClaimCode = 19,
        /// Whoever runs the box made a new token of the figures.
        AdminFiguresToken = 20,
        /// Whoever runs the box listed the sessions.
        AdminSessions = 21,
        /// An alarm began; `detail` is its number.
        AlarmBegan = 22,
        /// An alarm ended; `detail` is its number.
        AlarmEnded = 23,
        /// A person was verified anew.
        SteppedUp = 24,
        /// The box's half of a vault key was released.
        HalfReleased = 25,
    }
}

coded! {
    /// What is wrong with the box.
    BoxAlarm as "box alarm" {
        /// One request in a hundred takes longer than half a second.
        Slow = 1,
        /// One request in a hundred fails.
        Failing = 2,
        /// Too much waits for the store.
        Queue = 3,
        /// Little is left of the disk.
        Disk = 4,
        /// Another program holds the database.
        Busy = 5,
        /// The clock jumped, is behind what was written by it, or is set by nobody.
        Clock = 6,
        /// A part of the machine is near to where it fails for the heat.
        Heat = 7,
        /// The disk is worn, has errors, or takes nothing more.
        DiskHealth = 8,
        /// The voltage of the machine was too low.
        Power = 9,
    }
}

/// The bytes that stand for the network from which somebody came: the same for the same network on
/// the same day, and nothing that leads back to it.
pub type BoxOrigin = [u8; 8];

/// One entry. What does not apply is zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxEntry {
    /// Its place, from 1 on.
    pub sequence: u64,
    /// The box's clock (ms since 1970).
    pub at_ms: u64,
    /// What happened.
    pub event: BoxEvent,
    /// Whose account it is about.
    pub account: AccountId,
    /// Which device or method.
    pub signer: SignerId,
    /// From which network.
    pub origin: BoxOrigin,
    /// More about the event.
    pub detail: u32,
}

impl BoxEntry {
    /// Returns the hash of the chain up to this entry, after `before`.
    #[must_use]
    pub fn chain(&self, before: &Hash) -> Hash {
        hash(label::BOX_LOG, &[before.as_bytes(), &self.to_bytes()])
    }
}

impl Wire for BoxEntry {
    fn write(&self, writer: &mut Writer) {
        writer
            .u64(self.sequence)
            .u64(self.at_ms)
            .put(&self.event)
            .put(&self.account)
            .put(&self.signer)
            .raw(&self.origin)
            .u32(self.detail);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            sequence: reader.u64()?,
            at_ms: reader.u64()?,
            event: BoxEvent::read(reader)?,
            account: AccountId::read(reader)?,
            signer: SignerId::read(reader)?,
            origin: reader.array()?,
            detail: reader.u32()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn entry() -> BoxEntry {
        BoxEntry {
            sequence: 7,
            at_ms: 1_795_000_000_000,
            event: BoxEvent::SignedIn,
            account: AccountId::new([1; 16]),
            signer: SignerId::new([2; 16]),
            origin: [3; 8],
            detail: 4,
        }
    }

    #[test]
    fn an_entry_reads_back_and_its_chain_covers_every_byte() {
        let bytes = entry().to_bytes();
        assert_eq!(bytes.len(), 61);
        assert_eq!(BoxEntry::from_bytes(&bytes).unwrap(), entry());
        let before = Hash::new([9; 32]);
        let chain = entry().chain(&before);
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            if let Ok(other) = BoxEntry::from_bytes(&other) {
                assert_ne!(other.chain(&before), chain, "byte {at}");
            }
        }
        assert_ne!(entry().chain(&Hash::ZERO), chain);
    }

    #[test]
    fn the_chain_of_an_entry_is_this_one() {
        let chain = entry().chain(&Hash::ZERO);
        assert_eq!(
            chain.to_hex(),
            "9bce6211eea2b0d2467fbd15f3e3868bba7b16de4a69f166e6099324776fd227"
        );
    }
}
