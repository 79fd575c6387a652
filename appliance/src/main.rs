//! The one binary `lifeos`: roles are subcommands; composition only.
#![forbid(unsafe_code)]

fn main() {}
