//! A hostile box over real sockets: real clients over real folders, the real box, and between them
//! a hop that alters what passes. The numbers are those of the list of attacks; each test judges
//! what the client keeps, and that it goes on.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[expect(dead_code, reason = "the walk uses more of it")]
#[path = "../walk/house.rs"]
mod house;
#[expect(dead_code, reason = "the walk uses more of it")]
#[path = "../walk/person.rs"]
mod person;

mod approval;
mod availability;
mod binding;
mod downgrade;
mod fork;
mod history;
mod keys;
mod recovery;
mod settled;
mod sizes;
mod standing;
mod ways;
mod world;
