//! `lifeos export --check`: exit codes, what is printed, and what is refused.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/export_archive/whole.zip")
}

fn export(flags: &[&str], file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lifeos"))
        .arg("export")
        .args(flags)
        .arg(file)
        .output()
        .unwrap()
}

/// Writes bytes to a file of the test's own.
fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    file
}

#[test]
fn an_export_that_is_right_ends_with_0() {
    let out = export(&["--check", "--json"], &seed());
    assert_eq!(out.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(found["verified"]["tasks"], 2);
    assert_eq!(found["verified"]["portion"]["type"], "all");
    assert_eq!(found["difference"], Value::Null);
    let shown = String::from_utf8(export(&["--check"], &seed()).stdout).unwrap();
    assert!(shown.contains("        2  tasks"), "{shown}");
    assert!(shown.contains("every file are right"), "{shown}");
}

#[test]
fn an_export_that_was_changed_ends_with_2_and_prints_nothing() {
    let mut bytes = fs::read(seed()).unwrap();
    bytes[60] ^= 1;
    let file = written(&bytes);
    let out = export(&["--check", "--json"], file.path());
    assert_eq!(out.status.code(), Some(2));
    assert!(out.stdout.is_empty());
    let reason = String::from_utf8(out.stderr).unwrap();
    assert!(reason.contains("changed after it was written"), "{reason}");
}

#[test]
fn a_file_in_it_that_is_not_right_ends_with_3_and_says_which() {
    // The seal is made right again, so that only the file's own checksum is left to find it.
    let mut bytes = fs::read(seed()).unwrap();
    let name = b"todo.txt";
    let at = bytes
        .windows(name.len())
        .rposition(|it| it == name)
        .unwrap();
    let file = {
        bytes[at..at + name.len()].copy_from_slice(b"todo.txu");
        let first = bytes.windows(name.len()).position(|it| it == name).unwrap();
        bytes[first..first + name.len()].copy_from_slice(b"todo.txu");
        written(&lifeos_exchange::export::resealed(&bytes))
    };
    let out = export(&["--check", "--json"], file.path());
    assert_eq!(out.status.code(), Some(3));
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(found["difference"]["file"], "todo.txt");
    assert_eq!(found["difference"]["what"], "missing");
}

#[test]
fn an_export_is_not_written_here_and_the_refusal_says_where_it_is() {
    let out = export(&[], &seed());
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8(out.stderr).unwrap().contains("--check"));
    let none = export(&["--check"], Path::new("no such file"));
    assert_eq!(none.status.code(), Some(2));
}
