//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), in place.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};

use crate::OpenError;

/// Length of the tag that sealing appends.
pub(crate) const TAG_BYTES: usize = 16;

/// Encrypts `text` in place and appends the tag.
pub(crate) fn seal(key: &[u8; 32], nonce: &[u8; 24], associated: &[u8], text: &mut Vec<u8>) {
    let tag = XChaCha20Poly1305::new(key.into())
        .encrypt_inout_detached(
            &XNonce::from(*nonce),
            associated,
            text.as_mut_slice().into(),
        )
        .expect("no object comes near the cipher's limit of 256 GiB");
    text.extend_from_slice(&tag);
}

/// Opens all of `text`, as [`open_behind`] does.
pub(crate) fn open(
    key: &[u8; 32],
    nonce: &[u8; 24],
    associated: &[u8],
    text: &mut Vec<u8>,
) -> Result<(), OpenError> {
    open_behind(key, nonce, associated, 0, text)
}

/// Checks the tag at the end of `text`, decrypts what stands behind its first `before` bytes in
/// place and cuts the tag off. On failure nothing of use stands there.
pub(crate) fn open_behind(
    key: &[u8; 32],
    nonce: &[u8; 24],
    associated: &[u8],
    before: usize,
    text: &mut Vec<u8>,
) -> Result<(), OpenError> {
    let length = text.len().checked_sub(TAG_BYTES).ok_or(OpenError)?;
    let sealed = text.get_mut(before..).ok_or(OpenError)?;
    let at = length.checked_sub(before).ok_or(OpenError)?;
    let (body, tag) = sealed.split_at_mut(at);
    let tag = Tag::try_from(&*tag).map_err(|_| OpenError)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt_inout_detached(&XNonce::from(*nonce), associated, body.into(), &tag)
        .map_err(|_| OpenError)?;
    text.truncate(length);
    Ok(())
}
