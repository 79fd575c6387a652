//! Records: the values of one row, as they stand in a cell's payload.

use super::damage::Wrong;
use super::header::Encoding;

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text; what was no character became U+FFFD.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Which value of a record is wanted, and how it is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Its place in the record.
    pub(super) place: usize,
    /// Its whole numbers stand for numbers: SQLite writes `1.0` as `1`.
    pub(super) is_real: bool,
    /// It is the row id itself, and the record holds nothing.
    pub(super) is_row_id: bool,
}

/// Reads the values that are asked for. `columns` is how many the table has.
pub(super) fn values(
    payload: &[u8],
    row_id: i64,
    columns: usize,
    asked: &[Option<Asked>],
    encoding: Encoding,
) -> Result<Vec<Value>, Wrong> {
    let places = places(payload, columns)?;
    let taken = asked.iter().map(|asked| {
        let Some(asked) = asked else {
            return Ok(Value::Null);
        };
        if asked.is_row_id {
            return Ok(Value::Whole(row_id));
        }
        // A row from before the column was added ends earlier.
        let Some((kind, at)) = places.get(asked.place).copied() else {
            return Ok(Value::Null);
        };
        let bytes = payload.get(at..at + size(kind)).ok_or(Wrong::Record)?;
        Ok(match value(kind, bytes, encoding) {
            Value::Whole(number) if asked.is_real =>
            {
                #[expect(clippy::cast_precision_loss, reason = "as SQLite does it")]
                Value::Number(number as f64)
            }
            value => value,
        })
    });
    taken.collect()
}

/// Returns the kind of each value, and where its bytes begin; they fill the payload exactly.
fn places(payload: &[u8], columns: usize) -> Result<Vec<(u64, usize)>, Wrong> {
    let (header_bytes, mut at) = varint(payload, 0).ok_or(Wrong::Record)?;
    let header_bytes = usize::try_from(header_bytes).map_err(|_| Wrong::Record)?;
    if header_bytes < at || header_bytes > payload.len() {
        return Err(Wrong::Record);
    }
    let kinds = &payload[..header_bytes];
    let mut value_at = header_bytes;
    let mut places = Vec::new();
    while at < header_bytes {
        let (kind, after) = varint(kinds, at).ok_or(Wrong::Record)?;
        if matches!(kind, 10 | 11) || places.len() == columns {
            return Err(Wrong::Record);
        }
        places.push((kind, value_at));
        let left = payload.len() - value_at;
        if size(kind) > left {
            return Err(Wrong::Record);
        }
        value_at += size(kind);
        at = after;
    }
    if value_at != payload.len() {
        return Err(Wrong::Record);
    }
    Ok(places)
}

fn size(kind: u64) -> usize {
    match kind {
        0 | 8..=11 => 0,
        1..=4 => usize::try_from(kind).expect("below five"),
        5 => 6,
        6 | 7 => 8,
        long => usize::try_from((long - 12) / 2).unwrap_or(usize::MAX),
    }
}

fn value(kind: u64, bytes: &[u8], encoding: Encoding) -> Value {
    match kind {
        0 | 10 | 11 => Value::Null,
        8 => Value::Whole(0),
        9 => Value::Whole(1),
        7 => {
            let bits = bytes
                .iter()
                .fold(0, |bits, byte| bits << 8 | u64::from(*byte));
            Value::Number(f64::from_bits(bits))
        }
        1..=6 => {
            let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            let sign = if is_negative { -1 } else { 0 };
            let number = bytes
                .iter()
                .fold(sign, |n: i64, byte| n << 8 | i64::from(*byte));
            Value::Whole(number)
        }
        long if long.is_multiple_of(2) => Value::Blob(bytes.to_vec()),
        _ => Value::Text(text(bytes, encoding)),
    }
}

fn text(bytes: &[u8], encoding: Encoding) -> String {
    let unit = match encoding {
        Encoding::Utf8 => return String::from_utf8_lossy(bytes).into_owned(),
        Encoding::Utf16Little => u16::from_le_bytes,
        Encoding::Utf16Big => u16::from_be_bytes,
    };
    let pairs = bytes.chunks_exact(2);
    let half = (!pairs.remainder().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let characters = char::decode_utf16(units);
    let characters = characters.map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER));
    characters.chain(half).collect()
}

/// Reads a number of one to nine bytes; returns it with the place after it.
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for (index, byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        if index == 8 {
            return Some((number << 8 | u64::from(*byte), at + 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_each_of_its_lengths() {
        let cases: &[(&[u8], u64)] = &[
            (&[0x00], 0),
            (&[0x7f], 127),
            (&[0x81, 0x00], 128),
            (&[0xff, 0x7f], 16_383),
            (&[0x81, 0x80, 0x00], 16_384),
            (&[0xff; 9], u64::MAX),
            (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 1),
        ];
        for (bytes, number) in cases {
            assert_eq!(varint(bytes, 0), Some((*number, bytes.len())));
            assert_eq!(varint(&bytes[..bytes.len() - 1], 0), None);
        }
    }

    #[test]
    fn whole_numbers_keep_their_sign_in_every_width() {
        for (kind, bytes, number) in [
            (1, &[0xff][..], -1),
            (2, &[0x80, 0x00], -32_768),
            (3, &[0x7f, 0xff, 0xff], 8_388_607),
            (5, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], -2),
            (6, &[0x80, 0, 0, 0, 0, 0, 0, 0], i64::MIN),
        ] {
            assert_eq!(value(kind, bytes, Encoding::Utf8), Value::Whole(number));
        }
    }

    #[test]
    fn a_record_whose_lengths_do_not_agree_is_refused() {
        // Two bytes of header, one text of two bytes.
        let sound = [2, 17, b'o', b'k'];
        assert_eq!(places(&sound, 1), Ok(vec![(17, 2)]));
        assert_eq!(places(&sound, 0), Err(Wrong::Record));
        assert_eq!(places(&sound[..3], 1), Err(Wrong::Record));
        assert_eq!(places(&[2, 17, b'o', b'k', b'!'], 1), Err(Wrong::Record));
        assert_eq!(places(&[9, 17, b'o', b'k'], 1), Err(Wrong::Record));
        assert_eq!(places(&[2, 10], 1), Err(Wrong::Record));
        assert_eq!(places(&[], 1), Err(Wrong::Record));
        let endless = [11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];
        assert_eq!(places(&endless, 1), Err(Wrong::Record));
    }

    #[test]
    fn texts_of_the_other_encodings_are_read_and_broken_ones_say_so() {
        assert_eq!(text(b"h\xc3\xa9", Encoding::Utf8), "hé");
        assert_eq!(text(b"h\0\xe9\0", Encoding::Utf16Little), "hé");
        assert_eq!(text(b"\0h\0\xe9", Encoding::Utf16Big), "hé");
        assert_eq!(text(b"\0h\0", Encoding::Utf16Big), "h\u{fffd}");
        assert_eq!(text(b"h\xff", Encoding::Utf8), "h\u{fffd}");
    }
}
