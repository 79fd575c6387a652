//! Erasure of one event: the chain stands, and nothing that was erased can be guessed.

use lifeos_crypto::OpenError;
use lifeos_crypto::envelope::{Leaf, open_change, reseal};
use lifeos_protocol::statement::{chain_start, leaf_commitment};

use crate::support::{DEVICE, SPACE, rng, sealed, space_key};

fn three_events() -> Vec<Vec<u8>> {
    ["first", "second", "third"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}

#[test]
fn an_erased_event_is_gone_and_the_change_still_verifies() {
    let key = space_key(1);
    let written = sealed(&key, &three_events());
    let before = open_change(&key, &written.change, &written.point.h, |_| false).unwrap();
    let erased = reseal(
        &key,
        &written.change.statement,
        &written.point.h,
        before.leaves(),
        &[2],
        &mut rng(9),
    )
    .unwrap();

    assert_eq!(
        erased
            .statement
            .chain(SPACE, DEVICE, chain_start(SPACE, DEVICE)),
        written.point
    );
    let after = open_change(&key, &erased, &written.point.h, |leaf| leaf == 2).unwrap();
    let leaves: Vec<_> = after.leaves().iter().collect();
    let was: Vec<_> = before.leaves().iter().collect();
    assert_eq!((leaves[0], leaves[1], leaves[3]), (was[0], was[1], was[3]));
    let (_, Leaf::Erased(commitment)) = leaves[2] else {
        panic!("leaf 2 was erased")
    };
    assert_eq!(commitment, was[2].1.commitment());

    // A guess of the text cannot be tested: it would need the opening, which is gone.
    let (_, Leaf::Open { opening, .. }) = was[2] else {
        panic!("leaf 2 was open")
    };
    assert_eq!(leaf_commitment(opening, b"second"), commitment);
    for (_, leaf) in after.leaves().iter() {
        if let Leaf::Open { opening, .. } = leaf {
            assert_ne!(leaf_commitment(opening, b"second"), commitment);
        }
    }
}

#[test]
fn a_bare_leaf_that_no_verified_erasure_names_is_refused() {
    let key = space_key(1);
    let written = sealed(&key, &three_events());
    let opened = open_change(&key, &written.change, &written.point.h, |_| false).unwrap();
    let erased = reseal(
        &key,
        &written.change.statement,
        &written.point.h,
        opened.leaves(),
        &[1, 2],
        &mut rng(9),
    )
    .unwrap();
    for named in [&[][..], &[1], &[2], &[3], &[1, 3]] {
        let refused = open_change(&key, &erased, &written.point.h, |leaf| {
            named.contains(&leaf)
        });
        assert_eq!(refused.unwrap_err(), OpenError);
    }
    assert!(open_change(&key, &erased, &written.point.h, |leaf| leaf != 3).is_ok());
}

#[test]
fn leaf_0_is_never_made_bare() {
    let key = space_key(1);
    let written = sealed(&key, &three_events());
    let opened = open_change(&key, &written.change, &written.point.h, |_| false).unwrap();
    let again = reseal(
        &key,
        &written.change.statement,
        &written.point.h,
        opened.leaves(),
        &[0],
        &mut rng(9),
    )
    .unwrap();
    let again = open_change(&key, &again, &written.point.h, |_| false).unwrap();
    assert_eq!(again.leaves(), opened.leaves());
}

#[test]
fn erasing_twice_changes_nothing_more() {
    let key = space_key(1);
    let written = sealed(&key, &three_events());
    let mut opened = open_change(&key, &written.change, &written.point.h, |_| false).unwrap();
    for _ in 0..2 {
        let erased = reseal(
            &key,
            &written.change.statement,
            &written.point.h,
            opened.leaves(),
            &[1],
            &mut rng(9),
        )
        .unwrap();
        opened = open_change(&key, &erased, &written.point.h, |leaf| leaf == 1).unwrap();
    }
    let bare = opened
        .leaves()
        .iter()
        .filter(|(_, leaf)| matches!(leaf, Leaf::Erased(_)))
        .count();
    assert_eq!(bare, 1);
}
