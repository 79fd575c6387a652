//! The pull stream: frames of type, length and payload, which may be cut at any byte.

use crate::change::Change;
use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::head::Head;
use crate::ids::{AccountId, DeviceId, Hash, IncarnationId};
use crate::keys::coded;
use crate::log::{LogKind, LogStatement};
use crate::statement::Statement;

/// The media type of a stream.
pub const MEDIA_TYPE: &str = "application/vnd.lifeos.stream";
/// The most bytes of one frame's payload.
pub const MAX_PAYLOAD: usize = (1 << 20) + 64;
/// The most changes in one run.
pub const MAX_RUN: usize = 1024;
/// Width of a frame's type and length in bytes.
pub const FRAME_HEADER: usize = 5;
const ACCOUNTS: usize = 4096;

coded! {
    /// Why a body is no longer there.
    Gone as "reason" {
        /// It is in a segment.
        InSegment = 1,
        /// It was erased.
        Erased = 2,
    }
}

/// Consecutive changes of one device, in the box's order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Sequence of the first change.
    pub sequence: u64,
    /// The author.
    pub device: DeviceId,
    /// Counter of the first change.
    pub first: u64,
    /// The changes; sequences and counters ascend by one.
    pub changes: Vec<Change>,
}

/// A statement whose body is no longer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyGone {
    /// Sequence of the change.
    pub sequence: u64,
    /// The author.
    pub device: DeviceId,
    /// Its counter.
    pub counter: u64,
    /// The statement, which stays.
    pub statement: Statement,
    /// Why.
    pub why: Gone,
}

/// The end of a pull: what the box claims to have, to be judged against what others have seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complete {
    /// The life of the store.
    pub incarnation: IncarnationId,
    /// The last sequence; the next cursor.
    pub sequence: u64,
    /// The box's clock, ms since 1970.
    pub server_time_ms: u64,
    /// Heads of the members' account logs.
    pub accounts: Vec<AccountHead>,
    /// Head of the space log.
    pub space_log_head: Hash,
}

/// The head of an account log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountHead {
    /// Whose.
    pub account: AccountId,
    /// Hash of the last statement.
    pub head: Hash,
}

impl Wire for AccountHead {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.account).put(&self.head);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account: AccountId::read(reader)?,
            head: Hash::read(reader)?,
        })
    }
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A log statement that what follows needs.
    Log(LogKind, LogStatement),
    /// Changes.
    Run(Run),
    /// The newest covering head of a device.
    Head(Head),
    /// The end.
    Complete(Complete),
    /// A statement without its body.
    BodyGone(BodyGone),
    /// A frame of a newer version: kept as it is, not opened. The cursor must not pass it unseen.
    Newer {
        /// The frame's type.
        code: u8,
        /// Its payload.
        payload: Vec<u8>,
    },
}

impl Frame {
    const fn code(&self) -> u8 {
        match self {
            Self::Log(..) => 1,
            Self::Run(_) => 2,
            Self::Head(_) => 3,
            Self::Complete(_) => 4,
            Self::BodyGone(_) => 5,
            Self::Newer { code, .. } => *code,
        }
    }

    /// Appends the frame: type, length, payload.
    ///
    /// # Panics
    /// When a payload is beyond 4 GiB or a list beyond 65,535 items; see [`MAX_PAYLOAD`] and
    /// [`MAX_RUN`], which a reader enforces.
    pub fn write(&self, writer: &mut Writer) {
        let mut payload = Writer::new();
        match self {
            Self::Log(kind, statement) => {
                payload.put(kind).put(statement);
            }
            Self::Run(run) => {
                payload
                    .u64(run.sequence)
                    .put(&run.device)
                    .u64(run.first)
                    .list(&run.changes);
            }
            Self::Head(head) => {
                payload.put(head);
            }
            Self::Complete(complete) => {
                payload
                    .put(&complete.incarnation)
                    .u64(complete.sequence)
                    .u64(complete.server_time_ms)
                    .list(&complete.accounts)
                    .put(&complete.space_log_head);
            }
            Self::BodyGone(gone) => {
                payload
                    .u64(gone.sequence)
                    .put(&gone.device)
                    .u64(gone.counter)
                    .put(&gone.statement)
                    .put(&gone.why);
            }
            Self::Newer { payload: kept, .. } => {
                payload.raw(kept);
            }
        }
        writer.u8(self.code()).bytes(payload.as_bytes());
    }

    /// Returns the frame's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.finish()
    }

    fn from_payload(code: u8, payload: &[u8]) -> Result<Self, DecodeError> {
        match Self::known(code, payload) {
            Err(DecodeError::Unknown { .. }) => Ok(Self::Newer {
                code,
                payload: payload.to_vec(),
            }),
            frame => frame,
        }
    }

    fn known(code: u8, payload: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(payload);
        let frame = match code {
            1 => Self::Log(
                LogKind::read(&mut reader)?,
                LogStatement::read(&mut reader)?,
            ),
            2 => {
                let run = Run {
                    sequence: reader.u64()?,
                    device: DeviceId::read(&mut reader)?,
                    first: reader.u64()?,
                    changes: reader.list("run", MAX_RUN)?,
                };
                check_run(&run)?;
                Self::Run(run)
            }
            3 => Self::Head(Head::read(&mut reader)?),
            4 => Self::Complete(Complete {
                incarnation: IncarnationId::read(&mut reader)?,
                sequence: reader.u64()?,
                server_time_ms: reader.u64()?,
                accounts: reader.list("accounts", ACCOUNTS)?,
                space_log_head: Hash::read(&mut reader)?,
            }),
            5 => Self::BodyGone(BodyGone {
                sequence: reader.u64()?,
                device: DeviceId::read(&mut reader)?,
                counter: reader.u64()?,
                statement: Statement::read(&mut reader)?,
                why: Gone::read(&mut reader)?,
            }),
            _ => {
                return Err(DecodeError::Unknown {
                    what: "frame",
                    value: code.into(),
                });
            }
        };
        reader.finish()?;
        Ok(frame)
    }
}

fn check_run(run: &Run) -> Result<(), DecodeError> {
    let more = (run.changes.len() as u64).checked_sub(1);
    let fits = |first: u64| {
        first > 0
            && more
                .and_then(|more| first.checked_add(more))
                .is_some_and(|last| last < u64::MAX)
    };
    if fits(run.sequence) && fits(run.first) {
        Ok(())
    } else {
        Err(DecodeError::Invalid { what: "run" })
    }
}

/// Takes a stream's bytes in any portions and gives its whole frames.
///
/// What was given in whole frames stands when the stream is cut. After an error or after
/// [`Frame::Complete`] nothing more is given.
#[derive(Debug, Default)]
pub struct FrameDecoder {
    held: Vec<u8>,
    at: usize,
    ended: Option<Ended>,
}

#[derive(Debug, Clone, Copy)]
enum Ended {
    Complete,
    Broken(DecodeError),
}

impl FrameDecoder {
    /// Starts at the first byte of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            held: Vec::new(),
            at: 0,
            ended: None,
        }
    }

    /// Takes the next portion of bytes, of any length.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.at > 0 {
            self.held.drain(..self.at);
            self.at = 0;
        }
        self.held.extend_from_slice(bytes);
    }

    /// Gives the next whole frame, or nothing until more bytes come.
    ///
    /// # Errors
    /// What is wrong with the frame; again at each later call. [`DecodeError::Trailing`] when
    /// bytes follow the complete mark.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, DecodeError> {
        match self.ended {
            Some(Ended::Broken(error)) => return Err(error),
            Some(Ended::Complete) if self.at < self.held.len() => {
                return self.broken(DecodeError::Trailing);
            }
            Some(Ended::Complete) => return Ok(None),
            None => {}
        }
        let mut reader = Reader::new(&self.held[self.at..]);
        let (Ok(code), Ok(length)) = (reader.u8(), reader.u32()) else {
            return Ok(None);
        };
        let length = length as usize;
        if length > MAX_PAYLOAD {
            return self.broken(DecodeError::TooLarge { what: "frame" });
        }
        let Ok(payload) = reader.raw(length) else {
            return Ok(None);
        };
        match Frame::from_payload(code, payload) {
            Ok(frame) => {
                self.at += FRAME_HEADER + length;
                if matches!(frame, Frame::Complete(_)) {
                    self.ended = Some(Ended::Complete);
                }
                Ok(Some(frame))
            }
            Err(error) => self.broken(error),
        }
    }

    /// Whether the complete mark was given and nothing is left over.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self.ended, Some(Ended::Complete)) && self.at == self.held.len()
    }

    fn broken(&mut self, error: DecodeError) -> Result<Option<Frame>, DecodeError> {
        self.ended = Some(Ended::Broken(error));
        Err(error)
    }
}
