//! A person with keys: what a replica would sign, without what it would seal. The box opens nothing,
//! so ciphertext here is any bytes of the right length.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use ed25519_dalek::{Signer as _, SigningKey};
use lifeos_protocol::Wire;
use lifeos_protocol::api::{Binary, LogAppend, MethodUpload};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::change::Change;
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::ids::{
    AccountId, DeviceId, Hash, KitLookupId, LogId, MethodId, RecipientId, SignerId, SpaceId,
};
use lifeos_protocol::keys::{Class, MethodKind, PublicKeys, SealingPublic, SigningPublic};
use lifeos_protocol::label::{self, Label};
use lifeos_protocol::log::{
    AccountBody, AccountGenesis, AddDevice, AddMethod, Cut, Draft, EpochPart, Erased, History,
    LogCut, LogKind, LogStatement, NamedWrap, Revoke, SpaceBody, SpaceGenesis,
};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::seal::{Seal, SealKind};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::signature::Signature;
use lifeos_protocol::statement::{Statement, chain_start};
use lifeos_protocol::wrap::{SealedPrevious, Wrap, WrapHeader, WrapKind};

/// Keys of a device or a method.
#[derive(Clone)]
pub(crate) struct Keys {
    signing: SigningKey,
    pub(crate) public: PublicKeys,
}

impl Keys {
    pub(crate) fn make(seed: u8) -> Self {
        let signing = SigningKey::from_bytes(&[seed; 32]);
        let public = PublicKeys {
            signing: SigningPublic::new(signing.verifying_key().to_bytes()).unwrap(),
            sealing: sealing(seed),
        };
        Self { signing, public }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.public.device_id()
    }

    pub(crate) fn method(&self) -> MethodId {
        self.public.method_id()
    }

    pub(crate) fn sign(&self, label: Label, bytes: &[u8]) -> Signature {
        Signature::new(self.signing.sign(&label.with(&[bytes])).to_bytes())
    }

    fn sign_draft(&self, kind: LogKind, draft: Draft) -> LogStatement {
        let signature = self.sign(kind.label(), &draft.sign_bytes());
        draft.signed(signature)
    }
}

fn sealing(seed: u8) -> SealingPublic {
    SealingPublic::new([seed; SealingPublic::LENGTH])
}

/// The place of a log's next statement.
#[derive(Clone, Copy)]
struct Place {
    log: LogId,
    sequence: u32,
    previous: Hash,
}

const FIRST: Place = Place {
    log: LogId::ZERO,
    sequence: 0,
    previous: Hash::ZERO,
};

/// An account with one space, as its first device knows it.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) device: Keys,
    pub(crate) passkey: Keys,
    pub(crate) kit: Keys,
    pub(crate) account: AccountId,
    pub(crate) space: SpaceId,
    head: Hash,
    sequence: u32,
    space_head: Hash,
    pub(crate) space_sequence: u32,
    pub(crate) account_log: Vec<LogAppend>,
    pub(crate) space_log: Vec<LogAppend>,
    pub(crate) kit_lookup: KitLookupId,
}

impl Person {
    /// Makes the account's genesis; methods and space follow with [`Person::complete`].
    pub(crate) fn make(seed: u8) -> Self {
        let device = Keys::make(seed);
        let wrap = wrap(
            WrapKind::AccountSecret,
            FIRST,
            1,
            device.device().into(),
            seed,
        );
        let genesis = AccountBody::Genesis(AccountGenesis {
            salt: [seed; 16],
            at_ms: 1,
            class: Class::Full,
            keys: device.public.clone(),
            epoch: EpochPart {
                epoch: 1,
                public_key: Some(sealing(seed.wrapping_add(100))),
                wraps: vec![named(&wrap, 0)],
                previous: Hash::ZERO,
            },
        });
        let statement = device.sign_draft(
            LogKind::Account,
            Draft {
                log: LogId::ZERO,
                sequence: 0,
                previous: Hash::ZERO,
                body: genesis.to_bytes(),
                signer_account: AccountId::ZERO,
                signer: device.device().into(),
                account_head: Hash::ZERO,
            },
        );
        let head = statement.hash(LogKind::Account);
        Self {
            device,
            passkey: Keys::make(seed.wrapping_add(1)),
            kit: Keys::make(seed.wrapping_add(2)),
            account: AccountId::new(head.first_16()),
            space: SpaceId::ZERO,
            head,
            sequence: 0,
            space_head: Hash::ZERO,
            space_sequence: 0,
            account_log: vec![append(&statement, &[wrap], None, None)],
            space_log: Vec::new(),
            kit_lookup: KitLookupId::new([seed; 16]),
        }
    }

    /// Adds a passkey's method, a kit and a space, ready for a claim.
    pub(crate) fn complete(&mut self, credential: &[u8]) {
        let (passkey, kit) = (self.passkey.clone(), self.kit.clone());
        let added = self.add_method(
            &passkey,
            MethodKind::Passkey,
            Some(credential.to_vec()),
            None,
        );
        self.account_log.push(added);
        let lookup = self.kit_lookup;
        let added = self.add_method(&kit, MethodKind::Kit, None, Some(lookup));
        self.account_log.push(added);
        self.begin_space();
    }

    pub(crate) fn add_method(
        &mut self,
        keys: &Keys,
        kind: MethodKind,
        credential: Option<Vec<u8>>,
        lookup: Option<KitLookupId>,
    ) -> LogAppend {
        let wrap = self.account_wrap(1, keys.method().into());
        let sealed = SealedMethodKey {
            kind,
            account: self.account,
            method: keys.method(),
            nonce: [1; 24],
            key_commitment: [2; 32],
            sealed: [3; 80],
        };
        let body = AccountBody::AddMethod(AddMethod {
            at_ms: 1,
            kind,
            keys: keys.public.clone(),
            epoch: 1,
            wrap: wrap.hash(),
            method_key: sealed.hash(),
        });
        let statement = self.next(body, None);
        let upload = MethodUpload {
            sealed: Binary::of(&sealed),
            kit_lookup: lookup,
            credential: credential.map(Binary),
        };
        append(&statement, &[wrap], None, Some(upload))
    }

    /// Enrols another full device.
    pub(crate) fn add_device(&mut self, keys: &Keys, by: Option<&Keys>) -> LogAppend {
        let wrap = self.account_wrap(1, keys.device().into());
        let body = AccountBody::AddDevice(AddDevice {
            at_ms: 1,
            class: Class::Full,
            keys: keys.public.clone(),
            epoch: 1,
            wrap: wrap.hash(),
        });
        let statement = self.next(body, by);
        append(&statement, &[wrap], None, None)
    }

    /// Revokes a device and turns the epoch for those who stay.
    pub(crate) fn revoke(
        &mut self,
        target: &Keys,
        stay: &[RecipientId],
        end: Option<ChainPoint>,
    ) -> LogAppend {
        let wraps: Vec<_> = stay
            .iter()
            .map(|recipient| self.account_wrap(2, *recipient))
            .collect();
        let previous = SealedPrevious {
            nonce: [4; 24],
            key_commitment: [5; 32],
            sealed: [6; 48],
        };
        let cut = end.map(|end| Cut {
            device: target.device(),
            space: self.space,
            counter: end.counter,
            h: end.h,
        });
        let body = AccountBody::Revoke(Revoke {
            at_ms: 1,
            targets: vec![target.device().into()],
            cuts: cut.into_iter().collect(),
            logs: vec![LogCut {
                space: self.space,
                sequence: self.space_sequence,
                head: self.space_head,
            }],
            epoch: EpochPart {
                epoch: 2,
                public_key: Some(sealing(200)),
                wraps: wraps.iter().map(|wrap| named(wrap, 0)).collect(),
                previous: previous.hash(),
            },
        });
        let statement = self.next(body, None);
        append(&statement, &wraps, Some(&previous), None)
    }

    fn begin_space(&mut self) {
        self.space_log = vec![self.space_of([7; 16], 9)];
    }

    /// Begins one more space, which is the person's from then on.
    pub(crate) fn begin_another_space(&mut self) -> LogAppend {
        static NEXT: AtomicU8 = AtomicU8::new(10);
        // No two wraps are the same, as no two are that somebody sealed.
        self.begin_space_of_wrap(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// As [`Self::begin_another_space`], with the wrap that each space of this `fill` names.
    pub(crate) fn begin_space_of_wrap(&mut self, fill: u8) -> LogAppend {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut salt = [9; 16];
        let next = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        salt[..8].copy_from_slice(&next);
        self.space_of(salt, fill)
    }

    fn space_of(&mut self, salt: [u8; 16], fill: u8) -> LogAppend {
        let wrap = wrap(WrapKind::SpaceKey, FIRST, 1, self.account.into(), fill);
        let body = SpaceBody::Genesis(SpaceGenesis {
            salt,
            at_ms: 1,
            least_class: Class::Full,
            history: History::All,
            epoch: EpochPart {
                epoch: 1,
                public_key: None,
                wraps: vec![named(&wrap, 1)],
                previous: Hash::ZERO,
            },
        });
        let statement = self.device.sign_draft(
            LogKind::Space,
            Draft {
                log: LogId::ZERO,
                sequence: 0,
                previous: Hash::ZERO,
                body: body.to_bytes(),
                signer_account: self.account,
                signer: self.device.device().into(),
                account_head: self.head,
            },
        );
        self.space_head = statement.hash(LogKind::Space);
        self.space = SpaceId::new(self.space_head.first_16());
        append(&statement, &[wrap], None, None)
    }

    /// Erases leaf 1 of changes of a device.
    pub(crate) fn erase(&mut self, author: &Keys, counters: &[u64]) -> LogAppend {
        let erased = |counter: &u64| Erased {
            device: author.device(),
            counter: *counter,
            leaves: vec![1],
        };
        let body = SpaceBody::Erasure {
            at_ms: 1,
            erased: counters.iter().map(erased).collect(),
        };
        let device = self.device.clone();
        self.say(&device, &body)
    }

    /// A device signs for a segment that it read back.
    pub(crate) fn read_back(&mut self, by: &Keys) -> LogAppend {
        let body = SpaceBody::ReadBack {
            at_ms: 1,
            manifest: self.space_head,
        };
        self.say(by, &body)
    }

    fn say(&mut self, by: &Keys, body: &SpaceBody) -> LogAppend {
        let draft = Draft {
            log: self.space.into(),
            sequence: self.space_sequence + 1,
            previous: self.space_head,
            body: body.to_bytes(),
            signer_account: self.account,
            signer: by.device().into(),
            account_head: self.head,
        };
        let statement = by.sign_draft(LogKind::Space, draft);
        self.space_sequence += 1;
        self.space_head = statement.hash(LogKind::Space);
        append(&statement, &[], None, None)
    }

    fn account_wrap(&self, epoch: u32, recipient: RecipientId) -> Wrap {
        let place = Place {
            log: self.account.into(),
            sequence: self.sequence + 1,
            previous: self.head,
        };
        wrap(WrapKind::AccountSecret, place, epoch, recipient, 8)
    }

    fn next(&mut self, body: AccountBody, by: Option<&Keys>) -> LogStatement {
        let (keys, signer): (&Keys, SignerId) = match by {
            Some(method) => (method, method.method().into()),
            None => (&self.device, self.device.device().into()),
        };
        let draft = Draft {
            log: self.account.into(),
            sequence: self.sequence + 1,
            previous: self.head,
            body: body.to_bytes(),
            signer_account: self.account,
            signer,
            account_head: self.head,
        };
        let statement = keys.sign_draft(LogKind::Account, draft);
        self.sequence += 1;
        self.head = statement.hash(LogKind::Account);
        statement
    }

    /// Begins the chain of a device in the space.
    pub(crate) fn author(&self, keys: &Keys) -> Author {
        Author {
            keys: keys.clone(),
            account: self.account,
            space: self.space,
            space_head: self.space_head,
            account_head: self.head,
            account_position: self.sequence,
            end: chain_start(self.space, keys.device()),
        }
    }
}

/// A device that writes.
#[derive(Clone)]
pub(crate) struct Author {
    pub(crate) keys: Keys,
    account: AccountId,
    space: SpaceId,
    space_head: Hash,
    account_head: Hash,
    account_position: u32,
    pub(crate) end: ChainPoint,
}

impl Author {
    /// Writes changes; `what` makes one statement differ from another at the same counter.
    pub(crate) fn write(&mut self, count: usize, what: u8) -> Batch {
        self.write_sized(count, what, 256)
    }

    pub(crate) fn write_sized(&mut self, count: usize, what: u8, padded: u32) -> Batch {
        self.write_with(count, what, padded, |_, length| vec![what; length])
    }

    /// Writes changes whose ciphertext is made of a counter and a length.
    pub(crate) fn write_with(
        &mut self,
        count: usize,
        what: u8,
        padded: u32,
        ciphertext: impl Fn(u64, usize) -> Vec<u8>,
    ) -> Batch {
        let first = self.end.counter + 1;
        let nobody = Frontier::new();
        let mut changes = Vec::new();
        for _ in 0..count {
            let counter = self.end.counter + 1;
            let statement = Statement {
                epoch: 1,
                space_position: 0,
                account_position: self.account_position,
                seen: Seen::for_counter(counter, &nobody, &nobody),
                commitment: Hash::new([what; 32]),
            };
            let seal = Seal {
                kind: SealKind::Change,
                epoch: 1,
                nonce: [what; 24],
                key_commitment: [what; 32],
                padded_length: padded,
            };
            self.end = statement.chain(self.space, self.keys.device(), self.end);
            let ciphertext = ciphertext(counter, seal.ciphertext_length());
            changes.push(Change::new(statement, seal, ciphertext).unwrap());
        }
        let body = HeadBody {
            account: self.account,
            space: self.space,
            device: self.keys.device(),
            counter: self.end.counter,
            h: self.end.h,
            space_log_head: self.space_head,
            account_log_head: self.account_head,
            seen_digest: nobody.digest(),
        };
        let signature = self.keys.sign(label::HEAD, &body.sign_bytes());
        Batch::new(self.keys.device(), first, changes, Head { body, signature }).unwrap()
    }
}

/// Seals a change anew, as the box sees it: the same statement, other bytes.
pub(crate) fn sealed_anew(change: &Change, epoch: u32, what: u8) -> Change {
    let seal = Seal {
        epoch,
        nonce: [what; 24],
        ..change.seal.clone()
    };
    let ciphertext = vec![what; seal.ciphertext_length()];
    Change::new(change.statement.clone(), seal, ciphertext).unwrap()
}

fn wrap(kind: WrapKind, place: Place, epoch: u32, recipient: RecipientId, fill: u8) -> Wrap {
    let header = WrapHeader {
        kind,
        log: place.log,
        sequence: place.sequence,
        previous: place.previous,
        epoch,
        recipient,
    };
    Wrap::new(
        header,
        [fill; Wrap::ENC_LENGTH],
        [fill; Wrap::SEALED_LENGTH],
    )
}

fn named(wrap: &Wrap, recipient_epoch: u32) -> NamedWrap {
    NamedWrap {
        recipient: wrap.header.recipient,
        recipient_epoch,
        wrap: wrap.hash(),
    }
}

fn append(
    statement: &LogStatement,
    wraps: &[Wrap],
    previous: Option<&SealedPrevious>,
    method: Option<MethodUpload>,
) -> LogAppend {
    LogAppend {
        statement: Binary::of(statement),
        wraps: wraps.iter().map(Binary::of).collect(),
        previous: previous.map(Binary::of),
        method,
    }
}
