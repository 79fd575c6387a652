//! The replica over a disk and HTTP: the same client that a browser's worker runs, for command
//! lines, benches and tests, later for the home agent.
//!
//! [`NativeClient`] drives a [`lifeos_replica::client::Client`] on a thread of its own. It keeps the
//! sealed files in one folder, each write flushed to the disk before the client hears that it is
//! durable, speaks HTTP to the box, and follows its tail.
//!
//! Deliberately absent: any rule. What is written, sent and shown is the client's affair.
#![forbid(unsafe_code)]

mod client;
mod host;
mod http;
mod store;
mod tail;

pub use client::{NativeClient, Options, StartError, TimedOut};
