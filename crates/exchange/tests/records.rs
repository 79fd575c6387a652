//! An import as bytes: it arrives as it was sent, and what no file yields is refused.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::Path;

use lifeos_exchange::report::{ComparedWith, Notice, Outcome, Source, Warning};
use lifeos_exchange::{
    ChecklistItem, File, Import, ImportRecord, Label, Options, RecordsError, Section, Task,
    TaskStatus, Unsound, Values, read,
};
use lifeos_kernel::When;
use proptest::prelude::*;
use proptest::sample::Index;

fn sample() -> Import {
    let path = "../../tests/samples/super-productivity/legacy-full-migration-backup.json";
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    read(File::nameless(&bytes), &Options::default()).unwrap()
}

#[test]
fn an_import_arrives_as_it_was_sent() {
    let import = sample();
    let bytes = import.encode().unwrap();
    assert_eq!(Import::decode(&bytes).unwrap(), import);
    assert_eq!(Import::decode(&bytes).unwrap().encode().unwrap(), bytes);
}

#[test]
fn bytes_of_another_form_are_refused() {
    let whole = sample().encode().unwrap();
    let cut = &whole[..whole.len() - 1];
    let longer = [whole.as_slice(), b"\0"].concat();
    for bytes in [b"".as_slice(), b"{}", cut, &longer, b"\xbf\xff"] {
        let refused = Import::decode(bytes).unwrap_err();
        assert!(matches!(refused, RecordsError::Form(_)), "{refused}");
    }
}

/// Of each promise one that is broken: the name of the flaw, and what breaks it.
type Breach = (Unsound, fn(&mut Import));

const BREACHES: &[Breach] = &[
    (Unsound::ExternalId, |import| {
        import.records[0].external_id.clear()
    }),
    (Unsound::ExternalId, |import| {
        import.records[0].external_id = "x".repeat(300);
    }),
    (Unsound::ExternalId, |import| {
        import.records[0].external_id = "task:\u{1b}[2J".to_owned();
    }),
    (Unsound::DuplicateId, |import| {
        let last = import.records.last().unwrap().clone();
        import.records.push(last);
    }),
    (Unsound::Order, |import| import.records.swap(0, 1)),
    (Unsound::Title, |import| task(import).title.clear()),
    (Unsound::Title, |import| task(import).title.push('\n')),
    (Unsound::Title, |import| {
        task(import).title = "x".repeat(1_001)
    }),
    (Unsound::Title, |import| {
        task(import).checklist.push(ChecklistItem {
            text: String::new(),
            done: false,
        });
    }),
    (Unsound::TooLong, |import| {
        task(import).notes = "x".repeat(40_000)
    }),
    (Unsound::Dangling, |import| {
        task(import).parent = Some("task:gone".to_owned());
    }),
    (Unsound::Dangling, |import| {
        let own = import.records.last().unwrap().external_id.clone();
        task(import).parent = Some(own);
    }),
    (Unsound::Dangling, |import| {
        // A parent that stands behind its subtask, as in every circle.
        let last = import.records.last().unwrap().external_id.clone();
        let first = import.records.iter_mut().find_map(as_task).unwrap();
        first.parent = Some(last);
    }),
    (Unsound::Dangling, |import| {
        task(import).project = Some("tag:test-tag-1".to_owned());
    }),
    (Unsound::Dangling, |import| {
        import.records.insert(
            1,
            ImportRecord {
                external_id: "section:a".to_owned(),
                created_ms: None,
                values: Values::Section(Section {
                    title: "A".to_owned(),
                    project: "project:gone".to_owned(),
                }),
            },
        );
    }),
    (Unsound::List, |import| {
        let label = "tag:test-tag-1".to_owned();
        task(import).labels = vec![label.clone(), label];
    }),
    (Unsound::List, |import| {
        let entry = ChecklistItem {
            text: "x".to_owned(),
            done: false,
        };
        task(import).checklist = vec![entry; 501];
    }),
    (Unsound::Time, |import| {
        task(import).status = TaskStatus::Completed {
            at_ms: Some(i64::MAX),
        };
    }),
    (Unsound::Time, |import| {
        import.records[0].created_ms = Some(i64::MIN);
    }),
    (Unsound::Time, |import| {
        task(import).estimate_minutes = Some(u32::MAX);
    }),
    (Unsound::Time, |import| {
        task(import).due = Some(When::Zoned {
            at_ms: i64::MAX,
            zone: lifeos_kernel::ZoneName::new("UTC").unwrap(),
            offset_minutes: 0,
        });
    }),
    (Unsound::Report, |import| import.source = Source::TodoTxt),
    (Unsound::Report, |import| import.report.schema += 1),
    (Unsound::Report, |import| import.report.layout = None),
    (Unsound::Report, |import| {
        import.report.outcome = Outcome::Whole
    }),
    (Unsound::Report, |import| {
        import.report.compared_with = ComparedWith::Space;
    }),
    (Unsound::Report, |import| import.report.found.tasks += 1),
    (Unsound::Report, |import| {
        import.report.found.checklist_items += 1
    }),
    (Unsound::Report, |import| {
        import.report.found.done = u32::MAX
    }),
    (Unsound::Report, |import| {
        import
            .report
            .records
            .values_mut()
            .for_each(|it| it.changed = 1);
    }),
    (Unsound::Report, |import| {
        import.report.version = Some("a sentence".to_owned());
    }),
    (Unsound::Report, |import| import.report.left_out.clear()),
    (Unsound::Report, |import| {
        let left = import.report.left_out[0];
        import.report.left_out.push(left);
    }),
    (Unsound::Report, |import| {
        import.report.warnings.push(Warning {
            what: Notice::Untitled,
            count: 0,
        });
    }),
    (Unsound::Report, |import| {
        let unlabelled = Label {
            title: "another".to_owned(),
        };
        let at = import
            .records
            .iter()
            .position(|it| matches!(it.values, Values::Label(_)));
        import.records.insert(
            at.unwrap(),
            ImportRecord {
                external_id: "tag:another".to_owned(),
                created_ms: None,
                values: Values::Label(unlabelled),
            },
        );
    }),
];

fn as_task(record: &mut ImportRecord) -> Option<&mut Task> {
    match &mut record.values {
        Values::Task(task) => Some(task),
        _ => None,
    }
}

fn task(import: &mut Import) -> &mut Task {
    as_task(import.records.last_mut().unwrap()).unwrap()
}

#[test]
fn what_no_file_yields_is_refused_with_the_promise_that_it_breaks() {
    for (number, (flaw, breach)) in BREACHES.iter().enumerate() {
        let mut import = sample();
        breach(&mut import);
        let bytes = import.encode().unwrap();
        assert_eq!(
            Import::decode(&bytes),
            Err(RecordsError::Unsound(*flaw)),
            "breach {number}"
        );
    }
}

#[test]
fn a_place_that_could_be_a_sentence_or_an_order_to_a_terminal_is_refused() {
    let backup = br#"{"task":{"ids":["a"],"entities":{}},"project":{"ids":[],"entities":{}}}"#;
    let import = read(File::nameless(backup), &Options::default()).unwrap();
    assert!(Import::decode(&import.encode().unwrap()).is_ok());
    for place in ["\u{1b}]0;x\u{7}", "<b>", "na\u{ef}f", &"/x".repeat(5_000)] {
        let mut import = import.clone();
        import.report.not_understood[0].at = place.to_owned();
        let refused = Import::decode(&import.encode().unwrap());
        assert_eq!(refused, Err(RecordsError::Unsound(Unsound::Report)));
    }
}

proptest! {
    #[test]
    fn broken_bytes_are_refused_or_sound(harm in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..4)) {
        let mut bytes = sample().encode().unwrap();
        for (at, byte) in harm {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(import) = Import::decode(&bytes) {
            prop_assert_eq!(Import::decode(&import.encode().unwrap()), Ok(import));
        }
    }
}
