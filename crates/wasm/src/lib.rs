//! The replica in a browser's worker: bindings, no rules.
#![forbid(unsafe_code)]
