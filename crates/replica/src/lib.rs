//! Trusted, sans-I/O: seal, open, fold, snapshot, sync and verification state machines.
#![forbid(unsafe_code)]
