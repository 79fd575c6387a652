//! How lists and what may be missing stand in a snapshot.

use lifeos_protocol::change::Change;
use lifeos_protocol::{DecodeError, Reader, Wire, Writer};

/// Lists in a snapshot may be longer than any that travels.
const LIST_LIMIT: u32 = 1 << 28;

pub(super) fn read_change(r: &mut Reader<'_>) -> Result<Change, DecodeError> {
    Change::from_bytes(part(r)?)
}

pub(super) fn part<'a>(r: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    r.bytes("part of a snapshot", usize::MAX)
}

pub(super) fn many<T>(
    w: &mut Writer,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut Writer, T),
) {
    let mut inner = Writer::new();
    let mut count = 0_u32;
    for item in items {
        write(&mut inner, item);
        count += 1;
    }
    w.u32(count).raw(inner.as_bytes());
}

pub(super) fn list<T>(
    r: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = r.u32()?;
    if count > LIST_LIMIT || count as usize > r.rest().len() {
        return Err(DecodeError::TooLarge {
            what: "list of a snapshot",
        });
    }
    let mut items = Vec::with_capacity(count as usize);
    for _ in 0..count {
        items.push(read(r)?);
    }
    Ok(items)
}

pub(super) fn option<T>(w: &mut Writer, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
    w.u8(u8::from(value.is_some()));
    if let Some(value) = value {
        write(w, value);
    }
}

pub(super) fn maybe<T>(
    r: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    if r.u8()? == 0 {
        Ok(None)
    } else {
        read(r).map(Some)
    }
}
