//! What a pull brings: frames are checked one by one, and nothing is folded that a verified head
//! does not cover.

use lifeos_protocol::cursor::Cursor;
use lifeos_protocol::stream::{BodyGone, Frame, FrameDecoder, Gone, Run};
use lifeos_protocol::{DecodeError, DeviceId, SpaceId, Wire};

use super::people::Strangers;
use super::{Core, Engine, EngineError, Outside, Raise};
use crate::alarm::Cause;
use crate::chain::{Body, Fit, Uncovered};
use crate::pull::{Pull, Received};
use crate::record::Record;
use crate::space::Space;

/// Frames of a pull that may bring nothing new beside twice all that is known.
const IDLE_FRAMES: u64 = 1024;

impl Engine {
    /// Begins a pull of a space and returns the cursor to ask from; none is the beginning.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn begin_pull(
        &mut self,
        space: SpaceId,
        out: &mut Outside<'_>,
    ) -> Result<Option<Cursor>, EngineError> {
        let (core, space) = self.split(space)?;
        space.follow_admitted_incarnation(core, out);
        space.rewind_to_uncovered();
        space.pull = Some(Pull {
            decoder: FrameDecoder::new(),
            accounts_known: space.accounts_known(core),
            space_known: space.last_log_sequence(),
            strangers: Strangers::default(),
            own_beyond: None,
            idle: 0,
            stopped: None,
            complete: false,
        });
        Ok(space.incarnation.map(|incarnation| Cursor {
            incarnation,
            sequence: space.cursor,
        }))
    }

    /// Takes the next bytes of the pull, of any length. What came in whole frames stands,
    /// wherever the stream is cut.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`], or where no pull was begun.
    pub fn receive(
        &mut self,
        space: SpaceId,
        bytes: &[u8],
        out: &mut Outside<'_>,
    ) -> Result<Received, EngineError> {
        self.core.changed = false;
        let turns = self.core.turns;
        let (core, space) = self.split(space)?;
        let pull = space.pull.as_mut().ok_or(EngineError::NoSuchSpace)?;
        pull.decoder.feed(bytes);
        while let Some(frame) = space.next_frame(core, out) {
            if let Err(cause) = space.take_frame(core, frame, out)
                && let Some(pull) = space.pull.as_mut()
            {
                pull.stopped = Some(cause);
            }
        }
        let pull = space.pull.as_ref().ok_or(EngineError::NoSuchSpace)?;
        let (complete, stopped) = (pull.complete, pull.stopped);
        let changed = core.changed;
        if core.turns != turns {
            // The other spaces follow the account to the branch that was kept.
            self.logs_changed(out);
        }
        if changed {
            self.refresh_views(false, out);
        }
        Ok(Received {
            complete,
            changed,
            stopped,
        })
    }

    /// Ends the pull, complete or cut.
    pub fn end_pull(&mut self, space: SpaceId) {
        if let Some(space) = self.spaces.get_mut(&space) {
            space.pull = None;
        }
    }
}

impl Space {
    fn next_frame(&mut self, core: &mut Core, out: &mut Outside<'_>) -> Option<Frame> {
        let pull = self.pull.as_mut()?;
        if pull.stopped.is_some() {
            return None;
        }
        let cause = match pull.decoder.next_frame() {
            Ok(frame) => return frame,
            Err(DecodeError::Unknown { .. }) => Cause::NeedsNewer,
            Err(_) => Cause::Malformed,
        };
        pull.stopped = Some(cause);
        core.alarm(Raise::new(cause, self.id), out);
        None
    }

    /// Takes one frame. An error stops the pull; its alarm is raised.
    fn take_frame(
        &mut self,
        core: &mut Core,
        frame: Frame,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let size = match &frame {
            Frame::Run(run) => run.changes.len() as u64,
            _ => 1,
        };
        let before = self.learned(core);
        self.judge_frame(core, frame, out)?;
        let learned = self.learned(core);
        let Some(pull) = self.pull.as_mut().filter(|_| learned == before) else {
            return Ok(());
        };
        // Once everything may come again, after a new life of the box; not again and again.
        pull.idle += size;
        if pull.idle > IDLE_FRAMES + 2 * learned {
            return self.refuse(core, Cause::Replayed, DeviceId::ZERO, 0, &[], out);
        }
        Ok(())
    }

    /// How much is known, as a number that rises with everything that a frame can bring.
    fn learned(&self, core: &Core) -> u64 {
        let of_chain = |chain: &crate::chain::Chain| chain.last() + chain.covered;
        let accounts = self.accounts_known(core).into_values();
        let strangers = self.pull.as_ref().map_or(0, |pull| pull.strangers.known());
        let logs = accounts.map(u64::from).sum::<u64>() + u64::from(self.last_log_sequence());
        self.chains.values().map(of_chain).sum::<u64>() + self.accepted + logs + strangers
    }

    fn judge_frame(
        &mut self,
        core: &mut Core,
        frame: Frame,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        match frame {
            Frame::Log(kind, statement) => self.take_served_statement(core, kind, &statement, out),
            Frame::Run(run) => self.take_run(core, run, out),
            Frame::BodyGone(gone) => self.take_gone(core, gone, out),
            Frame::Head(head) => self.take_head(core, head, out),
            Frame::Complete(complete) => self.take_complete(core, &complete, out),
            Frame::Newer { .. } => {
                self.refuse(core, Cause::NeedsNewer, DeviceId::ZERO, 0, &[], out)
            }
        }
    }

    fn take_run(&mut self, core: &mut Core, run: Run, out: &mut Outside<'_>) -> Result<(), Cause> {
        let bodies = run
            .changes
            .into_iter()
            .map(|change| Body::Here(Box::new(change)))
            .collect();
        self.take_bodies(core, run.sequence, run.device, run.first, bodies, out)
    }

    fn take_gone(
        &mut self,
        core: &mut Core,
        gone: BodyGone,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let why = match gone.why {
            Gone::InSegment => 1,
            Gone::Erased => 2,
        };
        let bodies = vec![Body::Gone(gone.statement, why)];
        self.take_bodies(core, gone.sequence, gone.device, gone.counter, bodies, out)
    }

    fn take_bodies(
        &mut self,
        core: &mut Core,
        sequence: u64,
        device: DeviceId,
        first: u64,
        bodies: Vec<Body>,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        if sequence != self.cursor + 1 {
            return self.refuse(core, Cause::SequenceGap, device, sequence, &[], out);
        }
        if !core.knows_device(device) {
            return self.refuse(core, Cause::UnknownDevice, device, first, &[], out);
        }
        let last_sequence = self.cursor + bodies.len() as u64;
        let id = self.id;
        let fit = self
            .chain_mut(device)
            .fit(id, device, first, bodies.iter().map(Body::statement));
        let known = match fit {
            Fit::Follows { known } => known,
            Fit::Gap if device == core.device => {
                self.served_beyond(first + bodies.len() as u64 - 1);
                self.pass(last_sequence);
                return Ok(());
            }
            Fit::Gap => return self.refuse(core, Cause::CounterGap, device, first, &[], out),
            Fit::Inconsistent => {
                return self.refuse(core, Cause::ChainBroken, device, first, &[], out);
            }
            Fit::Differs { counter } if device == core.device => {
                self.served_beyond(counter);
                self.pass(last_sequence);
                return Ok(());
            }
            Fit::Differs { counter } if counter > self.chain_mut(device).covered => {
                // No head vouches for either: the box contradicts itself.
                self.drop_uncovered_of(core, device, out);
                return self.refuse(core, Cause::ChainBroken, device, counter, &[], out);
            }
            Fit::Differs { counter } => {
                let at = usize::try_from(counter - first).expect("a counter within the run");
                let served = bodies[at].statement().full_bytes(id, device, counter);
                let chain = self.chain_mut(device);
                let head = chain.head.map(|head| head.to_bytes()).unwrap_or_default();
                return self.refuse(
                    core,
                    Cause::ForkedChain,
                    device,
                    counter,
                    &[&head, &served],
                    out,
                );
            }
        };
        let known_through = first + known as u64 - 1;
        if device == core.device {
            if known < bodies.len() {
                self.served_beyond(known_through + 1);
            }
            self.accept(core, known_through, out);
            self.pass(last_sequence);
            return Ok(());
        }
        if known > 0 && sequence > self.high && !self.catching_up {
            let raise = Raise::new(Cause::Replayed, id).about(device, first);
            core.alarm(raise, out);
        }
        if known < bodies.len() {
            let at = Served {
                sequence: sequence + known as u64,
                first: known_through + 1,
            };
            self.append(
                core,
                device,
                at,
                bodies.into_iter().skip(known).collect(),
                out,
            );
        }
        self.pass(last_sequence);
        self.retry_promised(core, device, out)
    }

    /// Journals bodies that follow a chain and lets them wait for a head.
    fn append(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        at: Served,
        bodies: Vec<Body>,
        out: &mut Outside<'_>,
    ) {
        let record = match bodies.as_slice() {
            [Body::Gone(statement, why)] => Record::Gone {
                space: self.id,
                sequence: at.sequence,
                device,
                counter: at.first,
                statement: statement.to_bytes(),
                why: *why,
            },
            _ => Record::Run {
                space: self.id,
                sequence: at.sequence,
                device,
                counter: at.first,
                changes: bodies
                    .iter()
                    .filter_map(Body::change)
                    .map(Wire::to_bytes)
                    .collect(),
            },
        };
        let place = core.note(&record, out);
        let id = self.id;
        let chain = self.chain_mut(device);
        for (part, body) in bodies.into_iter().enumerate() {
            chain.push(id, device, body.statement(), place.with_part(part));
            chain.uncovered.push_back(Uncovered {
                body,
                sequence: at.sequence + part as u64,
            });
        }
        if core.folds_uncovered() {
            self.fold_uncovered(core, device);
        }
    }

    /// Goes back to where the heads of what still waits for one are served again: with a run of
    /// its device. What is known already is not taken twice.
    fn rewind_to_uncovered(&mut self) {
        let first = self
            .chains
            .values()
            .filter_map(|chain| Some(chain.uncovered.front()?.sequence));
        let first = first
            .min()
            .map_or(u64::MAX, |first| first.saturating_sub(1));
        let from = if self.incarnation.is_none() { 0 } else { first };
        if from < self.cursor {
            self.cursor = from;
            self.catching_up = true;
        }
    }

    /// Moves the cursor.
    fn pass(&mut self, sequence: u64) {
        self.cursor = sequence;
        self.high = self.high.max(sequence);
    }

    fn served_beyond(&mut self, counter: u64) {
        if let Some(pull) = self.pull.as_mut() {
            pull.own_beyond = Some(
                pull.own_beyond
                    .map_or(counter, |before| before.min(counter)),
            );
        }
    }

    /// Raises an alarm and stops the pull.
    pub(crate) fn refuse(
        &self,
        core: &mut Core,
        cause: Cause,
        device: DeviceId,
        counter: u64,
        evidence: &[&[u8]],
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let raise = Raise::new(cause, self.id)
            .about(device, counter)
            .evidence(evidence);
        core.alarm(raise, out);
        Err(cause)
    }

    /// Reads a journalled run or gone body back.
    pub(crate) fn replay_bodies(
        &mut self,
        core: &mut Core,
        sequence: u64,
        device: DeviceId,
        first: u64,
        bodies: Vec<Body>,
        out: &mut Outside<'_>,
    ) {
        let last = sequence + bodies.len() as u64 - 1;
        self.append(core, device, Served { sequence, first }, bodies, out);
        self.pass(last);
    }
}

struct Served {
    sequence: u64,
    first: u64,
}
