//! Bodies sealed anew after an erasure: by whom, for which changes, and what is left of the old.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use lifeos_protocol::Wire;
use lifeos_protocol::api::{Pushed, SteppedUp};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::bodies::{Bodies, Resealed};
use lifeos_protocol::change::Change;
use lifeos_protocol::hash::sha256;
use lifeos_protocol::stream::Frame;

use crate::client::{Session, claim, read, refusal};
use crate::harness::TestBox;
use crate::person::{Keys, Person, sealed_anew};

/// A box with one writer, whose session has verified its owner.
struct Home {
    at: TestBox,
    person: Person,
    session: Session,
}

impl Home {
    async fn new() -> Self {
        let at = TestBox::start().await;
        let (person, mut authenticator) = claim(&at, 1).await;
        let mut session = Session::of_device(&at, &person, &person.device).await;
        read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
        Self {
            at,
            person,
            session,
        }
    }

    async fn push(&mut self, batch: &Batch) {
        read::<Pushed>(self.session.push(&self.person, batch).await).await;
    }

    /// Erases in changes of the first device; returns the sequence of the statement.
    async fn erase(&mut self, counters: &[u64]) -> u32 {
        let device = self.person.device.clone();
        let append = self.person.erase(&device, counters);
        let answer = self.session.append(self.person.space, &append).await;
        assert_eq!(answer.status(), 204);
        self.person.space_sequence
    }

    fn item(&self, batch: &Batch, counter: u64, what: u8) -> Resealed {
        let at = usize::try_from(counter - batch.first()).unwrap();
        Resealed {
            device: batch.device(),
            counter,
            change: sealed_anew(&batch.changes()[at], 1, what),
        }
    }

    async fn hand(&mut self, erasure: u32, items: Vec<Resealed>) -> reqwest::Response {
        let bodies = Bodies::new(erasure, items).unwrap();
        self.session.hand_bodies(&self.person, &bodies).await
    }

    /// Every change that is served, in order.
    async fn served(&mut self) -> Vec<Change> {
        let frames = self.session.pull(&self.person, "").await;
        let changes = frames.into_iter().filter_map(|frame| match frame {
            Frame::Run(run) => Some(run.changes),
            _ => None,
        });
        changes.flatten().collect()
    }
}

#[tokio::test]
async fn a_body_sealed_anew_is_served_where_the_old_one_stood() {
    let mut home = Home::new().await;
    let batch = home.person.author(&home.person.device).write(3, 1);
    home.push(&batch).await;
    let before = home.session.pull(&home.person, "").await;
    let erasure = home.erase(&[2]).await;
    let item = home.item(&batch, 2, 9);
    let anew = item.change.clone();
    assert_eq!(home.hand(erasure, vec![item]).await.status(), 204);
    let after = home.session.pull(&home.person, "").await;
    // Nothing else has moved: no run, no sequence, no head; the log has the erasure more.
    assert_eq!(after.len(), before.len() + 1);
    let mut expected = batch.changes().to_vec();
    expected[1] = anew;
    assert_eq!(home.served().await, expected);
    assert_eq!(after[after.len() - 2], before[before.len() - 2]);
    // Who pulled before has nothing to fetch but the statement.
    let Some(Frame::Complete(complete)) = before.last() else {
        panic!("a pull ends with its mark")
    };
    let query = format!(
        "?after={}.{}&logs={}.2,{}.1",
        complete.incarnation, complete.sequence, home.person.account, home.person.space
    );
    assert_eq!(home.session.pull(&home.person, &query).await.len(), 1);
}

#[tokio::test]
async fn the_first_body_for_an_erasure_stays_and_an_earlier_erasure_brings_none_back() {
    let mut home = Home::new().await;
    let batch = home.person.author(&home.person.device).write(2, 1);
    home.push(&batch).await;
    let first = home.erase(&[1]).await;
    let second = home.erase(&[1, 2]).await;
    for (erasure, what, stands) in [
        (first, 8, 8),
        (first, 9, 8),
        (second, 10, 10),
        (first, 11, 10),
    ] {
        let item = home.item(&batch, 1, what);
        assert_eq!(home.hand(erasure, vec![item]).await.status(), 204);
        let served = home.served().await;
        assert_eq!(served[0], home.item(&batch, 1, stands).change, "{what}");
        assert_eq!(served[1], batch.changes()[1]);
    }
    // The author's own resend of what it wrote changes nothing.
    home.push(&batch).await;
    assert_eq!(home.served().await[0], home.item(&batch, 1, 10).change);
}

#[tokio::test]
async fn a_body_that_no_erasure_names_or_of_another_statement_replaces_nothing() {
    let mut home = Home::new().await;
    let mut author = home.person.author(&home.person.device);
    let batch = author.write(3, 1);
    home.push(&batch).await;
    let erasure = home.erase(&[1, 2, 7]).await;
    let good = home.item(&batch, 1, 9);
    let unnamed = home.item(&batch, 3, 9);
    let other_statement = Resealed {
        change: home
            .person
            .author(&home.person.device)
            .write(2, 5)
            .changes()[1]
            .clone(),
        ..home.item(&batch, 2, 9)
    };
    let not_here = Resealed {
        counter: 7,
        ..home.item(&batch, 2, 9)
    };
    let beyond = Resealed {
        change: sealed_anew(&batch.changes()[1], 2, 9),
        ..home.item(&batch, 2, 9)
    };
    for (item, code) in [
        (unnamed, (422, "not_erased")),
        (other_statement, (422, "inconsistent")),
        (not_here, (409, "gap")),
        (beyond, (409, "epoch")),
    ] {
        let refused = home.hand(erasure, vec![good.clone(), item]).await;
        assert_eq!(refusal(refused).await, (code.0, code.1.to_owned()));
    }
    for (sequence, code) in [
        (0, (422, "not_erased")),
        (erasure + 1, (409, "position_unknown")),
    ] {
        let refused = home.hand(sequence, vec![good.clone()]).await;
        assert_eq!(refusal(refused).await, (code.0, code.1.to_owned()));
    }
    assert_eq!(home.served().await, batch.changes());
}

#[tokio::test]
async fn another_device_of_the_account_may_hand_bodies_in_and_a_method_may_not() {
    let mut home = Home::new().await;
    let batch = home.person.author(&home.person.device).write(1, 1);
    home.push(&batch).await;
    let other = Keys::make(77);
    let add = home.person.add_device(&other, None);
    let answer = home.session.append(home.person.account, &add).await;
    assert_eq!(answer.status(), 204);
    let erasure = home.erase(&[1]).await;
    let item = home.item(&batch, 1, 9);
    let bodies = Bodies::new(erasure, vec![item.clone()]).unwrap();

    let kit = home.person.kit.clone();
    let mut method = Session::open(&home.at, home.person.account, &kit, kit.method().into()).await;
    let refused = method.hand_bodies(&home.person, &bodies).await;
    assert_eq!(refusal(refused).await, (403, "forbidden".into()));
    assert_eq!(home.served().await, batch.changes());

    let mut second = Session::of_device(&home.at, &home.person, &other).await;
    let answer = second.hand_bodies(&home.person, &bodies).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(home.served().await, [item.change]);

    let nowhere = format!("/api/v1/spaces/{}/bodies", "ab".repeat(16));
    let request = second.signed(reqwest::Method::POST, &nowhere, &bodies.to_bytes());
    let request = request.header("content-type", "application/vnd.lifeos.bodies");
    let refused = request.send().await.unwrap();
    assert_eq!(refusal(refused).await, (404, "not_found".into()));
}

#[tokio::test]
async fn an_erasure_asks_for_a_fresh_verification() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let batch = person.author(&person.device).write(1, 1);
    read::<Pushed>(session.push(&person, &batch).await).await;
    let device = person.device.clone();
    let append = person.erase(&device, &[1]);
    let refused = session.append(person.space, &append).await;
    assert_eq!(refusal(refused).await, (403, "step_up_needed".into()));
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    assert_eq!(session.append(person.space, &append).await.status(), 204);
}

/// Bytes that occur nowhere else.
fn unique(counter: u64, length: usize) -> Vec<u8> {
    let blocks = (0_u32..).map(|block| {
        let seed = [&counter.to_be_bytes()[..], &block.to_be_bytes()].concat();
        *sha256(&seed).as_bytes()
    });
    blocks.flatten().take(length).collect()
}

/// The counters of which a piece stands in any file of a folder.
fn found_in(folder: &Path, counters: std::ops::RangeInclusive<u64>, length: usize) -> Vec<u64> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path, counters.clone(), length));
            continue;
        }
        let bytes = fs::read(path).unwrap();
        let mut sought = HashMap::new();
        for counter in counters.clone() {
            let whole = unique(counter, length);
            sought.extend(
                whole
                    .chunks_exact(32)
                    .map(|piece| (piece.to_vec(), counter)),
            );
        }
        // Most of a file is passed over by its first two bytes: a database has much besides.
        let mut begins = vec![false; 1 << 16];
        for piece in sought.keys() {
            begins[usize::from(u16::from_be_bytes([piece[0], piece[1]]))] = true;
        }
        for window in bytes.windows(32) {
            if begins[usize::from(u16::from_be_bytes([window[0], window[1]]))] {
                found.extend(sought.get(window));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[tokio::test]
async fn the_bytes_that_were_erased_are_in_no_file_of_the_store() {
    let mut home = Home::new().await;
    let mut author = home.person.author(&home.person.device);
    // Some rest in a page with others, some in pages of their own.
    for padded in [256, 9_216] {
        let batch = author.write_with(3, 1, padded, unique);
        let length = batch.changes()[0].ciphertext().len();
        let (first, last) = (batch.first(), batch.last());
        home.push(&batch).await;
        let all: Vec<_> = (first..=last).collect();
        let folder = home.at.home.files().await;
        assert_eq!(found_in(&folder, first..=last, length), all);
        let erasure = home.erase(&[first, last]).await;
        let items = vec![home.item(&batch, first, 9), home.item(&batch, last, 9)];
        assert_eq!(home.hand(erasure, items).await.status(), 204);
        let folder = home.at.home.files().await;
        assert_eq!(found_in(&folder, first..=last, length), [first + 1]);
    }
}
