//! Bad input, format by format: refused with its place, or told in the report.

use super::twice::FILES;
use super::*;
use lifeos_exchange::report::Outcome;
use lifeos_exchange::{Limits, Options};
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn an_empty_file_is_refused_as_empty_whatever_its_name() {
    for (name, _) in FILES {
        for text in ["", " \r\n\t", "\u{feff}"] {
            assert_eq!(try_read(name, text), Err(Refused::Empty), "{name}");
        }
    }
}

#[test]
fn a_file_of_another_format_is_refused_and_the_refusal_says_what_is_read() {
    let others = [
        ("page.html", "<!doctype html>\n<p>TYPE, CONTENT</p>\n"),
        ("table.csv", "name,amount\nrent,900\n"),
        ("letter.txt", "Dear all,\nthe garden is closed.\n"),
        ("card.vcf", "BEGIN:VCARD\nFN:Ann\nEND:VCARD\n"),
        ("doc.md", "# Title\n\ntext (A) and more\n"),
    ];
    for (name, text) in others {
        let refused = try_read(name, text).unwrap_err();
        assert_eq!(refused, Refused::UnknownFormat, "{name}");
        for known in [
            "Super Productivity",
            "TickTick",
            "Todoist",
            "ClickUp",
            ".txt",
            ".org",
            ".ics",
            "Vikunja",
            "Things 3",
        ] {
            assert!(refused.to_string().contains(known), "{refused}");
        }
    }
    // What begins like a container is told to be damaged, not to be unknown.
    let zip = try_read("a.zip", b"PK\x03\x04..").unwrap_err();
    assert_eq!(zip.code(), "damagedArchive");
    let database = try_read("a.db", b"SQLite format 3\0").unwrap_err();
    assert_eq!(database.code(), "damagedDatabase");
}

#[test]
fn the_contents_decide_and_the_name_is_a_hint_only() {
    for (name, text) in FILES {
        let by_name = read(name, text);
        for other in ["", "x.json.bak", "todo.csv", "x.ics"] {
            let import = read(other, text);
            assert_eq!(import.source, by_name.source, "{name} as {other}");
        }
    }
}

#[test]
fn a_name_is_never_repeated() {
    let refused = try_read("my secret.csv", "nothing here").unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("secret"));
    let file = File {
        name: Some("my secret.csv"),
        bytes: b"x",
    };
    assert!(!format!("{file:?}").contains("secret"));
}

#[test]
fn a_quote_that_is_never_closed_is_a_file_cut_short() {
    for (name, text) in &FILES[..3] {
        let cut = format!("{text}task,\"cut he");
        let rows = text.lines().count();
        let refused = try_read(name, cut).unwrap_err();
        assert_eq!(
            refused,
            Refused::CutShort {
                line: rows + 1,
                column: 6
            },
            "{name}"
        );
    }
}

#[test]
fn a_table_cut_between_two_cells_is_told() {
    let (name, text) = FILES[0];
    let import = read(name, format!("{text}task,Half"));
    assert_eq!(import.report.outcome, Outcome::Part);
    assert_eq!(not_understood(&import), [(Reason::Missing, "row 6")]);
}

#[test]
fn a_file_cut_anywhere_is_refused_or_sound() {
    for (name, text) in FILES {
        for end in 0..text.len() {
            if let Ok(import) = try_read(name, &text.as_bytes()[..end]) {
                import.check(&Limits::default()).unwrap();
            }
        }
    }
}

#[test]
fn marks_and_marked_utf_16_change_nothing() {
    for (name, text) in FILES {
        let plain = read(name, text);
        let units: Vec<u16> = format!("\u{feff}{text}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        for bytes in [format!("\u{feff}{text}").into_bytes(), little] {
            assert_eq!(read(name, bytes), plain, "{name}");
        }
    }
}

#[test]
fn latin_1_and_utf_16_without_its_mark_are_refused_with_their_place() {
    for (name, text) in FILES {
        let mut latin = text.as_bytes().to_vec();
        latin.extend_from_slice(b"foo\xe9 bar");
        let offset_bytes = text.len() + 3;
        assert_eq!(
            try_read(name, &latin),
            Err(Refused::NotText { offset_bytes }),
            "{name}"
        );
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let refused = try_read(name, units).unwrap_err();
        assert_eq!(refused.code(), "notText", "{name}");
    }
}

#[test]
fn line_ends_of_every_system_change_nothing() {
    for (name, text) in FILES {
        let plain = read(name, text);
        assert_eq!(
            read(name, text.replace('\n', "\r\n")).records,
            plain.records,
            "{name}"
        );
    }
}

#[test]
fn a_formula_stays_a_text() {
    let formula = "=HYPERLINK(\"http://evil.example\";\"x\")+cmd|' /C calc'!A0";
    let quoted = formula.replace('"', "\"\"");
    let table = format!("TYPE,CONTENT,PRIORITY,INDENT\ntask,\"{quoted}\",4,1\n");
    let import = read("a.csv", table);
    assert_eq!(tasks(&import).next().unwrap().title, formula);
    let import = read("todo.txt", formula);
    assert_eq!(tasks(&import).next().unwrap().title, formula);
}

#[test]
fn control_characters_leave_texts_and_are_counted() {
    let import = read("todo.txt", "(A) one\u{1b}[2J two\u{7}\n");
    assert_eq!(tasks(&import).next().unwrap().title, "one[2J two");
    assert_eq!(notice(&import, Notice::ControlCharacters), 1);
    let table = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT\ntask,One,\"a\u{b}b\tc\nd\",4,1\n";
    let import = read("a.csv", table);
    assert_eq!(tasks(&import).next().unwrap().notes, "ab\tc\nd");
}

#[test]
fn a_million_rows_are_refused_by_their_number() {
    let row = [
        "task,A,4,1\n",
        "x,A,Open,L\n",
        "\"\",\"L\",\"A\",\"0\"\n",
        "(A) A\n",
        "* TODO A\n",
        "BEGIN:VTODO\nEND:VTODO\n",
    ];
    let (head, tail) = (
        [
            "TYPE,CONTENT,PRIORITY,INDENT\n",
            "Task ID,Task Name,Status,List Name\n",
            "Folder Name,List Name,Title,Status\n",
            "",
            "",
            "BEGIN:VCALENDAR\n",
        ],
        ["", "", "", "", "", "END:VCALENDAR\n"],
    );
    for number in 0..row.len() {
        let file = format!(
            "{}{}{}",
            head[number],
            row[number].repeat(1_000_000),
            tail[number]
        );
        let limits = Limits {
            records: 20_000,
            ..Limits::default()
        };
        let options = Options {
            limits,
            ..Options::default()
        };
        let file = File::nameless(file.as_bytes());
        let refused = lifeos_exchange::read(file, &options).unwrap_err();
        assert!(
            matches!(
                refused,
                Refused::TooManyRecords { .. } | Refused::TooManyValues { .. }
            ),
            "{number}: {refused}"
        );
    }
}

#[test]
fn a_small_outline_whose_tags_are_on_all_that_stands_under_them_is_refused() {
    let tags: Vec<String> = (0..100).map(|number| format!("t{number}")).collect();
    let tasks = "** TODO b\n".repeat(20_000);
    let outline = format!("* TODO a :{}:\n{tasks}", tags.join(":"));
    assert!(outline.len() < 256 << 10);
    assert_eq!(
        try_read("a.org", outline).unwrap_err().code(),
        "tooManyValues"
    );
}

#[test]
fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let bytes = vec![b'x'; 100 << 20];
    assert_eq!(
        try_read("todo.txt", bytes),
        Err(Refused::TooLarge {
            limit_bytes: 64 << 20
        })
    );
}

#[test]
fn nesting_without_end_is_refused_and_a_deep_family_is_read() {
    let calendar = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VTODO\n".repeat(100_000));
    assert_eq!(try_read("", calendar), Err(Refused::TooDeep { limit: 8 }));
    let outline = format!("* TODO a\n{} TODO b\n", "*".repeat(100_000));
    assert_eq!(
        try_read("a.org", outline),
        Err(Refused::TooDeep { limit: 100 })
    );
    let rows: String = (1..=20_000)
        .map(|step| format!("task,T,4,{step}\n"))
        .collect();
    let import = read("", format!("TYPE,CONTENT,PRIORITY,INDENT\n{rows}"));
    assert_eq!(import.report.found.subtasks, 19_999);
    let huge = read(
        "",
        "TYPE,CONTENT,PRIORITY,INDENT,DURATION\ntask,T,99999999999999999999,99999999999999999999999,99999999999999999999\n",
    );
    assert_eq!(huge.report.not_understood.len(), 3);
}

#[test]
fn texts_beyond_their_bounds_are_cut_and_told() {
    let long = "x".repeat(5_000);
    let import = read("todo.txt", format!("(A) {long}\n"));
    let task = tasks(&import).next().unwrap();
    assert_eq!((task.title.len(), task.notes.len()), (1_000, 5_000));
    let notes = "y".repeat(40_000);
    let import = read("a.org", format!("* TODO a\n{notes}\n"));
    assert_eq!(not_understood(&import), [(Reason::TooLong, "line 1")]);
    let tags: String = (0..500).map(|number| format!(" @t{number}")).collect();
    let import = read("todo.txt", format!("a{tags}\n"));
    assert_eq!(not_understood(&import), [(Reason::TooLong, "line 1")]);
    assert_eq!(tasks(&import).next().unwrap().labels.len(), 100);
}

#[test]
fn work_grows_with_the_file_and_not_with_its_square() {
    let options = Options::default();
    let tags: Vec<String> = (0..5_000).map(|number| format!("t{number}")).collect();
    // Each of these would make a reader that is careless copy or compare all that came before.
    let hostile = [
        format!("* Garden\n{}", "** Bed\nsoil\n".repeat(80_000)),
        format!(
            "* TODO a :{}:\n{}",
            tags.join(":"),
            "** TODO b\n".repeat(5_000)
        ),
        format!(
            "* {}\n{}",
            "a".repeat(200_000),
            "** TODO b\n".repeat(80_000)
        ),
        format!(
            "TYPE,CONTENT,PRIORITY,INDENT\ntask,A,4,1\n{}",
            "note,n,,\n".repeat(200_000)
        ),
        format!(
            "BEGIN:VCALENDAR\nBEGIN:VTODO\n{}END:VTODO\nEND:VCALENDAR\n",
            "RELATED-TO;RELTYPE=CHILD:x\n".repeat(200_000)
        ),
        format!("TYPE,CONTENT,PRIORITY,INDENT\n{}", "\"".repeat(4_000_000)),
    ];
    for file in hostile {
        let name = if file.starts_with('*') { "a.org" } else { "" };
        let file = File {
            name: Some(name),
            bytes: file.as_bytes(),
        };
        drop(lifeos_exchange::read(file, &options));
    }
}

proptest! {
    #[test]
    fn broken_files_are_refused_or_sound(
        which in 0..FILES.len(),
        harm in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..6),
    ) {
        let (name, text) = FILES[which];
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in harm {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(import) = try_read(name, &bytes) {
            prop_assert_eq!(import.check(&Limits::default()), Ok(()));
            let sent = import.encode().unwrap();
            prop_assert_eq!(Import::decode(&sent).unwrap(), import);
        }
    }
}
