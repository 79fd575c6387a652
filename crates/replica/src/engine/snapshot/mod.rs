//! The local snapshot: everything that the journal before it added up to, so that a start reads
//! it and a short tail. The journals before it stay: they hold the changes themselves.

mod chain;
mod lists;
mod space;

use std::ops::Range;

use lifeos_crypto::local::{Split, split_frame, tag_of_frame};
use lifeos_crypto::{AccountSecret, DeviceKeys};
use lifeos_kernel::{OwnBytes, PAGE_BYTES, Stamp};
use lifeos_life::{FOLD_VERSION, Life};
use lifeos_protocol::log::AccountLog;
use lifeos_protocol::{AccountId, DecodeError, Hash, Reader, Wire, Writer, hash};
use zeroize::Zeroizing;

use self::chain::write_columns;
use self::lists::{list, many, part};
use super::pages::SealedPages;
use super::{Engine, OpenProblem, Outside};
use crate::alarm::Alarm;
use crate::files::{FileKind, FileName, StoredFile, Write};
use crate::journal::Journal;
use crate::space::Space;

const VERSION: u16 = 5;
const CHUNK_BYTES: usize = 1 << 20;

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
        many(&mut w, &core.others, |w, (account, log)| {
            w.put(account).bytes(&log.to_bytes());
        });
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
        for other in list(&mut r, |r| {
            let account = AccountId::read(r)?;
            AccountLog::from_bytes(account.into(), part(r)?, ()).map_err(|_| invalid)
        })? {
            engine.core.others.insert(other.id().into(), other);
        }
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
            Space::read_state(r, &mut bulk, (resting, &mut rested), &engine.core)
        })?;
        r.finish()?;
        bulk.finish()?;
        if rested != resting.len() {
            return Err(invalid);
        }
        engine
            .spaces
            .extend(spaces.into_iter().map(|space| (space.id, space)));
        Ok(engine)
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
