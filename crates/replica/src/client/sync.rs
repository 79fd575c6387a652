//! The order in which a device catches up with the box: logs before keys, keys before changes,
//! what is to be re-keyed before what waits in the outbox. One step at a time; what fails is done
//! again after a wait.

use std::collections::BTreeSet;

use lifeos_protocol::api::{LogPage, Pushed, Revoked, SpaceList, WrapList};
use lifeos_protocol::codec::{Reader, Wire};
use lifeos_protocol::log::{LogKind, LogStatement};
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{Code, LogId, SpaceId};

use super::effect::{HttpFailure, HttpResponse};
use super::link::{Tail, Waiting, body_of, problem_of};
use super::material::decode;
use super::{Client, State};
use crate::api::{Problem, ProblemCode};
use crate::{Cause, Outside};

/// One step of catching up. Their order is the order in which they are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    AccountLog,
    Spaces,
    SpaceLog(SpaceId),
    AccountWraps,
    SpaceWraps(SpaceId),
    Rekey(SpaceId),
    Pull(SpaceId),
    Push(SpaceId),
}

/// What a step waits for.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    AccountLog,
    Spaces,
    SpaceLog(SpaceId),
    Wraps(LogId),
    Pull(SpaceId),
    Push { space: SpaceId, last: u64 },
}

/// What is due and what runs.
#[derive(Default)]
pub(crate) struct Book {
    due: BTreeSet<Step>,
    running: Option<Step>,
    /// Secrets that the box did not have when last asked.
    unfound: BTreeSet<(LogId, u32)>,
    begun: bool,
    /// The pull under way has had its complete mark.
    complete: bool,
    /// The pull under way was stopped: the rest of its answer is thrown away.
    stopped: bool,
}

impl Book {
    /// Everything is to be fetched (again).
    fn begin(&mut self, spaces: impl Iterator<Item = SpaceId>) {
        self.begun = true;
        self.unfound.clear();
        self.due.extend([Step::AccountLog, Step::Spaces]);
        for space in spaces {
            self.due.extend([Step::SpaceLog(space), Step::Pull(space)]);
        }
    }

    /// A re-key is through, well or not.
    pub(crate) fn rekeyed(&mut self, space: SpaceId) {
        if self.running == Some(Step::Rekey(space)) {
            self.running = None;
        }
    }
}

impl Client {
    /// Starts the next step, if one is due and none runs.
    pub(crate) fn sync(&mut self) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        if open.book.running.is_some() || self.now.monotonic_ms < self.link.retry_at_ms {
            return;
        }
        if !open.book.begun {
            let spaces: Vec<SpaceId> = open.engine.spaces().collect();
            open.book.begin(spaces.into_iter());
        }
        if open.engine.is_revoked() {
            self.revoked();
            return;
        }
        let Some(step) = self.next_step() else {
            let open_tail = self.link.tail == Tail::Open;
            if self.link.reached && open_tail {
                self.link.caught_up = true;
            }
            return;
        };
        if let State::Open(open) = &mut self.state {
            open.book.due.remove(&step);
            open.book.running = Some(step);
        }
        if self.start(step).is_err()
            && let State::Open(open) = &mut self.state
        {
            open.book.running = None;
        }
        self.open_tail();
    }

    fn next_step(&mut self) -> Option<Step> {
        let State::Open(open) = &mut self.state else {
            return None;
        };
        let (engine, book) = (&mut open.engine, &open.book);
        let account = LogId::from(engine.account());
        let mut steps = book.due.clone();
        for wanted in engine.wraps_wanted() {
            if book.unfound.contains(&(wanted.log, wanted.epoch)) {
                continue;
            }
            steps.insert(if wanted.log == account {
                Step::AccountWraps
            } else {
                Step::SpaceWraps(wanted.log.into())
            });
        }
        steps.extend(engine.rekeys_due().into_iter().map(Step::Rekey));
        if let Some(first) = steps.first() {
            return Some(*first);
        }
        let spaces: Vec<SpaceId> = engine.spaces().collect();
        spaces
            .into_iter()
            .find(|space| matches!(engine.next_push(*space), Ok(Some(_))))
            .map(Step::Push)
    }

    fn start(&mut self, step: Step) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let engine = &mut open.engine;
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let (path, asked) = match step {
            Step::AccountLog => {
                let end = engine.account_end();
                (
                    format!("/api/v1/logs/{}?after={}", end.log, end.sequence),
                    Asked::AccountLog,
                )
            }
            Step::Spaces => ("/api/v1/spaces".to_owned(), Asked::Spaces),
            Step::SpaceLog(space) => {
                let after = engine
                    .space_end(space)
                    .map_or_else(String::new, |end| format!("?after={}", end.sequence));
                (
                    format!("/api/v1/logs/{space}{after}"),
                    Asked::SpaceLog(space),
                )
            }
            Step::AccountWraps => {
                let (log, device) = (LogId::from(engine.account()), engine.device());
                (
                    format!("/api/v1/logs/{log}/wraps?recipient={device}"),
                    Asked::Wraps(log),
                )
            }
            Step::SpaceWraps(space) => {
                let (log, account) = (LogId::from(space), engine.account());
                (
                    format!("/api/v1/logs/{log}/wraps?recipient={account}"),
                    Asked::Wraps(log),
                )
            }
            Step::Pull(space) => {
                open.book.stopped = false;
                let cursor = engine
                    .begin_pull(space, &mut out)
                    .map_err(|_| Problem::from(ProblemCode::NotFound))?;
                let after = cursor.map_or_else(String::new, |cursor| format!("after={cursor}&"));
                let (account, held) = (engine.account_end(), engine.space_end(space));
                let held =
                    held.map_or_else(String::new, |end| format!(",{}.{}", end.log, end.sequence));
                let logs = format!("logs={}.{}{held}", account.log, account.sequence);
                let path = format!("/api/v1/spaces/{space}/changes?{after}{logs}");
                self.signed_stream(path, Waiting::Sync(Asked::Pull(space)));
                return Ok(());
            }
            Step::Push(space) => {
                let push = engine
                    .next_push(space)
                    .ok()
                    .flatten()
                    .ok_or(ProblemCode::NotFound)?;
                let asked = Asked::Push {
                    space,
                    last: push.last,
                };
                self.signed_batch(space, push.bytes, Waiting::Sync(asked));
                return Ok(());
            }
            Step::Rekey(space) => return self.rekey(space),
        };
        self.signed("GET", path, None, Waiting::Sync(asked));
        Ok(())
    }

    pub(crate) fn sync_answered(
        &mut self,
        asked: Asked,
        result: Result<HttpResponse, HttpFailure>,
    ) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        let step = open.book.running.take();
        let outcome = match asked {
            Asked::AccountLog => self.log_told(LogKind::Account, None, &result),
            Asked::SpaceLog(space) => self.log_told(LogKind::Space, Some(space), &result),
            Asked::Spaces => self.spaces_told(&result),
            Asked::Wraps(log) => self.wraps_told(log, &result),
            Asked::Pull(space) => self.pull_ended(space, &result),
            Asked::Push { space, last } => self.pushed(space, last, &result),
        };
        let Err(problem) = outcome else {
            return;
        };
        let State::Open(open) = &mut self.state else {
            return;
        };
        // Asked again after the wait that the link set, or at once in a new session.
        let again = !matches!(step, Some(Step::Push(_) | Step::Rekey(_)) | None);
        if again && let Some(step) = step {
            open.book.due.insert(step);
        }
        if problem.code != ProblemCode::Offline && self.link.retry_at_ms <= self.now.monotonic_ms {
            self.back_off();
            self.link.reached = true;
        }
    }

    fn log_told(
        &mut self,
        kind: LogKind,
        space: Option<SpaceId>,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let page: LogPage = body_of(result)?;
        let statements = page
            .statements
            .iter()
            .map(decode)
            .collect::<Result<Vec<LogStatement>, Problem>>()?;
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Ok(());
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let tampered = |_| Problem::from(ProblemCode::Tampered);
        match space {
            Some(space) => {
                open.engine
                    .add_space(space, &statements, &mut out)
                    .map_err(tampered)?;
            }
            None => {
                for statement in &statements {
                    open.engine
                        .apply_statement(kind, statement, &mut out)
                        .map_err(tampered)?;
                }
            }
        }
        if page.more {
            open.book
                .due
                .insert(space.map_or(Step::AccountLog, Step::SpaceLog));
        }
        if space.is_none() && !statements.is_empty() {
            self.refresh_ways();
        }
        Ok(())
    }

    fn spaces_told(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let list: SpaceList = body_of(result)?;
        let open = self.open_mut()?;
        for space in list.spaces {
            if open.engine.space_log(space).is_none() {
                open.book
                    .due
                    .extend([Step::SpaceLog(space), Step::Pull(space)]);
            }
        }
        Ok(())
    }

    fn wraps_told(
        &mut self,
        log: LogId,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: WrapList = body_of(result)?;
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Ok(());
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let wanted: BTreeSet<u32> = open
            .engine
            .wraps_wanted()
            .into_iter()
            .filter(|wanted| wanted.log == log)
            .map(|wanted| wanted.epoch)
            .collect();
        for bytes in &list.wraps {
            let wrap: Wrap = decode(bytes)?;
            if wanted.contains(&wrap.header.epoch) {
                // One that does not open is an alarm; the others may still do.
                let _opened = open.engine.receive_wrap(&wrap, &mut out);
            }
        }
        for bytes in list.previous.iter().rev() {
            let mut reader = Reader::new(&bytes.0);
            let tampered = |_| Problem::from(ProblemCode::Tampered);
            let epoch = reader.u32().map_err(tampered)?;
            let sealed = SealedPrevious::read(&mut reader).map_err(tampered)?;
            if epoch
                .checked_sub(1)
                .is_some_and(|before| wanted.contains(&before))
            {
                let _opened = open.engine.receive_previous(log, epoch, &sealed, &mut out);
            }
        }
        for still in open
            .engine
            .wraps_wanted()
            .into_iter()
            .filter(|still| still.log == log)
        {
            open.book.unfound.insert((still.log, still.epoch));
        }
        Ok(())
    }

    /// The next bytes of a pull.
    pub(crate) fn pulled_piece(&mut self, asked: &Asked, bytes: &[u8]) {
        let (Asked::Pull(space), State::Open(open)) = (asked, &mut self.state) else {
            return;
        };
        let mut out = Outside {
            now_ms: self.now.wall_ms,
            rng: &mut self.rng,
        };
        if open.book.stopped {
            return;
        }
        open.book.stopped = match open.engine.receive(*space, bytes, &mut out) {
            Ok(received) => {
                open.book.complete |= received.complete;
                received.stopped.is_some()
            }
            Err(_) => true,
        };
        self.link.halted = open.book.stopped;
    }

    /// Whether the rest of a streamed answer is still wanted. A host that can do so breaks the
    /// request off where it is not.
    #[must_use]
    pub fn wants_more(&self, token: u64) -> bool {
        let stopped = match &self.state {
            State::Open(open) => open.book.stopped,
            _ => true,
        };
        self.link.waits_at(token) && !stopped
    }

    fn pull_ended(
        &mut self,
        space: SpaceId,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        if let Ok(response) = result
            && response.status == 200
            && !response.body.is_empty()
        {
            let body = response.body.clone();
            self.pulled_piece(&Asked::Pull(space), &body);
        }
        let open = self.open_mut()?;
        let complete = std::mem::take(&mut open.book.complete);
        let stopped = open.book.stopped;
        open.engine.end_pull(space);
        match result {
            // Broken off here.
            Err(_) if stopped => {
                self.link.reached = true;
                Err(ProblemCode::Offline.into())
            }
            Ok(response) if response.status == 200 && complete => Ok(()),
            Ok(response) if response.status == 200 => {
                // Stopped or cut, though the box answered: asked again, and not at once.
                self.back_off();
                self.link.reached = true;
                Err(ProblemCode::Offline.into())
            }
            other => {
                let problem = problem_of(other);
                if let Some(cause) = refused_cursor(&problem) {
                    self.cursor_refused(space, cause);
                }
                Err(problem)
            }
        }
    }

    /// The box has less than it had, or another life of its store: nothing is taken back, and a
    /// person is told. Which life it leads now is asked for, so that an owner can admit it.
    fn cursor_refused(&mut self, space: SpaceId, cause: Cause) {
        let now_ms = self.now.wall_ms;
        if let State::Open(open) = &mut self.state {
            let mut out = Outside {
                now_ms,
                rng: &mut self.rng,
            };
            open.engine.raise(cause, space, &mut out);
        }
        self.link.halted = true;
        self.ask_box();
    }

    fn pushed(
        &mut self,
        space: SpaceId,
        last: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Ok(());
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let engine = &mut open.engine;
        match body_of::<Pushed>(result) {
            Ok(pushed) => {
                let through = pushed.counter.min(last);
                engine
                    .push_accepted(space, through, &mut out)
                    .map_err(|_| Problem::from(ProblemCode::NotFound))?;
                Ok(())
            }
            Err(problem) => {
                engine.push_unanswered(space);
                let status = result.as_ref().map_or(0, |response| response.status);
                match status {
                    // The logs or the epoch moved: fetch them and try again.
                    409 => {
                        open.book.due.extend([
                            Step::AccountLog,
                            Step::SpaceLog(space),
                            Step::Pull(space),
                        ]);
                    }
                    400 | 413 | 422 | 507 => {
                        let code = problem.detail.clone().unwrap_or_else(|| status.to_string());
                        let _refused = engine.push_refused(space, &code, &mut out);
                    }
                    _ => {}
                }
                Err(problem)
            }
        }
    }

    /// The tail brought a notice.
    pub(crate) fn notice(&mut self, bytes: &[u8]) {
        let Ok(notice) = Notice::from_bytes(bytes) else {
            return; // of a newer box: the next pull shows what it was about
        };
        let State::Open(open) = &mut self.state else {
            return;
        };
        let account = LogId::from(open.engine.account());
        match notice.kind {
            NoticeKind::Space => {
                open.book.due.insert(Step::Pull(notice.id.into()));
            }
            NoticeKind::Log if notice.id == *account.as_bytes() => {
                open.book.unfound.clear();
                open.book.due.extend([Step::AccountLog, Step::Spaces]);
            }
            NoticeKind::Log => {
                open.book.unfound.clear();
                open.book.due.insert(Step::SpaceLog(notice.id.into()));
            }
            NoticeKind::SessionEnded => {
                self.link.drop_session();
                open.book.due.insert(Step::AccountLog);
            }
            NoticeKind::Approval => self.approving_woken(),
        }
        self.link.caught_up = false;
    }

    pub(crate) fn tail_closed(&mut self) {
        let was = self.link.tail;
        self.link.tail = Tail::None;
        self.link.caught_up = false;
        if let State::Open(open) = &mut self.state {
            open.book.begun = false;
            if was != Tail::None {
                self.back_off();
            }
        }
    }

    /// The time has come, or the network has.
    pub(crate) fn woken(&mut self) {
        self.wake_at_ms = None;
        self.link.retry_at_ms = self.link.retry_at_ms.min(self.now.monotonic_ms);
        match &self.state {
            State::Empty if self.box_state.is_none() => self.ask_box(),
            State::Joining(_) => self.joining_woken(),
            State::Open(_) => self.approving_woken(),
            _ => {}
        }
    }

    /// The box refused the session of a revoked signer and gave the log in which that stands. It is
    /// judged as any other: only a verified revocation counts, never the box's word.
    pub(crate) fn heard_revocation(&mut self, body: &[u8]) {
        let Ok(revoked) = serde_json::from_slice::<Revoked>(body) else {
            return;
        };
        let end = match &self.state {
            State::Open(open) => open.engine.account_end().sequence as usize,
            _ => return,
        };
        for bytes in revoked.account_log.iter().skip(end + 1) {
            let taken = decode::<LogStatement>(bytes)
                .and_then(|statement| self.take_statement(LogKind::Account, &statement));
            if taken.is_err() {
                return; // an alarm tells
            }
        }
    }

    /// A verified statement revoked this device: its copy goes.
    fn revoked(&mut self) {
        self.erase();
        self.state = State::Revoked;
    }
}

/// What a refusal of a cursor says of the box.
fn refused_cursor(problem: &Problem) -> Option<Cause> {
    let code = problem.detail.as_deref()?;
    if code == Code::OtherIncarnation.as_str() {
        Some(Cause::NewIncarnation)
    } else if code == Code::CursorAhead.as_str() {
        Some(Cause::CursorBehind)
    } else {
        None
    }
}
