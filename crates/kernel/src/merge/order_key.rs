//! Places in a list that can always take one more between any two.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::pack::{Pack, PackError, Packer, Unpacker};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits that carry the time or the step; what follows only separates.
const WIDTH: usize = 8;
const LIMIT: usize = 256;
const JITTER: usize = 3;

/// A place: digits of base 62 read as a fraction, compared byte by byte. Two devices that insert
/// at one place draw different jitter; where keys are equal all the same, the record ids decide.
/// Keys need never be rewritten for the order to be right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct OrderKey(String);

impl OrderKey {
    /// Returns a place at the end by time: later appends sort later without knowing each other.
    /// `last` is the greatest key known in the list.
    #[must_use]
    pub fn append(last: Option<&Self>, now_ms: u64, jitter: u32) -> Self {
        let by_time = Self(format!("{}{}", number(now_ms), separate(jitter)));
        match last {
            Some(last) if *last >= by_time => Self::after(last, jitter),
            _ => by_time,
        }
    }

    /// Returns a place between two others, either of which may be missing (the open end). Where
    /// they leave no room (equal, the wrong way round, or an end that was never placed), the place
    /// is just after the first, or anywhere.
    #[must_use]
    pub fn between(before: Option<&Self>, after: Option<&Self>, jitter: u32) -> Self {
        match (before, after) {
            (None, Some(after)) if after.is_unplaced() => Self::between(None, None, jitter),
            (None, None) => Self(format!("{}{}", number(62_u64.pow(8) / 2), separate(jitter))),
            (Some(before), None) => Self::after(before, jitter),
            (None, Some(after)) => Self::ahead_of(after, jitter),
            (Some(before), Some(after)) if before < after => {
                Self(middle(&before.0, Some(&after.0), jitter))
            }
            (Some(before), Some(_)) => Self(format!("{}{}", before.0, separate(jitter))),
        }
    }

    /// Reads a key that stands in a state; what is no key reads as one never placed.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        read(text.to_owned()).unwrap_or_default()
    }

    /// Tells whether this is the key of what was never placed; nothing sorts before it.
    #[must_use]
    pub fn is_unplaced(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn after(last: &Self, jitter: u32) -> Self {
        match step(&last.0, true) {
            Some(next) => Self(format!("{next}{}", separate(jitter))),
            None => Self(middle(&last.0, None, jitter)),
        }
    }

    fn ahead_of(first: &Self, jitter: u32) -> Self {
        match step(&first.0, false) {
            Some(next) => Self(format!("{next}{}", separate(jitter))),
            None => Self(middle("", Some(&first.0), jitter)),
        }
    }
}

impl fmt::Debug for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderKey({})", self.0)
    }
}

impl<'de> Deserialize<'de> for OrderKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(text).ok_or_else(|| D::Error::custom("not an order key"))
    }
}

impl Pack for OrderKey {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        read(String::unpack(from)?).ok_or(PackError::OutOfRange)
    }
}

#[cfg(feature = "ts")]
impl ts_rs::TS for OrderKey {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;
    fn name(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
    fn inline(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
}

/// A key is empty (never placed) or ends in a digit above zero, or nothing would fit before it.
fn read(text: String) -> Option<OrderKey> {
    let digits = text.len() <= LIMIT && text.bytes().all(|digit| digit.is_ascii_alphanumeric());
    (digits && !text.ends_with('0')).then_some(OrderKey(text))
}

fn value(digit: u8) -> u64 {
    DIGITS.iter().position(|known| *known == digit).unwrap_or(0) as u64
}

fn number(mut value: u64) -> String {
    let mut digits = [b'0'; WIDTH];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(value % 62) as usize];
        value /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Three digits of jitter, the last never zero.
fn separate(jitter: u32) -> String {
    let mut rest = jitter;
    let mut digits = String::with_capacity(JITTER);
    for _ in 1..JITTER {
        digits.push(char::from(DIGITS[(rest % 62) as usize]));
        rest /= 62;
    }
    digits.push(char::from(DIGITS[(1 + rest % 61) as usize]));
    digits
}

/// The leading digits one step further, or nothing at the end of the numbers.
fn step(key: &str, up: bool) -> Option<String> {
    let lead = (0..WIDTH).fold(0_u64, |sum, at| {
        sum * 62 + key.as_bytes().get(at).map_or(0, |digit| value(*digit))
    });
    let next = if up { lead + 1 } else { lead.checked_sub(1)? };
    (next > 0 && next < 62_u64.pow(WIDTH as u32)).then(|| number(next))
}

/// Digits strictly between two fractions (`after` open: one), with jitter behind them.
fn middle(before: &str, after: Option<&str>, jitter: u32) -> String {
    let (low, high) = (before.as_bytes(), after.map(str::as_bytes));
    let mut digits = Vec::new();
    let mut at = 0;
    let mut open = high.is_none();
    loop {
        let floor = low.get(at).map_or(0, |digit| value(*digit));
        let ceiling = if open {
            62
        } else {
            high.and_then(|high| high.get(at))
                .map_or(0, |digit| value(*digit))
        };
        if ceiling > floor + 1 {
            let span = ceiling - floor - 1;
            digits.push(
                DIGITS[(floor + 1 + u64::from(jitter) % span.div_ceil(2) + span / 4)
                    .min(ceiling - 1) as usize],
            );
            break;
        }
        digits.push(DIGITS[floor as usize]);
        // Once below the upper digit, everything that follows is free.
        open = open || ceiling > floor;
        at += 1;
    }
    let mut key: String = digits.into_iter().map(char::from).collect();
    key.push_str(&separate(jitter));
    key
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
    use super::*;
    use proptest::prelude::*;

    fn key() -> impl Strategy<Value = OrderKey> {
        "[0-9A-Za-z]{0,12}[1-9A-Za-z]".prop_map(OrderKey)
    }

    proptest! {
        #[test]
        fn between_two_keys_there_is_always_another(a in key(), b in key(), jitter: u32) {
            prop_assume!(a != b);
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            let mid = OrderKey::between(Some(&low), Some(&high), jitter);
            prop_assert!(low < mid && mid < high, "{low:?} {mid:?} {high:?}");
            prop_assert!(read(mid.0).is_some());
        }

        #[test]
        fn there_is_always_a_place_at_either_end(a in key(), now in 0..62_u64.pow(8), jitter: u32) {
            prop_assert!(OrderKey::between(Some(&a), None, jitter) > a);
            prop_assert!(OrderKey::between(None, Some(&a), jitter) < a);
            prop_assert!(OrderKey::append(Some(&a), now, jitter) > a);
        }
    }

    #[test]
    fn before_what_was_never_placed_there_is_no_place_and_no_endless_search() {
        assert!(!OrderKey::between(None, Some(&OrderKey::default()), 3).is_unplaced());
        let key = OrderKey::append(None, 5, 1);
        assert!(OrderKey::between(Some(&OrderKey::default()), Some(&key), 3) < key);
    }

    #[test]
    fn appending_keeps_keys_short() {
        let mut last = OrderKey::append(None, 1_790_000_000_000, 1);
        for round in 0..10_000 {
            let next = OrderKey::append(Some(&last), 1_790_000_000_000, round);
            assert!(next > last);
            last = next;
        }
        assert_eq!(last.0.len(), WIDTH + JITTER);
    }

    #[test]
    fn two_devices_at_one_place_draw_different_keys() {
        let low = OrderKey::append(None, 5, 1);
        let high = OrderKey::append(Some(&low), 6, 1);
        assert_ne!(
            OrderKey::between(Some(&low), Some(&high), 1),
            OrderKey::between(Some(&low), Some(&high), 2)
        );
    }

    #[test]
    fn what_would_leave_no_room_before_it_is_not_read() {
        for bad in ["0", "A0", "é", "a b"] {
            assert!(serde_json::from_value::<OrderKey>(bad.into()).is_err());
        }
        assert!(serde_json::from_value::<OrderKey>("".into()).is_ok());
        assert_eq!(
            serde_json::from_value::<OrderKey>("V1".into())
                .unwrap()
                .as_str(),
            "V1"
        );
    }
}
