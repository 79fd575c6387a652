//! The encoded event: what stands in people's logs for ever.
//!
//! One CBOR map of seven fields in this order: `d` domain (text), `k` kind (text), `o` occurred at
//! (milliseconds since 1970), `p` payload (a map of named fields), `r` record (16 bytes), `s` stamp
//! (26 bytes), `v` version of the shape. The bytes are kept as they were written.

use crate::cbor::{self, CborError, Reader};
use crate::domain::{Domain, Stamped};
use crate::id::RecordId;
use crate::stamp::Stamp;

/// Longest encoded event in bytes; a change holds at most 64 KiB.
pub const EVENT_LIMIT_BYTES: usize = 63 * 1024;

/// What bytes that are no event are refused with. The change that holds them is quarantined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not deterministic CBOR, or not the map of seven fields.
    #[error("an event is malformed")]
    Malformed(#[from] CborError),
    /// Longer than [`EVENT_LIMIT_BYTES`].
    #[error("an event is too long")]
    TooLong,
}

/// An event whose envelope was read and whose body was not: enough to file it, to order it, and
/// to keep it when this client is too old to understand it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent<'a> {
    /// The domain's name.
    pub domain: &'a str,
    /// The kind of event within the domain.
    pub kind: &'a str,
    /// The version of its shape.
    pub version: u16,
    /// The record that it is about.
    pub record: RecordId,
    /// When it happened in life, in milliseconds since 1970.
    pub at_ms: i64,
    /// When it was written.
    pub stamp: Stamp,
    /// The payload as encoded.
    pub payload: &'a [u8],
}

impl<'a> RawEvent<'a> {
    /// Reads an encoded event.
    ///
    /// # Errors
    /// [`EventError`] where it is malformed, not in deterministic form, or too long.
    pub fn read(bytes: &'a [u8]) -> Result<Self, EventError> {
        if bytes.len() > EVENT_LIMIT_BYTES {
            return Err(EventError::TooLong);
        }
        let mut reader = Reader::new(bytes);
        reader.map(7)?;
        reader.key("d")?;
        let domain = reader.text()?;
        reader.key("k")?;
        let kind = reader.text()?;
        reader.key("o")?;
        let at_ms = reader.int()?;
        reader.key("p")?;
        let payload = reader.value()?;
        reader.key("r")?;
        let record = RecordId(reader.fixed()?);
        reader.key("s")?;
        let stamp = Stamp::from_bytes(reader.fixed()?);
        reader.key("v")?;
        let version = u16::try_from(reader.uint()?).map_err(|_| CborError::Shape)?;
        reader.finish()?;
        if payload[0] >> 5 != 5 {
            return Err(CborError::Shape.into());
        }
        Ok(Self {
            domain,
            kind,
            version,
            record,
            at_ms,
            stamp,
            payload,
        })
    }
}

/// Encodes an event of a domain.
///
/// # Errors
/// [`EventError`] where the domain's type has no deterministic form, which its laws would have
/// shown, or where the event is too long for a change.
pub fn encode_event<D: Domain>(stamped: &Stamped<D::Event>) -> Result<Vec<u8>, EventError> {
    let event = cbor::encode(&stamped.event)?;
    // An externally tagged variant: a map of one entry, kind → payload.
    let mut variant = Reader::new(&event);
    variant.map(1)?;
    let kind = variant.text()?;
    let payload = variant.value()?;
    if payload[0] >> 5 != 5 {
        return Err(CborError::Shape.into());
    }
    let mut out = Vec::with_capacity(event.len() + 80);
    cbor::write_head(&mut out, 5, 7);
    cbor::write_text(&mut out, "d");
    cbor::write_text(&mut out, D::NAME);
    cbor::write_text(&mut out, "k");
    cbor::write_text(&mut out, kind);
    cbor::write_text(&mut out, "o");
    cbor::write_int(&mut out, stamped.at_ms);
    cbor::write_text(&mut out, "p");
    out.extend_from_slice(payload);
    cbor::write_text(&mut out, "r");
    cbor::write_bytes(&mut out, &stamped.record.0);
    cbor::write_text(&mut out, "s");
    cbor::write_bytes(&mut out, stamped.stamp.as_bytes());
    cbor::write_text(&mut out, "v");
    cbor::write_head(&mut out, 0, u64::from(D::event_version(&stamped.event)));
    if out.len() > EVENT_LIMIT_BYTES {
        return Err(EventError::TooLong);
    }
    Ok(out)
}

/// An event as this client understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded<E> {
    /// Understood, brought to its newest shape.
    Known(Stamped<E>),
    /// Written by a newer client: kept as it is, counted, and read after an update.
    Unknown,
}

/// Decodes the body of an event that names the domain `D`.
///
/// # Errors
/// [`EventError`] where a kind and version that this client knows does not have their shape.
pub fn decode_body<D: Domain>(raw: &RawEvent<'_>) -> Result<Decoded<D::Event>, EventError> {
    if raw.version > D::VERSION || !D::KINDS.contains(&raw.kind) {
        return Ok(Decoded::Unknown);
    }
    let event = D::read_event(raw.kind, raw.version, raw.payload)?;
    Ok(Decoded::Known(Stamped {
        record: raw.record,
        at_ms: raw.at_ms,
        stamp: raw.stamp,
        event,
    }))
}
