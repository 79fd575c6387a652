//! Statements on their way into a log: made as the log stands, appended by compare-and-swap, made
//! anew as often as others are quicker, and counted once the box took them.

use std::collections::BTreeSet;

use lifeos_crypto::{AccountSecret, MethodKeys, SpaceSecret};
use lifeos_protocol::api::{Binary, LogAppend, LogConflict, MethodUpload};
use lifeos_protocol::approval::Transcript;
use lifeos_protocol::codec::Wire;
use lifeos_protocol::ids::LogId;
use lifeos_protocol::keys::Class;
use lifeos_protocol::log::{LogKind, LogStatement, Role, SpaceBody};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::{AccountId, DeviceId, Hash, MethodKind, PublicKeys, SignerId, SpaceId};

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::link::{Waiting, done, problem_of};
use super::super::material::decode;
use super::super::open::Open;
use super::super::{Client, State, approve};
use super::Asked;
use crate::acts::{self, Act, LogEnd};
use crate::api::{Problem, ProblemCode, Reply};
use crate::engine::stayers;
use crate::{BranchSecret, EngineError, Outside, Resolution};

/// How often an append that others overtook is made anew.
const APPEND_TRIES: u8 = 5;

/// What is being appended to a log.
pub(crate) enum Appending {
    Device {
        transcript: Box<Transcript>,
        class: Class,
    },
    Method {
        kind: MethodKind,
        keys: Box<MethodKeys>,
        sealed: Box<SealedMethodKey>,
        upload: Box<MethodUpload>,
    },
    Revoke {
        targets: Vec<SignerId>,
    },
    /// The device that takes this one's place. No call waits for it.
    Successor {
        keys: Box<PublicKeys>,
    },
    /// No call waits for it.
    Rekey {
        space: SpaceId,
    },
    Admit {
        incarnation: lifeos_protocol::IncarnationId,
    },
    Erase {
        space: SpaceId,
        /// How many changes the statements before it named.
        changes: u32,
    },
    AddMember {
        space: SpaceId,
        account: AccountId,
        role: Role,
    },
    SetRole {
        space: SpaceId,
        account: AccountId,
        role: Role,
    },
    RemoveMember {
        space: SpaceId,
        account: AccountId,
    },
    /// No call waits for it but that of the fork.
    Resolve {
        log: LogId,
        keep: Hash,
        remove: Vec<SignerId>,
        secret: Box<BranchSecret>,
    },
}

/// A statement on its way, with the secret that counts once it is taken.
pub(crate) struct MadeAct {
    statement: LogStatement,
    account_secret: Option<AccountSecret>,
    space_secret: Option<(SpaceId, SpaceSecret)>,
}

impl Client {
    /// Appends a statement, made anew as often as others are quicker.
    pub(crate) fn append_act(&mut self, call: u64, appending: Appending) {
        if let Err(problem) = self.try_append(call, appending, 0) {
            self.refuse(call, problem);
        }
    }

    pub(crate) fn try_append(
        &mut self,
        call: u64,
        appending: Appending,
        tries: u8,
    ) -> Result<(), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (act, made) = make(open, &appending, self.now.wall_ms, &mut self.rng)?;
        let upload = match &appending {
            Appending::Method { upload, .. } => Some(upload.as_ref().clone()),
            _ => None,
        };
        let path = format!("/api/v1/logs/{}", act.statement.log);
        let body = append_of(&act, upload);
        let appending = Box::new(appending);
        let asked = Asked::Append {
            call,
            appending,
            made: Box::new(made),
            tries,
        };
        self.signed_json("POST", path, &body, Waiting::Methods(asked));
        Ok(())
    }

    /// Enrols the device that takes this one's place.
    pub(crate) fn append_successor(&mut self, keys: PublicKeys) -> Result<(), Problem> {
        let keys = Box::new(keys);
        self.try_append(0, Appending::Successor { keys }, 0)
    }

    /// Re-keys a space that a revocation touched.
    pub(crate) fn rekey(&mut self, space: SpaceId) -> Result<(), Problem> {
        self.try_append(0, Appending::Rekey { space }, 0)
    }

    pub(super) fn appended(
        &mut self,
        call: u64,
        appending: Appending,
        made: MadeAct,
        tries: u8,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let own = LogId::from(self.open_mut()?.engine.account());
        let kind = match made.statement.log == own {
            true => LogKind::Account,
            false => LogKind::Space,
        };
        if let Appending::Rekey { space } = &appending {
            let space = *space;
            self.open_mut()?.book.rekeyed(space);
        }
        if let Ok(response) = result
            && response.status == 409
            && tries < APPEND_TRIES
        {
            let conflict: LogConflict =
                serde_json::from_slice(&response.body).map_err(|_| problem_of(result))?;
            let statements = conflict.statements.iter().map(decode::<LogStatement>);
            let statements = statements.collect::<Result<Vec<_>, _>>()?;
            self.take_quicker(&statements, result)?;
            // Only a space that the resolution says something of has moved on: it is made anew.
            let elsewhere = |log: LogId| {
                !statements.is_empty() && statements.iter().all(|statement| statement.log != log)
            };
            if let Appending::Resolve { log, .. } = &appending
                && !elsewhere(*log)
            {
                return self.resolve_overtaken(*log, &statements);
            }
            if self.successor_is_enrolled() && matches!(appending, Appending::Successor { .. }) {
                // The box had taken it before, and its answer was lost.
                self.successor_asked(true);
                return Ok(());
            }
            return self.try_append(call, appending, tries + 1);
        }
        done(result)?;
        self.take_statement(kind, &made.statement)?;
        let (open, mut out) = self.open_with_outside()?;
        let tampered = |_| Problem::from(ProblemCode::Tampered);
        if let Some(secret) = made.account_secret {
            open.engine
                .take_account_secret(secret, &mut out)
                .map_err(tampered)?;
        }
        if let Some((space, secret)) = made.space_secret {
            open.engine
                .take_space_secret(space, secret, &mut out)
                .map_err(tampered)?;
        }
        match appending {
            Appending::Device { transcript, .. } => self.device_named(call, &transcript),
            Appending::Method {
                keys,
                sealed,
                upload,
                ..
            } => self.method_added(call, &keys, &sealed, &upload)?,
            Appending::Revoke { .. } | Appending::Admit { .. } => {
                self.answer(call, Ok(Reply::Done));
            }
            Appending::Rekey { .. } => {}
            Appending::AddMember { account, .. } => {
                self.person_added(account)?;
                self.answer(call, Ok(Reply::Done));
            }
            Appending::SetRole { .. } | Appending::RemoveMember { .. } => {
                self.answer(call, Ok(Reply::Done));
            }
            Appending::Erase { space, changes } => {
                let named = changes + named_by(&made.statement);
                self.erase_on(call, space, named);
            }
            Appending::Successor { .. } => self.successor_asked(true),
            Appending::Resolve { .. } => self.resolve_over(Ok(())),
        }
        Ok(())
    }

    /// Takes the statements of those who were quicker: of the log that was written to, of the account
    /// from an older head of which a space's statement was signed, or of the spaces that a revocation
    /// says something of.
    fn take_quicker(
        &mut self,
        statements: &[LogStatement],
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let engine = &self.open_mut()?.engine;
        let own = LogId::from(engine.account());
        let placed: Vec<(LogId, &LogStatement)> = statements
            .iter()
            .map(|statement| (log_of(statement), statement))
            .collect();
        let spaces: BTreeSet<LogId> = placed.iter().map(|(log, _)| *log).collect();
        for space in spaces.into_iter().filter(|log| *log != own) {
            if engine.space_log(space.into()).is_none() {
                // Begun elsewhere a moment ago, and not here yet.
                return Err(problem_of(result));
            }
            let its = placed.iter().filter(|(log, _)| *log == space);
            let wanted = engine.accounts_wanted(its.map(|(_, statement)| *statement));
            if !wanted.is_empty() {
                // Somebody came in meanwhile whose log has to come first.
                self.open_mut()?.book.meet_first(&wanted, space.into());
                return Err(problem_of(result));
            }
        }
        for (log, statement) in placed {
            let kind = match log == own {
                true => LogKind::Account,
                false => LogKind::Space,
            };
            self.take_statement(kind, statement)?;
        }
        Ok(())
    }

    /// Takes a statement into the engine.
    pub(crate) fn take_statement(
        &mut self,
        kind: LogKind,
        statement: &LogStatement,
    ) -> Result<(), Problem> {
        let (open, mut out) = self.open_with_outside()?;
        open.engine
            .apply_statement(kind, statement, &mut out)
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        Ok(())
    }
}

/// Makes the statement that is to be appended, as the logs stand now.
fn make(
    open: &Open,
    appending: &Appending,
    at_ms: u64,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<(Act, MadeAct), Problem> {
    let engine = &open.engine;
    // Nothing is sealed to anybody by a log that has two histories.
    let frozen = engine.frozen_logs();
    let halts = |log: LogId| frozen.contains(&log);
    let waits = match appending {
        Appending::Resolve { .. } => false,
        Appending::Rekey { space }
        | Appending::Erase { space, .. }
        | Appending::AddMember { space, .. }
        | Appending::SetRole { space, .. }
        | Appending::RemoveMember { space, .. } => engine.is_space_frozen(*space),
        _ => halts(engine.account().into()),
    };
    if waits {
        return Err(ProblemCode::Frozen.into());
    }
    let secret = || engine.account_secret().ok_or(ProblemCode::WrongPhase);
    let end = engine.account_end();
    let malformed = |_| Problem::from(ProblemCode::Malformed);
    let (act, account_secret, space_secret) = match appending {
        Appending::Device { transcript, class } => (
            approve::add_device_act(open, transcript, *class, at_ms, rng)?,
            None,
            None,
        ),
        Appending::Method {
            kind, keys, sealed, ..
        } => {
            let act = acts::add_method(
                &end,
                engine.device_keys(),
                secret()?,
                keys.public(),
                *kind,
                sealed.hash(),
                at_ms,
                rng,
            )
            .map_err(malformed)?;
            (act, None, None)
        }
        Appending::Successor { keys } => {
            let class = engine
                .account_log()
                .device(engine.device())
                .ok_or(ProblemCode::WrongPhase)?
                .class;
            let act = match open.acting_method() {
                Some(method) => acts::add_device(&end, method, secret()?, keys, class, at_ms, rng),
                None => {
                    let device = engine.device_keys();
                    acts::add_device(&end, device, secret()?, keys, class, at_ms, rng)
                }
            };
            (act.map_err(malformed)?, None, None)
        }
        Appending::Revoke { targets } => {
            let log = engine.account_log();
            let known = |target: &SignerId| log.active_signer(*target).is_some();
            if !targets.iter().all(known) {
                return Err(ProblemCode::NotFound.into());
            }
            let stay = stayers(log, targets);
            if stay.is_empty() {
                return Err(ProblemCode::LastWay.into());
            }
            let devices: Vec<DeviceId> = targets
                .iter()
                .map(|target| DeviceId::from(*target))
                .filter(|device| log.device(*device).is_some())
                .collect();
            let (cuts, logs) = (engine.cuts_for(&devices), engine.log_cuts(log));
            let (act, next) = acts::revoke(
                &end,
                engine.device_keys(),
                secret()?,
                targets.clone(),
                cuts,
                logs,
                &stay,
                at_ms,
                rng,
            )
            .map_err(malformed)?;
            (act, Some(next), None)
        }
        Appending::Rekey { space } => {
            let mut out = Outside { now_ms: at_ms, rng };
            let (act, next) = engine
                .make_rekey(*space, &mut out)
                .map_err(|_| Problem::from(ProblemCode::Frozen))?;
            (act, None, Some((*space, next)))
        }
        Appending::AddMember {
            space,
            account,
            role,
        } => {
            let mut out = Outside { now_ms: at_ms, rng };
            let act = engine.make_add_member(*space, *account, *role, &mut out)?;
            (act, None, None)
        }
        Appending::SetRole {
            space,
            account,
            role,
        } => {
            let out = Outside { now_ms: at_ms, rng };
            let act = engine.make_set_role(*space, *account, *role, &out)?;
            (act, None, None)
        }
        Appending::RemoveMember { space, account } => {
            let mut out = Outside { now_ms: at_ms, rng };
            let (act, next) = engine.make_remove_member(*space, *account, &mut out)?;
            (act, None, Some((*space, next)))
        }
        Appending::Admit { incarnation } => {
            let out = Outside { now_ms: at_ms, rng };
            (
                engine.make_admit_incarnation(*incarnation, &out),
                None,
                None,
            )
        }
        Appending::Erase { space, .. } => {
            let out = Outside { now_ms: at_ms, rng };
            let act = engine.make_erasure(*space, &out);
            (act.ok_or(ProblemCode::NotFound)?, None, None)
        }
        Appending::Resolve {
            log,
            keep,
            remove,
            secret,
        } => {
            let resolution = Resolution {
                log: *log,
                keep: *keep,
                remove: remove.clone(),
                secret,
                method: open.acting_method(),
            };
            let mut out = Outside { now_ms: at_ms, rng };
            let made = engine.make_resolve(resolution, &mut out);
            let (act, next) = made.map_err(|error| match error {
                EngineError::Sealed => ProblemCode::LastWay.into(),
                other => Problem::from(other),
            })?;
            match next {
                BranchSecret::Account(secret) => (act, Some(secret), None),
                BranchSecret::Space(secret) => (act, None, Some(((*log).into(), secret))),
            }
        }
    };
    debug_assert!(
        after(&act).sequence >= 1,
        "a later statement follows the first"
    );
    let made = MadeAct {
        statement: act.statement.clone(),
        account_secret,
        space_secret,
    };
    Ok((act, made))
}

/// The log of a statement. The first one of a log names none: it is called by that one's hash.
fn log_of(statement: &LogStatement) -> LogId {
    if !statement.log.is_zero() {
        return statement.log;
    }
    let kind = match statement.signer_account.is_zero() {
        true => LogKind::Account,
        false => LogKind::Space,
    };
    LogId::new(statement.hash(kind).first_16())
}

/// How many changes an erasure names.
fn named_by(statement: &LogStatement) -> u32 {
    match SpaceBody::from_bytes(&statement.body) {
        Ok(SpaceBody::Erasure { erased, .. }) => u32::try_from(erased.len()).unwrap_or(u32::MAX),
        _ => 0,
    }
}

/// Where a log stands after an act.
pub(crate) fn after(act: &Act) -> LogEnd {
    let head = act.statement.hash(act.kind);
    let log = if act.statement.sequence == 0 {
        lifeos_protocol::LogId::new(head.first_16())
    } else {
        act.statement.log
    };
    LogEnd {
        log,
        sequence: act.statement.sequence,
        head,
    }
}

/// An act as it is appended at the box.
pub(crate) fn append_of(act: &Act, method: Option<MethodUpload>) -> LogAppend {
    LogAppend {
        statement: Binary::of(&act.statement),
        wraps: act.wraps.iter().map(Binary::of).collect(),
        previous: act
            .previous
            .as_ref()
            .map(|previous| Binary(previous.to_bytes())),
        method,
    }
}
