//! Segments: the same changes, sealed together; checked all the same.

use lifeos_crypto::envelope::{
    Opened, RunToSeal, SealedChange, Segment, open_change, open_segment, reseal, seal_change,
    seal_segment,
};
use lifeos_crypto::{OpenError, SealError, SpaceKey};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{DeviceId, Wire};

use crate::support::{
    BEGAN, DEVICE, OTHER_DEVICE, OTHER_SPACE, PROVENANCE, SPACE, for_each_flip, new_change, rng,
    space_key, space_secret,
};

/// Some changes of one device, as a reader holds them after it opened them.
struct Chain {
    device: DeviceId,
    before: ChainPoint,
    changes: Vec<(SealedChange, Opened)>,
}

impl Chain {
    fn write(key: &SpaceKey, device: DeviceId, count: u8) -> Self {
        let before = chain_start(SPACE, device);
        let (mut rng, mut point, mut changes) = (rng(u64::from(count)), before, Vec::new());
        for i in 0..count {
            let event = [vec![i; 60 + usize::from(i)]];
            let new = new_change(&PROVENANCE, &event);
            let sealed = seal_change(key, device, point, &new, &mut rng).unwrap();
            let opened = open_change(key, &sealed.change, &sealed.point.h, |_| false).unwrap();
            point = sealed.point;
            changes.push((sealed, opened));
        }
        Self {
            device,
            before,
            changes,
        }
    }

    fn run(&self) -> RunToSeal<'_> {
        let changes = self
            .changes
            .iter()
            .map(|(sealed, opened)| (&sealed.change.statement, opened.leaves()));
        RunToSeal {
            device: self.device,
            before: self.before,
            changes: changes.collect(),
        }
    }

    fn last(&self) -> ChainPoint {
        self.changes.last().unwrap().0.point
    }
}

fn none(_: DeviceId, _: u64, _: u16) -> bool {
    false
}

#[test]
fn a_segment_opens_to_the_changes_that_it_covers() {
    let key = space_key(1);
    let (one, other) = (
        Chain::write(&key, DEVICE, 5),
        Chain::write(&key, OTHER_DEVICE, 3),
    );
    let segment = seal_segment(&key, &[one.run(), other.run()], &mut rng(1)).unwrap();
    let segment = Segment::from_bytes(&segment.to_bytes()).unwrap();
    let runs = &segment.manifest().runs;
    assert_eq!((runs[0].before, runs[0].last), (one.before, one.last()));
    assert_eq!((runs[1].before, runs[1].last), (other.before, other.last()));

    let opened = open_segment(&key, &segment, none).unwrap();
    let written = [&one, &other].into_iter().flat_map(|chain| {
        chain
            .changes
            .iter()
            .map(|(sealed, opened)| (chain.device, sealed, opened))
    });
    assert_eq!(opened.changes().len(), 8);
    for (read, (device, sealed, leaves)) in opened.changes().zip(written) {
        assert_eq!((read.device, read.point), (device, sealed.point));
        assert_eq!(*read.statement, sealed.change.statement);
        assert_eq!(read.leaves, leaves.leaves());
    }
}

#[test]
fn a_segment_is_smaller_than_its_changes() {
    let key = space_key(1);
    let chain = Chain::write(&key, DEVICE, 100);
    let segment = seal_segment(&key, &[chain.run()], &mut rng(1))
        .unwrap()
        .to_bytes()
        .len();
    let changes: usize = chain
        .changes
        .iter()
        .map(|(sealed, _)| sealed.change.to_bytes().len())
        .sum();
    assert!(segment * 10 < changes * 7, "{segment} against {changes}");
}

#[test]
fn every_flipped_bit_of_a_segment_is_refused_alike() {
    let key = space_key(1);
    let chain = Chain::write(&key, DEVICE, 2);
    let segment = seal_segment(&key, &[chain.run()], &mut rng(1)).unwrap();
    for_each_flip(&segment.to_bytes(), |_, bytes| {
        if let Ok(segment) = Segment::from_bytes(bytes) {
            assert_eq!(open_segment(&key, &segment, none).unwrap_err(), OpenError);
        }
    });
}

#[test]
fn a_segment_of_another_space_or_epoch_is_refused() {
    let key = space_key(1);
    let chain = Chain::write(&key, DEVICE, 2);
    let segment = seal_segment(&key, &[chain.run()], &mut rng(1)).unwrap();
    assert!(open_segment(&space_secret(1).bind(OTHER_SPACE, BEGAN), &segment, none).is_err());
    assert!(open_segment(&space_key(2), &segment, none).is_err());
}

/// A segment has no authority: who holds the key and leaves out, reorders or starts elsewhere gets
/// points that are not the author's, which the reader's verified heads then show.
#[test]
fn what_a_segment_claims_follows_from_the_statements_in_it() {
    let key = space_key(1);
    let chain = Chain::write(&key, DEVICE, 3);
    let mut short = chain.run();
    short.changes.remove(1);
    let mut turned = chain.run();
    turned.changes.swap(0, 1);
    for run in [short, turned] {
        let segment = seal_segment(&key, &[run], &mut rng(1)).unwrap();
        let opened = open_segment(&key, &segment, none).unwrap();
        let last = opened.changes().last().unwrap().point;
        assert_eq!(last, segment.manifest().runs[0].last);
        assert_ne!(last.h, chain.last().h);
    }
}

#[test]
fn leaves_that_are_not_the_statements_are_refused() {
    let key = space_key(1);
    let chain = Chain::write(&key, DEVICE, 2);
    let mut run = chain.run();
    let foreign = run.changes[1].1;
    run.changes[0].1 = foreign;
    let segment = seal_segment(&key, &[run], &mut rng(1)).unwrap();
    assert_eq!(open_segment(&key, &segment, none).unwrap_err(), OpenError);
}

#[test]
fn a_bare_leaf_in_a_segment_needs_its_own_erasure() {
    let key = space_key(1);
    let chain = Chain::write(&key, DEVICE, 2);
    let (sealed, opened) = &chain.changes[1];
    let bare = reseal(
        &key,
        &sealed.change.statement,
        &sealed.point.h,
        opened.leaves(),
        &[1],
        &mut rng(2),
    )
    .unwrap();
    let bare = open_change(&key, &bare, &sealed.point.h, |_| true).unwrap();
    let mut run = chain.run();
    run.changes[1].1 = bare.leaves();
    let segment = seal_segment(&key, &[run], &mut rng(1)).unwrap();
    for wrong in [(OTHER_DEVICE, 2, 1), (DEVICE, 1, 1), (DEVICE, 2, 2)] {
        let refused = open_segment(&key, &segment, |device, counter, leaf| {
            (device, counter, leaf) == wrong
        });
        assert_eq!(refused.unwrap_err(), OpenError);
    }
    assert!(
        open_segment(&key, &segment, |device, counter, leaf| (
            device, counter, leaf
        ) == (DEVICE, 2, 1))
        .is_ok()
    );
}

#[test]
fn runs_out_of_order_and_beyond_the_limit_are_not_sealed() {
    let key = space_key(2);
    let (one, other) = (
        Chain::write(&key, DEVICE, 2),
        Chain::write(&key, OTHER_DEVICE, 2),
    );
    let refuse = |runs: &[RunToSeal<'_>]| seal_segment(&key, runs, &mut rng(1)).unwrap_err();
    assert_eq!(refuse(&[]), SealError::Order);
    assert_eq!(refuse(&[other.run(), one.run()]), SealError::Order);
    assert_eq!(refuse(&[one.run(), one.run()]), SealError::Order);
    assert_eq!(
        refuse(&[RunToSeal {
            changes: Vec::new(),
            ..one.run()
        }]),
        SealError::Order
    );
    let mut long = one.run();
    long.changes = vec![long.changes[0]; 1025];
    assert_eq!(refuse(&[long]), SealError::TooLarge);
    let refused = seal_segment(&space_key(1), &[one.run()], &mut rng(1));
    assert_eq!(refused.unwrap_err(), SealError::Epoch);
}
