//! Changes and chunks: what opens where, and what travels.

use lifeos_crypto::envelope::{
    CHUNK_MAX_BYTES, ChunkKind, ChunkPlace, Leaf, Provenance, Source, open_change, open_chunk,
    reseal, seal_change, seal_chunk,
};
use lifeos_crypto::{OpenError, SealError};
use lifeos_protocol::change::Change;
use lifeos_protocol::seal::{SealKind, manifest_hash};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{DecodeError, Hash, Wire};
use proptest::prelude::*;

use crate::support::{
    BEGAN, DEVICE, OTHER_DEVICE, OTHER_SPACE, PROVENANCE, SPACE, for_each_flip, new_change, rng,
    sealed, sealed_at, space_key, space_secret,
};

fn none_erased(_: u16) -> bool {
    false
}

fn events(sizes: &[usize]) -> Vec<Vec<u8>> {
    sizes
        .iter()
        .enumerate()
        .map(|(i, size)| vec![u8::try_from(i % 256).unwrap(); *size])
        .collect()
}

fn event_bytes(leaf: Leaf<'_>) -> Vec<u8> {
    match leaf {
        Leaf::Open { bytes, .. } => bytes.to_vec(),
        Leaf::Erased(_) => panic!("nothing was erased"),
    }
}

#[test]
fn a_change_opens_to_what_was_sealed() {
    let key = space_key(1);
    let written = events(&[400, 0, 31]);
    let sealed = sealed(&key, &written);
    let read = Change::from_bytes(&sealed.change.to_bytes()).unwrap();
    let opened = open_change(&key, &read, &sealed.point.h, none_erased).unwrap();
    let leaves = opened.leaves();
    assert_eq!(leaves.count(), 4);
    assert_eq!(
        Provenance::from_bytes(leaves.provenance()).unwrap(),
        PROVENANCE
    );
    let read: Vec<_> = leaves
        .events()
        .map(|(index, leaf)| (index, event_bytes(leaf)))
        .collect();
    assert_eq!(read, (1..).zip(written).collect::<Vec<_>>());
}

/// docs/formats.md §6 leaves exactly this; the budget is 620.
#[test]
fn an_event_of_400_bytes_travels_in_612() {
    let sealed = sealed_at(
        &space_key(1),
        lifeos_protocol::seen::ChainPoint {
            counter: 1,
            h: BEGAN,
        },
        &events(&[400]),
    );
    assert_eq!(sealed.change.to_bytes().len(), 612);
}

#[test]
fn openings_are_fresh_for_each_leaf_and_each_change() {
    let key = space_key(1);
    let (mut rng, new) = (rng(1), events(&[5, 5]));
    let mut openings = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let new = new_change(&PROVENANCE, &new);
        let sealed = seal_change(&key, DEVICE, chain_start(SPACE, DEVICE), &new, &mut rng).unwrap();
        let opened = open_change(&key, &sealed.change, &sealed.point.h, none_erased).unwrap();
        for (_, leaf) in opened.leaves().iter() {
            let Leaf::Open { opening, .. } = leaf else {
                panic!("nothing was erased")
            };
            assert!(openings.insert(*opening));
        }
    }
    assert_eq!(openings.len(), 12);
}

#[test]
fn a_change_is_refused_in_another_space_epoch_and_place() {
    let key = space_key(1);
    let start = chain_start(SPACE, DEVICE);
    let sealed = sealed(&key, &events(&[40]));
    let statement = &sealed.change.statement;
    let refused = |key: &_, change: &Change, h: &Hash| {
        assert_eq!(
            open_change(key, change, h, none_erased).unwrap_err(),
            OpenError
        );
    };
    // Space, device, counter, chain: all enter the reader's own h.
    refused(
        &key,
        &sealed.change,
        &statement.chain(OTHER_SPACE, DEVICE, start).h,
    );
    refused(
        &key,
        &sealed.change,
        &statement.chain(SPACE, OTHER_DEVICE, start).h,
    );
    refused(
        &key,
        &sealed.change,
        &statement.chain(SPACE, DEVICE, sealed.point).h,
    );
    // Keys: another space, another epoch, another beginning of the same epoch.
    refused(
        &space_secret(1).bind(OTHER_SPACE, BEGAN),
        &sealed.change,
        &sealed.point.h,
    );
    refused(
        &space_secret(1).bind(SPACE, Hash::new([0; 32])),
        &sealed.change,
        &sealed.point.h,
    );
    refused(&space_key(2), &sealed.change, &sealed.point.h);
    // A seal that was relabelled for the next epoch's key.
    let mut seal = sealed.change.seal.clone();
    seal.epoch = 2;
    let relabelled =
        Change::new(statement.clone(), seal, sealed.change.ciphertext().to_vec()).unwrap();
    refused(&space_key(2), &relabelled, &sealed.point.h);
}

#[test]
fn the_seal_of_one_change_does_not_fit_the_statement_of_another() {
    let key = space_key(1);
    let first = sealed(&key, &events(&[40]));
    let second = sealed_at(&key, first.point, &events(&[41]));
    let mixed = Change::new(
        second.change.statement.clone(),
        first.change.seal.clone(),
        first.change.ciphertext().to_vec(),
    )
    .unwrap();
    assert!(open_change(&key, &mixed, &second.point.h, none_erased).is_err());
    assert!(open_change(&key, &mixed, &first.point.h, none_erased).is_err());
}

#[test]
fn every_flipped_bit_of_a_change_is_refused_alike() {
    let key = space_key(1);
    let start = chain_start(SPACE, DEVICE);
    let sealed = sealed(&key, &events(&[40]));
    let (mut decoded, mut refused) = (0, 0);
    for_each_flip(
        &sealed.change.to_bytes(),
        |at, bytes| match Change::from_bytes(bytes) {
            Err(_) => refused += 1,
            Ok(change) => {
                decoded += 1;
                // The reader computes h from what it received…
                let h = change.statement.chain(SPACE, DEVICE, start).h;
                assert_eq!(
                    open_change(&key, &change, &h, none_erased).unwrap_err(),
                    OpenError,
                    "byte {at}"
                );
                // …and one that trusted the author's would be safe as well, but for statement fields
                // that the seal does not cover: these are what the chain is for.
                if change.statement == sealed.change.statement {
                    assert!(
                        open_change(&key, &change, &sealed.point.h, none_erased).is_err(),
                        "byte {at}"
                    );
                }
            }
        },
    );
    assert!(
        decoded > refused,
        "{decoded} decoded, {refused} refused by the decoder"
    );
}

#[test]
fn a_new_epoch_seals_again_and_the_statement_stands() {
    let old = sealed(&space_key(1), &events(&[40]));
    let opened = open_change(&space_key(1), &old.change, &old.point.h, none_erased).unwrap();
    let key = space_key(2);
    let new = reseal(
        &key,
        &old.change.statement,
        &old.point.h,
        opened.leaves(),
        &[],
        &mut rng(9),
    )
    .unwrap();
    assert_eq!(new.statement, old.change.statement);
    assert_eq!(new.seal.epoch, 2);
    let again = open_change(&key, &new, &old.point.h, none_erased).unwrap();
    assert_eq!(again.leaves(), opened.leaves());

    let back = reseal(
        &space_key(1),
        &sealed(&key, &[]).change.statement,
        &old.point.h,
        opened.leaves(),
        &[],
        &mut rng(9),
    );
    assert_eq!(back.unwrap_err(), SealError::Epoch);
}

#[test]
fn a_change_beyond_64_kib_is_not_sealed() {
    let key = space_key(1);
    let new = events(&[70_000]);
    let new = new_change(&PROVENANCE, &new);
    let refused = seal_change(&key, DEVICE, chain_start(SPACE, DEVICE), &new, &mut rng(1));
    assert_eq!(refused.unwrap_err(), SealError::TooLarge);
}

#[test]
fn leaf_0_of_a_newer_client_is_told_from_damage() {
    let mut bytes = PROVENANCE.to_bytes();
    assert_eq!(bytes.len(), 20);
    bytes[18] = 8;
    let unknown = Provenance::from_bytes(&bytes).unwrap_err();
    assert_eq!(
        unknown,
        DecodeError::Unknown {
            what: "source",
            value: 8
        }
    );
    bytes[18] = Source::Ui.code();
    bytes[19] = 0x80;
    let unknown = Provenance::from_bytes(&bytes).unwrap_err();
    assert_eq!(
        unknown,
        DecodeError::Unknown {
            what: "flags of leaf 0",
            value: 0x80
        }
    );
}

#[test]
fn a_chunk_opens_at_its_place_only() {
    let key = space_key(1);
    let place = ChunkPlace {
        kind: ChunkKind::Snapshot,
        manifest: manifest_hash(b"m"),
        index: 2,
        count: 5,
    };
    let bytes = vec![7; 1000];
    let chunk = seal_chunk(&key, &place, &bytes, &mut rng(1));
    assert_eq!(open_chunk(&key, &place, &chunk).unwrap(), bytes);
    for wrong in [
        ChunkPlace {
            kind: ChunkKind::Blob,
            ..place
        },
        ChunkPlace {
            manifest: manifest_hash(b"n"),
            ..place
        },
        ChunkPlace { index: 3, ..place },
        ChunkPlace { count: 6, ..place },
    ] {
        assert_eq!(open_chunk(&key, &wrong, &chunk).unwrap_err(), OpenError);
    }
    assert!(open_chunk(&space_key(2), &place, &chunk).is_err());
    assert!(open_chunk(&key, &place, &chunk[..chunk.len() - 1]).is_err());
    assert!(open_chunk(&key, &place, &[&chunk[..], &[0]].concat()).is_err());
    for_each_flip(&chunk, |_, chunk| {
        assert!(open_chunk(&key, &place, chunk).is_err())
    });
}

#[test]
fn the_largest_chunk_is_sealed() {
    let key = space_key(1);
    let place = ChunkPlace {
        kind: ChunkKind::Blob,
        manifest: manifest_hash(b"m"),
        index: 0,
        count: 1,
    };
    let bytes = vec![7; CHUNK_MAX_BYTES];
    assert_eq!(
        open_chunk(&key, &place, &seal_chunk(&key, &place, &bytes, &mut rng(1))).unwrap(),
        bytes
    );
}

/// Each kind has a sub-key of its own, so that not even who holds the key of the space can pass
/// one kind for another by rewriting a header.
#[test]
fn a_chunk_of_one_kind_does_not_open_as_another_when_it_is_relabelled() {
    let key = space_key(1);
    let place = ChunkPlace {
        kind: ChunkKind::Snapshot,
        manifest: manifest_hash(b"m"),
        index: 0,
        count: 1,
    };
    let mut chunk = seal_chunk(&key, &place, b"text", &mut rng(1));
    chunk[1] = SealKind::Blob.code();
    assert!(
        open_chunk(
            &key,
            &ChunkPlace {
                kind: ChunkKind::Blob,
                ..place
            },
            &chunk
        )
        .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_was_sealed_opens_and_its_length_is_padded(
        sizes in proptest::collection::vec(0_usize..3000, 0..12),
        seed: u64,
        part: u16,
        flow: Option<[u8; 16]>,
        batch: Option<[u8; 16]>,
        last_of_batch: bool,
    ) {
        let provenance = Provenance { part, source: Source::Import, flow, batch, last_of_batch, ..PROVENANCE };
        let (key, written) = (space_key(1), events(&sizes));
        let new = new_change(&provenance, &written);
        let sealed = seal_change(&key, DEVICE, chain_start(SPACE, DEVICE), &new, &mut rng(seed)).unwrap();
        let padded = sealed.change.seal.padded_length as usize;
        prop_assert_eq!(padded, lifeos_protocol::padme::padded_length(padded));
        let opened = open_change(&key, &sealed.change, &sealed.point.h, none_erased).unwrap();
        prop_assert_eq!(Provenance::from_bytes(opened.leaves().provenance()).unwrap(), provenance);
        let read: Vec<_> = opened.leaves().events().map(|(_, leaf)| event_bytes(leaf)).collect();
        prop_assert_eq!(read, written);
    }
}
