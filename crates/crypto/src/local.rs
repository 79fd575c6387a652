//! What rests on a device: files of frames, each sealed under a sub-key of the local key
//! (formats.md §11). A frame is bound to its file and its place in it.

use std::ops::RangeInclusive;

use lifeos_protocol::label;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::OpenError;
use crate::committed::{COMMITMENT_BYTES, NONCE_BYTES, SealingKey, make_nonce};
use crate::primitive::aead::TAG_BYTES;
use crate::secret::{LocalKey, mute};

/// Bytes that a frame adds to what it holds.
pub const FRAME_OVERHEAD_BYTES: usize = LENGTH_BYTES + LEAST_BODY_BYTES;
/// The most that one frame may hold, in bytes.
pub const FRAME_MAX_BYTES: usize = 16 << 20;

const LENGTH_BYTES: usize = 4;
/// In a frame's length, and in the kind that it is bound to: the frame is the first of a write.
const FIRST_OF_WRITE: u32 = 1 << 31;
const FIRST_OF_WRITE_KIND: u8 = 1 << 7;
const LEAST_BODY_BYTES: usize = NONCE_BYTES + COMMITMENT_BYTES + TAG_BYTES;
const BODY_BYTES: RangeInclusive<usize> = LEAST_BODY_BYTES..=LEAST_BODY_BYTES + FRAME_MAX_BYTES;

/// What a file of the local store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Changes and records in the order in which they were made durable.
    Journal,
    /// Folded state at one moment.
    Snapshot,
    /// The device's own keys and secrets.
    Keys,
}

impl FileKind {
    /// Returns the code in the byte table.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Journal => 1,
            Self::Snapshot => 2,
            Self::Keys => 3,
        }
    }
}

/// The key of one file of the local store.
pub struct FileKey {
    kind: FileKind,
    number: u64,
    key: SealingKey,
}

mute!(FileKey);

impl LocalKey {
    /// Derives the key of one file. A file number is used once for each kind.
    #[must_use]
    pub fn file_key(&self, kind: FileKind, number: u64) -> FileKey {
        let info = label::LOCAL.with(&[&[kind.code()], &number.to_be_bytes()]);
        let key = SealingKey::derive(self.bytes.as_slice(), &info);
        FileKey { kind, number, key }
    }
}

impl FileKey {
    /// Seals the frame that stands at `index` in the file (from 0, without gaps).
    ///
    /// # Panics
    /// When `text` is longer than [`FRAME_MAX_BYTES`].
    #[must_use]
    pub fn seal_frame(&self, index: u64, text: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        self.seal(index, false, text, rng)
    }

    /// As [`Self::seal_frame`], for the first frame of a write: everything before it is flushed
    /// before it is written. Where it stands, a gap before it is damage and no torn write.
    ///
    /// # Panics
    /// As [`Self::seal_frame`].
    #[must_use]
    pub fn seal_first_of_write(
        &self,
        index: u64,
        text: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        self.seal(index, true, text, rng)
    }

    fn seal(&self, index: u64, is_first: bool, text: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        assert!(
            text.len() <= FRAME_MAX_BYTES,
            "a frame holds at most 16 MiB"
        );
        let length = u32::try_from(LEAST_BODY_BYTES + text.len()).expect("16 MiB fit in 31 bits");
        let length = if is_first {
            length | FIRST_OF_WRITE
        } else {
            length
        };
        let one_time = self.key.one_time(&make_nonce(rng));
        let mut frame = Vec::with_capacity(FRAME_OVERHEAD_BYTES + text.len());
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(&one_time.nonce());
        frame.extend_from_slice(one_time.commitment());
        let mut sealed = Vec::with_capacity(text.len() + TAG_BYTES);
        sealed.extend_from_slice(text);
        one_time.seal(&self.associated(index, is_first), &mut sealed);
        frame.append(&mut sealed);
        frame
    }

    /// Opens the whole frame (as [`split_frame`] cuts it) that stands at `index` in the file.
    ///
    /// # Errors
    /// [`OpenError`] for damage, another place and another key alike.
    pub fn open_frame(&self, index: u64, frame: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let mut text = Zeroizing::new(Vec::with_capacity(frame.len()));
        self.open_frame_onto(index, frame, &mut text)?;
        Ok(text)
    }

    /// Opens a frame as [`Self::open_frame`] does, and appends what it holds.
    ///
    /// # Errors
    /// As [`Self::open_frame`]; nothing is appended then.
    pub fn open_frame_onto(
        &self,
        index: u64,
        frame: &[u8],
        onto: &mut Vec<u8>,
    ) -> Result<(), OpenError> {
        let Split::Frame { frame, rest: [] } = split_frame(frame) else {
            return Err(OpenError);
        };
        let is_first = length_of(frame).is_some_and(|(_, is_first)| is_first);
        let (nonce, rest) = frame[LENGTH_BYTES..].split_first_chunk().ok_or(OpenError)?;
        let (commitment, sealed) = rest.split_first_chunk().ok_or(OpenError)?;
        let one_time = self.key.committed(nonce, commitment)?;
        let before = onto.len();
        onto.extend_from_slice(sealed);
        let opened = one_time.open_behind(&self.associated(index, is_first), before, onto);
        if opened.is_err() {
            onto.truncate(before);
        }
        opened
    }

    /// Tells whether the first frame of a write of this file begins anywhere in `bytes`, whole or
    /// not: its nonce and its commitment are there.
    #[must_use]
    pub fn has_first_of_write(&self, bytes: &[u8]) -> bool {
        let least = LENGTH_BYTES + NONCE_BYTES + COMMITMENT_BYTES;
        bytes.windows(least).any(|window| {
            let Some((length, true)) = length_of(window) else {
                return false;
            };
            let nonce_and_more = window[LENGTH_BYTES..].split_first_chunk();
            let Some((nonce, rest)) = nonce_and_more else {
                return false;
            };
            BODY_BYTES.contains(&length)
                && rest
                    .first_chunk()
                    .is_some_and(|commitment| self.key.committed(nonce, commitment).is_ok())
        })
    }

    fn associated(&self, index: u64, is_first: bool) -> [u8; 17] {
        let mut bytes = [0; 17];
        bytes[0] = self.kind.code();
        if is_first {
            bytes[0] |= FIRST_OF_WRITE_KIND;
        }
        bytes[1..9].copy_from_slice(&self.number.to_be_bytes());
        bytes[9..].copy_from_slice(&index.to_be_bytes());
        bytes
    }
}

/// What stands at the front of a file's remaining bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split<'a> {
    /// Nothing is left: the file ends here.
    End,
    /// A whole frame, and what follows it.
    Frame {
        /// The frame with its length.
        frame: &'a [u8],
        /// What follows it.
        rest: &'a [u8],
    },
    /// Fewer bytes than the frame announces.
    Torn,
    /// A length that no frame has: damage.
    Damaged,
}

/// Returns the tag of a frame. It is made under a key of the frame's own, so that it stands for what
/// the frame holds and for where it stands.
///
/// # Panics
/// When it is no frame as [`split_frame`] cuts it.
#[must_use]
pub fn tag_of_frame(frame: &[u8]) -> &[u8] {
    &frame[frame.len() - TAG_BYTES..]
}

/// How long the body of a frame says that it is, and whether the frame is the first of a write.
fn length_of(frame: &[u8]) -> Option<(usize, bool)> {
    let length = u32::from_be_bytes(*frame.first_chunk()?);
    let is_first = length & FIRST_OF_WRITE != 0;
    Some(((length & !FIRST_OF_WRITE) as usize, is_first))
}

/// Cuts the first frame off `bytes` without opening it.
#[must_use]
pub fn split_frame(bytes: &[u8]) -> Split<'_> {
    if bytes.is_empty() {
        return Split::End;
    }
    let Some((length, _)) = length_of(bytes) else {
        return Split::Torn;
    };
    if !BODY_BYTES.contains(&length) {
        return Split::Damaged;
    }
    if bytes.len() - LENGTH_BYTES < length {
        return Split::Torn;
    }
    let (frame, rest) = bytes.split_at(LENGTH_BYTES + length);
    Split::Frame { frame, rest }
}
