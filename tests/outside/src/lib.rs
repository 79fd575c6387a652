//! What every parser of outside bytes keeps to, one function a parser or a family of them.
//!
//! Two laws: nothing panics, whatever the bytes; and what is accepted is written back byte for
//! byte, wherever the format has one form only. `fuzz/` feeds these functions from libFuzzer; the
//! tests of this crate feed them the committed seeds and thousands of broken copies, on the
//! toolchain that everybody has.
#![forbid(unsafe_code)]

mod containers;
mod content;
mod local;
mod router;
mod texts;
mod wire;

pub use containers::{export_archive, sqlite_file, things, vikunja, zip_file};
pub use content::{
    clickup, event, icalendar, import_records, life_state, org_mode, super_productivity, ticktick,
    todo_txt, todoist,
};
pub use local::{files, journal, snapshot, vault};
pub use router::router;
pub use texts::{answers, credential, headers, kit_text};
pub use wire::{approval, batch, change, head, log_statement, stored_log, stream, tail, wrap};

/// A target: the name of its seeds' folder and of its fuzzer, and what is done with the bytes. It
/// tells whether anything took them, so that seeds which nothing takes any more are found.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// Every target.
pub const TARGETS: &[Target] = &[
    ("answers", answers),
    ("approval", approval),
    ("batch", batch),
    ("change", change),
    ("clickup", clickup),
    ("credential", credential),
    ("event", event),
    ("export_archive", export_archive),
    ("files", files),
    ("head", head),
    ("headers", headers),
    ("icalendar", icalendar),
    ("import_records", import_records),
    ("journal", journal),
    ("kit_text", kit_text),
    ("life_state", life_state),
    ("log_statement", log_statement),
    ("org_mode", org_mode),
    ("router", router),
    ("snapshot", snapshot),
    ("sqlite_file", sqlite_file),
    ("stored_log", stored_log),
    ("stream", stream),
    ("super_productivity", super_productivity),
    ("tail", tail),
    ("things", things),
    ("ticktick", ticktick),
    ("todo_txt", todo_txt),
    ("todoist", todoist),
    ("vault", vault),
    ("vikunja", vikunja),
    ("wrap", wrap),
    ("zip_file", zip_file),
];

/// Takes the parts of an input that holds several, each behind its length in four bytes; a length
/// beyond the end means the rest.
#[must_use]
pub fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (part, after) = after.split_at(length.min(after.len()));
        parts.push(part);
        rest = after;
    }
    parts
}

/// Writes what [`parts`] reads.
#[must_use]
pub fn join(parts: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        let part = part.as_ref();
        let length = u32::try_from(part.len()).expect("a seed is small");
        joined.extend(length.to_be_bytes());
        joined.extend(part);
    }
    joined
}
