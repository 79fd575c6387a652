//! Device approval: what the code and the commitment bind.

use lifeos_protocol::approval::{
    ApprovalAnswer, ApprovalRole, Opening, Transcript, link_fragment, parse_link_fragment,
};
use lifeos_protocol::{AccountId, CeremonyId, Class, PROTOCOL_VERSION, Wire};

use crate::people::{Party, some_hash};

pub(crate) fn opening() -> Opening {
    Opening {
        nonce: [1; 32],
        ephemeral: [2; 32],
        keys: Party::new("new").keys,
    }
}

pub(crate) fn answer() -> ApprovalAnswer {
    ApprovalAnswer {
        nonce: [3; 32],
        ephemeral: [4; 32],
        keys: Party::new("old").keys,
        account: AccountId::new([5; 16]),
        role: ApprovalRole::Device,
        class: Class::Full,
        origin: "https://life.example".to_owned(),
        version: PROTOCOL_VERSION,
    }
}

#[test]
fn an_opening_has_to_fit_its_commitment() {
    let commitment = opening().commitment();
    assert!(Transcript::new(commitment, answer(), opening()).is_ok());
    let changes: [fn(&mut Opening); 3] = [
        |opening| opening.nonce[0] ^= 1,
        |opening| opening.ephemeral[0] ^= 1,
        |opening| opening.keys = Party::new("mallory").keys,
    ];
    for change in changes {
        let mut other = opening();
        change(&mut other);
        assert!(Transcript::new(commitment, answer(), other).is_err());
    }
}

#[test]
fn the_code_covers_everything_that_was_said() {
    let transcript = |answer: ApprovalAnswer| {
        Transcript::new(opening().commitment(), answer, opening()).unwrap()
    };
    let good = transcript(answer());
    assert_eq!(good.code().len(), 6);
    assert!(good.code().bytes().all(|byte| byte.is_ascii_digit()));
    let changes: [fn(&mut ApprovalAnswer); 7] = [
        |answer| answer.nonce[0] ^= 1,
        |answer| answer.ephemeral[0] ^= 1,
        |answer| answer.keys = Party::new("mallory").keys,
        |answer| answer.account = AccountId::ZERO,
        |answer| answer.class = Class::Shared,
        |answer| answer.origin.push('x'),
        |answer| answer.version += 1,
    ];
    for change in changes {
        let mut other = answer();
        change(&mut other);
        let other = transcript(other);
        assert_ne!(other.hash(), good.hash());
        assert_ne!(other.code(), good.code());
    }
    let mut other = opening();
    other.nonce[0] ^= 1;
    let other = Transcript::new(other.commitment(), answer(), other).unwrap();
    assert_ne!(other.code(), good.code());
}

#[test]
fn messages_and_link_survive_their_bytes() {
    assert_eq!(Opening::from_bytes(&opening().to_bytes()), Ok(opening()));
    assert_eq!(
        ApprovalAnswer::from_bytes(&answer().to_bytes()),
        Ok(answer())
    );
    let (ceremony, commitment) = (CeremonyId::new([6; 16]), some_hash("commitment"));
    let fragment = link_fragment(ceremony, &commitment);
    assert_eq!(
        parse_link_fragment(&format!("#{fragment}")),
        Some((ceremony, commitment))
    );
    assert_eq!(parse_link_fragment(&fragment[1..]), None);
    assert_eq!(parse_link_fragment(&format!("{fragment}00")), None);
}
