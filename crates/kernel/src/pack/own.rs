//! Bytes that this device packed and sealed by itself.

use core::fmt::{self, Debug};
use core::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that this device packed by itself, held together by all that rests in them. Whoever gives
/// them decides what becomes of them when the last of these lets go.
#[derive(Clone)]
pub struct OwnBytes(Arc<Inner>);

struct Inner {
    bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
    is_damaged: AtomicBool,
}

impl OwnBytes {
    /// Holds the bytes given.
    #[must_use]
    pub fn new(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            bytes: Box::new(bytes),
            is_damaged: AtomicBool::new(false),
        }))
    }

    /// Tells whether something was asked for that rests here and cannot be read: what rests here is
    /// to be made anew from where it came from.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.0.is_damaged.load(Ordering::Relaxed)
    }

    pub(crate) fn note_damage(&self) {
        self.0.is_damaged.store(true, Ordering::Relaxed);
    }
}

impl Deref for OwnBytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        (*self.0.bytes).as_ref()
    }
}

impl Debug for OwnBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnBytes({} bytes)", self.len())
    }
}

/// Where in them something lies.
pub(crate) type OwnPart = (OwnBytes, Range<usize>);
