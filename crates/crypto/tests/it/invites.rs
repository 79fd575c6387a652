//! Invitations: what link and code give, and what neither gives alone.

use lifeos_crypto::invite::{Invite, InviteLink};
use lifeos_protocol::AccountId;

use crate::support::rng;

const ANNA: AccountId = AccountId::new([0xa1; 16]);
const BEN: AccountId = AccountId::new([0xb2; 16]);

#[test]
fn who_has_link_and_code_makes_the_proof_that_the_inviter_knows() {
    let made = Invite::make(ANNA, &mut rng(1));
    let fragment = made.link().to_fragment();
    let link = InviteLink::from_fragment(&fragment).unwrap();
    assert_eq!(link.inviter(), ANNA);
    let (first, last) = made.expose_code().split_at(5);
    let typed = link
        .with_code(&format!("{}-{last}", first.to_lowercase()))
        .unwrap();
    assert_eq!((typed.id(), typed.check()), (made.id(), made.check()));
    assert!(made.holds(BEN, &typed.proof_of(BEN)));
    let kept = Invite::restore(ANNA, made.expose_secret(), made.expose_code()).unwrap();
    assert!(kept.holds(BEN, &typed.proof_of(BEN)));
}

#[test]
fn attack_36_a_proof_is_of_one_account_one_inviter_one_link_and_one_code() {
    let made = Invite::make(ANNA, &mut rng(2));
    let (secret, code) = (made.expose_secret(), made.expose_code());
    let other_code = if code.starts_with('0') { "1" } else { "0" }.to_owned() + &code[1..];
    let proof = made.proof_of(BEN);
    assert!(!made.holds(ANNA, &proof), "another account");
    let others = [
        Invite::restore(BEN, secret, code).unwrap(),
        Invite::restore(ANNA, &[9; 16], code).unwrap(),
        Invite::restore(ANNA, secret, &other_code).unwrap(),
    ];
    for other in &others {
        assert!(!other.holds(BEN, &proof));
    }
    // What the box is told of link and code is neither's, and changes with each.
    assert_ne!(others[1].id(), made.id());
    assert_eq!(others[2].id(), made.id());
    assert_ne!(others[2].check(), made.check());
}

#[test]
fn what_is_no_invitation_is_refused() {
    let fragment = Invite::make(ANNA, &mut rng(3)).link().to_fragment();
    for wrong in [
        "",
        "join/",
        "approve/00/00",
        &fragment[..fragment.len() - 1],
        &fragment.to_uppercase(),
        &fragment.replace("join/", "join//"),
        &format!("{}/00", fragment.as_str()),
    ] {
        assert!(InviteLink::from_fragment(wrong).is_err(), "{wrong}");
    }
    let link = InviteLink::from_fragment(&fragment).unwrap();
    assert!(link.with_code("ABCDE-FGHJ").is_err());
}

#[test]
fn an_invitation_is_the_same_bytes_as_ever() {
    let invite = Invite::restore(ANNA, &[0x11; 16], "ABCDEFGHJK").unwrap();
    let shown = [
        invite.link().to_fragment().to_string(),
        invite.id().to_hex(),
        invite.check().to_hex(),
        invite.proof_of(BEN).to_hex(),
    ];
    assert_eq!(shown, VECTOR);
}

/// Computed apart from the code, by the table of formats.md §12.
const VECTOR: [&str; 4] = [
    "join/11111111111111111111111111111111/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
    "2c07b3e7267d36dcd21146f6e68ad0a0",
    "4c0d5346aa3256cb056b943dfd2c7408cf06366fc098122e59e752077bf291dc",
    "4a142614b3968bf6a8836e15b4a4b759b8d70e3bbeac79aadb8e0c6607fc131b",
];
