//! The strict, bounded reader and the writer of every byte table.
//!
//! A reader refuses what is beyond its input, never panics, and never allocates more than its
//! input's length plus a constant.

/// Why bytes are not what they should be. Says nothing about their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ends before the field does.
    #[error("input ends too early")]
    Truncated,
    /// Bytes are left over after the last field.
    #[error("input goes on after its end")]
    Trailing,
    /// A length or count is beyond its limit.
    #[error("{what} is beyond its limit")]
    TooLarge {
        /// Which field.
        what: &'static str,
    },
    /// A version, suite or kind that this reader does not know: kept, not opened.
    #[error("unknown {what} {value}")]
    Unknown {
        /// Which field.
        what: &'static str,
        /// What stood there.
        value: u32,
    },
    /// A field has a value that the table forbids.
    #[error("invalid {what}")]
    Invalid {
        /// Which field.
        what: &'static str,
    },
}

/// Reads fields in order from borrowed bytes.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns what has not been read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Takes the next `length` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] when fewer are left.
    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Takes a field of fixed width.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Takes one byte.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Takes a big-endian `u16`.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    /// Takes a big-endian `u32`.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Takes a big-endian `u64`.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Takes a `u32` length of at most `limit`, then that many bytes.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] naming `what`, or [`DecodeError::Truncated`].
    pub fn bytes(&mut self, what: &'static str, limit: usize) -> Result<&'a [u8], DecodeError> {
        let length = self.u32()? as usize;
        if length > limit {
            return Err(DecodeError::TooLarge { what });
        }
        self.raw(length)
    }

    /// Takes a `u16` count of at most `limit`, then that many items.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] naming `what`, or what an item's reader says.
    pub fn list<T: Wire>(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<Vec<T>, DecodeError> {
        let count = usize::from(self.u16()?);
        if count > limit {
            return Err(DecodeError::TooLarge { what });
        }
        // No capacity by the count: a short input must not reserve memory.
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(T::read(self)?);
        }
        Ok(items)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`DecodeError::Trailing`] when bytes are left.
    pub const fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::Trailing)
        }
    }
}

/// Writes fields in order.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Starts empty.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Appends one byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Appends a big-endian `u16`.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends a big-endian `u32`.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends a big-endian `u64`.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends a `u32` length and the bytes.
    ///
    /// # Panics
    /// Beyond 4 GiB, which no format allows.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let length =
            u32::try_from(bytes.len()).expect("every format bounds its parts far below 4 GiB");
        self.u32(length).raw(bytes)
    }

    /// Appends a `u16` count and the items.
    ///
    /// # Panics
    /// Beyond 65,535 items: formats bound their lists, callers check before.
    pub fn list<T: Wire>(&mut self, items: &[T]) -> &mut Self {
        let count =
            u16::try_from(items.len()).expect("every format bounds its lists at 65,535 items");
        self.u16(count);
        for item in items {
            item.write(self);
        }
        self
    }

    /// Appends an encodable value.
    pub fn put<T: Wire>(&mut self, value: &T) -> &mut Self {
        value.write(self);
        self
    }

    /// Returns the bytes written so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns what was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// A value with one byte table.
pub trait Wire: Sized {
    /// Appends the value.
    fn write(&self, writer: &mut Writer);

    /// Takes the value.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Returns the value's bytes.
    #[must_use]
    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.finish()
    }

    /// Takes a value that fills `bytes` to the end.
    ///
    /// # Errors
    /// What is wrong with the bytes; [`DecodeError::Trailing`] when some are left over.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let value = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

impl Wire for u16 {
    fn write(&self, writer: &mut Writer) {
        writer.u16(*self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.u16()
    }
}
