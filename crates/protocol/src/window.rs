//! The replay window: each counter once, within the last 128.

/// How far behind the highest counter a late one may be.
pub const WIDTH: u64 = 128;

/// Which request counters were taken. The highest may jump ahead; what falls out of the window
/// behind it is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CounterWindow {
    highest: u64,
    /// Bit `i` says that `highest − i` was taken.
    taken: u128,
}

/// The counter was taken before, or is too far behind to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request counter was used before")]
pub struct Replayed;

impl CounterWindow {
    /// Starts with nothing taken. Counters start at 1.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            highest: 0,
            taken: 0,
        }
    }

    /// Takes a counter, once.
    ///
    /// # Errors
    /// [`Replayed`] when it was taken, is 128 or more behind the highest, or is 0.
    pub const fn take(&mut self, counter: u64) -> Result<(), Replayed> {
        if counter == 0 {
            return Err(Replayed);
        }
        if counter > self.highest {
            let ahead = counter - self.highest;
            self.taken = if ahead >= WIDTH {
                0
            } else {
                self.taken << ahead
            };
            self.taken |= 1;
            self.highest = counter;
            return Ok(());
        }
        let behind = self.highest - counter;
        if behind >= WIDTH || self.taken & (1 << behind) != 0 {
            return Err(Replayed);
        }
        self.taken |= 1 << behind;
        Ok(())
    }

    /// Returns the window as 24 bytes, for the box to keep across a restart.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.highest.to_be_bytes());
        bytes[8..].copy_from_slice(&self.taken.to_be_bytes());
        bytes
    }

    /// Takes what [`Self::to_bytes`] returned.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 24]) -> Self {
        let (highest, taken) = bytes.split_first_chunk::<8>().expect("24 bytes hold 8");
        let taken = taken.try_into().expect("24 bytes less 8 are 16");
        Self {
            highest: u64::from_be_bytes(*highest),
            taken: u128::from_be_bytes(taken),
        }
    }
}
