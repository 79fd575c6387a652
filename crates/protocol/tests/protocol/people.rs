//! People with devices, methods, accounts and spaces, all from fixed seeds.

use ed25519_dalek::{Signer as _, SigningKey};
use lifeos_protocol::hash::sha256;
use lifeos_protocol::log::{
    AccountBody, AccountGenesis, AccountLog, AddDevice, AddMethod, Applied, Cut, Draft, EpochPart,
    History, LogCut, LogKind, LogRefusal, LogStatement, NamedWrap, Revoke, SpaceBody, SpaceGenesis,
    SpaceLog,
};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::{
    AccountId, Class, DeviceId, Hash, Label, LogId, MethodId, MethodKind, PublicKeys, RecipientId,
    SealingPublic, Signature, SignerId, SigningPublic, SpaceId, Wire,
};

/// A device or method with its signing key. Its sealing key is only a pattern: nothing here seals.
#[derive(Clone)]
pub(crate) struct Party {
    signing: SigningKey,
    pub(crate) keys: PublicKeys,
}

impl Party {
    pub(crate) fn new(name: &str) -> Self {
        let signing = SigningKey::from_bytes(sha256(name.as_bytes()).as_bytes());
        let keys = PublicKeys {
            signing: SigningPublic::new(signing.verifying_key().to_bytes()).unwrap(),
            sealing: pattern_key(name),
        };
        Self { signing, keys }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.keys.device_id()
    }

    pub(crate) fn method(&self) -> MethodId {
        self.keys.method_id()
    }

    pub(crate) fn sign(&self, label: Label, message: &[u8]) -> Signature {
        Signature::new(self.signing.sign(&label.with(&[message])).to_bytes())
    }

    pub(crate) fn sign_draft(&self, kind: LogKind, draft: Draft) -> LogStatement {
        let signature = self.sign(kind.label(), &draft.sign_bytes());
        draft.signed(signature)
    }
}

pub(crate) fn pattern_key(name: &str) -> SealingPublic {
    let mut bytes = [0; SealingPublic::LENGTH];
    for (at, chunk) in bytes.chunks_mut(32).enumerate() {
        chunk.copy_from_slice(sha256(format!("{name}/{at}").as_bytes()).as_bytes());
    }
    SealingPublic::new(bytes)
}

pub(crate) fn some_hash(name: &str) -> Hash {
    sha256(name.as_bytes())
}

/// Wraps for recipients, each with a hash of its own.
pub(crate) fn wraps(recipients: impl IntoIterator<Item = RecipientId>) -> Vec<NamedWrap> {
    let named = |recipient: RecipientId| NamedWrap {
        recipient,
        recipient_epoch: 0,
        wrap: some_hash(&format!("wrap for {recipient}")),
    };
    recipients.into_iter().map(named).collect()
}

pub(crate) fn account_epoch(
    epoch: u32,
    recipients: impl IntoIterator<Item = RecipientId>,
) -> EpochPart {
    EpochPart {
        epoch,
        public_key: Some(pattern_key(&format!("account epoch {epoch}"))),
        wraps: wraps(recipients),
        previous: if epoch == 1 {
            Hash::ZERO
        } else {
            some_hash("previous")
        },
    }
}

pub(crate) fn genesis_statement(first: &Party) -> LogStatement {
    let body = AccountBody::Genesis(AccountGenesis {
        salt: [7; 16],
        at_ms: 1_000,
        class: Class::Full,
        keys: first.keys.clone(),
        epoch: account_epoch(1, [first.device().into()]),
    });
    first.sign_draft(LogKind::Account, account_draft_zero(first, &body))
}

pub(crate) fn account_draft_zero(first: &Party, body: &AccountBody) -> Draft {
    Draft {
        log: LogId::ZERO,
        sequence: 0,
        previous: Hash::ZERO,
        body: body.to_bytes(),
        signer_account: AccountId::ZERO,
        signer: first.device().into(),
        account_head: Hash::ZERO,
    }
}

pub(crate) fn account(first: &Party) -> AccountLog {
    AccountLog::start(genesis_statement(first), ()).unwrap()
}

/// The next statement of an account log, by a signer.
pub(crate) fn next(
    log: &AccountLog,
    by: &Party,
    signer: impl Into<SignerId>,
    body: &AccountBody,
) -> LogStatement {
    let draft = Draft {
        log: log.id(),
        sequence: log.sequence() + 1,
        previous: log.head(),
        body: body.to_bytes(),
        signer_account: log.account(),
        signer: signer.into(),
        account_head: log.head(),
    };
    by.sign_draft(LogKind::Account, draft)
}

/// Applies a device's statement.
pub(crate) fn by_device(
    log: &mut AccountLog,
    by: &Party,
    body: &AccountBody,
) -> Result<Applied, LogRefusal> {
    log.apply(next(log, by, by.device(), body), ())
}

/// Applies a method's statement.
pub(crate) fn by_method(
    log: &mut AccountLog,
    by: &Party,
    body: &AccountBody,
) -> Result<Applied, LogRefusal> {
    log.apply(next(log, by, by.method(), body), ())
}

pub(crate) fn add_device(log: &AccountLog, party: &Party, class: Class) -> AccountBody {
    let wrap = if class == Class::Full {
        some_hash("wrap of a new device")
    } else {
        Hash::ZERO
    };
    AccountBody::AddDevice(AddDevice {
        at_ms: 2_000,
        class,
        keys: party.keys.clone(),
        epoch: log.epoch(),
        wrap,
    })
}

pub(crate) fn add_method(log: &AccountLog, party: &Party, kind: MethodKind) -> AccountBody {
    AccountBody::AddMethod(AddMethod {
        at_ms: 3_000,
        kind,
        keys: party.keys.clone(),
        epoch: log.epoch(),
        wrap: some_hash("wrap of a new method"),
        method_key: some_hash("sealed method key"),
    })
}

pub(crate) fn revoke(log: &AccountLog, targets: &[SignerId], cuts: &[Cut]) -> AccountBody {
    revoke_at(log, targets, cuts, &[])
}

/// Revokes where the spaces' logs stand so.
pub(crate) fn revoke_at(
    log: &AccountLog,
    targets: &[SignerId],
    cuts: &[Cut],
    logs: &[LogCut],
) -> AccountBody {
    let recipients = log.secret_recipients(targets).into_iter().map(|(id, _)| id);
    AccountBody::Revoke(Revoke {
        at_ms: 4_000,
        targets: targets.to_vec(),
        cuts: cuts.to_vec(),
        logs: logs.to_vec(),
        epoch: account_epoch(log.epoch() + 1, recipients),
    })
}

/// Where a space's log stands.
pub(crate) fn log_cut(log: &SpaceLog) -> LogCut {
    LogCut {
        space: log.space(),
        sequence: log.sequence(),
        head: log.head(),
    }
}

pub(crate) fn cut(device: DeviceId, space: SpaceId, point: ChainPoint) -> Cut {
    Cut {
        device,
        space,
        counter: point.counter,
        h: point.h,
    }
}

/// An epoch part of a space for members, each at an epoch of its account.
pub(crate) fn space_epoch(epoch: u32, members: &[(AccountId, u32)]) -> EpochPart {
    let named = |(account, recipient_epoch): &(AccountId, u32)| NamedWrap {
        recipient: (*account).into(),
        recipient_epoch: *recipient_epoch,
        wrap: some_hash(&format!("space wrap {epoch} for {account}")),
    };
    EpochPart {
        epoch,
        public_key: None,
        wraps: members.iter().map(named).collect(),
        previous: if epoch == 1 {
            Hash::ZERO
        } else {
            some_hash("previous space key")
        },
    }
}

pub(crate) fn space_genesis(
    maker: &AccountLog,
    by: &Party,
    history: History,
    least_class: Class,
) -> LogStatement {
    let body = SpaceBody::Genesis(SpaceGenesis {
        salt: [9; 16],
        at_ms: 5_000,
        least_class,
        history,
        epoch: space_epoch(1, &[(maker.account(), maker.epoch())]),
    });
    let draft = Draft {
        log: LogId::ZERO,
        sequence: 0,
        previous: Hash::ZERO,
        body: body.to_bytes(),
        signer_account: maker.account(),
        signer: by.device().into(),
        account_head: maker.head(),
    };
    by.sign_draft(LogKind::Space, draft)
}

pub(crate) fn space(maker: &AccountLog, by: &Party) -> SpaceLog {
    SpaceLog::start(space_genesis(maker, by, History::All, Class::Shared), maker).unwrap()
}

/// The next statement of a space log, by a device of an account.
pub(crate) fn space_next(
    log: &SpaceLog,
    account: &AccountLog,
    by: &Party,
    body: &SpaceBody,
) -> LogStatement {
    let draft = Draft {
        log: log.id(),
        sequence: log.sequence() + 1,
        previous: log.head(),
        body: body.to_bytes(),
        signer_account: account.account(),
        signer: by.device().into(),
        account_head: account.head(),
    };
    by.sign_draft(LogKind::Space, draft)
}
