//! The threat model names its tests, and the names are real.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its input has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
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

/// The attacks that the hostile-server tests have to cover, by their numbers.
const ATTACKS: [u8; 44] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 26, 27, 28, 29, 30, 31, 32,
    33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 47, 50, 55, 58, 62, 63, 64, 65,
];

/// What is wrong with the table of attacks: each number has its row, each row its tests, and a test
/// that bears a number stands in the row of that number.
fn table_faults(model: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rows = BTreeMap::new();
    for line in model.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", number, _, named, ""] = cells.as_slice() else {
            continue;
        };
        let Ok(number) = number.parse::<u8>() else {
            continue;
        };
        let named: BTreeSet<&str> = named.split('`').skip(1).step_by(2).collect();
        if rows.insert(number, named).is_some() {
            faults.push(format!("attack {number} has two rows"));
        }
    }
    for number in ATTACKS {
        let Some(named) = rows.remove(&number) else {
            faults.push(format!("attack {number} has no row"));
            continue;
        };
        let begin = format!("attack_{number:02}_");
        let real: BTreeSet<&str> = tests
            .iter()
            .map(String::as_str)
            .filter(|test| test.starts_with(&begin))
            .collect();
        if real.is_empty() {
            faults.push(format!("attack {number} has no test"));
        }
        let missing = real.difference(&named);
        faults.extend(missing.map(|test| format!("{test} is not in the row of {number}")));
        let invented = named.difference(&real);
        faults.extend(invented.map(|test| format!("the row of {number} names {test}")));
    }
    faults.extend(
        rows.keys()
            .map(|number| format!("{number} is no attack of the list")),
    );
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
fn every_attack_of_the_list_has_its_row_and_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let model = std::fs::read_to_string(root.join("docs/threat-model.md")).unwrap();
    let faults = table_faults(&model, &all_tests());
    assert!(faults.is_empty(), "\n  {}", faults.join("\n  "));
}

/// What is wrong with the page that says how each hostile test was seen red.
fn red_faults(page: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let rows: Vec<&str> = page
        .lines()
        .filter_map(|line| line.split('`').nth(1).filter(|_| line.starts_with("| ")))
        .collect();
    let attacks = tests.iter().filter(|test| test.starts_with("attack_"));
    let missing = attacks.filter(|test| !rows.contains(&test.as_str()));
    let invented = rows.iter().filter(|row| !tests.contains(**row));
    missing
        .map(|test| format!("{test} is not said to have been seen red"))
        .chain(invented.map(|row| format!("{row} is no test")))
        .collect()
}

#[test]
fn every_hostile_test_is_on_the_page_that_says_what_was_broken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/hostile-tests.md")).unwrap();
    assert_eq!(red_faults(&page, &all_tests()), [""; 0]);
}

#[test]
fn a_hostile_test_that_is_not_on_the_page_or_none_is_refused() {
    let tests = ["attack_01_one", "attack_02_two"].map(str::to_owned).into();
    let page = "| 1 | `attack_01_one` | this |\n| 3 | `attack_03_three` | that |";
    assert_eq!(
        red_faults(page, &tests),
        [
            "attack_02_two is not said to have been seen red",
            "attack_03_three is no test"
        ]
    );
}

#[test]
fn a_row_that_is_missing_short_or_invented_is_refused() {
    let tests: BTreeSet<String> = ATTACKS
        .iter()
        .filter(|number| **number != 7)
        .map(|number| format!("attack_{number:02}_is_refused"))
        .chain(["attack_09_is_refused_twice".to_owned()])
        .collect();
    let row = |number: &u8| match number {
        2 => String::new(),
        3 => "| 3 | what | `attack_04_is_refused` |\n".to_owned(),
        number => format!("| {number} | what | `attack_{number:02}_is_refused` |\n"),
    };
    let rows: String = ATTACKS.iter().map(row).collect();
    assert_eq!(
        table_faults(&(rows + "| 99 | what | `attack_99` |"), &tests),
        [
            "attack 2 has no row",
            "attack_03_is_refused is not in the row of 3",
            "the row of 3 names attack_04_is_refused",
            "attack 7 has no test",
            "the row of 7 names attack_07_is_refused",
            "attack_09_is_refused_twice is not in the row of 9",
            "99 is no attack of the list",
        ]
    );
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
