//! A pull stream. The first byte says in which portions the rest is fed; portions change nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::stream::{Frame, FrameDecoder};

fn read<'a>(portions: impl Iterator<Item = &'a [u8]>) -> (Vec<Frame>, bool) {
    let mut decoder = FrameDecoder::new();
    let mut frames = Vec::new();
    for portion in portions {
        decoder.feed(portion);
        while let Ok(Some(frame)) = decoder.next_frame() {
            frames.push(frame);
        }
    }
    (frames, decoder.next_frame().is_err())
}

fuzz_target!(|bytes: &[u8]| {
    let Some((portion, stream)) = bytes.split_first() else { return };
    let whole = read(core::iter::once(stream));
    assert_eq!(read(stream.chunks(usize::from(*portion).max(1))), whole);
    let written: Vec<u8> = whole.0.iter().flat_map(Frame::to_bytes).collect();
    assert!(stream.starts_with(&written));
});
