//! The first hundred bytes of a database file.

use super::MAGIC;
use super::damage::{Damage, Wrong};

/// What the header says that reading needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) page_bytes: usize,
    /// What of a page is used; the rest is reserved for extensions.
    pub(super) usable: usize,
    pub(super) pages: u32,
    pub(super) encoding: Encoding,
    pub(super) has_log: bool,
}

/// How texts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
}

pub(super) const HEADER_BYTES: usize = 100;
const SMALLEST_USABLE: usize = 480;

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let cut_short = Damage::file(Wrong::CutShort);
        let damaged = Damage::at(1, Wrong::Header);
        if !bytes.starts_with(MAGIC) {
            return Err(Damage::file(Wrong::NotADatabase));
        }
        let header: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(cut_short)?;
        let four = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        if !page_bytes.is_power_of_two() || page_bytes < 512 {
            return Err(damaged);
        }
        // Byte 19 is the version that a reader must know; 2 means a write-ahead log.
        let has_log = match header[19] {
            1 => false,
            2 => true,
            0 => return Err(damaged),
            _ => return Err(Damage::at(1, Wrong::NewerFormat)),
        };
        let usable = page_bytes - usize::from(header[20]);
        if usable < SMALLEST_USABLE || header[21..24] != [64, 32, 32] {
            return Err(damaged);
        }
        if four(44) > 4 {
            return Err(Damage::at(1, Wrong::NewerFormat));
        }
        let encoding = match four(56) {
            // A database in which nothing was ever made.
            0 | 1 => Encoding::Utf8,
            2 => Encoding::Utf16Little,
            3 => Encoding::Utf16Big,
            _ => return Err(damaged),
        };
        let whole = u32::try_from(bytes.len() / page_bytes).map_err(|_| damaged)?;
        // The count is kept by releases since 3.7; the change counter tells whether it is of now.
        let is_counted = four(28) > 0 && four(24) == four(92);
        let pages = if is_counted { four(28) } else { whole };
        if whole == 0 || pages > whole || !bytes.len().is_multiple_of(page_bytes) {
            return Err(cut_short);
        }
        Ok(Self {
            page_bytes,
            usable,
            pages,
            encoding,
            has_log,
        })
    }
}
