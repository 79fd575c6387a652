//! The store in PostgreSQL, against a real server: all that is tested of a file of SQLite, and what
//! is PostgreSQL's alone.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../store/both.rs"]
mod both;
mod cluster;
mod house;
mod server;
mod tls;
