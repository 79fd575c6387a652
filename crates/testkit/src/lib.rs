//! Development only: what the tests of a distributed, hostile, failing world need, each of it
//! deterministic from a seed.
//!
//! - [`Chance`]: seeded chance, also as the randomness of keys;
//! - [`Disk`]: files that a power cut tears at any byte of what was not flushed;
//! - [`Relay`]: the box in memory, judging by the functions of `lifeos-protocol` that the real box
//!   uses, with frames that a test may alter on their way;
//! - [`Household`] and [`Device`]: an account with its devices, each an engine on such a disk;
//! - [`simulate`]: whole schedules of them;
//! - [`Passkey`]: a passkey in software, for the ceremonies of a page;
//! - [`Kept`]: what a device keeps in its folder, opened by a kit;
//! - [`tamper`]: what a hostile box makes of a stream, before an engine or on a real socket;
//! - `Hop` (feature `hop`): what lies between real clients and a real box, and alters what passes.
#![forbid(unsafe_code)]

mod chance;
mod craft;
mod device;
mod disk;
#[cfg(feature = "hop")]
mod hop;
mod household;
mod kept;
mod passkey;
mod relay;
mod simulation;
pub mod tamper;

pub use chance::Chance;
pub use craft::craft;
pub use device::Device;
pub use disk::Disk;
#[cfg(feature = "hop")]
pub use hop::{Answer, Asked, Ending, Gate, Hop, Seen, Way};
pub use household::Household;
pub use kept::Kept;
pub use passkey::{Passkey, PasskeyAnswer};
pub use relay::{Relay, encode};
pub use simulation::{Failure, Plan, Summary, simulate};
