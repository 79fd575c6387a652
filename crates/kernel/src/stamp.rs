//! When something was written: a hybrid logical clock that never runs backwards, unique and
//! totally ordered across devices.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::DeviceId;
use crate::pack::{Pack, PackError, Packer, Unpacker};

/// A change further ahead of one's own clock than this is held until the clock reaches it.
pub const AHEAD_LIMIT_MS: u64 = 10 * 60 * 1_000;

pub(crate) const WALL_LIMIT: u64 = 1 << 48;

/// The 26 bytes that order everything: wall clock in milliseconds (48 bits), counter (16), device
/// (16 bytes), index in the change (16 bits), all big-endian, so that comparing bytes compares
/// stamps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp([u8; 26]);

impl Stamp {
    /// Length of the encoding in bytes.
    pub const SIZE: usize = 26;

    /// Composes a stamp. Wall clocks beyond 48 bits are cut to the last that fits.
    #[must_use]
    pub fn new(wall_ms: u64, counter: u16, device: DeviceId, index: u16) -> Self {
        let mut bytes = [0; 26];
        bytes[..6].copy_from_slice(&wall_ms.min(WALL_LIMIT - 1).to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&counter.to_be_bytes());
        bytes[8..24].copy_from_slice(&device.0);
        bytes[24..].copy_from_slice(&index.to_be_bytes());
        Self(bytes)
    }

    /// Reads the encoding; every 26 bytes are a stamp.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 26]) -> Self {
        Self(bytes)
    }

    /// Returns the encoding.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 26] {
        &self.0
    }

    /// Returns the wall clock in milliseconds since 1970.
    #[must_use]
    pub fn wall_ms(&self) -> u64 {
        self.0[..6]
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }

    /// Returns the counter that separates stamps of one millisecond.
    #[must_use]
    pub fn counter(&self) -> u16 {
        u16::from_be_bytes([self.0[6], self.0[7]])
    }

    /// Returns the device that wrote.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        let mut device = [0; 16];
        device.copy_from_slice(&self.0[8..24]);
        DeviceId(device)
    }

    /// Returns the place of the event in its change.
    #[must_use]
    pub fn index(&self) -> u16 {
        u16::from_be_bytes([self.0[24], self.0[25]])
    }

    /// Returns the stamp of another event of the same change.
    #[must_use]
    pub fn with_index(&self, index: u16) -> Self {
        let mut bytes = self.0;
        bytes[24..].copy_from_slice(&index.to_be_bytes());
        Self(bytes)
    }

    /// Tells whether both belong to one change.
    #[must_use]
    pub fn same_change(&self, other: &Self) -> bool {
        self.0[..24] == other.0[..24]
    }

    /// Tells whether the stamp is further ahead of the clock given than a peer may be. What to do
    /// about it (hold the change, blame the own clock) is judged elsewhere.
    #[must_use]
    pub fn is_ahead_of(&self, now_ms: u64) -> bool {
        self.wall_ms() > now_ms.saturating_add(AHEAD_LIMIT_MS)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Stamp({}.{}.{}.{})",
            self.wall_ms(),
            self.counter(),
            self.device(),
            self.index()
        )
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            use core::fmt::Write as _;
            let mut text = String::with_capacity(52);
            for byte in self.0 {
                write!(text, "{byte:02x}").expect("writing to a String cannot fail");
            }
            serializer.serialize_str(&text)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StampVisitor;
        impl serde::de::Visitor<'_> for StampVisitor {
            type Value = Stamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a stamp of 26 bytes")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Stamp, E> {
                let digits = text.as_bytes();
                if digits.len() != 52
                    || !digits
                        .iter()
                        .all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f'))
                {
                    return Err(E::custom("a stamp has 52 lowercase hexadecimal digits"));
                }
                let mut bytes = [0; 26];
                for (index, byte) in bytes.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16)
                        .map_err(E::custom)?;
                }
                Ok(Stamp(bytes))
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Stamp, E> {
                bytes
                    .try_into()
                    .map(Stamp)
                    .map_err(|_| E::custom("a stamp has 26 bytes"))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(StampVisitor)
        } else {
            deserializer.deserialize_bytes(StampVisitor)
        }
    }
}

impl Pack for Stamp {
    fn pack(&self, out: &mut Packer) {
        out.stamp(self);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        from.stamp()
    }
}

#[cfg(feature = "ts")]
impl ts_rs::TS for Stamp {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;
    fn ident(_: &ts_rs::Config) -> String {
        "Stamp".to_owned()
    }
    fn name(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
    fn inline(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
}

/// Why the clock gives no stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HlcError {
    /// The 48 bits of the wall clock and the counter behind them are used up.
    #[error("the clock has no later stamp to give")]
    Exhausted,
}

/// A device's hybrid logical clock: never behind the wall clock, never behind what it has seen,
/// never the same twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hlc {
    device: DeviceId,
    wall_ms: u64,
    counter: u16,
    used: bool,
}

impl Hlc {
    /// Starts the clock of a device that has written nothing.
    #[must_use]
    pub const fn new(device: DeviceId) -> Self {
        Self {
            device,
            wall_ms: 0,
            counter: 0,
            used: false,
        }
    }

    /// Returns the stamp of the next change (index 0).
    ///
    /// # Errors
    /// [`HlcError::Exhausted`] at the end of the 48 bits, some 8,900 years from now, or after a
    /// stamp from there was observed.
    pub fn tick(&mut self, now_ms: u64) -> Result<Stamp, HlcError> {
        let now_ms = now_ms.min(WALL_LIMIT - 1);
        if !self.used || now_ms > self.wall_ms {
            self.wall_ms = now_ms.max(self.wall_ms);
            self.counter = 0;
        } else if let Some(counter) = self.counter.checked_add(1) {
            self.counter = counter;
        } else if self.wall_ms + 1 < WALL_LIMIT {
            self.wall_ms += 1;
            self.counter = 0;
        } else {
            return Err(HlcError::Exhausted);
        }
        self.used = true;
        Ok(Stamp::new(self.wall_ms, self.counter, self.device, 0))
    }

    /// Takes notice of a stamp of any device: later ticks sort after it.
    pub fn observe(&mut self, stamp: &Stamp) {
        let seen = (stamp.wall_ms(), stamp.counter());
        if !self.used || seen > (self.wall_ms, self.counter) {
            (self.wall_ms, self.counter) = seen;
            self.used = true;
        }
    }

    /// Returns the device whose clock this is.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
    use super::*;

    const A: DeviceId = DeviceId([1; 16]);
    const B: DeviceId = DeviceId([2; 16]);

    #[test]
    fn stamps_order_by_wall_then_counter_then_device_then_index() {
        let sorted = [
            Stamp::new(1, 9, B, 9),
            Stamp::new(2, 0, B, 9),
            Stamp::new(2, 1, A, 9),
            Stamp::new(2, 1, B, 0),
            Stamp::new(2, 1, B, 1),
        ];
        assert!(sorted.is_sorted());
        assert_eq!(sorted[2].wall_ms(), 2);
        assert_eq!(sorted[2].counter(), 1);
        assert_eq!(sorted[2].device(), A);
        assert_eq!(sorted[2].index(), 9);
    }

    #[test]
    fn a_clock_set_back_still_moves_forward() {
        let mut clock = Hlc::new(A);
        let first = clock.tick(1_000).unwrap();
        let second = clock.tick(10).unwrap();
        assert!(second > first);
        clock.observe(&Stamp::new(5_000, 7, B, 3));
        let third = clock.tick(20).unwrap();
        assert!(third > Stamp::new(5_000, 7, B, u16::MAX));
    }

    #[test]
    fn a_full_counter_carries_into_the_wall_clock() {
        let mut clock = Hlc::new(A);
        clock.observe(&Stamp::new(9, u16::MAX, B, 0));
        assert_eq!(clock.tick(9).unwrap(), Stamp::new(10, 0, A, 0));
        clock.observe(&Stamp::new(u64::MAX, u16::MAX, B, 0));
        assert_eq!(clock.tick(9), Err(HlcError::Exhausted));
    }

    #[test]
    fn ten_minutes_ahead_is_the_border() {
        let stamp = Stamp::new(AHEAD_LIMIT_MS + 5, 0, A, 0);
        assert!(!stamp.is_ahead_of(5));
        assert!(stamp.is_ahead_of(4));
    }
}
