//! The live tail: the first message of a WebSocket, and the notices that the box sends.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::Hash;
use crate::keys::coded;
use crate::session::{RequestMac, SessionKey};

/// The first message: authenticates the WebSocket as a header authenticates a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TailOpen {
    /// From the same counters as the requests.
    pub counter: u64,
    /// Over [`crate::label::TAIL`] ‖ counter ‖ cookie hash.
    pub mac: RequestMac,
}

impl TailOpen {
    /// Makes the first message.
    #[must_use]
    pub fn new(key: &SessionKey, counter: u64, cookie_hash: &Hash) -> Self {
        Self {
            counter,
            mac: key.tail_mac(counter, cookie_hash),
        }
    }

    /// Verifies the first message, in constant time.
    #[must_use]
    pub fn holds(&self, key: &SessionKey, cookie_hash: &Hash) -> bool {
        key.tail_mac(self.counter, cookie_hash) == self.mac
    }
}

impl Wire for TailOpen {
    fn write(&self, writer: &mut Writer) {
        writer.u64(self.counter).raw(self.mac.as_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            counter: reader.u64()?,
            mac: RequestMac::new(reader.array()?),
        })
    }
}

coded! {
    /// What a notice is about.
    NoticeKind as "notice" {
        /// A space has a change with this sequence.
        Space = 1,
        /// A log has a statement with this sequence.
        Log = 2,
        /// The session was ended; the id is the device's or method's.
        SessionEnded = 3,
        /// A ceremony of approval has a new message; the id is the ceremony's.
        Approval = 4,
        /// Somebody came in by an invitation of the account; the id is the invitation's.
        Invite = 5,
    }
}

/// A notice says that something is there to be pulled; it carries nothing to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Of the space, log, signer or ceremony.
    pub id: [u8; 16],
    /// The newest sequence; 0 where none is meant.
    pub sequence: u64,
}

impl Wire for Notice {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.kind).raw(&self.id).u64(self.sequence);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            kind: NoticeKind::read(reader)?,
            id: reader.array()?,
            sequence: reader.u64()?,
        })
    }
}
