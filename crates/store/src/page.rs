//! Lists a page at a time: rows after a key, in the order of their keys, which no other row's coming
//! or going moves.

use crate::error::StoreError;
use crate::sql::Row;

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order of their keys.
    pub rows: Vec<T>,
    /// Whether there are more behind them.
    pub more: bool,
}

impl<T> Page<T> {
    /// Reads at most `limit` rows of those that a statement gave, which was asked for one more.
    pub(crate) fn read(
        found: &[Row],
        limit: u32,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Self, StoreError> {
        let limit = limit as usize;
        Ok(Self {
            rows: found
                .iter()
                .take(limit)
                .map(read)
                .collect::<Result<_, _>>()?,
            more: found.len() > limit,
        })
    }
}

/// How many rows a statement is asked for, so that it is seen whether there are more.
pub(crate) fn one_more(limit: u32) -> i64 {
    i64::from(limit) + 1
}

/// The key after which rows are asked for, as it is bound; nothing comes before every key.
pub(crate) fn after<K: AsRef<[u8]>>(key: Option<&K>) -> &[u8] {
    key.map_or(&[], AsRef::as_ref)
}
