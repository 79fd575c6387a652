//! A ZIP archive as an export is written (APPNOTE.TXT 4.3): deflated files one after the other, the
//! list at the end, and a comment with the SHA-256 of every byte before it. Equal input makes equal
//! bytes.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use lifeos_kernel::Day;
use sha2::{Digest, Sha256};

use super::manifest::ListedFile;
use super::moment::Moment;

const LOCAL_BYTES: usize = 30;
/// Made on a system with rights (3), by version 2.0.
const MADE_BY: u16 = 3 << 8 | 20;
const NEEDED: u16 = 20;
const DEFLATED: u16 = 8;
/// A file that its owner may write and all may read.
const RIGHTS: u32 = 0o100_644 << 16;
/// In front of the digits of the seal.
pub(super) const SEAL: &str = "lifeos-export sha256:";
pub(super) const SEAL_BYTES: usize = SEAL.len() + 64;

/// An archive that is being written.
pub(super) struct Archive {
    bytes: Vec<u8>,
    list: Vec<u8>,
    files: u16,
    dos_time: [u16; 2],
}

/// A file that is being written into an archive.
pub(super) struct File {
    name: &'static str,
    number: u32,
    encoder: DeflateEncoder<Vec<u8>>,
    crc: Crc,
    hash: Sha256,
    bytes: u64,
}

impl Archive {
    pub(super) fn new(made_at: Moment) -> Self {
        Self {
            bytes: Vec::new(),
            list: Vec::new(),
            files: 0,
            dos_time: dos_time(made_at),
        }
    }

    /// Begins a file; `number` tells files of one kind apart.
    pub(super) fn begin(&self, name: &'static str, number: u32) -> File {
        File {
            name,
            number,
            encoder: DeflateEncoder::new(Vec::new(), Compression::new(6)),
            crc: Crc::new(),
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    /// Puts a file into the archive that was written to its end.
    pub(super) fn end(&mut self, file: File, records: u64) -> ListedFile {
        let packed = file.encoder.finish().expect("memory takes every byte");
        let name = named(file.name, file.number);
        let at = narrow(self.bytes.len() as u64);
        let mut header = Vec::with_capacity(LOCAL_BYTES);
        // What both headers say: flags, method, time, checksum, sizes, length of the name, extras.
        for half in [0, DEFLATED, self.dos_time[0], self.dos_time[1]] {
            header.extend(half.to_le_bytes());
        }
        for whole in [
            file.crc.sum(),
            narrow(packed.len() as u64),
            narrow(file.bytes),
        ] {
            header.extend(whole.to_le_bytes());
        }
        for half in [name.len() as u16, 0] {
            header.extend(half.to_le_bytes());
        }
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(NEEDED.to_le_bytes());
        self.bytes.extend(&header);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);

        self.list.extend(b"PK\x01\x02");
        self.list.extend(MADE_BY.to_le_bytes());
        self.list.extend(NEEDED.to_le_bytes());
        self.list.extend(header);
        self.list.extend([0; 6]);
        self.list.extend(RIGHTS.to_le_bytes());
        self.list.extend(at.to_le_bytes());
        self.list.extend(name.as_bytes());
        self.files += 1;
        ListedFile {
            name,
            bytes: file.bytes,
            records,
            sha256: hex(&file.hash.finalize()),
        }
    }

    /// Ends the archive, and seals it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let at = narrow(self.bytes.len() as u64);
        let length = narrow(self.list.len() as u64);
        self.bytes.append(&mut self.list);
        self.bytes.extend(b"PK\x05\x06");
        for half in [0, 0, self.files, self.files] {
            self.bytes.extend(half.to_le_bytes());
        }
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend((SEAL_BYTES as u16).to_le_bytes());
        let seal = hex(&Sha256::digest(&self.bytes));
        self.bytes.extend(SEAL.as_bytes());
        self.bytes.extend(seal.as_bytes());
        self.bytes
    }
}

/// Returns the bytes with the seal that they should have in place of their last bytes: for whoever
/// tries what lies behind the seal, as a fuzzer does. It says nothing of who wrote them.
#[doc(hidden)]
#[must_use]
pub fn resealed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes[..bytes.len().saturating_sub(SEAL_BYTES)].to_vec();
    let seal = hex(&Sha256::digest(&bytes));
    bytes.extend(SEAL.as_bytes());
    bytes.extend(seal.as_bytes());
    bytes
}

impl File {
    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.encoder
            .write_all(bytes)
            .expect("memory takes every byte");
        self.crc.update(bytes);
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

/// Returns `calendars/007.ics` for a name that has a place for its number.
pub(super) fn named(name: &str, number: u32) -> String {
    name.replacen('#', &format!("{number:03}"), 1)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An archive beyond 4 GiB has sizes that nothing here reads: it is found to be damaged when it is
/// read back, and not given to anybody.
fn narrow(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Time and day as ZIP has them: from 1980 on, every other second, by the clock on the wall.
fn dos_time(at: Moment) -> [u16; 2] {
    let (year, month, day) = at.day().ymd();
    let first = Day::from_ymd(1980, 1, 1).unwrap_or(Day::FIRST);
    let wall_ms = at.at_ms + i64::from(at.offset_minutes) * 60_000;
    if at.day() < first || year > 2_107 {
        return [0, 1 << 5 | 1];
    }
    let seconds = (wall_ms - at.day().epoch_ms()) / 1_000;
    let part = |value: i64| u16::try_from(value).unwrap_or(0);
    let time = part(seconds / 3_600) << 11 | part(seconds / 60 % 60) << 5 | part(seconds % 60 / 2);
    let date = part(i64::from(year) - 1980) << 9 | u16::from(month) << 5 | u16::from(day);
    [time, date]
}
