//! The threat model names its tests, and the names are real.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its input has failed"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const UNTESTED: &str = "Not yet tested.";

/// What is wrong with a promise, in words; nothing when it names real tests or admits to none.
fn faults(model: &str, is_test: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for promise in model.lines().filter_map(|line| line.strip_prefix("- **")) {
        let Some((id, _)) = promise.split_once(". ") else {
            continue; // who is who: no promise
        };
        if !id.chars().next().is_some_and(|c| c.is_ascii_uppercase())
            || !id[1..].chars().all(|c| c.is_ascii_digit())
            || id.len() < 2
        {
            continue;
        }
        if !ids.insert(id.to_owned()) {
            faults.push(format!("{id} stands twice"));
        }
        let named = named_tests(promise);
        match (named.is_empty(), promise.ends_with(UNTESTED)) {
            (true, false) => faults.push(format!("{id} names no test and does not say so")),
            (false, true) => faults.push(format!("{id} names tests and says that it has none")),
            _ => {}
        }
        for name in named.iter().filter(|name| !is_test(name)) {
            faults.push(format!("{id} names {name}, which no test bears"));
        }
    }
    if ids.is_empty() {
        faults.push("no promise was found".to_owned());
    }
    faults
}

fn named_tests(promise: &str) -> Vec<&str> {
    let Some((_, tests)) = promise.split_once(" Tests: ") else {
        return Vec::new();
    };
    tests.split('`').skip(1).step_by(2).collect()
}

/// The names of every test under the folders that hold ours: Rust functions beneath an attribute
/// that ends in `test]` or `test(`, and titles of `test("…")` and `it("…")`.
fn all_tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut names = BTreeSet::new();
    for folder in ["appliance", "crates", "tests"] {
        for path in sources(&root.join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap();
            if path.extension().is_some_and(|e| e == "rs") {
                names.extend(rust_tests(&text));
            } else {
                names.extend(titled_tests(&text));
            }
        }
    }
    names
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "node_modules" | "dist" | "target") {
            found.extend(sources(&path));
        } else if [".rs", ".ts", ".tsx"].iter().any(|e| name.ends_with(e)) {
            found.push(path);
        }
    }
    found
}

/// Tests in the plain form, and in that of `proptest!`: `#[test]`, then other attributes, then `fn`.
fn rust_tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            marked |= line.contains("test]") || line.contains("test(");
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
            names.push(rest.split(['(', '<']).next().unwrap().trim().to_owned());
            marked = false;
        } else if !line.starts_with("//") {
            marked = false;
        }
    }
    names
}

fn titled_tests(text: &str) -> Vec<String> {
    ["test(", "it("]
        .iter()
        .flat_map(|call| text.split(call).skip(1))
        .filter_map(|rest| {
            let quote = rest
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\'' | '`'))?;
            rest[1..].split(quote).next().map(str::to_owned)
        })
        .collect()
}

#[test]
fn every_promise_names_real_tests_or_admits_to_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let model = std::fs::read_to_string(root.join("docs/threat-model.md")).unwrap();
    let tests = all_tests();
    let faults = faults(&model, |name| tests.contains(name));
    assert!(faults.is_empty(), "\n  {}", faults.join("\n  "));
}

#[test]
fn a_promise_with_an_invented_test_is_refused() {
    let model =
        "- **N1. A.** Tests: `real`, `invented`.\n- **N2. B.**\n- **N2. C.** Not yet tested.";
    assert_eq!(
        faults(model, |name| name == "real"),
        [
            "N1 names invented, which no test bears",
            "N2 names no test and does not say so",
            "N2 stands twice",
        ]
    );
}

#[test]
fn only_tests_count_as_tests() {
    let rust = "#[test]\n#[should_panic]\nfn one() {}\nfn helper() {}\n#[tokio::test]\nasync fn two() {}\n#[inline]\nfn no() {}";
    assert_eq!(rust_tests(rust), ["one", "two"]);
    assert_eq!(
        titled_tests("test(\"a title\", () => {}); it('other')"),
        ["a title", "other"]
    );
}
