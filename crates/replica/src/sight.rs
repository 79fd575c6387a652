//! What the author of a chain had of the others at each of its changes, so that two writes can be
//! judged: did one know the other, or did they meet?

use std::collections::BTreeMap;

use lifeos_protocol::DeviceId;
use lifeos_protocol::seen::Seen;

/// From the author's change `at` on, it had the other's changes up to `upto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) at: u64,
    pub(crate) upto: u64,
}

/// The steps by which an author's view of each other device grew. Both numbers of a step ascend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    steps: BTreeMap<DeviceId, Vec<Step>>,
}

impl Sight {
    /// Takes over what the author's change `at` says. A device that a full list leaves out was
    /// never seen.
    pub(crate) fn note(&mut self, at: u64, seen: &Seen) {
        if seen.is_in_full() {
            let listed = |device: &DeviceId| seen.entries().iter().any(|one| one.device == *device);
            self.steps.retain(|device, _| listed(device));
        }
        for entry in seen.entries() {
            let steps = self.steps.entry(entry.device).or_default();
            if steps.last().is_none_or(|last| last.upto < entry.counter) {
                steps.push(Step {
                    at,
                    upto: entry.counter,
                });
            }
        }
    }

    /// Up to where the author has each other device now.
    pub(crate) fn now(&self) -> impl Iterator<Item = (DeviceId, u64)> {
        self.steps
            .iter()
            .filter_map(|(device, steps)| Some((*device, steps.last()?.upto)))
    }

    /// Up to where the author had a device when it wrote its change `at`.
    pub(crate) fn at(&self, at: u64, device: DeviceId) -> u64 {
        let Some(steps) = self.steps.get(&device) else {
            return 0;
        };
        let known = steps.partition_point(|step| step.at <= at);
        known.checked_sub(1).map_or(0, |last| steps[last].upto)
    }

    /// Up to where the author has a device now.
    pub(crate) fn of(&self, device: DeviceId) -> u64 {
        self.at(u64::MAX, device)
    }

    pub(crate) fn raw(&self) -> &BTreeMap<DeviceId, Vec<Step>> {
        &self.steps
    }

    pub(crate) fn restore(steps: Vec<(DeviceId, Vec<Step>)>) -> Self {
        let mut sight = Self::default();
        sight.steps.extend(steps);
        sight
    }
}
