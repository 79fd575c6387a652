//! Negative controls: a domain that keeps every law, and the same domain broken in one way at a
//! time. Each law catches the fault that it is there for, and the sound domain passes.
#![cfg(feature = "laws")]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeMap;

use lifeos_kernel::laws::{self, Broken, record, stamped};
use lifeos_kernel::search::SearchText;
use lifeos_kernel::{
    Context, Counter, Domain, Draft, Pack, PackError, Packer, RecordId, Register, Rejected,
    Reverted, Stamp, Stamped, Unpacker,
};
use serde::{Deserialize, Serialize};

const SOUND: u8 = 0;
const LAST_TO_ARRIVE_WINS: u8 = 1;
const COUNTS_TWICE: u8 = 2;
const SNAPSHOT_FORGETS: u8 = 3;
const TOUCHES_ANOTHER: u8 = 4;
const LOSES_A_FIELD: u8 = 5;
const REFUSES_THE_UNKNOWN: u8 = 6;
const UNDO_STOPS_SHORT: u8 = 7;
const READS_OTHERWISE: u8 = 8;

/// A name and a tally a record.
struct Toy<const FAULT: u8>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum ToyEvent<const FAULT: u8> {
    Named { name: Name<FAULT>, by: u8 },
    Tallied { difference: i64 },
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name<const FAULT: u8>(String);

impl<const FAULT: u8> Serialize for Name<FAULT> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kept = if FAULT == LOSES_A_FIELD { "" } else { &self.0 };
        serializer.serialize_str(kept)
    }
}

impl<'de, const FAULT: u8> Deserialize<'de> for Name<FAULT> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if FAULT == READS_OTHERWISE && !name.is_empty() {
            return Err(serde::de::Error::custom(
                "released shapes are not read any more",
            ));
        }
        Ok(Self(name))
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ToyState<const FAULT: u8>(BTreeMap<RecordId, (Register<String>, Counter)>);

impl<const FAULT: u8> Pack for ToyState<FAULT> {
    fn pack(&self, out: &mut Packer) {
        if FAULT == SNAPSHOT_FORGETS {
            let named: BTreeMap<RecordId, (Register<String>, Counter)> = self
                .0
                .iter()
                .map(|(id, (name, _))| (*id, (name.clone(), Counter::default())))
                .collect();
            return named.pack(out);
        }
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Pack::unpack(from).map(Self)
    }
}

impl<const FAULT: u8> Domain for Toy<FAULT> {
    const NAME: &'static str = "toy";
    const VERSION: u16 = 1;
    const KINDS: &'static [&'static str] = if FAULT == REFUSES_THE_UNKNOWN {
        &["named", "tallied", "aKindToCome"]
    } else {
        &["named", "tallied"]
    };

    type Event = ToyEvent<FAULT>;
    type State = ToyState<FAULT>;
    type Command = (RecordId, ToyEvent<FAULT>);
    type Query = ();
    type View = BTreeMap<RecordId, (String, i64)>;
    type Reversal = (String, Option<Stamp>, i64);
    type Change = ();

    fn decide(
        _: &Self::State,
        command: Self::Command,
        _: &Context,
    ) -> Result<Vec<Draft<Self::Event>>, Rejected> {
        Ok(vec![Draft {
            record: command.0,
            at_ms: 0,
            event: command.1,
        }])
    }

    fn apply(state: &mut Self::State, event: Stamped<Self::Event>) {
        match event.event {
            ToyEvent::Named { name, .. } => {
                let stamp = if FAULT == LAST_TO_ARRIVE_WINS {
                    state.0.entry(event.record).or_default().0 = Register::default();
                    Stamp::default()
                } else {
                    event.stamp
                };
                state
                    .0
                    .entry(event.record)
                    .or_default()
                    .0
                    .set(name.0.clone(), stamp);
                if FAULT == TOUCHES_ANOTHER {
                    state
                        .0
                        .entry(record(99))
                        .or_default()
                        .0
                        .set(name.0.clone(), event.stamp);
                }
            }
            ToyEvent::Tallied { difference } => {
                let tally = &mut state.0.entry(event.record).or_default().1;
                if FAULT == COUNTS_TWICE {
                    let sum = tally.sum();
                    *tally = Counter::default();
                    tally.add(sum + difference, Stamp::default());
                } else {
                    tally.add(difference, event.stamp);
                }
            }
        }
    }

    fn query(state: &Self::State, (): (), _: &Context) -> Self::View {
        let view = |(id, (name, tally)): (&RecordId, &(Register<String>, Counter))| {
            (*id, (name.get().cloned().unwrap_or_default(), tally.sum()))
        };
        state
            .0
            .iter()
            .map(view)
            .filter(|(_, (name, sum))| !name.is_empty() || *sum != 0)
            .collect()
    }

    fn forget(state: &mut Self::State, record: RecordId) {
        state.0.remove(&record);
    }

    fn extract(state: &Self::State, record: RecordId) -> Self::State {
        ToyState(
            state
                .0
                .get(&record)
                .map(|known| (record, known.clone()))
                .into_iter()
                .collect(),
        )
    }

    fn capture(state: &Self::State, event: &Stamped<Self::Event>) -> Self::Reversal {
        let known = state.0.get(&event.record);
        match &event.event {
            ToyEvent::Named { .. } => {
                let name = known
                    .and_then(|known| known.0.get())
                    .cloned()
                    .unwrap_or_default();
                (name, Some(event.stamp), 0)
            }
            ToyEvent::Tallied { difference } => (String::new(), None, *difference),
        }
    }

    fn revert(
        _: &Self::State,
        record: RecordId,
        reversal: &Self::Reversal,
        _: &Context,
    ) -> Reverted<Self::Event> {
        let event = match reversal {
            (name, Some(_), _) => ToyEvent::Named {
                name: Name(name.clone()),
                by: 0,
            },
            (_, None, difference) => {
                let short = i64::from(FAULT == UNDO_STOPS_SHORT);
                ToyEvent::Tallied {
                    difference: short - difference,
                }
            }
        };
        Reverted {
            events: vec![Draft {
                record,
                at_ms: 0,
                event,
            }],
            kept: Vec::new(),
        }
    }

    fn restore(
        _: &Self::State,
        _: &Self::State,
        _: RecordId,
        _: &Context,
    ) -> Vec<Draft<Self::Event>> {
        Vec::new()
    }

    fn describe(_: &Self::State, _: &Self::State, _: RecordId) -> Vec<()> {
        Vec::new()
    }

    fn search_text(_: &Self::State, _: RecordId) -> Option<SearchText> {
        None
    }

    fn records(state: &Self::State) -> Vec<RecordId> {
        state.0.keys().copied().collect()
    }
}

fn history<const FAULT: u8>() -> Vec<Stamped<ToyEvent<FAULT>>> {
    let named = |name: &str| ToyEvent::Named {
        name: Name(name.to_owned()),
        by: 1,
    };
    stamped(vec![
        (record(1), 5, named("one")),
        (record(1), 5, named("two")),
        (record(2), -5, ToyEvent::Tallied { difference: 3 }),
        (record(1), 5, ToyEvent::Tallied { difference: 4 }),
        (record(2), 5, named("three")),
        (record(2), 5, ToyEvent::Tallied { difference: -1 }),
        (record(1), 5, named("four")),
        (record(2), 5, named("five")),
    ])
}

/// Holds every law against the domain, and returns the names of those that are broken.
fn broken_laws<const FAULT: u8>() -> Vec<&'static str> {
    let events = history::<FAULT>();
    let backwards: Vec<u32> = (0..64).rev().map(|place| place * 4).collect();
    let tally = (record(2), ToyEvent::Tallied { difference: 7 });
    let name = (
        record(1),
        ToyEvent::Named {
            name: Name("new".to_owned()),
            by: 1,
        },
    );
    let views = |state: &ToyState<FAULT>, context: &Context| vec![Toy::query(state, (), context)];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let samples = if FAULT == LOSES_A_FIELD {
        Vec::new()
    } else {
        vec![events[0].clone(), events[2].clone()]
    };
    let mut held: Vec<Result<(), Broken>> = vec![
        laws::any_order::<Toy<FAULT>>(&events, &backwards),
        laws::any_duplication::<Toy<FAULT>>(&events, &backwards),
        laws::any_split::<Toy<FAULT>>(&events, &backwards),
        laws::own_record::<Toy<FAULT>>(&events),
        laws::undo_leaves_the_view::<Toy<FAULT>>(&events, tally, views),
        laws::undo_leaves_the_view::<Toy<FAULT>>(&events, name, views),
        laws::golden::<Toy<FAULT>>(&folder, &samples),
    ];
    held.extend(events.iter().map(laws::same_bytes::<Toy<FAULT>>));
    held.extend(events.iter().map(laws::unknown_is_kept::<Toy<FAULT>>));
    let mut broken: Vec<&'static str> = held
        .into_iter()
        .filter_map(|law| law.err().map(|broken| broken.law))
        .collect();
    broken.sort_unstable();
    broken.dedup();
    broken
}

#[test]
fn a_sound_domain_keeps_every_law() {
    assert_eq!(broken_laws::<SOUND>(), [""; 0]);
}

#[test]
fn a_domain_that_takes_the_last_to_arrive_is_caught() {
    assert!(broken_laws::<LAST_TO_ARRIVE_WINS>().contains(&"any order"));
}

#[test]
fn a_domain_that_counts_twice_is_caught() {
    assert!(broken_laws::<COUNTS_TWICE>().contains(&"any duplication"));
}

#[test]
fn a_snapshot_that_forgets_is_caught() {
    assert!(broken_laws::<SNAPSHOT_FORGETS>().contains(&"any split"));
}

#[test]
fn a_domain_that_touches_another_record_is_caught() {
    assert!(broken_laws::<TOUCHES_ANOTHER>().contains(&"own record"));
}

#[test]
fn an_event_that_loses_a_field_is_caught() {
    assert!(broken_laws::<LOSES_A_FIELD>().contains(&"same bytes"));
}

#[test]
fn a_domain_that_refuses_the_unknown_is_caught() {
    assert!(broken_laws::<REFUSES_THE_UNKNOWN>().contains(&"unknown is kept"));
}

#[test]
fn an_undo_that_stops_short_is_caught() {
    assert!(broken_laws::<UNDO_STOPS_SHORT>().contains(&"apply then undo"));
}

#[test]
fn a_released_event_that_does_not_open_any_more_is_caught() {
    assert_eq!(
        broken_laws::<READS_OTHERWISE>(),
        ["golden events open", "same bytes"]
    );
}

#[test]
fn a_released_shape_that_is_written_differently_is_caught() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut changed = history::<SOUND>()[0].clone();
    changed.at_ms += 1;
    let broken = laws::golden::<Toy<SOUND>>(&folder, &[changed]).unwrap_err();
    assert_eq!(broken.law, "golden events open");
}
