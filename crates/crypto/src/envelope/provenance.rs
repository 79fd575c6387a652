//! Leaf 0: how a change came to be (formats.md §6).

use lifeos_protocol::{DecodeError, Reader, Wire, Writer};

/// How a change came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// The intent of which this change is a part.
    pub intent: [u8; 16],
    /// Which part of the intent, from 0.
    pub part: u16,
    /// What wrote it.
    pub source: Source,
    /// The flow, where it is not the intent itself.
    pub flow: Option<[u8; 16]>,
    /// The batch, where the change belongs to one.
    pub batch: Option<[u8; 16]>,
    /// Whether it is the last part of its batch.
    pub last_of_batch: bool,
}

/// What wrote a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A person, on the page.
    Ui,
    /// An import.
    Import,
    /// A connector to another service.
    Integration,
    /// A schedule.
    Schedule,
    /// A rule that a person set up.
    Automation,
    /// An assistant.
    Ai,
    /// A move from an older form.
    Migration,
}

const SOURCES: [Source; 7] = [
    Source::Ui,
    Source::Import,
    Source::Integration,
    Source::Schedule,
    Source::Automation,
    Source::Ai,
    Source::Migration,
];

const FLOW: u8 = 1;
const BATCH: u8 = 2;
const LAST: u8 = 4;

impl Source {
    /// Returns the code in the byte table.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ui => 1,
            Self::Import => 2,
            Self::Integration => 3,
            Self::Schedule => 4,
            Self::Automation => 5,
            Self::Ai => 6,
            Self::Migration => 7,
        }
    }
}

impl Wire for Provenance {
    fn write(&self, writer: &mut Writer) {
        let flag = |set, bit| if set { bit } else { 0 };
        let flags = flag(self.flow.is_some(), FLOW)
            | flag(self.batch.is_some(), BATCH)
            | flag(self.last_of_batch, LAST);
        writer
            .raw(&self.intent)
            .u16(self.part)
            .u8(self.source.code())
            .u8(flags);
        for id in [self.flow, self.batch].into_iter().flatten() {
            writer.raw(&id);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let intent = reader.array()?;
        let part = reader.u16()?;
        let code = reader.u8()?;
        let source = SOURCES
            .into_iter()
            .find(|source| source.code() == code)
            .ok_or(DecodeError::Unknown {
                what: "source",
                value: code.into(),
            })?;
        let flags = reader.u8()?;
        if flags & !(FLOW | BATCH | LAST) != 0 {
            return Err(DecodeError::Unknown {
                what: "flags of leaf 0",
                value: flags.into(),
            });
        }
        let mut id = |bit| {
            if flags & bit == 0 {
                Ok(None)
            } else {
                reader.array().map(Some)
            }
        };
        let (flow, batch) = (id(FLOW)?, id(BATCH)?);
        Ok(Self {
            intent,
            part,
            source,
            flow,
            batch,
            last_of_batch: flags & LAST != 0,
        })
    }
}
