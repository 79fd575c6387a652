//! The store in PostgreSQL: the connections and their settings, and who may write.
//!
//! The one writing connection holds a lock of its session, so that one server at a time writes to a
//! database; whoever writes beside it (`lifeos admin`) takes turns with it, a transaction each.

pub(crate) mod address;
pub(crate) mod examine;
pub(crate) mod migrate;
pub(crate) mod residue;

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection, Row};

use crate::connection::{Connection, Held, Readers};
use crate::error::StoreError;
use crate::migrate::Migration;
use crate::open::READERS;
use address::DatabaseUrl;

/// How long a reader waits for a connection before it says that there is none.
const PATIENCE: Duration = Duration::from_secs(5);

/// Begins a transaction that is alone in writing until it ends.
pub(crate) const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(84015573192532)";

/// What holds for every connection.
const SETTINGS: &[(&str, &str)] = &[
    ("search_path", "lifeos"),
    ("synchronous_commit", "on"),
    ("client_min_messages", "warning"),
    // Every text finds its rows by a key. A plan that was made while a table was small would read
    // the whole of it later on.
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
];

/// Opens the database. With `migrating`, it is made ready where it is empty and brought to the
/// newest of `migrations` at that wall clock; without, it is opened beside its server.
pub(crate) async fn open(
    url: &DatabaseUrl,
    migrations: &[Migration],
    migrating: Option<u64>,
) -> Result<(Connection, Readers), StoreError> {
    let mut writer = connect(url).await?;
    if let Some(now_ms) = migrating {
        lock(&mut writer).await?;
        migrate::migrate(&mut writer, migrations, now_ms).await?;
    } else {
        migrate::check(&mut writer, migrations).await?;
    }
    let mut writer = Connection::Postgres(Box::new(Held::Own(writer)));
    if migrating.is_some() {
        residue::finish_interrupted(&mut writer).await?;
    }
    let readers = PgPoolOptions::new()
        .max_connections(READERS)
        .min_connections(0)
        .acquire_timeout(PATIENCE)
        .idle_timeout(Duration::from_secs(60))
        .connect_lazy_with(options(url).options([("default_transaction_read_only", "on")]));
    Ok((writer, Readers::Postgres(readers)))
}

/// Opens the writing connection again after it was lost. `serving` says whether it is to hold the
/// lock of the one who serves.
pub(crate) async fn reopen(
    url: &DatabaseUrl,
    schema: u32,
    serving: bool,
) -> Result<Connection, StoreError> {
    let mut writer = connect(url).await?;
    if serving {
        lock(&mut writer).await?;
    }
    migrate::check_still(&mut writer, schema).await?;
    Ok(Connection::Postgres(Box::new(Held::Own(writer))))
}

fn options(url: &DatabaseUrl) -> PgConnectOptions {
    url.options()
        .application_name("lifeos")
        .options(SETTINGS.iter().copied())
        .disable_statement_logging()
}

/// Connects, and refuses a server that would acknowledge what is not on its disk.
async fn connect(url: &DatabaseUrl) -> Result<PgConnection, StoreError> {
    url.check_files()?;
    let mut connection = options(url).connect().await.map_err(|error| match error {
        // So the TLS below says that it takes no certificate: as bytes that cannot be used.
        sqlx::Error::Io(error) if error.kind() == ErrorKind::InvalidData => StoreError::Unsecured,
        other => other.into(),
    })?;
    let row = sqlx::query(
        "SELECT current_setting('synchronous_commit') AS waits, current_setting('fsync') AS syncs",
    )
    .fetch_one(&mut connection)
    .await?;
    let (waits, syncs): (String, String) = (row.try_get("waits")?, row.try_get("syncs")?);
    if waits != "on" || syncs != "on" {
        return Err(StoreError::NotDurable);
    }
    Ok(connection)
}

/// Takes the lock of whoever serves from the database; it goes with the connection.
async fn lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT pg_try_advisory_lock(84015573192531) AS ours")
        .fetch_one(connection)
        .await?;
    if row.try_get("ours")? {
        Ok(())
    } else {
        Err(StoreError::InUse)
    }
}
