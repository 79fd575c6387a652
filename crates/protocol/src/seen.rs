//! What an author had seen of the other devices of a space when it wrote.

use std::collections::BTreeMap;

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{DeviceId, Hash, SeenDigest};
use crate::label;

/// A statement tells what was seen in full when `counter mod IN_FULL_EVERY = 1`.
pub const IN_FULL_EVERY: u64 = 256;

/// The most entries: every device that a space's accounts may ever have had is far below.
const ENTRIES: usize = 1 << 10;
/// Bytes of one entry.
const ENTRY: usize = DeviceId::LENGTH + 8;
/// Bytes of flags and digest.
const FIXED: usize = 1 + SeenDigest::LENGTH;

/// A place in a device's chain: the counter, and the chain's hash there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainPoint {
    /// Counter of the last statement; 0 before the first.
    pub counter: u64,
    /// `h` at that counter.
    pub h: Hash,
}

/// One entry: a device, and the counter up to which its changes were there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenEntry {
    /// Another device of the space.
    pub device: DeviceId,
    /// Its last counter that the author had behind a verified head.
    pub counter: u64,
}

impl Wire for SeenEntry {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.device).u64(self.counter);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            device: DeviceId::read(reader)?,
            counter: reader.u64()?,
        })
    }
}

/// The `seen` field of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    full: bool,
    entries: Vec<SeenEntry>,
    digest: SeenDigest,
}

impl Seen {
    /// Tells everything that was seen.
    #[must_use]
    pub fn in_full(frontier: &Frontier) -> Self {
        let entries = frontier.entries().collect();
        Self {
            full: true,
            entries,
            digest: frontier.digest(),
        }
    }

    /// Tells what was seen since the author's last change.
    #[must_use]
    pub fn since(before: &Frontier, now: &Frontier) -> Self {
        let entries = now
            .entries()
            .filter(|entry| {
                before
                    .point(entry.device)
                    .is_none_or(|point| point.counter != entry.counter)
            })
            .collect();
        Self {
            full: false,
            entries,
            digest: now.digest(),
        }
    }

    /// Tells what was seen in the form that the statement with this counter must have.
    #[must_use]
    pub fn for_counter(counter: u64, before: &Frontier, now: &Frontier) -> Self {
        if must_be_in_full(counter) {
            Self::in_full(now)
        } else {
            Self::since(before, now)
        }
    }

    /// Whether the entries are everything (else the difference since the author's last change).
    #[must_use]
    pub const fn is_in_full(&self) -> bool {
        self.full
    }

    /// The entries, strictly ascending by device.
    #[must_use]
    pub fn entries(&self) -> &[SeenEntry] {
        &self.entries
    }

    /// The digest over everything seen, whether in the entries or not.
    #[must_use]
    pub const fn digest(&self) -> SeenDigest {
        self.digest
    }
}

/// Whether the statement with this counter tells what was seen in full.
#[must_use]
pub const fn must_be_in_full(counter: u64) -> bool {
    counter % IN_FULL_EVERY == 1
}

impl Wire for Seen {
    fn write(&self, writer: &mut Writer) {
        let length = FIXED + ENTRY * self.entries.len();
        let length = u32::try_from(length).expect("a frontier has far fewer than 2^27 devices");
        writer.u32(length).u8(u8::from(self.full));
        for entry in &self.entries {
            writer.put(entry);
        }
        writer.put(&self.digest);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let bytes = reader.bytes("seen", FIXED + ENTRY * ENTRIES)?;
        let mut inner = Reader::new(bytes);
        let full = match inner.u8()? {
            0 => false,
            1 => true,
            _ => return Err(DecodeError::Invalid { what: "seen flags" }),
        };
        let mut entries = Vec::new();
        while inner.rest().len() > SeenDigest::LENGTH {
            entries.push(SeenEntry::read(&mut inner)?);
        }
        if !entries.is_sorted_by(|left, right| left.device < right.device) {
            return Err(DecodeError::Invalid {
                what: "order of seen entries",
            });
        }
        let digest = SeenDigest::read(&mut inner)?;
        inner.finish()?;
        Ok(Self {
            full,
            entries,
            digest,
        })
    }
}

/// The verified heads that one device has of all others in a space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    points: BTreeMap<DeviceId, ChainPoint>,
}

impl Frontier {
    /// Starts with nothing seen.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            points: BTreeMap::new(),
        }
    }

    /// Takes a verified head of another device. An older one than is held changes nothing.
    pub fn observe(&mut self, device: DeviceId, point: ChainPoint) {
        let held = self.points.entry(device).or_insert(point);
        if point.counter > held.counter {
            *held = point;
        }
    }

    /// Returns what was seen of a device.
    #[must_use]
    pub fn point(&self, device: DeviceId) -> Option<ChainPoint> {
        self.points.get(&device).copied()
    }

    /// Returns every device with what was seen of it, ascending by device.
    pub fn points(&self) -> impl Iterator<Item = (DeviceId, ChainPoint)> {
        self.points.iter().map(|(device, point)| (*device, *point))
    }

    /// Returns the entries of a `seen` in full.
    pub fn entries(&self) -> impl Iterator<Item = SeenEntry> {
        self.points().map(|(device, point)| SeenEntry {
            device,
            counter: point.counter,
        })
    }

    /// Returns the digest over all of it.
    #[must_use]
    pub fn digest(&self) -> SeenDigest {
        let mut writer = Writer::new();
        for (device, point) in self.points() {
            writer.put(&device).u64(point.counter).put(&point.h);
        }
        SeenDigest::new(hash(label::SEEN, &[writer.as_bytes()]).first_16())
    }
}
