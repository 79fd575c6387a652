//! Which installation this is, and which life of its store.

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::ids::{IncarnationId, InstanceId};

use crate::box_log::{self, BoxNote};
use crate::columns::{fixed, signed};
use crate::error::StoreError;
use crate::open::Store;
use crate::sql;

/// Made once, at the first start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance {
    /// The installation.
    pub instance: InstanceId,
    /// The life of its store; a restore begins another.
    pub incarnation: IncarnationId,
}

impl Store {
    /// Returns who the box is; at the first start it becomes `fresh`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn instance(&self, fresh: Instance, now_ms: u64) -> Result<Instance, StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query(
                        "INSERT INTO instance (one, instance, incarnation, created_ms)
                         VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING",
                    )
                    .bind(fresh.instance.as_bytes().as_slice())
                    .bind(fresh.incarnation.as_bytes().as_slice())
                    .bind(signed(now_ms))
                    .execute(&mut *connection)
                    .await?;
                    let row = sql::query("SELECT instance, incarnation FROM instance")
                        .fetch_one(&mut *connection)
                        .await?;
                    Ok(Instance {
                        instance: fixed(&row, "instance")?.into(),
                        incarnation: fixed(&row, "incarnation")?.into(),
                    })
                })
            })
            .await
    }

    /// Begins another life of the store, as a restore from a backup does: cursors of the life before
    /// no longer count.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn begin_incarnation(
        &self,
        fresh: IncarnationId,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query("UPDATE instance SET incarnation = $1")
                        .bind(fresh.as_bytes().as_slice())
                        .execute(&mut *connection)
                        .await?;
                    box_log::append(connection, BoxNote::of(BoxEvent::Incarnation), now_ms).await
                })
            })
            .await
    }
}
