//! Errors. What fails to open says nothing about why.

use thiserror::Error;

/// What was sealed did not open. Every cause looks alike, in the value and in its text: a wrong
/// key, a wrong place, damage, or a forgery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("open what was sealed")]
pub struct OpenError;

/// Why something was not sealed. Tells the author only about what the author passed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealError {
    /// Beyond the format's limit.
    #[error("seal more than the format allows")]
    TooLarge,
    /// The key is of an epoch below the author's.
    #[error("seal under an epoch below the author's")]
    Epoch,
    /// Runs of a segment that are empty, overlap or are not sorted.
    #[error("seal runs out of order")]
    Order,
    /// The recipient's public key is not one.
    #[error("seal to a public key that is not valid")]
    Recipient,
}
