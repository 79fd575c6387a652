//! The page's calls: each goes to the part that does it, and is answered once.

use std::collections::BTreeSet;

use lifeos_kernel::{BatchId, IntentId, RecordId, Stamp};
use lifeos_protocol::SpaceId;

use super::effect::Effect;
use super::files::Storing;
use super::open::{Open, Unanswered};
use super::writing::UnderWay;
use super::{Client, State};
use crate::api::{Call, Origin, Problem, ProblemCode, Push, Reply};
use crate::engine::{EventsPlan, ExaminePage};
use crate::{Committed, EngineError, Locale, Outside, ReadNeeded, Source};

/// What is done once stored changes were read back.
#[derive(Debug, Clone)]
pub(crate) enum Then {
    History {
        record: RecordId,
    },
    Restore {
        record: RecordId,
        stamp: Stamp,
    },
    Events {
        space: SpaceId,
        plan: EventsPlan,
    },
    Examine {
        page: ExaminePage,
    },
    /// No call waits for it: records are folded again.
    Maintain {
        space: SpaceId,
    },
    /// No call waits for it: what was read is handed to the box.
    Bodies {
        space: SpaceId,
    },
}

/// The number under which maintenance reads, which no call has.
const MAINTENANCE: u64 = u64::MAX;

/// A call that waits for parts of files.
pub(crate) struct Reading {
    pub(crate) then: Then,
    pub(crate) missing: BTreeSet<ReadNeeded>,
    pub(crate) read: Vec<(ReadNeeded, Vec<u8>)>,
}

impl Client {
    /// Takes a call.
    pub(crate) fn call(&mut self, id: u64, call: Call, attachment: Option<Vec<u8>>) {
        if let Err(problem) = self.dispatch(id, call, attachment) {
            self.refuse(id, problem);
        }
    }

    fn dispatch(
        &mut self,
        id: u64,
        call: Call,
        attachment: Option<Vec<u8>>,
    ) -> Result<(), Problem> {
        match call {
            Call::Status => {
                let status = self.status();
                self.answer(id, Ok(Reply::Status { status }));
                Ok(())
            }
            Call::ClaimBegin {
                code,
                name,
                device_name,
            } => self.claim_begin(id, &code, name, device_name),
            Call::InviteAccept {
                link,
                code,
                compared,
                name,
                device_name,
            } => self.invite_accept(id, (&link, &code, compared), name, device_name),
            Call::InviteRead { link } => self.invite_read(id, &link),
            Call::ClaimPasskeyMade {
                credential,
                prf,
                prf_enabled,
            } => self.claim_passkey_made(id, &credential, prf.as_ref(), prf_enabled),
            Call::ClaimPasskeyConfirmed { prf } => self.claim_passkey_confirmed(id, prf.as_ref()),
            Call::ClaimProveKit { sheet, groups } => self.claim_prove_kit(id, sheet, &groups),
            Call::ClaimFinish => self.claim_finish(id),
            Call::ClaimCancel => self.claim_cancel(id),

            Call::UnlockBegin => self.unlock_begin(id),
            Call::UnlockPasskey { credential_id, prf } => {
                self.unlock_passkey(id, &credential_id, &prf)
            }
            Call::UnlockHalf { credential } => self.unlock_half(id, &credential),
            Call::UnlockKit { code } => self.unlock_kit(id, &code),
            Call::Lock => {
                self.answer(id, Ok(Reply::Done));
                self.lock();
                Ok(())
            }
            Call::Forget => {
                self.answer(id, Ok(Reply::Done));
                self.erase();
                Ok(())
            }

            Call::JoinPasskeyBegin { device_name } => self.join_passkey_begin(id, device_name),
            Call::JoinPasskey { credential, prf } => self.join_passkey(id, &credential, prf),
            Call::JoinKit {
                device_name,
                code,
                account,
            } => self.join_kit(id, device_name, code, account),
            Call::JoinApproval { device_name } => self.join_approval(id, device_name),
            Call::JoinConfirm => self.join_confirm(id),
            Call::JoinCancel => self.join_cancel(id),

            Call::ApproveOpen { link, role } => self.approve_open(id, &link, role),
            Call::ApproveCode { code } => self.approve_code(id, code),
            Call::ApproveCancel => self.approve_cancel(id),

            Call::StepUpBegin => self.step_up_begin(id),
            Call::StepUp { credential } => self.step_up(id, &credential),
            Call::StepUpKit { code } => self.step_up_kit(id, &code),
            Call::Devices => self.devices(id),
            Call::Methods => self.methods(id),
            Call::Sessions => self.sessions(id),
            Call::Revoke { targets } => self.revoke(id, &targets),
            Call::Retire => self.retire(id),
            Call::AddPasskeyBegin => self.add_passkey_begin(id),
            Call::AddPasskeyMade {
                credential,
                prf,
                prf_enabled,
            } => self.add_passkey_made(id, &credential, prf.as_ref(), prf_enabled),
            Call::AddPasskeyConfirmed { prf } => self.add_passkey_confirmed(id, prf.as_ref()),
            Call::AdmitIncarnation => self.admit_incarnation(id),
            Call::Forks => self.forks(id),
            Call::ResolveFork {
                log,
                keep,
                remove,
                by,
            } => self.resolve_fork(id, &log, &keep, &remove, by.as_ref()),
            Call::People => self.people(id),
            Call::SpaceCreate { name, from_now_on } => self.space_create(id, name, from_now_on),
            Call::InviteMake { role, share, days } => {
                self.invite_make(id, role, share.as_ref(), days)
            }
            Call::InviteShow { invite } => self.invite_show(id, &invite),
            Call::InviteEnd { invite } => self.invite_end(id, &invite),
            Call::PersonVerify { account } => self.person_verify(id, &account),
            Call::PersonAdd {
                space,
                account,
                role,
            } => self.person_add(id, &space, &account, role),
            Call::PersonRole {
                space,
                account,
                role,
            } => self.person_role(id, &space, &account, role),
            Call::PersonRemove { space, account } => self.person_remove(id, &space, &account),
            Call::Erase => self.erase_emptied(id),
            Call::BoxLog { after } => self.box_log(id, after.as_ref()),
            Call::Examine { run } => self.examine(id, run),
            Call::FoldAnew { space } => self.fold_anew(id, &space),
            Call::ExamineEnd { run } => self.examine_end(id, run),
            Call::AddKitBegin => self.add_kit_begin(id),
            Call::AddKitProve { groups } => self.add_kit_prove(id, &groups),

            // A device that takes over from another writes what that one left first.
            _ if self.is_taking_over() => Err(ProblemCode::WrongPhase.into()),
            data => self.data_call(id, data, attachment),
        }
    }

    /// Calls over what a person entered.
    fn data_call(
        &mut self,
        id: u64,
        call: Call,
        attachment: Option<Vec<u8>>,
    ) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let space = open.space_of(&call)?;
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        if matches!(call, Call::Do { .. }) {
            open.acted = Some(space);
        }
        let engine = &mut open.engine;
        match call {
            Call::Do {
                command,
                intent: None,
                ..
            } => {
                let committed = engine.execute(space, command, Source::Ui, &mut out)?;
                self.commit(id, committed);
            }
            Call::Do {
                command,
                intent: Some(intent),
                ..
            } => {
                let intent = intent
                    .parse::<IntentId>()
                    .map_err(|_| ProblemCode::Malformed)?;
                let done = engine.execute_intent(space, command, intent, Source::Ui, &mut out)?;
                match done {
                    Some(committed) => self.commit(id, committed),
                    // Done before, by this worker's predecessor, and read from its files.
                    None => self.answer(id, Ok(done_before(intent))),
                }
            }
            Call::Undo => {
                let committed = engine.undo(space, &mut out)?;
                self.commit(id, committed);
            }
            Call::Redo => {
                let committed = engine.redo(space, &mut out)?;
                self.commit(id, committed);
            }
            Call::Ask { query, .. } => {
                let view = engine.query(space, query, &mut out)?;
                self.answer(id, Ok(Reply::View { view }));
            }
            Call::Subscribe {
                subscription,
                query,
                ..
            } => {
                let view = engine.subscribe(subscription, space, query, &mut out)?;
                self.answer(id, Ok(Reply::View { view }));
            }
            Call::Unsubscribe { subscription } => {
                engine.unsubscribe(subscription);
                self.answer(id, Ok(Reply::Done));
            }
            Call::History { record } => {
                let record = read_record(&record)?;
                let needed = engine.history_reads(space, record)?;
                self.read_parts(id, Then::History { record }, needed);
            }
            Call::RestoreTo { record, stamp } => {
                let record = read_record(&record)?;
                let stamp = read_stamp(&stamp)?;
                let needed = engine.history_reads(space, record)?;
                self.read_parts(id, Then::Restore { record, stamp }, needed);
            }
            Call::TasksOut { portion, .. } => {
                let reply = open.tasks_out(space, portion)?;
                self.answer(id, Ok(reply));
            }
            Call::EventsOut { after, .. } => {
                let after = after.map(|after| after.read()).transpose()?;
                let plan = engine.plan_events(space, after)?;
                self.begin_events(id, space, plan)?;
            }
            Call::UndoBatch { batch } => {
                let batch = batch
                    .parse::<BatchId>()
                    .map_err(|_| ProblemCode::NotFound)?;
                let committed = engine.undo_batch(space, batch, &mut out)?;
                self.commit(id, committed);
            }
            Call::ImportRead { content } => {
                let bytes = attachment.ok_or(ProblemCode::Malformed)?;
                let content = content.parse().map_err(|_| ProblemCode::Malformed)?;
                let reply = open.read_import(space, &bytes, content, &mut out)?;
                self.answer(id, Ok(reply));
            }
            Call::ImportApply { theirs } => {
                let writing = open.apply_import(space, &theirs, &mut out)?;
                open.writing = Some(UnderWay { call: id, writing });
            }
            Call::ImportCancel => {
                open.import = None;
                self.answer(id, Ok(Reply::Done));
            }
            Call::DemoFill => {
                let committed = open.fill_demo(space, &mut out)?;
                self.commit(id, committed);
            }
            Call::Activity => {
                let entries = open.activity();
                self.answer(id, Ok(Reply::Activity { entries }));
            }
            Call::Quarantine => {
                let items = open.quarantine();
                self.answer(id, Ok(Reply::Quarantine { items }));
            }
            Call::Storage => {
                let storage = open.storage();
                self.answer(id, Ok(Reply::Storage { storage }));
            }
            Call::AlarmSeen { alarm } => {
                engine.alarm_seen(alarm, &mut out);
                self.answer(id, Ok(Reply::Done));
            }
            Call::ClockConfirmed => {
                engine.confirm_clock();
                self.answer(id, Ok(Reply::Done));
            }
            _ => return Err(ProblemCode::Malformed.into()),
        }
        Ok(())
    }

    /// Answers when the change is durable; it is on the screen already.
    pub(crate) fn commit(&mut self, call: u64, committed: Committed) {
        let reply = Reply::Committed {
            intent: committed.intent.to_string(),
            records: committed.records.iter().map(ToString::to_string).collect(),
            left_alone: committed
                .left_alone
                .iter()
                .map(|kept| kept.record.to_string())
                .collect(),
            batch: committed.batch.map(|batch| batch.to_string()),
        };
        if let State::Open(open) = &mut self.state {
            open.look_after = true;
            open.unanswered.push(Unanswered {
                call,
                reply,
                token: committed.token,
            });
        }
    }

    /// Reads stored changes back; what was written before is carried out first.
    pub(crate) fn read_parts(&mut self, call: u64, then: Then, needed: Vec<ReadNeeded>) {
        self.flush_writes();
        let missing: BTreeSet<ReadNeeded> = needed.iter().copied().collect();
        if let State::Open(open) = &mut self.state {
            open.reading.insert(
                call,
                Reading {
                    then,
                    missing,
                    read: Vec::new(),
                },
            );
        }
        for read in needed {
            let token = self.token();
            self.storing.insert(token, Storing::Part { call, read });
            let ReadNeeded {
                file,
                offset,
                length,
            } = read;
            self.effects.push(Effect::ReadPart {
                token,
                file,
                offset,
                length,
            });
        }
        self.parts_read(call);
    }

    pub(crate) fn read_part(&mut self, token: u64, bytes: Option<Vec<u8>>) {
        let Some(Storing::Part { call, read }) = self.storing.remove(&token) else {
            return;
        };
        let State::Open(open) = &mut self.state else {
            return;
        };
        let Some(reading) = open.reading.get_mut(&call) else {
            return;
        };
        let Some(bytes) = bytes else {
            // What is not there is what an examination looks for.
            if let Then::Examine { .. } = reading.then {
                reading.missing.remove(&read);
                self.parts_read(call);
                return;
            }
            if let Some(Reading {
                then: Then::Bodies { .. },
                ..
            }) = open.reading.remove(&call)
            {
                self.bodies_not_sent();
                return;
            }
            self.refuse(call, Problem::with(ProblemCode::Storage, "missing"));
            return;
        };
        reading.missing.remove(&read);
        reading.read.push((read, bytes));
        self.parts_read(call);
    }

    /// Goes on once every part is here.
    fn parts_read(&mut self, call: u64) {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let complete = open
            .reading
            .get(&call)
            .is_some_and(|reading| reading.missing.is_empty());
        if !complete {
            return;
        }
        let Some(reading) = open.reading.remove(&call) else {
            return;
        };
        let reading = match reading.then {
            Then::Examine { page } => {
                let reply = open.examined(page, &reading.read);
                self.answer(call, reply);
                return;
            }
            _ => reading,
        };
        let home = match &reading.then {
            Then::Examine { .. } => None,
            Then::History { record } | Then::Restore { record, .. } => open.home_of(*record).ok(),
            Then::Events { space, .. } | Then::Maintain { space } | Then::Bodies { space } => {
                Some(*space)
            }
        };
        let Some(space) = home else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let read = reading.read;
        if let Then::Events { space, plan } = &reading.then {
            let reply = open.page_out(*space, plan, &read);
            self.answer(call, reply);
            return;
        }
        let engine = &mut open.engine;
        let outcome = match reading.then {
            Then::Events { .. } | Then::Examine { .. } => return,
            Then::History { record } => match engine.history(space, record, &read) {
                Ok(entries) => {
                    self.answer(call, Ok(Reply::History { entries }));
                    return;
                }
                Err(error) => Err(error),
            },
            Then::Restore { record, stamp } => {
                engine.restore_to(space, record, stamp, &read, &mut out)
            }
            Then::Maintain { space } => {
                // What fails stays due, shows as rebuilding, and is tried again at the next tick.
                if engine.maintain(space, &read, &mut out).is_ok() {
                    open.maintaining = None;
                    open.look_after = true;
                }
                return;
            }
            Then::Bodies { space } => {
                if self.send_bodies(space, &read).is_err() {
                    self.bodies_not_sent();
                }
                return;
            }
        };
        match outcome {
            Ok(committed) => self.commit(call, committed),
            Err(error) => self.refuse(call, error),
        }
    }

    /// Asks for what the engine must read again, one space at a time.
    pub(crate) fn maintain(&mut self) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        if open.maintaining.is_some() || !open.look_after {
            return;
        }
        open.look_after = false;
        #[cfg(feature = "testkit")]
        {
            self.effort.maintenance += 1;
        }
        let mut out = Outside {
            now_ms: self.now.wall_ms,
            rng: &mut self.rng,
        };
        open.engine.prepare_maintenance(&mut out);
        let spaces: Vec<SpaceId> = open.engine.spaces().collect();
        for space in spaces {
            let needed = open.engine.maintenance_reads(space);
            if !needed.is_empty() {
                open.maintaining = Some(space);
                self.read_parts(MAINTENANCE, Then::Maintain { space }, needed);
                return;
            }
        }
    }

    /// Tells every subscription whose answer changed.
    pub(crate) fn flush_views(&mut self) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        for changed in open.engine.take_views() {
            self.effects.push(Effect::Push(Push::View {
                subscription: changed.subscription,
                origin: if changed.local {
                    Origin::Local
                } else {
                    Origin::Remote
                },
                view: changed.view,
            }));
        }
    }

    pub(crate) fn set_locale(&mut self) {
        let utc_offset_minutes = self.now.utc_offset_minutes;
        if let State::Open(open) = &mut self.state {
            open.engine.set_locale(Locale {
                utc_offset_minutes,
                zone: None,
            });
        }
    }
}

/// The answer to a call that was carried out before: what it touched is on the screen already.
fn done_before(intent: IntentId) -> Reply {
    Reply::Committed {
        intent: intent.to_string(),
        records: Vec::new(),
        left_alone: Vec::new(),
        batch: None,
    }
}

impl Open {
    /// The space that a call is about: the one that it names, the one in which its record is, or the
    /// person's own.
    fn space_of(&self, call: &Call) -> Result<SpaceId, Problem> {
        let named = match call {
            Call::Do { space, .. }
            | Call::Ask { space, .. }
            | Call::Subscribe { space, .. }
            | Call::TasksOut { space, .. }
            | Call::EventsOut { space, .. } => space.as_deref(),
            Call::History { record } | Call::RestoreTo { record, .. } => {
                return self.home_of(read_record(record)?);
            }
            Call::Undo => return self.space_to_step(|(undo, _)| undo),
            Call::Redo => return self.space_to_step(|(_, redo)| redo),
            _ => None,
        };
        let Some(named) = named else {
            return self.personal().ok_or(ProblemCode::NotFound.into());
        };
        let space: SpaceId = named.parse().map_err(|_| ProblemCode::NotFound)?;
        let known = self.engine.space_log(space).is_some();
        known.then_some(space).ok_or(ProblemCode::NotFound.into())
    }

    /// The space in which something is to be taken back or done again: where the person acted last,
    /// then their own, then any other.
    fn space_to_step(&self, has: impl Fn((bool, bool)) -> bool) -> Result<SpaceId, Problem> {
        let known = self.engine.spaces();
        let mut candidates = self.acted.into_iter().chain(self.personal()).chain(known);
        let found = candidates.find(|space| has(self.engine.stacks(*space)));
        let space = found.or_else(|| self.personal());
        space.ok_or(ProblemCode::NotFound.into())
    }

    /// The space in which a record is.
    pub(crate) fn home_of(&self, record: RecordId) -> Result<SpaceId, Problem> {
        let knows = |space: &SpaceId| {
            let life = self.engine.life(*space);
            life.is_some_and(|life| life.knows(record))
        };
        let found = self.engine.spaces().find(knows);
        let space = found.or_else(|| self.personal());
        space.ok_or(ProblemCode::NotFound.into())
    }
}

fn read_record(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| ProblemCode::NotFound.into())
}

fn read_stamp(text: &str) -> Result<Stamp, Problem> {
    serde_json::from_value(text.into()).map_err(|_| ProblemCode::NotFound.into())
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoSuchSpace | EngineError::NotFound => ProblemCode::NotFound.into(),
            EngineError::Rejected(rejected) => {
                Self::with(ProblemCode::Rejected, rejected.to_string())
            }
            EngineError::ClockUnsure => ProblemCode::ClockUnsure.into(),
            EngineError::NoKey | EngineError::Frozen => ProblemCode::Frozen.into(),
            EngineError::Revoked => Self::with(ProblemCode::WrongPhase, "revoked"),
            EngineError::Diverged => Self::with(ProblemCode::WrongPhase, "diverged"),
            EngineError::ReadOnly => ProblemCode::ReadOnly.into(),
            EngineError::NothingToUndo => ProblemCode::NothingToUndo.into(),
            EngineError::TooLarge => Self::with(ProblemCode::Rejected, "tooLarge"),
            EngineError::Damaged => Self::with(ProblemCode::Storage, "damaged"),
            EngineError::Statement(_) | EngineError::Sealed => ProblemCode::Tampered.into(),
        }
    }
}
