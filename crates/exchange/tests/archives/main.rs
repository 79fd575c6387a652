//! Archives are read whole and true, or refused by the entry that is wrong: bombs, names that lead
//! elsewhere, and lists that lie.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod written;

use std::fmt::Write as _;

use lifeos_exchange::zip::{Archive, ENTRIES, Fault, Wrong};

use written::{Entry, archive, close, deflate, entry};

/// Far above what these tests unpack.
const BUDGET: usize = 16 << 20;

fn fault(bytes: &[u8]) -> Fault {
    Archive::open(bytes, BUDGET).map(|_| ()).unwrap_err()
}

fn fault_of(entries: &[Entry]) -> Fault {
    fault(&archive(entries))
}

fn at(entry: u32, wrong: Wrong) -> Fault {
    Fault {
        entry: Some(entry),
        wrong,
    }
}

fn whole(wrong: Wrong) -> Fault {
    Fault { entry: None, wrong }
}

#[test]
fn entries_are_found_by_name_and_unpacked_whole() {
    let text = b"the same words, the same words, the same words".repeat(20);
    let stored = Entry {
        stored: true,
        ..entry("files/1", &[0, 1, 2, 255])
    };
    let bytes = archive(&[
        entry("data.json", &text),
        entry("files/", b""),
        stored,
        entry("häuser.txt", b""),
    ]);
    let mut read = Archive::open(&bytes, BUDGET).unwrap();
    let names: Vec<&str> = read.names().collect();
    assert_eq!(names, ["data.json", "files/1", "häuser.txt"]);
    assert_eq!(read.unpack("data.json"), Ok(Some(text)));
    assert_eq!(read.unpack("files/1"), Ok(Some(vec![0, 1, 2, 255])));
    assert_eq!(read.unpack("häuser.txt"), Ok(Some(Vec::new())));
    assert_eq!(read.unpack("VERSION"), Ok(None));
    assert_eq!(read.unpack("files"), Ok(None));
}

#[test]
fn an_archive_without_entries_or_with_a_comment_is_an_archive() {
    let empty = archive(&[]);
    assert_eq!(Archive::open(&empty, BUDGET).unwrap().names().count(), 0);
    let mut commented = archive(&[entry("a", b"b")]);
    let length = commented.len();
    commented[length - 2..].copy_from_slice(&[5, 0]);
    commented.extend(b"hello");
    let mut read = Archive::open(&commented, BUDGET).unwrap();
    assert_eq!(read.unpack("a"), Ok(Some(b"b".to_vec())));
    commented.push(b'!');
    assert_eq!(fault(&commented), whole(Wrong::NoList));
}

#[test]
fn an_archive_that_is_cut_short_is_refused_wherever_it_is_cut() {
    let bytes = archive(&[entry("data.json", b"[]"), entry("VERSION", b"1")]);
    for length in 0..bytes.len() {
        let found = fault(&bytes[..length]);
        assert_eq!(found, whole(Wrong::NoList), "{length}");
        let found = fault(&bytes[bytes.len() - length..]);
        assert_ne!(found.wrong, Wrong::Damaged, "{length}");
    }
}

#[test]
fn an_archive_with_a_byte_changed_gives_the_same_content_or_is_refused() {
    let content = b"never another word".repeat(3);
    let bytes = archive(&[entry("one", &content), entry("two", b"2")]);
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            if let Ok(mut read) = Archive::open(&changed, BUDGET)
                && let Ok(Some(unpacked)) = read.unpack("one")
            {
                assert_eq!(unpacked, content, "bit {bit} of byte {place}");
            }
        }
    }
}

#[test]
fn a_name_that_leads_out_of_the_archive_is_refused() {
    for name in [
        "../data.json",
        "files/../../1",
        "..",
        ".",
        "files/./1",
        "/data.json",
        "files//1",
        "C:data.json",
        "files\\..\\1",
        "data.json\0.png",
        "new\nline",
        "",
        "/",
        "....//",
    ] {
        let found = fault_of(&[entry("a", b""), entry(name, b"x")]);
        assert_eq!(found, at(2, Wrong::Name), "{name:?}");
    }
    let latin = Entry {
        name: b"h\xe4user".to_vec(),
        ..entry("", b"x")
    };
    assert_eq!(fault_of(&[latin]), at(1, Wrong::Name));
    let mut long = String::new();
    for step in 0..300 {
        write!(long, "{step}/").unwrap();
    }
    assert_eq!(fault_of(&[entry(&long, b"")]), at(1, Wrong::Name));
}

#[test]
fn a_name_that_stands_twice_is_refused_also_as_a_folder() {
    let twice = [entry("data.json", b"1"), entry("data.json", b"2")];
    assert_eq!(fault_of(&twice), at(2, Wrong::NameTwice));
    let folder = [entry("data.json/", b""), entry("data.json", b"2")];
    assert_eq!(fault_of(&folder), at(2, Wrong::NameTwice));
}

#[test]
fn entries_that_share_bytes_are_refused_as_fifield_made_them() {
    // One kernel of zeros, and many entries of the list that all name its header.
    let kernel = vec![0; 1 << 16];
    let mut entries = vec![entry("0", &kernel)];
    for number in 1..100 {
        entries.push(Entry {
            header_at: Some(0),
            own_name: Some(b"0".to_vec()),
            packed: Some(u32::try_from(deflate(&kernel).len()).unwrap()),
            size: Some(1 << 16),
            ..entry(&number.to_string(), b"")
        });
    }
    // The name in the header is another than the list's: that alone gives it away.
    assert_eq!(fault_of(&entries), at(2, Wrong::List));

    // With quoted headers, as his better bomb has them: each entry's data begins with the next
    // entry's header, and runs to the end of the kernel.
    let (mut file, mut list) = (Vec::new(), Vec::new());
    let data = deflate(&kernel);
    let header_bytes = 30 + 1;
    let count = 9_u8;
    for number in 0..count {
        let left = usize::from(count - 1 - number) * (header_bytes + 5);
        let packed = u32::try_from(left + data.len()).unwrap();
        let at = u32::try_from(file.len()).unwrap();
        let mut shared = Vec::new();
        for two in [20_u16, 0, 8, 0, 0] {
            shared.extend(two.to_le_bytes());
        }
        for four in [0, packed, 1 << 16] {
            shared.extend(u32::to_le_bytes(four));
        }
        shared.extend([1, 0, 0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&shared);
        file.push(b'a' + number);
        if number + 1 < count {
            // A stored block of deflate that holds the next header.
            file.extend([0, 31, 0, 224, 255]);
        }
        list.extend(b"PK\x01\x02\x14\x00");
        list.extend(&shared);
        list.extend([0; 10]);
        list.extend(at.to_le_bytes());
        list.push(b'a' + number);
    }
    file.extend(data);
    assert_eq!(fault(&close(file, &list, 9)), at(2, Wrong::Overlap));
}

#[test]
fn what_unpacks_to_more_than_it_may_is_refused_before_it_is_unpacked() {
    // A thousand to one, as nothing that a person wrote.
    let zeros = archive(&[entry("zeros", &vec![0; 8 << 20])]);
    let mut read = Archive::open(&zeros, BUDGET).unwrap();
    assert_eq!(read.unpack("zeros"), Err(at(1, Wrong::TooLarge)));
    // What is small may be as uniform as it likes.
    let small = archive(&[entry("zeros", &vec![0; 1 << 20])]);
    let mut read = Archive::open(&small, BUDGET).unwrap();
    assert_eq!(read.unpack("zeros").unwrap().unwrap().len(), 1 << 20);
    // The budget is one for all entries.
    let entries = ["a", "b"].map(|name| Entry {
        stored: true,
        ..entry(name, &[7; 600])
    });
    let bytes = archive(&entries);
    let mut read = Archive::open(&bytes, 1_000).unwrap();
    assert!(read.unpack("a").is_ok());
    assert_eq!(read.unpack("b"), Err(at(2, Wrong::TooLarge)));
}

#[test]
fn an_entry_that_announces_less_than_it_unpacks_to_is_refused_at_that_length() {
    let liar = Entry {
        size: Some(10),
        ..entry("liar", &vec![0; 8 << 20])
    };
    let bytes = archive(&[liar]);
    let mut read = Archive::open(&bytes, BUDGET).unwrap();
    assert_eq!(read.unpack("liar"), Err(at(1, Wrong::Damaged)));
    let boaster = Entry {
        size: Some(3),
        ..entry("boaster", b"ab")
    };
    let bytes = archive(&[boaster]);
    let mut read = Archive::open(&bytes, BUDGET).unwrap();
    assert_eq!(read.unpack("boaster"), Err(at(1, Wrong::Damaged)));
}

#[test]
fn an_archive_in_an_archive_is_an_entry_and_not_opened() {
    let mut inner = archive(&[entry("bottom", &vec![0; 1 << 20])]);
    for _ in 0..16 {
        inner = archive(&["a", "b", "c"].map(|name| entry(name, &inner)));
    }
    let mut read = Archive::open(&inner, BUDGET).unwrap();
    assert_eq!(read.names().count(), 3);
    let one = read.unpack("a").unwrap().unwrap();
    assert!(one.starts_with(b"PK\x03\x04") && one.len() < inner.len() * 3);
}

#[test]
fn what_is_encrypted_split_or_packed_otherwise_is_refused() {
    let one = entry("one", b"1");
    for bit in [0, 6, 13] {
        let flags = 1 << bit;
        let found = fault_of(&[Entry {
            flags,
            ..one.clone()
        }]);
        assert_eq!(found, at(1, Wrong::Encrypted), "bit {bit}");
    }
    for method in [1, 9, 12, 14, 93, 95, 99] {
        let method = Some(method);
        let found = fault_of(&[Entry {
            method,
            ..one.clone()
        }]);
        assert_eq!(found, at(1, Wrong::Method));
    }
    let split = Entry {
        disk: 1,
        ..one.clone()
    };
    assert_eq!(fault_of(&[split]), at(1, Wrong::Zip64));
}

#[test]
fn an_archive_in_zip64_is_refused_whatever_it_says_there() {
    let beyond = Entry {
        size: Some(u32::MAX),
        ..entry("large", b"1")
    };
    assert_eq!(fault_of(&[beyond]), at(1, Wrong::Zip64));
    let bytes = archive(&[entry("one", b"1")]);
    let end = bytes.len() - 22;
    for (from, to) in [(10, 12), (12, 16), (16, 20)] {
        let mut beyond = bytes.clone();
        beyond[end + from..end + to].fill(0xff);
        assert_eq!(fault(&beyond), whole(Wrong::Zip64));
    }
    let mut located = bytes[..end].to_vec();
    located.extend(b"PK\x06\x07");
    located.extend([0; 16]);
    located.extend(&bytes[end..]);
    assert_eq!(fault(&located), whole(Wrong::Zip64));
}

#[test]
fn a_list_that_does_not_agree_with_the_file_is_refused() {
    let one = entry("one", b"1");
    let renamed = Entry {
        own_name: Some(b"two".to_vec()),
        ..one.clone()
    };
    assert_eq!(fault_of(&[renamed]), at(1, Wrong::List));
    let outside = Entry {
        header_at: Some(9_000),
        ..one.clone()
    };
    assert_eq!(fault_of(&[outside]), at(1, Wrong::List));
    let long = Entry {
        packed: Some(9_000),
        ..one.clone()
    };
    assert_eq!(fault_of(&[long]), at(1, Wrong::List));
    let folder = entry("folder/", b"with content");
    assert_eq!(fault_of(&[folder]), at(1, Wrong::List));
    // Something before the archive, or between it and its list.
    let mut moved = vec![0; 8];
    moved.extend(archive(&[one]));
    assert_eq!(fault(&moved), whole(Wrong::List));
}

#[test]
fn more_entries_than_are_read_are_refused_before_any_of_them() {
    let many = close(Vec::new(), &[], ENTRIES + 1);
    assert_eq!(fault(&many), whole(Wrong::TooManyEntries));
    let names: Vec<Entry> = (0..ENTRIES)
        .map(|number| Entry {
            stored: true,
            ..entry(&number.to_string(), b"")
        })
        .collect();
    let bytes = archive(&names);
    assert_eq!(
        Archive::open(&bytes, BUDGET).unwrap().names().count(),
        ENTRIES
    );
}

#[test]
fn a_fault_says_the_number_of_its_entry_and_never_its_name() {
    let found = fault_of(&[entry("a", b""), entry("../secret", b"")]);
    assert_eq!(found.to_string(), "entry 2: a name that leads elsewhere");
    assert_eq!(
        whole(Wrong::NoList).to_string(),
        "no list of entries at the end: not an archive, or cut short"
    );
}
