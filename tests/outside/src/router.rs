//! The addresses of the box, asked by a member of the household who wants what is another's: nothing
//! of it comes back, whatever is asked, and the box does not fail.
//!
//! An input is a request: its first line, its headers, its body. The ids of both people can be
//! written by name (`{hers.space}`), for nobody would find one by chance; the request then bears the
//! session of the one who asks.

mod house;

#[expect(
    dead_code,
    clippy::unwrap_used,
    reason = "the client of the server's own tests"
)]
#[path = "../../../crates/server/tests/server/person.rs"]
mod person;

use std::sync::{Mutex, OnceLock, PoisonError};

use house::House;

use crate::parts;

/// A request of a person to the box. It tells whether an address took it.
pub fn router(bytes: &[u8]) -> bool {
    static HOUSE: OnceLock<Mutex<House>> = OnceLock::new();
    let mut parts = parts(bytes).into_iter();
    let mut next = || parts.next().unwrap_or_default();
    let (line, headers, body) = (next(), next(), next());
    let (Ok(line), Ok(headers)) = (str::from_utf8(line), str::from_utf8(headers)) else {
        return false;
    };
    let Some((method, path)) = line.split_once(' ') else {
        return false;
    };
    let headers: Vec<(String, String)> = headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let house = HOUSE.get_or_init(|| Mutex::new(House::found()));
    // A failure in here is a finding, and the next input finds the house as it was left.
    let mut house = house.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((status, answer)) = house.ask(method, path, &headers, body) else {
        return false;
    };
    assert!(status < 500, "the box failed");
    assert!(!house.holds_hers(&answer), "what is hers came back");
    !matches!(status, 400 | 401 | 405 | 426)
}
