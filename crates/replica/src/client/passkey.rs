//! A passkey on its way to become a method: its keys are sealed under the first value that its PRF
//! gives, and count only when a second evaluation opens them.

use lifeos_crypto::MethodKeys;
use lifeos_crypto::method::{MethodSecret, PrfOutput, seal_keys};
use lifeos_protocol::api::Binary;
use lifeos_protocol::method_key::SealedMethodKey;

use crate::api::{Problem, ProblemCode, SecretText};

/// A passkey with PRF, evaluated once.
pub(crate) struct NewPasskey {
    prf: PrfOutput,
    pub(crate) method: MethodKeys,
    pub(crate) sealed: SealedMethodKey,
}

impl NewPasskey {
    pub(crate) fn make(
        prf: PrfOutput,
        account: lifeos_protocol::AccountId,
        rng: &mut rand_chacha::ChaCha20Rng,
    ) -> Self {
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
    pub(crate) fn confirm(
        &self,
        again: &PrfOutput,
        account: lifeos_protocol::AccountId,
    ) -> Result<(), Problem> {
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
