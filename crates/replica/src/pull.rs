//! One pull of a space under way, and what it found.

use std::collections::BTreeMap;

use lifeos_protocol::AccountId;
use lifeos_protocol::stream::FrameDecoder;

use crate::alarm::Cause;
use crate::engine::Strangers;

/// State that lives as long as one pull.
#[derive(Debug)]
pub(crate) struct Pull {
    pub(crate) decoder: FrameDecoder,
    /// Sequence of the last statement of each account of the space when the pull began: the box must
    /// know it.
    pub(crate) accounts_known: BTreeMap<AccountId, u32>,
    /// The same of the space log.
    pub(crate) space_known: u32,
    /// The accounts that were served and that nothing here names yet.
    pub(crate) strangers: Strangers,
    /// Own changes were served that were not written here, and no head of one's own proves them.
    pub(crate) own_beyond: Option<u64>,
    /// How many changes and other frames came that brought nothing new.
    pub(crate) idle: u64,
    /// Why nothing more is taken from this stream.
    pub(crate) stopped: Option<Cause>,
    /// Whether the complete mark was taken.
    pub(crate) complete: bool,
}

/// What taking bytes of a pull came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The complete mark was taken: the space is as new as the box says, and was judged.
    pub complete: bool,
    /// The folded state changed.
    pub changed: bool,
    /// Why the rest of the stream is to be thrown away; the alarm has the evidence.
    pub stopped: Option<Cause>,
}
