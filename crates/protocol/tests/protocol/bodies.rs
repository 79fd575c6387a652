//! Which bodies, sealed anew after an erasure, take the place of those that are kept.

use lifeos_protocol::bodies::{Bodies, MAX_CHANGES, Resealed};
use lifeos_protocol::change::Change;
use lifeos_protocol::judge::{KeptBody, Reseal, StandingErasure};
use lifeos_protocol::log::{Erased, SpaceBody};
use lifeos_protocol::seal::{Seal, SealKind};
use lifeos_protocol::{AccountId, Code, DecodeError, Refusal, Wire};

use crate::judge::Home;
use crate::people::{some_hash, space_epoch, space_next};
use crate::samples;

impl Home {
    fn say(&mut self, body: &SpaceBody) -> u32 {
        let statement = space_next(&self.space, &self.account, &self.laptop, body);
        self.space.apply(statement, &self.account).unwrap();
        self.space.sequence()
    }

    fn erase(&mut self, counter: u64) -> u32 {
        self.say(&SpaceBody::Erasure {
            at_ms: 1,
            erased: vec![Erased {
                device: self.laptop.device(),
                counter,
                leaves: vec![1],
            }],
        })
    }

    fn rekey(&mut self) {
        let epoch = space_epoch(self.space.epoch() + 1, &[(self.account.account(), 1)]);
        self.say(&SpaceBody::Rekey { at_ms: 1, epoch });
    }

    fn erasure(&self, sequence: u32) -> Result<StandingErasure, Code> {
        let account = self.account.account();
        StandingErasure::find(&self.space, account, sequence).map_err(|refusal| refusal.code)
    }

    fn resealed(&self, change: &Change, epoch: u32) -> Resealed {
        Resealed {
            device: self.laptop.device(),
            counter: 1,
            change: self.seal(change.statement.clone(), epoch),
        }
    }
}

fn kept(change: &Change, erasure: Option<u32>) -> KeptBody {
    KeptBody {
        statement: change.statement.clone(),
        seal: Some(change.seal.clone()),
        erasure,
    }
}

fn judged(
    erasure: &StandingErasure,
    item: &Resealed,
    kept: &KeptBody,
) -> Result<Reseal, (Code, Option<u64>)> {
    let told = |refusal: Refusal| (refusal.code, refusal.at);
    erasure.judge(item, kept).map_err(told)
}

#[test]
fn a_body_takes_its_place_by_an_erasure_that_names_its_change() {
    let mut home = Home::new();
    let change = home.change(1);
    let rekeyed = {
        home.rekey();
        home.space.sequence()
    };
    let sequence = home.erase(1);
    let other = home.erase(2);
    let item = home.resealed(&change, 1);
    let before = kept(&change, None);
    let erasure = home.erasure(sequence).unwrap();
    assert_eq!(judged(&erasure, &item, &before), Ok(Reseal::Replaces));
    let elsewhere = home.erasure(other).unwrap();
    assert_eq!(
        judged(&elsewhere, &item, &before),
        Err((Code::NotErased, Some(1)))
    );
    assert_eq!(home.erasure(rekeyed).unwrap_err(), Code::NotErased);
    assert_eq!(home.erasure(other + 1).unwrap_err(), Code::PositionUnknown);
}

#[test]
fn a_body_under_another_statement_or_by_who_does_not_write_is_refused() {
    let mut home = Home::new();
    let change = home.change(1);
    let sequence = home.erase(1);
    let altered = home.change_with(1, |statement| statement.commitment = some_hash("x"));
    let item = home.resealed(&altered, 1);
    let erasure = home.erasure(sequence).unwrap();
    assert_eq!(
        judged(&erasure, &item, &kept(&change, None)),
        Err((Code::Inconsistent, Some(1)))
    );
    let stranger = StandingErasure::find(&home.space, AccountId::ZERO, sequence);
    assert_eq!(stranger.unwrap_err().code, Code::NotAWriter);
}

#[test]
fn the_seal_of_a_body_never_goes_back_and_never_beyond_the_space() {
    let mut home = Home::new();
    let change = home.change(1);
    home.rekey();
    let sequence = home.erase(1);
    let erasure = home.erasure(sequence).unwrap();
    let newer = home.seal(change.statement.clone(), 2);
    for (epoch, before, verdict) in [
        (1, &change, Ok(Reseal::Replaces)),
        (2, &change, Ok(Reseal::Replaces)),
        (2, &newer, Ok(Reseal::Replaces)),
        (1, &newer, Err((Code::Epoch, Some(1)))),
        (3, &change, Err((Code::Epoch, Some(1)))),
    ] {
        let item = home.resealed(&change, epoch);
        assert_eq!(
            judged(&erasure, &item, &kept(before, None)),
            verdict,
            "{epoch}"
        );
    }
}

#[test]
fn of_two_bodies_for_one_erasure_the_higher_epoch_stays_and_then_the_first() {
    let mut home = Home::new();
    let change = home.change(1);
    home.rekey();
    let sequence = home.erase(1);
    let erasure = home.erasure(sequence).unwrap();
    let newer = home.seal(change.statement.clone(), 2);
    for (epoch, before, verdict) in [
        (1, &change, Ok(Reseal::Known)),
        (1, &newer, Ok(Reseal::Known)),
        (2, &newer, Ok(Reseal::Known)),
        (2, &change, Ok(Reseal::Replaces)),
        (3, &newer, Err((Code::Epoch, Some(1)))),
    ] {
        let item = home.resealed(&change, epoch);
        let before = kept(before, Some(sequence));
        assert_eq!(judged(&erasure, &item, &before), verdict, "{epoch}");
    }
}

#[test]
fn a_body_for_an_earlier_erasure_never_comes_back() {
    let mut home = Home::new();
    let change = home.change(1);
    let first = home.erase(1);
    home.rekey();
    let second = home.erase(1);
    let late = home.resealed(&change, 2);
    let before = kept(&change, Some(second));
    let early = home.erasure(first).unwrap();
    assert_eq!(judged(&early, &late, &before), Ok(Reseal::Known));
    // The other way round the later erasure has its way.
    let before = kept(&change, Some(first));
    let erasure = home.erasure(second).unwrap();
    assert_eq!(judged(&erasure, &late, &before), Ok(Reseal::Replaces));
    // Where a body is gone, one for its erasure or a later one may stand again.
    let gone = KeptBody {
        seal: None,
        ..kept(&change, Some(second))
    };
    assert_eq!(judged(&erasure, &late, &gone), Ok(Reseal::Replaces));
    assert_eq!(judged(&early, &late, &gone), Ok(Reseal::Known));
}

#[test]
fn bodies_are_at_most_256_and_1_mib_in_order_and_each_once() {
    let home = Home::new();
    let device = home.laptop.device();
    let large = |counter: u64, padded_length: u32| {
        let seal = Seal {
            kind: SealKind::Change,
            epoch: 1,
            nonce: [0; 24],
            key_commitment: [0; 32],
            padded_length,
        };
        let ciphertext = vec![0; seal.ciphertext_length()];
        Resealed {
            device,
            counter,
            change: Change::new(home.change(1).statement, seal, ciphertext).unwrap(),
        }
    };
    let many = |count: u64, padded: u32| (1..=count).map(|at| large(at, padded)).collect();
    let too_large = Err(DecodeError::TooLarge { what: "bodies" });
    let invalid = Err(DecodeError::Invalid { what: "bodies" });
    assert!(Bodies::new(1, many(MAX_CHANGES as u64, 256)).is_ok());
    assert_eq!(Bodies::new(1, many(257, 256)), too_large);
    assert!(Bodies::new(1, many(16, 63_488)).is_ok());
    assert_eq!(Bodies::new(1, many(17, 63_488)), too_large);
    assert_eq!(Bodies::new(1, Vec::new()), invalid);
    assert_eq!(Bodies::new(1, vec![large(0, 256)]), invalid);
    assert_eq!(Bodies::new(1, vec![large(4, 256), large(4, 256)]), invalid);
    // However they are handed in they stand in order, and the decoder takes no other.
    let bodies = samples::bodies_sealed_anew();
    let places: Vec<_> = bodies
        .items()
        .iter()
        .map(|item| (item.device, item.counter))
        .collect();
    assert!(places.is_sorted() && places.len() == 3);
    let bytes = bodies.to_bytes();
    let (head, items) = bytes.split_at(7);
    let one = items.len() / 3;
    assert_eq!(items.len() % 3, 0, "three of one length");
    let swapped = [head, &items[one..2 * one], &items[..one], &items[2 * one..]].concat();
    assert_eq!(Bodies::from_bytes(&swapped), invalid);
}
