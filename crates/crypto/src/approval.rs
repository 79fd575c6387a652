//! Device approval: what is random in its messages, and the account's name sealed to the new device
//! (formats.md §10). Transcript, commitment and code are [`lifeos_protocol::approval`]'s.

use lifeos_protocol::approval::{ApprovalAnswer, ApprovalRole, Opening, Transcript};
use lifeos_protocol::{AccountId, Class, PROTOCOL_VERSION};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::envelope::{into_content, pad};
use crate::keys::private::Opener as _;
use crate::primitive::hpke;
use crate::secret::make_bytes;
use crate::session::Ephemeral;
use crate::{DeviceKeys, OpenError, SealError};

/// The most bytes of an account's name.
pub const NAME_MAX_BYTES: usize = 1024;

/// Makes what the new device commits to first and opens last.
#[must_use]
pub fn make_opening(new: &DeviceKeys, rng: &mut impl CryptoRng) -> Opening {
    Opening {
        nonce: *make_bytes(rng),
        ephemeral: Ephemeral::make(rng).public(),
        keys: new.public().clone(),
    }
}

/// Makes what the old device answers to the commitment.
#[must_use]
pub fn make_answer(
    old: &DeviceKeys,
    account: AccountId,
    class: Class,
    origin: String,
    rng: &mut impl CryptoRng,
) -> ApprovalAnswer {
    ApprovalAnswer {
        nonce: *make_bytes(rng),
        ephemeral: Ephemeral::make(rng).public(),
        keys: old.public().clone(),
        account,
        role: ApprovalRole::Device,
        class,
        origin,
        version: PROTOCOL_VERSION,
    }
}

/// Seals the account's name to the new device of a ceremony: encapsulated key ‖ ciphertext.
///
/// # Errors
/// [`SealError::TooLarge`] beyond [`NAME_MAX_BYTES`]; [`SealError::Recipient`] when the new
/// device's key is not valid.
pub fn seal_account_name(
    transcript: &Transcript,
    name: &str,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    if name.len() > NAME_MAX_BYTES {
        return Err(SealError::TooLarge);
    }
    let text = Zeroizing::new(pad(&[name.as_bytes()], 0));
    let key = transcript.opening().keys.sealing.as_bytes();
    let (enc, sealed) =
        hpke::seal(key, &transcript.seal_info(), &text, rng).ok_or(SealError::Recipient)?;
    Ok([enc.as_slice(), &sealed].concat())
}

/// Opens the account's name on the new device, whose own keys must be those of the ceremony.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_account_name(
    transcript: &Transcript,
    new: &DeviceKeys,
    sealed: &[u8],
) -> Result<String, OpenError> {
    if transcript.opening().keys != *new.public() {
        return Err(OpenError);
    }
    let (enc, sealed) = sealed.split_at_checked(hpke::ENC_BYTES).ok_or(OpenError)?;
    let name = into_content(new.open(enc, &transcript.seal_info(), sealed)?)?;
    if name.len() > NAME_MAX_BYTES {
        return Err(OpenError);
    }
    String::from_utf8(name).map_err(|_| OpenError)
}
