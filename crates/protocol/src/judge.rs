//! The judgement of changes: the functions by which the box takes a batch and every client takes a
//! run.
//!
//! Whether a change counts is a function of the logs and of the change, never of its arrival. At
//! the door the box refuses a batch of which one change does not count; a client keeps such a
//! change and does not fold it.

mod bodies;

pub use bodies::{KeptBody, Reseal, StandingErasure};

use crate::batch::Batch;
use crate::change::Change;
use crate::head::Head;
use crate::ids::{AccountId, DeviceId, SpaceId};
use crate::log::{AccountLog, Accounts, Limit, LogStatement, Role, SpaceLog};
use crate::refusal::{Code, Refusal};
use crate::seen::{ChainPoint, must_be_in_full};
use crate::statement::{Statement, chain_start};

/// What is known of the place where a chain goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'a> {
    /// The last known point of the device's chain; [`chain_start`] where there is none.
    pub last: ChainPoint,
    /// Positions (space log, account log) of the last known statement; zeros where there is none.
    pub positions: (u32, u32),
    /// Earlier points, ascending without gaps and ending just before [`Self::last`]: needed from one
    /// before the first statement that is judged, where that is not beyond the last known one.
    pub earlier: &'a [ChainPoint],
}

impl Known<'_> {
    /// Nothing is known of the device in the space.
    #[must_use]
    pub fn nothing(space: SpaceId, device: DeviceId) -> Known<'static> {
        Known {
            last: chain_start(space, device),
            positions: (0, 0),
            earlier: &[],
        }
    }

    fn point(&self, counter: u64) -> Option<ChainPoint> {
        if counter == self.last.counter {
            return Some(self.last);
        }
        let first = self.earlier.first()?.counter;
        let at = usize::try_from(counter.checked_sub(first)?).ok()?;
        self.earlier
            .get(at)
            .copied()
            .filter(|point| point.counter == counter)
    }
}

/// Returns the counters of which [`Known::earlier`] has to hold the points, when statements from
/// `first` on are judged and `last` is known; none when nothing overlaps.
#[must_use]
pub const fn earlier_needed(first: u64, last: u64) -> Option<core::ops::RangeInclusive<u64>> {
    if first == 0 || first > last {
        None
    } else {
        Some(first - 1..=last - 1)
    }
}

/// Statements linked to what was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// How many of the first statements were known before.
    pub known: usize,
    /// A point for each statement, the known ones included.
    pub points: Vec<ChainPoint>,
    /// Positions (space log, account log) of the last statement, to be known next time.
    pub positions: (u32, u32),
}

impl Linked {
    /// The end of the chain.
    #[must_use]
    pub fn end(&self, before: &Known<'_>) -> ChainPoint {
        self.points
            .last()
            .copied()
            .filter(|point| point.counter >= before.last.counter)
            .unwrap_or(before.last)
    }
}

/// Links statements to a chain: contiguous, idempotent by statement, positions never going back.
///
/// # Errors
/// [`Code::Gap`], [`Code::Equivocation`] (at the counter that was used twice; the caller keeps both
/// statements), [`Code::Inconsistent`].
pub fn link<'s>(
    space: SpaceId,
    device: DeviceId,
    first: u64,
    statements: impl IntoIterator<Item = &'s Statement>,
    known: &Known<'_>,
) -> Result<Linked, Refusal> {
    let before = first.checked_sub(1).ok_or(Refusal::new(Code::Malformed))?;
    let mut point = known
        .point(before)
        .ok_or(Refusal::at(Code::Gap, known.last.counter))?;
    let mut linked = Linked {
        known: 0,
        points: Vec::new(),
        positions: known.positions,
    };
    for statement in statements {
        point = statement.chain(space, device, point);
        if point.counter <= known.last.counter {
            if known.point(point.counter) != Some(point) {
                return Err(Refusal::at(Code::Equivocation, point.counter));
            }
            linked.known += 1;
        } else {
            let (space_position, account_position) = linked.positions;
            let back = statement.space_position < space_position
                || statement.account_position < account_position;
            if back || statement.seen.is_in_full() != must_be_in_full(point.counter) {
                return Err(Refusal::at(Code::Inconsistent, point.counter));
            }
            if statement
                .seen
                .entries()
                .iter()
                .any(|entry| entry.device == device)
            {
                return Err(Refusal::at(Code::Inconsistent, point.counter));
            }
            linked.positions = (statement.space_position, statement.account_position);
        }
        linked.points.push(point);
    }
    Ok(linked)
}

/// Whether a change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// It is beyond its author's cut: kept, never folded.
    BeyondCut,
    /// Its author was no active device of a writing member, of the class that the space asks for,
    /// at the positions that it names: kept, never folded.
    NotAWriter,
}

/// Where changes are judged: a space's log, and the author's account log.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    /// The space's log.
    pub space: &'a SpaceLog,
    /// The author's account.
    pub account: AccountId,
    /// Its log.
    pub author: &'a AccountLog,
}

impl<'a> Room<'a> {
    /// Finds the author's log.
    ///
    /// # Errors
    /// [`Code::PositionUnknown`] when it is not known.
    pub fn new(
        space: &'a SpaceLog,
        account: AccountId,
        accounts: &'a dyn Accounts,
    ) -> Result<Self, Refusal> {
        let author = accounts
            .account(account)
            .ok_or(Refusal::new(Code::PositionUnknown))?;
        Ok(Self {
            space,
            account,
            author,
        })
    }

    /// Tells whether the change at this point counts.
    ///
    /// # Errors
    /// [`Code::PositionUnknown`] when it names a log statement that is not known (pull first);
    /// [`Code::Epoch`] when its author's epoch is not the one at the position that it names;
    /// [`Code::Equivocation`] when the chain passes its cut at another statement than the cut's.
    pub fn standing(
        &self,
        device: DeviceId,
        statement: &Statement,
        point: ChainPoint,
    ) -> Result<Standing, Refusal> {
        let unknown = Refusal::at(Code::PositionUnknown, point.counter);
        if statement.space_position > self.space.sequence()
            || statement.account_position > self.author.sequence()
        {
            return Err(unknown);
        }
        // Who has acknowledged an epoch writes under no other.
        if statement.epoch != self.space.epoch_of(statement.space_position) {
            return Err(Refusal::at(Code::Epoch, point.counter));
        }
        let Some(enrolled) = self.author.device(device) else {
            return Ok(Standing::NotAWriter);
        };
        let active = enrolled.added <= statement.account_position
            && enrolled
                .revoked
                .is_none_or(|revoked| statement.account_position < revoked);
        let role = self.space.role_at(self.account, statement.space_position);
        if !active || enrolled.class < self.space.least_class() || !role.is_some_and(Role::writes) {
            return Ok(Standing::NotAWriter);
        }
        let limits = [
            self.author.limit(device, self.space.space()),
            self.space
                .limit(self.account, device, statement.space_position),
        ];
        for limit in limits {
            let Limit::Cut(cut) = limit else { continue };
            if point.counter > cut.counter {
                return Ok(Standing::BeyondCut);
            }
            if point.counter == cut.counter && point.h != cut.h {
                return Err(Refusal::at(Code::Equivocation, point.counter));
            }
        }
        Ok(Standing::Counts)
    }

    /// Judges a head over the end of a chain: signature, chain, log heads, digest.
    ///
    /// `last` is the statement at `end`, `None` when it is not at hand (then its positions and digest
    /// are not compared).
    ///
    /// # Errors
    /// [`Code::BadHead`], [`Code::ChainMismatch`], [`Code::PositionUnknown`], [`Code::NotAWriter`],
    /// [`Code::Inconsistent`].
    pub fn judge_head(
        &self,
        head: &Head,
        end: ChainPoint,
        last: Option<&Statement>,
    ) -> Result<(), Refusal> {
        let body = &head.body;
        if body.account != self.account || body.space != self.space.space() {
            return Err(Refusal::new(Code::Inconsistent));
        }
        let device = self
            .author
            .device(body.device)
            .ok_or(Refusal::new(Code::NotAWriter))?;
        head.verify(&device.keys.signing)?;
        if body.point() != end {
            return Err(Refusal::at(Code::ChainMismatch, body.counter));
        }
        let unknown = Refusal::at(Code::PositionUnknown, body.counter);
        let space_position = self.space.position(&body.space_log_head).ok_or(unknown)?;
        let account_position = self
            .author
            .position(&body.account_log_head)
            .ok_or(unknown)?;
        if let Some(last) = last {
            let back =
                space_position < last.space_position || account_position < last.account_position;
            if back || body.seen_digest != last.seen.digest() {
                return Err(Refusal::at(Code::Inconsistent, body.counter));
            }
        }
        Ok(())
    }
}

/// A batch that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// How many of its changes were there before; the rest is new.
    pub known: usize,
    /// A point for each change, the known ones included.
    pub points: Vec<ChainPoint>,
    /// Positions of the last statement, to be known next time.
    pub positions: (u32, u32),
}

/// Judges a batch at the door: whole or not at all. New changes have to count, and to be sealed
/// under the space's current epoch.
///
/// # Errors
/// Every code of [`link`], [`Room::standing`] and [`Room::judge_head`]; [`Code::BeyondCut`],
/// [`Code::NotAWriter`], [`Code::Epoch`], [`Code::Revoked`], [`Code::LogFrozen`].
pub fn judge_batch(batch: &Batch, room: &Room<'_>, known: &Known<'_>) -> Result<Accepted, Refusal> {
    let (space, device) = (room.space.space(), batch.device());
    let statements = batch.changes().iter().map(|change| &change.statement);
    let linked = link(space, device, batch.first(), statements, known)?;
    let last = batch.changes().last().map(|change| &change.statement);
    let end = *linked.points.last().ok_or(Refusal::new(Code::Malformed))?;
    room.judge_head(batch.head(), end, last)?;
    let fresh = &batch.changes()[linked.known..];
    if fresh.is_empty() {
        return Ok(Accepted {
            known: linked.known,
            points: linked.points,
            positions: linked.positions,
        });
    }
    if room.space.is_frozen() || room.author.is_frozen() {
        return Err(Refusal::new(Code::LogFrozen));
    }
    if room
        .author
        .device(device)
        .is_some_and(|device| device.revoked.is_some())
    {
        return Err(Refusal::new(Code::Revoked));
    }
    if !room.space.role(room.account).is_some_and(Role::writes) {
        return Err(Refusal::new(Code::NotAWriter));
    }
    for (change, point) in fresh.iter().zip(&linked.points[linked.known..]) {
        match room.standing(device, &change.statement, *point)? {
            Standing::Counts => {}
            Standing::BeyondCut => return Err(Refusal::at(Code::BeyondCut, point.counter)),
            Standing::NotAWriter => return Err(Refusal::at(Code::NotAWriter, point.counter)),
        }
        if change.seal.epoch != room.space.epoch() {
            return Err(Refusal::at(Code::Epoch, point.counter));
        }
    }
    Ok(Accepted {
        known: linked.known,
        points: linked.points,
        positions: linked.positions,
    })
}

/// Judges at the door whether a space's next statement is signed from where its signer's account
/// stands now. [`Log::apply`](crate::log::Log::apply) then judges its rights.
///
/// A log alone cannot tell whether a statement under an older account head was signed before or
/// after its signer was revoked. The box can: it takes only what names the newest head.
///
/// # Errors
/// [`Code::LogMoved`]: the signer pulls its account log and signs anew; [`Code::Revoked`];
/// [`Code::PositionUnknown`] for an account that is not known; [`Code::LogFrozen`].
pub fn judge_space_append(
    statement: &LogStatement,
    accounts: &dyn Accounts,
) -> Result<(), Refusal> {
    let log = accounts
        .account(statement.signer_account)
        .ok_or(Refusal::new(Code::PositionUnknown))?;
    if log.is_frozen() {
        return Err(Refusal::new(Code::LogFrozen));
    }
    if log.active_signer(statement.signer).is_none() {
        return Err(Refusal::new(Code::Revoked));
    }
    if statement.account_head != log.head() {
        return Err(Refusal::new(Code::LogMoved));
    }
    Ok(())
}

/// Judges the seal of a received change: its epoch has to exist. (That it is not below the author's
/// the decoder has checked.)
///
/// # Errors
/// [`Code::PositionUnknown`]: the space's log has to be pulled first.
pub fn judge_seal(change: &Change, space: &SpaceLog, counter: u64) -> Result<(), Refusal> {
    match space.epoch_at(change.seal.epoch) {
        Some(_) => Ok(()),
        None => Err(Refusal::at(Code::PositionUnknown, counter)),
    }
}
