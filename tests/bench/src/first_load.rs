//! Bytes of the first load, as the binary serves them: compressed when it was built.

use std::process::Command;

use serde_json::Value;

use crate::root;
use crate::table::{Row, Target};

pub(crate) fn rows() -> Vec<Row> {
    let web = root().join("appliance/web");
    let sizes = Command::new("npm")
        .args(["run", "--silent", "size", "--", "--json"])
        .current_dir(&web)
        .output()
        .unwrap();
    let sizes: Vec<Value> = serde_json::from_slice(&sizes.stdout).unwrap();
    let brotli = |name: &str| {
        let row = sizes.iter().find(|row| row["name"] == name).unwrap();
        row["size"].as_f64().unwrap() / 1000.0
    };
    let row = |what, name, files: &[&str], most| {
        Row::new(
            what,
            "kB",
            (brotli(name), plain_kb(&web.join("dist/assets"), files)),
            Target::AtMost(most),
            "all such files uncompressed; by size-limit",
        )
    };
    vec![
        row(
            "first load, JavaScript",
            "JavaScript of the first load",
            &["js"],
            200.0,
        ),
        row("first load, WebAssembly", "WebAssembly", &["wasm"], 900.0),
    ]
}

fn plain_kb(folder: &std::path::Path, kinds: &[&str]) -> f64 {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let kind = |path: std::path::PathBuf| {
        let extension = path.extension().and_then(|kind| kind.to_str());
        extension.is_some_and(|extension| kinds.contains(&extension))
    };
    let bytes: u64 = files
        .filter(|file| kind(file.path()))
        .map(|file| file.metadata().unwrap().len())
        .sum();
    bytes as f64 / 1000.0
}
