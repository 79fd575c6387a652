//! Pages of a snapshot that stay sealed until somebody asks for something in them.

use std::ops::Range;
use std::sync::OnceLock;

use lifeos_crypto::local::{FRAME_OVERHEAD_BYTES, FileKey};
use lifeos_kernel::{PAGE_BYTES, Pages};
use zeroize::Zeroizing;

/// A page that was opened.
type Page = Zeroizing<Vec<u8>>;

/// What rests of a snapshot: a frame for each page, opened when it is first asked for.
pub(super) struct SealedPages {
    key: FileKey,
    /// The whole file.
    file: Vec<u8>,
    /// Number of the first page's frame.
    first: u64,
    /// Where each page's frame lies.
    frames: Vec<Range<usize>>,
    /// How many bytes all pages have.
    length: usize,
    opened: Box<[OnceLock<Option<Page>>]>,
}

impl SealedPages {
    /// Holds the pages of a file; nothing where the frames are not as long as pages are.
    pub(super) fn new(
        key: FileKey,
        file: Vec<u8>,
        first: u64,
        frames: Vec<Range<usize>>,
        length: usize,
    ) -> Option<Self> {
        let mut left = length;
        for frame in &frames {
            let page = left.min(PAGE_BYTES);
            if page == 0 || frame.len() != page + FRAME_OVERHEAD_BYTES {
                return None;
            }
            left -= page;
        }
        (left == 0).then(|| Self {
            opened: frames.iter().map(|_| OnceLock::new()).collect(),
            key,
            file,
            first,
            frames,
            length,
        })
    }
}

impl Pages for SealedPages {
    fn length(&self) -> usize {
        self.length
    }
    fn page(&self, number: usize) -> Option<&[u8]> {
        let frame = self.file.get(self.frames.get(number)?.clone())?;
        let open = || self.key.open_frame(self.first + number as u64, frame).ok();
        let page = self.opened.get(number)?.get_or_init(open);
        page.as_ref().map(|page| page.as_slice())
    }
}
