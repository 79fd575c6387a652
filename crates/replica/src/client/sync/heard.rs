//! What a device hears without having asked: notices of the tail, that time has passed, that it
//! was revoked.

use lifeos_protocol::api::Revoked;
use lifeos_protocol::codec::Wire;
use lifeos_protocol::log::{LogKind, LogStatement};
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_protocol::{LogId, SpaceId};

use super::super::link::Tail;
use super::super::material::decode;
use super::super::timers::Timer;
use super::super::{Client, State};
use super::Step;

impl Client {
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
            NoticeKind::Approval => self.approval_moved(),
            NoticeKind::Invite => {
                open.book.due.insert(Step::Invites);
            }
        }
        self.link.caught_up = false;
    }

    /// The tail is open. Of what came to the box before, no notice told: what was fetched until now
    /// may lack it.
    pub(crate) fn tail_opened(&mut self) {
        self.link.tail = Tail::Open;
        self.link.caught_up = false;
        if let State::Open(open) = &mut self.state {
            let spaces: Vec<SpaceId> = open.engine.spaces().collect();
            open.book.look_again(&spaces);
            open.ways_at = None;
        }
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

    /// A time that was waited for has come, or the network has.
    pub(crate) fn woken(&mut self) {
        for timer in self.timers.take_due(self.now.monotonic_ms) {
            match timer {
                // What is due after every input anyway.
                Timer::Tick | Timer::Retry => {}
                Timer::Box => {
                    if matches!(self.state, State::Empty) && self.box_state.is_none() {
                        self.ask_box();
                    }
                }
                Timer::Approval => {
                    self.joining_woken();
                    self.approving_woken();
                }
            }
        }
    }

    /// The box refused the session of a revoked signer and gave the log in which that stands. It is
    /// judged as any other: only a verified revocation counts, never the box's word.
    pub(crate) fn heard_revocation(&mut self, body: &[u8]) {
        let Ok(revoked) = serde_json::from_slice::<Revoked>(body) else {
            return;
        };
        if !matches!(self.state, State::Open(_)) {
            return;
        }
        // All of it: another history may part from the one here before its end.
        for bytes in &revoked.account_log {
            let taken = decode::<LogStatement>(bytes)
                .and_then(|statement| self.take_statement(LogKind::Account, &statement));
            if taken.is_err() {
                return; // an alarm tells
            }
        }
    }

    /// A verified statement revoked this device: its copy goes.
    pub(super) fn revoked(&mut self) {
        self.erase();
        self.state = State::Revoked;
    }
}
