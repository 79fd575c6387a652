//! The list of entries at the end of an archive, judged against the file (APPNOTE.TXT 4.3).

use std::collections::HashSet;
use std::ops::Range;

use super::{ENTRIES, Fault, Wrong};

const END: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const LOCATOR_64: &[u8; 4] = b"PK\x06\x07";
const LOCATOR_64_BYTES: usize = 20;
const LISTED: &[u8; 4] = b"PK\x01\x02";
const LISTED_BYTES: usize = 46;
const LOCAL: &[u8; 4] = b"PK\x03\x04";
const LOCAL_BYTES: usize = 30;
/// Encrypted, by one way or another (bits 0, 6 and 13).
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
const NAME_BYTES: usize = 1_024;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// Its place in the list, from one.
    pub(super) number: u32,
    pub(super) name: &'a str,
    pub(super) method: Method,
    /// Where its packed bytes stand.
    pub(super) data: Range<usize>,
    /// What it unpacks to.
    pub(super) size: usize,
    pub(super) crc: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

/// Reads the list; folders are left out of it.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Fault> {
    let end = find_end(bytes)?;
    let (mut at, list_end) = (end.list.start, end.list.end);
    let mut entries = Vec::new();
    let mut names = HashSet::new();
    let mut places = Vec::new();
    for number in 1..=end.entries {
        let fault = |wrong| Fault {
            entry: Some(number),
            wrong,
        };
        let listed = &bytes[at..list_end];
        if listed.len() < LISTED_BYTES || !listed.starts_with(LISTED) {
            return Err(fault(Wrong::List));
        }
        let lengths = [28, 30, 32].map(|at| usize::from(two(listed, at)));
        let whole = LISTED_BYTES + lengths.iter().sum::<usize>();
        let listed = listed.get(..whole).ok_or(fault(Wrong::List))?;
        at += whole;

        let raw_name = &listed[LISTED_BYTES..LISTED_BYTES + lengths[0]];
        let name = std::str::from_utf8(raw_name).map_err(|_| fault(Wrong::Name))?;
        if !is_plain(name) {
            return Err(fault(Wrong::Name));
        }
        if !names.insert(name.trim_end_matches('/')) {
            return Err(fault(Wrong::NameTwice));
        }
        let entry = entry(bytes, listed, number, name, end.list.start).map_err(fault)?;
        places.push((entry.0, entry.1.data.end, number));
        if !name.ends_with('/') {
            entries.push(entry.1);
        } else if entry.1.size > 0 {
            return Err(fault(Wrong::List));
        }
    }
    if at != list_end {
        return Err(whole(Wrong::List));
    }
    places.sort_unstable();
    match places.windows(2).find(|pair| pair[0].1 > pair[1].0) {
        Some(pair) => Err(Fault {
            entry: Some(pair[1].2),
            wrong: Wrong::Overlap,
        }),
        None => Ok(entries),
    }
}

struct End {
    entries: u32,
    list: Range<usize>,
}

/// Finds the last record of the archive: its comment reaches exactly to the end of the file.
fn find_end(bytes: &[u8]) -> Result<End, Fault> {
    let from = bytes
        .len()
        .saturating_sub(END_BYTES + usize::from(u16::MAX));
    let reaches_end = |at: &usize| {
        let end = &bytes[*at..];
        end.len() >= END_BYTES
            && end.starts_with(END)
            && END_BYTES + usize::from(two(end, 20)) == end.len()
    };
    let at = (from..bytes.len()).rev().find(reaches_end);
    let at = at.ok_or(whole(Wrong::NoList))?;
    let end = &bytes[at..];
    let locator = at.checked_sub(LOCATOR_64_BYTES).map(|at| &bytes[at..]);
    let is_64 = locator.is_some_and(|locator| locator.starts_with(LOCATOR_64));
    let count = two(end, 10);
    let (list_bytes, list_at) = (four(end, 12), four(end, 16));
    let is_beyond = count == u16::MAX || list_bytes == u32::MAX || list_at == u32::MAX;
    if is_64 || is_beyond || [two(end, 4), two(end, 6)] != [0, 0] || two(end, 8) != count {
        return Err(whole(Wrong::Zip64));
    }
    if usize::from(count) > ENTRIES {
        return Err(whole(Wrong::TooManyEntries));
    }
    let start = usize::try_from(list_at).map_err(|_| whole(Wrong::List))?;
    let length = usize::try_from(list_bytes).map_err(|_| whole(Wrong::List))?;
    if start.checked_add(length) != Some(at) {
        return Err(whole(Wrong::List));
    }
    Ok(End {
        entries: u32::from(count),
        list: start..at,
    })
}

/// Judges one entry against its own header, which stands before its bytes; gives it with the
/// place of that header.
fn entry<'a>(
    bytes: &'a [u8],
    listed: &[u8],
    number: u32,
    name: &'a str,
    list_at: usize,
) -> Result<(usize, Entry<'a>), Wrong> {
    let (flags, method) = (two(listed, 8), two(listed, 10));
    if flags & ENCRYPTED != 0 {
        return Err(Wrong::Encrypted);
    }
    let sizes = [four(listed, 20), four(listed, 24), four(listed, 42)];
    if sizes.contains(&u32::MAX) || two(listed, 34) != 0 {
        return Err(Wrong::Zip64);
    }
    let [packed, size, at] = sizes.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    let before_list = bytes.get(at..list_at).ok_or(Wrong::List)?;
    let header = before_list.get(..LOCAL_BYTES).ok_or(Wrong::List)?;
    let own_name = before_list.get(LOCAL_BYTES..LOCAL_BYTES + usize::from(two(header, 26)));
    let is_same = header.starts_with(LOCAL)
        && two(header, 8) == method
        && two(header, 6) & ENCRYPTED == 0
        && own_name == Some(name.as_bytes());
    let start = LOCAL_BYTES + name.len() + usize::from(two(header, 28));
    let room = before_list.len().checked_sub(start).ok_or(Wrong::List)?;
    if !is_same || packed > room {
        return Err(Wrong::List);
    }
    let method = match method {
        0 if packed == size => Method::Stored,
        0 => return Err(Wrong::List),
        8 => Method::Deflated,
        _ => return Err(Wrong::Method),
    };
    let data = at + start..at + start + packed;
    let entry = Entry {
        number,
        name,
        method,
        data,
        size,
        crc: four(listed, 16),
    };
    Ok((at, entry))
}

/// Says whether a name stays inside the archive, on every system: steps between slashes, none of
/// them empty or of dots alone, no drive, no backslash, nothing that is not shown.
fn is_plain(name: &str) -> bool {
    let steps = name.strip_suffix('/').unwrap_or(name);
    let is_step = |step: &str| !step.is_empty() && !step.chars().all(|c| c == '.');
    let is_foreign = |c: char| c.is_control() || matches!(c, '\\' | ':');
    name.len() <= NAME_BYTES && steps.split('/').all(is_step) && !name.contains(is_foreign)
}

fn two(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn four(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn whole(wrong: Wrong) -> Fault {
    Fault { entry: None, wrong }
}
