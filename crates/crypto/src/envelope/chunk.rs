//! Chunks of snapshots and blobs: each authenticated with its manifest, its place and the total.

use lifeos_protocol::seal::{Seal, SealKind};
use lifeos_protocol::{Hash, Reader, Wire};
use rand_core::CryptoRng;

use super::{open_padded, padding, seal_parts};
use crate::OpenError;
use crate::secret::SpaceKey;

/// The most that one chunk may hold, in bytes.
pub const CHUNK_MAX_BYTES: usize = 1 << 20;

/// What a chunk is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChunkKind {
    /// A snapshot of folded state.
    Snapshot,
    /// A file.
    Blob,
}

impl ChunkKind {
    const fn seal_kind(self) -> SealKind {
        match self {
            Self::Snapshot => SealKind::Snapshot,
            Self::Blob => SealKind::Blob,
        }
    }
}

/// Where a chunk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPlace {
    /// What it is a part of.
    pub kind: ChunkKind,
    /// Hash of the whole's manifest (`protocol::seal::manifest_hash`).
    pub manifest: Hash,
    /// Index of the chunk, from 0.
    pub index: u32,
    /// Number of chunks of the whole.
    pub count: u32,
}

impl ChunkPlace {
    fn associated(&self, seal: &Seal) -> Vec<u8> {
        let mut bytes = seal.associated_data(&self.manifest);
        bytes.extend_from_slice(&self.index.to_be_bytes());
        bytes.extend_from_slice(&self.count.to_be_bytes());
        bytes
    }
}

/// Seals a chunk: seal ‖ ciphertext.
///
/// # Panics
/// When `bytes` is longer than [`CHUNK_MAX_BYTES`].
#[must_use]
pub fn seal_chunk(
    key: &SpaceKey,
    place: &ChunkPlace,
    bytes: &[u8],
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    assert!(
        bytes.len() <= CHUNK_MAX_BYTES,
        "a chunk holds at most 1 MiB"
    );
    let associated = |seal: &Seal| place.associated(seal);
    let (seal, ciphertext) = seal_parts(key, place.kind.seal_kind(), &[bytes], associated, rng);
    let mut chunk = seal.to_bytes();
    chunk.extend_from_slice(&ciphertext);
    chunk
}

/// Opens the chunk that must stand at `place`.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_chunk(key: &SpaceKey, place: &ChunkPlace, chunk: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut reader = Reader::new(chunk);
    let seal = Seal::read(&mut reader).map_err(|_| OpenError)?;
    let associated = place.associated(&seal);
    let text = open_padded(
        key,
        place.kind.seal_kind(),
        &seal,
        reader.rest(),
        &associated,
    )?;
    padding::into_content(text)
}
