//! Exports: what a year of tasks becomes in every format, read back by the readers of this crate, by
//! hand, and after every kind of damage.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod demo;
mod formats;
mod portions;
mod sealed;
mod texts;
