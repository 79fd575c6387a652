//! One text for both databases: what is bound to it and what comes back, on whichever connection it
//! runs.
//!
//! Nothing is translated. A text is written so that SQLite and PostgreSQL read it alike, and
//! `tests/sql.rs` prepares each against both schemas. A value goes into the arguments of the one
//! driver, and a row stays the driver's own: what a pull streams is not copied on its way.

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};

use crate::connection::Connection;

/// A text and what is bound to it.
pub(crate) struct Query<'q> {
    text: &'static str,
    values: Vec<Value<'q>>,
}

/// Begins a statement; values are bound in the order of their numbers in the text.
pub(crate) fn query<'q>(text: &'static str) -> Query<'q> {
    Query {
        text,
        values: Vec::new(),
    }
}

/// A value of one of the three types that both databases keep.
pub(crate) enum Value<'q> {
    Number(i64),
    Slice(&'q [u8]),
    Bytes(Option<Vec<u8>>),
    Str(&'q str),
    Text(Option<String>),
}

macro_rules! values {
    ($($type:ty => $value:ident => $made:expr;)*) => {$(
        impl<'q> From<$type> for Value<'q> {
            fn from($value: $type) -> Self {
                $made
            }
        }
    )*};
}

values! {
    i64 => number => Self::Number(number);
    u32 => number => Self::Number(number.into());
    u8 => number => Self::Number(number.into());
    &'q [u8] => bytes => Self::Slice(bytes);
    Vec<u8> => bytes => Self::Bytes(Some(bytes));
    Option<Vec<u8>> => bytes => Self::Bytes(bytes);
    &'q str => text => Self::Str(text);
    Option<String> => text => Self::Text(text);
}

impl<'q> Query<'q> {
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Returns how many rows were touched.
    pub(crate) async fn execute(self, connection: &mut Connection) -> Result<u64, sqlx::Error> {
        Ok(match connection {
            Connection::Sqlite(held) => {
                let done = self.bound::<Sqlite>().execute(held.get()).await?;
                done.rows_affected()
            }
            Connection::Postgres(held) => {
                let done = self.bound::<Postgres>().execute(held.get()).await?;
                done.rows_affected()
            }
        })
    }

    pub(crate) async fn fetch_one(self, connection: &mut Connection) -> Result<Row, sqlx::Error> {
        Ok(match connection {
            Connection::Sqlite(held) => {
                Row::Sqlite(self.bound::<Sqlite>().fetch_one(held.get()).await?)
            }
            Connection::Postgres(held) => {
                Row::Postgres(self.bound::<Postgres>().fetch_one(held.get()).await?)
            }
        })
    }

    pub(crate) async fn fetch_optional(
        self,
        connection: &mut Connection,
    ) -> Result<Option<Row>, sqlx::Error> {
        Ok(match connection {
            Connection::Sqlite(held) => {
                let row = self.bound::<Sqlite>().fetch_optional(held.get()).await?;
                row.map(Row::Sqlite)
            }
            Connection::Postgres(held) => {
                let row = self.bound::<Postgres>().fetch_optional(held.get()).await?;
                row.map(Row::Postgres)
            }
        })
    }

    pub(crate) async fn fetch_all(
        self,
        connection: &mut Connection,
    ) -> Result<Vec<Row>, sqlx::Error> {
        Ok(match connection {
            Connection::Sqlite(held) => {
                let rows = self.bound::<Sqlite>().fetch_all(held.get()).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Connection::Postgres(held) => {
                let rows = self.bound::<Postgres>().fetch_all(held.get()).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Returns the rows one after another.
    pub(crate) fn fetch<'c>(self, connection: &'c mut Connection) -> Rows<'c>
    where
        'q: 'c,
    {
        match connection {
            Connection::Sqlite(held) => Rows::Sqlite(self.bound::<Sqlite>().fetch(held.get())),
            Connection::Postgres(held) => {
                Rows::Postgres(self.bound::<Postgres>().fetch(held.get()))
            }
        }
    }

    fn bound<D>(self) -> sqlx::query::Query<'q, D, D::Arguments>
    where
        D: Database,
        i64: Encode<'q, D> + Type<D>,
        &'q [u8]: Encode<'q, D> + Type<D>,
        Option<Vec<u8>>: Encode<'q, D> + Type<D>,
        &'q str: Encode<'q, D> + Type<D>,
        Option<String>: Encode<'q, D> + Type<D>,
    {
        let query = sqlx::query(self.text);
        self.values
            .into_iter()
            .fold(query, |query, value| match value {
                Value::Number(number) => query.bind(number),
                Value::Slice(bytes) => query.bind(bytes),
                Value::Bytes(bytes) => query.bind(bytes),
                Value::Str(text) => query.bind(text),
                Value::Text(text) => query.bind(text),
            })
    }
}

/// A row as its driver gave it.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that is read from a column of either database.
pub(crate) trait Column<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Column<'r> for T where
    T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl Row {
    /// Returns a column by its name.
    pub(crate) fn try_get<'r, T: Column<'r>>(
        &'r self,
        column: &'static str,
    ) -> Result<T, sqlx::Error> {
        match self {
            Self::Sqlite(row) => sqlx::Row::try_get(row, column),
            Self::Postgres(row) => sqlx::Row::try_get(row, column),
        }
    }
}

/// Rows under way.
pub(crate) enum Rows<'c> {
    Sqlite(BoxStream<'c, Result<SqliteRow, sqlx::Error>>),
    Postgres(BoxStream<'c, Result<PgRow, sqlx::Error>>),
}

impl Rows<'_> {
    /// Returns the next row, or nothing after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Row>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(rows) => rows.try_next().await?.map(Row::Sqlite),
            Self::Postgres(rows) => rows.try_next().await?.map(Row::Postgres),
        })
    }
}
