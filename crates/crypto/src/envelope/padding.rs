//! True length first, zeros last, so that a ciphertext's length says little (formats.md §6).

use lifeos_protocol::padme::padded_length;

use crate::OpenError;

const LENGTH_BYTES: usize = 4;

/// Returns the padded length of what holds `length` bytes, the length field included.
pub(crate) const fn padded(length: usize) -> usize {
    padded_length(LENGTH_BYTES + length)
}

/// Returns `parts`, joined, behind their length and before their padding; with room for `spare`
/// more bytes.
///
/// Callers bound their parts far below 4 GiB.
pub(crate) fn pad(parts: &[&[u8]], spare: usize) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum();
    let whole = padded(length);
    let mut text = Vec::with_capacity(whole + spare);
    let field = u32::try_from(length).expect("every sealed object is bounded far below 4 GiB");
    text.extend_from_slice(&field.to_be_bytes());
    for part in parts {
        text.extend_from_slice(part);
    }
    text.resize(whole, 0);
    text
}

/// Takes away length and padding. Refuses padding that is not zero, or not as long as it must be.
pub(crate) fn into_content(mut text: Vec<u8>) -> Result<Vec<u8>, OpenError> {
    let (field, rest) = text.split_first_chunk::<LENGTH_BYTES>().ok_or(OpenError)?;
    let length = u32::from_be_bytes(*field) as usize;
    let (_, padding) = rest.split_at_checked(length).ok_or(OpenError)?;
    if text.len() != padded(length) || padding.iter().any(|byte| *byte != 0) {
        return Err(OpenError);
    }
    text.truncate(LENGTH_BYTES + length);
    text.drain(..LENGTH_BYTES);
    Ok(text)
}
