//! What travels: statements, chains, heads, logs, cursors, requests and refusals.
#![forbid(unsafe_code)]
