//! A reader of SQLite database files, in safe code and without SQL.
//!
//! Follows the "Database File Format" of sqlite.org: it walks the b-tree of one table after the
//! other and gives the values of columns by their names. It reads any bytes: a damaged file is a
//! [`Damage`] that names page and place, found in time and memory linear in the file, because no
//! page is taken twice by one table and no page gives more than it holds.
//!
//! Deliberately absent: indexes, views, tables without a row id, generated columns, the journal
//! and the write-ahead log beside the file (see [`Database::has_log`]), what was deleted, and
//! defaults of columns that were added to a table later (such a value reads as nothing).

mod damage;
mod header;
mod record;
mod schema;
mod walk;

pub use damage::{Damage, Wrong};
pub use record::Value;
pub use walk::{Row, Rows};

use header::Header;
use schema::Columns;

/// The first bytes of every database file.
pub(crate) const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// More tables than any product has.
const TABLES: usize = 2_000;

/// Says whether the bytes claim to be a database.
#[must_use]
pub fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// A database file whose header and list of tables were read.
#[derive(Clone, Debug)]
pub struct Database<'a> {
    bytes: &'a [u8],
    header: Header,
    tables: Vec<Table>,
}

/// A table of a database.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    root: u32,
    sql: String,
}

impl Table {
    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<'a> Database<'a> {
    /// Reads the header and the list of tables.
    ///
    /// # Errors
    /// Says what is damaged, or not of a form that is read here.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damage> {
        let mut database = Self {
            bytes,
            header: Header::read(bytes)?,
            tables: Vec::new(),
        };
        database.tables = database.read_tables()?;
        Ok(database)
    }

    /// Says whether the file belongs to a database that keeps its newest changes in a file of its
    /// own (`-wal`), which is not read: they are missing unless the product had put them back.
    #[must_use]
    pub fn has_log(&self) -> bool {
        self.header.has_log
    }

    /// Returns all tables, in the order of the file.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Returns the table of that name; as in SQL, the case of letters means nothing.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        let mut tables = self.tables.iter();
        tables.find(|table| table.name.eq_ignore_ascii_case(name))
    }

    /// Returns the names of a table's columns.
    ///
    /// # Errors
    /// Says that the table's definition is not understood.
    pub fn columns(&self, table: &Table) -> Result<Vec<String>, Damage> {
        Ok(Columns::parse(&table.sql)?.names())
    }

    /// Begins to read rows, in the order of their row ids: of each the values of the columns that
    /// are asked for, in the order of asking; nothing where the table has no such column.
    ///
    /// # Errors
    /// Says that the table's definition is not understood.
    pub fn rows(&self, table: &Table, columns: &[&str]) -> Result<Rows<'a>, Damage> {
        let known = Columns::parse(&table.sql)?;
        let asked = columns.iter().map(|name| known.find(name)).collect();
        Ok(Rows::new(
            self.bytes,
            self.header,
            table.root,
            known.len(),
            asked,
        ))
    }

    /// The list of tables is a table itself, whose root is the first page.
    fn read_tables(&self) -> Result<Vec<Table>, Damage> {
        let columns = schema::of_the_schema();
        let asked = ["type", "name", "rootpage", "sql"].map(|name| columns.find(name));
        let rows = Rows::new(self.bytes, self.header, 1, columns.len(), asked.to_vec());
        let mut tables = Vec::new();
        for row in rows {
            let mut values = row?.values.into_iter();
            let mut next = || values.next().unwrap_or(Value::Null);
            let (kind, name, root, sql) = (next(), next(), next(), next());
            if !matches!(&kind, Value::Text(kind) if kind == "table") {
                continue;
            }
            let (Value::Text(name), Value::Whole(root), Value::Text(sql)) = (name, root, sql)
            else {
                return Err(Damage::at(1, Wrong::Definition));
            };
            if tables.len() == TABLES {
                return Err(Damage::at(1, Wrong::TooManyTables));
            }
            let root = u32::try_from(root).map_err(|_| Damage::at(1, Wrong::NoSuchPage))?;
            // A virtual table has no page of its own.
            if root > 0 {
                tables.push(Table { name, root, sql });
            }
        }
        Ok(tables)
    }
}
