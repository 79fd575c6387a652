//! The server over a real socket, with a data folder of its own for each test.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod authenticator;
mod client;
mod harness;
mod home;
mod person;

mod approval;
mod assets;
mod bodies;
mod box_log;
mod claim;
mod doctor;
mod invites;
mod machine;
mod manners;
mod names;
mod releases;
mod sessions;
mod sync;
mod tail;
mod tls;
mod trace;
