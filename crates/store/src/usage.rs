//! What a device may write in a day.

use lifeos_protocol::ids::DeviceId;

use crate::columns::signed;
use crate::connection::Connection;
use crate::error::StoreError;
use crate::sql;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Days that are looked back on; older counts are dropped.
const DAYS_KEPT: i64 = 35;

/// The most that one device may push in a day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayQuota {
    /// Changes.
    pub changes: u64,
    /// Bytes.
    pub size_bytes: u64,
}

/// Counts what a device is about to write; true if it stays within the quota.
pub(crate) async fn count(
    connection: &mut Connection,
    device: DeviceId,
    changes: u64,
    size_bytes: u64,
    quota: DayQuota,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let day = signed(now_ms / DAY_MS);
    let row = sql::query(
        "INSERT INTO usage (device, day, changes, size_bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (device, day) DO UPDATE SET changes = usage.changes + excluded.changes,
             size_bytes = usage.size_bytes + excluded.size_bytes
         RETURNING changes, size_bytes",
    )
    .bind(device.as_bytes().as_slice())
    .bind(day)
    .bind(signed(changes))
    .bind(signed(size_bytes))
    .fetch_one(&mut *connection)
    .await?;
    let first_of_day = row.try_get::<i64>("changes")? == signed(changes);
    if first_of_day {
        sql::query("DELETE FROM usage WHERE device = $1 AND day < $2")
            .bind(device.as_bytes().as_slice())
            .bind(day - DAYS_KEPT)
            .execute(connection)
            .await?;
    }
    let within = row.try_get::<i64>("changes")? <= signed(quota.changes)
        && row.try_get::<i64>("size_bytes")? <= signed(quota.size_bytes);
    Ok(within)
}
