//! Files of a device's own store.

use lifeos_crypto::local::{FRAME_OVERHEAD_BYTES, FileKind, Split, split_frame};
use lifeos_crypto::{LocalKey, OpenError, VaultHalf};
use lifeos_protocol::DeviceId;

use crate::support::{ACCOUNT, DEVICE, for_each_flip, rng};

fn local_key() -> LocalKey {
    LocalKey::from_bytes(&[0x10; 32])
}

#[test]
fn frames_are_read_back_in_order() {
    let key = local_key().file_key(FileKind::Journal, 7);
    let texts: [&[u8]; 3] = [b"one", b"", b"three"];
    let file: Vec<u8> = (0..)
        .zip(texts)
        .flat_map(|(index, text)| key.seal_frame(index, text, &mut rng(index)))
        .collect();
    assert_eq!(file.len(), 3 * FRAME_OVERHEAD_BYTES + 8);
    let (mut left, mut index) = (file.as_slice(), 0);
    while let Split::Frame { frame, rest } = split_frame(left) {
        assert_eq!(
            key.open_frame(index, frame).unwrap().as_slice(),
            texts[usize::try_from(index).unwrap()]
        );
        (left, index) = (rest, index + 1);
    }
    assert_eq!((index, split_frame(left)), (3, Split::End));
}

#[test]
fn a_frame_is_bound_to_its_file_and_place() {
    let local = local_key();
    let frame = local
        .file_key(FileKind::Journal, 7)
        .seal_frame(3, b"text", &mut rng(1));
    let refused = |kind, number, index| {
        let opened = local.file_key(kind, number).open_frame(index, &frame);
        assert_eq!(opened.unwrap_err(), OpenError);
    };
    refused(FileKind::Journal, 7, 4);
    refused(FileKind::Journal, 8, 3);
    refused(FileKind::Snapshot, 7, 3);
    refused(FileKind::Keys, 7, 3);
    let other = LocalKey::from_bytes(&[0x11; 32]).file_key(FileKind::Journal, 7);
    assert!(other.open_frame(3, &frame).is_err());
    assert!(
        local
            .file_key(FileKind::Journal, 7)
            .open_frame(3, &frame)
            .is_ok()
    );
}

#[test]
fn every_flipped_bit_of_a_frame_is_refused_alike() {
    let key = local_key().file_key(FileKind::Keys, 0);
    let frame = key.seal_frame(0, b"text", &mut rng(1));
    for_each_flip(&frame, |_, frame| {
        assert_eq!(key.open_frame(0, frame).unwrap_err(), OpenError)
    });
}

#[test]
fn a_torn_frame_is_told_from_damage() {
    let key = local_key().file_key(FileKind::Journal, 7);
    let frame = key.seal_frame(0, b"text", &mut rng(1));
    for cut in 1..frame.len() {
        assert_eq!(split_frame(&frame[..cut]), Split::Torn, "cut at {cut}");
        assert!(key.open_frame(0, &frame[..cut]).is_err());
    }
    assert_eq!(split_frame(&[0; 100]), Split::Damaged);
    assert_eq!(split_frame(&[0xFF; 100]), Split::Damaged);
}

#[test]
fn both_halves_are_needed_and_each_in_its_place() {
    let half = |byte| VaultHalf::from_bytes(&[byte; 32]);
    let key = LocalKey::from_halves(&half(1), &half(2), ACCOUNT, DEVICE);
    assert!(key == LocalKey::from_halves(&half(1), &half(2), ACCOUNT, DEVICE));
    assert!(key != LocalKey::from_halves(&half(2), &half(1), ACCOUNT, DEVICE));
    assert!(key != LocalKey::from_halves(&half(1), &half(3), ACCOUNT, DEVICE));
    assert!(key != LocalKey::from_halves(&half(3), &half(2), ACCOUNT, DEVICE));
    assert!(key != LocalKey::from_halves(&half(1), &half(2), ACCOUNT, DeviceId::new([0; 16])));
}

#[test]
fn the_first_frame_of_a_write_is_found_behind_any_bytes_and_no_other_is() {
    let key = LocalKey::from_bytes(&[1; 32]).file_key(FileKind::Journal, 1);
    let first = key.seal_first_of_write(5, b"first", &mut rng(1));
    assert_eq!(key.open_frame(5, &first).unwrap().as_slice(), b"first");
    assert!(key.open_frame(4, &first).is_err());
    let later = key.seal_frame(6, b"later", &mut rng(2));
    let zeros = [0; 1000];

    assert!(key.has_first_of_write(&first));
    assert!(key.has_first_of_write(&[&zeros[..], &first[..], &later[..]].concat()));
    // Its own end may be torn.
    assert!(key.has_first_of_write(&[&zeros[..7], &first[..first.len() - 1]].concat()));
    assert!(!key.has_first_of_write(&[&zeros[..], &later[..]].concat()));
    assert!(!key.has_first_of_write(&first[1..]));
    assert!(!key.has_first_of_write(&[]));
    let other = LocalKey::from_bytes(&[1; 32]).file_key(FileKind::Journal, 2);
    assert!(!other.has_first_of_write(&first));
}

#[test]
fn whether_a_frame_is_the_first_of_a_write_is_bound_to_it() {
    let key = LocalKey::from_bytes(&[1; 32]).file_key(FileKind::Journal, 1);
    for mut frame in [
        key.seal_first_of_write(0, b"text", &mut rng(1)),
        key.seal_frame(0, b"text", &mut rng(1)),
    ] {
        assert!(key.open_frame(0, &frame).is_ok());
        frame[0] ^= 0x80;
        assert!(matches!(split_frame(&frame), Split::Frame { rest: [], .. }));
        assert!(key.open_frame(0, &frame).is_err());
    }
}
