//! Segments: changes of one or more devices sealed together, each run a contiguous range of
//! counters. Smaller and quicker to open than the changes; without authority of their own.

use std::ops::Range;

use lifeos_protocol::seal::{Seal, SealKind, manifest_hash};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::Statement;
use lifeos_protocol::{DecodeError, DeviceId, Hash, Reader, SpaceId, Wire, Writer};
use rand_core::CryptoRng;

use super::leaves::Leaves;
use super::{open_padded, padding, seal_parts};
use crate::secret::SpaceKey;
use crate::{OpenError, SealError};

/// The most changes of a segment.
pub const SEGMENT_MAX_CHANGES: u64 = 1024;
/// The most bytes of a segment.
pub const SEGMENT_MAX_BYTES: usize = 1 << 20;

const VERSION: u8 = 1;

/// A contiguous range of one device's changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The author.
    pub device: DeviceId,
    /// Its chain before the first change of the run.
    pub before: ChainPoint,
    /// Its chain at the last change of the run.
    pub last: ChainPoint,
}

/// What a segment covers; readable without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The space.
    pub space: SpaceId,
    /// At least one run, strictly ascending by device and counter.
    pub runs: Vec<Run>,
}

impl Wire for Run {
    fn write(&self, writer: &mut Writer) {
        let count = u16::try_from(self.last.counter - self.before.counter)
            .expect("a run is made of at most 1,024 changes");
        writer
            .put(&self.device)
            .u64(self.before.counter + 1)
            .u16(count)
            .put(&self.before.h)
            .put(&self.last.h);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let device = DeviceId::read(reader)?;
        let first = reader.u64()?;
        let count = u64::from(reader.u16()?);
        let invalid = DecodeError::Invalid {
            what: "run of a segment",
        };
        let before = first.checked_sub(1).ok_or(invalid)?;
        let last = before
            .checked_add(count)
            .filter(|last| *last > before)
            .ok_or(invalid)?;
        Ok(Self {
            device,
            before: ChainPoint {
                counter: before,
                h: Hash::read(reader)?,
            },
            last: ChainPoint {
                counter: last,
                h: Hash::read(reader)?,
            },
        })
    }
}

impl Manifest {
    fn check(&self) -> Result<(), DecodeError> {
        let changes: u64 = self
            .runs
            .iter()
            .map(|run| run.last.counter - run.before.counter)
            .sum();
        if changes > SEGMENT_MAX_CHANGES {
            return Err(DecodeError::TooLarge { what: "segment" });
        }
        let follows = |left: &Run, right: &Run| {
            left.device < right.device
                || left.device == right.device && left.last.counter <= right.before.counter
        };
        if self.runs.is_empty() || !self.runs.is_sorted_by(follows) {
            return Err(DecodeError::Invalid {
                what: "order of a segment's runs",
            });
        }
        Ok(())
    }
}

impl Wire for Manifest {
    fn write(&self, writer: &mut Writer) {
        writer.u8(VERSION).put(&self.space).list(&self.runs);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "segment version",
                value: version.into(),
            });
        }
        let space = SpaceId::read(reader)?;
        let runs = reader.list("runs of a segment", usize::from(u16::MAX))?;
        let manifest = Self { space, runs };
        manifest.check()?;
        Ok(manifest)
    }
}

/// A segment as it is sent and stored: manifest, seal, ciphertext. It delimits itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    manifest: Manifest,
    seal: Seal,
    ciphertext: Vec<u8>,
}

impl Segment {
    /// What it covers.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The epoch under which it is sealed.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.seal.epoch
    }
}

impl Wire for Segment {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.manifest)
            .put(&self.seal)
            .raw(&self.ciphertext);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let before = reader.rest().len();
        let manifest = Manifest::read(reader)?;
        let seal = Seal::read(reader)?;
        if before - reader.rest().len() + seal.ciphertext_length() > SEGMENT_MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "segment" });
        }
        let ciphertext = reader.raw(seal.ciphertext_length())?.to_vec();
        Ok(Self {
            manifest,
            seal,
            ciphertext,
        })
    }
}

/// A run that is to be sealed into a segment: changes that were opened and checked.
#[derive(Debug, Clone)]
pub struct RunToSeal<'a> {
    /// The author.
    pub device: DeviceId,
    /// Its chain before the first of the changes.
    pub before: ChainPoint,
    /// The changes, counters ascending by one.
    pub changes: Vec<(&'a Statement, Leaves<'a>)>,
}

/// Seals runs, strictly ascending by device and counter, into one segment.
///
/// # Errors
/// [`SealError::TooLarge`] beyond 1,024 changes or 1 MiB; [`SealError::Epoch`] when the key is of
/// an epoch below an author's; [`SealError::Order`] when runs are empty, overlap or are not sorted.
pub fn seal_segment(
    key: &SpaceKey,
    runs: &[RunToSeal<'_>],
    rng: &mut impl CryptoRng,
) -> Result<Segment, SealError> {
    let mut content = Writer::new();
    let mut manifest = Manifest {
        space: key.space(),
        runs: Vec::new(),
    };
    if runs.iter().map(|run| run.changes.len() as u64).sum::<u64>() > SEGMENT_MAX_CHANGES {
        return Err(SealError::TooLarge);
    }
    for run in runs {
        let mut last = run.before;
        for (statement, leaves) in &run.changes {
            if key.epoch() < statement.epoch {
                return Err(SealError::Epoch);
            }
            last = statement.chain(key.space(), run.device, last);
            content.put(*statement).bytes(leaves.as_bytes());
        }
        if run.changes.is_empty() {
            return Err(SealError::Order);
        }
        manifest.runs.push(Run {
            device: run.device,
            before: run.before,
            last,
        });
    }
    manifest.check().map_err(|_| SealError::Order)?;
    let content = content.finish();
    if content.len() > SEGMENT_MAX_BYTES {
        return Err(SealError::TooLarge);
    }
    let bound = manifest_hash(&manifest.to_bytes());
    let associated = |seal: &Seal| seal.associated_data(&bound);
    let (seal, ciphertext) = seal_parts(key, SealKind::Segment, &[&content], associated, rng);
    let segment = Segment {
        manifest,
        seal,
        ciphertext,
    };
    if segment.to_bytes().len() > SEGMENT_MAX_BYTES {
        return Err(SealError::TooLarge);
    }
    Ok(segment)
}

/// A segment whose leaves are what its statements say, and whose statements lead from the first
/// point of each run to its last. Whether these points are the authors' own, only a verified head
/// tells: nothing is folded before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedSegment {
    content: Vec<u8>,
    changes: Vec<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    device: DeviceId,
    point: ChainPoint,
    statement: Statement,
    leaves: Range<usize>,
    count: u16,
}

/// One change of an opened segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentChange<'a> {
    /// The author.
    pub device: DeviceId,
    /// The author's chain at this change.
    pub point: ChainPoint,
    /// The statement.
    pub statement: &'a Statement,
    /// The leaves.
    pub leaves: Leaves<'a>,
}

impl OpenedSegment {
    /// Returns the changes in the order of the manifest's runs.
    pub fn changes(&self) -> impl ExactSizeIterator<Item = SegmentChange<'_>> {
        self.changes.iter().map(|place| SegmentChange {
            device: place.device,
            point: place.point,
            statement: &place.statement,
            leaves: Leaves::checked_before(&self.content[place.leaves.clone()], place.count),
        })
    }
}

/// Opens a segment. `is_erased` tells whether a verified erasure of the space log names a leaf of
/// a device's change (device, counter, leaf); a bare leaf that none names is refused.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_segment(
    key: &SpaceKey,
    segment: &Segment,
    is_erased: impl Fn(DeviceId, u64, u16) -> bool,
) -> Result<OpenedSegment, OpenError> {
    if segment.manifest.space != key.space() {
        return Err(OpenError);
    }
    let bound = manifest_hash(&segment.manifest.to_bytes());
    let associated = segment.seal.associated_data(&bound);
    let text = open_padded(
        key,
        SealKind::Segment,
        &segment.seal,
        &segment.ciphertext,
        &associated,
    )?;
    let content = padding::into_content(text)?;
    let changes = read_changes(&content, &segment.manifest, key.epoch(), is_erased)?;
    Ok(OpenedSegment { content, changes })
}

fn read_changes(
    content: &[u8],
    manifest: &Manifest,
    epoch: u32,
    is_erased: impl Fn(DeviceId, u64, u16) -> bool,
) -> Result<Vec<Place>, OpenError> {
    let mut reader = Reader::new(content);
    let mut changes = Vec::new();
    for run in &manifest.runs {
        let mut point = run.before;
        while point.counter < run.last.counter {
            let statement = Statement::read(&mut reader).map_err(|_| OpenError)?;
            if statement.epoch > epoch {
                return Err(OpenError);
            }
            point = statement.chain(manifest.space, run.device, point);
            let bytes = reader
                .bytes("leaves", content.len())
                .map_err(|_| OpenError)?;
            let erased = |leaf| is_erased(run.device, point.counter, leaf);
            let count = Leaves::read_checked(bytes, &statement.commitment, erased)?.count();
            let end = content.len() - reader.rest().len();
            let leaves = end - bytes.len()..end;
            changes.push(Place {
                device: run.device,
                point,
                statement,
                leaves,
                count,
            });
        }
        if point != run.last {
            return Err(OpenError);
        }
    }
    reader.finish().map_err(|_| OpenError)?;
    Ok(changes)
}
