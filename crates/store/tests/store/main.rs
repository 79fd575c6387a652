//! The store in a file of SQLite: what its triggers refuse, how its schema grows, what a full disk
//! does.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod both;
mod file;
mod house;
