//! The fuzz targets on the toolchain that everybody has: over their seeds, and over broken copies
//! of them. `LIFEOS_WRITE_VECTORS=1` writes the seeds that are made here.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod made;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lifeos_outside::{TARGETS, Target, parts};
use lifeos_testkit::Chance;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz")
        .join(name)
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.map(|entry| name(entry.unwrap())).collect()
}

/// The seeds of a target, by name.
fn seeds(target: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = folder("seeds").join(target);
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    names_in(&folder).into_iter().map(read).collect()
}

#[test]
fn every_target_has_a_fuzzer_and_seeds_and_nothing_else_has() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(targets.len(), TARGETS.len());
    assert_eq!(names_in(&folder("seeds")), targets);
    let fuzzers: BTreeSet<String> = targets.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names_in(&folder("fuzz_targets")), fuzzers);
    for (name, _) in TARGETS {
        let fuzzer = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(
            fuzzer.contains(&format!("lifeos_outside::{name}(")),
            "{name}"
        );
        let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
        assert!(
            manifest.contains(&format!("fuzz_targets/{name}.rs")),
            "{name}"
        );
    }
}

/// Seeds that are refused: a file of another kind, and one that was cut.
const REFUSED: [&str; 2] = ["sync-file.txt", "utf-16.json"];

#[test]
fn every_seed_is_taken_by_its_target() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for (seed, bytes) in seeds {
            let refused = REFUSED.contains(&seed.as_str());
            assert_eq!(target(&bytes), !refused, "{name}/{seed}");
        }
    }
}

#[test]
fn the_seeds_that_are_made_here_are_as_made() {
    for (target, name, bytes) in made::seeds() {
        let file = folder("seeds").join(target).join(&name);
        if std::env::var_os("LIFEOS_WRITE_VECTORS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &bytes).unwrap();
        }
        assert_eq!(fs::read(&file).unwrap(), bytes, "{target}/{name}");
    }
}

/// Fed with broken copies of its seeds, a target must not panic. Seeds of a hundred bytes are
/// broken five hundred times, long ones less often.
fn survives_broken_copies((name, target): Target) {
    let mut chance = Chance::new(0xF0);
    let seeds: Vec<Vec<u8>> = seeds(name).into_values().collect();
    for seed in &seeds {
        let times = (1_000_000 / (seed.len() + 1_900)).clamp(30, 500);
        for _ in 0..times {
            let mut bytes = seed.clone();
            for _ in 0..1 + chance.below(3) {
                harm(&mut bytes, &seeds, &mut chance);
            }
            target(&bytes);
        }
    }
}

fn harm(bytes: &mut Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    let length = chance.below(bytes.len() - at + 1).min(chance.below(64));
    match chance.below(7) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..at + length)),
        2 => {
            let copy = bytes[at..at + length].to_vec();
            let to = chance.below(bytes.len() + 1);
            bytes.splice(to..to, copy);
        }
        3 => {
            let other = &others[chance.below(others.len())];
            let from = chance.below(other.len() + 1);
            bytes.splice(at.., other[from..].iter().copied());
        }
        4 => bytes[at..at + length].fill([0x00, 0xFF, 0x7F, 0x80][chance.below(4)]),
        _ => {
            let drawn = chance.draw().to_be_bytes();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = match drawn[1] % 3 {
                    0 => byte.wrapping_add(1),
                    1 => *byte ^ (1 << (drawn[2] % 8)),
                    _ => drawn[0],
                };
            }
        }
    }
}

macro_rules! broken {
    ($($name:ident)*) => {
        #[test]
        fn every_target_is_fed_with_broken_copies() {
            let fed = [$(stringify!($name)),*];
            assert!(TARGETS.iter().map(|(name, _)| *name).eq(fed));
        }
        mod broken_copies_do_no_harm_to {
            $(#[test] fn $name() {
                super::survives_broken_copies((stringify!($name), lifeos_outside::$name));
            })*
        }
    };
}

broken!(
    answers approval batch change clickup credential event export_archive files head headers icalendar
    import_records journal kit_text life_state log_statement org_mode router snapshot sqlite_file
    stored_log stream super_productivity tail things ticktick todo_txt todoist vault vikunja wrap
    zip_file
);

#[test]
fn parts_are_read_as_they_were_joined_and_never_beyond_the_end() {
    let joined = lifeos_outside::join(&[b"ab".as_slice(), b"", b"c"]);
    assert_eq!(parts(&joined), [b"ab".as_slice(), b"", b"c"]);
    assert_eq!(parts(&joined[..5]), [b"a"]);
    assert_eq!(parts(&[0xFF, 0xFF, 0xFF, 0xFF, 1]), [[1]]);
}
