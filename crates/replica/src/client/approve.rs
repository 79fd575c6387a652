//! Approving a new device, on a device that is in: opens the ceremony of a link, takes the code
//! that the new device shows (one try), and only then names the new device in the account log.

use lifeos_crypto::approval;
use lifeos_protocol::api::{ApprovalMessage, ApprovalSeen, Binary, BoxState};
use lifeos_protocol::approval::{ApprovalAnswer, Opening, Transcript, parse_link_fragment};
use lifeos_protocol::keys::Class;
use lifeos_protocol::{CeremonyId, Hash};
use subtle::ConstantTimeEq;

use super::effect::{HttpFailure, HttpResponse};
use super::join::account_words;
use super::link::{Tail, Waiting, body_of, done};
use super::material::decode;
use super::methods::Appending;
use super::timers::Timer;
use super::{Client, State};
use crate::acts;
use crate::api::{ApprovalRole, Problem, ProblemCode, Reply, SecretText};

/// Wrong codes within this time close the door until a fresh user verification.
const TRIES_WINDOW_MS: u64 = 3_600_000;
/// How many.
const TRIES: usize = 3;
/// How often a ceremony is looked at while the tail is there to tell.
const LOOK_MS: u64 = 5_000;

/// What an approval waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Names { call: u64 },
    Commitment { call: u64 },
    Answered { call: u64 },
    Opening,
    Named { call: u64 },
    Gone,
}

/// A ceremony under way.
pub(crate) struct Approving {
    ceremony: CeremonyId,
    commitment: Hash,
    class: Class,
    /// Under which name the new device found the box, where that is not this device's.
    elsewhere: Option<String>,
    answer: Option<ApprovalAnswer>,
    transcript: Option<Transcript>,
    /// A code that was typed before the opening came.
    typed: Option<(u64, SecretText)>,
    /// The box said that the ceremony moved while it was looked at.
    moved: bool,
}

impl Client {
    /// Opens the ceremony that a link names.
    pub(crate) fn approve_open(
        &mut self,
        call: u64,
        link: &str,
        role: ApprovalRole,
    ) -> Result<(), Problem> {
        let now_ms = self.now.monotonic_ms;
        let stepped_up = self
            .link
            .stepped_up_until_ms
            .is_some_and(|until| until > self.now.wall_ms);
        let open = self.open_mut()?;
        open.wrong_codes
            .retain(|at| now_ms.saturating_sub(*at) < TRIES_WINDOW_MS);
        if open.wrong_codes.len() >= TRIES {
            if !stepped_up {
                return Err(ProblemCode::StepUpNeeded.into());
            }
            open.wrong_codes.clear();
        }
        let (address, fragment) = link.split_once('#').unwrap_or(("", link));
        let elsewhere = origin_of(address)
            .filter(|origin| *origin != self.config.origin)
            .map(str::to_owned);
        let (ceremony, commitment) = parse_link_fragment(fragment.trim())
            .ok_or_else(|| Problem::with(ProblemCode::Malformed, "link"))?;
        let class = match role {
            ApprovalRole::Full => Class::Full,
            ApprovalRole::Shared => Class::Shared,
        };
        let is_elsewhere = elsewhere.is_some();
        self.approving = Some(Approving {
            ceremony,
            commitment,
            class,
            elsewhere,
            answer: None,
            transcript: None,
            typed: None,
            moved: false,
        });
        if is_elsewhere {
            let waiting = Waiting::Approve(Asked::Names { call });
            self.plain("GET", "/api/v1/box".into(), Vec::new(), waiting);
            return Ok(());
        }
        self.look_at_commitment(call)
    }

    fn look_at_commitment(&mut self, call: u64) -> Result<(), Problem> {
        let approving = self.approving.as_ref().ok_or(ProblemCode::ApprovalOver)?;
        let path = format!("/api/v1/approvals/{}", approving.ceremony);
        let waiting = Waiting::Approve(Asked::Commitment { call });
        self.plain("GET", path, Vec::new(), waiting);
        Ok(())
    }

    /// A device under another name is let in only where the box says that the name is one of its own.
    fn names_told(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let told: BoxState = body_of(result)?;
        let approving = self.approving.as_ref().ok_or(ProblemCode::ApprovalOver)?;
        let is_named = approving
            .elsewhere
            .as_ref()
            .is_some_and(|name| told.names.contains(name));
        if !is_named {
            return Err(ProblemCode::OtherName.into());
        }
        self.look_at_commitment(call)
    }

    /// The code that the new device shows. A wrong one ends the ceremony.
    pub(crate) fn approve_code(&mut self, call: u64, code: SecretText) -> Result<(), Problem> {
        self.open_mut()?;
        let approving = self.approving.as_mut().ok_or(ProblemCode::ApprovalOver)?;
        approving.typed = Some((call, code));
        if approving.transcript.is_some() {
            self.judge_code();
        }
        Ok(())
    }

    pub(crate) fn approve_cancel(&mut self, call: u64) -> Result<(), Problem> {
        self.end_approval();
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    fn end_approval(&mut self) {
        if let Some(approving) = self.approving.take() {
            let path = format!("/api/v1/approvals/{}", approving.ceremony);
            self.signed("DELETE", path, None, Waiting::Approve(Asked::Gone));
        }
    }

    pub(crate) fn approve_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::Names { call } => (Some(call), self.names_told(call, result)),
            Asked::Commitment { call } => (Some(call), self.commitment_seen(call, result)),
            Asked::Answered { call } => (Some(call), self.answer_left(call, result)),
            Asked::Opening => (None, self.opening_seen(result)),
            Asked::Named { call } => (Some(call), self.named(call, result)),
            Asked::Gone => (None, Ok(())),
        };
        let Err(problem) = outcome else {
            return;
        };
        if matches!(asked, Asked::Opening) && problem.code == ProblemCode::Offline {
            self.wake_after(Timer::Approval, 2_000);
            return;
        }
        let typed = self.approving.take().and_then(|approving| approving.typed);
        if let Some(call) = call.or(typed.map(|(call, _)| call)) {
            self.refuse(call, problem);
        }
    }

    /// The box's copy of the commitment must be the link's.
    fn commitment_seen(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let seen: ApprovalSeen = match body_of(result) {
            Err(problem) if problem.code != ProblemCode::Offline => {
                return Err(ProblemCode::ApprovalOver.into());
            }
            other => other?,
        };
        let own = &self.config.origin;
        let State::Open(open) = &self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let approving = self.approving.as_mut().ok_or(ProblemCode::ApprovalOver)?;
        if seen.commitment != approving.commitment {
            return Err(ProblemCode::Tampered.into());
        }
        if seen.answer.is_some() {
            return Err(ProblemCode::ApprovalOver.into()); // somebody answered it already
        }
        // What both sign is the name under which the new device found the box: it takes no other.
        let origin = approving.elsewhere.as_ref().unwrap_or(own).clone();
        let answer = approval::make_answer(
            open.engine.device_keys(),
            open.engine.account(),
            approving.class,
            origin,
            &mut self.rng,
        );
        let body = ApprovalMessage {
            message: Binary::of(&answer),
        };
        let path = format!("/api/v1/approvals/{}/answer", approving.ceremony);
        approving.answer = Some(answer);
        self.signed_json(
            "PUT",
            path,
            &body,
            Waiting::Approve(Asked::Answered { call }),
        );
        Ok(())
    }

    fn answer_left(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        done(result)?;
        let account_words = account_words(self.open_mut()?.engine.account());
        let elsewhere = self
            .approving
            .as_ref()
            .and_then(|approving| approving.elsewhere.clone());
        let reply = Reply::Approving {
            account_words,
            elsewhere,
        };
        self.answer(call, Ok(reply));
        self.watch_opening();
        Ok(())
    }

    /// Looks for the opening. Where the tail will tell, the box is not made to wait with its
    /// answer; a notice may be lost, so that it is looked at from time to time all the same.
    fn watch_opening(&mut self) {
        let told = self.link.tail == Tail::Open;
        let Some(approving) = &mut self.approving else {
            return;
        };
        approving.moved = false;
        let wait_s = if told { 0 } else { 25 };
        let ceremony = approving.ceremony;
        let path = format!("/api/v1/approvals/{ceremony}?wait={wait_s}&have=2");
        self.plain("GET", path, Vec::new(), Waiting::Approve(Asked::Opening));
    }

    /// The opening is not there yet.
    fn wait_for_opening(&mut self) {
        let moved = self.approving.as_ref().is_some_and(|known| known.moved);
        if moved || self.link.tail != Tail::Open {
            self.watch_opening();
        } else {
            self.wake_after(Timer::Approval, LOOK_MS);
        }
    }

    /// The tail says that a ceremony moved.
    pub(crate) fn approval_moved(&mut self) {
        if let Some(approving) = &mut self.approving {
            approving.moved = true;
        }
        self.approving_woken();
    }

    /// Retries what waits for the box, after a wake.
    pub(crate) fn approving_woken(&mut self) {
        let waits = self
            .approving
            .as_ref()
            .is_some_and(|approving| approving.answer.is_some() && approving.transcript.is_none());
        if waits
            && !self
                .link
                .waits_for(|waiting| matches!(waiting, Waiting::Approve(_)))
        {
            self.watch_opening();
        }
    }

    fn opening_seen(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let seen: ApprovalSeen = match body_of(result) {
            Err(problem) if problem.code != ProblemCode::Offline => {
                return Err(ProblemCode::ApprovalOver.into());
            }
            other => other?,
        };
        let Some(approving) = self.approving.as_mut() else {
            return Ok(());
        };
        let Some(opening) = &seen.opening else {
            self.wait_for_opening();
            return Ok(());
        };
        let opening: Opening = decode(opening)?;
        let answer = approving.answer.clone().ok_or(ProblemCode::ApprovalOver)?;
        let transcript = Transcript::new(approving.commitment, answer, opening)
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        approving.transcript = Some(transcript);
        if approving.typed.is_some() {
            self.judge_code();
        }
        Ok(())
    }

    /// Compares the code and, if it is right, names the new device in the account log.
    fn judge_code(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(approving) = self.approving.as_mut() else {
            return;
        };
        let (Some((call, typed)), Some(transcript)) =
            (approving.typed.take(), approving.transcript.clone())
        else {
            return;
        };
        let class = approving.class;
        let digits: String = typed
            .expose()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let right: bool = transcript.code().as_bytes().ct_eq(digits.as_bytes()).into();
        if !right {
            if let State::Open(open) = &mut self.state {
                open.wrong_codes.push(now_ms);
            }
            self.end_approval();
            self.refuse(call, ProblemCode::ApprovalCode);
            return;
        }
        self.append_act(
            call,
            Appending::Device {
                transcript: Box::new(transcript),
                class,
            },
        );
    }

    /// The log carries the new device: seal the account's name to it.
    pub(crate) fn device_named(&mut self, call: u64, transcript: &Transcript) {
        let name = match &self.state {
            State::Open(open) => open.account_name(),
            _ => String::new(),
        };
        let sealed = approval::seal_account_name(transcript, &name, &mut self.rng);
        let (Some(approving), Ok(sealed)) = (&self.approving, sealed) else {
            self.refuse(call, ProblemCode::ApprovalOver);
            return;
        };
        let path = format!("/api/v1/approvals/{}/account", approving.ceremony);
        let body = ApprovalMessage {
            message: Binary(sealed),
        };
        self.signed_json("PUT", path, &body, Waiting::Approve(Asked::Named { call }));
    }

    fn named(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        done(result)?;
        self.approving = None;
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }
}

/// Returns scheme, name and port of an address.
fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.trim().split_once("://")?;
    let end = rest.find('/').unwrap_or(rest.len());
    address.trim().get(..scheme.len() + "://".len() + end)
}

/// Makes the statement that enrols the new device.
pub(crate) fn add_device_act(
    open: &super::open::Open,
    transcript: &Transcript,
    class: Class,
    at_ms: u64,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<acts::Act, Problem> {
    let secret = open
        .engine
        .account_secret()
        .ok_or(ProblemCode::WrongPhase)?;
    acts::add_device(
        &open.engine.account_end(),
        open.engine.device_keys(),
        secret,
        &transcript.opening().keys,
        class,
        at_ms,
        rng,
    )
    .map_err(|_| ProblemCode::Tampered.into())
}
