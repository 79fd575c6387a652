//! What the pages on a person's data ask of the open engine: names, imports, sample data,
//! activity, quarantine and storage.

use lifeos_kernel::{IntentId, RecordId, newest_first};
use lifeos_life::{Command, Import, ImportConflict, Life};
use lifeos_profile::{ProfileCommand, ProfileField};
use lifeos_protocol::codec::Wire;
use lifeos_protocol::ids::Hash;
use lifeos_protocol::log::{AccountBody, LogStatement, SpaceBody};
use lifeos_protocol::{DeviceId, SpaceId};

use super::open::Open;
use crate::api::{
    ActivityEntry, ActivityKind, ImportChoice, Problem, ProblemCode, QuarantineView, Reply, Status,
    StorageView,
};
use crate::engine::Writing;
use crate::{Committed, EngineError, Outside, Source, WriteAs};

/// An import that was read and compared, not yet written.
pub(crate) struct Planned {
    import: Import,
}

impl Open {
    /// Adds what the engine knows to the status.
    pub(crate) fn tell(&self, status: &mut Status, now_ms: u64) {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        status.forks = small(self.engine.frozen_logs().len());
        for space in self.engine.spaces() {
            let Some(standing) = self.engine.standing(space) else {
                continue;
            };
            status.waiting += small(standing.waiting);
            status.quarantined += small(standing.quarantined);
            status.needs_newer += small(standing.needs_newer);
            status.rekeying |= standing.rekeying;
            status.to_erase += small(self.engine.left_to_erase(space, now_ms));
            let (undo, redo) = self.engine.stacks(space);
            status.can_undo |= undo;
            status.can_redo |= redo;
        }
        let unseen = self
            .engine
            .alarms()
            .iter()
            .rev()
            .filter(|alarm| !alarm.seen);
        status.box_alarms.clone_from(&self.box_alarms);
        status.alarms = unseen.map(crate::Alarm::view).collect();
        if let Some(life) = self.life() {
            status.idle_lock_minutes = life.idle_lock_minutes();
        }
    }

    fn life(&self) -> Option<&Life> {
        self.engine.life(self.personal()?)
    }

    /// What the person wants to be called.
    pub(crate) fn account_name(&self) -> String {
        self.life()
            .map(|life| life.display_name().to_owned())
            .unwrap_or_default()
    }

    /// What a device is called, where that has been synced.
    pub(crate) fn device_name(&self, device: DeviceId) -> Option<String> {
        self.life()?
            .device_name(RecordId(*device.as_bytes()))
            .map(str::to_owned)
    }

    /// Writes the names that wait for a space: at a claim, and after joining.
    pub(crate) fn write_names(&mut self, out: &mut Outside<'_>) {
        let Some(space) = self.personal() else {
            return;
        };
        let Some((account_name, device_name)) = self.to_name.take() else {
            return;
        };
        let device = RecordId(*self.engine.device().as_bytes());
        let mut commands = vec![ProfileCommand::NameDevice {
            device,
            name: device_name.clone(),
        }];
        if let Some(name) = &account_name {
            let set = vec![ProfileField::DisplayName(name.clone())];
            commands.push(ProfileCommand::EditProfile { set });
        }
        for command in commands {
            let command = Command::Profile { command };
            match self.engine.execute(space, command, Source::Ui, out) {
                Ok(_) => {}
                // The key is not here yet: again after the next step.
                Err(EngineError::NoKey | EngineError::ClockUnsure | EngineError::Frozen) => {
                    self.to_name = Some((account_name, device_name));
                    return;
                }
                // A name that the profile refuses is left out; the person can give another.
                Err(_) => {}
            }
        }
    }

    /// Takes what was read of a file, and says what importing it would do. What read the file is
    /// not trusted: it holds no keys, and any bytes may come from there.
    pub(crate) fn read_import(
        &mut self,
        space: SpaceId,
        encoded: &[u8],
        content: Hash,
        out: &mut Outside<'_>,
    ) -> Result<Reply, Problem> {
        self.import = None;
        let context = self.engine.context(space, Source::Import, out)?;
        let mut read = lifeos_exchange::Import::decode(encoded)
            .map_err(|_| Problem::with(ProblemCode::Import, "unsound"))?;
        let life = self.engine.life(space).ok_or(ProblemCode::NotFound)?;
        let now_ms = i64::try_from(out.now_ms).unwrap_or(i64::MAX);
        let known = |record| life.knows(record);
        let import = lifeos_life::Import {
            origin: read.report.source.name().to_owned(),
            content: *content.as_bytes(),
            items: read.items(*space.as_bytes(), now_ms, known),
        };
        let decided = lifeos_life::plan_import(life, &import, &[], &context);
        read.compare(&decided.outcomes, &decided.conflicts);
        let disputes = lifeos_life::import_disputes(life, &import, &decided.conflicts);
        self.import = Some(Planned { import });
        Ok(Reply::ImportReport {
            report: read.report,
            disputes,
        })
    }

    /// Begins to write what was read, with the conflicts that are decided for the file. It is compared
    /// again: another device may have written since.
    pub(crate) fn apply_import(
        &mut self,
        space: SpaceId,
        theirs: &[ImportChoice],
        out: &mut Outside<'_>,
    ) -> Result<Writing, Problem> {
        let take = theirs
            .iter()
            .map(read_choice)
            .collect::<Result<Vec<_>, _>>()?;
        let context = self.engine.context(space, Source::Import, out)?;
        let life = self.engine.life(space).ok_or(ProblemCode::NotFound)?;
        let Planned { import } = self.import.take().ok_or(ProblemCode::WrongPhase)?;
        let decided = lifeos_life::plan_import(life, &import, &take, &context);
        let written = WriteAs {
            intent: decided.intent,
            source: Source::Import,
            batch: Some(decided.batch),
        };
        Ok(self
            .engine
            .begin_drafts(space, decided.drafts, written, out)?)
    }

    /// Writes a year of sample data as one batch.
    pub(crate) fn fill_demo(
        &mut self,
        space: SpaceId,
        out: &mut Outside<'_>,
    ) -> Result<Committed, Problem> {
        let context = self.engine.context(space, Source::Import, out)?;
        let mut seed = [0; 8];
        out.rng.fill_bytes(&mut seed);
        let seed = u64::from_be_bytes(seed);
        let mut intent = [0; 16];
        out.rng.fill_bytes(&mut intent);
        let written = WriteAs {
            intent: IntentId(intent),
            source: Source::Import,
            batch: Some(lifeos_life::demo::batch(seed, &context)),
        };
        let drafts = lifeos_life::demo::year(seed, &context);
        Ok(self.engine.write_drafts(space, drafts, written, out)?)
    }

    pub(crate) fn quarantine(&self) -> Vec<QuarantineView> {
        let spaces: Vec<SpaceId> = self.engine.spaces().collect();
        let told = spaces
            .into_iter()
            .flat_map(|space| self.engine.quarantine(space));
        told.map(|change| QuarantineView {
            device: change.device.to_hex(),
            counter: change.counter as f64,
            reason: change.reason.code().to_owned(),
        })
        .collect()
    }

    pub(crate) fn storage(&self) -> StorageView {
        let mut storage = StorageView {
            bytes: self.engine.journal_bytes() as f64,
            changes: 0,
            records: 0,
        };
        for space in self.engine.spaces() {
            let changes = self
                .engine
                .standing(space)
                .map_or(0, |standing| standing.changes);
            storage.changes += u32::try_from(changes).unwrap_or(u32::MAX);
            let records = self.engine.life(space).map_or(0, Life::record_count);
            storage.records += u32::try_from(records).unwrap_or(u32::MAX);
        }
        storage
    }

    /// Acts on keys, settled conflicts and alarms, newest first.
    pub(crate) fn activity(&self) -> Vec<ActivityEntry> {
        let mut entries = Vec::new();
        for statement in self.engine.account_log().statements() {
            entries.push(account_entry(statement));
        }
        for space in self.engine.spaces() {
            if let Some(log) = self.engine.space_log(space) {
                entries.extend(log.statements().iter().map(space_entry));
            }
            for conflict in self.engine.conflicts(space) {
                entries.push(ActivityEntry {
                    at_ms: conflict.won.wall_ms() as f64,
                    signer: None,
                    kind: ActivityKind::Conflict {
                        record: conflict.record.to_string(),
                        field: conflict.field.clone(),
                        lost: conflict.lost.device().to_string(),
                    },
                });
            }
        }
        for alarm in self.engine.alarms() {
            entries.push(ActivityEntry {
                at_ms: alarm.at_ms as f64,
                signer: None,
                kind: ActivityKind::Alarm {
                    alarm: alarm.view(),
                },
            });
        }
        newest_first(&mut entries, |entry| entry.at_ms as i64);
        entries
    }
}

fn read_choice(choice: &ImportChoice) -> Result<ImportConflict, Problem> {
    Ok(ImportConflict {
        record: choice.record.parse().map_err(|_| ProblemCode::Malformed)?,
        field: choice.field.clone(),
    })
}

pub(crate) fn account_entry(statement: &LogStatement) -> ActivityEntry {
    let (at_ms, kind) = match AccountBody::from_bytes(&statement.body) {
        Ok(AccountBody::Genesis(body)) => (body.at_ms, ActivityKind::AccountCreated),
        Ok(AccountBody::AddDevice(body)) => (
            body.at_ms,
            ActivityKind::DeviceAdded {
                device: body.keys.device_id().to_hex(),
                class: super::methods::class_name(body.class).to_owned(),
            },
        ),
        Ok(AccountBody::AddMethod(body)) => (
            body.at_ms,
            ActivityKind::MethodAdded {
                method: body.keys.method_id().to_hex(),
                kind: super::methods::kind_name(body.kind).to_owned(),
            },
        ),
        Ok(AccountBody::Revoke(body)) => (
            body.at_ms,
            ActivityKind::Revoked {
                targets: body.targets.iter().map(|target| target.to_hex()).collect(),
            },
        ),
        Ok(AccountBody::Resolve(body)) => (body.at_ms, ActivityKind::ForkResolved),
        Ok(AccountBody::AdmitIncarnation { at_ms, .. }) => (at_ms, ActivityKind::Other),
        Err(_) => (0, ActivityKind::Other),
    };
    entry(statement, at_ms, kind)
}

pub(crate) fn space_entry(statement: &LogStatement) -> ActivityEntry {
    let (at_ms, kind) = match SpaceBody::from_bytes(&statement.body) {
        Ok(SpaceBody::Genesis(body)) => (body.at_ms, ActivityKind::SpaceCreated),
        Ok(SpaceBody::Rekey { at_ms, epoch }) => {
            (at_ms, ActivityKind::Rekeyed { epoch: epoch.epoch })
        }
        Ok(SpaceBody::Erasure { at_ms, erased }) => {
            let count: usize = erased.iter().map(|change| change.leaves.len()).sum();
            (
                at_ms,
                ActivityKind::Erased {
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                },
            )
        }
        Ok(SpaceBody::Resolve(body)) => (body.at_ms, ActivityKind::ForkResolved),
        Ok(_) | Err(_) => (0, ActivityKind::Other),
    };
    entry(statement, at_ms, kind)
}

fn entry(statement: &LogStatement, at_ms: u64, kind: ActivityKind) -> ActivityEntry {
    ActivityEntry {
        at_ms: at_ms as f64,
        signer: Some(statement.signer.to_hex()),
        kind,
    }
}
