//! A person who has many devices at a box.

use lifeos_protocol::api::SteppedUp;

use crate::client::{Session, claim, read};
use crate::harness::TestBox;
use crate::person::{Keys, Person};

/// Claims the box, and adds so many devices to the first.
pub(crate) async fn enrolled(at: &TestBox, count: u8) -> (Person, Vec<Keys>) {
    let (mut person, mut authenticator) = claim(at, 1).await;
    let mut first = Session::of_device(at, &person, &person.device).await;
    read::<SteppedUp>(first.step_up(&mut authenticator).await).await;
    let mut devices = Vec::new();
    for seed in 100..100 + count {
        let keys = Keys::make(seed);
        let add = person.add_device(&keys, None);
        assert_eq!(first.append(person.account, &add).await.status(), 204);
        devices.push(keys);
    }
    (person, devices)
}
