//! Changes that no honest device writes.

use lifeos_crypto::envelope::{NewChange, Provenance, Source, seal_change};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{SpaceId, Wire, label};

use crate::{Chance, Device, Relay};

/// A change of a device with whatever bytes as its events, sealed and signed as it should be: what a
/// dishonest holder of a space's key can push.
///
/// # Panics
/// Where the device has not the key.
#[must_use]
pub fn craft(device: &Device, relay: &Relay, space: SpaceId, events: &[Vec<u8>]) -> Vec<u8> {
    let id = device.id();
    let mut before: ChainPoint = chain_start(space, id);
    for (_, _, change) in relay.changes().filter(|(of, _, _)| *of == id) {
        before = change.statement.chain(space, id, before);
    }
    let provenance = Provenance {
        intent: [7; 16],
        part: 0,
        source: Source::Ui,
        flow: None,
        batch: None,
        last_of_batch: false,
    };
    let nothing = Frontier::new();
    let new = NewChange {
        space_position: relay.space.sequence(),
        account_position: relay.account(device.engine().account()).sequence(),
        seen: Seen::for_counter(before.counter + 1, &nothing, &nothing),
        provenance: &provenance,
        events,
    };
    let engine = device.engine();
    let key = engine.space_key(space).expect("the device has the key");
    let sealed = seal_change(key, id, before, &new, &mut Chance::new(1)).expect("it is small");
    let body = HeadBody {
        account: engine.account(),
        space,
        device: id,
        counter: sealed.point.counter,
        h: sealed.point.h,
        space_log_head: relay.space.head(),
        account_log_head: relay.account(device.engine().account()).head(),
        seen_digest: nothing.digest(),
    };
    let signature = engine.device_keys().sign(label::HEAD, &body.sign_bytes());
    Batch::new(
        id,
        sealed.point.counter,
        vec![sealed.change],
        Head { body, signature },
    )
    .expect("one small change")
    .to_bytes()
}
