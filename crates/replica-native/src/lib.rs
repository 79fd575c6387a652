//! The replica over a disk and HTTP.
#![forbid(unsafe_code)]
