//! Acts on keys: log statements with the wraps that they name, made and signed here, appended by
//! compare-and-swap at the box, and counted only once the log took them.

mod resolve;
mod space;

use std::collections::BTreeMap;

use lifeos_crypto::keys::Signs;
use lifeos_crypto::secret::Chained;
use lifeos_crypto::wrap::{self, Recipient, WrapPlace};
use lifeos_crypto::{AccountSecret, DeviceKeys, SealError};
use lifeos_protocol::log::{
    AccountBody, AccountGenesis, AddDevice, AddMethod, Cut, Draft, EpochPart, LogCut, LogKind,
    LogStatement, NamedWrap, Revoke,
};
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{
    AccountId, Class, Hash, IncarnationId, LogId, MethodKind, PublicKeys, SealingPublic, SignerId,
    Wire,
};
use rand_core::CryptoRng;

pub use resolve::resolve_account;
pub use space::{FoundedSpace, InSpace, Sealed, found_space};

/// A statement ready to be appended, with what it names.
#[derive(Debug, Clone)]
pub struct Act {
    /// Which kind of log.
    pub kind: LogKind,
    /// The signed statement.
    pub statement: LogStatement,
    /// The wraps that it names.
    pub wraps: Vec<Wrap>,
    /// The sealed secret of the epoch before, where it begins an epoch.
    pub previous: Option<SealedPrevious>,
}

/// Where a log stands: what the next statement follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnd {
    /// The log.
    pub log: LogId,
    /// Sequence of its last statement.
    pub sequence: u32,
    /// Hash of its last statement.
    pub head: Hash,
}

impl LogEnd {
    fn place(&self) -> WrapPlace {
        WrapPlace {
            log: self.log,
            sequence: self.sequence + 1,
            previous: self.head,
        }
    }
}

/// Who signs in a space log, and by which head of its account log it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignerPlace {
    /// The signer's account.
    pub account: AccountId,
    /// The account log's head.
    pub account_head: Hash,
}

/// A new account: its first statement, its first secret.
#[derive(Debug)]
pub struct FoundedAccount {
    /// The account's id.
    pub account: AccountId,
    /// The statement with the wrap to the first device.
    pub act: Act,
    /// The secret of epoch 1.
    pub secret: AccountSecret,
}

/// Makes an account with its first device.
///
/// # Errors
/// [`SealError::Recipient`], which keys made on this device never are.
pub fn found_account(
    device: &DeviceKeys,
    at_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<FoundedAccount, SealError> {
    let rng = &mut &mut *rng;
    let secret = AccountSecret::make(1, rng);
    let wraps = vec![wrap::seal(
        &secret,
        &Recipient::device(device.public()),
        &WrapPlace::first(),
        rng,
    )?];
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let body = AccountBody::Genesis(AccountGenesis {
        salt,
        at_ms,
        class: Class::Full,
        keys: device.public().clone(),
        epoch: epoch_part(1, Some(secret.public()), &wraps, &BTreeMap::new(), None),
    });
    let draft = Draft {
        log: LogId::ZERO,
        sequence: 0,
        previous: Hash::ZERO,
        body: body.to_bytes(),
        signer_account: AccountId::ZERO,
        signer: device.id().into(),
        account_head: Hash::ZERO,
    };
    let account = AccountId::new(draft.hash(LogKind::Account).first_16());
    let act = signed(LogKind::Account, draft, device, wraps, None);
    Ok(FoundedAccount {
        account,
        act,
        secret,
    })
}

/// Enrols a device. Only a `full` one is given the account secret.
///
/// # Errors
/// [`SealError::Recipient`] when the new device's key is not valid.
pub fn add_device(
    end: &LogEnd,
    signer: &impl Signs,
    secret: &AccountSecret,
    keys: &PublicKeys,
    class: Class,
    at_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Act, SealError> {
    let rng = &mut &mut *rng;
    let mut wraps = Vec::new();
    if class == Class::Full {
        wraps.push(wrap::seal(
            secret,
            &Recipient::device(keys),
            &end.place(),
            rng,
        )?);
    }
    let body = AccountBody::AddDevice(AddDevice {
        at_ms,
        class,
        keys: keys.clone(),
        epoch: secret.epoch(),
        wrap: wraps.first().map_or(Hash::ZERO, Wrap::hash),
    });
    Ok(account_act(end, signer, &body, wraps, None))
}

/// Enrols an unlock method whose sealed key has this hash.
///
/// # Errors
/// [`SealError::Recipient`] when the method's key is not valid.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a field of the statement"
)]
pub fn add_method(
    end: &LogEnd,
    signer: &impl Signs,
    secret: &AccountSecret,
    keys: &PublicKeys,
    kind: MethodKind,
    method_key: Hash,
    at_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Act, SealError> {
    let wraps = vec![wrap::seal(
        secret,
        &Recipient::method(keys),
        &end.place(),
        &mut &mut *rng,
    )?];
    let body = AccountBody::AddMethod(AddMethod {
        at_ms,
        kind,
        keys: keys.clone(),
        epoch: secret.epoch(),
        wrap: wraps[0].hash(),
        method_key,
    });
    Ok(account_act(end, signer, &body, wraps, None))
}

/// Revokes devices and methods and begins an account epoch, whose secret is sealed to those who
/// stay. Returns the new secret beside the act.
///
/// # Errors
/// [`SealError`] when a recipient's key is not valid.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a field of the statement"
)]
pub fn revoke(
    end: &LogEnd,
    signer: &impl Signs,
    secret: &AccountSecret,
    targets: Vec<SignerId>,
    cuts: Vec<Cut>,
    logs: Vec<LogCut>,
    stay: &[Recipient],
    at_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(Act, AccountSecret), SealError> {
    let turn = turn_account(end, secret, stay, &mut &mut *rng)?;
    let body = AccountBody::Revoke(Revoke {
        at_ms,
        targets,
        cuts,
        logs,
        epoch: turn.epoch,
    });
    let previous = Some(turn.previous);
    Ok((
        account_act(end, signer, &body, turn.wraps, previous),
        turn.next,
    ))
}

/// Admits a new life of the box's store.
#[must_use]
pub fn admit_incarnation(
    end: &LogEnd,
    signer: &impl Signs,
    incarnation: IncarnationId,
    at_ms: u64,
) -> Act {
    let body = AccountBody::AdmitIncarnation { at_ms, incarnation };
    account_act(end, signer, &body, Vec::new(), None)
}

/// An account's epoch about to begin: its secret, sealed to who has it, and the one before sealed
/// under it.
struct Turn {
    next: AccountSecret,
    wraps: Vec<Wrap>,
    previous: SealedPrevious,
    epoch: EpochPart,
}

fn turn_account(
    end: &LogEnd,
    secret: &AccountSecret,
    stay: &[Recipient],
    rng: &mut impl CryptoRng,
) -> Result<Turn, SealError> {
    let next = AccountSecret::make(secret.epoch() + 1, rng);
    let wraps = seal_to(&next, stay, &end.place(), rng)?;
    let previous = wrap::seal_previous(secret, &next, end.log, rng)?;
    let public = Some(next.public());
    let epoch = epoch_part(
        next.epoch(),
        public,
        &wraps,
        &BTreeMap::new(),
        Some(&previous),
    );
    Ok(Turn {
        next,
        wraps,
        previous,
        epoch,
    })
}

fn account_act(
    end: &LogEnd,
    signer: &impl Signs,
    body: &AccountBody,
    wraps: Vec<Wrap>,
    previous: Option<SealedPrevious>,
) -> Act {
    let draft = Draft {
        log: end.log,
        sequence: end.sequence + 1,
        previous: end.head,
        body: body.to_bytes(),
        signer_account: end.log.into(),
        signer: signer.signer(),
        account_head: end.head,
    };
    signed(LogKind::Account, draft, signer, wraps, previous)
}

fn signed(
    kind: LogKind,
    draft: Draft,
    signer: &impl Signs,
    wraps: Vec<Wrap>,
    previous: Option<SealedPrevious>,
) -> Act {
    let signature = signer.sign(kind.label(), &draft.sign_bytes());
    Act {
        kind,
        statement: draft.signed(signature),
        wraps,
        previous,
    }
}

fn seal_to<S: Chained>(
    secret: &S,
    recipients: &[Recipient],
    place: &WrapPlace,
    rng: &mut impl CryptoRng,
) -> Result<Vec<Wrap>, SealError> {
    recipients
        .iter()
        .map(|to| wrap::seal(secret, to, place, rng))
        .collect()
}

fn epoch_part(
    epoch: u32,
    public_key: Option<SealingPublic>,
    wraps: &[Wrap],
    epochs: &BTreeMap<lifeos_protocol::RecipientId, u32>,
    previous: Option<&SealedPrevious>,
) -> EpochPart {
    let named = |wrap: &Wrap| NamedWrap {
        recipient: wrap.header.recipient,
        recipient_epoch: epochs.get(&wrap.header.recipient).copied().unwrap_or(0),
        wrap: wrap.hash(),
    };
    EpochPart {
        epoch,
        public_key,
        wraps: wraps.iter().map(named).collect(),
        previous: previous.map_or(Hash::ZERO, SealedPrevious::hash),
    }
}
