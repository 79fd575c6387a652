//! Requests, answers and problems as JSON.

use std::collections::BTreeSet;

use lifeos_protocol::api::{Binary, BoxState, KitLookup, LogAppend, Problem, SessionBegin};
use lifeos_protocol::log::LogRefusal;
use lifeos_protocol::{
    AccountId, Code, DecodeError, IncarnationId, InstanceId, KitLookupId, Refusal, SignerId,
};
use serde_json::json;

#[test]
fn bytes_are_base64url_with_one_text() {
    let binary = Binary(vec![0xFB, 0xEF, 0xFF, 0x01]);
    assert_eq!(serde_json::to_value(&binary).unwrap(), json!("--__AQ"));
    assert_eq!(
        serde_json::from_value::<Binary>(json!("--__AQ")).unwrap(),
        binary
    );
    // Padding, the other alphabet, spaces, and bits that say nothing.
    for bad in ["--__AQ==", "++//AQ", "--__ AQ", "--__AR"] {
        assert!(Binary::from_text(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_a_binary_holds_is_not_printed() {
    assert_eq!(
        format!("{:?}", Binary(b"secret half".to_vec())),
        "Binary(11 bytes)"
    );
}

#[test]
fn ids_are_lowercase_hex_of_the_right_length() {
    let good = json!({ "account": "ab".repeat(16), "signer": "00".repeat(16) });
    let begin: SessionBegin = serde_json::from_value(good).unwrap();
    assert_eq!(
        (begin.account, begin.signer),
        (AccountId::new([0xAB; 16]), SignerId::ZERO)
    );
    for bad in [
        "AB".repeat(16),
        "ab".repeat(15),
        "ab".repeat(17),
        "zz".repeat(16),
        String::new(),
    ] {
        assert!(
            serde_json::from_value::<SessionBegin>(
                json!({ "account": bad, "signer": "00".repeat(16) })
            )
            .is_err()
        );
    }
}

#[test]
fn a_request_with_a_field_too_many_or_too_few_is_refused() {
    let lookup = KitLookup {
        lookup: KitLookupId::new([1; 16]),
    };
    let mut value = serde_json::to_value(&lookup).unwrap();
    assert_eq!(
        serde_json::from_value::<KitLookup>(value.clone()).unwrap(),
        lookup
    );
    value["more"] = json!(1);
    assert!(serde_json::from_value::<KitLookup>(value).is_err());
    assert!(serde_json::from_value::<KitLookup>(json!({})).is_err());
    assert!(serde_json::from_value::<LogAppend>(json!({ "statement": "AA" })).is_err());
}

#[test]
fn an_answer_of_a_newer_box_is_read() {
    let state = BoxState {
        instance: InstanceId::ZERO,
        incarnation: IncarnationId::ZERO,
        claimed: true,
        version: 1,
        floor: 1,
        server_ms: 5,
        names: vec!["https://life.example".to_owned()],
    };
    let mut value = serde_json::to_value(&state).unwrap();
    assert_eq!(value["serverMs"], 5);
    value["more"] = json!("of a newer version");
    assert_eq!(
        serde_json::from_value::<BoxState>(value.clone()).unwrap(),
        state
    );
    // One from before boxes had several names tells none.
    value.as_object_mut().unwrap().remove("names");
    assert_eq!(
        serde_json::from_value::<BoxState>(value).unwrap().names,
        Vec::<String>::new()
    );
}

#[test]
fn codes_are_unique_and_read_back() {
    let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), Code::ALL.len());
    for code in Code::ALL {
        assert_eq!(Code::parse(code.as_str()), Some(*code));
        assert!((400..600).contains(&code.status()), "{code:?}");
        assert!(
            code.as_str()
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        );
    }
    assert_eq!(Code::parse("nothing of the kind"), None);
}

#[test]
fn a_refusal_travels_as_a_problem_without_content() {
    let problem = Problem::from(Refusal::at(Code::Gap, 17));
    let expected = json!({
        "type": "/problems/gap", "title": "changes before these are missing", "status": 409, "code": "gap",
    });
    assert_eq!(serde_json::to_value(&problem).unwrap(), expected);
    let log = Problem::from(Refusal::from(LogRefusal::Outranked));
    assert_eq!((log.status, log.code.as_str()), (422, "log_outranked"));
    let pull = Refusal::from(LogRefusal::AccountHeadUnknown);
    assert!(pull.is_retryable());
    assert_eq!(
        Refusal::from(DecodeError::Unknown {
            what: "suite",
            value: 9
        })
        .code,
        Code::NeedsNewer
    );
    assert_eq!(
        Refusal::from(DecodeError::TooLarge { what: "batch" }).code,
        Code::TooLarge
    );
    assert_eq!(Refusal::from(DecodeError::Trailing).code, Code::Malformed);
}
