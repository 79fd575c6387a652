//! Links between the documents lead somewhere.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its input has failed"
)]

use std::path::{Path, PathBuf};

/// The targets of Markdown links in a text, without those that leave the repository.
fn local_links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.contains(' '))
        .filter(|target| !target.starts_with("mailto:"))
        .collect()
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                return documents(&path);
            }
            path.extension()
                .is_some_and(|e| e == "md")
                .then_some(path)
                .into_iter()
                .collect()
        })
        .collect()
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = documents(&root.join("docs"));
    for name in ["README", "CONTRIBUTING", "SECURITY", "CHANGELOG"] {
        files.push(root.join(format!("{name}.md")));
    }
    let mut lost = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for link in local_links(&text) {
            if !file.parent().unwrap().join(link).exists() {
                lost.push(format!(
                    "\n  {} links to {link}",
                    file.file_name().unwrap().display()
                ));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.concat());
}

#[test]
fn links_are_found_and_those_outside_are_left() {
    let text = "[a](b.md) [c](d/e.md#f) [g](https://h) `x[i](j k)` [l](#m) [n](mailto:o)";
    assert_eq!(local_links(text), ["b.md", "d/e.md"]);
}
