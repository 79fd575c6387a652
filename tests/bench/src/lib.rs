//! What is measured both natively and in a browser's worker: the same functions over the same
//! bytes, made from a fixed seed.
//!
//! [`Log`] is a log of sealed changes, to be opened, verified and folded; [`Household`] is a device's
//! files with a snapshot of many tasks, to be started from; [`lists`] are the questions that screens
//! ask. The binary beside it measures them natively, has the browser measure them (`browser/`),
//! and measures the box.
#![forbid(unsafe_code)]
#![expect(
    clippy::unwrap_used,
    reason = "a bench stops at the first surprise, and ships nothing"
)]

mod believable;
#[cfg(target_arch = "wasm32")]
mod browser;
mod household;
mod lists;
mod log;

pub use believable::Believable;
pub use household::{Household, Started};
pub use lists::{Asked, lists};
pub use log::{EVENT_BYTES, Log};

/// When everything here happens, in milliseconds since 1970: a day in November 2026.
pub(crate) const NOW_MS: u64 = 1_795_000_000_000;
