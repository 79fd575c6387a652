//! Joining an account in a browser that holds nothing: by a passkey, by a kit, or by the approval
//! of a device that is in. Whatever the way, this device ends up with keys of its own, named in
//! the account log, and takes nothing that this log does not carry.

mod by_approval;
mod by_method;

use lifeos_crypto::session::{self, NewSession};
use lifeos_crypto::{DeviceKeys, OpenError};
use lifeos_protocol::kit::KitAccount;
use lifeos_protocol::log::LogStatement;
use lifeos_protocol::session::Challenge;
use lifeos_protocol::words::{Shown, words};
use lifeos_protocol::{AccountId, SignerId};

use super::effect::{HttpFailure, HttpResponse};
use super::link::Waiting;
use super::material::OpenedAccount;
use super::timers::Timer;
use super::{Client, State};
use crate::api::{JoinStep, Problem, ProblemCode, Reply, SecretText};
use by_approval::Approval;

/// What a joining waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Challenge { call: u64 },
    Asserted { call: u64 },
    Lookup { call: u64 },
    Enrolled { call: u64 },
    Begun { call: u64 },
    Seen,
    Opened,
    Log,
    Wraps,
    Methods,
}

/// Joining under way.
pub(crate) struct Joining {
    device: DeviceKeys,
    device_name: String,
    way: Way,
}

enum Way {
    /// A passkey was asked for, and has answered.
    Passkey {
        answer: Option<(SecretText, Vec<u8>)>,
    },
    /// A kit was looked up.
    Kit {
        code: SecretText,
        account: Option<KitAccount>,
    },
    /// A method opened the account. `credential` is the passkey's id, empty for a kit.
    Method {
        opened: Box<OpenedAccount>,
        credential: Vec<u8>,
        confirmed: bool,
        enrolling: Option<LogStatement>,
    },
    /// Another device approves.
    Approval(Box<Approval>),
}

impl Joining {
    pub(crate) fn step(&self) -> JoinStep {
        match &self.way {
            Way::Passkey { .. } | Way::Kit { .. } => JoinStep::Fetching,
            Way::Method {
                confirmed: true, ..
            } => JoinStep::Fetching,
            Way::Method { opened, .. } => JoinStep::ConfirmKit {
                account_words: account_words(opened.log.account()),
                last_change_ms: None,
            },
            Way::Approval(approval) => match (&approval.transcript, &approval.account_name) {
                (None, _) => JoinStep::WaitingForApproval,
                (Some(transcript), None) => JoinStep::ShowCode {
                    code: transcript.code(),
                    account_words: account_words(transcript.answer().account),
                },
                (Some(_), Some(_)) if approval.confirmed => JoinStep::Fetching,
                (Some(transcript), Some(name)) => JoinStep::ConfirmAccount {
                    account_name: name.clone(),
                    account_words: account_words(transcript.answer().account),
                },
            },
        }
    }

    /// Who opens a session: the method that enrols this device, or this device once it is enrolled.
    pub(crate) fn session_signer(&self) -> Option<(AccountId, SignerId)> {
        match &self.way {
            Way::Method { opened, .. } => Some((opened.log.account(), opened.method.id().into())),
            Way::Approval(approval) if approval.confirmed => {
                let account = approval.transcript.as_ref()?.answer().account;
                Some((account, self.device.id().into()))
            }
            _ => None,
        }
    }

    pub(crate) fn answer_challenge(
        &self,
        challenge: Challenge,
        origin: String,
        rng: &mut rand_chacha::ChaCha20Rng,
    ) -> Result<NewSession, OpenError> {
        let (account, _) = self.session_signer().ok_or(OpenError)?;
        match &self.way {
            Way::Method { opened, .. } => {
                session::answer(challenge, origin, account, &opened.method, rng)
            }
            _ => session::answer(challenge, origin, account, &self.device, rng),
        }
    }
}

impl Client {
    fn begin_joining(&mut self, device_name: String, way: Way) -> Result<(), Problem> {
        if !matches!(self.state, State::Empty | State::Joining(_)) {
            return Err(ProblemCode::WrongPhase.into());
        }
        let device = DeviceKeys::make(&mut self.rng);
        self.state = State::Joining(Box::new(Joining {
            device,
            device_name,
            way,
        }));
        self.leave_joining();
        Ok(())
    }

    /// What another joining waited for ends nothing of this one.
    fn leave_joining(&mut self) {
        self.link
            .forget(|waiting| matches!(waiting, Waiting::Join(_)));
        self.link.drop_session();
    }

    fn joining(&mut self) -> Result<&mut Joining, Problem> {
        match &mut self.state {
            State::Joining(joining) => Ok(joining),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    /// The person compared the words (or the name and words) and says yes.
    pub(crate) fn join_confirm(&mut self, call: u64) -> Result<(), Problem> {
        match &mut self.joining()?.way {
            Way::Method { confirmed, .. } => {
                *confirmed = true;
                self.enrol(call)
            }
            Way::Approval(approval) if approval.account_name.is_some() => {
                approval.confirmed = true;
                approval.call = call;
                let account = approval
                    .transcript
                    .as_ref()
                    .map(|transcript| transcript.answer().account)
                    .ok_or(ProblemCode::WrongPhase)?;
                self.signed(
                    "GET",
                    format!("/api/v1/logs/{account}"),
                    None,
                    Waiting::Join(Asked::Log),
                );
                Ok(())
            }
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    pub(crate) fn join_cancel(&mut self, call: u64) -> Result<(), Problem> {
        let ceremony = match &self.joining()?.way {
            Way::Approval(approval) => approval.ceremony,
            _ => None,
        };
        if let Some(ceremony) = ceremony {
            let path = format!("/api/v1/approvals/{ceremony}");
            self.plain("DELETE", path, Vec::new(), Waiting::Join(Asked::Opened));
        }
        self.stop_joining();
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    fn stop_joining(&mut self) {
        self.state = State::Empty;
        self.leave_joining();
        self.ask_box();
    }

    pub(crate) fn join_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::Challenge { call } => (Some(call), self.join_challenged(call, result)),
            Asked::Asserted { call } => (Some(call), self.asserted(call, result)),
            Asked::Lookup { call } => (Some(call), self.looked_up(call, result)),
            Asked::Enrolled { call } => (Some(call), self.enrolled(call, result)),
            Asked::Begun { call } => (Some(call), self.approval_begun(call, result)),
            Asked::Seen => (None, self.approval_seen(result)),
            Asked::Opened => (None, Ok(())),
            Asked::Log => (self.approval_call(), self.approval_log(result)),
            Asked::Wraps => (self.approval_call(), self.approval_wraps(result)),
            Asked::Methods => (self.approval_call(), self.approval_methods(result)),
        };
        let Err(problem) = outcome else {
            return;
        };
        let tries_again = problem.code == ProblemCode::Offline && matches!(asked, Asked::Seen);
        if tries_again {
            self.wake_after(Timer::Approval, 2_000);
            return;
        }
        if matches!(self.state, State::Joining(_)) {
            self.stop_joining();
        }
        if let Some(call) = call {
            self.refuse(call, problem);
        }
    }
}

pub(crate) fn account_words(account: AccountId) -> Vec<String> {
    words(Shown::Account(account)).map(str::to_owned).to_vec()
}
