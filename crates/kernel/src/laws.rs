//! The laws that every domain keeps, as checks for property tests.
//!
//! [`laws!`](crate::laws!) makes the tests of a domain. Each law is a function that answers
//! `Err(Broken)` where it does not hold, so that a test can also show that it catches what it is
//! there for: `tests/laws.rs` of this crate breaks each of them on purpose.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::cbor;
use crate::context::Context;
use crate::domain::{Domain, Stamped};
use crate::event::{Decoded, RawEvent, decode_body, encode_event};
use crate::id::{DeviceId, RecordId};
use crate::pack::{OwnBytes, OwnPacked, Pack as _, Packer, Unpacker};
use crate::stamp::Stamp;

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{law}: {how}")]
pub struct Broken {
    /// The law.
    pub law: &'static str,
    /// How it is broken.
    pub how: String,
}

type Held = Result<(), Broken>;

fn broken(law: &'static str, how: impl Into<String>) -> Held {
    Err(Broken {
        law,
        how: how.into(),
    })
}

/// Events that name stamps draw them from the first so many; whatever a law writes itself comes
/// after them, since nothing names what was not yet written.
pub const NAMED_STAMPS: u16 = 30;

/// Returns the stamps that tests use: unique, ascending, of three devices.
#[must_use]
pub fn stamp(number: u16) -> Stamp {
    Stamp::new(
        1_000 + u64::from(number / 3),
        0,
        DeviceId([number as u8 % 3 + 1; 16]),
        0,
    )
}

/// Returns the records that tests use.
#[must_use]
pub fn record(number: u8) -> RecordId {
    RecordId([number; 16])
}

/// Returns a context for tests: 2026-11-21, 12:00 UTC, day starts at 04:00.
#[must_use]
pub fn context(device: DeviceId, entropy: u8) -> Context {
    Context {
        now_ms: 1_795_262_400_000,
        utc_offset_minutes: 60,
        zone: Some("Europe/Berlin".to_owned()),
        start_of_day_minutes: 240,
        device,
        space: [9; 16],
        source: crate::Source::Ui,
        entropy: [entropy; 32],
    }
}

/// Gives generated events their stamps, in the order in which they were generated.
pub fn stamped<E>(events: Vec<(RecordId, i64, E)>) -> Vec<Stamped<E>> {
    let numbered = events.into_iter().zip(0_u16..);
    numbered
        .map(|((record, at_ms, event), number)| Stamped {
            record,
            at_ms,
            stamp: stamp(number),
            event,
        })
        .collect()
}

/// Generates orders: indexes to sort a history by.
pub fn order() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 64)
}

fn shuffled<E: Clone>(events: &[Stamped<E>], order: &[u32]) -> Vec<Stamped<E>> {
    let mut keyed: Vec<_> = events.iter().cloned().enumerate().collect();
    keyed.sort_by_key(|(place, _)| (order.get(*place).copied().unwrap_or(0), *place));
    keyed.into_iter().map(|(_, event)| event).collect()
}

fn fold<D: Domain>(events: &[Stamped<D::Event>]) -> D::State {
    let mut state = D::State::default();
    let events = events.iter().cloned();
    events.for_each(|event| D::apply(&mut state, event));
    state
}

/// Any order gives the same state, also where a device used a stamp twice.
///
/// # Errors
/// [`Broken`] where it does not.
pub fn any_order<D: Domain>(events: &[Stamped<D::Event>], order: &[u32]) -> Held {
    let mut events = events.to_vec();
    for place in (7..events.len()).step_by(7) {
        events[place].stamp = events[place - 1].stamp;
    }
    let (straight, shuffled) = (fold::<D>(&events), fold::<D>(&shuffled(&events, order)));
    same::<D>("any order", &straight, &shuffled)
}

/// Any duplication gives the same state.
///
/// # Errors
/// [`Broken`] where it does not.
pub fn any_duplication<D: Domain>(events: &[Stamped<D::Event>], order: &[u32]) -> Held {
    let mut twice = events.to_vec();
    twice.extend(
        shuffled(events, order)
            .into_iter()
            .take(events.len().div_ceil(2)),
    );
    twice.extend(events.last().cloned());
    same::<D>("any duplication", &fold::<D>(events), &fold::<D>(&twice))
}

/// Any split gives the same state: whatever arrives in pieces, each after a restart from a
/// snapshot. With two pieces: snapshot + tail = whole history.
///
/// # Errors
/// [`Broken`] where it does not.
pub fn any_split<D: Domain>(events: &[Stamped<D::Event>], order: &[u32]) -> Held {
    const LAW: &str = "any split";
    let mut state = D::State::default();
    for (event, cut) in events.iter().zip(order) {
        if cut % 4 == 0 {
            // In turn as a stranger's, which is judged at once, and as this device's own, which rests.
            let bytes = Packer::to_bytes(&state);
            let loaded = if cut % 8 == 0 {
                Unpacker::from_bytes(&bytes)
            } else {
                let mut own = Packer::of_own();
                state.pack(&mut own);
                let OwnPacked { read, resting } = own.finish_own();
                let part = 0..resting.len();
                let resting = OwnBytes::new(resting);
                D::State::unpack(&mut Unpacker::of_own(&read, &resting, part))
            };
            let Ok(loaded) = loaded else {
                return broken(LAW, "a snapshot does not load");
            };
            if Packer::to_bytes(&loaded) != bytes {
                return broken(LAW, "a snapshot that was loaded packs to other bytes");
            }
            state = loaded;
        }
        D::apply(&mut state, event.clone());
    }
    same::<D>(LAW, &fold::<D>(events), &state)
}

/// An event touches its own record only: forgotten and folded again from its own events, a record
/// is as before, and so is everything else.
///
/// # Errors
/// [`Broken`] where it does not.
pub fn own_record<D: Domain>(events: &[Stamped<D::Event>]) -> Held {
    const LAW: &str = "own record";
    let whole = fold::<D>(events);
    let mut records: Vec<RecordId> = events.iter().map(|event| event.record).collect();
    records.sort();
    records.dedup();
    for record in records {
        let own: Vec<_> = events
            .iter()
            .filter(|event| event.record == record)
            .cloned()
            .collect();
        let mut state = whole.clone();
        D::forget(&mut state, record);
        let others: Vec<_> = events
            .iter()
            .filter(|event| event.record != record)
            .cloned()
            .collect();
        same::<D>(LAW, &fold::<D>(&others), &state)?;
        let again = own.iter().cloned();
        again.for_each(|event| D::apply(&mut state, event));
        same::<D>(LAW, &whole, &state)?;
        same::<D>(LAW, &fold::<D>(&own), &D::extract(&whole, record))?;
    }
    Ok(())
}

/// What was encoded decodes to the same event and encodes to the same bytes again, in
/// deterministic form.
///
/// # Errors
/// [`Broken`] where it does not.
pub fn same_bytes<D: Domain>(event: &Stamped<D::Event>) -> Held {
    const LAW: &str = "same bytes";
    let Ok(bytes) = encode_event::<D>(event) else {
        return broken(LAW, "an event cannot be encoded");
    };
    if cbor::check(&bytes).is_err() {
        return broken(LAW, "not in deterministic form");
    }
    let Ok(raw) = RawEvent::read(&bytes) else {
        return broken(LAW, "the envelope cannot be read");
    };
    match decode_body::<D>(&raw) {
        Ok(Decoded::Known(read)) if read == *event => {}
        Ok(Decoded::Known(_)) => return broken(LAW, "another event is read than was written"),
        Ok(Decoded::Unknown) => return broken(LAW, "the domain does not know its own event"),
        Err(_) => return broken(LAW, "the body cannot be read"),
    }
    Ok(())
}

/// An event of a kind or a version to come is recognised as such, never refused.
///
/// # Errors
/// [`Broken`] where it is not.
pub fn unknown_is_kept<D: Domain>(event: &Stamped<D::Event>) -> Held {
    const LAW: &str = "unknown is kept";
    let Ok(bytes) = encode_event::<D>(event) else {
        return broken(LAW, "an event cannot be encoded");
    };
    let Ok(raw) = RawEvent::read(&bytes) else {
        return broken(LAW, "the envelope cannot be read");
    };
    // Of a version to come, the body may have any shape.
    let later = RawEvent {
        version: D::VERSION + 1,
        payload: &[0xa0],
        ..raw.clone()
    };
    let stranger = RawEvent {
        kind: "aKindToCome",
        payload: &[0xa0],
        ..raw
    };
    for raw in [later, stranger] {
        if !matches!(decode_body::<D>(&raw), Ok(Decoded::Unknown)) {
            return broken(LAW, "an event of a newer version is not recognised");
        }
    }
    Ok(())
}

/// A change that is applied and undone leaves the same views; undone once more, it is there again.
/// `command` decides the change from the state; a refusal holds the law.
///
/// # Errors
/// [`Broken`] where they differ.
pub fn undo_leaves_the_view<D: Domain>(
    events: &[Stamped<D::Event>],
    command: D::Command,
    views: impl Fn(&D::State, &Context) -> Vec<D::View>,
) -> Held
where
    D::View: PartialEq + Debug,
{
    const LAW: &str = "apply then undo";
    let mut state = fold::<D>(events);
    let device = DeviceId([1; 16]);
    let Ok(drafts) = D::decide(&state, command, &context(device, 1)) else {
        return Ok(());
    };
    let before = views(&state, &context(device, 2));
    let taken = u16::try_from(events.len()).unwrap_or(u16::MAX / 2);
    let mut number = taken.max(NAMED_STAMPS) / 3 * 3 + 3;
    let mut write = |state: &mut D::State, drafts: Vec<crate::Draft<D::Event>>| {
        let change = stamp(number);
        number += 3;
        let stamped: Vec<Stamped<D::Event>> = drafts
            .into_iter()
            .zip(0_u16..)
            .map(|(draft, index)| Stamped {
                record: draft.record,
                at_ms: draft.at_ms,
                stamp: change.with_index(index),
                event: draft.event,
            })
            .collect();
        let reversals: Vec<_> = stamped
            .iter()
            .map(|event| (event.record, D::capture(state, event)))
            .collect();
        let stamped = stamped.into_iter();
        stamped.for_each(|event| D::apply(state, event));
        reversals
    };
    let revert =
        |state: &D::State, reversals: &[(RecordId, D::Reversal)]| -> Result<Vec<_>, Broken> {
            let mut drafts = Vec::new();
            for (record, reversal) in reversals.iter().rev() {
                let reversal = cbor::encode(reversal)
                    .and_then(|bytes| cbor::decode::<D::Reversal>(&bytes))
                    .map_err(|_| Broken {
                        law: LAW,
                        how: "a reversal cannot be stored".to_owned(),
                    })?;
                drafts.extend(D::revert(state, *record, &reversal, &context(device, 3)).events);
            }
            Ok(drafts)
        };
    let reversals = write(&mut state, drafts);
    let applied = views(&state, &context(device, 2));
    let undo = revert(&state, &reversals)?;
    let redo = write(&mut state, undo);
    same_views(LAW, &before, &views(&state, &context(device, 2)))?;
    let again = revert(&state, &redo)?;
    write(&mut state, again);
    same_views(
        "undo then redo",
        &applied,
        &views(&state, &context(device, 2)),
    )
}

/// Every event shape that was ever released opens. The folder holds one file a kind and version
/// (`kind.v1.hex`); for the newest shapes, `samples` says what each is to be read as. With
/// `LIFEOS_WRITE_GOLDEN=1` missing files are written, and none is ever replaced.
///
/// # Errors
/// [`Broken`] where a file is missing, does not open, or is read as something else.
pub fn golden<D: Domain>(folder: &Path, samples: &[Stamped<D::Event>]) -> Held {
    const LAW: &str = "golden events open";
    let mut kinds: Vec<String> = Vec::new();
    for sample in samples {
        let Ok(bytes) = encode_event::<D>(sample) else {
            return broken(LAW, "a sample cannot be encoded");
        };
        let Ok(raw) = RawEvent::read(&bytes) else {
            return broken(LAW, "a sample cannot be read");
        };
        let name = format!("{}.v{}.hex", raw.kind, raw.version);
        kinds.push(raw.kind.to_owned());
        let path = folder.join(&name);
        if !path.exists() && std::env::var_os("LIFEOS_WRITE_GOLDEN").is_some() {
            let written =
                fs::create_dir_all(folder).and_then(|()| fs::write(&path, to_hex(&bytes)));
            if written.is_err() {
                return broken(LAW, format!("{name} cannot be written"));
            }
        }
        let Some(released) = fs::read_to_string(&path)
            .ok()
            .and_then(|text| from_hex(&text))
        else {
            return broken(LAW, format!("{name} is missing"));
        };
        if released != bytes {
            return broken(LAW, format!("{name} is written differently now"));
        }
    }
    if let Some(kind) = D::KINDS
        .iter()
        .find(|kind| !kinds.iter().any(|known| known == **kind))
    {
        let old = fs::read_dir(folder).into_iter().flatten().flatten();
        let released = old
            .filter_map(|file| file.file_name().into_string().ok())
            .any(|name| name.starts_with(&format!("{kind}.v")));
        if !released {
            return broken(LAW, format!("{kind} has no golden event"));
        }
    }
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name();
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        let Some(bytes) = from_hex(&text) else {
            return broken(LAW, format!("{name:?} is not hexadecimal"));
        };
        let opened = RawEvent::read(&bytes).and_then(|raw| decode_body::<D>(&raw));
        if !matches!(opened, Ok(Decoded::Known(_))) {
            return broken(LAW, format!("{name:?} does not open"));
        }
    }
    Ok(())
}

fn to_hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut text = digits
        .chunks(48)
        .map(<[String]>::concat)
        .collect::<Vec<_>>()
        .join("\n");
    text.push('\n');
    text
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn same<D: Domain>(law: &'static str, expected: &D::State, found: &D::State) -> Held {
    if expected != found {
        return broken(
            law,
            format!("the states differ: {expected:?} and {found:?}"),
        );
    }
    if Packer::to_bytes(expected) != Packer::to_bytes(found) {
        return broken(law, "equal states pack to different bytes");
    }
    Ok(())
}

fn same_views<V: PartialEq + Debug>(law: &'static str, expected: &[V], found: &[V]) -> Held {
    match expected
        .iter()
        .zip(found)
        .find(|(expected, found)| expected != found)
    {
        Some((expected, found)) => {
            broken(law, format!("the views differ: {expected:?} and {found:?}"))
        }
        None => Ok(()),
    }
}

/// Makes the tests of a domain's laws.
///
/// `events` is a strategy of `Vec<(RecordId, i64, Event)>`, `commands` one of commands, `views` a
/// function from state and context to all that the page shows, `golden` the released events.
#[macro_export]
macro_rules! laws {
    (domain: $domain:ty, events: $events:expr, commands: $commands:expr, views: $views:expr, golden: $golden:expr $(,)?) => {
        mod laws {
            use super::*;
            use proptest::prelude::*;

            fn held(law: Result<(), $crate::laws::Broken>) -> Result<(), TestCaseError> {
                law.map_err(|broken| TestCaseError::fail(broken.to_string()))
            }

            proptest! {
                // A failure prints what it needs to be repeated; files beside the source are not kept.
                #![proptest_config(ProptestConfig {
                    failure_persistence: None,
                    max_shrink_iters: 2_000,
                    ..ProptestConfig::default()
                })]

                #[test]
                fn any_order_gives_the_same_state(events in $events, order in $crate::laws::order()) {
                    held($crate::laws::any_order::<$domain>(&$crate::laws::stamped(events), &order))?;
                }

                #[test]
                fn any_duplication_gives_the_same_state(events in $events, order in $crate::laws::order()) {
                    held($crate::laws::any_duplication::<$domain>(&$crate::laws::stamped(events), &order))?;
                }

                #[test]
                fn any_split_and_snapshot_give_the_same_state(events in $events, order in $crate::laws::order()) {
                    held($crate::laws::any_split::<$domain>(&$crate::laws::stamped(events), &order))?;
                }

                #[test]
                fn an_event_touches_its_own_record_only(events in $events) {
                    held($crate::laws::own_record::<$domain>(&$crate::laws::stamped(events)))?;
                }

                #[test]
                fn an_event_has_one_encoding(events in $events) {
                    for event in $crate::laws::stamped(events) {
                        held($crate::laws::same_bytes::<$domain>(&event))?;
                    }
                }

                #[test]
                fn unknown_events_are_kept(events in $events) {
                    for event in $crate::laws::stamped(events) {
                        held($crate::laws::unknown_is_kept::<$domain>(&event))?;
                    }
                }

                #[test]
                fn apply_then_undo_is_the_same_view(events in $events, command in $commands) {
                    let events = $crate::laws::stamped(events);
                    held($crate::laws::undo_leaves_the_view::<$domain>(&events, command, $views))?;
                }
            }

            #[test]
            fn every_released_event_opens() {
                let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
                let samples: Vec<_> = $golden;
                if let Err(broken) = $crate::laws::golden::<$domain>(&folder, &samples) {
                    panic!("{broken}");
                }
            }
        }
    };
}
