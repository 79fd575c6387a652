//! Sessions: both sides come to one key, and requests are signed by it.

use lifeos_crypto::Signs as _;
use lifeos_crypto::session::{Ephemeral, RequestSigner, answer};
use lifeos_protocol::hash::sha256;
use lifeos_protocol::session::{
    Challenge, RequestParts, RequestRefusal, accept_request, cookie_hash, parse_auth_header,
};
use lifeos_protocol::window::CounterWindow;
use lifeos_protocol::{InstanceId, SigningPublic};

use crate::support::{ACCOUNT, device, method, rng};

fn challenge(box_key: [u8; 32]) -> Challenge {
    Challenge {
        nonce: [3; 32],
        box_key,
        instance: InstanceId::new([4; 16]),
    }
}

#[test]
fn both_sides_derive_one_key_and_requests_pass() {
    let ephemeral = Ephemeral::make(&mut rng(1));
    let session = answer(
        challenge(ephemeral.public()),
        "http://localhost:8420".into(),
        ACCOUNT,
        &device(1),
        &mut rng(2),
    )
    .unwrap();
    session
        .answer
        .verify(&device(1).public().signing, &session.signature)
        .unwrap();
    let shared = ephemeral.agree(&session.answer.own_key).unwrap();
    let box_side = session.answer.derive_session_key(&shared).unwrap();
    assert_eq!(box_side.expose(), session.key.expose());

    let cookie = cookie_hash("cookie");
    let mut signer = RequestSigner::new(session.key, cookie);
    let mut window = CounterWindow::new();
    let mut accept = |header: &str, body: &[u8]| {
        let (counter, mac) = parse_auth_header(header).unwrap();
        let body_hash = sha256(body);
        let parts = RequestParts {
            method: "POST",
            path_and_query: "/api/v1/x?y=1",
            body_hash,
            counter,
            cookie_hash: cookie,
        };
        accept_request(&box_side, &mut window, &parts, &mac)
    };
    let first = signer.header("POST", "/api/v1/x?y=1", b"body");
    accept(&first, b"body").unwrap();
    assert!(matches!(
        accept(&first, b"body"),
        Err(RequestRefusal::Replayed(_))
    ));
    let second = signer.header("POST", "/api/v1/x?y=1", b"body");
    assert_eq!(accept(&second, b"ydob"), Err(RequestRefusal::BadMac));
    accept(&second, b"body").unwrap();
    let other_path = signer.header("POST", "/api/v1/x?y=2", b"body");
    assert_eq!(accept(&other_path, b"body"), Err(RequestRefusal::BadMac));
    assert!(signer.tail().holds(&box_side, &cookie));
    assert_eq!(signer.counter(), 4);
}

#[test]
fn a_box_key_of_small_order_is_refused() {
    for box_key in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        let refused = answer(
            challenge(box_key),
            String::new(),
            ACCOUNT,
            &device(1),
            &mut rng(2),
        );
        assert!(refused.is_err());
    }
}

#[test]
fn an_answer_is_signed_by_its_signer_alone() {
    let keys = Ephemeral::make(&mut rng(1)).public();
    let session = answer(
        challenge(keys),
        "o".into(),
        ACCOUNT,
        &method(1),
        &mut rng(2),
    )
    .unwrap();
    assert_eq!(session.answer.signer, method(1).signer());
    let verify = |key: &SigningPublic| session.answer.verify(key, &session.signature);
    assert!(verify(&method(1).public().signing).is_ok());
    assert!(verify(&method(2).public().signing).is_err());
    let mut elsewhere = session.answer.clone();
    elsewhere.origin = "p".into();
    assert!(
        elsewhere
            .verify(&method(1).public().signing, &session.signature)
            .is_err()
    );
}
