//! The sealed log, accounts and sessions in SQLite by sqlx.
#![forbid(unsafe_code)]
