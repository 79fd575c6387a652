//! What a client asks of its host, and what the host tells it. The host decides nothing.

use std::fmt;

use crate::api::{Call, Problem, Push, Reply};
use crate::{FileName, StoredFile, Write};

/// The present, as the host knows it.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Wall clock, ms since 1970.
    pub wall_ms: u64,
    /// A clock that never goes back, ms from any start.
    pub monotonic_ms: u64,
    /// Local time minus UTC, minutes.
    pub utc_offset_minutes: i16,
}

/// What the host tells a client.
pub enum Input {
    /// The vault file as stored, if there is one, and the names of the sealed files beside it.
    Started {
        /// Bytes of the vault file.
        vault: Option<Vec<u8>>,
        /// Sealed files present.
        files: Vec<FileName>,
    },
    /// The local key that another tab of this device holds: opens without asking anybody.
    Handover {
        /// The key, as [`Client::local_key`](super::Client::local_key) gave it.
        local_key: [u8; 32],
    },
    /// A call.
    Call {
        /// Named in the answer.
        id: u64,
        /// What is asked.
        call: Call,
        /// Bytes beside the call: a file to import.
        attachment: Option<Vec<u8>>,
    },
    /// An HTTP request ended.
    Http {
        /// As given in the request.
        token: u64,
        /// What came back.
        result: Result<HttpResponse, HttpFailure>,
    },
    /// A piece of a streamed answer came; its end comes as [`Input::Http`] with an empty body.
    HttpPiece {
        /// As given in the request.
        token: u64,
        /// The next bytes.
        bytes: Vec<u8>,
    },
    /// The tail opened.
    TailOpen,
    /// The tail brought a message.
    TailMessage(Vec<u8>),
    /// The tail closed or could not be opened.
    TailClosed,
    /// Writes are durable, or failed.
    Written {
        /// As given in the effect.
        token: u64,
        /// Whether all of it is durable.
        result: Result<(), StoreFailure>,
    },
    /// Files were read.
    Read {
        /// As given in the effect.
        token: u64,
        /// The files that exist, in the order asked.
        files: Vec<StoredFile>,
    },
    /// Part of a file was read.
    ReadPart {
        /// As given in the effect.
        token: u64,
        /// The bytes; none if they are not there.
        bytes: Option<Vec<u8>>,
    },
    /// The time that was asked for has come.
    Wake,
    /// The device says that it is online again; a hint to try now.
    Online,
}

/// What a client asks of its host.
pub enum Effect {
    /// Sends a request to the box.
    Http(HttpRequest),
    /// Opens the tail: a WebSocket whose first message is given.
    TailConnect {
        /// Path on the box.
        path: String,
        /// First message.
        first: Vec<u8>,
    },
    /// Closes the tail.
    TailClose,
    /// Writes sealed files, in order, durably; answered by [`Input::Written`].
    Write {
        /// Named in the answer.
        token: u64,
        /// What to do.
        writes: Vec<Write>,
    },
    /// Replaces the vault file atomically and durably; answered by [`Input::Written`].
    WriteVault {
        /// Named in the answer.
        token: u64,
        /// Its new bytes.
        bytes: Vec<u8>,
    },
    /// Reads whole files; answered by [`Input::Read`].
    Read {
        /// Named in the answer.
        token: u64,
        /// Which.
        files: Vec<FileName>,
    },
    /// Reads a part of a file; answered by [`Input::ReadPart`].
    ReadPart {
        /// Named in the answer.
        token: u64,
        /// Which file.
        file: FileName,
        /// From where.
        offset: u64,
        /// How many bytes.
        length: u32,
    },
    /// Removes the vault file and every sealed file.
    EraseAll,
    /// Wakes the client after this time; replaces an earlier wish.
    WakeAfter {
        /// Milliseconds.
        ms: u64,
    },
    /// Answers a call.
    Answer {
        /// The call's id.
        id: u64,
        /// The answer.
        result: Box<Result<Reply, Problem>>,
    },
    /// Tells every tab.
    Push(Push),
    /// Every key is to go: the host ends the worker and starts a new one.
    Ended,
}

/// A request to the box.
#[derive(Clone)]
pub struct HttpRequest {
    /// Named in the answer.
    pub token: u64,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path with query.
    pub path: String,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Whether the answer is wanted in pieces.
    pub streamed: bool,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({} #{})", self.method, self.token)
    }
}

/// An answer of the box.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// Status code.
    pub status: u16,
    /// Body; empty where it was streamed.
    pub body: Vec<u8>,
}

/// No answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFailure {
    /// Not reached.
    Unreachable,
    /// Broken off.
    Cut,
}

/// A store that did not take what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFailure {
    /// The disk or quota is full.
    Full,
    /// Anything else.
    Failed,
}
