//! The server over a store in PostgreSQL: what touches the store is tested as over SQLite, by the
//! same tests, against a real server of the test's own.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../server/authenticator.rs"]
mod authenticator;
#[path = "../server/client.rs"]
mod client;
#[path = "../../../store/tests/postgresql/cluster.rs"]
mod cluster;
#[path = "../server/harness.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod harness;
mod home;
#[path = "../server/person.rs"]
mod person;

#[path = "../server/approval.rs"]
mod approval;
#[path = "../server/bodies.rs"]
mod bodies;
#[path = "../server/claim.rs"]
mod claim;
mod killed;
#[path = "../server/releases.rs"]
mod releases;
#[path = "../server/sessions.rs"]
mod sessions;
#[path = "../server/sync.rs"]
mod sync;
#[path = "../server/tail.rs"]
mod tail;
#[path = "../server/trace.rs"]
mod trace;
