//! The journal: sealed frames, appended one after the other, and read back at the start and
//! wherever a change's bytes are needed again.

use std::collections::BTreeMap;

use lifeos_crypto::LocalKey;
use lifeos_crypto::local::{FileKey, Split, split_frame};
use lifeos_protocol::Wire;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::files::{FileKind, FileName, ReadNeeded, Write};
use crate::record::Record;

/// Where a frame lies, and which part of it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the journal file.
    pub(crate) file: u32,
    /// Index of the frame in it.
    pub(crate) frame: u32,
    /// Offset of the frame.
    pub(crate) offset: u32,
    /// Length of the frame.
    pub(crate) length: u32,
    /// Which change of the record.
    pub(crate) part: u16,
}

impl Place {
    pub(crate) fn with_part(self, part: usize) -> Self {
        let part = u16::try_from(part).expect("a record holds at most a few hundred changes");
        Self { part, ..self }
    }

    pub(crate) fn read_needed(self) -> ReadNeeded {
        ReadNeeded {
            file: FileName::journal(self.file.into()),
            offset: self.offset.into(),
            length: self.length,
        }
    }
}

/// The end of the journal, where records are appended.
pub(crate) struct Journal {
    local: LocalKey,
    keys: BTreeMap<u32, FileKey>,
    file: u32,
    frame: u32,
    offset: u32,
    /// How long each file is that was ended.
    ended: BTreeMap<u32, u32>,
    writes: Vec<Write>,
    /// Whether the next frame is the first of a write: the host flushes what came before it first.
    begins_write: bool,
}

impl Journal {
    /// Continues a file at a frame and offset.
    pub(crate) fn new(local: LocalKey, file: u32, frame: u32, offset: u32) -> Self {
        Self {
            local,
            keys: BTreeMap::new(),
            file,
            frame,
            offset,
            ended: BTreeMap::new(),
            writes: Vec::new(),
            begins_write: true,
        }
    }

    pub(crate) fn file(&self) -> u32 {
        self.file
    }

    pub(crate) fn offset(&self) -> u32 {
        self.offset
    }

    pub(crate) fn local(&self) -> &LocalKey {
        &self.local
    }

    /// Appends a record; it is durable when its write is.
    pub(crate) fn append(&mut self, record: &Record, rng: &mut impl CryptoRng) -> Place {
        let plain = Zeroizing::new(record.to_bytes());
        let local = &self.local;
        let key = self
            .keys
            .entry(self.file)
            .or_insert_with(|| file_key(local, self.file));
        let index = self.frame.into();
        let bytes = if std::mem::take(&mut self.begins_write) {
            key.seal_first_of_write(index, &plain, rng)
        } else {
            key.seal_frame(index, &plain, rng)
        };
        let length = u32::try_from(bytes.len()).expect("a frame is at most 16 MiB");
        let place = Place {
            file: self.file,
            frame: self.frame,
            offset: self.offset,
            length,
            part: 0,
        };
        self.frame += 1;
        self.offset += length;
        let file = FileName::journal(self.file.into());
        match self.writes.last_mut() {
            Some(Write::Append {
                file: last,
                bytes: before,
                ..
            }) if *last == file => {
                before.extend_from_slice(&bytes);
            }
            _ => self.writes.push(Write::Append {
                file,
                offset: place.offset.into(),
                bytes,
            }),
        }
        place
    }

    /// How long each file is that was ended.
    pub(crate) fn ended(&self) -> &BTreeMap<u32, u32> {
        &self.ended
    }

    /// Notes how long a file is that was ended before the start.
    pub(crate) fn note_ended(&mut self, file: u32, length: u32) {
        self.ended.insert(file, length);
    }

    /// The key of one file.
    pub(crate) fn key_of(&self, file: u32) -> FileKey {
        file_key(&self.local, file)
    }

    /// Ends the present file; what follows goes to the next.
    pub(crate) fn turn(&mut self) {
        self.ended.insert(self.file, self.offset);
        self.file += 1;
        self.frame = 0;
        self.offset = 0;
        self.begins_write = true;
    }

    /// Adds a write that is not of a journal.
    pub(crate) fn push_write(&mut self, write: Write) {
        self.writes.push(write);
    }

    pub(crate) fn take_writes(&mut self) -> Vec<Write> {
        self.begins_write = true;
        std::mem::take(&mut self.writes)
    }

    /// Opens the frame at a place from the bytes that the host read there.
    pub(crate) fn reopen(&mut self, place: Place, bytes: &[u8]) -> Option<Record> {
        let local = &self.local;
        let key = self
            .keys
            .entry(place.file)
            .or_insert_with(|| file_key(local, place.file));
        let plain = key.open_frame(place.frame.into(), bytes).ok()?;
        Record::from_bytes(&plain).ok()
    }
}

/// A journal file read from its beginning.
pub(crate) struct ReadBack {
    /// Every whole record with its place.
    pub(crate) records: Vec<(Place, Record)>,
    /// How many bytes of the file are whole frames.
    pub(crate) whole: u32,
    /// How many frames they are.
    pub(crate) frames: u32,
    /// What stands behind them.
    pub(crate) end: End,
}

/// How a journal file ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At a frame's end.
    Clean,
    /// In bytes that are no frame of this place, with no later write behind them: a write that
    /// was cut, if this is the last file.
    Torn,
    /// In bytes that are no frame of this place, and that were flushed once: a later write stands
    /// behind them.
    Damaged,
}

/// Reads a whole journal file.
pub(crate) fn read_back(local: &LocalKey, file: u32, bytes: &[u8]) -> ReadBack {
    let key = file_key(local, file);
    let mut back = ReadBack {
        records: Vec::new(),
        whole: 0,
        frames: 0,
        end: End::Clean,
    };
    let mut rest = bytes;
    loop {
        let (frame, after) = match split_frame(rest) {
            Split::End => break,
            Split::Frame { frame, rest } => (frame, rest),
            Split::Torn | Split::Damaged => {
                back.end = end_in(&key, rest);
                break;
            }
        };
        let Ok(plain) = key.open_frame(back.frames.into(), frame) else {
            back.end = end_in(&key, rest);
            break;
        };
        // What opens was written whole; who does not understand it must not cut it off.
        let Ok(record) = Record::from_bytes(&plain) else {
            back.end = End::Damaged;
            break;
        };
        let length = u32::try_from(frame.len()).expect("a frame is at most 16 MiB");
        let place = Place {
            file,
            frame: back.frames,
            offset: back.whole,
            length,
            part: 0,
        };
        back.records.push((place, record));
        back.frames += 1;
        back.whole += length;
        rest = after;
    }
    back
}

/// What bytes are in which no frame stands. A write is flushed before the next begins, and what a
/// power cut leaves of one that was not is any of its sectors: so they are the rest of a cut write
/// unless a later one stands behind them. The frame at their front may be the first of theirs.
fn end_in(key: &FileKey, rest: &[u8]) -> End {
    match key.has_first_of_write(rest.get(1..).unwrap_or_default()) {
        true => End::Damaged,
        false => End::Torn,
    }
}

fn file_key(local: &LocalKey, file: u32) -> FileKey {
    local.file_key(FileKind::Journal.sealed_as(), file.into())
}
