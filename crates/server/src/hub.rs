//! Telling live tails that something is there to be pulled. A notice carries nothing to be trusted
//! and may be lost: whoever falls behind is cut and pulls.

use lifeos_protocol::ids::{AccountId, SpaceId};
use lifeos_protocol::tail::Notice;
use tokio::sync::broadcast;

/// Notices that a slow tail may be behind before it is cut.
const BEHIND_MAX: usize = 512;

/// Whom a notice concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Every session of an account.
    Account(AccountId),
    /// Every session of every member of a space.
    Space(SpaceId),
    /// Nobody's tail: only those who wait at a ceremony of their own.
    Waiting,
    /// One session, by its public id; the tail ends after the notice.
    End([u8; 16]),
}

/// Notices from the moment on at which somebody began to listen.
pub(crate) type Notices = broadcast::Receiver<(Audience, Notice)>;

#[derive(Debug, Clone)]
pub(crate) struct Hub {
    sender: broadcast::Sender<(Audience, Notice)>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(BEHIND_MAX),
        }
    }

    pub(crate) fn tell(&self, audience: Audience, notice: Notice) {
        // With no tail open there is nobody to tell.
        drop(self.sender.send((audience, notice)));
    }

    pub(crate) fn listen(&self) -> Notices {
        self.sender.subscribe()
    }
}
