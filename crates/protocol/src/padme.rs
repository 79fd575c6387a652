//! Padmé: lengths that tell little about what is inside (at most 12 % more, and less the longer).
//!
//! Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
//! PoPETs 2019, section 4.

/// The least length of a padded plaintext.
pub const FLOOR: usize = 256;

/// Returns the padded length of `length` bytes: Padmé from 256 bytes up, 256 below.
///
/// Beyond half of `usize`, where rounding up could overflow, the length itself is returned; no
/// format comes near.
#[must_use]
pub const fn padded_length(length: usize) -> usize {
    if length <= FLOOR {
        return FLOOR;
    }
    if length > usize::MAX / 2 {
        return length;
    }
    let exponent = usize::BITS - 1 - length.leading_zeros();
    let significant = u32::BITS - exponent.leading_zeros();
    let mask = (1_usize << (exponent - significant)) - 1;
    (length + mask) & !mask
}
