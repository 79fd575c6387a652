//! Two valid histories of a log: what they say, and the keeping of one by a person. The statement is
//! made on the branch that is kept, taken by the box as any other, and taken in here only then: cut
//! anywhere, the log is frozen as before or what the box took is fetched.

mod view;

use lifeos_crypto::MethodKeys;
use lifeos_protocol::api::WrapList;
use lifeos_protocol::log::{LogKind, LogStatement};
use lifeos_protocol::wrap::Wrap;
use lifeos_protocol::{Hash, LogId, SignerId};

use super::effect::{HttpFailure, HttpResponse};
use super::link::{Waiting, body_of};
use super::material::{decode, newest_secret};
use super::methods::{Appending, Asked};
use super::sync::Step;
use super::unlock::{open_by_kit, open_by_passkey};
use super::{Client, State};
use crate::BranchSecret;
use crate::api::{ForkKey, ForkResolver, Problem, ProblemCode, Reply};

/// A fork that a person settles, and the call that waits for it.
pub(crate) struct Resolving {
    call: u64,
    log: LogId,
    keep: Hash,
    remove: Vec<SignerId>,
}

impl Client {
    pub(crate) fn forks(&mut self, call: u64) -> Result<(), Problem> {
        let reached = self.link.reached;
        let forks = self.open_mut()?.forks(reached);
        self.answer(call, Ok(Reply::Forks { forks }));
        Ok(())
    }

    pub(crate) fn resolve_fork(
        &mut self,
        call: u64,
        log: &str,
        keep: &str,
        remove: &[String],
        by: Option<&ForkKey>,
    ) -> Result<(), Problem> {
        let not_found = || Problem::from(ProblemCode::NotFound);
        let log = log.parse::<LogId>().map_err(|_| not_found())?;
        let keep = keep.parse::<Hash>().map_err(|_| not_found())?;
        let remove = remove
            .iter()
            .map(|id| id.parse::<SignerId>().map_err(|_| not_found()))
            .collect::<Result<Vec<_>, _>>()?;
        let State::Open(open) = &self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let engine = &open.engine;
        if open.resolving.is_some() {
            return Err(ProblemCode::WrongPhase.into());
        }
        if !engine.frozen_logs().contains(&log) {
            return Err(not_found());
        }
        let method = if log == engine.account().into() {
            let branch = engine.account_branch(&keep).ok_or_else(not_found)?;
            let method = self.method_of(by.ok_or(ProblemCode::StepUpNeeded)?)?;
            if branch.active_signer(method.id().into()).is_none() {
                return Err(ProblemCode::NotInHistory.into());
            }
            Some(Box::new(method))
        } else {
            let space = log.into();
            let branch = engine.space_branch(space, &keep).ok_or_else(not_found)?;
            match open.space_resolver(&branch) {
                ForkResolver::ThisDevice => None,
                ForkResolver::AccountFirst => return Err(ProblemCode::Frozen.into()),
                _ => return Err(ProblemCode::NotYours.into()),
            }
        };
        if !self.link.reached {
            return Err(ProblemCode::Offline.into());
        }
        let open = self.open_mut()?;
        if method.is_some() {
            open.method = method;
        }
        open.resolving = Some(Resolving {
            call,
            log,
            keep,
            remove,
        });
        // A pull that a fork stopped is tried again after a while; this is asked for now.
        self.timers.hasten(self.now.monotonic_ms);
        self.woken();
        Ok(())
    }

    /// Opens a method's own keys, by what the person has just shown.
    fn method_of(&self, by: &ForkKey) -> Result<MethodKeys, Problem> {
        let vault = self.vault.as_ref().ok_or(ProblemCode::WrongPhase)?;
        let (_, method) = match by {
            ForkKey::Passkey { credential_id, prf } => open_by_passkey(vault, credential_id, prf)?,
            ForkKey::Kit { code } => open_by_kit(vault, code)?,
        };
        Ok(method)
    }

    /// The step is due and nothing else runs.
    pub(crate) fn resolve(&mut self) {
        if let State::Open(open) = &mut self.state
            && let Some(resolving) = &open.resolving
        {
            open.as_method = resolving.log == open.engine.account().into();
            if open.as_method {
                self.end_session();
            }
        }
        let tried = self.try_resolve();
        self.resolve_goes_on(tried);
    }

    /// Appends the statement, once the secret of the branch is here.
    fn try_resolve(&mut self) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let resolving = open.resolving.as_ref().ok_or(ProblemCode::WrongPhase)?;
        let (log, keep, engine) = (resolving.log, resolving.keep, &open.engine);
        let (secret, recipient) = if log == engine.account().into() {
            let branch = engine.account_branch(&keep).ok_or(ProblemCode::NotFound)?;
            let method = open.method.as_ref().ok_or(ProblemCode::WrongPhase)?;
            let secret = engine.account_secret_on(&branch).map(BranchSecret::Account);
            (secret, method.id().to_hex())
        } else {
            let branch = engine.space_branch(log.into(), &keep);
            let branch = branch.ok_or(ProblemCode::NotFound)?;
            let secret = engine.space_secret_on(&branch).map(BranchSecret::Space);
            (secret, engine.account().to_hex())
        };
        match secret {
            Some(secret) => self.append_resolve(secret),
            None => {
                let path = format!("/api/v1/logs/{log}/wraps?recipient={recipient}");
                self.signed_list(path, Waiting::Methods(Asked::BranchKeys));
                Ok(())
            }
        }
    }

    /// The box gave the keys of a branch that this device did not follow.
    pub(crate) fn branch_keys_told(&mut self, result: &Result<HttpResponse, HttpFailure>) {
        let opened = self.open_branch(result);
        let tried = opened.and_then(|secret| self.append_resolve(secret));
        self.resolve_goes_on(tried);
    }

    fn open_branch(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<BranchSecret, Problem> {
        let list: WrapList = body_of(result)?;
        let open = self.open_mut()?;
        let resolving = open.resolving.as_ref().ok_or(ProblemCode::WrongPhase)?;
        let (log, keep, engine) = (resolving.log, resolving.keep, &open.engine);
        // A box that goes on with another history has no keys of this one.
        let other = || Problem::from(ProblemCode::OtherHistory);
        if log == engine.account().into() {
            let branch = engine.account_branch(&keep).ok_or(ProblemCode::NotFound)?;
            let method = open.method.as_deref().ok_or(ProblemCode::WrongPhase)?;
            let secret = newest_secret(&branch, &list.wraps, method).map_err(|_| other())?;
            return Ok(BranchSecret::Account(secret));
        }
        let branch = engine.space_branch(log.into(), &keep);
        let branch = branch.ok_or(ProblemCode::NotFound)?;
        let wraps = list.wraps.iter().map(decode::<Wrap>);
        let wraps = wraps.collect::<Result<Vec<_>, _>>()?;
        let secret = engine
            .open_space_branch(&branch, &wraps)
            .ok_or_else(other)?;
        Ok(BranchSecret::Space(secret))
    }

    fn append_resolve(&mut self, secret: BranchSecret) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let resolving = open.resolving.as_ref().ok_or(ProblemCode::WrongPhase)?;
        let appending = Appending::Resolve {
            log: resolving.log,
            keep: resolving.keep,
            remove: resolving.remove.clone(),
            secret: Box::new(secret),
        };
        self.try_append(0, appending, 0)
    }

    /// The box had moved on: on the branch that is kept, so that the statement is made anew; on
    /// another, so that a person decides again; or another device has settled it.
    pub(crate) fn resolve_overtaken(
        &mut self,
        log: LogId,
        statements: &[LogStatement],
    ) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let kind = match log == open.engine.account().into() {
            true => LogKind::Account,
            false => LogKind::Space,
        };
        let resolving = open.resolving.as_mut().ok_or(ProblemCode::WrongPhase)?;
        let (engine, keep) = (&open.engine, resolving.keep);
        let at_box = statements.last().map(|last| last.hash(kind));
        let goes_on = at_box.filter(|head| *head != keep && engine.is_on_branch(log, head, &keep));
        let is_kept = engine.is_on_line(log, &keep);
        match goes_on {
            Some(head) => {
                resolving.keep = head;
                self.try_resolve()
            }
            None if is_kept && !engine.frozen_logs().contains(&log) => {
                self.resolve_over(Ok(()));
                Ok(())
            }
            None => Err(ProblemCode::OtherHistory.into()),
        }
    }

    pub(crate) fn resolve_goes_on(&mut self, tried: Result<(), Problem>) {
        if tried.is_err() {
            self.resolve_over(tried);
        }
    }

    /// It is settled, or it is not: the session is this device's again, and everything is looked
    /// at anew.
    pub(crate) fn resolve_over(&mut self, result: Result<(), Problem>) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        open.book.ended(Step::Resolve);
        let Some(Resolving { call, .. }) = open.resolving.take() else {
            return;
        };
        if result.is_err() {
            open.method = None;
        }
        if std::mem::take(&mut open.as_method) {
            self.end_session();
        }
        self.look_at_logs_again();
        self.answer(call, result.map(|()| Reply::Done));
    }

    fn look_at_logs_again(&mut self) {
        if let State::Open(open) = &mut self.state {
            let spaces: Vec<_> = open.engine.spaces().collect();
            open.book.begin(&spaces);
        }
        self.link.halted = false;
    }
}
