//! What `cargo metadata` says, as far as the rules need it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};

/// The answer of `cargo metadata --no-deps`: every member of the workspace, as declared.
#[derive(Debug, Clone, Deserialize)]
pub struct Workspace {
    /// Each member, with its declared dependencies.
    pub packages: Vec<Package>,
    /// The folder of the root manifest.
    pub workspace_root: PathBuf,
}

/// One member of the workspace.
#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// Where its `Cargo.toml` is.
    pub manifest_path: PathBuf,
    /// What it declares to depend on, of every kind and for every platform.
    pub dependencies: Vec<Dependency>,
    /// Its libraries, binaries and tests.
    pub targets: Vec<Target>,
}

/// One declared dependency.
#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    /// The package's own name, whatever it is renamed to.
    pub name: String,
    /// What it is needed for.
    #[serde(deserialize_with = "null_is_normal")]
    pub kind: Kind,
}

/// What a dependency is needed for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Linked into the crate.
    #[default]
    Normal,
    /// Run while the crate is built: it can write code into it.
    Build,
    /// Tests, examples and benches only.
    Dev,
}

/// One thing that a package builds.
#[derive(Debug, Clone, Deserialize)]
pub struct Target {
    /// `lib`, `bin`, `test`, …
    pub kind: Vec<String>,
    /// The root module.
    pub src_path: PathBuf,
}

impl Workspace {
    /// Reads the JSON that `cargo metadata --no-deps --format-version 1` prints.
    ///
    /// # Errors
    /// Fails when the text is not that JSON.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Returns, for each member, the members that it links or builds with, directly.
    #[must_use]
    pub fn edges(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let members: BTreeSet<&str> = self.packages.iter().map(|p| p.name.as_str()).collect();
        self.packages
            .iter()
            .map(|package| {
                let known = package
                    .dependencies
                    .iter()
                    .filter(|d| d.kind != Kind::Dev)
                    .filter_map(|d| members.get(d.name.as_str()).copied())
                    .collect();
                (package.name.as_str(), known)
            })
            .collect()
    }

    /// Returns a package's folder as seen from the root of the workspace.
    #[must_use]
    pub fn folder<'a>(&self, package: &'a Package) -> &'a Path {
        let folder = package
            .manifest_path
            .parent()
            .unwrap_or(&package.manifest_path);
        folder.strip_prefix(&self.workspace_root).unwrap_or(folder)
    }
}

fn null_is_normal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
