//! Any bytes: a clear refusal or a report, never a panic, never more than the limits.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use lifeos_exchange::report::{LISTED, Notice, Outcome, Reason, RecordKind, Shape};
use lifeos_exchange::{File, Import, Limits, Options, Refused, Values, read};
use proptest::prelude::*;
use proptest::sample::Index;

const SMALL: &str = r#"{"crossModelVersion":4.5,"timestamp":1,"data":{"task":{"ids":["a"],"entities":{"a":{"title":"TITLE"}}},"project":{"ids":[],"entities":{}}}}"#;

#[test]
fn what_is_no_backup_is_refused_with_its_reason() {
    let deep = format!(r#"{{"data":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let cases: [(&[u8], &str); 13] = [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"TITLE: none", "unknownFormat"),
        (b"{\"data\":", "cutShort"),
        (b"{\"task\":NaN}", "notJson"),
        (b"{} {}", "notJson"),
        (b"\xff\xff\xff", "notText"),
        (b"\x1f\x8b\x08\x00", "damagedGzip"),
        (deep.as_bytes(), "tooDeep"),
        (b"[]", "unknownFormat"),
        (br#"{"data":{"task":[],"project":{}}}"#, "unknownFormat"),
        (b"pf_CE4.5__kJ83hf", "syncFile"),
    ];
    for (bytes, code) in cases {
        let refused = read(File::nameless(bytes), &Options::default()).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
    }
}

#[test]
fn a_backup_cut_anywhere_is_refused_as_cut() {
    let whole = sample("legacy-full-migration-backup.json");
    for end in (1..whole.trim_end().len()).step_by(7) {
        let refused = read(
            File::nameless(&whole.as_bytes()[..end]),
            &Options::default(),
        )
        .unwrap_err();
        let is_cut = matches!(refused, Refused::CutShort { .. } | Refused::NotText { .. });
        assert!(is_cut, "{end}: {refused}");
    }
}

#[test]
fn byte_order_marks_utf_16_and_gzip_change_nothing() {
    let plain = read(File::nameless(SMALL.as_bytes()), &Options::default()).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(SMALL.as_bytes()).unwrap();
    let units = || {
        format!("\u{feff}{SMALL}")
            .encode_utf16()
            .collect::<Vec<_>>()
    };
    let little = units().into_iter().flat_map(u16::to_le_bytes).collect();
    let big = units().into_iter().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        format!("\u{feff}{SMALL}").into_bytes(),
        packed.finish().unwrap(),
        little,
        big,
    ] {
        assert_eq!(
            read(File::nameless(&bytes), &Options::default()).unwrap(),
            plain
        );
    }
}

#[test]
fn a_file_beyond_the_limits_is_refused_before_it_is_held() {
    let limits = Limits {
        file_bytes: 1_000,
        values: 50,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let too_large = Refused::TooLarge { limit_bytes: 1_000 };
    assert_eq!(
        read(File::nameless(&[b' '; 1_001]), &options),
        Err(too_large.clone())
    );
    // A megabyte of blanks in a kilobyte of gzip.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 2_000);
    let limits = Limits {
        file_bytes: 2_000,
        ..limits
    };
    assert_eq!(
        read(File::nameless(&bomb), &Options { limits, ..options }),
        Err(Refused::TooLarge { limit_bytes: 2_000 })
    );
    let many = format!("[{}0]", "0,".repeat(60));
    assert_eq!(
        read(File::nameless(many.as_bytes()), &options),
        Err(Refused::TooManyValues { limit: 50 })
    );
}

#[test]
fn a_file_with_too_many_records_is_refused() {
    let limits = Limits {
        records: 2,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    assert!(read(File::nameless(SMALL.as_bytes()), &options).is_ok());
    let crowded = SMALL.replace(r#""a":{"title":"TITLE"}"#, r#""a":{},"b":{},"c":{}"#);
    assert_eq!(
        read(File::nameless(crowded.as_bytes()), &options),
        Err(Refused::TooManyRecords { limit: 2 })
    );
}

#[test]
fn a_name_too_long_for_an_id_is_not_copied_to_all_that_name_it() {
    let long = "x".repeat(300);
    let file = SMALL
        .replace(
            r#""ids":[],"entities":{}"#,
            &format!(r#""entities":{{"{long}":{{"title":"P"}}}}"#),
        )
        .replace(
            r#"{"title":"TITLE"}"#,
            &format!(r#"{{"title":"T","projectId":"{long}"}}"#),
        );
    let import = read(File::nameless(file.as_bytes()), &Options::default()).unwrap();
    let found: Vec<_> = import
        .report
        .not_understood
        .iter()
        .map(|found| found.reason)
        .collect();
    assert_eq!(found, [Reason::TooLong, Reason::DanglingProject]);
    assert!(
        import
            .records
            .iter()
            .all(|record| record.external_id.len() < 20)
    );
}

#[test]
fn half_a_character_is_replaced_and_counted() {
    let title = r#"cut \ud83d here, \\ud83d not, whole \ud83c\udf31, \udc00"#;
    let file = SMALL.replace("TITLE", title);
    let import = read(File::nameless(file.as_bytes()), &Options::default()).unwrap();
    let Values::Task(task) = &import.records[0].values else {
        panic!("not a task")
    };
    assert_eq!(
        task.title,
        "cut \u{fffd} here, \\ud83d not, whole 🌱, \u{fffd}"
    );
    let warning = import.report.warnings[0];
    assert_eq!(
        (warning.what, warning.count),
        (Notice::DamagedCharacters, 2)
    );
}

#[test]
fn a_name_that_occurs_twice_counts_once_and_is_noted() {
    let twice = SMALL.replace(
        r#""a":{"title":"TITLE"}"#,
        r#""a":{"title":"first"},"a":{"title":"last"}"#,
    );
    let import = read(File::nameless(twice.as_bytes()), &Options::default()).unwrap();
    let Values::Task(task) = &import.records[0].values else {
        panic!("not a task")
    };
    assert_eq!((import.records.len(), task.title.as_str()), (1, "last"));
    assert_eq!(import.report.not_understood[0].at, "/data/task/entities/a");
}

#[test]
fn a_file_full_of_faults_lists_some_and_counts_all() {
    let ids = vec!["\"gone\""; 10_000].join(",");
    let faulty = SMALL.replace(r#"["a"]"#, &format!("[{ids}]"));
    let import = read(File::nameless(faulty.as_bytes()), &Options::default()).unwrap();
    assert_eq!(import.report.not_understood.len(), LISTED);
    assert_eq!(
        import.report.not_understood_total.values().sum::<u64>(),
        10_000
    );
    assert_eq!(import.report.outcome, Outcome::Part);
}

#[test]
fn a_very_long_line_of_subtasks_is_read() {
    let tasks =
        |number: usize| format!(r#""{number}":{{"title":"t","parentId":"{}"}}"#, number + 1);
    let entities: Vec<String> = (0..20_000).map(tasks).collect();
    let file = SMALL.replace(r#""a":{"title":"TITLE"}"#, &entities.join(","));
    let import = read(File::nameless(file.as_bytes()), &Options::default()).unwrap();
    assert_eq!(import.records.len(), 20_000);
    sound(&import);
}

fn sample(name: &str) -> String {
    let samples =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/samples/super-productivity");
    fs::read_to_string(samples.join(name)).unwrap()
}

/// What holds of every import, whatever the file.
fn sound(import: &Import) {
    let mut known = HashSet::new();
    for record in &import.records {
        let link = |id: &Option<String>| id.as_ref().is_none_or(|id| known.contains(id.as_str()));
        match &record.values {
            Values::Project(project) => assert!(!project.title.is_empty()),
            Values::Section(section) => assert!(known.contains(section.project.as_str())),
            Values::Label(label) => assert!(!label.title.is_empty()),
            Values::Task(task) => {
                assert!(!task.title.is_empty() && !task.title.contains('\n'));
                // Links lead back to records that stand before.
                assert!(link(&task.parent) && link(&task.project) && link(&task.section));
                assert!(
                    task.labels
                        .iter()
                        .all(|label| known.contains(label.as_str()))
                );
            }
        }
        assert!(
            known.insert(record.external_id.as_str()),
            "an external id stands twice"
        );
    }
    let new: u32 = import
        .report
        .records
        .values()
        .map(|effect| effect.new)
        .sum();
    assert_eq!(new as usize, import.records.len());
    let of = |shape| {
        let found = import
            .report
            .reshaped
            .iter()
            .find(|reshaped| reshaped.shape == shape);
        found.map_or(0, |reshaped| reshaped.count)
    };
    let found = import.report.found;
    let tasks = found.tasks + found.archived + of(Shape::NoteToTask);
    assert_eq!(
        tasks,
        import
            .report
            .records
            .get(&RecordKind::Task)
            .map_or(0, |effect| effect.new)
    );
    assert!(import.report.not_understood.len() <= LISTED);
    let json = serde_json::to_string(&import.report).unwrap();
    assert_eq!(
        serde_json::from_str::<lifeos_exchange::Report>(&json).unwrap(),
        import.report
    );
}

#[test]
fn of_a_field_that_occurs_twice_the_last_counts() {
    let twice = SMALL.replace(r#""title":"TITLE""#, r#""title":"first","title":"last""#);
    let import = read(File::nameless(twice.as_bytes()), &Options::default()).unwrap();
    let Values::Task(task) = &import.records[0].values else {
        panic!("not a task")
    };
    assert_eq!(task.title, "last");
}

/// Words that swap a value or a name for another in a sample.
fn replacement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "null",
        "0",
        "-1",
        "1e308",
        "1e999",
        "\"\"",
        "[]",
        "{}",
        "\"2024-02-30\"",
        "\"TODAY\"",
        "\"parent-task-1\"",
        "true",
        "253402300799999",
        "9223372036854775808",
        "\"\\ud800\"",
        "[[[]]]",
        "\"9999-12-31\"",
        "NaN",
        "\"subtask-1\"",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_at_all(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        if let Ok(import) = read(File::nameless(&bytes), &Options::default()) {
            sound(&import);
        }
    }

    #[test]
    fn a_sample_with_bytes_changed(changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sample("legacy-full-migration-backup.json").into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(import) = read(File::nameless(&bytes), &Options::default()) {
            sound(&import);
        }
    }

    #[test]
    fn a_sample_with_values_swapped(
        name in prop::sample::select(vec!["legacy-full-migration-backup.json", "seed.template.json", "test-backup.json"]),
        swaps in prop::collection::vec((any::<Index>(), replacement()), 1..12),
    ) {
        let mut tokens: Vec<String> = tokens(&sample(name));
        for (at, word) in swaps {
            let at = at.index(tokens.len());
            tokens[at] = word.to_owned();
        }
        if let Ok(import) = read(File::nameless(tokens.concat().as_bytes()), &Options::default()) {
            sound(&import);
        }
    }

    #[test]
    fn a_sample_with_ids_mixed_up(swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 1..12)) {
        const IDS: [&str; 9] = [
            "parent-task-1", "subtask-1", "subtask-2", "tagged-task-1", "archived-task-1", "old-archived-task-1",
            "TEST_PROJECT", "test-tag-1", "note-1",
        ];
        let mut file = sample("legacy-full-migration-backup.json");
        for (from, to) in swaps {
            file = file.replace(IDS[from.index(IDS.len())], IDS[to.index(IDS.len())]);
        }
        sound(&read(File::nameless(file.as_bytes()), &Options::default()).unwrap());
    }
}

/// Splits JSON into its texts, numbers and words, and what stands between.
fn tokens(json: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        let ends_here = !in_text && "{}[]:,\" \n".contains(c);
        if ends_here {
            tokens.push(String::new());
        }
        tokens.last_mut().unwrap().push(c);
        if c == '"' && !escaped {
            in_text = !in_text;
            if !in_text {
                tokens.push(String::new());
            }
        }
        escaped = in_text && c == '\\' && !escaped;
    }
    tokens
}
