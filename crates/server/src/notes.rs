//! What the server tells the box log, and how little of it says where somebody was.
//!
//! A network is told as eight bytes of a keyed hash. The key is made anew each day and at each start,
//! and is kept nowhere: the same network can be recognised within a day, and by nobody afterwards.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use lifeos_protocol::box_log::{BoxEvent, BoxOrigin};
use lifeos_protocol::hash::hash;
use lifeos_protocol::label;
use lifeos_store::BoxNote;

use crate::limits::network_of;
use crate::problem::Problem;
use crate::state::{App, AppState, now_ms};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const HOUR_MS: u64 = 60 * 60 * 1000;
/// Refusals of an hour that are told one by one: whoever is refused all day fills no disk.
const REFUSALS_AN_HOUR: u32 = 20;

/// What is remembered between the entries.
#[derive(Default)]
pub(crate) struct Notes(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    day: u64,
    key: [u8; 32],
    hour: u64,
    refusals: u32,
    /// Refusals since the last that was told.
    untold: u32,
    figures_read: u64,
}

impl Notes {
    fn origin(&self, peer: SocketAddr, now_ms: u64) -> BoxOrigin {
        let mut remembered = self.lock();
        // The first day is never 0: a key of zeros is no key.
        let day = now_ms / DAY_MS + 1;
        if remembered.day != day {
            remembered.day = day;
            remembered.key = crate::random::bytes();
        }
        let network = network_of(peer.ip()).to_string();
        let whole = hash(label::BOX_ORIGIN, &[&remembered.key, network.as_bytes()]);
        let mut origin = BoxOrigin::default();
        origin.copy_from_slice(&whole.as_bytes()[..8]);
        origin
    }

    /// Whether a refusal is told now, and how many went untold before it.
    fn refusal(&self, now_ms: u64) -> Option<u32> {
        let mut remembered = self.lock();
        let hour = now_ms / HOUR_MS;
        if remembered.hour != hour {
            remembered.hour = hour;
            remembered.refusals = 0;
        }
        if remembered.refusals >= REFUSALS_AN_HOUR {
            remembered.untold = remembered.untold.saturating_add(1);
            return None;
        }
        remembered.refusals += 1;
        Some(std::mem::take(&mut remembered.untold))
    }

    /// Whether this is the first time in a day that the figures are read.
    fn is_first_reading(&self, now_ms: u64) -> bool {
        let day = now_ms / DAY_MS + 1;
        std::mem::replace(&mut self.lock().figures_read, day) != day
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        // Every field stands for itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From which network a request came, as the box log tells it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From(pub(crate) BoxOrigin);

impl FromRequestParts<AppState> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let ConnectInfo(peer) = peer.ok_or_else(|| Problem::internal("no peer address"))?;
        Ok(Self(state.notes.origin(*peer, now_ms())))
    }
}

/// Tells the box log of something.
pub(crate) async fn note(state: &App, note: BoxNote) -> Result<(), Problem> {
    Ok(state.store.note_box(note, now_ms()).await?)
}

/// Passes an outcome on, and tells the box log if somebody was refused at the door.
pub(crate) async fn noted<T>(
    state: &App,
    from: From,
    event: BoxEvent,
    outcome: Result<T, Problem>,
) -> Result<T, Problem> {
    if let Err(problem) = &outcome
        && problem.is_refusal()
        && let Some(untold) = state.notes.refusal(now_ms())
    {
        let refused = BoxNote::of(event).origin(from.0).detail(untold);
        note(state, refused).await?;
    }
    outcome
}

/// Tells the box log, once a day, that the figures are read.
pub(crate) async fn figures_read(state: &App, from: From) -> Result<(), Problem> {
    if state.notes.is_first_reading(now_ms()) {
        note(state, BoxNote::of(BoxEvent::FiguresRead).origin(from.0)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn a_network_is_known_again_for_a_day_and_not_after() {
        let notes = Notes::default();
        let origin = |peer: &str, now| notes.origin(peer.parse().unwrap(), now);
        let morning = 20_000 * DAY_MS;
        let first = origin("192.0.2.1:1", morning);
        assert_eq!(first, origin("192.0.2.1:2", morning + HOUR_MS));
        assert_ne!(first, origin("192.0.2.2:1", morning));
        assert_ne!(first, origin("192.0.2.1:1", morning + DAY_MS));
        assert_ne!(
            first,
            Notes::default().origin("192.0.2.1:1".parse().unwrap(), morning)
        );
    }

    #[test]
    fn refusals_beyond_so_many_an_hour_are_told_as_a_number() {
        let notes = Notes::default();
        for _ in 0..REFUSALS_AN_HOUR {
            assert_eq!(notes.refusal(HOUR_MS), Some(0));
        }
        for _ in 0..5 {
            assert_eq!(notes.refusal(HOUR_MS + 1), None);
        }
        assert_eq!(notes.refusal(2 * HOUR_MS), Some(5));
        assert_eq!(notes.refusal(2 * HOUR_MS), Some(0));
    }
}
