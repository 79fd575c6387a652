//! A person's way through the product, with every real part in place: the real box over a loopback
//! port, real clients over real folders, passkeys in software.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod adding;
mod approving;
mod box_log;
mod claiming;
mod cloning;
mod effort;
mod erasing;
mod examining;
mod exporting;
mod house;
mod importing;
mod moving;
mod person;
#[cfg(target_os = "linux")]
mod power;
mod revoking;
mod sharing;
mod stepper;
mod syncing;
