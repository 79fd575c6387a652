//! What the box told at each step of catching up.

use std::collections::BTreeSet;

use lifeos_protocol::api::{BoxAlarmRow, LogPage, Pushed, SpaceList, WrapList};
use lifeos_protocol::box_log;
use lifeos_protocol::codec::{Reader, Wire};
use lifeos_protocol::log::{LogKind, LogRefusal, LogStatement};
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{Code, LogId, SpaceId};

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::link::{body_of, problem_of};
use super::super::material::decode;
use super::super::{Client, State};
use super::{Asked, Book, Step};
use crate::api::{BoxAlarm, BoxAlarmKind, Problem, ProblemCode};
use crate::{Cause, EngineError, Outside};

impl Book {
    /// Notes how far a log is that is read again, or that it has to be: its next statement here
    /// does not follow the last one here.
    fn read_page(
        &mut self,
        log: LogId,
        kind: LogKind,
        page: &[LogStatement],
        more: bool,
        taken: &Result<(), EngineError>,
    ) {
        let last = page.last();
        if matches!(taken, Err(EngineError::Statement(LogRefusal::Gap))) {
            self.again.insert(log, None);
        } else if more && let Some(at) = self.again.get_mut(&log) {
            *at = last.map(|last| last.sequence);
        } else if self.again.remove(&log).is_some()
            && let Some(last) = last
        {
            self.ends.insert(log, last.hash(kind));
        }
    }
}

impl Client {
    pub(super) fn log_told(
        &mut self,
        kind: LogKind,
        space: Option<SpaceId>,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let mut page: LogPage = body_of(result)?;
        let mut statements = page
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
        let log = space.map_or(LogId::from(open.engine.account()), LogId::from);
        if let Some(space) = space {
            if open.engine.space_log(space).is_none() {
                let whole = open
                    .book
                    .gather(space, std::mem::take(&mut statements), page.more);
                let Some(whole) = whole else {
                    return Ok(());
                };
                statements = whole;
                page.more = false;
            }
            let wanted = open.engine.accounts_wanted(&statements);
            if !wanted.is_empty() {
                let come = open.book.meet_first(&wanted, space);
                return come.then_some(()).ok_or(ProblemCode::Tampered.into());
            }
            if open.engine.space_log(space).is_none() {
                if !open.takes_in(space, &statements) {
                    return Ok(());
                }
                open.book.due.insert(Step::Pull(space));
            }
        }
        let taken = match space {
            Some(space) => open.engine.add_space(space, &statements, &mut out),
            None => statements.iter().try_for_each(|statement| {
                let taken = open.engine.apply_statement(kind, statement, &mut out);
                taken.map(|_| ())
            }),
        };
        open.book
            .read_page(log, kind, &statements, page.more, &taken);
        if let Err(EngineError::Statement(LogRefusal::AccountHeadUnknown)) = taken {
            let account = open.engine.account().into();
            open.book.read_logs_again(account, log.into());
        }
        taken.map_err(|_| Problem::from(ProblemCode::Tampered))?;
        if page.more {
            open.book
                .due
                .insert(space.map_or(Step::AccountLog, Step::SpaceLog));
        }
        Ok(())
    }

    pub(super) fn spaces_told(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: SpaceList = body_of(result)?;
        let open = self.open_mut()?;
        open.box_alarms = list
            .alarms
            .iter()
            .filter_map(box_alarm)
            .take(BOX_ALARMS)
            .collect();
        for space in list.spaces {
            if !open.engine.is_member(space) {
                open.book.due.insert(Step::SpaceLog(space));
            }
        }
        Ok(())
    }

    pub(super) fn wraps_told(
        &mut self,
        log: LogId,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: WrapList = body_of(result)?;
        let (open, mut out) = self.open_with_outside()?;
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
        // What had waited for a key may have been folded with it.
        open.engine.refresh_views(false, &mut out);
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
                if received.stopped == Some(Cause::LogWithheld) {
                    let account = open.engine.account().into();
                    open.book.read_logs_again(account, *space);
                }
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

    pub(super) fn pull_ended(
        &mut self,
        space: SpaceId,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        if let Ok(response) = result
            && response.status == 200
            && !response.body.is_empty()
        {
            self.pulled_piece(&Asked::Pull(space), &response.body);
        }
        let (open, mut out) = self.open_with_outside()?;
        let complete = std::mem::take(&mut open.book.complete);
        let stopped = open.book.stopped;
        open.engine.end_pull(space);
        open.engine.refresh_views(false, &mut out);
        match result {
            // Broken off here.
            Err(_) if stopped => {
                self.link.reached = true;
                Err(ProblemCode::Offline.into())
            }
            Ok(response) if response.status == 200 && complete => {
                let standing = open.engine.standing(space);
                let completed = standing.map_or(0, |standing| standing.completed);
                if !open.book.lacks_what_was_pushed(space, completed) {
                    return Ok(());
                }
                self.cursor_refused(space, Cause::CursorBehind);
                self.back_off();
                self.link.reached = true;
                Err(ProblemCode::Offline.into())
            }
            // What was served ends with the removal of this person: there is no more to come.
            Ok(response) if response.status == 200 && !stopped && !open.engine.is_member(space) => {
                Ok(())
            }
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

    pub(super) fn pushed(
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
                let at = (pushed.incarnation, pushed.sequence);
                open.book.pushed.insert(space, at);
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
                    // The box is full: offered again after the wait, as often as it takes.
                    507 => engine.raise(Cause::Refused, space, &mut out),
                    400 | 413 | 422 => {
                        let code = problem.detail.clone().unwrap_or_else(|| status.to_string());
                        let _refused = engine.push_refused(space, &code, &mut out);
                    }
                    _ => {}
                }
                Err(problem)
            }
        }
    }
}

/// As many alarms of a box as there can be, and some; a box that says more is not listened to.
const BOX_ALARMS: usize = 16;

/// What the box says is wrong with it. Nothing, if it is of a kind that only a newer app knows.
fn box_alarm(row: &BoxAlarmRow) -> Option<BoxAlarm> {
    let kind = match box_log::BoxAlarm::from_code(row.alarm).ok()? {
        box_log::BoxAlarm::Slow => BoxAlarmKind::Slow,
        box_log::BoxAlarm::Failing => BoxAlarmKind::Failing,
        box_log::BoxAlarm::Queue => BoxAlarmKind::Queue,
        box_log::BoxAlarm::Disk => BoxAlarmKind::Disk,
        box_log::BoxAlarm::Busy => BoxAlarmKind::Busy,
        box_log::BoxAlarm::Clock => BoxAlarmKind::Clock,
        box_log::BoxAlarm::Heat => BoxAlarmKind::Heat,
        box_log::BoxAlarm::DiskHealth => BoxAlarmKind::DiskHealth,
        box_log::BoxAlarm::Power => BoxAlarmKind::Power,
    };
    Some(BoxAlarm {
        kind,
        since_ms: row.since_ms as f64,
    })
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
