//! Limits and refusals of the decoders.

use lifeos_protocol::batch::Batch;
use lifeos_protocol::change::{Change, MAX_BYTES};
use lifeos_protocol::seal::{Seal, SealKind};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::{Statement, chain_start};
use lifeos_protocol::stream::{Frame, FrameDecoder, MAX_PAYLOAD, Run};
use lifeos_protocol::wrap::Wrap;
use lifeos_protocol::{DecodeError, DeviceId, PublicKeys, SealingPublic, SigningPublic, Wire};

use crate::judge::Home;
use crate::people::some_hash;
use crate::samples;

#[test]
fn every_format_survives_its_bytes_and_refuses_one_byte_more_or_less() {
    for sample in samples::all() {
        let bytes = &sample.bytes;
        assert_eq!(
            (sample.reread)(bytes).as_ref(),
            Ok(bytes),
            "{}",
            sample.name
        );
        let longer = [&bytes[..], &[0]].concat();
        assert!(
            (sample.reread)(&longer).is_err(),
            "{} with a byte more",
            sample.name
        );
        for length in 0..bytes.len().min(2_000) {
            assert!(
                (sample.reread)(&bytes[..length]).is_err(),
                "{} cut at {length}",
                sample.name
            );
        }
        assert!(
            (sample.reread)(&bytes[..bytes.len() - 1]).is_err(),
            "{} a byte short",
            sample.name
        );
    }
}

#[test]
fn an_unknown_version_suite_or_kind_is_told_apart_from_damage() {
    let unknown = |name: &str, at: usize, value: u8| {
        let sample = samples::all()
            .into_iter()
            .find(|sample| sample.name == name)
            .unwrap();
        let mut bytes = sample.bytes;
        bytes[at] = value;
        matches!((sample.reread)(&bytes), Err(DecodeError::Unknown { .. }))
    };
    let statement_length = Home::new().change(1).statement.to_bytes().len();
    for (name, at) in [
        ("statement/in-full", 0),
        ("change", 0),
        ("change", statement_length),
        ("change", statement_length + 1),
        ("head", 0),
        ("batch", 0),
        ("bodies", 0),
        ("wrap", 0),
        ("wrap", 1),
        ("sealed-method-key", 0),
        ("sealed-method-key", 1),
        ("anchor", 0),
        ("log-statement/add-device", 0),
        ("account-body/revoke", 1),
        ("space-body/rekey", 1),
        ("tail-notice", 0),
    ] {
        assert!(unknown(name, at, 0xFE), "{name} at {at}");
    }
}

#[test]
fn a_change_of_400_bytes_is_within_its_budget_but_for_what_is_sealed() {
    // Statement and seal of a change that has nothing new to tell of the others.
    let nothing = Frontier::new();
    let seen = Seen::since(&nothing, &nothing);
    let statement = Statement {
        epoch: 1,
        space_position: 1,
        account_position: 1,
        seen,
        commitment: some_hash("c"),
    };
    assert_eq!(statement.to_bytes().len() + Seal::LENGTH, 66 + 66);
}

fn sized(padded_length: u32) -> Result<Change, DecodeError> {
    let home = Home::new();
    let seal = Seal {
        kind: SealKind::Change,
        epoch: 1,
        nonce: [0; 24],
        key_commitment: [0; 32],
        padded_length,
    };
    Change::new(
        home.change(1).statement,
        seal,
        vec![0; padded_length as usize + 16],
    )
}

#[test]
fn a_change_is_padded_and_at_most_64_kib() {
    assert!(sized(256).is_ok());
    assert!(sized(272).is_ok());
    for bad in [0, 1, 255, 257, 300] {
        assert_eq!(
            sized(bad).unwrap_err(),
            DecodeError::Invalid {
                what: "padded length"
            },
            "{bad}"
        );
    }
    let largest = (0..=MAX_BYTES as u32)
        .rev()
        .find(|length| sized(*length).is_ok())
        .unwrap();
    assert_eq!(largest, 63_488);
    assert_eq!(
        sized(65_536).unwrap_err(),
        DecodeError::TooLarge { what: "change" }
    );
    // The decoder holds to the same.
    let mut bytes = sized(256).unwrap().to_bytes();
    let at = bytes.len() - 272 - 4;
    bytes[at..at + 4].copy_from_slice(&65_536_u32.to_be_bytes());
    bytes.resize(bytes.len() + 65_536, 0);
    assert_eq!(
        Change::from_bytes(&bytes).unwrap_err(),
        DecodeError::TooLarge { what: "change" }
    );
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(
        Change::from_bytes(&bytes).unwrap_err(),
        DecodeError::Invalid {
            what: "padded length"
        }
    );
}

#[test]
fn a_change_is_sealed_as_one_and_never_below_its_authors_epoch() {
    let home = Home::new();
    let seal = |kind: SealKind, epoch: u32| Seal {
        kind,
        epoch,
        nonce: [0; 24],
        key_commitment: [0; 32],
        padded_length: 256,
    };
    let statement = home.change(1).statement;
    let made = |seal: Seal| Change::new(statement.clone(), seal, vec![0; 272]);
    assert!(made(seal(SealKind::Change, 1)).is_ok());
    assert!(made(seal(SealKind::Change, 2)).is_ok());
    assert_eq!(
        made(seal(SealKind::Change, 0)).unwrap_err(),
        DecodeError::Invalid { what: "seal epoch" }
    );
    for kind in [SealKind::Segment, SealKind::Snapshot, SealKind::Blob] {
        assert!(made(seal(kind, 1)).is_err());
    }
    assert!(Change::new(statement.clone(), seal(SealKind::Change, 1), vec![0; 271]).is_err());
}

#[test]
fn a_batch_is_at_most_256_changes_and_1_mib() {
    let home = Home::new();
    let start = chain_start(home.space.space(), home.laptop.device());
    let changes: Vec<Change> = (1..=257).map(|counter| home.change(counter)).collect();
    let head = |changes: &[Change]| {
        let end = *home.points(&home.laptop, start, changes).last().unwrap();
        home.head(&home.laptop, end, &changes.last().unwrap().statement)
    };
    let made =
        |changes: &[Change]| Batch::new(home.laptop.device(), 1, changes.to_vec(), head(changes));
    assert!(made(&changes[..256]).is_ok());
    assert_eq!(
        made(&changes).unwrap_err(),
        DecodeError::TooLarge { what: "batch" }
    );
    let large: Vec<Change> = (0..17).map(|_| sized(63_488).unwrap()).collect();
    assert_eq!(
        made(&large).unwrap_err(),
        DecodeError::TooLarge { what: "batch" }
    );
    assert!(made(&large[..16]).is_ok());
    assert!(Batch::new(home.laptop.device(), 1, Vec::new(), head(&changes)).is_err());
    assert!(
        Batch::new(
            home.laptop.device(),
            0,
            changes[..2].to_vec(),
            head(&changes[..1])
        )
        .is_err()
    );
    assert!(
        Batch::new(
            home.phone.device(),
            1,
            changes[..1].to_vec(),
            head(&changes[..1])
        )
        .is_err()
    );
}

#[test]
fn seen_entries_are_sorted_and_each_device_stands_once() {
    let mut frontier = Frontier::new();
    frontier.observe(
        DeviceId::new([1; 16]),
        ChainPoint {
            counter: 5,
            h: some_hash("a"),
        },
    );
    frontier.observe(
        DeviceId::new([2; 16]),
        ChainPoint {
            counter: 6,
            h: some_hash("b"),
        },
    );
    let bytes = Seen::in_full(&frontier).to_bytes();
    assert_eq!(bytes.len(), 4 + 1 + 2 * 24 + 16);
    let (first, second) = (bytes[5..29].to_vec(), bytes[29..53].to_vec());
    let with = |first: &[u8], second: &[u8]| {
        let mut other = bytes.clone();
        other[5..29].copy_from_slice(first);
        other[29..53].copy_from_slice(second);
        Seen::from_bytes(&other)
    };
    assert!(with(&first, &second).is_ok());
    assert!(with(&second, &first).is_err());
    assert!(with(&first, &first).is_err());
    let mut flags = bytes.clone();
    flags[4] = 2;
    assert!(Seen::from_bytes(&flags).is_err());
}

#[test]
fn seen_tells_the_difference_and_its_digest_everything() {
    let mut before = Frontier::new();
    before.observe(
        DeviceId::new([1; 16]),
        ChainPoint {
            counter: 5,
            h: some_hash("a"),
        },
    );
    let mut now = before.clone();
    now.observe(
        DeviceId::new([2; 16]),
        ChainPoint {
            counter: 6,
            h: some_hash("b"),
        },
    );
    let seen = Seen::since(&before, &now);
    assert_eq!(seen.entries().len(), 1);
    assert_eq!(seen.digest(), Seen::in_full(&now).digest());
    assert_ne!(seen.digest(), before.digest());
    // The digest covers chains, not only counters.
    let mut forked = before.clone();
    forked.observe(
        DeviceId::new([2; 16]),
        ChainPoint {
            counter: 6,
            h: some_hash("other b"),
        },
    );
    assert_ne!(forked.digest(), now.digest());
    // An older head changes nothing.
    now.observe(
        DeviceId::new([2; 16]),
        ChainPoint {
            counter: 5,
            h: some_hash("x"),
        },
    );
    assert_eq!(now.digest(), seen.digest());
    assert!(Seen::for_counter(1, &before, &now).is_in_full());
    assert!(!Seen::for_counter(2, &before, &now).is_in_full());
    assert!(Seen::for_counter(257, &before, &now).is_in_full());
}

#[test]
fn a_stream_is_read_in_portions_of_any_length() {
    let frames = samples::frames();
    let bytes: Vec<u8> = frames.iter().flat_map(Frame::to_bytes).collect();
    for portion in [1, 2, 3, 5, 64, 1_000, bytes.len()] {
        let mut decoder = FrameDecoder::new();
        let mut read = Vec::new();
        for bytes in bytes.chunks(portion) {
            assert!(!decoder.is_complete());
            decoder.feed(bytes);
            while let Some(frame) = decoder.next_frame().unwrap() {
                read.push(frame);
            }
        }
        assert_eq!(read, frames);
        assert!(decoder.is_complete());
    }
}

#[test]
fn a_stream_ends_with_its_complete_mark() {
    let bytes: Vec<u8> = samples::frames().iter().flat_map(Frame::to_bytes).collect();
    let mut decoder = FrameDecoder::new();
    decoder.feed(&bytes);
    decoder.feed(&[3]);
    while let Ok(Some(_)) = decoder.next_frame() {}
    assert_eq!(decoder.next_frame(), Err(DecodeError::Trailing));
    assert!(!decoder.is_complete());
    let mut cut = FrameDecoder::new();
    cut.feed(&bytes[..bytes.len() - 1]);
    while let Some(_frame) = cut.next_frame().unwrap() {}
    assert!(!cut.is_complete());
}

#[test]
fn a_damaged_stream_gives_nothing_after_the_damage() {
    let frames = samples::frames();
    let mut bytes = frames[0].to_bytes();
    let mut damaged = frames[1].to_bytes();
    let last = damaged.len();
    damaged.truncate(last - 1);
    damaged[4] -= 1;
    bytes.extend(damaged);
    bytes.extend(frames[3].to_bytes());
    let mut decoder = FrameDecoder::new();
    decoder.feed(&bytes);
    assert_eq!(decoder.next_frame(), Ok(Some(frames[0].clone())));
    for _ in 0..3 {
        assert!(decoder.next_frame().is_err());
        decoder.feed(&frames[3].to_bytes());
    }
}

#[test]
fn a_frame_of_a_newer_version_is_kept_and_the_rest_goes_on() {
    let frames = samples::frames();
    let newer = Frame::Newer {
        code: 77,
        payload: b"from the future".to_vec(),
    };
    let mut run = frames[1].to_bytes();
    let suite = run.len() - 272 - Seal::LENGTH;
    run[suite] = 9;
    let mut decoder = FrameDecoder::new();
    decoder.feed(&newer.to_bytes());
    decoder.feed(&run);
    decoder.feed(&frames[3].to_bytes());
    assert_eq!(decoder.next_frame(), Ok(Some(newer)));
    let Ok(Some(Frame::Newer { code: 2, payload })) = decoder.next_frame() else {
        panic!("a kept run")
    };
    assert_eq!(payload, run[5..]);
    assert_eq!(decoder.next_frame(), Ok(Some(frames[3].clone())));
}

#[test]
fn a_frame_that_claims_too_much_is_refused_before_it_is_held() {
    let mut decoder = FrameDecoder::new();
    decoder.feed(&[2]);
    decoder.feed(&u32::try_from(MAX_PAYLOAD + 1).unwrap().to_be_bytes());
    assert_eq!(
        decoder.next_frame(),
        Err(DecodeError::TooLarge { what: "frame" })
    );
}

#[test]
fn an_empty_or_overflowing_run_is_refused() {
    let samples = samples::frames();
    let Frame::Run(run) = &samples[1] else {
        panic!("a run")
    };
    let read = |run: Run| {
        let mut decoder = FrameDecoder::new();
        decoder.feed(&Frame::Run(run).to_bytes());
        decoder.next_frame()
    };
    assert!(read(run.clone()).is_ok());
    assert!(
        read(Run {
            changes: Vec::new(),
            ..run.clone()
        })
        .is_err()
    );
    assert!(
        read(Run {
            first: 0,
            ..run.clone()
        })
        .is_err()
    );
    assert!(
        read(Run {
            sequence: 0,
            ..run.clone()
        })
        .is_err()
    );
    assert!(
        read(Run {
            first: u64::MAX,
            ..run.clone()
        })
        .is_err()
    );
    assert!(
        read(Run {
            sequence: u64::MAX - 1,
            ..run.clone()
        })
        .is_err()
    );
}

#[test]
fn widths_are_those_of_the_tables() {
    let home = Home::new();
    assert_eq!(home.laptop.keys.to_bytes().len(), PublicKeys::LENGTH);
    assert_eq!(PublicKeys::LENGTH, 1248);
    assert_eq!(samples::wrap().to_bytes().len(), Wrap::LENGTH);
    assert_eq!(home.change(1).seal.to_bytes().len(), Seal::LENGTH);
    assert_eq!(samples::batch().head().to_bytes().len(), 233);
}

#[test]
fn signing_keys_are_canonical_and_of_large_order() {
    let identity = {
        let mut bytes = [0; 32];
        bytes[0] = 1;
        bytes
    };
    let read = |bytes: [u8; 32]| {
        let whole = [&bytes[..], SealingPublic::new([0; 1216]).as_bytes()].concat();
        assert_eq!(
            SigningPublic::new(bytes).is_ok(),
            PublicKeys::from_bytes(&whole).is_ok()
        );
        SigningPublic::new(bytes).is_ok()
    };
    assert!(read(*Home::new().laptop.keys.signing.as_bytes()));
    assert!(!read(identity));
    assert!(!read([0; 32]));
    assert!(!read([0xFF; 32]));
}
