//! Reading columns into the types of the protocol, and naming the column that lies.

use lifeos_protocol::Wire;

use crate::error::StoreError;
use crate::sql::Row;

/// Returns a column of fixed bytes.
pub(crate) fn fixed<const N: usize>(
    row: &Row,
    column: &'static str,
) -> Result<[u8; N], StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| StoreError::Damaged(column))
}

/// Returns a column of bytes.
pub(crate) fn bytes(row: &Row, column: &'static str) -> Result<Vec<u8>, StoreError> {
    Ok(row.try_get(column)?)
}

/// Returns a column that holds one object of the protocol.
pub(crate) fn object<T: Wire>(row: &Row, column: &'static str) -> Result<T, StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    T::from_bytes(bytes).map_err(|_| StoreError::Damaged(column))
}

/// Returns a column that never holds a negative number.
pub(crate) fn unsigned<T>(row: &Row, column: &'static str) -> Result<T, StoreError>
where
    T: TryFrom<i64>,
{
    let value: i64 = row.try_get(column)?;
    T::try_from(value).map_err(|_| StoreError::Damaged(column))
}

/// Returns the form in which a database keeps a number: all that the box counts stays far below 2^63.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
