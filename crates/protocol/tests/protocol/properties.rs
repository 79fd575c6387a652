//! Properties of every format, over any bytes.

use lifeos_protocol::change::Change;
use lifeos_protocol::seal::{Seal, SealKind};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::Statement;
use lifeos_protocol::stream::FrameDecoder;
use lifeos_protocol::{DeviceId, Hash, Wire};
use proptest::prelude::*;
use std::sync::LazyLock;

use crate::samples::{self, Sample};

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(samples::all);

prop_compose! {
    fn frontier()(points in proptest::collection::btree_map(any::<[u8; 16]>(), (1..u64::MAX, any::<[u8; 32]>()), 0..20)) -> Frontier {
        let mut frontier = Frontier::new();
        for (device, (counter, h)) in points {
            frontier.observe(DeviceId::new(device), ChainPoint { counter, h: Hash::new(h) });
        }
        frontier
    }
}

prop_compose! {
    fn statement()(
        epoch in 0..u32::MAX, space_position: u32, account_position: u32, frontier in frontier(), full: bool, commitment: [u8; 32],
    ) -> Statement {
        let seen = if full { Seen::in_full(&frontier) } else { Seen::since(&Frontier::new(), &frontier) };
        Statement { epoch, space_position, account_position, seen, commitment: Hash::new(commitment) }
    }
}

proptest! {
    /// Whatever is accepted is written back as it was: there is one encoding of each value.
    #[test]
    fn any_bytes_are_refused_or_written_back(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        for sample in SAMPLES.iter() {
            if let Ok(written) = (sample.reread)(&bytes) {
                prop_assert_eq!(&written, &bytes, "{}", sample.name);
            }
        }
    }

    /// The same near the real thing, where most of a decoder's branches are.
    #[test]
    fn altered_examples_are_refused_or_written_back(
        which in any::<prop::sample::Index>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        shorten: bool,
    ) {
        let sample = which.get(&SAMPLES);
        let mut bytes = sample.bytes.clone();
        for (at, value) in edits {
            let length = bytes.len();
            bytes[at.index(length)] = value;
        }
        if shorten {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(written) = (sample.reread)(&bytes) {
            prop_assert_eq!(&written, &bytes, "{}", sample.name);
        }
    }

    #[test]
    fn a_change_survives_its_bytes(
        statement in statement(), later in 0_u32..2, nonce: [u8; 24], key_commitment: [u8; 32], length in 0_usize..40_000,
    ) {
        let padded = lifeos_protocol::padme::padded_length(length);
        let seal = Seal {
            kind: SealKind::Change, epoch: statement.epoch + later, nonce, key_commitment,
            padded_length: u32::try_from(padded).unwrap(),
        };
        let change = Change::new(statement, seal, vec![0xA5; padded + 16]).unwrap();
        let bytes = change.to_bytes();
        prop_assert_eq!(Change::from_bytes(&bytes).unwrap(), change.clone());
        // It delimits itself.
        let mut reader = lifeos_protocol::Reader::new(&bytes);
        prop_assert_eq!(Change::read(&mut reader).unwrap(), change);
        prop_assert!(reader.finish().is_ok());
    }

    /// The chain covers every field, and where it stands.
    #[test]
    fn two_statements_never_share_a_point(left in statement(), right in statement(), space: [u8; 16], counter in 0..u64::MAX, h: [u8; 32]) {
        let before = ChainPoint { counter, h: Hash::new(h) };
        let chain = |statement: &Statement, space: [u8; 16], device: u8, before: ChainPoint| {
            statement.chain(space.into(), DeviceId::new([device; 16]), before)
        };
        let here = chain(&left, space, 1, before);
        prop_assert_eq!(here == chain(&right, space, 1, before), left == right);
        let mut elsewhere = space;
        elsewhere[0] ^= 1;
        prop_assert_ne!(here, chain(&left, elsewhere, 1, before));
        prop_assert_ne!(here, chain(&left, space, 2, before));
        prop_assert_ne!(here.h, chain(&left, space, 1, ChainPoint { counter: counter ^ 1, ..before }).h);
        prop_assert_ne!(here, chain(&left, space, 1, ChainPoint { h: Hash::ZERO, ..before }));
    }

    /// How a stream is cut changes nothing.
    #[test]
    fn a_stream_gives_the_same_frames_however_it_is_cut(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), cuts in proptest::collection::vec(1_usize..400, 0..40),
    ) {
        let mut stream: Vec<u8> = samples::frames().iter().take(3).flat_map(lifeos_protocol::stream::Frame::to_bytes).collect();
        stream.extend(&bytes);
        let read = |cuts: &[usize]| {
            let mut decoder = FrameDecoder::new();
            let (mut frames, mut rest) = (Vec::new(), &stream[..]);
            let mut cuts = cuts.iter();
            loop {
                while let Ok(Some(frame)) = decoder.next_frame() {
                    frames.push(frame);
                }
                if rest.is_empty() {
                    return (frames, decoder.next_frame().is_err());
                }
                let (portion, later) = rest.split_at(cuts.next().copied().unwrap_or(rest.len()).min(rest.len()));
                decoder.feed(portion);
                rest = later;
            }
        };
        prop_assert_eq!(read(&cuts), read(&[]));
    }
}
