//! The floor-plan's rules of direction, as one table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::workspace::{Kind, Package, Workspace};

/// Where a crate stands in the floor-plan, read from its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `crates/<name>`
    Crate(&'static str),
    /// Any of `crates/domains/<life>`.
    Domain,
    /// Any of `crates/edge/<part>`.
    Edge,
    /// The binary itself.
    Appliance,
    /// What only builds or tests: the testkit, `tests/…`, `provisioning/…`.
    Workshop,
}

use Place::{Appliance, Crate, Domain, Edge, Workshop};

/// For each place, all that a crate there may reach, directly or through others. What is not
/// listed is refused: a new edge is a conversation first, and a row here.
const MAY_REACH: &[(Place, &[Place])] = &[
    (Crate("kernel"), &[]),
    (Crate("protocol"), &[]),
    (Domain, &[Crate("kernel")]),
    (Crate("life"), &[Crate("kernel"), Domain]),
    (Crate("crypto"), &[Crate("protocol")]),
    (Crate("exchange"), &[Crate("kernel"), Domain, Crate("life")]),
    (Crate("replica"), TRUSTED),
    (Crate("replica-native"), TRUSTED),
    (Crate("wasm"), TRUSTED),
    // Reads what anybody wrote, in a worker without keys: it must not know what a key is.
    (
        Crate("wasm-exchange"),
        &[Crate("kernel"), Domain, Crate("exchange")],
    ),
    (Crate("agent"), TRUSTED),
    // That the server cannot read a life: neither may ever reach kernel, life, a domain, crypto
    // or replica. Do not add them here.
    (Crate("store"), &[Crate("protocol")]),
    (Crate("server"), &[Crate("protocol"), Crate("store")]),
    // The parts of the edge do not know each other: the appliance wires them.
    (Edge, &[]),
    (Crate("system"), &[]),
];

/// What runs on a person's own devices: everything that may hold keys, and nothing that serves.
const TRUSTED: &[Place] = &[
    Crate("kernel"),
    Domain,
    Crate("life"),
    Crate("crypto"),
    Crate("protocol"),
    Crate("exchange"),
    Crate("replica"),
    Crate("replica-native"),
];

/// Crates whose code takes time, randomness and bytes as arguments.
const SANS_IO: &[Place] = &[
    Crate("kernel"),
    Domain,
    Crate("life"),
    Crate("crypto"),
    Crate("protocol"),
    Crate("exchange"),
    Crate("replica"),
];

/// Libraries that open sockets, files or threads of their own.
const IO_LIBRARIES: &[&str] = &[
    "async-std",
    "axum",
    "hyper",
    "hyper-util",
    "mio",
    "object_store",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "sqlx",
    "tokio",
    "tokio-tungstenite",
    "tungstenite",
    "ureq",
];

/// A rule of the house that is broken, in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// A crate reaches another that it must not know; the chain shows by which way.
    Reach {
        /// From the crate that breaks the rule to the one that it reaches.
        chain: Vec<String>,
    },
    /// Something links the appliance, or ships what only builds or tests.
    Forbidden {
        /// The crate that depends.
        from: String,
        /// The crate that nothing may link.
        to: String,
    },
    /// A crate that does no input or output declares a library that does.
    InputOutput {
        /// The crate.
        from: String,
        /// The library.
        library: String,
    },
    /// A folder that is not its crate's name without `lifeos-`.
    FolderName {
        /// The crate.
        name: String,
        /// Its folder, from the root of the workspace.
        folder: PathBuf,
    },
    /// A folder that the floor-plan does not have.
    UnknownPlace {
        /// The crate.
        name: String,
        /// Its folder, from the root of the workspace.
        folder: PathBuf,
    },
    /// A crate root without `#![forbid(unsafe_code)]`.
    UnsafeAllowed {
        /// The root module, from the root of the workspace.
        root: PathBuf,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reach { chain } => write!(f, "must not know: {}", chain.join(" -> ")),
            Self::Forbidden { from, to } => write!(f, "{from} links {to}, which nothing may link"),
            Self::InputOutput { from, library } => {
                write!(f, "{from} does no input or output, and declares {library}")
            }
            Self::FolderName { name, folder } => {
                write!(
                    f,
                    "{name} lies in {}, not in a folder of its name",
                    folder.display()
                )
            }
            Self::UnknownPlace { name, folder } => {
                write!(
                    f,
                    "{name} lies in {}, which the floor-plan does not have",
                    folder.display()
                )
            }
            Self::UnsafeAllowed { root } => {
                write!(f, "{} does not say #![forbid(unsafe_code)]", root.display())
            }
        }
    }
}

/// Returns every breach of the floor-plan, sorted; nothing when the house is in order.
#[must_use]
pub fn floor_plan(workspace: &Workspace) -> Vec<Breach> {
    let mut breaches = BTreeSet::new();
    let mut places = BTreeMap::new();
    for package in &workspace.packages {
        let folder = workspace.folder(package);
        if !named_after_folder(&package.name, folder) {
            breaches.insert(Breach::FolderName {
                name: package.name.clone(),
                folder: folder.to_owned(),
            });
        }
        match place_of(folder) {
            Some(place) => {
                places.insert(package.name.as_str(), place);
            }
            None => {
                breaches.insert(Breach::UnknownPlace {
                    name: package.name.clone(),
                    folder: folder.to_owned(),
                });
            }
        }
    }

    let edges = workspace.edges();
    for package in &workspace.packages {
        let Some(&place) = places.get(package.name.as_str()) else {
            continue;
        };
        breaches.extend(forbidden_links(package, &edges, &places));
        breaches.extend(input_output(package, place));
        let Some((_, allowed)) = MAY_REACH.iter().find(|(row, _)| *row == place) else {
            continue; // the appliance composes and the workshop tries: both may know everyone
        };
        for chain in chains_from(&package.name, &edges) {
            let end = chain
                .last()
                .expect("a chain holds the crate that it starts from");
            let end_place = places.get(end.as_str());
            if !end_place.is_some_and(|place| allowed.contains(place)) {
                breaches.insert(Breach::Reach { chain });
            }
        }
    }
    breaches.into_iter().collect()
}

/// Returns each library and binary root that does not forbid unsafe code, `read` giving the text
/// of a file.
pub fn unsafe_code(workspace: &Workspace, read: impl Fn(&Path) -> String) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for target in workspace.packages.iter().flat_map(|p| &p.targets) {
        let shipped = target.kind.iter().any(|k| k == "bin" || k.ends_with("lib"));
        let forbids = || {
            read(&target.src_path)
                .lines()
                .any(|line| line.trim() == "#![forbid(unsafe_code)]")
        };
        if shipped && !forbids() {
            let root = target.src_path.strip_prefix(&workspace.workspace_root);
            breaches.push(Breach::UnsafeAllowed {
                root: root.unwrap_or(&target.src_path).to_owned(),
            });
        }
    }
    breaches
}

fn place_of(folder: &Path) -> Option<Place> {
    let parts: Vec<&str> = folder.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        ["appliance"] => Some(Appliance),
        ["tests" | "provisioning", _] | ["crates", "testkit"] => Some(Workshop),
        ["crates", "domains", _] => Some(Domain),
        ["crates", "edge", _] => Some(Edge),
        ["crates", name] => MAY_REACH.iter().find_map(|(row, _)| match row {
            Crate(known) if known == name => Some(*row),
            _ => None,
        }),
        _ => None,
    }
}

fn named_after_folder(name: &str, folder: &Path) -> bool {
    let folder = folder.file_name().and_then(|f| f.to_str());
    match name.strip_prefix("lifeos-") {
        Some(short) => folder == Some(short),
        None => name == "lifeos" && folder == Some("appliance"),
    }
}

fn forbidden_links(
    package: &Package,
    edges: &BTreeMap<&str, BTreeSet<&str>>,
    places: &BTreeMap<&str, Place>,
) -> Vec<Breach> {
    let from_workshop = places.get(package.name.as_str()) == Some(&Workshop);
    edges[package.name.as_str()]
        .iter()
        .filter(|to| match places.get(*to) {
            Some(Appliance) => true,
            Some(Workshop) => !from_workshop,
            _ => false,
        })
        .map(|to| Breach::Forbidden {
            from: package.name.clone(),
            to: (*to).to_owned(),
        })
        .collect()
}

fn input_output(package: &Package, place: Place) -> impl Iterator<Item = Breach> {
    package
        .dependencies
        .iter()
        .filter(move |d| SANS_IO.contains(&place) && d.kind != Kind::Dev)
        .filter(|d| IO_LIBRARIES.contains(&d.name.as_str()))
        .map(|d| Breach::InputOutput {
            from: package.name.clone(),
            library: d.name.clone(),
        })
}

/// Returns a shortest chain from `start` to each crate that it reaches.
fn chains_from(start: &str, edges: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<Vec<String>> {
    let mut chains = Vec::new();
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![vec![start]];
    while let Some(chain) = (!open.is_empty()).then(|| open.remove(0)) {
        let end = chain.last().expect("a chain is never empty");
        for next in edges.get(end).into_iter().flatten() {
            if seen.insert(next) {
                let longer: Vec<&str> = chain.iter().copied().chain([*next]).collect();
                chains.push(longer.iter().map(|&name| name.to_owned()).collect());
                open.push(longer);
            }
        }
    }
    chains
}
