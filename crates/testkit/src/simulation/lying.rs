//! A box that lies, with the help of somebody who holds the space's key.

use lifeos_crypto::envelope::{NewChange, Provenance, Source as LeafSource, seal_change};
use lifeos_kernel::Stamp;
use lifeos_protocol::Wire;
use lifeos_protocol::stream::{Frame, Run};

use super::World;

impl World {
    /// A holder of the space's key, together with the box, invents a change of another device.
    pub(super) fn lie(&mut self, at: usize) {
        let victim = self.chance.below(self.devices.len());
        if victim == at || !self.is_in_order(at) || self.away.contains_key(&at) {
            return;
        }
        let now_ms = self.house.now_ms;
        let Some(frame) = self.invent(at, victim) else {
            return;
        };
        self.lied = true;
        self.devices[at].pull_altered(now_ms, &self.house.relay, usize::MAX, |mut frames| {
            let end = frames.len() - 1;
            let served: u64 = frames
                .iter()
                .filter_map(|frame| match frame {
                    Frame::Run(run) => Some(run.sequence + run.changes.len() as u64 - 1),
                    _ => None,
                })
                .max()
                .unwrap_or(match frames.last() {
                    Some(Frame::Complete(complete)) => complete.sequence,
                    _ => 0,
                });
            if let Frame::Run(run) = &frame {
                let run = Run {
                    sequence: served + 1,
                    ..run.clone()
                };
                frames.insert(end, Frame::Run(run));
            }
            frames
        });
    }

    pub(super) fn invent(&mut self, at: usize, victim: usize) -> Option<Frame> {
        let id = self.devices[victim].id();
        let space = self.house.space;
        let served: Vec<_> = self
            .house
            .relay
            .changes()
            .filter(|(of, _, _)| *of == id)
            .collect();
        let mut before = lifeos_protocol::statement::chain_start(space, id);
        let mut seen = None;
        for (_, _, change) in &served {
            before = change.statement.chain(space, id, before);
            seen = Some(change.statement.seen.clone());
        }
        let seen = match seen {
            Some(_) if !before.counter.is_multiple_of(256) => {
                let told = lifeos_protocol::seen::Frontier::new();
                lifeos_protocol::seen::Seen::since(&told, &told)
            }
            _ => lifeos_protocol::seen::Seen::in_full(&lifeos_protocol::seen::Frontier::new()),
        };
        let (own, other) = (self.devices[at].id(), id);
        let record = self.records.first().copied()?;
        // An event of one's own, its author's name exchanged.
        let own_stamp = self.devices[at]
            .life()
            .record_stamps(record)
            .into_iter()
            .rfind(|stamp| stamp.device().0 == *own.as_bytes())?;
        let bytes = self.devices[at].event_bytes(self.house.now_ms, record, own_stamp)?;
        let forged = Stamp::new(
            self.house.now_ms,
            7,
            lifeos_kernel::DeviceId(*other.as_bytes()),
            0,
        );
        let position = bytes
            .windows(26)
            .rposition(|window| window == own_stamp.as_bytes())?;
        let mut event = bytes.clone();
        event[position..position + 26].copy_from_slice(forged.as_bytes());
        let mut intent = [0; 16];
        intent[..8].copy_from_slice(&self.chance.draw().to_be_bytes());
        let provenance = Provenance {
            intent,
            part: 0,
            source: LeafSource::Ui,
            flow: None,
            batch: None,
            last_of_batch: false,
        };
        let (account_position, space_position) = (
            self.house
                .relay
                .account(self.devices[at].engine().account())
                .sequence(),
            self.house.relay.space.sequence(),
        );
        let key = self.devices[at].engine().space_key(space)?;
        let new = NewChange {
            space_position,
            account_position,
            seen,
            provenance: &provenance,
            events: &[event],
        };
        let sealed = seal_change(key, id, before, &new, &mut self.chance).ok()?;
        debug_assert!(!sealed.change.to_bytes().is_empty());
        Some(Frame::Run(Run {
            sequence: 0,
            device: id,
            first: before.counter + 1,
            changes: vec![sealed.change],
        }))
    }
}
