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
