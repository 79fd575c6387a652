//! A disk that loses what was not flushed, from any byte on or in any sectors.

use std::collections::BTreeMap;

use lifeos_replica::{FileName, ReadNeeded, StoredFile, Write, Writes, files_to_open};

use crate::Chance;

#[derive(Debug, Clone, Default)]
struct File {
    bytes: Vec<u8>,
    flushed: usize,
}

/// Files in memory, as a host keeps them for an engine.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: BTreeMap<FileName, File>,
}

/// What a disk writes as one.
const SECTOR: usize = 512;

impl Disk {
    /// Flushes what came before, carries a batch of writes out in order, flushing before it goes
    /// from one file to the next, and flushes at the end unless `lazy`. Returns the token where all of it is flushed.
    ///
    /// # Panics
    /// Where an append does not fit the file's length: the engine and its disk disagree.
    pub fn carry_out(&mut self, writes: Writes, lazy: bool) -> Option<u64> {
        let token = writes.token;
        self.carry_out_within(writes, usize::MAX);
        if lazy {
            return None;
        }
        self.flush();
        Some(token)
    }

    /// As [`Self::carry_out`], lazily, until so many bytes are written: what comes after does not
    /// reach the disk, and an append may be cut anywhere. The other writes count as one byte.
    ///
    /// # Panics
    /// As [`Self::carry_out`].
    pub fn carry_out_within(&mut self, writes: Writes, mut room: usize) {
        self.flush();
        let mut last = None;
        for write in writes.writes {
            let name = match &write {
                Write::Append { file, .. }
                | Write::Truncate { file, .. }
                | Write::Replace { file, .. }
                | Write::Remove { file } => *file,
            };
            if last.is_some_and(|last| last != name) {
                self.flush();
            }
            last = Some(name);
            let size = size_of_write(&write);
            self.write(write, room);
            if room < size {
                return;
            }
            room -= size;
        }
    }

    fn write(&mut self, write: Write, room: usize) {
        match write {
            Write::Append {
                file,
                offset,
                bytes,
            } => {
                let file = self.files.entry(file).or_default();
                assert_eq!(
                    file.bytes.len() as u64,
                    offset,
                    "an append fits the file's end"
                );
                file.bytes
                    .extend_from_slice(&bytes[..room.min(bytes.len())]);
            }
            _ if room == 0 => {}
            Write::Truncate { file, length } => {
                let Some(file) = self.files.get_mut(&file) else {
                    return;
                };
                let length = usize::try_from(length).expect("a file in memory");
                file.bytes.truncate(length);
                file.flushed = file.flushed.min(length);
            }
            Write::Replace { file, bytes } => {
                self.flush();
                if room >= bytes.len() {
                    let flushed = bytes.len();
                    self.files.insert(file, File { bytes, flushed });
                }
            }
            Write::Remove { file } => {
                self.flush();
                self.files.remove(&file);
            }
        }
    }

    /// Makes everything durable.
    pub fn flush(&mut self) {
        for file in self.files.values_mut() {
            file.flushed = file.bytes.len();
        }
    }

    /// Cuts the power: of what was not flushed, any number of bytes at the front is left, and now
    /// and then any of their sectors are zeros.
    pub fn cut_power(&mut self, chance: &mut Chance) {
        for file in self.files.values_mut() {
            let loose = file.bytes.len() - file.flushed;
            file.bytes.truncate(file.flushed + chance.below(loose + 1));
            if chance.percent(50) {
                lose_sectors(&mut file.bytes, file.flushed, chance);
            }
            file.flushed = file.bytes.len();
        }
        self.files.retain(|_, file| !file.bytes.is_empty());
    }

    /// What a start reads.
    #[must_use]
    pub fn read_to_open(&self) -> Vec<StoredFile> {
        let names: Vec<FileName> = self.files.keys().copied().collect();
        self.read_files(&files_to_open(&names))
    }

    /// Every file but the snapshots: what a start reads when a snapshot is damaged.
    #[must_use]
    pub fn read_without_snapshots(&self) -> Vec<StoredFile> {
        let kept = |name: &&FileName| name.kind != lifeos_replica::FileKind::Snapshot;
        let names: Vec<FileName> = self.files.keys().filter(kept).copied().collect();
        self.read_files(&names)
    }

    /// The bytes that an engine asks for.
    ///
    /// # Panics
    /// Where they are not there.
    #[must_use]
    pub fn read(&self, reads: &[ReadNeeded]) -> Vec<(ReadNeeded, Vec<u8>)> {
        let read = |read: &ReadNeeded| {
            let from = usize::try_from(read.offset).expect("a file in memory");
            let bytes = &self.files[&read.file].bytes[from..from + read.length as usize];
            (*read, bytes.to_vec())
        };
        reads.iter().map(read).collect()
    }

    /// Every byte of every file, for a search.
    pub fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.files.values().map(|file| file.bytes.as_slice())
    }

    /// Every file with its bytes.
    pub fn contents(&self) -> impl Iterator<Item = (FileName, &[u8])> {
        let files = self.files.iter();
        files.map(|(name, file)| (*name, file.bytes.as_slice()))
    }

    /// The bytes of one file, to damage.
    pub fn file_mut(&mut self, name: FileName) -> Option<&mut Vec<u8>> {
        self.files.get_mut(&name).map(|file| &mut file.bytes)
    }

    /// The files that are there.
    #[must_use]
    pub fn names(&self) -> Vec<FileName> {
        self.files.keys().copied().collect()
    }

    fn read_files(&self, names: &[FileName]) -> Vec<StoredFile> {
        let read = |name: &FileName| {
            let file = self.files.get(name)?;
            Some(StoredFile {
                name: *name,
                bytes: file.bytes.clone(),
            })
        };
        names.iter().filter_map(read).collect()
    }
}

/// Makes zeros of any sectors from an offset on.
fn lose_sectors(bytes: &mut [u8], mut from: usize, chance: &mut Chance) {
    while from < bytes.len() {
        let to = bytes.len().min((from / SECTOR + 1) * SECTOR);
        if chance.percent(50) {
            bytes[from..to].fill(0);
        }
        from = to;
    }
}

/// What a batch counts for in [`Disk::carry_out_within`].
pub(crate) fn size_of_writes(writes: &Writes) -> usize {
    writes.writes.iter().map(size_of_write).sum()
}

fn size_of_write(write: &Write) -> usize {
    match write {
        Write::Append { bytes, .. } | Write::Replace { bytes, .. } => bytes.len(),
        Write::Truncate { .. } | Write::Remove { .. } => 1,
    }
}
