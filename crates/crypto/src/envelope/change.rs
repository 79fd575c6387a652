//! One change: sealed when it is written, opened when its chain is verified, sealed again when the
//! epoch turns or an event of it is erased.

use lifeos_protocol::change::Change;
use lifeos_protocol::seal::SealKind;
use lifeos_protocol::seen::{ChainPoint, Seen};
use lifeos_protocol::statement::Statement;
use lifeos_protocol::{DeviceId, Hash, Wire};
use rand_core::CryptoRng;

use super::leaves::{Leaves, make_leaves};
use super::{Provenance, open_padded, padding, seal_parts};
use crate::secret::SpaceKey;
use crate::{OpenError, SealError};

/// What an author writes: the fields of its statement that it chooses, and the leaves.
#[derive(Debug, Clone)]
pub struct NewChange<'a> {
    /// Sequence of the space-log statement that the author knows last.
    pub space_position: u32,
    /// Sequence in the author's own account log that it knows last.
    pub account_position: u32,
    /// What the author has of the others.
    pub seen: Seen,
    /// How the change came to be.
    pub provenance: &'a Provenance,
    /// The encoded events.
    pub events: &'a [Vec<u8>],
}

/// A change that was just sealed.
#[derive(Debug, Clone)]
pub struct SealedChange {
    /// As it is stored and sent, now and at every resend.
    pub change: Change,
    /// The author's chain at it.
    pub point: ChainPoint,
}

/// Seals a new change of `device`, whose chain stands at `before`.
///
/// # Errors
/// [`SealError::TooLarge`] beyond 64 KiB.
pub fn seal_change(
    key: &SpaceKey,
    device: DeviceId,
    before: ChainPoint,
    new: &NewChange<'_>,
    rng: &mut impl CryptoRng,
) -> Result<SealedChange, SealError> {
    let provenance = new.provenance.to_bytes();
    let events = new.events.iter().map(Vec::as_slice);
    let (leaves, commitment) =
        make_leaves(std::iter::once(provenance.as_slice()).chain(events), rng);
    let statement = Statement {
        epoch: key.epoch(),
        space_position: new.space_position,
        account_position: new.account_position,
        seen: new.seen.clone(),
        commitment,
    };
    let point = statement.chain(key.space(), device, before);
    let change = seal_leaves(key, statement, &point.h, &leaves, rng)?;
    Ok(SealedChange { change, point })
}

/// Seals a change again under `key`, with the leaves named in `bare` reduced to their commitments
/// (none for a new epoch). Statement and chain stay as they are. Leaf 0 is never made bare.
///
/// # Errors
/// [`SealError::Epoch`] when the key is of an epoch below the author's; [`SealError::TooLarge`]
/// when commitments in place of very short events take the change beyond 64 KiB.
pub fn reseal(
    key: &SpaceKey,
    statement: &Statement,
    h: &Hash,
    leaves: Leaves<'_>,
    bare: &[u16],
    rng: &mut impl CryptoRng,
) -> Result<Change, SealError> {
    if key.epoch() < statement.epoch {
        return Err(SealError::Epoch);
    }
    seal_leaves(key, statement.clone(), h, &leaves.erased(bare), rng)
}

fn seal_leaves(
    key: &SpaceKey,
    statement: Statement,
    h: &Hash,
    leaves: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Change, SealError> {
    if leaves.len() > lifeos_protocol::change::MAX_BYTES {
        return Err(SealError::TooLarge);
    }
    let associated = |seal: &lifeos_protocol::seal::Seal| seal.associated_data(h);
    let (seal, ciphertext) = seal_parts(key, SealKind::Change, &[leaves], associated, rng);
    Change::new(statement, seal, ciphertext).map_err(|_| SealError::TooLarge)
}

/// An opened change: its leaves, checked against its statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    content: Vec<u8>,
    count: u16,
}

impl Opened {
    /// Returns the leaves.
    #[must_use]
    pub fn leaves(&self) -> Leaves<'_> {
        Leaves::checked_before(&self.content, self.count)
    }
}

/// Opens a change.
///
/// `h` is the author's chain at this change, as the reader computed it from the statement and the
/// chain before. `is_erased` tells whether a verified erasure of the space log names a leaf of this
/// change; a bare leaf that none names is refused.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_change(
    key: &SpaceKey,
    change: &Change,
    h: &Hash,
    is_erased: impl Fn(u16) -> bool,
) -> Result<Opened, OpenError> {
    let associated = change.seal.associated_data(h);
    let text = open_padded(
        key,
        SealKind::Change,
        &change.seal,
        change.ciphertext(),
        &associated,
    )?;
    let content = padding::into_content(text)?;
    let count = Leaves::read_checked(&content, &change.statement.commitment, is_erased)?.count();
    Ok(Opened { content, count })
}
