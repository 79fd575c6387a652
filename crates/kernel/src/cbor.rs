//! Deterministic CBOR (RFC 8949 §4.2.1): the one form in which an event is written.
//!
//! Narrower than the RFC: maps have text keys, there are no floating-point numbers, no tags and
//! no simple values but false, true and null. One value has one encoding, and everything else is
//! refused before it is read, so that what was decoded encodes to the same bytes again.

use serde::Serialize;
use serde::de::Deserialize;

/// Nesting beyond this is refused.
pub const DEPTH_LIMIT: usize = 16;

/// What a text that is not in the deterministic form is refused with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// The bytes end before the value.
    #[error("the value is cut short")]
    Cut,
    /// Bytes follow after the value.
    #[error("bytes follow after the value")]
    Trailing,
    /// A length or number is not in its shortest form, or of indefinite length.
    #[error("a number or length is not in its shortest form")]
    NotShortest,
    /// A floating-point number, a tag or another type that events do not use.
    #[error("a type that events do not use")]
    Type,
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// Keys of a map are not unique and ascending by their encoded bytes.
    #[error("keys of a map are not in order")]
    Unordered,
    /// Nested deeper than [`DEPTH_LIMIT`].
    #[error("nested too deep")]
    TooDeep,
    /// Well formed, but not of the shape that was expected.
    #[error("not of the expected shape")]
    Shape,
}

/// Encodes a value.
///
/// # Errors
/// [`CborError`] where the value has no deterministic form here: floating-point numbers, maps
/// whose keys are not texts, nesting too deep.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CborError> {
    let loose = minicbor_serde::to_vec(value).map_err(|_| CborError::Shape)?;
    let mut out = Vec::with_capacity(loose.len());
    let end = sort(&loose, 0, &mut out, 0)?;
    debug_assert_eq!(end, loose.len(), "the encoder writes one value");
    Ok(out)
}

/// Decodes a value that fills the bytes.
///
/// # Errors
/// [`CborError`] where the bytes are not deterministic CBOR or not of the type asked for.
pub fn decode<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, CborError> {
    check(bytes)?;
    minicbor_serde::from_slice(bytes).map_err(|_| CborError::Shape)
}

/// Decodes the variant of an externally tagged enum from its name and its content.
///
/// # Errors
/// As [`decode`].
pub fn decode_variant<T: serde::de::DeserializeOwned>(
    name: &str,
    content: &[u8],
) -> Result<T, CborError> {
    let mut bytes = Vec::with_capacity(content.len() + name.len() + 4);
    write_head(&mut bytes, 5, 1);
    write_text(&mut bytes, name);
    bytes.extend_from_slice(content);
    decode(&bytes)
}

/// Checks that the bytes are one value in the deterministic form.
///
/// # Errors
/// [`CborError`] names the first thing that is not.
pub fn check(bytes: &[u8]) -> Result<(), CborError> {
    let end = skip(bytes, 0, 0)?;
    if end == bytes.len() {
        Ok(())
    } else {
        Err(CborError::Trailing)
    }
}

/// A head: major type, argument, and where the content begins.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) major: u8,
    pub(crate) argument: u64,
    pub(crate) end: usize,
}

/// Reads the head at `at`.
pub(crate) fn head(bytes: &[u8], at: usize) -> Result<Head, CborError> {
    let first = *bytes.get(at).ok_or(CborError::Cut)?;
    let (major, info) = (first >> 5, first & 0x1f);
    if major == 7 {
        return match info {
            20..=22 => Ok(Head {
                major,
                argument: u64::from(info),
                end: at + 1,
            }),
            _ => Err(CborError::Type),
        };
    }
    if major == 6 {
        return Err(CborError::Type);
    }
    let width = match info {
        0..=23 => {
            return Ok(Head {
                major,
                argument: u64::from(info),
                end: at + 1,
            });
        }
        24..=27 => 1_usize << (info - 24),
        _ => return Err(CborError::NotShortest),
    };
    let end = at + 1 + width;
    let raw = bytes.get(at + 1..end).ok_or(CborError::Cut)?;
    let argument = raw
        .iter()
        .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let least = match width {
        1 => 24,
        2 => 1 << 8,
        4 => 1 << 16,
        _ => 1 << 32,
    };
    if argument < least {
        return Err(CborError::NotShortest);
    }
    Ok(Head {
        major,
        argument,
        end,
    })
}

/// Returns the bytes of the string whose head is given.
pub(crate) fn content(bytes: &[u8], head: Head) -> Result<&[u8], CborError> {
    let length = usize::try_from(head.argument).map_err(|_| CborError::Cut)?;
    let end = head.end.checked_add(length).ok_or(CborError::Cut)?;
    bytes.get(head.end..end).ok_or(CborError::Cut)
}

/// Checks the value at `at` and returns where it ends.
pub(crate) fn skip(bytes: &[u8], at: usize, depth: usize) -> Result<usize, CborError> {
    if depth > DEPTH_LIMIT {
        return Err(CborError::TooDeep);
    }
    let head = head(bytes, at)?;
    match head.major {
        0 | 1 | 7 => Ok(head.end),
        2 => Ok(head.end + content(bytes, head)?.len()),
        3 => {
            let text = content(bytes, head)?;
            core::str::from_utf8(text).map_err(|_| CborError::NotUtf8)?;
            Ok(head.end + text.len())
        }
        4 => {
            let mut end = head.end;
            for _ in 0..head.argument {
                end = skip(bytes, end, depth + 1)?;
            }
            Ok(end)
        }
        _ => {
            let mut end = head.end;
            let mut previous: Option<&[u8]> = None;
            for _ in 0..head.argument {
                let key_end = skip(bytes, end, depth + 1)?;
                let key = &bytes[end..key_end];
                if key[0] >> 5 != 3 {
                    return Err(CborError::Type);
                }
                if previous.is_some_and(|previous| previous >= key) {
                    return Err(CborError::Unordered);
                }
                previous = Some(key);
                end = skip(bytes, key_end, depth + 1)?;
            }
            Ok(end)
        }
    }
}

/// Copies the value at `at` with the keys of every map in order, and returns where it ends.
fn sort(bytes: &[u8], at: usize, out: &mut Vec<u8>, depth: usize) -> Result<usize, CborError> {
    if depth > DEPTH_LIMIT {
        return Err(CborError::TooDeep);
    }
    let start = head(bytes, at)?;
    match start.major {
        4 => {
            out.extend_from_slice(&bytes[at..start.end]);
            let mut end = start.end;
            for _ in 0..start.argument {
                end = sort(bytes, end, out, depth + 1)?;
            }
            Ok(end)
        }
        5 => {
            out.extend_from_slice(&bytes[at..start.end]);
            let mut end = start.end;
            let mut entries: Vec<(&[u8], Vec<u8>)> = Vec::new();
            for _ in 0..start.argument {
                let key_end = skip(bytes, end, depth + 1)?;
                let key = &bytes[end..key_end];
                if key[0] >> 5 != 3 {
                    return Err(CborError::Type);
                }
                let mut value = Vec::new();
                end = sort(bytes, key_end, &mut value, depth + 1)?;
                entries.push((key, value));
            }
            entries.sort_by(|a, b| a.0.cmp(b.0));
            if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return Err(CborError::Unordered);
            }
            for (key, value) in entries {
                out.extend_from_slice(key);
                out.extend_from_slice(&value);
            }
            Ok(end)
        }
        _ => {
            let end = skip(bytes, at, depth)?;
            out.extend_from_slice(&bytes[at..end]);
            Ok(end)
        }
    }
}

/// Appends a head in its shortest form.
pub(crate) fn write_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let lead = major << 5;
    match argument {
        0..=23 => out.push(lead | argument as u8),
        24..=0xff => out.extend_from_slice(&[lead | 24, argument as u8]),
        0x100..=0xffff => {
            out.push(lead | 25);
            out.extend_from_slice(&(argument as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(lead | 26);
            out.extend_from_slice(&(argument as u32).to_be_bytes());
        }
        _ => {
            out.push(lead | 27);
            out.extend_from_slice(&argument.to_be_bytes());
        }
    }
}

/// Appends a text.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    write_head(out, 3, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a byte string.
pub(crate) fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_head(out, 2, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a signed number.
pub(crate) fn write_int(out: &mut Vec<u8>, value: i64) {
    if value >= 0 {
        write_head(out, 0, value as u64);
    } else {
        write_head(out, 1, !(value as u64));
    }
}

/// Reads fixed maps of known keys, front to back.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn map(&mut self, entries: u64) -> Result<(), CborError> {
        let head = head(self.bytes, self.at)?;
        if head.major != 5 || head.argument != entries {
            return Err(CborError::Shape);
        }
        self.at = head.end;
        Ok(())
    }

    pub(crate) fn key(&mut self, expected: &str) -> Result<(), CborError> {
        if self.text()? == expected {
            Ok(())
        } else {
            Err(CborError::Shape)
        }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, CborError> {
        core::str::from_utf8(self.string(3)?).map_err(|_| CborError::NotUtf8)
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        self.string(2)?.try_into().map_err(|_| CborError::Shape)
    }

    pub(crate) fn uint(&mut self) -> Result<u64, CborError> {
        let head = head(self.bytes, self.at)?;
        if head.major != 0 {
            return Err(CborError::Shape);
        }
        self.at = head.end;
        Ok(head.argument)
    }

    pub(crate) fn int(&mut self) -> Result<i64, CborError> {
        let head = head(self.bytes, self.at)?;
        let magnitude = i64::try_from(head.argument).map_err(|_| CborError::Shape)?;
        self.at = head.end;
        match head.major {
            0 => Ok(magnitude),
            1 => Ok(!magnitude),
            _ => Err(CborError::Shape),
        }
    }

    pub(crate) fn value(&mut self) -> Result<&'a [u8], CborError> {
        let start = self.at;
        self.at = skip(self.bytes, start, 1)?;
        Ok(&self.bytes[start..self.at])
    }

    pub(crate) fn finish(self) -> Result<(), CborError> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(CborError::Trailing)
        }
    }

    fn string(&mut self, major: u8) -> Result<&'a [u8], CborError> {
        let head = head(self.bytes, self.at)?;
        if head.major != major {
            return Err(CborError::Shape);
        }
        let content = content(self.bytes, head)?;
        self.at = head.end + content.len();
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn keys_are_sorted_by_their_encoded_bytes() {
        #[derive(Serialize)]
        struct Two {
            title: u8,
            at: i64,
            b: Option<u8>,
        }
        let bytes = encode(&Two {
            title: 1,
            at: -1,
            b: None,
        })
        .unwrap();
        // {"b": null, "at": -1, "title": 1}
        assert_eq!(
            bytes,
            [
                0xa3, 0x61, b'b', 0xf6, 0x62, b'a', b't', 0x20, 0x65, b't', b'i', b't', b'l', b'e',
                1
            ]
        );
        check(&bytes).unwrap();
    }

    #[test]
    fn every_other_form_of_a_value_is_refused() {
        let refused: [(&[u8], CborError); 14] = [
            (&[], CborError::Cut),
            (&[0x18, 23], CborError::NotShortest),
            (&[0x19, 0, 255], CborError::NotShortest),
            (&[0x1a, 0, 0, 255, 255], CborError::NotShortest),
            (
                &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],
                CborError::NotShortest,
            ),
            (&[0x9f, 0xff], CborError::NotShortest),
            (&[0x01, 0x01], CborError::Trailing),
            (&[0xf9, 0, 0], CborError::Type),
            (&[0xc0, 0x60], CborError::Type),
            (&[0xf7], CborError::Type),
            (&[0x61, 0xff], CborError::NotUtf8),
            (&[0xa2, 0x61, b'b', 1, 0x61, b'a', 1], CborError::Unordered),
            (&[0xa2, 0x61, b'a', 1, 0x61, b'a', 1], CborError::Unordered),
            (&[0xa1, 0x01, 0x01], CborError::Type),
        ];
        for (bytes, error) in refused {
            assert_eq!(check(bytes), Err(error), "{bytes:02x?}");
        }
        assert_eq!(check(&[0x81; 64]), Err(CborError::TooDeep));
        assert_eq!(
            check(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Err(CborError::Cut)
        );
        assert_eq!(
            check(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Err(CborError::Cut)
        );
        assert!(encode(&1.5_f64).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&bytes);
        }

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(
            map in proptest::collection::btree_map(".{0,30}", (any::<i64>(), any::<Option<bool>>()), 0..40),
        ) {
            let bytes = encode(&map).unwrap();
            let back: BTreeMap<String, (i64, Option<bool>)> = decode(&bytes).unwrap();
            prop_assert_eq!(&back, &map);
            prop_assert_eq!(encode(&back).unwrap(), bytes);
        }
    }
}
