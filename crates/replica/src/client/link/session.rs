//! The session: who opens it, its challenge, and the tail that lives in it.

use lifeos_crypto::session::{self, NewSession, RequestSigner};
use lifeos_protocol::api::{Binary, SessionAnswer, SessionBegin, SessionChallenge, SessionOpened};
use lifeos_protocol::codec::Wire;
use lifeos_protocol::session::{Challenge, SessionKey};
use lifeos_protocol::{AccountId, SignerId};

use super::super::effect::{Effect, HttpFailure, HttpResponse};
use super::super::{Client, State};
use super::{Tail, Waiting, body_of};
use crate::api::{Problem, ProblemCode};

/// How far the session is.
#[derive(Default)]
pub(super) enum Session {
    #[default]
    None,
    Opening,
    Open {
        signer: RequestSigner,
        id: String,
    },
}

impl Client {
    /// Who opens the session: this device, or the method by which it joins.
    fn session_signer(&self) -> Option<(AccountId, SignerId)> {
        match &self.state {
            State::Open(open) => {
                let signer = open
                    .acting_method()
                    .map_or_else(|| open.engine.device().into(), |method| method.id().into());
                Some((open.engine.account(), signer))
            }
            State::Joining(joining) => joining.session_signer(),
            _ => None,
        }
    }

    pub(super) fn open_session(&mut self) {
        if !matches!(self.link.session, Session::None) {
            return;
        }
        let Some((account, signer)) = self.session_signer() else {
            self.fail_queue(&Err(HttpFailure::Unreachable));
            return;
        };
        self.link.session = Session::Opening;
        self.post(
            "/api/v1/sessions/challenge",
            &SessionBegin { account, signer },
            Waiting::SessionChallenge,
        );
    }

    pub(super) fn challenged(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let (ceremony, challenge) = self.challenge_of(result)?;
        let origin = self.config.origin.clone();
        let rng = &mut self.rng;
        let new = match &self.state {
            State::Open(open) => {
                let account = open.engine.account();
                match open.acting_method() {
                    Some(method) => session::answer(challenge, origin, account, method, rng),
                    None => {
                        let keys = open.engine.device_keys();
                        session::answer(challenge, origin, account, keys, rng)
                    }
                }
            }
            State::Joining(joining) => joining.answer_challenge(challenge, origin, rng),
            _ => return Err(ProblemCode::WrongPhase.into()),
        }
        .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        let answer = answer_of(ceremony, &new);
        self.post("/api/v1/sessions", &answer, Waiting::SessionOpen(new.key));
        Ok(())
    }

    /// Reads a challenge of the box that this device knows, with the name of its ceremony.
    pub(crate) fn challenge_of(
        &self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(String, Challenge), Problem> {
        let begun: SessionChallenge = body_of(result)?;
        let tampered = || Problem::from(ProblemCode::Tampered);
        let challenge: Challenge = begun.challenge.decode().map_err(|_| tampered())?;
        let known = self.box_state.as_ref().map(|known| known.instance);
        if known.is_some_and(|known| known != challenge.instance) {
            return Err(tampered());
        }
        Ok((begun.ceremony, challenge))
    }

    pub(super) fn session_opened(
        &mut self,
        key: SessionKey,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let opened: SessionOpened = body_of(result)?;
        self.link.session = Session::Open {
            signer: RequestSigner::new(key, opened.cookie_hash),
            id: opened.session,
        };
        self.heard_server_time(opened.server_ms);
        for queued in std::mem::take(&mut self.link.queue) {
            self.send_signed(queued);
        }
        Ok(())
    }

    pub(super) fn session_failed(&mut self, result: Result<HttpResponse, HttpFailure>) {
        self.link.session = Session::None;
        if let Ok(response) = &result {
            self.heard_revocation(&response.body);
        }
        self.back_off();
        self.fail_queue(&result);
    }

    fn fail_queue(&mut self, result: &Result<HttpResponse, HttpFailure>) {
        for queued in std::mem::take(&mut self.link.queue) {
            self.deliver(queued.waiting, result.clone());
        }
    }

    /// Opens the tail, if the session is open and it is not.
    pub(crate) fn open_tail(&mut self) {
        let as_method = matches!(&self.state, State::Open(open) if open.as_method);
        if self.link.tail != Tail::None || as_method {
            return;
        }
        let Session::Open { signer, .. } = &mut self.link.session else {
            return;
        };
        let first = signer.tail().to_bytes();
        self.link.tail = Tail::Connecting;
        self.effects.push(Effect::TailConnect {
            path: "/api/v1/tail".into(),
            first,
        });
    }
}

/// A signed answer as it goes to the box.
pub(crate) fn answer_of(ceremony: String, signed: &NewSession) -> SessionAnswer {
    SessionAnswer {
        ceremony,
        own_key: Binary(signed.answer.own_key.to_vec()),
        signature: Binary::of(&signed.signature),
    }
}
