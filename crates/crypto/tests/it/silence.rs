//! Nothing secret in `Debug`, and one face for every failure.

use lifeos_crypto::local::FileKind;
use lifeos_crypto::method::{Kit, MethodSecret, PrfOutput};
use lifeos_crypto::session::{Ephemeral, RequestSigner, answer};
use lifeos_crypto::{AccountSecret, LocalKey, OpenError, SpaceSecret, VaultHalf};
use lifeos_protocol::session::{Challenge, SessionKey};
use lifeos_protocol::{Hash, InstanceId};

use crate::support::{ACCOUNT, device, method, rng, space_key};

#[test]
fn secrets_print_their_type_and_nothing_else() {
    let kit = Kit::make(&mut rng(1));
    let account = AccountSecret::make(1, &mut rng(2));
    let local = LocalKey::make(&mut rng(3));
    let challenge = Challenge {
        nonce: [0; 32],
        box_key: Ephemeral::make(&mut rng(4)).public(),
        instance: InstanceId::new([0; 16]),
    };
    let prints = [
        (format!("{:?}", device(1)), "DeviceKeys"),
        (format!("{:?}", method(1)), "MethodKeys"),
        (format!("{:?}", account.keys(ACCOUNT)), "AccountKeys"),
        (format!("{account:?}"), "AccountSecret"),
        (
            format!("{:?}", SpaceSecret::make(1, &mut rng(5))),
            "SpaceSecret",
        ),
        (format!("{:?}", space_key(1)), "SpaceKey"),
        (
            format!("{:?}", local.file_key(FileKind::Keys, 0)),
            "FileKey",
        ),
        (format!("{local:?}"), "LocalKey"),
        (format!("{:?}", VaultHalf::make(&mut rng(6))), "VaultHalf"),
        (
            format!("{:?}", PrfOutput::from_bytes(&[1; 32])),
            "PrfOutput",
        ),
        (
            format!("{:?}", MethodSecret::from_kit(&kit)),
            "MethodSecret",
        ),
        (format!("{:?}", kit.expose()), "KitBytes"),
        (format!("{kit:?}"), "Kit"),
        (format!("{:?}", Ephemeral::make(&mut rng(7))), "Ephemeral"),
        (
            format!("{:?}", SessionKey::from_bytes([1; 32])),
            "SessionKey",
        ),
        (
            format!(
                "{:?}",
                answer(challenge, String::new(), ACCOUNT, &device(1), &mut rng(8)).unwrap()
            ),
            "NewSession",
        ),
        (
            format!(
                "{:?}",
                RequestSigner::new(SessionKey::from_bytes([1; 32]), Hash::new([0; 32]))
            ),
            "RequestSigner",
        ),
    ];
    for (printed, name) in prints {
        assert_eq!(printed, name);
    }
}

#[test]
fn a_failure_to_open_says_nothing_about_why() {
    assert_eq!(format!("{OpenError}"), "open what was sealed");
    assert_eq!(format!("{OpenError:?}"), "OpenError");
    assert_eq!(size_of::<OpenError>(), 0);
}
