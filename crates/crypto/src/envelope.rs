//! Envelopes: what is written in a space, sealed under the space's key of an epoch (formats.md §6).
//!
//! A change is sealed when it is written and again by compaction, re-key and erasure; its statement
//! and chain stay. Segments and chunks have no authority: what they hold is checked against
//! statements, heads and manifests.

mod change;
mod chunk;
mod leaves;
mod padding;
mod provenance;
mod segment;

use lifeos_protocol::seal::{Seal, SealKind};
use rand_core::CryptoRng;

use crate::OpenError;
use crate::committed::{SealingKey, make_nonce};
use crate::primitive::aead::TAG_BYTES;
use crate::secret::SpaceKey;

pub(crate) use padding::{into_content, pad};

pub use change::{NewChange, Opened, SealedChange, open_change, reseal, seal_change};
pub use chunk::{CHUNK_MAX_BYTES, ChunkKind, ChunkPlace, open_chunk, seal_chunk};
pub use leaves::{Leaf, Leaves, OPENING_BYTES};
pub use provenance::{Provenance, Source};
pub use segment::{
    Manifest, OpenedSegment, Run, RunToSeal, SEGMENT_MAX_BYTES, SEGMENT_MAX_CHANGES, Segment,
    SegmentChange, open_segment, seal_segment,
};

impl SpaceKey {
    fn of_kind(&self, kind: SealKind) -> &SealingKey {
        match kind {
            SealKind::Change => &self.change,
            SealKind::Segment => &self.segment,
            SealKind::Snapshot => &self.snapshot,
            SealKind::Blob => &self.blob,
        }
    }
}

/// Pads `parts` and seals them; `associated` gives the associated data of the finished header.
fn seal_parts(
    key: &SpaceKey,
    kind: SealKind,
    parts: &[&[u8]],
    associated: impl FnOnce(&Seal) -> Vec<u8>,
    rng: &mut impl CryptoRng,
) -> (Seal, Vec<u8>) {
    let one_time = key.of_kind(kind).one_time(&make_nonce(rng));
    let mut text = pad(parts, TAG_BYTES);
    let seal = Seal {
        kind,
        epoch: key.epoch(),
        nonce: one_time.nonce(),
        key_commitment: *one_time.commitment(),
        padded_length: u32::try_from(text.len()).expect("padding bounds what it pads"),
    };
    one_time.seal(&associated(&seal), &mut text);
    (seal, text)
}

/// Opens a ciphertext and returns its padded plaintext.
fn open_padded(
    key: &SpaceKey,
    kind: SealKind,
    seal: &Seal,
    ciphertext: &[u8],
    associated: &[u8],
) -> Result<Vec<u8>, OpenError> {
    if seal.kind != kind
        || seal.epoch != key.epoch()
        || ciphertext.len() != seal.ciphertext_length()
    {
        return Err(OpenError);
    }
    let one_time = key
        .of_kind(kind)
        .committed(&seal.nonce, &seal.key_commitment)?;
    let mut text = ciphertext.to_vec();
    one_time.open(associated, &mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests;
