//! Passkeys as webauthn-rs keeps them (public keys and counters), opaque here.

use lifeos_protocol::ids::{AccountId, DeviceId, MethodId};

use crate::columns::{bytes, fixed, signed};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::sql::{self, Row};

/// A passkey that was registered.
#[derive(Debug, Clone)]
pub struct StoredPasskey {
    /// Credential id.
    pub credential: Vec<u8>,
    /// Whose it is.
    pub account: AccountId,
    /// The unlock method that its PRF opens, if it has one.
    pub method: Option<MethodId>,
    /// The device whose vault half it releases, if it has no PRF.
    pub device: Option<DeviceId>,
    /// What webauthn-rs keeps of it, as JSON.
    pub passkey: String,
}

impl Store {
    /// Returns a passkey by its credential id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn passkey(&self, credential: &[u8]) -> Result<Option<StoredPasskey>, StoreError> {
        let row = sql::query(
            "SELECT credential, a.id AS account, method, device, passkey FROM passkeys
             JOIN accounts a USING (account) WHERE credential = $1",
        )
        .bind(credential)
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Returns the passkeys of an account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn passkeys_of(&self, account: AccountId) -> Result<Vec<StoredPasskey>, StoreError> {
        let rows = sql::query(
            "SELECT credential, a.id AS account, method, device, passkey FROM passkeys
             JOIN accounts a USING (account) WHERE a.id = $1 ORDER BY passkeys.created_ms",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Adds a passkey to an account that exists.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_passkey(&self, passkey: StoredPasskey, now_ms: u64) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move { insert(connection, &passkey, now_ms).await })
            })
            .await
    }

    /// Keeps what changed in a passkey by its use (the authenticator's counter), and when.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_passkey(
        &self,
        credential: Vec<u8>,
        passkey: Option<String>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query(
                        "UPDATE passkeys SET used_ms = $1, passkey = coalesce($2, passkey)
                         WHERE credential = $3",
                    )
                    .bind(signed(now_ms))
                    .bind(passkey)
                    .bind(credential)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}

pub(crate) async fn insert(
    connection: &mut Connection,
    passkey: &StoredPasskey,
    now_ms: u64,
) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO passkeys (credential, account, method, device, passkey, created_ms, used_ms)
         SELECT $1, account, $2, $3, $4, $5, $6 FROM accounts WHERE id = $7",
    )
    .bind(passkey.credential.as_slice())
    .bind(
        passkey
            .method
            .as_ref()
            .map(|method| method.as_bytes().to_vec()),
    )
    .bind(
        passkey
            .device
            .as_ref()
            .map(|device| device.as_bytes().to_vec()),
    )
    .bind(passkey.passkey.as_str())
    .bind(signed(now_ms))
    .bind(signed(now_ms))
    .bind(passkey.account.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the passkeys that belong to a method or device that was revoked.
pub(crate) async fn delete_of(
    connection: &mut Connection,
    account: i64,
    target: &[u8; 16],
) -> Result<(), StoreError> {
    sql::query("DELETE FROM passkeys WHERE account = $1 AND (method = $2 OR device = $3)")
        .bind(account)
        .bind(target.as_slice())
        .bind(target.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<StoredPasskey, StoreError> {
    let optional = |column| -> Result<Option<[u8; 16]>, StoreError> {
        match row.try_get::<Option<&[u8]>>(column)? {
            Some(_) => fixed(row, column).map(Some),
            None => Ok(None),
        }
    };
    Ok(StoredPasskey {
        credential: bytes(row, "credential")?,
        account: fixed(row, "account")?.into(),
        method: optional("method")?.map(MethodId::new),
        device: optional("device")?.map(DeviceId::new),
        passkey: row.try_get("passkey")?,
    })
}
