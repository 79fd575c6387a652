//! What travels between a person's devices and the box, and the functions by which both judge it.
//!
//! Byte tables stand in `docs/formats.md`; this crate is their only encoder and decoder. It is
//! pure: no input or output, no clock, no randomness, no plaintext and no decryption. The server
//! and every client call the same [`judge`] and the same [`log`] state machines, so that what one
//! side takes the other takes too.
//!
//! What is deliberately absent: private keys, AEAD and HPKE (`lifeos-crypto`), storage
//! (`lifeos-store`), and any rule about what an event means.
#![forbid(unsafe_code)]

pub mod code;
pub mod codec;
pub mod hash;
pub mod ids;
pub mod keys;
pub mod label;
pub mod padme;
pub mod signature;

pub mod change;
pub mod head;
pub mod seal;
pub mod seen;
pub mod statement;

pub mod anchor;
pub mod kit;
pub mod log;
pub mod method_key;
pub mod words;
pub mod wrap;

pub mod batch;
pub mod bodies;
pub mod cursor;
pub mod stream;
pub mod tail;

pub mod approval;
pub mod box_log;
pub mod judge;
pub mod refusal;
pub mod session;
pub mod window;

pub mod api;

pub use codec::{DecodeError, Reader, Wire, Writer};
pub use hash::hash;
pub use ids::{
    AccountId, CeremonyId, DeviceId, Hash, IncarnationId, InstanceId, InviteId, KitLookupId, LogId,
    MethodId, RecipientId, SeenDigest, SignerId, SpaceId,
};
pub use keys::{Class, MethodKind, PublicKeys, SealingPublic, SigningPublic};
pub use label::Label;
pub use refusal::{Code, Refusal};
pub use signature::{BadSignature, Signature, verify_signature};

/// The version of this protocol. A client sends it in the header `lifeos-version`; it is also the
/// floor that anchors carry.
pub const PROTOCOL_VERSION: u16 = 1;
