//! Fixed vectors of our own formats: the bytes that lie in people's logs. A changed byte is a
//! changed format. `LIFEOS_WRITE_VECTORS=1` writes files that are missing, and never over one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lifeos_crypto::approval::{make_answer, make_opening, open_account_name, seal_account_name};
use lifeos_crypto::envelope::{
    ChunkKind, ChunkPlace, Leaf, RunToSeal, Segment, open_change, open_chunk, open_segment, reseal,
    seal_chunk, seal_segment,
};
use lifeos_crypto::local::FileKind;
use lifeos_crypto::method::{Kit, MethodSecret, PrfOutput, open_keys, seal_keys};
use lifeos_crypto::session::{Ephemeral, answer};
use lifeos_crypto::wrap::{
    Recipient, WrapPlace, open, open_local, open_previous, seal, seal_local, seal_previous,
};
use lifeos_crypto::{AccountSecret, LocalKey, SpaceSecret, VaultHalf};
use lifeos_protocol::approval::Transcript;
use lifeos_protocol::change::Change;
use lifeos_protocol::kit::KitBytes;
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::seal::manifest_hash;
use lifeos_protocol::session::Challenge;
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{Class, Hash, InstanceId, LogId, Wire, label};

use crate::support::{
    ACCOUNT, BEGAN, DEVICE, PROVENANCE, SPACE, device, hex, method, rng, sealed, space_key,
    space_secret, unhex,
};

type Vectors = BTreeMap<String, String>;

/// Compares what is made today with the file, and returns the file.
fn fixed<const N: usize>(name: &str, made: [(&str, &[u8]); N]) -> Vectors {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name);
    let made: Vectors = made
        .map(|(what, bytes)| (what.to_owned(), hex(bytes)))
        .into();
    assert_eq!(made.len(), N, "a name stands twice");
    if !path.exists() && std::env::var_os("LIFEOS_WRITE_VECTORS").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let kept: Vectors = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(made, kept, "the bytes of {name} changed");
    kept
}

const PLACE: WrapPlace = WrapPlace {
    log: LogId::new([7; 16]),
    sequence: 5,
    previous: Hash::new([8; 32]),
};

#[test]
fn keys_are_derived_as_ever() {
    let account = AccountSecret::from_bytes(2, &[0x20; 32]);
    let halves = [1, 2].map(|byte| VaultHalf::from_bytes(&[byte; 32]));
    fixed(
        "keys.json",
        [
            ("seeds", &[1; 64]),
            ("public keys", &device(1).public().to_bytes()),
            ("device id", device(1).id().as_bytes()),
            ("method id", method(1).id().as_bytes()),
            (
                "signature of head label and empty message",
                device(1).sign(label::HEAD, &[]).as_bytes(),
            ),
            ("account secret, epoch 2", account.expose()),
            ("account public key, epoch 2", account.public().as_bytes()),
            (
                "local key of halves 01 and 02",
                LocalKey::from_halves(&halves[0], &halves[1], ACCOUNT, DEVICE).expose(),
            ),
        ],
    );
}

#[test]
fn wraps_open_as_ever() {
    let account = AccountSecret::from_bytes(2, &[0x20; 32]);
    let (first, second) = (space_secret(1), space_secret(2));
    let local = LocalKey::from_bytes(&[0x30; 32]);
    let to_device = seal(
        &account,
        &Recipient::device(device(1).public()),
        &PLACE,
        &mut rng(1),
    )
    .unwrap();
    let to_account = seal(
        &second,
        &Recipient::account(ACCOUNT, &account.public()),
        &PLACE,
        &mut rng(2),
    )
    .unwrap();
    let to_method = seal_local(
        &local,
        &Recipient::method(method(1).public()),
        ACCOUNT,
        &mut rng(3),
    )
    .unwrap();
    let previous = seal_previous(&first, &second, PLACE.log, &mut rng(4)).unwrap();
    let kept = fixed(
        "wraps.json",
        [
            ("account secret to device", &to_device.to_bytes()),
            ("its hash", to_device.hash().as_bytes()),
            ("space secret to account", &to_account.to_bytes()),
            ("local key to method", &to_method.to_bytes()),
            ("space secret before", &previous.to_bytes()),
            (
                "hash of the space secret before",
                previous.hash().as_bytes(),
            ),
        ],
    );
    let wrap = |name: &str| Wrap::from_bytes(&unhex(&kept[name])).unwrap();
    assert!(
        open::<AccountSecret>(&wrap("account secret to device"), &device(1), &PLACE, 2).unwrap()
            == account
    );
    assert!(
        open::<SpaceSecret>(
            &wrap("space secret to account"),
            &account.keys(ACCOUNT),
            &PLACE,
            2
        )
        .unwrap()
            == second
    );
    assert!(open_local(&wrap("local key to method"), &method(1), ACCOUNT).unwrap() == local);
    let previous = SealedPrevious::from_bytes(&unhex(&kept["space secret before"])).unwrap();
    assert!(open_previous(&previous, &second, PLACE.log).unwrap() == first);
}

#[test]
fn unlock_methods_open_as_ever() {
    let keys = method(1);
    let kit = Kit::from_bytes(KitBytes::new([0x4B; 20]));
    let passkey = MethodSecret::from_prf(&PrfOutput::from_bytes(&[0x50; 32]), ACCOUNT);
    let by_passkey = seal_keys(&keys, ACCOUNT, &passkey, &mut rng(1));
    let by_kit = seal_keys(&keys, ACCOUNT, &MethodSecret::from_kit(&kit), &mut rng(2));
    let kept = fixed(
        "methods.json",
        [
            ("PRF output", &[0x50; 32]),
            ("sealed under the passkey", &by_passkey.to_bytes()),
            ("kit", kit.expose().expose()),
            ("lookup id of the kit", kit.lookup_id().as_bytes()),
            ("sealed under the kit", &by_kit.to_bytes()),
        ],
    );
    for (name, secret) in [
        ("sealed under the passkey", passkey),
        ("sealed under the kit", MethodSecret::from_kit(&kit)),
    ] {
        let sealed = SealedMethodKey::from_bytes(&unhex(&kept[name])).unwrap();
        assert_eq!(
            open_keys(&sealed, &secret, ACCOUNT, keys.public())
                .unwrap()
                .id(),
            keys.id()
        );
    }
}

#[test]
fn envelopes_open_as_ever() {
    let (key, next) = (space_key(1), space_key(2));
    let events = [b"one".to_vec(), b"two".to_vec()];
    let written = sealed(&key, &events);
    let (statement, h) = (&written.change.statement, &written.point.h);
    let opened = open_change(&key, &written.change, h, |_| false).unwrap();
    let erased = reseal(&next, statement, h, opened.leaves(), &[2], &mut rng(5)).unwrap();
    let run = RunToSeal {
        device: DEVICE,
        before: chain_start(SPACE, DEVICE),
        changes: vec![(statement, opened.leaves())],
    };
    let segment = seal_segment(&key, &[run], &mut rng(6)).unwrap();
    let place = ChunkPlace {
        kind: ChunkKind::Snapshot,
        manifest: manifest_hash(b"manifest"),
        index: 1,
        count: 3,
    };
    let kept = fixed(
        "envelopes.json",
        [
            ("space", SPACE.as_bytes()),
            ("device", DEVICE.as_bytes()),
            ("statement that began the epoch", BEGAN.as_bytes()),
            ("space secret, epoch 1", space_secret(1).expose()),
            ("space secret, epoch 2", space_secret(2).expose()),
            ("leaf 0", &PROVENANCE.to_bytes()),
            ("change", &written.change.to_bytes()),
            ("h", h.as_bytes()),
            ("the same in epoch 2, leaf 2 erased", &erased.to_bytes()),
            ("segment", &segment.to_bytes()),
            (
                "snapshot chunk 1 of 3",
                &seal_chunk(&key, &place, b"chunk", &mut rng(7)),
            ),
        ],
    );
    let change = |name: &str| Change::from_bytes(&unhex(&kept[name])).unwrap();
    let again = open_change(&key, &change("change"), h, |_| false).unwrap();
    let texts: Vec<_> = again.leaves().events().map(|(_, leaf)| leaf).collect();
    assert!(matches!(
        texts[..],
        [
            Leaf::Open { bytes: b"one", .. },
            Leaf::Open { bytes: b"two", .. }
        ]
    ));
    let erased = open_change(
        &next,
        &change("the same in epoch 2, leaf 2 erased"),
        h,
        |leaf| leaf == 2,
    )
    .unwrap();
    assert_eq!(
        erased.leaves().iter().last().unwrap().1,
        Leaf::Erased(texts[1].commitment())
    );
    let segment = Segment::from_bytes(&unhex(&kept["segment"])).unwrap();
    let segment = open_segment(&key, &segment, |_, _, _| false).unwrap();
    assert_eq!(segment.changes().next().unwrap().leaves, again.leaves());
    assert_eq!(
        open_chunk(&key, &place, &unhex(&kept["snapshot chunk 1 of 3"])).unwrap(),
        b"chunk"
    );
}

#[test]
fn local_frames_open_as_ever() {
    let key = LocalKey::from_bytes(&[0x30; 32]).file_key(FileKind::Journal, 7);
    let kept = fixed(
        "local.json",
        [(
            "frame 3 of journal 7",
            &key.seal_frame(3, b"text", &mut rng(1)),
        )],
    );
    assert_eq!(
        key.open_frame(3, &unhex(&kept["frame 3 of journal 7"]))
            .unwrap()
            .as_slice(),
        b"text"
    );
}

#[test]
fn sessions_and_approvals_are_as_ever() {
    let ephemeral = Ephemeral::make(&mut rng(1));
    let challenge = Challenge {
        nonce: [3; 32],
        box_key: ephemeral.public(),
        instance: InstanceId::new([4; 16]),
    };
    let session = answer(
        challenge,
        "http://localhost:8420".into(),
        ACCOUNT,
        &device(1),
        &mut rng(2),
    )
    .unwrap();
    let opening = make_opening(&device(2), &mut rng(3));
    let old = make_answer(
        &device(1),
        ACCOUNT,
        Class::Full,
        "http://localhost:8420".into(),
        &mut rng(4),
    );
    let transcript = Transcript::new(opening.commitment(), old, opening).unwrap();
    let name = seal_account_name(&transcript, "Ana", &mut rng(5)).unwrap();
    let kept = fixed(
        "sessions.json",
        [
            ("bytes signed after the label", &session.answer.sign_bytes()),
            ("signature", session.signature.as_bytes()),
            ("session key", session.key.expose()),
            (
                "hash of the approval's transcript",
                transcript.hash().as_bytes(),
            ),
            ("account name to the new device", &name),
        ],
    );
    let name = unhex(&kept["account name to the new device"]);
    assert_eq!(
        open_account_name(&transcript, &device(2), &name).unwrap(),
        "Ana"
    );
}
