//! A connection to either database, and the pool of those that only read.

use sqlx::pool::PoolConnection;
use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// A connection, whoever holds it.
pub(crate) enum Connection {
    Sqlite(Box<Held<Sqlite>>),
    Postgres(Box<Held<Postgres>>),
}

/// How a connection is held, which says what becomes of it in the end.
pub(crate) enum Held<D: Database> {
    /// The one that writes.
    Own(D::Connection),
    /// One of the pool, and back to it.
    Shared(PoolConnection<D>),
    /// One of the pool, with one view of everything until it goes.
    Snapshot(Transaction<'static, D>),
}

impl<D: Database> Held<D> {
    pub(crate) fn get(&mut self) -> &mut D::Connection {
        match self {
            Self::Own(connection) => connection,
            Self::Shared(connection) => connection,
            Self::Snapshot(transaction) => transaction,
        }
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Own(connection) => sqlx::Connection::close(connection).await,
            Self::Shared(_) | Self::Snapshot(_) => Ok(()),
        }
    }
}

impl Connection {
    /// Runs a text that takes no values, outside of what is prepared.
    pub(crate) async fn order(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(held) => {
                sqlx::raw_sql(text).execute(held.get()).await?;
            }
            Self::Postgres(held) => {
                sqlx::raw_sql(text).execute(held.get()).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(held) => held.close().await,
            Self::Postgres(held) => held.close().await,
        }
    }
}

/// Connections that only read, made when they are needed.
#[derive(Clone)]
pub(crate) enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Readers {
    pub(crate) async fn acquire(&self) -> Result<Connection, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => Connection::Sqlite(Box::new(Held::Shared(pool.acquire().await?))),
            Self::Postgres(pool) => {
                Connection::Postgres(Box::new(Held::Shared(pool.acquire().await?)))
            }
        })
    }

    /// As [`Self::acquire`], with one view of everything for as long as it is held.
    pub(crate) async fn snapshot(&self) -> Result<Connection, sqlx::Error> {
        const VIEW: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(match self {
            Self::Sqlite(pool) => Connection::Sqlite(Box::new(Held::Snapshot(pool.begin().await?))),
            Self::Postgres(pool) => {
                Connection::Postgres(Box::new(Held::Snapshot(pool.begin_with(VIEW).await?)))
            }
        })
    }

    /// Whether a result that is left before its end costs what it would still have brought: SQLite
    /// reads a row when it is asked for one, PostgreSQL sends what was asked for.
    pub(crate) fn send_ahead(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
