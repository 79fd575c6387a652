//! Unlocking what is stored on this device.

use lifeos_crypto::method::{Kit, MethodSecret, open_keys};
use lifeos_crypto::{LocalKey, MethodKeys, VaultHalf, wrap};
use lifeos_protocol::api::{Binary, PasskeyChallenge, VaultHalf as HalfAnswer, VaultHalfRelease};
use lifeos_protocol::kit::KitBytes;

use super::effect::{HttpFailure, HttpResponse};
use super::link::{Waiting, body_of};
use super::passkey::prf_output;
use super::vault::{UnlockWay, Vault};
use super::{Client, State, webauthn};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

/// What an unlocking waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Challenge { call: u64 },
    Half { call: u64 },
}

impl Client {
    fn locked_vault(&self) -> Result<&Vault, Problem> {
        match (&self.state, &self.vault) {
            (State::Locked, Some(vault)) => Ok(vault),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    /// Offers what opens the vault. A passkey with PRF needs no box. On an open device it is what
    /// opens a key of the account's own, which the box holds no half of.
    pub(crate) fn unlock_begin(&mut self, call: u64) -> Result<(), Problem> {
        let is_open = matches!(self.state, State::Open(_));
        let vault = match &self.vault {
            Some(vault) if is_open => vault.clone(),
            _ => self.locked_vault()?.clone(),
        };
        let mut ways = vault.unlock_ways();
        ways.passkey_with_box &= !is_open;
        if ways.passkey {
            let options = Some(webauthn::local_request(vault.credentials(), &mut self.rng));
            let prf_salt = Some(webauthn::prf_salt());
            self.answer(
                call,
                Ok(Reply::Unlock {
                    options,
                    prf_salt,
                    kit: ways.kit,
                }),
            );
        } else if ways.passkey_with_box {
            let body = serde_json::json!({});
            let waiting = Waiting::Unlock(Asked::Challenge { call });
            self.post("/api/v1/passkeys/challenge", &body, waiting);
        } else {
            let reply = Reply::Unlock {
                options: None,
                prf_salt: None,
                kit: ways.kit,
            };
            self.answer(call, Ok(reply));
        }
        Ok(())
    }

    /// Opens by a passkey's PRF output.
    pub(crate) fn unlock_passkey(
        &mut self,
        call: u64,
        credential_id: &str,
        prf: &SecretText,
    ) -> Result<(), Problem> {
        let (local_key, method) = open_by_passkey(self.locked_vault()?, credential_id, prf)?;
        self.open_with(Some(call), local_key, Some(Box::new(method)));
        Ok(())
    }

    /// Opens by a kit.
    pub(crate) fn unlock_kit(&mut self, call: u64, code: &SecretText) -> Result<(), Problem> {
        let (local_key, method) = open_by_kit(self.locked_vault()?, code)?;
        self.open_with(Some(call), local_key, Some(Box::new(method)));
        Ok(())
    }

    /// Asks the box for its half, with what the passkey answered to the box's challenge.
    pub(crate) fn unlock_half(&mut self, call: u64, credential: &str) -> Result<(), Problem> {
        let (credential, _) = webauthn::credential(credential)?;
        let device = self.locked_vault()?.device;
        let ceremony = self.ceremony.take().ok_or(ProblemCode::WrongPhase)?;
        let path = format!("/api/v1/vault-halves/{device}/release");
        let body = VaultHalfRelease {
            ceremony,
            credential,
            device,
        };
        self.post(&path, &body, Waiting::Unlock(Asked::Half { call }));
        Ok(())
    }

    pub(crate) fn unlock_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::Challenge { call } => (call, self.unlock_challenged(call, result)),
            Asked::Half { call } => (call, self.half_released(call, result)),
        };
        if let Err(problem) = outcome {
            self.refuse(call, problem);
        }
    }

    fn unlock_challenged(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let challenge: PasskeyChallenge = body_of(result)?;
        let kit = self.locked_vault()?.unlock_ways().kit;
        self.ceremony = Some(challenge.ceremony);
        let options = Some(challenge.options.to_string());
        self.answer(
            call,
            Ok(Reply::Unlock {
                options,
                prf_salt: None,
                kit,
            }),
        );
        Ok(())
    }

    fn half_released(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let answer: HalfAnswer = body_of(result)?;
        let bytes = zeroize::Zeroizing::new(answer.half.0);
        let at_box: &[u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        let vault = self.locked_vault()?;
        let own = vault
            .ways
            .iter()
            .find_map(|way| match way {
                UnlockWay::Halves { half, .. } => Some(VaultHalf::from_bytes(half)),
                UnlockWay::Method { .. } => None,
            })
            .ok_or(ProblemCode::WrongPhase)?;
        let at_box = VaultHalf::from_bytes(at_box);
        let local_key = LocalKey::from_halves(&own, &at_box, vault.account, vault.device);
        self.open_with(Some(call), local_key, None);
        Ok(())
    }
}

/// Opens the local key by a passkey's PRF output, and with it the passkey's own keys.
pub(crate) fn open_by_passkey(
    vault: &Vault,
    credential_id: &str,
    prf: &SecretText,
) -> Result<(LocalKey, MethodKeys), Problem> {
    let id = Binary::from_text(credential_id)
        .map_err(|_| Problem::with(ProblemCode::Malformed, "credential"))?;
    let prf = prf_output(prf)?;
    let secret = MethodSecret::from_prf(&prf, vault.account);
    vault
        .ways
        .iter()
        .filter(|way| matches!(way, UnlockWay::Method { credential, .. } if *credential == id.0))
        .find_map(|way| open_way(vault, way, &secret))
        .ok_or_else(|| ProblemCode::PasskeyKey.into())
}

/// Opens the local key by a kit, and with it the kit's own keys.
pub(crate) fn open_by_kit(
    vault: &Vault,
    code: &SecretText,
) -> Result<(LocalKey, MethodKeys), Problem> {
    let secret = MethodSecret::from_kit(&read_kit(code)?);
    vault
        .ways
        .iter()
        .filter(|way| matches!(way, UnlockWay::Method { credential, .. } if credential.is_empty()))
        .find_map(|way| open_way(vault, way, &secret))
        .ok_or_else(|| ProblemCode::KitUnknown.into())
}

/// Opens the local key by one way, if the secret is its, and with it the method's own keys.
fn open_way(
    vault: &Vault,
    way: &UnlockWay,
    secret: &MethodSecret,
) -> Option<(LocalKey, MethodKeys)> {
    let UnlockWay::Method {
        wrap, sealed, keys, ..
    } = way
    else {
        return None;
    };
    let method = open_keys(sealed, secret, vault.account, keys).ok()?;
    let local_key = wrap::open_local(wrap, &method, vault.account).ok()?;
    Some((local_key, method))
}

/// Reads a kit's code line, or the whole text of its file.
pub(crate) fn read_kit(code: &SecretText) -> Result<Kit, Problem> {
    let bytes = match lifeos_protocol::kit::KitText::from_text(code.expose()) {
        Ok(text) => text.kit,
        Err(_) => {
            KitBytes::from_code(code.expose()).map_err(|_| Problem::from(ProblemCode::KitText))?
        }
    };
    Ok(Kit::from_bytes(bytes))
}
