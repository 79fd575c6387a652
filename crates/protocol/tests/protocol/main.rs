//! The protocol's tests: formats by fixed vectors and properties, logs and judgement by cases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod approval;
mod bodies;
mod formats;
mod judge;
mod labels;
mod log_account;
mod log_cut;
mod log_fork;
mod log_space;
mod people;
mod properties;
mod samples;
mod sessions;
mod texts;
mod vectors;
