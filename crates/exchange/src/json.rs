//! A bounded JSON tree that keeps what `serde_json::Value` forgets: the order of an object's
//! members and names that occur twice.
//!
//! Numbers stay as they are written (whole or not); depth is limited by `serde_json` (128), the
//! number of values by the caller. Knows no format.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::Refused;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Flag(bool),
    Whole(i64),
    Number(f64),
    Text(Box<str>),
    List(Vec<Json>),
    Map(Map),
}

/// The members of a JSON object, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Map(Vec<(Box<str>, Json)>);

impl Map {
    /// Returns the last member of that name, as JavaScript does.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let mut members = self.0.iter().rev();
        members
            .find(|(at, _)| &**at == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Json {
    /// Says whether the value holds nothing: null, false, zero, or empty all the way down.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Null | Self::Flag(false) | Self::Whole(0) => true,
            Self::Flag(true) | Self::Whole(_) => false,
            Self::Number(number) => *number == 0.0,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(values) => values.iter().all(Self::is_blank),
            Self::Map(members) => members.iter().all(|(_, value)| value.is_blank()),
        }
    }

    pub(crate) fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Json]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a number without its fraction, where it fits.
    pub(crate) fn as_whole(&self) -> Option<i64> {
        const FITS: f64 = 9_007_199_254_740_991.0;
        match self {
            Self::Whole(number) => Some(*number),
            #[expect(clippy::cast_possible_truncation, reason = "below 2^53, checked")]
            Self::Number(number) if number.abs() <= FITS => Some(number.trunc() as i64),
            _ => None,
        }
    }
}

/// What was read, and how many damaged characters were replaced on the way.
pub(crate) struct Read {
    pub(crate) json: Json,
    pub(crate) replaced: u64,
}

/// Reads JSON of at most `limit` values.
///
/// An escaped half of a surrogate pair (`\ud83d` alone), which JavaScript writes for a text that
/// was cut inside an emoji, becomes U+FFFD and is counted.
pub(crate) fn read(text: &str, limit: usize) -> Result<Read, Refused> {
    if text.trim().is_empty() {
        return Err(Refused::Empty);
    }
    if !has_surrogate_escape(text) {
        return Ok(Read {
            json: parse(text, limit)?,
            replaced: 0,
        });
    }
    let (mended, replaced) = mend_surrogates(text);
    Ok(Read {
        json: parse(&mended, limit)?,
        replaced,
    })
}

fn parse(text: &str, limit: usize) -> Result<Json, Refused> {
    let bounds = Bounds {
        values_left: Cell::new(limit),
        crossed: Cell::new(None),
    };
    let mut source = serde_json::Deserializer::from_str(text);
    let read = Tree {
        bounds: &bounds,
        depth: 0,
    }
    .deserialize(&mut source)
    .and_then(|json| source.end().map(|()| json));
    read.map_err(|wrong| match wrong.classify() {
        Category::Eof => Refused::CutShort {
            line: wrong.line(),
            column: wrong.column(),
        },
        Category::Data if bounds.crossed.get() == Some(Bound::Depth) => {
            Refused::TooDeep { limit: DEPTH }
        }
        Category::Data if bounds.crossed.get() == Some(Bound::Values) => {
            Refused::TooManyValues { limit }
        }
        _ => Refused::NotJson {
            line: wrong.line(),
            column: wrong.column(),
        },
    })
}

fn has_surrogate_escape(text: &str) -> bool {
    text.as_bytes().windows(4).any(|four| {
        matches!(
            four,
            [
                b'\\',
                b'u',
                b'd' | b'D',
                b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F',
            ]
        )
    })
}

/// Replaces each escaped surrogate that has no partner.
fn mend_surrogates(text: &str) -> (String, u64) {
    let bytes = text.as_bytes();
    let mut mended = String::with_capacity(text.len());
    let (mut at, mut kept, mut replaced) = (0, 0, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match escaped_unit(bytes, at) {
            Some(high @ 0xd800..=0xdbff) => {
                let paired = matches!(escaped_unit(bytes, at + 6), Some(0xdc00..=0xdfff));
                if paired {
                    at += 12;
                    continue;
                }
                debug_assert!(high < 0xdc00);
            }
            Some(0xdc00..=0xdfff) => {}
            _ => {
                at += 2;
                continue;
            }
        }
        mended.push_str(&text[kept..at]);
        mended.push_str("\\ufffd");
        replaced += 1;
        at += 6;
        kept = at;
    }
    mended.push_str(&text[kept..]);
    (mended, replaced)
}

/// Returns the UTF-16 unit that a `\uXXXX` at this place stands for.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let six = bytes.get(at..at + 6)?;
    let digits = six.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit: u16, digit| {
        let value = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(value).ok()?)
    })
}

/// Below the 128 at which `serde_json` stops by itself.
const DEPTH: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Depth,
    Values,
}

struct Bounds {
    values_left: Cell<usize>,
    crossed: Cell<Option<Bound>>,
}

#[derive(Clone, Copy)]
struct Tree<'a> {
    bounds: &'a Bounds,
    depth: usize,
}

impl Tree<'_> {
    fn inner(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Json, D::Error> {
        let left = self.bounds.values_left.get();
        let crossed = match left {
            0 => Some(Bound::Values),
            _ if self.depth > DEPTH => Some(Bound::Depth),
            _ => None,
        };
        if crossed.is_some() {
            self.bounds.crossed.set(crossed);
            return Err(serde::de::Error::custom("bound crossed"));
        }
        self.bounds.values_left.set(left - 1);
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "beyond 2^63 JavaScript rounds as well"
        )]
        Ok(i64::try_from(number).map_or(Json::Number(number as f64), Json::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text.into_boxed_str()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = source.next_element_seed(self.inner())? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = source.next_key::<String>()? {
            members.push((name.into_boxed_str(), source.next_value_seed(self.inner())?));
        }
        Ok(Json::Map(Map(members)))
    }
}
