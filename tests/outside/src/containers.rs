//! Files that hold others, or tables: what reads them, and the products that keep their data there.

use lifeos_exchange::report::Source;
use lifeos_exchange::sqlite::Database;
use lifeos_exchange::zip::Archive;
use lifeos_exchange::{File, Import, Limits, Options, Refused};

use crate::parts;

const MOST_BYTES: usize = 1 << 20;

fn options() -> Options<'static> {
    Options {
        limits: Limits {
            file_bytes: MOST_BYTES,
            values: 100_000,
            records: 20_000,
            ..Limits::default()
        },
        ..Options::default()
    }
}

/// Any bytes given to the reader of databases: a place that is damaged, or rows whose values are
/// together no longer than the file (texts of UTF-16 and damaged ones grow by half, and by thrice).
pub fn sqlite_file(bytes: &[u8]) -> bool {
    let Ok(database) = Database::open(bytes) else {
        return false;
    };
    for table in database.tables() {
        let Ok(columns) = database.columns(table) else {
            continue;
        };
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let Ok(rows) = database.rows(table, &names) else {
            continue;
        };
        let mut told = 0;
        for row in rows {
            let Ok(row) = row else { break };
            assert_eq!(row.values.len(), names.len());
            told += row.values.iter().map(size).sum::<usize>();
            // A column of the same name twice is told twice.
            assert!(told <= 3 * bytes.len() * names.len().max(1), "{told} bytes");
        }
    }
    true
}

fn size(value: &lifeos_exchange::sqlite::Value) -> usize {
    use lifeos_exchange::sqlite::Value;
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Whole(_) | Value::Number(_) => 0,
    }
}

/// Any bytes given to the reader of archives: a fault, or entries that come to no more than the
/// budget.
pub fn zip_file(bytes: &[u8]) -> bool {
    let Ok(mut archive) = Archive::open(bytes, MOST_BYTES) else {
        return false;
    };
    let names: Vec<&str> = archive.names().collect();
    let mut told = 0;
    for name in names {
        if let Ok(Some(unpacked)) = archive.unpack(name) {
            told += unpacked.len();
        }
    }
    assert!(told <= MOST_BYTES, "{told} bytes");
    true
}

/// Any bytes given to the reader that verifies exports. A fuzzer cannot count a seal, so it is made
/// right first; nor a checksum, so that what is no archive is one file of it, its name in front.
pub fn export_archive(bytes: &[u8]) -> bool {
    use lifeos_exchange::export::{reads, resealed, verify};
    if let [name, file] = parts(bytes)[..]
        && !bytes.starts_with(b"PK")
    {
        return std::str::from_utf8(name).is_ok_and(|name| reads(name, file));
    }
    let as_given = verify(bytes, None);
    let sealed = resealed(bytes);
    let behind = verify(&sealed, None);
    if let Ok(verified) = &as_given {
        assert_eq!(sealed, bytes, "a seal that is right is made again");
        assert_eq!(Ok(verified), behind.as_ref());
    }
    behind.is_ok()
}

/// Any bytes given to the importer as a database of Things.
pub fn things(bytes: &[u8]) -> bool {
    is_sound(
        lifeos_exchange::read(File::nameless(bytes), &options()),
        Source::Things3,
    )
}

/// Any bytes given to the importer as an export of Vikunja; what is no archive is its `data.json`,
/// which a fuzzer that cannot count checksums would never reach.
pub fn vikunja(bytes: &[u8]) -> bool {
    let packed;
    let bytes = if bytes.starts_with(b"PK") {
        bytes
    } else {
        packed = archive(&[("data.json", bytes), ("VERSION", b"0.24.6")]);
        &packed
    };
    is_sound(
        lifeos_exchange::read(File::nameless(bytes), &options()),
        Source::Vikunja,
    )
}

/// What was read keeps its promises, and is the same after its way to the core.
fn is_sound(read: Result<Import, Refused>, source: Source) -> bool {
    let Ok(import) = read else {
        return false;
    };
    if import.source != source {
        return false;
    }
    let encoded = import.encode().expect("an import of a small file is small");
    let decoded = Import::decode(&encoded).expect("what a reader gives is sound");
    assert!(decoded == import, "an import is another after its way");
    let items = import.items([7; 16], 1, |_| false);
    assert_eq!(items.len(), import.records.len());
    true
}

/// Writes an archive of stored entries.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let four = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let two = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let mut shared = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        shared.extend(crc32(content).to_le_bytes());
        shared.extend(four(content.len()));
        shared.extend(four(content.len()));
        shared.extend(two(name.len()));
        shared.extend([0, 0]);
        list.extend(b"PK\x01\x02\x14\x00");
        list.extend(&shared);
        list.extend([0; 10]);
        list.extend(four(file.len()));
        list.extend(name.as_bytes());
        file.extend(b"PK\x03\x04");
        file.extend(shared);
        file.extend(name.as_bytes());
        file.extend(*content);
    }
    let list_at = file.len();
    file.extend(&list);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([two(entries.len()), two(entries.len())].concat());
    file.extend([four(list.len()), four(list_at)].concat());
    file.extend([0, 0]);
    file
}

/// The checksum of archives, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1));
    !bytes
        .iter()
        .fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
