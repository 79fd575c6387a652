//! Small files of the kernel, read with a bound: what is there is text of somebody else.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The kernel gives a page of a value at most; only its list of mounts is longer.
const MOST_BYTES: u64 = 1 << 20;
/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 256;

/// Returns the text of a file, without what stands around it. Nothing where it does not answer.
pub(super) fn text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// Returns the number in a file.
pub(super) fn number<N: std::str::FromStr>(path: &Path) -> Option<N> {
    text(path)?.parse().ok()
}

/// Returns whether a file says 1; nothing where it does not answer.
pub(super) fn flag(path: &Path) -> Option<bool> {
    number(path).map(|number: u8| number == 1)
}

/// Returns a number as the kernel writes it in hexadecimal digits, with `0x` before it or without.
pub(super) fn hexadecimal(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

/// Returns what is in a folder, in the order of names; nothing where there is none.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .take(MOST_ENTRIES)
        .collect();
    paths.sort();
    paths
}

/// Returns the last part of a path.
pub(super) fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}
