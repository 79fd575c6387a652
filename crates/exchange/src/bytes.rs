//! From bytes to text: unpacks gzip, strips byte order marks, turns UTF-16 into UTF-8.
//!
//! Nothing here grows beyond [`Limits::file_bytes`]; nothing here knows a format.

use std::borrow::Cow;
use std::io::Read;

use crate::{Limits, Refused};

const GZIP: &[u8] = &[0x1f, 0x8b];
const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF16_LITTLE: &[u8] = &[0xff, 0xfe];
const UTF16_BIG: &[u8] = &[0xfe, 0xff];

/// Returns the file's text without its byte order mark.
pub(crate) fn text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cow<'a, str>, Refused> {
    let too_large = Refused::TooLarge {
        limit_bytes: limits.file_bytes,
    };
    if bytes.len() > limits.file_bytes {
        return Err(too_large);
    }
    if !bytes.starts_with(GZIP) {
        return decode(bytes);
    }
    let mut unpacked = Vec::new();
    let room = limits.file_bytes as u64 + 1;
    flate2::read::MultiGzDecoder::new(bytes)
        .take(room)
        .read_to_end(&mut unpacked)
        .map_err(|_| Refused::DamagedGzip)?;
    if unpacked.len() > limits.file_bytes {
        return Err(too_large);
    }
    decode(&unpacked).map(|text| Cow::Owned(text.into_owned()))
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refused> {
    if let Some(rest) = bytes.strip_prefix(UTF16_LITTLE) {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(UTF16_BIG) {
        return utf16(rest, u16::from_be_bytes);
    }
    let marked = bytes.strip_prefix(UTF8_MARK);
    let skipped = if marked.is_some() { UTF8_MARK.len() } else { 0 };
    std::str::from_utf8(marked.unwrap_or(bytes))
        .map(Cow::Borrowed)
        .map_err(|wrong| Refused::NotText {
            offset_bytes: skipped + wrong.valid_up_to(),
        })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, Refused> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(Refused::NotText {
            offset_bytes: bytes.len() + 1,
        });
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let text = char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(Cow::Owned(text.collect()))
}
