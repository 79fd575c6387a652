//! No byte of an export changes without being noticed.

use std::sync::LazyLock;

use lifeos_exchange::export::{Formats, Unverified, verify};
use lifeos_life::Portion;
use proptest::prelude::*;

use crate::demo::{self, export, packed, year};

static SMALL: LazyLock<Vec<u8>> = LazyLock::new(small);

fn small() -> Vec<u8> {
    let lived = year();
    let label = demo::items(&lived.life, Portion::All).labels[0].id;
    let portion = Portion::Label { label };
    let mut items = demo::items(&lived.life, portion);
    items.tasks.retain(|task| task.parent.is_none());
    items.tasks.truncate(3);
    packed(items, Formats::ALL, portion, &demo::pages(&lived.log[..1])).bytes
}

#[test]
fn every_flipped_bit_of_an_export_is_found() {
    let whole = &*SMALL;
    verify(whole, None).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(
            verify(&bytes, None).is_err(),
            "byte {at} of {}",
            whole.len()
        );
    }
}

#[test]
fn an_export_that_is_cut_or_packed_again_is_refused() {
    let whole = export().bytes;
    assert_eq!(
        verify(&whole[..whole.len() - 1], None),
        Err(Unverified::NoSeal)
    );
    assert_eq!(verify(&[], None), Err(Unverified::NoSeal));
    let mut longer = whole.clone();
    longer.push(b' ');
    assert_eq!(verify(&longer, None), Err(Unverified::NoSeal));
    let mut other = whole;
    other[40] ^= 1;
    assert_eq!(verify(&other, None), Err(Unverified::Changed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_change_anywhere_is_found(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = SMALL.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(verify(&bytes, None).is_err());
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(verify(&bytes, None).is_err());
    }
}
