//! `lifeos import --dry-run`: exit codes, the report on standard output, reasons on standard error.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

#[test]
fn a_backup_that_is_read_whole_ends_with_0() {
    let out = import(&["--json"], &sample("test-backup.json"));
    assert_eq!(out.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (&report["outcome"], &report["found"]["tasks"]),
        (&"whole".into(), &3.into())
    );
    assert_eq!(report["records"]["task"]["new"], 3);
    assert!(out.stderr.is_empty());
}

#[test]
fn a_backup_that_is_read_in_part_ends_with_3_and_says_what_is_missing() {
    let out = import(&["--json"], &sample("legacy-full-migration-backup.json"));
    assert_eq!(out.status.code(), Some(3));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["leftOut"][0]["what"], "workedDays");

    let shown = import(&[], &sample("seed.template.json"));
    assert_eq!(shown.status.code(), Some(3));
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.contains("/data/task/entities/*/dueDayOffset: not known here (8 times)"),
        "{shown}"
    );
    assert!(shown.contains("     15  tasks"), "{shown}");
}

#[test]
fn what_is_refused_ends_with_2_and_prints_no_report() {
    for path in [sample("SOURCE.md"), sample("no such file")] {
        let out = import(&["--json"], &path);
        assert_eq!(out.status.code(), Some(2));
        assert!(out.stdout.is_empty());
        let reason = String::from_utf8(out.stderr).unwrap();
        assert!(reason.contains(path.to_str().unwrap()), "{reason}");
    }
}

#[test]
fn every_format_is_told_by_what_stands_in_the_file() {
    for (file, source, first_line) in [
        (
            "ticktick/testdata_ticktick_export.csv",
            "ticktick",
            "TickTick backup, version 7.1",
        ),
        ("todoist/project.csv", "todoist", "Todoist project"),
        ("clickup/export.csv", "clickup", "ClickUp export"),
        ("todo_txt/todo.txt", "todo-txt", "todo.txt file"),
        ("org_mode/everything.org", "org-mode", "Org file"),
        ("icalendar/calendar.ics", "icalendar", "iCalendar file"),
        (
            "vikunja/export.zip",
            "vikunja",
            "Vikunja export, version 0.24.6",
        ),
        (
            "things/small.sqlite",
            "things3",
            "Things 3 database, version 24",
        ),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fuzz/seeds")
            .join(file);
        let out = import(&["--json"], &path);
        assert!(matches!(out.status.code(), Some(0 | 3)), "{file}");
        let report: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(report["source"], source);
        let shown = String::from_utf8(import(&[], &path).stdout).unwrap();
        assert_eq!(shown.lines().next(), Some(first_line));
    }
}

#[test]
fn a_file_of_no_known_format_is_refused_with_those_that_can_be_read() {
    let out = import(&[], &sample("SOURCE.md"));
    let reason = String::from_utf8(out.stderr).unwrap();
    for known in [
        "TickTick", "Todoist", "ClickUp", "todo.txt", ".org", ".ics", "Vikunja", "Things 3",
    ] {
        assert!(reason.contains(known), "{reason}");
    }
}

#[test]
fn a_file_is_not_brought_in_from_here_and_the_refusal_says_where_it_is() {
    for more in [&[][..], &["--json"]] {
        let out = lifeos()
            .arg("import")
            .args(more)
            .arg(sample("test-backup.json"))
            .output()
            .unwrap();
        assert_eq!(out.status.code(), Some(2));
        assert!(out.stdout.is_empty());
        let reason = String::from_utf8(out.stderr).unwrap();
        for way in ["drop the file on its window", "--dry-run"] {
            assert!(reason.contains(way), "{reason}");
        }
    }
}

#[test]
fn a_cut_backup_on_standard_input_is_refused_with_its_place() {
    let whole = std::fs::read(sample("test-backup.json")).unwrap();
    let mut child = lifeos()
        .args(["import", "--dry-run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&whole[..whole.len() / 2])
        .unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(
        String::from_utf8(out.stderr)
            .unwrap()
            .contains("cut short (it ends at line ")
    );
}

fn import(flags: &[&str], file: &Path) -> Output {
    lifeos()
        .args(["import", "--dry-run"])
        .args(flags)
        .arg(file)
        .output()
        .unwrap()
}

fn lifeos() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lifeos"))
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/samples/super-productivity")
        .join(name)
}
