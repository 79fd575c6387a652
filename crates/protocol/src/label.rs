//! The one table of labels. Every hash, signature, MAC and derivation begins with one of them, so
//! that no bytes of one kind can be taken for another's. No label is a prefix of another.

/// A label of the table. Only this module makes them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(&'static str);

impl Label {
    /// Returns the label as the bytes that are hashed, signed or mixed in.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        self.0.as_bytes()
    }

    /// Returns the label as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns the label followed by `parts`: the `info` of a derivation, or bytes to be hashed.
    #[must_use]
    pub fn with(self, parts: &[&[u8]]) -> Vec<u8> {
        let length = self.0.len() + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(self.as_bytes());
        for part in parts {
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Label = Label($text);)*

        /// Every label, in the order of the table in `docs/formats.md`.
        pub const ALL: &[Label] = &[$($name),*];
    };
}

table! {
    /// Device id.
    DEVICE = "lifeos/device/1";
    /// Unlock method id.
    METHOD = "lifeos/method/1";
    /// Chain of statements.
    CHAIN = "lifeos/chain/1";
    /// Commitment to one event.
    LEAF = "lifeos/leaf/1";
    /// Commitment to a change.
    COMMIT = "lifeos/commit/1";
    /// Digest of what an author had seen.
    SEEN = "lifeos/seen/1";
    /// One-time key and key commitment of a seal.
    SEAL = "lifeos/seal/1";
    /// Sub-key of an epoch's key for changes.
    CHANGE = "lifeos/change/1";
    /// Sub-key of an epoch's key for segments.
    SEGMENT = "lifeos/segment/1";
    /// Sub-key of an epoch's key for snapshots.
    SNAPSHOT = "lifeos/snapshot/1";
    /// Sub-key of an epoch's key for blobs.
    BLOB = "lifeos/blob/1";
    /// Manifest hash that takes the place of `h(n)` in segments, snapshots and blobs.
    MANIFEST = "lifeos/manifest/1";
    /// Signed head.
    HEAD = "lifeos/head/1";
    /// Signature over an account-log statement.
    ACCOUNT_LOG = "lifeos/account-log/1";
    /// Signature over a space-log statement.
    SPACE_LOG = "lifeos/space-log/1";
    /// Hash of an account-log statement.
    ACCOUNT_LOG_HASH = "lifeos/account-log-hash/1";
    /// Hash of a space-log statement.
    SPACE_LOG_HASH = "lifeos/space-log-hash/1";
    /// HPKE info of a wrap.
    WRAP = "lifeos/wrap/1";
    /// Hash of a wrap.
    WRAP_HASH = "lifeos/wrap-hash/1";
    /// Seal of the secret or key of the epoch before.
    PREVIOUS = "lifeos/previous/1";
    /// Hash of the sealed secret of the epoch before.
    PREVIOUS_HASH = "lifeos/previous-hash/1";
    /// Account X-Wing pair from the account secret.
    ACCOUNT_KEY = "lifeos/account-key/1";
    /// Seal of a method's private halves.
    METHOD_KEY = "lifeos/method-key/1";
    /// Hash of a sealed method key.
    METHOD_KEY_HASH = "lifeos/method-key-hash/1";
    /// Method secret from a passkey's PRF.
    PRF = "lifeos/prf/1";
    /// The constant PRF input.
    PRF_SALT = "lifeos/prf-salt/1";
    /// Method secret of a kit.
    KIT = "lifeos/kit/1";
    /// Lookup id of a kit.
    KIT_LOOKUP = "lifeos/kit-lookup/1";
    /// Checksum of a kit.
    KIT_CHECK = "lifeos/kit-check/1";
    /// Signed anchor.
    ANCHOR = "lifeos/anchor/1";
    /// Local store's sub-keys.
    LOCAL = "lifeos/local/1";
    /// Vault key from its two halves.
    LOCAL_HALVES = "lifeos/local-halves/1";
    /// Session signature.
    SESSION = "lifeos/session/1";
    /// Session key.
    SESSION_KEY = "lifeos/session-key/1";
    /// Request MAC.
    REQUEST = "lifeos/request/1";
    /// First message of a tail.
    TAIL = "lifeos/tail/1";
    /// Device approval: commitment.
    APPROVAL = "lifeos/approval/1";
    /// Device approval: hash of the transcript.
    APPROVAL_TRANSCRIPT = "lifeos/approval-transcript/1";
    /// Device approval: the code.
    APPROVAL_CODE = "lifeos/approval-code/1";
    /// Device approval: sealed answer.
    APPROVAL_SEAL = "lifeos/approval-seal/1";
    /// Authorised erasure.
    ERASURE = "lifeos/erasure/1";
    /// Read-back mark.
    READ_BACK = "lifeos/read-back/1";
    /// Import ids.
    IMPORT = "lifeos/import/1";
    /// Inbox items.
    INBOX = "lifeos/inbox/1";
    /// Lookup id of an invitation.
    INVITE = "lifeos/invite/1";
    /// What the box compares of an invitation's code.
    INVITE_CODE = "lifeos/invite-code/1";
    /// That an account was made by who had an invitation's link and code.
    INVITE_PROOF = "lifeos/invite-proof/1";
    /// Chain of the box log.
    BOX_LOG = "lifeos/box-log/1";
    /// Network from which somebody came, in the box log.
    BOX_ORIGIN = "lifeos/box-origin/1";
    /// Words shown for an account id or head.
    FINGERPRINT = "lifeos/fingerprint/1";
}
