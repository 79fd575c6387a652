//! A passkey on its way to become a method: its keys are sealed under the first value that its PRF
//! gives, and count only when a second evaluation opens them.

use lifeos_crypto::MethodKeys;
use lifeos_crypto::method::{MethodSecret, PrfOutput, seal_keys};
use lifeos_protocol::api::{Binary, PasskeyChallenge};
use lifeos_protocol::method_key::SealedMethodKey;

use lifeos_protocol::AccountId;
use rand_chacha::ChaCha20Rng;
use serde_json::Value;

use super::effect::{HttpFailure, HttpResponse};
use super::link::body_of;
use super::{Client, webauthn};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

impl Client {
    /// Passes a challenge of the box on to the page, whose passkey answers it.
    pub(crate) fn ask_passkey(
        &mut self,
        call: u64,
        prf_salt: Option<String>,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let challenge: PasskeyChallenge = body_of(result)?;
        self.ceremony = Some(challenge.ceremony);
        let options = challenge.options.to_string();
        self.answer(call, Ok(Reply::UsePasskey { options, prf_salt }));
        Ok(())
    }
}

/// The ceremony in which a passkey is made, at a claim or later.
#[derive(Default)]
pub(crate) struct NewCredential {
    /// What goes to the box, and the credential's id.
    made: Option<(Value, Vec<u8>)>,
    keys: Option<NewPasskey>,
}

/// What follows in the ceremony.
pub(crate) enum Next {
    /// The passkey is evaluated once more.
    Evaluate(Box<Reply>),
    /// Its keys open what they sealed.
    Confirmed,
    /// It proves who asks, and opens nothing.
    WithoutKeys,
}

impl NewCredential {
    /// The passkey was made. An authenticator with PRF that gave no value yet is evaluated for it.
    ///
    /// # Errors
    /// [`ProblemCode::Malformed`].
    pub(crate) fn made(
        &mut self,
        account: AccountId,
        credential: &str,
        prf: Option<&SecretText>,
        prf_enabled: bool,
        rng: &mut ChaCha20Rng,
    ) -> Result<Next, Problem> {
        let made = webauthn::credential(credential)?;
        let first = prf.map(prf_output).transpose()?;
        let evaluates = first.is_some() || prf_enabled;
        self.keys = first.map(|prf| NewPasskey::make(prf, account, rng));
        let next = if evaluates {
            Next::evaluate(&made.1, rng)
        } else {
            Next::WithoutKeys
        };
        self.made = Some(made);
        Ok(next)
    }

    /// The passkey was evaluated again: it must open what the first value sealed.
    ///
    /// # Errors
    /// [`ProblemCode::PasskeyKey`] where it does not, [`ProblemCode::WrongPhase`] where none was
    /// made.
    pub(crate) fn confirmed(
        &mut self,
        account: AccountId,
        prf: Option<&SecretText>,
        rng: &mut ChaCha20Rng,
    ) -> Result<Next, Problem> {
        let value = prf.map(prf_output).transpose()?;
        let (_, id) = self.made.as_ref().ok_or(ProblemCode::WrongPhase)?;
        match (value, &self.keys) {
            (None, None) => Ok(Next::WithoutKeys),
            (None, Some(_)) => Err(ProblemCode::PasskeyKey.into()),
            (Some(value), None) => {
                let next = Next::evaluate(id, rng);
                self.keys = Some(NewPasskey::make(value, account, rng));
                Ok(next)
            }
            (Some(value), Some(keys)) => {
                keys.confirm(&value, account)?;
                Ok(Next::Confirmed)
            }
        }
    }

    /// What goes to the box.
    pub(crate) fn credential(&self) -> Option<&Value> {
        self.made.as_ref().map(|(credential, _)| credential)
    }

    /// The credential's id; empty before there is one.
    pub(crate) fn id(&self) -> Vec<u8> {
        self.made
            .as_ref()
            .map(|(_, id)| id.clone())
            .unwrap_or_default()
    }

    /// The keys of a passkey with PRF.
    pub(crate) fn keys(&self) -> Option<&NewPasskey> {
        self.keys.as_ref()
    }

    /// As [`Self::keys`], for good.
    pub(crate) fn into_keys(self) -> Option<NewPasskey> {
        self.keys
    }
}

impl Next {
    fn evaluate(id: &[u8], rng: &mut ChaCha20Rng) -> Self {
        let options = webauthn::local_request(std::iter::once(id), rng);
        let prf_salt = Some(webauthn::prf_salt());
        Self::Evaluate(Box::new(Reply::UsePasskey { options, prf_salt }))
    }
}

/// A passkey with PRF, evaluated once.
pub(crate) struct NewPasskey {
    prf: PrfOutput,
    pub(crate) method: MethodKeys,
    pub(crate) sealed: SealedMethodKey,
}

impl NewPasskey {
    fn make(prf: PrfOutput, account: AccountId, rng: &mut ChaCha20Rng) -> Self {
        let method = MethodKeys::make(rng);
        let sealed = seal_keys(
            &method,
            account,
            &MethodSecret::from_prf(&prf, account),
            rng,
        );
        Self {
            prf,
            method,
            sealed,
        }
    }

    /// Checks that a second evaluation opens what the first sealed.
    fn confirm(&self, again: &PrfOutput, account: AccountId) -> Result<(), Problem> {
        let opened = lifeos_crypto::method::open_keys(
            &self.sealed,
            &MethodSecret::from_prf(again, account),
            account,
            self.method.public(),
        );
        if self.prf != *again || opened.is_err() {
            return Err(ProblemCode::PasskeyKey.into());
        }
        Ok(())
    }
}

/// Reads a PRF output as the page passes it.
pub(crate) fn prf_output(text: &SecretText) -> Result<PrfOutput, Problem> {
    let malformed = || Problem::with(ProblemCode::Malformed, "prf");
    let bytes =
        zeroize::Zeroizing::new(Binary::from_text(text.expose()).map_err(|_| malformed())?.0);
    let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| malformed())?;
    Ok(PrfOutput::from_bytes(bytes))
}
