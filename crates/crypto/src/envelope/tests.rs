//! What a holder of the key could seal out of malice, and a reader must refuse though it opens.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use lifeos_protocol::change::Change;
use lifeos_protocol::seal::{Seal, SealKind, manifest_hash};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::{Statement, chain_start, commitment, leaf_commitment};
use lifeos_protocol::{DeviceId, Hash, SpaceId, Wire, Writer};

use super::{
    Manifest, Opened, OpenedSegment, Provenance, Run, Segment, Source, open_change, open_segment,
};
use crate::{OpenError, SpaceKey, SpaceSecret};

const SPACE: SpaceId = SpaceId::new([1; 16]);
const DEVICE: DeviceId = DeviceId::new([2; 16]);

fn key(epoch: u32) -> SpaceKey {
    SpaceSecret::from_bytes(epoch, &[3; 32]).bind(SPACE, Hash::new([4; 32]))
}

fn provenance() -> Vec<u8> {
    let (intent, source) = ([5; 16], Source::Ui);
    Provenance {
        intent,
        part: 0,
        source,
        flow: None,
        batch: None,
        last_of_batch: false,
    }
    .to_bytes()
}

fn open_leaf(opening: [u8; 16], bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.raw(&opening).bytes(bytes);
    writer.finish()
}

fn bare_leaf(commitment: Hash) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.raw(&[0xFF; 16]).u32(u32::MAX).put(&commitment);
    writer.finish()
}

/// Length, content and zeros up to `padded` bytes.
fn padded(content: &[u8], padded: usize) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let mut text = [&length, content].concat();
    text.resize(padded, 0);
    text
}

/// Seals any text at all as a change whose statement commits to `commitments`.
fn craft(commitments: &[Hash], text: Vec<u8>) -> (Change, ChainPoint) {
    craft_in(&key(1), 1, commitments, text)
}

fn craft_in(
    key: &SpaceKey,
    epoch: u32,
    commitments: &[Hash],
    mut text: Vec<u8>,
) -> (Change, ChainPoint) {
    let statement = Statement {
        epoch,
        space_position: 0,
        account_position: 0,
        seen: Seen::in_full(&Frontier::new()),
        commitment: commitment(commitments),
    };
    let point = statement.chain(SPACE, DEVICE, chain_start(SPACE, DEVICE));
    let one_time = key.change.one_time(&[6; 24]);
    let seal = Seal {
        kind: SealKind::Change,
        epoch: key.epoch(),
        nonce: one_time.nonce(),
        key_commitment: *one_time.commitment(),
        padded_length: u32::try_from(text.len()).unwrap(),
    };
    one_time.seal(&seal.associated_data(&point.h), &mut text);
    (Change::new(statement, seal, text).unwrap(), point)
}

fn open((change, point): &(Change, ChainPoint)) -> Result<Opened, OpenError> {
    open_change(&key(1), change, &point.h, |_| false)
}

/// Leaf 0 and one event, and their commitments.
fn two_leaves() -> (Vec<u8>, [Hash; 2]) {
    let leaves = [
        open_leaf([7; 16], &provenance()),
        open_leaf([8; 16], b"event"),
    ]
    .concat();
    (
        leaves,
        [
            leaf_commitment(&[7; 16], &provenance()),
            leaf_commitment(&[8; 16], b"event"),
        ],
    )
}

#[test]
fn what_is_crafted_well_opens() {
    let (leaves, commitments) = two_leaves();
    assert!(open(&craft(&commitments, padded(&leaves, 256))).is_ok());
}

#[test]
fn padding_longer_than_it_must_be_is_refused() {
    let (leaves, commitments) = two_leaves();
    for length in [272, 288, 512, 1024] {
        assert!(
            open(&craft(&commitments, padded(&leaves, length))).is_err(),
            "{length}"
        );
    }
}

#[test]
fn padding_that_is_not_zero_is_refused() {
    let (leaves, commitments) = two_leaves();
    for at in [4 + leaves.len(), 200, 255] {
        let mut text = padded(&leaves, 256);
        text[at] = 1;
        assert!(open(&craft(&commitments, text)).is_err(), "{at}");
    }
}

#[test]
fn a_true_length_that_lies_is_refused() {
    let (leaves, commitments) = two_leaves();
    for length in [
        0,
        1,
        leaves.len() - 1,
        leaves.len() + 1,
        252,
        253,
        0xFFFF_FFFF,
    ] {
        let mut text = padded(&leaves, 256);
        text[..4].copy_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
        assert!(open(&craft(&commitments, text)).is_err(), "{length}");
    }
}

#[test]
fn leaves_that_were_not_committed_to_are_refused() {
    let (leaves, commitments) = two_leaves();
    let text = padded(&leaves, 256);
    let [first, second] = commitments;
    for wrong in [
        &[][..],
        &[first],
        &[second, first],
        &[first, second, second],
        &[first, first],
    ] {
        assert!(open(&craft(wrong, text.clone())).is_err());
    }
}

#[test]
fn a_change_without_leaf_0_or_with_a_bare_one_is_refused() {
    assert!(open(&craft(&[], padded(&[], 256))).is_err());
    let (_, [first, second]) = two_leaves();
    let leaves = [bare_leaf(first), open_leaf([8; 16], b"event")].concat();
    let (change, point) = craft(&[first, second], padded(&leaves, 256));
    assert!(open_change(&key(1), &change, &point.h, |_| true).is_err());
}

#[test]
fn an_erasure_in_silence_is_refused() {
    let (_, [first, second]) = two_leaves();
    let leaves = [open_leaf([7; 16], &provenance()), bare_leaf(second)].concat();
    let (change, point) = craft(&[first, second], padded(&leaves, 256));
    assert!(open_change(&key(1), &change, &point.h, |_| false).is_err());
    assert!(open_change(&key(1), &change, &point.h, |leaf| leaf == 2).is_err());
    assert!(open_change(&key(1), &change, &point.h, |leaf| leaf == 1).is_ok());
}

/// Such a leaf would be open for one reader and erased for another.
#[test]
fn an_open_leaf_with_the_mark_of_an_erased_one_is_refused() {
    let (_, [first, _]) = two_leaves();
    let marked = leaf_commitment(&[0xFF; 16], b"event");
    let leaves = [
        open_leaf([7; 16], &provenance()),
        open_leaf([0xFF; 16], b"event"),
    ]
    .concat();
    let (change, point) = craft(&[first, marked], padded(&leaves, 256));
    assert!(open_change(&key(1), &change, &point.h, |_| true).is_err());
}

#[test]
fn a_leaf_longer_than_what_is_left_is_refused() {
    let (_, [first, second]) = two_leaves();
    let mut cut = open_leaf([8; 16], b"event");
    cut[16..20].copy_from_slice(&0xFFFF_FFF0_u32.to_be_bytes());
    let leaves = [open_leaf([7; 16], &provenance()), cut].concat();
    assert!(open(&craft(&[first, second], padded(&leaves, 256))).is_err());
}

#[test]
fn the_key_of_an_epoch_opens_what_older_epochs_wrote_and_nothing_newer() {
    let (leaves, commitments) = two_leaves();
    let (change, point) = craft_in(&key(2), 1, &commitments, padded(&leaves, 256));
    assert!(open_change(&key(2), &change, &point.h, |_| false).is_ok());
    assert!(open_change(&key(1), &change, &point.h, |_| false).is_err());
    assert!(open_change(&key(3), &change, &point.h, |_| false).is_err());
}

/// A segment of the first change of [`DEVICE`], whose manifest says `before` and `last`, and whose
/// statement is of the author's epoch `epoch`.
fn craft_segment(epoch: u32, lie: impl FnOnce(&mut Run)) -> Result<OpenedSegment, OpenError> {
    let (leaves, commitments) = two_leaves();
    let (change, point) = craft_in(&key(3), epoch, &commitments, padded(&leaves, 256));
    let mut run = Run {
        device: DEVICE,
        before: chain_start(SPACE, DEVICE),
        last: point,
    };
    lie(&mut run);
    let manifest = Manifest {
        space: SPACE,
        runs: vec![run],
    }
    .to_bytes();
    let mut content = Writer::new();
    content.put(&change.statement).bytes(&leaves);
    let mut text = padded(content.as_bytes(), 256);
    let key = key(2);
    let one_time = key.segment.one_time(&[6; 24]);
    let seal = Seal {
        kind: SealKind::Segment,
        epoch: 2,
        nonce: one_time.nonce(),
        key_commitment: *one_time.commitment(),
        padded_length: 256,
    };
    one_time.seal(&seal.associated_data(&manifest_hash(&manifest)), &mut text);
    let segment = Segment::from_bytes(&[manifest, seal.to_bytes(), text].concat()).unwrap();
    open_segment(&key, &segment, |_, _, _| false)
}

#[test]
fn a_segment_whose_statements_do_not_lead_where_its_manifest_says_is_refused() {
    assert!(craft_segment(2, |_| ()).is_ok());
    let other = Hash::new([9; 32]);
    assert!(craft_segment(2, |run| run.last.h = other).is_err());
    assert!(craft_segment(2, |run| run.before.h = other).is_err());
    assert!(craft_segment(2, |run| run.device = DeviceId::new([3; 16])).is_err());
    assert!(craft_segment(2, |run| run.last.counter = 2).is_err());
    assert!(craft_segment(2, |run| (run.before.counter, run.last.counter) = (1, 2)).is_err());
}

#[test]
fn a_segment_holds_nothing_of_an_epoch_above_its_own() {
    assert!(craft_segment(1, |_| ()).is_ok());
    assert!(craft_segment(3, |_| ()).is_err());
}
