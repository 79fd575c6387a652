//! Everything that happened, as lines of JSON: an event a line, and a line for each change of which
//! something or all cannot be shown.
//!
//! Events come from the core as they stand in the log, page by page; here is only their form. Byte
//! strings become hexadecimal digits. What a change says about itself stands in each of its lines.
//!
//! ```json
//! {"device":"…","counter":7,"index":0,"stamp":"…","writtenAt":"…","source":"ui","intent":"…",
//!  "batch":null,"domain":"tasks","kind":"taskCreated","version":1,"record":"…","occurredAt":"…",
//!  "payload":{…}}
//! {"device":"…","counter":8,"erased":2}
//! {"device":"…","counter":9,"unreadable":"noKey"}
//! ```

use std::collections::BTreeSet;

use lifeos_kernel::cbor::{self, CborError};
use lifeos_kernel::{BatchId, DeviceId, IntentId, RawEvent, RecordId, Source, Stamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::fault::What;
use super::moment::Moment;
use crate::LocalTime;

/// The most bytes of one line that are read.
const LINE_BYTES: usize = 1 << 20;

/// A page of the log, as the core gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventsPage {
    /// Changes, device by device, in their order.
    pub changes: Vec<ChangeOut>,
}

/// A change, as far as it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeOut {
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its place in that device's chain, from one.
    pub counter: u64,
    /// What it says about itself; nothing where it does not open.
    pub about: Option<About>,
    /// How many of its events were erased.
    pub erased: u32,
    /// The fixed word for why nothing of it is shown.
    pub unreadable: Option<String>,
    /// The encoded events.
    pub events: Vec<Bytes>,
}

/// What a change says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct About {
    /// Who or what caused it.
    pub source: Source,
    /// What was meant.
    pub intent: IntentId,
    /// The batch that it belongs to.
    pub batch: Option<BatchId>,
}

/// Bytes that travel as a byte string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;
            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a byte string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

/// A page that is not what a core gives.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PageError {
    /// Not in the form of a page.
    #[error("a page of events is not in its form")]
    Form(#[from] CborError),
    /// An event in it does not read.
    #[error("an event of the page cannot be read")]
    Event(#[from] lifeos_kernel::EventError),
}

impl EventsPage {
    /// Returns the page as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self).expect("a page has text keys and no fractions")
    }

    /// Reads a page.
    ///
    /// # Errors
    /// Where the bytes are no page.
    pub fn decode(bytes: &[u8]) -> Result<Self, PageError> {
        Ok(cbor::decode(bytes)?)
    }

    /// Writes the lines of the page; with `only`, those of events of these records. Returns how many
    /// there are.
    ///
    /// # Errors
    /// Where an event is none.
    pub(super) fn lines(
        &self,
        only: Option<&BTreeSet<RecordId>>,
        mut line: impl FnMut(&str),
    ) -> Result<u64, PageError> {
        let mut count = 0;
        let mut put = |told: &Told<'_>| {
            line(&serde_json::to_string(told).expect("a line has text keys and no failing parts"));
            count += 1;
        };
        for change in &self.changes {
            for bytes in &change.events {
                let event = RawEvent::read(&bytes.0)?;
                if only.is_none_or(|only| only.contains(&event.record)) {
                    put(&Told::event(change, &event)?);
                }
            }
            if only.is_some() {
                continue;
            }
            let is_bare = change.events.is_empty() && change.unreadable.is_none();
            if change.erased > 0 || is_bare {
                put(&Told {
                    erased: Some(change.erased),
                    ..Told::of(change)
                });
            }
            if change.unreadable.is_some() {
                put(&Told {
                    unreadable: change.unreadable.as_deref(),
                    ..Told::of(change)
                });
            }
        }
        Ok(count)
    }
}

/// A line as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'e> {
    device: DeviceId,
    counter: u64,
    #[serde(flatten)]
    event: Option<EventLine<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<&'e str>,
}

/// What a line says of an event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventLine<'e> {
    index: u16,
    stamp: Stamp,
    written_at: String,
    source: Option<Source>,
    intent: Option<IntentId>,
    batch: Option<BatchId>,
    domain: &'e str,
    kind: &'e str,
    version: u16,
    record: RecordId,
    occurred_at: String,
    payload: Value,
}

impl<'e> Told<'e> {
    fn of(change: &ChangeOut) -> Self {
        Self {
            device: change.device,
            counter: change.counter,
            event: None,
            erased: None,
            unreadable: None,
        }
    }

    fn event(change: &ChangeOut, event: &RawEvent<'e>) -> Result<Self, PageError> {
        let moment = |at_ms: i64| Moment::of(at_ms, &LocalTime::UTC).to_string();
        let written_ms = i64::try_from(event.stamp.wall_ms()).unwrap_or(i64::MAX);
        let about = change.about;
        let line = EventLine {
            index: event.stamp.index(),
            stamp: event.stamp,
            written_at: moment(written_ms),
            source: about.map(|about| about.source),
            intent: about.map(|about| about.intent),
            batch: about.and_then(|about| about.batch),
            domain: event.domain,
            kind: event.kind,
            version: event.version,
            record: event.record,
            occurred_at: moment(event.at_ms),
            payload: cbor::decode::<Json>(event.payload)?.0,
        };
        Ok(Self {
            event: Some(line),
            ..Self::of(change)
        })
    }
}

/// Any value of a payload, as JSON.
struct Json(Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> serde::de::Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a value of an event")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json(Value::Null))
    }
    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json(Value::Null))
    }
    fn visit_some<D: serde::Deserializer<'de>>(self, inner: D) -> Result<Json, D::Error> {
        Json::deserialize(inner)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json(value.into()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json(value.into()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json(value.into()))
    }
    fn visit_bytes<E>(self, value: &[u8]) -> Result<Json, E> {
        let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Json(hex.into()))
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Json(value)) = items.next_element()? {
            list.push(value);
        }
        Ok(Json(Value::Array(list)))
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut map = Map::new();
        while let Some((name, Json(value))) = entries.next_entry::<String, Json>()? {
            map.insert(name, value);
        }
        Ok(Json(Value::Object(map)))
    }
}

/// A line as it is read back.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    device: DeviceId,
    counter: u64,
    #[serde(default)]
    index: Option<u16>,
    #[serde(default)]
    stamp: Option<Stamp>,
    #[serde(default)]
    written_at: Option<String>,
    #[serde(default)]
    source: Option<Source>,
    #[serde(default)]
    intent: Option<IntentId>,
    #[serde(default)]
    batch: Option<BatchId>,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    version: Option<u16>,
    #[serde(default)]
    record: Option<RecordId>,
    #[serde(default)]
    occurred_at: Option<String>,
    #[serde(default)]
    payload: Option<Map<String, Value>>,
    #[serde(default)]
    erased: Option<u32>,
    #[serde(default)]
    unreadable: Option<String>,
}

impl Line {
    /// Whether it is an event, or says why there is none.
    fn is_sound(&self) -> bool {
        let moment = |text: &Option<String>| {
            text.as_deref()
                .is_some_and(|it| Moment::parse(it).is_some())
        };
        let own = self.stamp.is_some_and(|stamp| {
            Some(stamp.index()) == self.index
                && i64::try_from(stamp.wall_ms()).is_ok_and(|ms| {
                    self.written_at == Some(Moment::of(ms, &LocalTime::UTC).to_string())
                })
        });
        let is_event = own
            && moment(&self.occurred_at)
            && self.source.is_some() == self.intent.is_some()
            && (self.batch.is_none() || self.intent.is_some())
            && self.domain.is_some()
            && self.kind.is_some()
            && self.version.is_some()
            && self.record.is_some()
            && self.payload.is_some();
        let says_why = self.erased.is_some() || self.unreadable.is_some();
        if says_why {
            self.stamp.is_none() && self.payload.is_none()
        } else {
            is_event
        }
    }
}

/// Reads lines back, piece by piece.
pub(super) struct Lines {
    rest: Vec<u8>,
    /// Lines so far.
    pub(super) count: u64,
    /// Events among them.
    pub(super) events: u64,
    /// Events that were erased, and changes that cannot be read.
    pub(super) not_shown: u64,
    /// Whether every change of a device has to be there.
    whole: bool,
    last: Option<(DeviceId, u64, Option<u16>)>,
}

impl Lines {
    pub(super) fn new(whole: bool) -> Self {
        Self {
            rest: Vec::new(),
            count: 0,
            events: 0,
            not_shown: 0,
            whole,
            last: None,
        }
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), (u64, What)> {
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            self.rest.extend_from_slice(piece);
            if self.rest.len() > LINE_BYTES {
                return Err((self.count + 1, What::Form));
            }
            if pieces.peek().is_some() {
                let line = std::mem::take(&mut self.rest);
                self.count += 1;
                self.line(&line).map_err(|what| (self.count, what))?;
            }
        }
        Ok(())
    }

    /// Ends: the last line has its end, too.
    pub(super) fn end(&self) -> Result<(), (u64, What)> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err((self.count + 1, What::Form))
        }
    }

    fn line(&mut self, line: &[u8]) -> Result<(), What> {
        let line: Line = serde_json::from_slice(line).map_err(|_| What::Form)?;
        if !line.is_sound() {
            return Err(What::Form);
        }
        let follows = match self.last {
            None => !self.whole || line.counter == 1,
            Some((device, counter, index)) if device == line.device => {
                let is_next = if self.whole {
                    line.counter == counter + 1
                } else {
                    line.counter > counter
                };
                is_next || (line.counter == counter && (line.index.is_none() || line.index > index))
            }
            Some((device, ..)) => device < line.device && (!self.whole || line.counter == 1),
        };
        if !follows {
            return Err(What::Gap);
        }
        self.last = Some((line.device, line.counter, line.index));
        self.events += u64::from(line.stamp.is_some());
        self.not_shown +=
            u64::from(line.erased.unwrap_or(0)) + u64::from(line.unreadable.is_some());
        Ok(())
    }
}
