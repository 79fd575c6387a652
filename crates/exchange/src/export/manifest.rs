//! What an export says of itself: `manifest.json`.

use lifeos_tasks::Portion;
use serde::{Deserialize, Serialize};

/// The name of the manifest.
pub(super) const NAME: &str = "manifest.json";
/// What it calls itself.
const FORMAT: &str = "lifeos-export";
/// The version of the archive's layout and of the formats in it.
pub(super) const VERSION: u32 = 1;

/// An export's list of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// `lifeos-export`.
    pub format: String,
    /// The version of that format.
    pub version: u32,
    /// The version of the program that wrote it.
    pub product: String,
    /// When, as in RFC 3339.
    pub made_at: String,
    /// The space, in hexadecimal digits.
    pub space: String,
    /// How much of it.
    pub portion: Portion,
    /// Every file but this one, in the order of the archive.
    pub files: Vec<ListedFile>,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListedFile {
    /// Its name in the archive.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// How many records it holds: rows, tasks, or lines of events.
    pub records: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    pub(super) fn new(product: String, made_at: String, space: String, portion: Portion) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            product,
            made_at,
            space,
            portion,
            files: Vec::new(),
        }
    }

    /// Says whether it is one, whatever its version.
    pub(super) fn is_named(text: &[u8]) -> Option<u32> {
        #[derive(Deserialize)]
        struct Named {
            format: String,
            version: u32,
        }
        let named: Named = serde_json::from_slice(text).ok()?;
        (named.format == FORMAT).then_some(named.version)
    }
}
