//! Fixed vectors: what was released is read for ever, byte for byte.
//!
//! `LIFEOS_WRITE_VECTORS=1` writes `tests/vectors/*.json` anew: only before a release, or for a
//! format that is new.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use lifeos_protocol::hash::sha256;

use crate::samples;

/// Longer examples stand as their first bytes, length and SHA-256.
const WHOLE: usize = 4096;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name)
}

fn describe(bytes: &[u8]) -> String {
    if bytes.len() <= WHOLE {
        return HEXLOWER.encode(bytes);
    }
    let start = HEXLOWER.encode(&bytes[..64]);
    format!("{start}… {} bytes, SHA-256 {}", bytes.len(), sha256(bytes))
}

fn compare(name: &str, now: &BTreeMap<String, String>) {
    if std::env::var_os("LIFEOS_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(now).unwrap() + "\n";
        fs::write(file(name), text).unwrap();
    }
    let fixed: BTreeMap<String, String> =
        serde_json::from_slice(&fs::read(file(name)).unwrap()).unwrap();
    for (key, value) in &fixed {
        assert_eq!(now.get(key), Some(value), "the bytes of {key} have changed");
    }
    assert_eq!(fixed.len(), now.len(), "a format has no vector");
}

/// Which fuzz target begins from an example.
fn fuzz_target(name: &str) -> Option<&'static str> {
    Some(match name.split('/').next().unwrap() {
        "change" | "statement" => "change",
        "batch" | "bodies" => "batch",
        "stream" => "stream",
        "log-statement" | "account-body" | "space-body" => "log_statement",
        "wrap" | "sealed-previous" | "sealed-method-key" | "anchor" | "keys" => "wrap",
        "head" => "head",
        "tail-open" | "tail-notice" | "session-challenge" => "tail",
        "approval-opening" | "approval-answer" => "approval",
        _ => return None,
    })
}

fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for samples::Sample {
        name, mut bytes, ..
    } in samples::all()
    {
        let Some(target) = fuzz_target(name) else {
            continue;
        };
        if target == "stream" {
            // The first byte tells the fuzzer's portions.
            bytes.insert(0, 64);
        }
        seeds.push((target, name.replace('/', "-"), bytes));
    }
    for (name, text) in samples::derived()
        .into_iter()
        .filter(|(name, _)| name.starts_with("kit "))
    {
        seeds.push(("kit_text", name.replace(' ', "-"), text.into_bytes()));
    }
    seeds
}

#[test]
fn the_fuzzers_begin_from_the_vectors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    for (target, name, bytes) in seeds() {
        let file = folder.join(target).join(&name);
        if std::env::var_os("LIFEOS_WRITE_VECTORS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &bytes).unwrap();
        }
        assert_eq!(fs::read(&file).unwrap(), bytes, "{name}");
    }
}

#[test]
fn the_bytes_of_every_format_are_as_released() {
    let now = samples::all()
        .iter()
        .map(|sample| (sample.name.to_owned(), describe(&sample.bytes)))
        .collect();
    compare("formats.json", &now);
}

#[test]
fn what_is_derived_is_as_released() {
    let now = samples::derived()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    compare("derived.json", &now);
}

#[test]
fn the_vectors_are_read_by_todays_decoders() {
    let fixed: BTreeMap<String, String> =
        serde_json::from_slice(&fs::read(file("formats.json")).unwrap()).unwrap();
    let mut read = 0;
    for sample in samples::all() {
        let Ok(bytes) = HEXLOWER.decode(fixed[sample.name].as_bytes()) else {
            continue;
        };
        assert_eq!(
            (sample.reread)(&bytes).as_deref(),
            Ok(&bytes[..]),
            "{}",
            sample.name
        );
        read += 1;
    }
    assert!(read > 20, "only {read} vectors stand whole");
}
