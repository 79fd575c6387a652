//! Real files of Things 3 and Vikunja yield what was counted in them by other means: the copies
//! under `tests/samples` always, the shared collection beside the project where it is.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod things;
mod vikunja;

use std::fs;
use std::path::Path;

use lifeos_exchange::report::{Found, Homeless, Notice, Outcome, RecordKind, Shape, Source};
use lifeos_exchange::{
    File, Import, ImportRecord, Options, Project, ProjectStatus, Refused, Task, TaskList,
    TaskStatus, Values, read,
};
use lifeos_kernel::{Day, When};

/// The vendored copy, and the shared one where the collection is.
#[expect(
    clippy::print_stderr,
    reason = "a test that runs on less than it could says so"
)]
fn files(name: &str) -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vendored = here.join("../../tests/samples").join(name);
    let shared = here.join("../../../shared/samples/tasks").join(name);
    let mut files = vec![fs::read(vendored).unwrap()];
    match fs::read(shared) {
        Ok(file) => files.push(file),
        Err(_) => eprintln!("the shared samples are not here: only the copy of {name} was read"),
    }
    files
}

fn imports(name: &str) -> Vec<Import> {
    let read = |file: Vec<u8>| read(File::nameless(&file), &Options::default()).unwrap();
    files(name).into_iter().map(read).collect()
}

fn projects(import: &Import) -> Vec<(&str, &Project)> {
    import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Project(project) => Some((record.external_id.as_str(), project)),
            _ => None,
        })
        .collect()
}

fn tasks(import: &Import) -> Vec<&Task> {
    import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Task(task) => Some(&**task),
            _ => None,
        })
        .collect()
}

fn task<'i>(import: &'i Import, title: &str) -> &'i Task {
    let mut found = tasks(import).into_iter().filter(|task| task.title == title);
    let task = found.next().unwrap();
    assert!(found.next().is_none(), "{title} stands twice");
    task
}

fn labels(import: &Import, task: &Task) -> Vec<String> {
    let title = |id: &String| {
        let mut records = import.records.iter();
        let record = records.find(|record| record.external_id == *id).unwrap();
        match &record.values {
            Values::Label(label) => label.title.clone(),
            other => panic!("not a label: {other:?}"),
        }
    };
    task.labels.iter().map(title).collect()
}

fn left_out(import: &Import) -> Vec<(Homeless, u32)> {
    let left = import.report.left_out.iter();
    left.map(|left| (left.what, left.count)).collect()
}

fn reshaped(import: &Import) -> Vec<(Shape, u32)> {
    let reshaped = import.report.reshaped.iter();
    reshaped.map(|one| (one.shape, one.count)).collect()
}

fn day(text: &str) -> Option<When> {
    Some(When::Day(text.parse::<Day>().unwrap()))
}

#[test]
fn the_files_are_known_by_what_stands_in_them_whatever_they_are_called() {
    for (name, source) in [
        ("things3/main.sqlite", Source::Things3),
        ("vikunja/export.zip", Source::Vikunja),
    ] {
        for bytes in files(name) {
            let file = File {
                name: Some("notes.csv"),
                bytes: &bytes,
            };
            assert_eq!(read(file, &Options::default()).unwrap().source, source);
        }
    }
}

#[test]
fn the_records_of_both_are_the_same_each_time_and_after_their_way_to_the_core() {
    for name in ["things3/main.sqlite", "vikunja/export.zip"] {
        for file in files(name) {
            let import = read(File::nameless(&file), &Options::default()).unwrap();
            assert_eq!(
                read(File::nameless(&file), &Options::default()).unwrap(),
                import
            );
            let decoded = Import::decode(&import.encode().unwrap()).unwrap();
            assert_eq!(decoded, import);
            let kinds = [
                RecordKind::Project,
                RecordKind::Section,
                RecordKind::Label,
                RecordKind::Task,
            ];
            assert!(
                kinds
                    .iter()
                    .all(|kind| import.report.records.contains_key(kind))
            );
        }
    }
}

#[test]
fn a_file_that_is_cut_short_or_of_another_product_is_refused_whole() {
    for (name, code) in [
        ("things3/main.sqlite", "damagedDatabase"),
        ("vikunja/export.zip", "damagedArchive"),
    ] {
        for file in files(name) {
            for length in [100, 1_000, file.len() / 2, file.len() - 1] {
                let refused = read(File::nameless(&file[..length]), &Options::default());
                assert_eq!(refused.unwrap_err().code(), code, "{name} at {length}");
            }
        }
    }
    for mut file in files("things3/main.sqlite") {
        // The same database, of another product.
        for at in 0..file.len() - 6 {
            if &file[at..at + 6] == b"TMArea" {
                file[at] = b'X';
            }
        }
        let refused = read(File::nameless(&file), &Options::default());
        assert_eq!(refused, Err(Refused::UnknownFormat));
    }
}

#[test]
fn a_database_with_a_damaged_page_is_refused_by_that_page_or_did_not_need_it() {
    const PAGE: usize = 4_096;
    for file in files("things3/main.sqlite") {
        let sound = read(File::nameless(&file), &Options::default());
        let mut refused = 0;
        for page in 1..file.len() / PAGE {
            let mut damaged = file.clone();
            // A leaf with 200 cells, all of them outside.
            let head = &mut damaged[page * PAGE..][..408];
            head.fill(0xff);
            head[..8].copy_from_slice(&[13, 0, 0, 0, 200, 0, 0, 0]);
            match read(File::nameless(&damaged), &Options::default()) {
                Err(Refused::Database(damage)) => {
                    refused += 1;
                    assert_eq!(damage.page as usize, page + 1);
                    let place = format!("page {}, cell 0: ", page + 1);
                    assert!(damage.to_string().starts_with(&place), "{damage}");
                }
                other => assert_eq!(other, sound, "page {page}"),
            }
        }
        // Indexes, and tables that hold nothing a person wrote, are not read.
        assert!(refused >= 7, "{refused} pages were needed");
    }
}
