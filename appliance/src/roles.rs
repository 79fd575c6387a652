//! What the binary can be asked to be.

pub(crate) mod admin;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod serve;
