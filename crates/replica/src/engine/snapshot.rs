//! The local snapshot: everything that the journal before it added up to, so that a start reads
//! it and a short tail. The journals before it stay: they hold the changes themselves.

use std::ops::Range;

use lifeos_crypto::local::{Split, split_frame, tag_of_frame};
use lifeos_crypto::{AccountSecret, DeviceKeys, SpaceSecret};
use lifeos_kernel::{BatchId, IntentId, OwnBytes, PAGE_BYTES, Stamp};
use lifeos_protocol::change::Change;
use lifeos_protocol::head::Head;
use lifeos_protocol::log::{AccountLog, SpaceLog};
use lifeos_protocol::seen::{ChainPoint, Frontier};
use lifeos_protocol::{
    AccountId, DecodeError, DeviceId, Hash, IncarnationId, Reader, SeenDigest, SpaceId, Wire,
    Writer, hash,
};
use zeroize::Zeroizing;

use super::pages::SealedPages;
use super::{Engine, Erasing, OpenProblem, Outside};
use crate::alarm::Alarm;
use crate::chain::{Body, Chain, Uncovered};
use crate::files::{FileKind, FileName, StoredFile, Write};
use crate::journal::{Journal, Place};
use crate::record::{read_part, read_text};
use crate::sight::{Sight, Step};
use crate::space::{Act, Held, Quarantined, Reason, RefusedAt, Space, Waiting};
use lifeos_life::{FOLD_VERSION, Life};

const VERSION: u16 = 4;
const CHUNK_BYTES: usize = 1 << 20;
/// Lists in a snapshot may be longer than any that travels.
const LIST_LIMIT: u32 = 1 << 28;

/// What a snapshot holds.
struct State {
    /// Every secret, and what is small: wiped once it was read.
    core: Zeroizing<Vec<u8>>,
    /// What a start reads beside it: columns of the chains, and of each life what does not rest.
    /// Wiping so much takes longer than reading it, so that no secret may be in it.
    bulk: Vec<u8>,
    /// What rests of each space's life, behind the other. It is kept while the engine runs, so that
    /// no secret may be in it.
    resting: Zeroizing<Vec<u8>>,
    /// What a start reads of each space's life, and where the rest of it rests.
    lives: Vec<(Vec<u8>, Range<usize>)>,
}

impl Engine {
    /// Writes a snapshot and begins the next journal file. Older snapshots are removed once the
    /// new one is durable; journals stay. Where nothing was written since the last one nothing is
    /// done: a journal that stayed empty would be a gap to a start that has no snapshot to go by.
    pub fn snapshot(&mut self, out: &mut Outside<'_>) {
        let previous = self.core.journal.file();
        if self.core.journal.offset() == 0 {
            return;
        }
        self.core.journal.turn();
        let number = u64::from(self.core.journal.file());
        let State {
            core,
            bulk,
            resting,
            lives,
        } = self.write_state();
        let file = FileName::snapshot(number);
        let key = self
            .core
            .journal
            .local()
            .file_key(FileKind::Snapshot.sealed_as(), number);
        let read = core.chunks(CHUNK_BYTES).chain(bulk.chunks(CHUNK_BYTES));
        let chunks = read.chain(resting.chunks(PAGE_BYTES));
        let frames: Vec<Vec<u8>> = (1..)
            .zip(chunks)
            .map(|(index, chunk)| key.seal_frame(index, chunk, &mut out.rng))
            .collect();
        let mut header = Writer::new();
        header
            .u16(VERSION)
            .u32(FOLD_VERSION)
            .u64(core.len() as u64)
            .u64(bulk.len() as u64)
            .u64(resting.len() as u64)
            .put(&digest_of_tags(frames.iter().map(Vec::as_slice)));
        let mut bytes = key.seal_frame(0, header.as_bytes(), &mut out.rng);
        frames
            .iter()
            .for_each(|frame| bytes.extend_from_slice(frame));
        drop(frames);
        self.rest_in(resting, lives);
        // A torn one of this number may be left from before.
        self.core
            .journal
            .push_write(Write::Truncate { file, length: 0 });
        self.core.journal.push_write(Write::Append {
            file,
            offset: 0,
            bytes,
        });
        if previous > 0 {
            let file = FileName::snapshot(previous.into());
            self.core.journal.push_write(Write::Remove { file });
        }
    }

    /// Where something was erased, records rest in what was just written from now on: so nothing
    /// holds it any more, in memory either.
    fn rest_in(&mut self, resting: Zeroizing<Vec<u8>>, lives: Vec<(Vec<u8>, Range<usize>)>) {
        let holds_erased = |space: &Space| space.life.rests_on_erased();
        if !self.spaces.values().any(holds_erased) {
            return;
        }
        let resting = OwnBytes::new(resting);
        let spaces = self.spaces.values_mut().zip(lives);
        for (space, (read, part)) in spaces.filter(|(space, _)| !space.life.is_damaged()) {
            let rests = space.life.rest_in(&read, &resting, part);
            rests.expect("packing is the inverse of unpacking");
        }
    }

    /// How many bytes the present journal file has: when to take a snapshot.
    #[must_use]
    pub fn journal_bytes(&self) -> u64 {
        self.core.journal.offset().into()
    }

    pub(crate) fn from_snapshot(
        file: StoredFile,
        account: AccountId,
        keys: DeviceKeys,
        journal: Journal,
    ) -> Result<Self, OpenProblem> {
        let StoredFile { name, bytes } = file;
        let damaged = OpenProblem::Damaged(name);
        let key = journal
            .local()
            .file_key(FileKind::Snapshot.sealed_as(), name.number);
        let mut frames = Vec::new();
        let mut rest = bytes.as_slice();
        loop {
            match split_frame(rest) {
                Split::End => break,
                Split::Frame { frame, rest: after } => {
                    let start = bytes.len() - rest.len();
                    frames.push(start..start + frame.len());
                    rest = after;
                }
                Split::Torn | Split::Damaged => return Err(damaged),
            }
        }
        let (header, chunks) = frames.split_first().ok_or(damaged)?;
        let header = key
            .open_frame(0, &bytes[header.clone()])
            .map_err(|_| damaged)?;
        let mut r = Reader::new(&header);
        let read = (|| Ok::<_, DecodeError>((r.u16()?, r.u32()?)))();
        let (version, fold) = read.map_err(|_| damaged)?;
        if version > VERSION || fold > FOLD_VERSION {
            return Err(OpenProblem::Newer(name));
        }
        if (version, fold) != (VERSION, FOLD_VERSION) {
            return Err(OpenProblem::Older(name));
        }
        let read = (|| Ok::<_, DecodeError>((r.u64()?, r.u64()?, r.u64()?, Hash::read(&mut r)?)))();
        let (core_bytes, bulk_bytes, resting_bytes, digest) = read.map_err(|_| damaged)?;
        if digest_of_tags(chunks.iter().map(|frame| &bytes[frame.clone()])) != digest {
            return Err(damaged);
        }
        let mut left = chunks;
        let mut index = 1;
        let mut open = |length: usize| {
            let (own, rest) = left.split_at_checked(length.div_ceil(CHUNK_BYTES))?;
            // A buffer that is long enough: one that grows leaves copies behind.
            let mut opened = Zeroizing::new(Vec::with_capacity(bytes.len().min(length)));
            for chunk in own {
                key.open_frame_onto(index, &bytes[chunk.clone()], &mut opened)
                    .ok()?;
                index += 1;
            }
            left = rest;
            (opened.len() == length).then_some(opened)
        };
        let core = open(room(core_bytes)).ok_or(damaged)?;
        let mut bulk = open(room(bulk_bytes)).ok_or(damaged)?;
        let bulk = core::mem::take(&mut *bulk);
        let (first, pages) = (index, left.to_vec());
        let pages = SealedPages::new(key, bytes, first, pages, room(resting_bytes));
        let resting = OwnBytes::of_pages(pages.ok_or(damaged)?);
        Self::read_state(&core, &bulk, &resting, account, keys, journal).map_err(|_| damaged)
    }

    fn write_state(&self) -> State {
        let mut resting = Zeroizing::new(Vec::new());
        let mut lives = Vec::with_capacity(self.spaces.len());
        for space in self.spaces.values() {
            let start = resting.len();
            let mut life = space.life.to_own_snapshot();
            if space.life.is_damaged() {
                life = Life::default().to_own_snapshot();
            }
            resting.extend_from_slice(&Zeroizing::new(life.resting));
            lives.push((life.read, start..resting.len()));
        }
        let mut w = Writer::new();
        let core = &self.core;
        w.put(&core.account).bytes(&core.log.to_bytes());
        many(&mut w, core.secrets.values(), |w, secret| {
            w.u32(secret.epoch()).raw(secret.expose());
        });
        w.raw(core.clock.last().as_bytes());
        many(&mut w, core.journal.ended(), |w, (file, length)| {
            w.u32(*file).u32(*length);
        });
        many(&mut w, &core.alarms, |w, alarm| {
            w.put(alarm);
        });
        let mut bulk = Vec::new();
        for (space, (read, _)) in self.spaces.values().zip(&lives) {
            let mut w = Writer::new();
            w.bytes(read);
            many(&mut w, space.chains.values(), write_columns);
            bulk.extend_from_slice(w.as_bytes());
        }
        let spaces = self.spaces.values().zip(&lives);
        many(&mut w, spaces, |w, (space, (_, part))| {
            space.write_state(w, part.len());
        });
        State {
            core: Zeroizing::new(w.finish()),
            bulk,
            resting,
            lives,
        }
    }

    fn read_state(
        core: &[u8],
        bulk: &[u8],
        resting: &OwnBytes,
        account: AccountId,
        keys: DeviceKeys,
        journal: Journal,
    ) -> Result<Self, DecodeError> {
        let mut r = Reader::new(core);
        let invalid = DecodeError::Invalid { what: "snapshot" };
        if AccountId::read(&mut r)? != account {
            return Err(invalid);
        }
        let log = AccountLog::from_bytes(account.into(), part(&mut r)?, ()).map_err(|_| invalid)?;
        let mut engine = Self::bare(account, keys, log, journal);
        for secret in list(&mut r, |r| {
            Ok(AccountSecret::from_bytes(r.u32()?, &r.array()?))
        })? {
            engine.core.secrets.insert(secret.epoch(), secret);
        }
        engine.core.clock.observe(&Stamp::from_bytes(r.array()?));
        for (file, length) in list(&mut r, |r| Ok((r.u32()?, r.u32()?)))? {
            engine.core.journal.note_ended(file, length);
        }
        engine.core.alarms = list(&mut r, Alarm::read)?;
        let mut rested = 0;
        let mut bulk = Reader::new(bulk);
        let spaces = list(&mut r, |r| {
            Space::read_state(r, &mut bulk, (resting, &mut rested), &engine.core.log)
        })?;
        r.finish()?;
        bulk.finish()?;
        if rested != resting.len() {
            return Err(invalid);
        }
        engine.spaces = spaces.into_iter().map(|space| (space.id, space)).collect();
        Ok(engine)
    }
}

impl Space {
    fn write_state(&self, w: &mut Writer, resting_bytes: usize) {
        w.put(&self.id).bytes(&self.log.to_bytes());
        many(w, self.secrets.values(), |w, secret| {
            w.u32(secret.epoch()).raw(secret.expose());
        });
        w.u64(resting_bytes as u64);
        many(w, &self.chains, |w, (device, chain)| {
            w.put(device);
            write_chain(w, chain);
        });
        many(w, self.told.points(), |w, (device, point)| {
            w.put(&device).u64(point.counter).put(&point.h);
        });
        many(w, &self.outbox, |w, waiting| {
            w.u64(waiting.counter).bytes(&waiting.change.to_bytes());
        });
        w.u64(self.accepted);
        option(w, self.refused.as_ref(), |w, refused| {
            w.u64(refused.counter).bytes(refused.code.as_bytes());
        });
        many(w, &self.undo, write_act);
        many(w, &self.redo, write_act);
        many(w, &self.held, |w, held| {
            w.u64(held.wall_ms)
                .put(&held.device)
                .u64(held.counter)
                .bytes(&held.change.to_bytes());
        });
        many(
            w,
            &self.quarantine,
            |w, ((device, counter), quarantined)| {
                w.put(device).u64(*counter).u8(quarantined.reason.number());
                option(w, quarantined.change.as_ref(), |w, change| {
                    w.bytes(&change.to_bytes());
                });
            },
        );
        many(w, &self.conflicts, |w, conflict| {
            w.put(conflict);
        });
        option(w, self.incarnation.as_ref(), |w, incarnation| {
            w.put(incarnation);
        });
        w.u64(self.cursor)
            .u64(self.completed)
            .u64(self.high)
            .u8(u8::from(self.catching_up));
        many(w, &self.cuts, |w, (device, (counter, h))| {
            w.put(device).u64(*counter).put(h);
        });
        w.u8(u8::from(self.is_stale()));
        option(w, self.diverged.as_ref(), |w, served| {
            w.u64(*served);
        });
        write_erasing(w, &self.erasing);
    }

    /// Reads a space, whose life rests in what of `resting` lies behind `rested`.
    fn read_state(
        r: &mut Reader<'_>,
        bulk: &mut Reader<'_>,
        (resting, rested): (&OwnBytes, &mut usize),
        accounts: &AccountLog,
    ) -> Result<Self, DecodeError> {
        let invalid = DecodeError::Invalid {
            what: "space of a snapshot",
        };
        let id = SpaceId::read(r)?;
        let log = SpaceLog::from_bytes(id.into(), part(r)?, accounts).map_err(|_| invalid)?;
        let mut space = Self::new(id, log);
        for secret in list(r, |r| Ok(SpaceSecret::from_bytes(r.u32()?, &r.array()?)))? {
            let began = space.log.epoch_at(secret.epoch()).ok_or(invalid)?.statement;
            space.keys.insert(secret.epoch(), secret.bind(id, began));
            space.secrets.insert(secret.epoch(), secret);
        }
        let life = part(bulk)?;
        let start = *rested;
        let end = start.checked_add(room(r.u64()?));
        let end = end.filter(|end| *end <= resting.len()).ok_or(invalid)?;
        space.life = Life::from_own_snapshot(life, resting, start..end).map_err(|_| invalid)?;
        *rested = end;
        let columns = list(bulk, read_columns)?;
        let chains = list(r, |r| {
            let device = DeviceId::read(r)?;
            Ok((device, read_chain(r, id, device)?))
        })?;
        if columns.len() != chains.len() {
            return Err(invalid);
        }
        for ((device, mut chain), columns) in chains.into_iter().zip(columns) {
            let Columns {
                hashes,
                places,
                marks,
            } = columns;
            if places.len() != hashes.len() || chain.covered > hashes.len() as u64 {
                return Err(invalid);
            }
            chain.restore(hashes, places);
            chain.marks = marks;
            space.chains.insert(device, chain);
        }
        space.told = Frontier::new();
        for (device, point) in list(r, |r| {
            let device = DeviceId::read(r)?;
            Ok((
                device,
                ChainPoint {
                    counter: r.u64()?,
                    h: Hash::read(r)?,
                },
            ))
        })? {
            space.told.observe(device, point);
        }
        space.outbox = list(r, |r| {
            Ok(Waiting {
                counter: r.u64()?,
                change: read_change(r)?,
                token: 0,
            })
        })?
        .into();
        space.accepted = r.u64()?;
        space.refused = maybe(r, |r| {
            Ok(RefusedAt {
                counter: r.u64()?,
                code: read_text(r)?,
            })
        })?;
        space.undo = list(r, read_act)?;
        space.redo = list(r, read_act)?;
        space.held = list(r, |r| {
            Ok(Held {
                wall_ms: r.u64()?,
                device: DeviceId::read(r)?,
                counter: r.u64()?,
                change: Box::new(read_change(r)?),
            })
        })?;
        for (at, quarantined) in list(r, |r| {
            let at = (DeviceId::read(r)?, r.u64()?);
            let reason = Reason::from_number(r.u8()?).ok_or(invalid)?;
            let change = maybe(r, |r| read_change(r).map(Box::new))?;
            Ok((at, Quarantined { reason, change }))
        })? {
            space.quarantine.insert(at, quarantined);
        }
        space.conflicts = list(r, Wire::read)?;
        space.incarnation = maybe(r, IncarnationId::read)?;
        space.cursor = r.u64()?;
        space.completed = r.u64()?;
        space.high = r.u64()?;
        space.catching_up = r.u8()? != 0;
        for (device, cut) in list(r, |r| Ok((DeviceId::read(r)?, (r.u64()?, Hash::read(r)?))))? {
            space.cuts.insert(device, cut);
        }
        space.stale = r.u8()? != 0;
        space.diverged = maybe(r, |r| r.u64())?;
        space.erasing = read_erasing(r)?;
        Ok(space)
    }
}

fn room(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Tells which frames belong to each other, so that those of two attempts are never mixed. What they
/// hold, each one's tag vouches for: hashing that as well would double the work of a start.
fn digest_of_tags<'a>(frames: impl Iterator<Item = &'a [u8]>) -> Hash {
    let mut tags = Vec::new();
    frames.for_each(|frame| tags.extend_from_slice(tag_of_frame(frame)));
    hash::sha256(&tags)
}

/// What of a chain has an entry for each of its changes: nearly all of it, and no secret.
struct Columns {
    hashes: Vec<Hash>,
    places: Vec<Place>,
    marks: Vec<u64>,
}

fn write_columns(w: &mut Writer, chain: &Chain) {
    let (hashes, places) = chain.raw();
    many(w, hashes, |w, h| {
        w.put(h);
    });
    many(w, places, |w, place| write_place(w, *place));
    many(w, &chain.marks, |w, mark| {
        w.u64(*mark);
    });
}

fn read_columns(r: &mut Reader<'_>) -> Result<Columns, DecodeError> {
    Ok(Columns {
        hashes: list(r, Hash::read)?,
        places: list(r, read_place)?,
        marks: list(r, |r| r.u64())?,
    })
}

fn write_chain(w: &mut Writer, chain: &Chain) {
    w.u64(chain.covered);
    option(w, chain.head.as_ref(), |w, head| {
        w.put(head);
    });
    option(w, chain.promised.as_ref(), |w, head| {
        w.put(head);
    });
    many(w, &chain.uncovered, |w, uncovered| {
        w.u64(uncovered.sequence);
        match &uncovered.body {
            Body::Here(change) => w.u8(0).bytes(&change.to_bytes()),
            Body::Gone(statement, why) => w.u8(*why).bytes(&statement.to_bytes()),
        };
    });
    many(w, chain.seen.raw(), |w, (device, steps)| {
        w.put(device);
        many(w, steps, |w, step| {
            w.u64(step.at).u64(step.upto);
        });
    });
    option(w, chain.seen_digest.as_ref(), |w, digest| {
        w.put(digest);
    });
    w.u64(chain.judged);
    for (space, account) in [chain.positions, chain.covered_positions] {
        w.u32(space).u32(account);
    }
}

/// Reads a chain that has no columns yet.
fn read_chain(r: &mut Reader<'_>, space: SpaceId, device: DeviceId) -> Result<Chain, DecodeError> {
    let mut chain = Chain::new(space, device);
    chain.covered = r.u64()?;
    chain.head = maybe(r, Head::read)?;
    chain.promised = maybe(r, Head::read)?;
    chain.uncovered = list(r, |r| {
        let sequence = r.u64()?;
        let body = match r.u8()? {
            0 => Body::Here(Box::new(read_change(r)?)),
            why => Body::Gone(Wire::from_bytes(part(r)?)?, why),
        };
        Ok(Uncovered { body, sequence })
    })?
    .into();
    let seen = list(r, |r| {
        let device = DeviceId::read(r)?;
        let steps = list(r, |r| {
            let (at, upto) = (r.u64()?, r.u64()?);
            Ok(Step { at, upto })
        })?;
        Ok((device, steps))
    })?;
    chain.seen = Sight::restore(seen.into_iter().collect());
    chain.seen_digest = maybe(r, SeenDigest::read)?;
    chain.judged = r.u64()?;
    chain.positions = (r.u32()?, r.u32()?);
    chain.covered_positions = (r.u32()?, r.u32()?);
    Ok(chain)
}

fn write_erasing(w: &mut Writer, erasing: &Erasing) {
    w.u32(erasing.followed);
    many(w, &erasing.rewrite, |w, ((device, counter), files)| {
        w.put(device).u64(*counter);
        many(w, files, |w, file| {
            w.u32(*file);
        });
    });
    many(w, &erasing.unsent, |w, (sequence, changes)| {
        w.u32(*sequence);
        many(w, changes, |w, (device, counter)| {
            w.put(device).u64(*counter);
        });
    });
    many(w, &erasing.older, |w, ((device, counter), places)| {
        w.put(device).u64(*counter);
        many(w, places, |w, place| write_place(w, *place));
    });
}

fn read_erasing(r: &mut Reader<'_>) -> Result<Erasing, DecodeError> {
    let change = |r: &mut Reader<'_>| Ok((DeviceId::read(r)?, r.u64()?));
    let mut erasing = Erasing {
        followed: r.u32()?,
        ..Erasing::default()
    };
    for (at, files) in list(r, |r| Ok((change(r)?, list(r, |r| r.u32())?)))? {
        erasing.rewrite.insert(at, files.into_iter().collect());
    }
    for (sequence, changes) in list(r, |r| Ok((r.u32()?, list(r, change)?)))? {
        erasing
            .unsent
            .insert(sequence, changes.into_iter().collect());
    }
    for (at, places) in list(r, |r| Ok((change(r)?, list(r, read_place)?)))? {
        erasing.older.insert(at, places);
    }
    Ok(erasing)
}

fn write_place(w: &mut Writer, place: Place) {
    w.u32(place.file)
        .u32(place.frame)
        .u32(place.offset)
        .u32(place.length)
        .u16(place.part);
}

fn read_place(r: &mut Reader<'_>) -> Result<Place, DecodeError> {
    Ok(Place {
        file: r.u32()?,
        frame: r.u32()?,
        offset: r.u32()?,
        length: r.u32()?,
        part: r.u16()?,
    })
}

fn write_act(w: &mut Writer, act: &Act) {
    w.raw(&act.intent.0);
    option(w, act.batch.as_ref(), |w, batch| {
        w.raw(&batch.0);
    });
    w.bytes(&act.reversal);
}

fn read_act(r: &mut Reader<'_>) -> Result<Act, DecodeError> {
    Ok(Act {
        intent: IntentId(r.array()?),
        batch: maybe(r, |r| r.array().map(BatchId))?,
        reversal: read_part(r)?,
    })
}

fn read_change(r: &mut Reader<'_>) -> Result<Change, DecodeError> {
    Change::from_bytes(part(r)?)
}

fn part<'a>(r: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    r.bytes("part of a snapshot", usize::MAX)
}

fn many<T>(w: &mut Writer, items: impl IntoIterator<Item = T>, write: impl Fn(&mut Writer, T)) {
    let mut inner = Writer::new();
    let mut count = 0_u32;
    for item in items {
        write(&mut inner, item);
        count += 1;
    }
    w.u32(count).raw(inner.as_bytes());
}

fn list<T>(
    r: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = r.u32()?;
    if count > LIST_LIMIT || count as usize > r.rest().len() {
        return Err(DecodeError::TooLarge {
            what: "list of a snapshot",
        });
    }
    let mut items = Vec::with_capacity(count as usize);
    for _ in 0..count {
        items.push(read(r)?);
    }
    Ok(items)
}

fn option<T>(w: &mut Writer, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
    w.u8(u8::from(value.is_some()));
    if let Some(value) = value {
        write(w, value);
    }
}

fn maybe<T>(
    r: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    if r.u8()? == 0 {
        Ok(None)
    } else {
        read(r).map(Some)
    }
}
