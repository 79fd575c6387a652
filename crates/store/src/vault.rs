//! Halves of local vault keys, for devices whose passkey has no PRF. A half is worth nothing without
//! the one that stays on the device.

use lifeos_protocol::ids::{AccountId, DeviceId};

use crate::columns::{fixed, signed};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::sql;

impl Store {
    /// Keeps the box's half of a device, replacing an earlier one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_vault_half(
        &self,
        account: AccountId,
        device: DeviceId,
        half: [u8; 32],
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query(
                        "INSERT INTO vault_halves (account, device, half, created_ms)
                         SELECT account, $1, $2, $3 FROM accounts WHERE id = $4
                         ON CONFLICT (account, device) DO UPDATE
                         SET half = excluded.half, created_ms = excluded.created_ms",
                    )
                    .bind(device.as_bytes().as_slice())
                    .bind(half.as_slice())
                    .bind(signed(now_ms))
                    .bind(account.as_bytes().as_slice())
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Returns the box's half of a device, if it has one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn vault_half(
        &self,
        account: AccountId,
        device: DeviceId,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let row = sql::query(
            "SELECT half FROM vault_halves WHERE device = $1 AND account =
             (SELECT account FROM accounts WHERE id = $2)",
        )
        .bind(device.as_bytes().as_slice())
        .bind(account.as_bytes().as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        row.as_ref().map(|row| fixed(row, "half")).transpose()
    }
}

/// Deletes the half of a device that was revoked: what rests on it stays closed.
pub(crate) async fn delete_half(
    connection: &mut Connection,
    account: i64,
    device: DeviceId,
) -> Result<(), StoreError> {
    sql::query("DELETE FROM vault_halves WHERE account = $1 AND device = $2")
        .bind(account)
        .bind(device.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
