//! Wraps: a secret sealed to one recipient, bound to the log statement that names it (formats.md
//! §4); and the secret of the epoch before, sealed under the new one.

use lifeos_protocol::wrap::{SealedPrevious, Wrap, WrapHeader};
use lifeos_protocol::{AccountId, Hash, LogId, PublicKeys, RecipientId, SealingPublic};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::committed::{SealingKey, make_nonce};
use crate::keys::Opens;
use crate::primitive::hpke;
use crate::secret::{Chained, Wrapped, from_opened};
use crate::{LocalKey, OpenError, SealError};

/// The log statement that names a wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapPlace {
    /// The log; zeros in a statement 0.
    pub log: LogId,
    /// Sequence of the statement.
    pub sequence: u32,
    /// Hash of the statement before; zeros in a statement 0.
    pub previous: Hash,
}

impl WrapPlace {
    /// The first statement of a log, whose id is not known before it is written.
    #[must_use]
    pub fn first() -> Self {
        Self {
            log: LogId::new([0; 16]),
            sequence: 0,
            previous: Hash::new([0; 32]),
        }
    }

    fn local(account: AccountId) -> Self {
        Self {
            log: account.into(),
            ..Self::first()
        }
    }
}

/// To whom a wrap is sealed. Id and key belong together by how it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    id: RecipientId,
    key: SealingPublic,
}

impl Recipient {
    /// A device, by the keys that a verified account log names.
    #[must_use]
    pub fn device(keys: &PublicKeys) -> Self {
        Self {
            id: keys.device_id().into(),
            key: keys.sealing.clone(),
        }
    }

    /// An unlock method, by the keys that a verified account log names.
    #[must_use]
    pub fn method(keys: &PublicKeys) -> Self {
        Self {
            id: keys.method_id().into(),
            key: keys.sealing.clone(),
        }
    }

    /// An account, by the public key that its verified log names for its newest epoch.
    #[must_use]
    pub fn account(account: AccountId, key: &SealingPublic) -> Self {
        Self {
            id: account.into(),
            key: key.clone(),
        }
    }

    /// Returns the recipient's id.
    #[must_use]
    pub fn id(&self) -> RecipientId {
        self.id
    }
}

/// Seals an account's or a space's secret to a recipient.
///
/// # Errors
/// [`SealError::Recipient`] when the recipient's key is not valid.
pub fn seal<S: Chained>(
    secret: &S,
    to: &Recipient,
    place: &WrapPlace,
    rng: &mut impl CryptoRng,
) -> Result<Wrap, SealError> {
    seal_any(secret, to, place, rng)
}

/// Opens the wrap that a verified statement at `place` names, as the secret of `epoch`. Every field
/// of the wrap must be what is expected.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open<S: Chained>(
    wrap: &Wrap,
    by: &impl Opens,
    place: &WrapPlace,
    epoch: u32,
) -> Result<S, OpenError> {
    open_any(wrap, by, place, epoch)
}

/// Seals a device's local key to what unlocks it. The wrap stays on the device.
///
/// # Errors
/// [`SealError::Recipient`] when the recipient's key is not valid.
pub fn seal_local(
    key: &LocalKey,
    to: &Recipient,
    account: AccountId,
    rng: &mut impl CryptoRng,
) -> Result<Wrap, SealError> {
    seal_any(key, to, &WrapPlace::local(account), rng)
}

/// Opens the wrap of this device's local key.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_local(wrap: &Wrap, by: &impl Opens, account: AccountId) -> Result<LocalKey, OpenError> {
    open_any(wrap, by, &WrapPlace::local(account), 0)
}

/// Seals the secret of the epoch before under the new one.
///
/// # Errors
/// [`SealError::Epoch`] unless `old` is of the epoch just before `new`.
pub fn seal_previous<S: Chained>(
    old: &S,
    new: &S,
    log: LogId,
    rng: &mut impl CryptoRng,
) -> Result<SealedPrevious, SealError> {
    let ((old_epoch, old), (epoch, new)) = (old.parts(), new.parts());
    if old_epoch.checked_add(1) != Some(epoch) {
        return Err(SealError::Epoch);
    }
    let key = SealingKey::derive(new, &SealedPrevious::key_info(log, epoch));
    let one_time = key.one_time(&make_nonce(rng));
    let (nonce, key_commitment) = (one_time.nonce(), *one_time.commitment());
    let mut text = Vec::with_capacity(48);
    text.extend_from_slice(old);
    one_time.seal(&SealedPrevious::associated_data(log, epoch), &mut text);
    let sealed = text.try_into().expect("32 bytes and a tag are 48");
    Ok(SealedPrevious {
        nonce,
        key_commitment,
        sealed,
    })
}

/// Opens the secret of the epoch before `new`.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_previous<S: Chained>(
    previous: &SealedPrevious,
    new: &S,
    log: LogId,
) -> Result<S, OpenError> {
    let (epoch, secret) = new.parts();
    let old_epoch = epoch
        .checked_sub(1)
        .filter(|epoch| *epoch > 0)
        .ok_or(OpenError)?;
    let key = SealingKey::derive(secret, &SealedPrevious::key_info(log, epoch));
    let one_time = key.committed(&previous.nonce, &previous.key_commitment)?;
    let mut text = Zeroizing::new(previous.sealed.to_vec());
    one_time.open(&SealedPrevious::associated_data(log, epoch), &mut text)?;
    from_opened(old_epoch, std::mem::take(&mut *text))
}

fn header<S: Wrapped>(epoch: u32, recipient: RecipientId, place: &WrapPlace) -> WrapHeader {
    let WrapPlace {
        log,
        sequence,
        previous,
    } = *place;
    WrapHeader {
        kind: S::KIND,
        log,
        sequence,
        previous,
        epoch,
        recipient,
    }
}

fn seal_any<S: Wrapped>(
    secret: &S,
    to: &Recipient,
    place: &WrapPlace,
    rng: &mut impl CryptoRng,
) -> Result<Wrap, SealError> {
    let (epoch, bytes) = secret.parts();
    let header = header::<S>(epoch, to.id, place);
    let (enc, sealed) =
        hpke::seal(to.key.as_bytes(), &header.info(), bytes, rng).ok_or(SealError::Recipient)?;
    Ok(Wrap::new(
        header,
        enc,
        sealed.try_into().expect("32 bytes and a tag are 48"),
    ))
}

fn open_any<S: Wrapped>(
    wrap: &Wrap,
    by: &impl Opens,
    place: &WrapPlace,
    epoch: u32,
) -> Result<S, OpenError> {
    let expected = header::<S>(epoch, by.recipient(), place);
    if wrap.header != expected {
        return Err(OpenError);
    }
    from_opened(epoch, by.open(wrap.enc(), &expected.info(), wrap.sealed())?)
}
