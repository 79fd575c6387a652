//! A fresh verification of the person, by a passkey or by a kit; it counts for five minutes.

use lifeos_crypto::{MethodKeys, session};
use lifeos_protocol::SignerId;
use lifeos_protocol::api::{PasskeyAnswer, SessionBegin, SteppedUp};

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::link::{Waiting, answer_of, body_of};
use super::super::unlock::open_by_kit;
use super::super::{Client, webauthn};
use super::Asked;
use crate::api::{Problem, ProblemCode, Reply, SecretText};

impl Client {
    pub(crate) fn step_up_begin(&mut self, call: u64) -> Result<(), Problem> {
        self.open_mut()?;
        let waiting = Waiting::Methods(Asked::StepUpChallenge { call });
        self.signed_json(
            "POST",
            "/api/v1/step-up/challenge".into(),
            &serde_json::json!({}),
            waiting,
        );
        Ok(())
    }

    pub(super) fn step_up_challenged(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        self.ask_passkey(call, None, result)
    }

    pub(crate) fn step_up(&mut self, call: u64, credential: &str) -> Result<(), Problem> {
        let (credential, _) = webauthn::credential(credential)?;
        let ceremony = self.ceremony.take().ok_or(ProblemCode::WrongPhase)?;
        let body = PasskeyAnswer {
            ceremony,
            credential,
        };
        let waiting = Waiting::Methods(Asked::StepUp { call });
        self.signed_json("POST", "/api/v1/step-up".into(), &body, waiting);
        Ok(())
    }

    pub(super) fn stepped_up(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let until: SteppedUp = body_of(result)?;
        self.link.stepped_up_until_ms = Some(until.until_ms);
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    /// The kit's own key answers a challenge of the box, in the session that this device has.
    pub(crate) fn step_up_kit(&mut self, call: u64, code: &SecretText) -> Result<(), Problem> {
        let account = self.open_mut()?.engine.account();
        let vault = self.vault.as_ref().ok_or(ProblemCode::WrongPhase)?;
        let (_, kit) = open_by_kit(vault, code)?;
        let signer: SignerId = kit.id().into();
        let kit = Box::new(kit);
        self.post(
            "/api/v1/sessions/challenge",
            &SessionBegin { account, signer },
            Waiting::Methods(Asked::KitChallenge { call, kit }),
        );
        Ok(())
    }

    pub(super) fn kit_challenged(
        &mut self,
        call: u64,
        kit: &MethodKeys,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let (ceremony, challenge) = self.challenge_of(result)?;
        let account = self.open_mut()?.engine.account();
        let origin = self.config.origin.clone();
        // The key that it agrees on is for a session that nobody opens.
        let signed = session::answer(challenge, origin, account, kit, &mut self.rng)
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        let answer = answer_of(ceremony, &signed);
        let waiting = Waiting::Methods(Asked::StepUp { call });
        self.signed_json("POST", "/api/v1/step-up/method".into(), &answer, waiting);
        Ok(())
    }
}
