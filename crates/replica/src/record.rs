//! Records of the journal: what a device must not lose, one after the other. Each is sealed as a
//! frame before it leaves this crate (see [`crate::journal`]).
//!
//! Most records are inputs as they were verified (log statements, runs, heads); replaying them in
//! order gives the same engine. What was written here is one record with its counter, so that
//! counter and change are one durable write.

use lifeos_protocol::{DecodeError, DeviceId, IncarnationId, Reader, SpaceId, Wire, Writer};

use crate::alarm::Alarm;

/// What a local change did to the undo stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StackMove {
    /// It stays off the stack.
    None,
    /// A new act: on the undo stack, and the redo stack is emptied.
    Push,
    /// It undid the last act.
    Undo,
    /// It redid what was last undone.
    Redo,
}

/// One record of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Record {
    /// A verified statement of the account log.
    AccountStatement(Vec<u8>),
    /// A verified statement of a space log.
    SpaceStatement(SpaceId, Vec<u8>),
    /// The account secret of an epoch.
    AccountSecret { epoch: u32, secret: [u8; 32] },
    /// A space key of an epoch.
    SpaceKey {
        space: SpaceId,
        epoch: u32,
        key: [u8; 32],
    },
    /// Changes written here: one intent, taken whole.
    Wrote {
        space: SpaceId,
        stack: StackMove,
        reversal: Vec<u8>,
        changes: Vec<Vec<u8>>,
    },
    /// New seals of changes that wait in the outbox.
    Resealed {
        space: SpaceId,
        first: u64,
        changes: Vec<Vec<u8>>,
    },
    /// Changes of another device (or own ones that were unknown here), as served.
    Run {
        space: SpaceId,
        sequence: u64,
        device: DeviceId,
        counter: u64,
        changes: Vec<Vec<u8>>,
    },
    /// A statement whose body the box no longer has.
    Gone {
        space: SpaceId,
        sequence: u64,
        device: DeviceId,
        counter: u64,
        statement: Vec<u8>,
        why: u8,
    },
    /// A verified head.
    Head { space: SpaceId, head: Vec<u8> },
    /// The end of a pull.
    Complete {
        space: SpaceId,
        incarnation: IncarnationId,
        sequence: u64,
    },
    /// Changes that were served without ever being covered by a head were dropped.
    Dropped {
        space: SpaceId,
        device: DeviceId,
        cursor: u64,
    },
    /// The pull of this space starts again from the beginning.
    Restarted {
        space: SpaceId,
        incarnation: IncarnationId,
    },
    /// The box has everything of this device up to the counter.
    Accepted { space: SpaceId, counter: u64 },
    /// The box refused the outbox from this counter on.
    Refused {
        space: SpaceId,
        counter: u64,
        code: String,
    },
    /// An alarm.
    Alarm(Alarm),
    /// The person read an alarm.
    AlarmSeen(u32),
    /// An act left a stack without a change: nothing of it stood any more.
    Passed { space: SpaceId, stack: StackMove },
    /// This device's chain here and at the box differ: the id is retired.
    Diverged { space: SpaceId, served: u64 },
    /// No file here holds any more what was erased in a space so far.
    Scrubbed { space: SpaceId },
    /// The box has the bodies without what the own erasure at this sequence named.
    BodiesTaken { space: SpaceId, sequence: u32 },
}

impl StackMove {
    fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Push => 1,
            Self::Undo => 2,
            Self::Redo => 3,
        }
    }

    fn from_code(code: u8) -> Result<Self, DecodeError> {
        Ok(match code {
            0 => Self::None,
            1 => Self::Push,
            2 => Self::Undo,
            3 => Self::Redo,
            _ => return Err(DecodeError::Invalid { what: "stack move" }),
        })
    }
}

/// In front of a record that zeros follow.
const PADDED: u8 = 22;

impl Record {
    /// The record in exactly so many bytes, for a place that a longer one had; nothing where it is
    /// longer itself.
    pub(crate) fn to_bytes_of(&self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = self.to_bytes();
        if bytes.len() < length {
            bytes.insert(0, PADDED);
            bytes.resize(length, 0);
        }
        (bytes.len() == length).then_some(bytes)
    }
}

/// The most bytes that a record may claim for one part: far above every part, far below memory.
const PART_LIMIT: usize = 64 << 20;

impl Wire for Record {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::AccountStatement(bytes) => {
                w.u8(1).bytes(bytes);
            }
            Self::SpaceStatement(space, bytes) => {
                w.u8(2).put(space).bytes(bytes);
            }
            Self::AccountSecret { epoch, secret } => {
                w.u8(3).u32(*epoch).raw(secret);
            }
            Self::SpaceKey { space, epoch, key } => {
                w.u8(4).put(space).u32(*epoch).raw(key);
            }
            Self::Wrote {
                space,
                stack,
                reversal,
                changes,
            } => {
                w.u8(5).put(space).u8(stack.code()).bytes(reversal);
                write_parts(w, changes);
            }
            Self::Resealed {
                space,
                first,
                changes,
            } => {
                w.u8(6).put(space).u64(*first);
                write_parts(w, changes);
            }
            Self::Run {
                space,
                sequence,
                device,
                counter,
                changes,
            } => {
                w.u8(7).put(space).u64(*sequence).put(device).u64(*counter);
                write_parts(w, changes);
            }
            Self::Gone {
                space,
                sequence,
                device,
                counter,
                statement,
                why,
            } => {
                w.u8(8).put(space).u64(*sequence).put(device).u64(*counter);
                w.bytes(statement).u8(*why);
            }
            Self::Head { space, head } => {
                w.u8(9).put(space).bytes(head);
            }
            Self::Complete {
                space,
                incarnation,
                sequence,
            } => {
                w.u8(10).put(space).put(incarnation).u64(*sequence);
            }
            Self::Dropped {
                space,
                device,
                cursor,
            } => {
                w.u8(11).put(space).put(device).u64(*cursor);
            }
            Self::Restarted { space, incarnation } => {
                w.u8(12).put(space).put(incarnation);
            }
            Self::Accepted { space, counter } => {
                w.u8(13).put(space).u64(*counter);
            }
            Self::Refused {
                space,
                counter,
                code,
            } => {
                w.u8(14).put(space).u64(*counter).bytes(code.as_bytes());
            }
            Self::Alarm(alarm) => {
                w.u8(15).put(alarm);
            }
            Self::AlarmSeen(number) => {
                w.u8(16).u32(*number);
            }
            Self::Passed { space, stack } => {
                w.u8(19).put(space).u8(stack.code());
            }
            Self::Diverged { space, served } => {
                w.u8(18).put(space).u64(*served);
            }
            Self::Scrubbed { space } => {
                w.u8(20).put(space);
            }
            Self::BodiesTaken { space, sequence } => {
                w.u8(21).put(space).u32(*sequence);
            }
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match r.u8()? {
            1 => Self::AccountStatement(read_part(r)?),
            2 => Self::SpaceStatement(Wire::read(r)?, read_part(r)?),
            3 => Self::AccountSecret {
                epoch: r.u32()?,
                secret: r.array()?,
            },
            4 => Self::SpaceKey {
                space: Wire::read(r)?,
                epoch: r.u32()?,
                key: r.array()?,
            },
            5 => Self::Wrote {
                space: Wire::read(r)?,
                stack: StackMove::from_code(r.u8()?)?,
                reversal: read_part(r)?,
                changes: read_parts(r)?,
            },
            6 => Self::Resealed {
                space: Wire::read(r)?,
                first: r.u64()?,
                changes: read_parts(r)?,
            },
            7 => Self::Run {
                space: Wire::read(r)?,
                sequence: r.u64()?,
                device: Wire::read(r)?,
                counter: r.u64()?,
                changes: read_parts(r)?,
            },
            8 => Self::Gone {
                space: Wire::read(r)?,
                sequence: r.u64()?,
                device: Wire::read(r)?,
                counter: r.u64()?,
                statement: read_part(r)?,
                why: r.u8()?,
            },
            9 => Self::Head {
                space: Wire::read(r)?,
                head: read_part(r)?,
            },
            10 => Self::Complete {
                space: Wire::read(r)?,
                incarnation: Wire::read(r)?,
                sequence: r.u64()?,
            },
            11 => Self::Dropped {
                space: Wire::read(r)?,
                device: Wire::read(r)?,
                cursor: r.u64()?,
            },
            12 => Self::Restarted {
                space: Wire::read(r)?,
                incarnation: Wire::read(r)?,
            },
            13 => Self::Accepted {
                space: Wire::read(r)?,
                counter: r.u64()?,
            },
            14 => Self::Refused {
                space: Wire::read(r)?,
                counter: r.u64()?,
                code: read_text(r)?,
            },
            15 => Self::Alarm(Wire::read(r)?),
            16 => Self::AlarmSeen(r.u32()?),
            18 => Self::Diverged {
                space: Wire::read(r)?,
                served: r.u64()?,
            },
            20 => Self::Scrubbed {
                space: Wire::read(r)?,
            },
            21 => Self::BodiesTaken {
                space: Wire::read(r)?,
                sequence: r.u32()?,
            },
            PADDED => {
                let record = Self::read(r)?;
                let padding = r.raw(r.rest().len())?;
                if padding.iter().any(|byte| *byte != 0) {
                    return Err(DecodeError::Invalid { what: "padding" });
                }
                record
            }
            19 => Self::Passed {
                space: Wire::read(r)?,
                stack: StackMove::from_code(r.u8()?)?,
            },
            kind => {
                return Err(DecodeError::Unknown {
                    what: "record",
                    value: kind.into(),
                });
            }
        })
    }
}

/// Appends a `u32` count and the parts, each behind its length.
pub(crate) fn write_parts(w: &mut Writer, parts: &[Vec<u8>]) {
    w.u32(u32::try_from(parts.len()).expect("a record holds far fewer parts than 2^32"));
    for part in parts {
        w.bytes(part);
    }
}

/// Takes what [`write_parts`] wrote.
pub(crate) fn read_parts(r: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, DecodeError> {
    let count = r.u32()?;
    let mut parts = Vec::new();
    for _ in 0..count {
        parts.push(read_part(r)?);
    }
    Ok(parts)
}

pub(crate) fn read_part(r: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
    r.bytes("part of a record", PART_LIMIT).map(<[u8]>::to_vec)
}

pub(crate) fn read_text(r: &mut Reader<'_>) -> Result<String, DecodeError> {
    String::from_utf8(read_part(r)?).map_err(|_| DecodeError::Invalid { what: "text" })
}
