//! What the page wishes and is told, as JSON: the seam of the worker that packs.

use lifeos_kernel::cbor;
use lifeos_tasks::{Outgoing, Portion};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::fault::Unverified;
use super::item::Items;
use super::moment::Moment;
use super::pack::{Formats, Made, Pack};
use crate::LocalTime;

/// What is to be exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "exchange.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportWish {
    /// The version of the program.
    pub product: String,
    /// Now, in milliseconds since 1970.
    pub at_ms: i64,
    /// The space, in hexadecimal digits.
    pub space: String,
    /// How much of it.
    pub portion: Portion,
    /// In which formats.
    pub formats: Formats,
}

/// Why an export was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "exchange.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ExportFailure {
    /// The fixed word for it.
    pub code: String,
    /// The file in the archive, where it is about one.
    pub file: Option<String>,
    /// The place in that file.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub place: Option<u64>,
}

/// What was given is not what the core gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("what is to be exported is not in its form")]
pub struct WishError;

impl ExportWish {
    /// Begins the export from the items as the core gives them.
    ///
    /// # Errors
    /// Where the bytes are not what the core gives.
    pub fn begin(self, items: &[u8], local: &LocalTime<'_>) -> Result<Pack, WishError> {
        let outgoing: Outgoing = cbor::decode(items).map_err(|_| WishError)?;
        let made = Made {
            product: self.product,
            at: Moment::of(self.at_ms, local),
            space: self.space,
            portion: self.portion,
        };
        Ok(Pack::begin(made, self.formats, Items::of(outgoing, local)))
    }
}

impl From<&Unverified> for ExportFailure {
    fn from(unverified: &Unverified) -> Self {
        let difference = match unverified {
            Unverified::File(difference) => Some(difference),
            _ => None,
        };
        Self {
            code: unverified.code().to_owned(),
            file: difference.map(|it| it.file.clone()),
            place: difference.and_then(|it| it.place),
        }
    }
}

impl ExportFailure {
    /// A failure that is about no file.
    #[must_use]
    pub fn of(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            file: None,
            place: None,
        }
    }
}
