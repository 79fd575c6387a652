//! The order in which a device catches up with the box: logs before keys, keys before changes,
//! what is to be re-keyed before what waits in the outbox. One step at a time; what fails is done
//! again after a wait.

mod heard;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use lifeos_protocol::log::{LogKind, LogStatement};
use lifeos_protocol::{AccountId, Hash, IncarnationId, LogId, SpaceId};

use super::effect::{HttpFailure, HttpResponse};
use super::link::{Tail, Waiting};
use super::timers::Timer;
use super::{Client, State};
use crate::api::{Problem, ProblemCode};
use crate::{NewBodies, Outside};

/// Statements at most of a space's log that are kept before it is judged.
const MOST_GATHERED: usize = 64 << 10;

/// One step of catching up. Their order is the order in which they are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A person settles a fork.
    Resolve,
    AccountLog,
    /// The id of this device is another's too: the next one is enrolled.
    Enrol,
    Spaces,
    Invites,
    /// The log of another account that a space names, or that came in by an invitation.
    Meet(AccountId),
    SpaceLog(SpaceId),
    AccountWraps,
    SpaceWraps(SpaceId),
    Rekey(SpaceId),
    Pull(SpaceId),
    Push(SpaceId),
    Bodies(SpaceId),
}

/// What a step waits for.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    AccountLog,
    Spaces,
    Invites,
    Meet(AccountId),
    SpaceLog(SpaceId),
    Wraps(LogId),
    Pull(SpaceId),
    Push { space: SpaceId, last: u64 },
    Bodies { space: SpaceId, new: Box<NewBodies> },
}

/// What is due and what runs.
#[derive(Default)]
pub(crate) struct Book {
    due: BTreeSet<Step>,
    running: Option<Step>,
    /// Secrets that the box did not have when last asked.
    unfound: BTreeSet<(LogId, u32)>,
    /// Pages of the logs of spaces that are not here.
    gathered: BTreeMap<SpaceId, Vec<LogStatement>>,
    /// Accounts whose logs it did not give.
    unmet: BTreeSet<AccountId>,
    begun: bool,
    /// The pull under way has had its complete mark.
    complete: bool,
    /// The pull under way was stopped: the rest of its answer is thrown away.
    stopped: bool,
    /// The life of the box's store to which the pull under way belongs.
    pulls_from: Option<IncarnationId>,
    /// Logs that are read again from their first statement, and how far that is: one that is frozen
    /// or at odds with the box's may hide a branch behind what is known.
    again: BTreeMap<LogId, Option<u32>>,
    /// Where these end at the box.
    ends: BTreeMap<LogId, Hash>,
    /// The last sequence that the box gave to a change of this device, and in which of its lives.
    pushed: BTreeMap<SpaceId, (IncarnationId, u64)>,
}

impl Book {
    /// Everything is to be fetched (again).
    pub(crate) fn begin(&mut self, spaces: &[SpaceId]) {
        self.begun = true;
        self.look_again(spaces);
        self.due.extend(spaces.iter().copied().map(Step::SpaceLog));
        self.due.insert(Step::Invites);
    }

    /// News may be anywhere; a pull brings those of both logs.
    fn look_again(&mut self, spaces: &[SpaceId]) {
        self.unfound.clear();
        self.unmet.clear();
        self.due.extend([Step::AccountLog, Step::Spaces]);
        self.due.extend(spaces.iter().copied().map(Step::Pull));
    }

    /// A re-key is through, well or not.
    pub(crate) fn rekeyed(&mut self, space: SpaceId) {
        self.ended(Step::Rekey(space));
    }

    /// A step is through that waits for no answer of its own.
    pub(crate) fn ended(&mut self, step: Step) {
        if self.running == Some(step) {
            self.running = None;
        }
    }

    /// Whether the pull that ended at a sequence lacks what the box had acknowledged in the same
    /// life of its store: it was put back meanwhile.
    fn lacks_what_was_pushed(&self, space: SpaceId, completed: u64) -> bool {
        let pushed = self.pushed.get(&space);
        pushed
            .is_some_and(|(life, sequence)| self.pulls_from == Some(*life) && completed < *sequence)
    }

    /// A step is due.
    pub(crate) fn ask(&mut self, step: Step) {
        self.due.insert(step);
    }

    /// Keeps a page of the log of a space that is not here, until all of it has come.
    fn gather(
        &mut self,
        space: SpaceId,
        page: Vec<LogStatement>,
        more: bool,
    ) -> Option<Vec<LogStatement>> {
        let gathered = self.gathered.entry(space).or_default();
        gathered.extend(page);
        if more && gathered.len() < MOST_GATHERED {
            self.due.insert(Step::SpaceLog(space));
            return None;
        }
        self.gathered.remove(&space)
    }

    /// The logs of others come before the space's that names them. Tells whether they are to come:
    /// one that the box did not give is not asked for again before the next contact.
    pub(crate) fn meet_first(&mut self, wanted: &[AccountId], space: SpaceId) -> bool {
        if wanted.iter().any(|account| self.unmet.contains(account)) {
            return false;
        }
        self.due.extend(wanted.iter().copied().map(Step::Meet));
        self.due.insert(Step::SpaceLog(space));
        true
    }

    /// Both logs that a pull of a space follows are to be read again from their first statements.
    fn read_logs_again(&mut self, account: LogId, space: SpaceId) {
        self.again.extend([(account, None), (space.into(), None)]);
        self.due.extend([Step::AccountLog, Step::SpaceLog(space)]);
    }

    /// Behind which sequence a log is asked for next, where it is read again.
    fn read_again(&mut self, log: LogId, is_frozen: bool) -> Option<Option<u32>> {
        if is_frozen {
            self.again.entry(log).or_default();
        }
        self.again.get(&log).copied()
    }

    /// The head at which a log that is at odds with the one here ends at the box, as last told.
    pub(crate) fn head_at_box(&self, log: LogId) -> Option<Hash> {
        self.ends.get(&log).copied()
    }

    /// Whether nothing runs.
    pub(crate) fn rests(&self) -> bool {
        self.running.is_none()
    }
}

impl Client {
    /// Whether a pull is under way.
    pub(crate) fn is_pulling(&self) -> bool {
        matches!(&self.state, State::Open(open) if matches!(open.book.running, Some(Step::Pull(_))))
    }

    /// Starts the next step, if one is due and none runs.
    pub(crate) fn sync(&mut self) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        if open.book.running.is_some() || self.timers.waits(Timer::Retry) {
            return;
        }
        if !open.book.begun {
            let spaces: Vec<SpaceId> = open.engine.spaces().collect();
            for space in &spaces {
                // What the box refused is offered once at each new contact: it may be another
                // release by now, or have been wrong.
                open.engine.retry_refused(*space);
            }
            open.book.begin(&spaces);
        }
        if open.engine.is_revoked() {
            self.revoked();
            return;
        }
        let Some(step) = self.next_step() else {
            let open_tail = self.link.tail == Tail::Open;
            if self.link.reached && open_tail {
                self.link.caught_up = true;
                self.met_the_box();
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
        let enrols = self.may_enrol_successor();
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
        // The box has said what it has under an id that is to be retired.
        steps.retain(|step| !matches!(step, Step::Pull(space) if engine.has_diverged_in(*space)));
        if enrols {
            steps.insert(Step::Enrol);
        }
        if open.resolving.is_some() {
            steps.insert(Step::Resolve);
        }
        if let Some(first) = steps.first() {
            return Some(*first);
        }
        let spaces: Vec<SpaceId> = engine.spaces().collect();
        let push = spaces
            .iter()
            .find(|space| matches!(engine.next_push(**space), Ok(Some(_))));
        if let Some(space) = push {
            return Some(Step::Push(*space));
        }
        let has_bodies = |space: &&SpaceId| engine.new_bodies_reads(**space).is_some();
        spaces.iter().find(has_bodies).copied().map(Step::Bodies)
    }

    /// Bodies could not be read back: they are offered again with the next wish to sync.
    pub(crate) fn bodies_not_sent(&mut self) {
        self.back_off();
        if let State::Open(open) = &mut self.state {
            open.book.running = None;
        }
    }

    fn start(&mut self, step: Step) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (engine, book) = (&mut open.engine, &mut open.book);
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let (path, asked) = match step {
            Step::Resolve => {
                self.resolve();
                return Ok(());
            }
            Step::AccountLog => {
                let end = engine.account_end();
                let again = book.read_again(end.log, engine.account_log().is_frozen());
                let after = again.unwrap_or(Some(end.sequence));
                (path_of_log(end.log, after), Asked::AccountLog)
            }
            Step::Spaces => ("/api/v1/spaces".to_owned(), Asked::Spaces),
            Step::Invites => ("/api/v1/invites".to_owned(), Asked::Invites),
            Step::Meet(account) => {
                let known = engine.account_log_of(account).map(|log| log.sequence());
                (path_of_log(account.into(), known), Asked::Meet(account))
            }
            Step::SpaceLog(space) => {
                let frozen = engine.space_log(space).is_some_and(|log| log.is_frozen());
                let again = book.read_again(space.into(), frozen);
                let gathered = book.gathered.get(&space).and_then(|page| page.last());
                let end = engine.space_end(space).map(|end| end.sequence);
                let end = end.or(gathered.map(|last| last.sequence));
                let after = again.unwrap_or(end);
                (path_of_log(space.into(), after), Asked::SpaceLog(space))
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
                book.stopped = false;
                let cursor = engine
                    .begin_pull(space, &mut out)
                    .map_err(|_| Problem::from(ProblemCode::NotFound))?;
                book.pulls_from = cursor.map(|cursor| cursor.incarnation);
                let after = cursor.map_or_else(String::new, |cursor| format!("after={cursor}&"));
                let known = engine.logs_known(space).into_iter();
                let known: Vec<String> = known
                    .map(|(log, sequence)| format!("{log}.{sequence}"))
                    .collect();
                let logs = format!("logs={}", known.join(","));
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
            Step::Bodies(space) => return self.read_bodies(space),
            Step::Enrol => return self.enrol_successor(),
        };
        match asked {
            Asked::Spaces | Asked::Invites | Asked::Wraps(_) => {
                self.signed_list(path, Waiting::Sync(asked))
            }
            asked => self.signed("GET", path, None, Waiting::Sync(asked)),
        }
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
        open.look_after = true;
        let step = open.book.running.take();
        let outcome = match asked {
            Asked::AccountLog => self.log_told(LogKind::Account, None, &result),
            Asked::SpaceLog(space) => self.log_told(LogKind::Space, Some(space), &result),
            Asked::Spaces => self.spaces_told(&result),
            Asked::Invites => self.invites_told(&result),
            Asked::Meet(account) => self.account_told(account, &result),
            Asked::Wraps(log) => self.wraps_told(log, &result),
            Asked::Pull(space) => self.pull_ended(space, &result),
            Asked::Push { space, last } => self.pushed(space, last, &result),
            Asked::Bodies { space, new } => self.bodies_handed_over(space, &new, &result),
        };
        let Err(problem) = outcome else {
            return;
        };
        let State::Open(open) = &mut self.state else {
            return;
        };
        // Asked again after the wait that the link set, or at once in a new session.
        let again = !matches!(
            step,
            Some(Step::Resolve | Step::Push(_) | Step::Rekey(_) | Step::Enrol | Step::Bodies(_))
                | None
        );
        // What the box lists as a space and serves no space's log for keeps the others waiting no
        // longer; it is asked for again when it is listed again.
        let status = result.as_ref().map_or(0, |response| response.status);
        let no_log = matches!(status, 200 | 404);
        match step {
            Some(Step::SpaceLog(space)) if open.engine.space_log(space).is_none() && no_log => {
                open.book.due.remove(&Step::Pull(space));
            }
            Some(Step::Meet(account)) if no_log => {
                open.book.unmet.insert(account);
            }
            // Whoever is no member any more reads it no longer.
            Some(Step::SpaceLog(space)) if status == 404 && !open.engine.is_member(space) => {}
            Some(step) if again => {
                open.book.due.insert(step);
            }
            _ => {}
        }
        if problem.code != ProblemCode::Offline && !self.timers.waits(Timer::Retry) {
            self.back_off();
            self.link.reached = true;
        }
    }
}

/// Where the statements of a log behind a sequence are asked for; of none, the whole log.
fn path_of_log(log: LogId, after: Option<u32>) -> String {
    let after = after.map_or_else(String::new, |after| format!("?after={after}"));
    format!("/api/v1/logs/{log}{after}")
}
