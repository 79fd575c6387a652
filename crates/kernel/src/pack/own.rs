//! Bytes that this device packed and sealed by itself.

use core::fmt::{self, Debug};
use core::ops::Range;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many bytes a page has; the last may be shorter. A page is what is opened at once: small
/// enough that a record does not bring hundreds of others with it.
pub const PAGE_BYTES: usize = 8 << 10;

/// Bytes in pages, each of which is opened when it is first asked for.
pub trait Pages: Send + Sync {
    /// Returns how many bytes there are.
    fn length(&self) -> usize;
    /// Returns a page of [`PAGE_BYTES`]; the last has what is left. Nothing where it cannot be
    /// opened.
    fn page(&self, number: usize) -> Option<&[u8]>;
}

/// Bytes that this device packed by itself, held together by all that rests in them. Whoever gives
/// them decides what becomes of them when the last of these lets go.
#[derive(Clone)]
pub struct OwnBytes(Arc<Inner>);

struct Inner {
    pages: Box<dyn Pages>,
    is_damaged: AtomicBool,
}

/// Bytes that are in memory already.
struct Open<B>(B);

impl<B: AsRef<[u8]> + Send + Sync> Pages for Open<B> {
    fn length(&self) -> usize {
        self.0.as_ref().len()
    }
    fn page(&self, number: usize) -> Option<&[u8]> {
        self.0.as_ref().chunks(PAGE_BYTES).nth(number)
    }
}

impl OwnBytes {
    /// Holds the bytes given.
    #[must_use]
    pub fn new(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self::of_pages(Open(bytes))
    }

    /// Holds bytes that are opened page by page.
    #[must_use]
    pub fn of_pages(pages: impl Pages + 'static) -> Self {
        Self(Arc::new(Inner {
            pages: Box::new(pages),
            is_damaged: AtomicBool::new(false),
        }))
    }

    /// Returns how many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.pages.length()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns what lies in a range; a copy only where it lies in more than one page. Nothing, and
    /// noted as damage, where a page of it cannot be opened.
    #[must_use]
    pub fn read(&self, part: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let read = self.read_pages(part);
        if read.is_none() {
            self.note_damage();
        }
        read
    }

    fn read_pages(&self, part: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let (first, within) = (part.start / PAGE_BYTES, part.start % PAGE_BYTES);
        let length = part.end.checked_sub(part.start)?;
        if length == 0 {
            return Some(Cow::Borrowed(&[]));
        }
        let page = self.0.pages.page(first)?.get(within..)?;
        if let Some(whole) = page.get(..length) {
            return Some(Cow::Borrowed(whole));
        }
        if part.end > self.len() {
            return None;
        }
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(page);
        for number in first + 1.. {
            let left = length - bytes.len();
            if left == 0 {
                break;
            }
            let page = self.0.pages.page(number)?;
            bytes.extend_from_slice(page.get(..left).unwrap_or(page));
        }
        Some(Cow::Owned(bytes))
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

impl Debug for OwnBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnBytes({} bytes)", self.len())
    }
}

/// Where in them something lies.
pub(crate) type OwnPart = (OwnBytes, Range<usize>);

/// What was packed to be loaded by this same device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnPacked {
    /// What is read when it is loaded.
    pub read: Vec<u8>,
    /// What rests until it is asked for.
    pub resting: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Some3 {
        pages: Vec<Option<Vec<u8>>>,
        length: usize,
    }

    impl Pages for Some3 {
        fn length(&self) -> usize {
            self.length
        }
        fn page(&self, number: usize) -> Option<&[u8]> {
            self.pages.get(number)?.as_deref()
        }
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn a_range_is_the_same_wherever_pages_end() {
        let all = bytes(PAGE_BYTES * 3 + 5);
        let own = OwnBytes::new(all.clone());
        assert_eq!(own.len(), all.len());
        let places = [
            0,
            1,
            PAGE_BYTES - 1,
            PAGE_BYTES,
            PAGE_BYTES + 1,
            2 * PAGE_BYTES,
            3 * PAGE_BYTES,
            all.len(),
        ];
        for start in places {
            for end in places.into_iter().filter(|end| *end >= start) {
                assert_eq!(own.read(start..end).as_deref(), Some(&all[start..end]));
            }
        }
        assert!(!own.is_damaged());
        assert_eq!(own.read(1..all.len() + 1), None);
        assert!(own.is_damaged());
    }

    #[test]
    fn a_page_that_does_not_open_damages_what_lies_in_it_alone() {
        let all = bytes(PAGE_BYTES * 3);
        let mut pages: Vec<_> = all
            .chunks(PAGE_BYTES)
            .map(|page| Some(page.to_vec()))
            .collect();
        pages[1] = None;
        let length = all.len();
        let own = OwnBytes::of_pages(Some3 { pages, length });
        assert_eq!(own.read(3..9).as_deref(), Some(&all[3..9]));
        assert!(own.read(2 * PAGE_BYTES..length).is_some());
        assert!(!own.is_damaged());
        assert_eq!(own.read(PAGE_BYTES - 1..PAGE_BYTES + 1), None);
        assert!(own.is_damaged());
    }
}
