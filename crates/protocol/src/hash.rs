//! The one labelled hash: SHA-256 over a label and its parts.

use sha2::{Digest, Sha256};

use crate::ids::Hash;
use crate::label::Label;

/// Returns SHA-256 over the label and then each part.
///
/// Parts are joined as they are: a caller whose parts vary in length encodes the length first.
#[must_use]
pub fn hash(label: Label, parts: &[&[u8]]) -> Hash {
    let mut sha = Sha256::new();
    sha.update(label.as_bytes());
    for part in parts {
        sha.update(part);
    }
    Hash::new(sha.finalize().into())
}

/// Returns plain SHA-256: for bodies and cookies, which enter a labelled MAC afterwards.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash::new(Sha256::digest(bytes).into())
}
