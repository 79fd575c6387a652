//! Sessions, request MACs and the replay window.

use lifeos_protocol::hash::sha256;
use lifeos_protocol::session::{
    Answer, Challenge, RequestParts, RequestRefusal, SessionKey, accept_request, auth_header,
    cookie_hash, cookie_name, parse_auth_header,
};
use lifeos_protocol::tail::TailOpen;
use lifeos_protocol::window::CounterWindow;
use lifeos_protocol::{AccountId, Hash, InstanceId, Wire, label};
use proptest::prelude::*;
use std::collections::BTreeSet;

use crate::people::{Party, account, some_hash};

fn answer(party: &Party) -> Answer {
    Answer {
        origin: "https://life.example".to_owned(),
        challenge: Challenge {
            nonce: [1; 32],
            box_key: [2; 32],
            instance: InstanceId::new([3; 16]),
        },
        account: account(party).account(),
        signer: party.device().into(),
        own_key: [4; 32],
    }
}

#[test]
fn the_signature_binds_every_field_of_an_answer() {
    let party = Party::new("laptop");
    let good = answer(&party);
    let signature = party.sign(label::SESSION, &good.sign_bytes());
    assert!(good.verify(&party.keys.signing, &signature).is_ok());
    let key = good.derive_session_key(&[5; 32]).unwrap();
    let changes: [fn(&mut Answer); 7] = [
        |answer| answer.origin.push('x'),
        |answer| answer.challenge.nonce[0] ^= 1,
        |answer| answer.challenge.box_key[0] ^= 1,
        |answer| answer.challenge.instance = InstanceId::ZERO,
        |answer| answer.account = AccountId::ZERO,
        |answer| answer.signer = Party::new("other").device().into(),
        |answer| answer.own_key[0] ^= 1,
    ];
    for change in changes {
        let mut other = good.clone();
        change(&mut other);
        assert!(other.verify(&party.keys.signing, &signature).is_err());
        assert_ne!(
            other.derive_session_key(&[5; 32]).unwrap().expose(),
            key.expose()
        );
    }
    assert_ne!(
        good.derive_session_key(&[6; 32]).unwrap().expose(),
        key.expose()
    );
}

#[test]
fn an_exchange_that_gives_zeros_is_refused() {
    assert!(
        answer(&Party::new("laptop"))
            .derive_session_key(&[0; 32])
            .is_err()
    );
}

#[test]
fn a_request_is_taken_once_and_only_as_it_was_signed() {
    let key = SessionKey::from_bytes([8; 32]);
    let cookie = cookie_hash(&"ab".repeat(32));
    let parts = RequestParts {
        method: "POST",
        path_and_query: "/api/v1/logs/00?after=3",
        body_hash: sha256(b"body"),
        counter: 17,
        cookie_hash: cookie,
    };
    let (counter, mac) = parse_auth_header(&auth_header(&key, &parts)).unwrap();
    assert_eq!(counter, 17);
    let others = [
        RequestParts {
            method: "PUT",
            ..parts
        },
        RequestParts {
            path_and_query: "/api/v1/logs/00?after=4",
            ..parts
        },
        RequestParts {
            body_hash: sha256(b"other"),
            ..parts
        },
        RequestParts {
            counter: 18,
            ..parts
        },
        RequestParts {
            cookie_hash: Hash::ZERO,
            ..parts
        },
        // The parts are delimited: no byte moves from one to the next.
        RequestParts {
            method: "POST/",
            path_and_query: "api/v1/logs/00?after=3",
            ..parts
        },
    ];
    let mut window = CounterWindow::new();
    for other in others {
        assert_eq!(
            accept_request(&key, &mut window, &other, &mac),
            Err(RequestRefusal::BadMac)
        );
    }
    assert_eq!(
        accept_request(&SessionKey::from_bytes([9; 32]), &mut window, &parts, &mac),
        Err(RequestRefusal::BadMac)
    );
    // What was refused has not used the counter up.
    assert_eq!(accept_request(&key, &mut window, &parts, &mac), Ok(()));
    assert!(matches!(
        accept_request(&key, &mut window, &parts, &mac),
        Err(RequestRefusal::Replayed(_))
    ));
}

#[test]
fn the_header_has_one_form() {
    let mac = "ab".repeat(32);
    assert!(parse_auth_header(&format!("1.{mac}")).is_ok());
    let bad = [
        "",
        ".",
        "1.",
        &mac,
        &format!("0.{mac}"),
        &format!("01.{mac}"),
        &format!("+1.{mac}"),
        &format!("1.{mac}00"),
        &format!("1.{}", mac.to_uppercase()),
        &format!("18446744073709551616.{mac}"),
    ];
    for bad in bad {
        assert_eq!(
            parse_auth_header(bad).unwrap_err(),
            RequestRefusal::Malformed,
            "{bad}"
        );
    }
}

#[test]
fn a_tail_is_opened_by_the_sessions_key() {
    let key = SessionKey::from_bytes([8; 32]);
    let open = TailOpen::new(&key, 3, &some_hash("cookie"));
    let read = TailOpen::from_bytes(&open.to_bytes()).unwrap();
    assert!(read.holds(&key, &some_hash("cookie")));
    assert!(!read.holds(&key, &some_hash("other cookie")));
    assert!(!read.holds(&SessionKey::from_bytes([9; 32]), &some_hash("cookie")));
    assert!(!TailOpen { counter: 4, ..read }.holds(&key, &some_hash("cookie")));
}

#[test]
fn the_cookies_name_tells_two_boxes_on_one_host_apart() {
    assert_eq!(
        cookie_name(InstanceId::new([0xA1; 16])),
        "__Host-lifeos-a1a1a1a1"
    );
}

#[test]
fn a_session_key_is_not_printed() {
    assert_eq!(
        format!("{:?}", SessionKey::from_bytes([8; 32])),
        "SessionKey"
    );
}

#[test]
fn the_window_is_128_wide() {
    let mut window = CounterWindow::new();
    assert!(window.take(0).is_err());
    assert!(window.take(200).is_ok());
    assert!(window.take(200).is_err());
    assert!(window.take(73).is_ok());
    assert!(window.take(73).is_err());
    assert!(window.take(72).is_err());
    assert!(window.take(u64::MAX).is_ok());
    assert!(window.take(200).is_err());
    assert!(window.take(u64::MAX).is_err());
}

proptest! {
    /// Against the plain model: a set of what was taken.
    #[test]
    fn the_window_takes_each_counter_once(steps in proptest::collection::vec(0_u64..600, 0..400)) {
        let mut window = CounterWindow::new();
        let mut taken = BTreeSet::new();
        for counter in steps {
            let highest = taken.last().copied().unwrap_or(0);
            let expected = counter > 0 && !taken.contains(&counter) && counter + 128 > highest;
            prop_assert_eq!(window.take(counter).is_ok(), expected);
            if expected {
                taken.insert(counter);
            }
            window = CounterWindow::from_bytes(&window.to_bytes());
        }
    }
}
