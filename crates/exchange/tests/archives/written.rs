//! Archives as anybody could write them, true and false ones (APPNOTE.TXT).

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// An entry as it is written; what is `None` is as it should be.
#[derive(Clone, Default)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) content: Vec<u8>,
    pub(crate) stored: bool,
    pub(crate) flags: u16,
    pub(crate) method: Option<u16>,
    /// Instead of the sizes in the list.
    pub(crate) packed: Option<u32>,
    pub(crate) size: Option<u32>,
    pub(crate) crc: Option<u32>,
    /// The header that the list names, instead of its own.
    pub(crate) header_at: Option<u32>,
    /// The name in its own header.
    pub(crate) own_name: Option<Vec<u8>>,
    pub(crate) disk: u16,
}

pub(crate) fn entry(name: &str, content: &[u8]) -> Entry {
    Entry {
        name: name.as_bytes().to_vec(),
        content: content.to_vec(),
        ..Entry::default()
    }
}

pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Writes an archive, by APPNOTE.TXT.
pub(crate) fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for entry in entries {
        let data = if entry.stored {
            entry.content.clone()
        } else {
            deflate(&entry.content)
        };
        let mut crc = Crc::new();
        crc.update(&entry.content);
        let crc = entry.crc.unwrap_or(crc.sum());
        let method = entry.method.unwrap_or(if entry.stored { 0 } else { 8 });
        let sizes = [
            entry.packed.unwrap_or(u32::try_from(data.len()).unwrap()),
            entry
                .size
                .unwrap_or(u32::try_from(entry.content.len()).unwrap()),
        ];
        let at = entry
            .header_at
            .unwrap_or(u32::try_from(file.len()).unwrap());
        let own_name = entry.own_name.as_ref().unwrap_or(&entry.name);
        let shared = |name: &[u8]| {
            let mut shared = Vec::new();
            for two in [20, entry.flags, method, 0, 0] {
                shared.extend(u16::to_le_bytes(two));
            }
            for four in [crc, sizes[0], sizes[1]] {
                shared.extend(four.to_le_bytes());
            }
            shared.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            shared.extend([0, 0]);
            shared
        };
        file.extend(b"PK\x03\x04");
        file.extend(shared(own_name));
        file.extend(own_name);
        file.extend(data);

        list.extend(b"PK\x01\x02\x14\x00");
        list.extend(shared(&entry.name));
        list.extend([0, 0]);
        list.extend(entry.disk.to_le_bytes());
        list.extend([0; 6]);
        list.extend(at.to_le_bytes());
        list.extend(&entry.name);
    }
    close(file, &list, entries.len())
}

/// Puts the list and the last record behind the entries.
pub(crate) fn close(mut file: Vec<u8>, list: &[u8], entries: usize) -> Vec<u8> {
    let at = u32::try_from(file.len()).unwrap();
    let count = u16::try_from(entries).unwrap();
    file.extend(list);
    file.extend(b"PK\x05\x06\0\0\0\0");
    for two in [count, count] {
        file.extend(two.to_le_bytes());
    }
    file.extend(u32::try_from(list.len()).unwrap().to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    file
}
