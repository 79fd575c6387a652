//! The crate as its callers see it: what opens, what is refused, and the bytes that are for ever.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod approvals;
mod envelopes;
mod erasures;
mod independent;
mod invites;
mod local_files;
mod methods;
mod segments;
mod sessions;
mod silence;
mod support;
mod vectors;
mod wraps;
