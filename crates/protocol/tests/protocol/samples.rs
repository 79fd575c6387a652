//! One fixed example of every format, with how it is read.

use lifeos_protocol::anchor::{Anchor, AnchorBody, SpaceFloor};
use lifeos_protocol::approval::{ApprovalAnswer, Opening, Transcript};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::bodies::{Bodies, Resealed};
use lifeos_protocol::change::Change;
use lifeos_protocol::head::Head;
use lifeos_protocol::kit::{KitAccount, KitBytes, KitText};
use lifeos_protocol::log::{
    AccountBody, Cut, Erased, LogKind, RemoveMember, Resolve, ResolveAccount, Role, SetRole,
    SpaceBody,
};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::session::{Answer, Challenge, SessionKey};
use lifeos_protocol::statement::{Statement, chain_start, commitment, leaf_commitment};
use lifeos_protocol::stream::{AccountHead, BodyGone, Complete, Frame, FrameDecoder, Gone, Run};
use lifeos_protocol::tail::{Notice, NoticeKind, TailOpen};
use lifeos_protocol::window::CounterWindow;
use lifeos_protocol::words::{Shown, words};
use lifeos_protocol::wrap::{SealedPrevious, Wrap, WrapHeader, WrapKind};
use lifeos_protocol::{
    AccountId, CeremonyId, Class, DecodeError, DeviceId, IncarnationId, InstanceId, MethodKind,
    PublicKeys, SpaceId, Wire, label,
};

use crate::approval::{answer, opening};
use crate::judge::Home;
use crate::people::{
    Party, account_epoch, add_device, add_method, cut, genesis_statement, log_cut, revoke_at,
    some_hash, space_epoch,
};

/// Reads bytes and writes them again.
pub(crate) type Reread = fn(&[u8]) -> Result<Vec<u8>, DecodeError>;

/// An example: its name, its bytes, and how they are read.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) reread: Reread,
}

fn wire<T: Wire>(name: &'static str, value: &T) -> Sample {
    let reread: Reread = |bytes| T::from_bytes(bytes).map(|value| value.to_bytes());
    Sample {
        name,
        bytes: value.to_bytes(),
        reread,
    }
}

/// Reads a whole stream: every frame, up to the complete mark.
fn reread_stream(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut decoder = FrameDecoder::new();
    decoder.feed(bytes);
    let mut written = Vec::new();
    while let Some(frame) = decoder.next_frame()? {
        written.extend(frame.to_bytes());
    }
    if decoder.is_complete() {
        Ok(written)
    } else {
        Err(DecodeError::Truncated)
    }
}

fn frontier() -> Frontier {
    let mut frontier = Frontier::new();
    frontier.observe(
        DeviceId::new([0x11; 16]),
        ChainPoint {
            counter: 41,
            h: some_hash("h41"),
        },
    );
    frontier.observe(
        DeviceId::new([0x22; 16]),
        ChainPoint {
            counter: 7,
            h: some_hash("h7"),
        },
    );
    frontier
}

pub(crate) fn statements() -> Vec<(&'static str, Statement)> {
    let statement = |counter: u64, seen: Seen| Statement {
        epoch: 1,
        space_position: 0,
        account_position: 2,
        seen,
        commitment: some_hash(&format!("commitment {counter}")),
    };
    vec![
        (
            "statement/in-full",
            statement(1, Seen::in_full(&frontier())),
        ),
        (
            "statement/difference",
            statement(2, Seen::since(&Frontier::new(), &frontier())),
        ),
        (
            "statement/nothing-new",
            statement(3, Seen::since(&frontier(), &frontier())),
        ),
    ]
}

pub(crate) fn wrap() -> Wrap {
    let header = WrapHeader {
        kind: WrapKind::SpaceKey,
        log: SpaceId::new([0x33; 16]).into(),
        sequence: 4,
        previous: some_hash("statement 3"),
        epoch: 2,
        recipient: AccountId::new([0x44; 16]).into(),
    };
    Wrap::new(
        header,
        [0x55; Wrap::ENC_LENGTH],
        [0x66; Wrap::SEALED_LENGTH],
    )
}

fn method_key() -> SealedMethodKey {
    SealedMethodKey {
        kind: MethodKind::Kit,
        account: AccountId::new([0x44; 16]),
        method: Party::new("kit").method(),
        nonce: [0x77; 24],
        key_commitment: [0x88; 32],
        sealed: [0x99; 80],
    }
}

fn previous() -> SealedPrevious {
    SealedPrevious {
        nonce: [1; 24],
        key_commitment: [2; 32],
        sealed: [3; 48],
    }
}

fn anchor() -> Anchor {
    let home = Home::new();
    let body = AnchorBody {
        account: home.account.account(),
        account_floor: home.account.floor(),
        spaces: vec![SpaceFloor {
            space: home.space.space(),
            floor: home.space.floor(),
        }],
        protocol_version: 1,
        at_ms: 1_700_000_000_000,
        signer: home.laptop.device().into(),
    };
    let signature = home.laptop.sign(label::ANCHOR, &body.to_bytes());
    Anchor { body, signature }
}

fn log_statements() -> Vec<Sample> {
    let home = Home::new();
    vec![
        wire(
            "log-statement/account-genesis",
            &genesis_statement(&home.laptop),
        ),
        wire("log-statement/add-method", &home.account.statements()[1]),
        wire("log-statement/add-device", &home.account.statements()[2]),
        wire("log-statement/space-genesis", &home.space.statements()[0]),
    ]
}

fn bodies() -> Vec<Sample> {
    let home = Home::new();
    let (account, space) = (home.account.account(), home.space.space());
    let point = ChainPoint {
        counter: 12,
        h: some_hash("h12"),
    };
    let cuts: Vec<Cut> = vec![cut(home.phone.device(), space, point)];
    let logs = vec![log_cut(&home.space)];
    let targets = vec![home.phone.device().into()];
    let (picked, refused) = (some_hash("picked"), some_hash("refused"));
    let epoch = space_epoch(2, &[(account, 1)]);
    vec![
        wire(
            "account-body/add-device",
            &add_device(&home.account, &Party::new("tablet"), Class::Shared),
        ),
        wire(
            "account-body/add-method",
            &add_method(&home.account, &Party::new("passkey"), MethodKind::Passkey),
        ),
        wire(
            "account-body/revoke",
            &revoke_at(&home.account, &targets, &cuts, &logs),
        ),
        wire(
            "account-body/resolve",
            &AccountBody::Resolve(ResolveAccount {
                at_ms: 1,
                picked,
                refused,
                targets,
                cuts: cuts.clone(),
                logs: logs.clone(),
                epoch: account_epoch(2, [home.laptop.device().into()]),
            }),
        ),
        wire(
            "account-body/admit-incarnation",
            &AccountBody::AdmitIncarnation {
                at_ms: 1,
                incarnation: IncarnationId::new([0xEE; 16]),
            },
        ),
        wire(
            "space-body/rekey",
            &SpaceBody::Rekey {
                at_ms: 1,
                epoch: epoch.clone(),
            },
        ),
        wire(
            "space-body/add-member",
            &SpaceBody::AddMember(lifeos_protocol::log::AddMember {
                at_ms: 1,
                account,
                account_head: home.account.head(),
                role: Role::Admin,
                epoch: 1,
                wrap: wrap().hash(),
                recipient_epoch: 1,
            }),
        ),
        wire(
            "space-body/remove-member",
            &SpaceBody::RemoveMember(RemoveMember {
                at_ms: 1,
                account,
                cuts: cuts.clone(),
                epoch: epoch.clone(),
            }),
        ),
        wire(
            "space-body/set-role",
            &SpaceBody::SetRole(SetRole {
                at_ms: 1,
                account,
                role: Role::Viewer,
                cuts: cuts.clone(),
            }),
        ),
        wire(
            "space-body/erasure",
            &SpaceBody::Erasure {
                at_ms: 1,
                erased: vec![Erased {
                    device: home.phone.device(),
                    counter: 12,
                    leaves: vec![1, 3],
                }],
            },
        ),
        wire(
            "space-body/resolve",
            &SpaceBody::Resolve(Resolve {
                at_ms: 1,
                picked,
                refused,
                cuts,
                epoch,
            }),
        ),
        wire(
            "space-body/read-back",
            &SpaceBody::ReadBack {
                at_ms: 1,
                manifest: some_hash("manifest"),
            },
        ),
    ]
}

pub(crate) fn batch() -> Batch {
    let home = Home::new();
    let start = chain_start(home.space.space(), home.laptop.device());
    home.batch(&home.laptop, start, vec![home.change(1), home.change(2)])
}

pub(crate) fn bodies_sealed_anew() -> Bodies {
    let home = Home::new();
    let item = |device, counter| Resealed {
        device,
        counter,
        change: home.change(counter),
    };
    let (laptop, phone) = (home.laptop.device(), home.phone.device());
    Bodies::new(3, vec![item(laptop, 2), item(phone, 1), item(laptop, 1)]).unwrap()
}

pub(crate) fn frames() -> Vec<Frame> {
    let home = Home::new();
    let batch = batch();
    vec![
        Frame::Log(LogKind::Space, home.space.statements()[0].clone()),
        Frame::Run(Run {
            sequence: 5,
            device: batch.device(),
            first: 1,
            changes: batch.changes().to_vec(),
        }),
        Frame::BodyGone(BodyGone {
            sequence: 7,
            device: home.phone.device(),
            counter: 3,
            statement: statements()[2].1.clone(),
            why: Gone::Erased,
        }),
        Frame::Head(*batch.head()),
        Frame::Complete(Complete {
            incarnation: IncarnationId::new([0xEE; 16]),
            sequence: 7,
            server_time_ms: 1_700_000_000_000,
            accounts: vec![AccountHead {
                account: home.account.account(),
                head: home.account.head(),
            }],
            space_log_head: home.space.head(),
        }),
    ]
}

/// Every example.
pub(crate) fn all() -> Vec<Sample> {
    let home = Home::new();
    let mut samples: Vec<Sample> = statements()
        .iter()
        .map(|(name, statement)| wire(name, statement))
        .collect();
    samples.extend([
        wire::<PublicKeys>("keys", &home.laptop.keys),
        wire::<Change>("change", &home.change(1)),
        wire::<Head>("head", batch().head()),
        wire::<Batch>("batch", &batch()),
        wire::<Bodies>("bodies", &bodies_sealed_anew()),
        wire("wrap", &wrap()),
        wire("sealed-previous", &previous()),
        wire("sealed-method-key", &method_key()),
        wire("anchor", &anchor()),
        wire::<Opening>("approval-opening", &opening()),
        wire::<ApprovalAnswer>("approval-answer", &answer()),
        wire("session-challenge", &challenge()),
        wire(
            "tail-open",
            &TailOpen::new(&SessionKey::from_bytes([8; 32]), 3, &some_hash("cookie")),
        ),
        wire(
            "tail-notice",
            &Notice {
                kind: NoticeKind::Space,
                id: [0x33; 16],
                sequence: 9,
            },
        ),
        Sample {
            name: "stream",
            bytes: frames().iter().flat_map(Frame::to_bytes).collect(),
            reread: reread_stream,
        },
    ]);
    samples.extend(log_statements());
    samples.extend(bodies());
    samples
}

fn challenge() -> Challenge {
    Challenge {
        nonce: [1; 32],
        box_key: [2; 32],
        instance: InstanceId::new([3; 16]),
    }
}

/// What is derived from examples: hashes, ids, codes, texts.
pub(crate) fn derived() -> Vec<(&'static str, String)> {
    let home = Home::new();
    let first = &statements()[0].1;
    let start = chain_start(home.space.space(), home.laptop.device());
    let transcript = Transcript::new(opening().commitment(), answer(), opening()).unwrap();
    let session = Answer {
        origin: "https://life.example".to_owned(),
        challenge: challenge(),
        account: home.account.account(),
        signer: home.laptop.device().into(),
        own_key: [4; 32],
    };
    let key = session.derive_session_key(&[5; 32]).unwrap();
    let request = lifeos_protocol::session::RequestParts {
        method: "GET",
        path_and_query: "/api/v1/spaces?x=1",
        body_hash: lifeos_protocol::hash::sha256(b""),
        counter: 1,
        cookie_hash: lifeos_protocol::session::cookie_hash(&"ab".repeat(32)),
    };
    let kit = KitText {
        kit: KitBytes::new(*b"twenty bytes of kit!"),
        account: KitAccount::new(home.account.account(), home.account.floor()),
    };
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let mut window = CounterWindow::new();
    for counter in [1, 3, 200] {
        window.take(counter).unwrap();
    }
    vec![
        ("device id", home.laptop.device().to_hex()),
        ("method id", home.laptop.method().to_hex()),
        ("account id", home.account.account().to_hex()),
        ("account-log head", home.account.head().to_hex()),
        ("space id", home.space.space().to_hex()),
        ("h(0)", start.h.to_hex()),
        (
            "h(1)",
            first
                .chain(home.space.space(), home.laptop.device(), start)
                .h
                .to_hex(),
        ),
        (
            "statement, all fields",
            hex(&first.full_bytes(home.space.space(), home.laptop.device(), 1)),
        ),
        (
            "leaf commitment",
            leaf_commitment(&[1; 16], b"an event").to_hex(),
        ),
        (
            "commitment",
            commitment(&[some_hash("C0"), some_hash("C1")]).to_hex(),
        ),
        ("seen digest", frontier().digest().to_hex()),
        (
            "sub-key info of a change",
            hex(&lifeos_protocol::seal::SealKind::Change
                .sub_key_info(home.space.space(), &some_hash("s"))),
        ),
        (
            "one-time key info",
            hex(&lifeos_protocol::seal::one_time_info(&[1; 24])),
        ),
        (
            "associated data of a seal",
            hex(&home.change(1).seal.associated_data(&some_hash("h"))),
        ),
        (
            "manifest hash",
            lifeos_protocol::seal::manifest_hash(b"manifest").to_hex(),
        ),
        ("wrap info", hex(&wrap().header.info())),
        ("wrap hash", wrap().hash().to_hex()),
        ("previous hash", previous().hash().to_hex()),
        (
            "previous key info",
            hex(&SealedPrevious::key_info(home.space.id(), 2)),
        ),
        (
            "account key info",
            hex(&lifeos_protocol::wrap::account_key_info(3)),
        ),
        ("method key hash", method_key().hash().to_hex()),
        (
            "method key info",
            hex(&SealedMethodKey::key_info(
                MethodKind::Kit,
                home.account.account(),
                Party::new("kit").method(),
            )),
        ),
        (
            "method key associated data",
            hex(&method_key().associated_data()),
        ),
        (
            "prf input",
            lifeos_protocol::method_key::prf_input().to_hex(),
        ),
        (
            "prf info",
            hex(&lifeos_protocol::method_key::prf_info(
                home.account.account(),
            )),
        ),
        ("kit code", kit.kit.to_code()),
        ("kit account line", kit.account.to_line()),
        ("kit text", kit.to_text()),
        (
            "account words",
            words(Shown::Account(home.account.account())).join(" "),
        ),
        (
            "head words",
            words(Shown::Head(home.account.head())).join(" "),
        ),
        (
            "device words",
            words(Shown::Device(home.laptop.device())).join(" "),
        ),
        ("session sign bytes", hex(&session.sign_bytes())),
        ("session key of X25519 output 05…", hex(key.expose())),
        (
            "request header",
            lifeos_protocol::session::auth_header(&key, &request),
        ),
        ("counter window", hex(&window.to_bytes())),
        (
            "cookie name",
            lifeos_protocol::session::cookie_name(InstanceId::new([0xA1; 16])),
        ),
        ("approval commitment", opening().commitment().to_hex()),
        ("approval transcript hash", transcript.hash().to_hex()),
        ("approval code", transcript.code()),
        ("approval seal info", hex(&transcript.seal_info())),
        (
            "approval link",
            lifeos_protocol::approval::link_fragment(
                CeremonyId::new([6; 16]),
                &opening().commitment(),
            ),
        ),
        (
            "cursor",
            lifeos_protocol::cursor::Cursor {
                incarnation: IncarnationId::new([0xEE; 16]),
                sequence: 7,
            }
            .to_string(),
        ),
    ]
}
