//! What SQLite itself wrote, our reader of its files reads to the same values: databases of every
//! size of page and every encoding, with records that go on in other pages, with rows that were
//! changed and taken out again.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use lifeos_exchange::sqlite::{Database, Value, Wrong};
use proptest::collection::vec;
use proptest::prelude::*;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow};
use sqlx::{Connection, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};

const COLUMNS: [&str; 6] = ["id", "any", "real", "text", "added", "number"];

/// How a database is laid out.
#[derive(Clone, Debug)]
struct Layout {
    page_bytes: u32,
    encoding: &'static str,
    auto_vacuum: u8,
    has_log: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    (
        proptest::sample::select(vec![512_u32, 1_024, 4_096, 65_536]),
        proptest::sample::select(vec!["UTF-8", "UTF-16le", "UTF-16be"]),
        0_u8..3,
        any::<bool>(),
    )
        .prop_map(|(page_bytes, encoding, auto_vacuum, has_log)| Layout {
            page_bytes,
            encoding,
            auto_vacuum,
            has_log,
        })
}

/// A row as it is written: an id, or none for the next one; then a value of any type.
#[derive(Clone, Debug)]
struct Written {
    id: Option<i64>,
    any: Value,
    real: f64,
    text: String,
    number: i64,
}

fn written() -> impl Strategy<Value = Written> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Whole),
        (-70_000_i64..70_000).prop_map(Value::Whole),
        (0_i64..2).prop_map(Value::Whole),
        any::<f64>().prop_map(Value::Number),
        "\\PC{0,40}".prop_map(Value::Text),
        vec(any::<u8>(), 0..9_000).prop_map(Value::Blob),
    ];
    let number = prop_oneof![any::<f64>(), (-9_i32..9).prop_map(f64::from)];
    (
        proptest::option::of(-1_000_i64..100_000),
        value,
        number,
        "\\PC{0,12}",
        0_usize..700,
        any::<i64>(),
    )
        .prop_map(|(id, any, real, text, times, number)| Written {
            id,
            any,
            real,
            text: text.repeat(times),
            number,
        })
}

/// What is done besides writing rows.
#[derive(Clone, Debug)]
struct Story {
    layout: Layout,
    rows: Vec<Written>,
    /// Every so manieth row is taken out, and every so manieth is written anew.
    taken_out: usize,
    rewritten: usize,
    with_index: bool,
    vacuumed: bool,
}

fn stories() -> impl Strategy<Value = Story> {
    (
        layouts(),
        vec(written(), 0..120),
        2_usize..9,
        2_usize..9,
        any::<bool>(),
        proptest::bool::weighted(0.2),
    )
        .prop_map(
            |(layout, rows, taken_out, rewritten, with_index, vacuumed)| Story {
                layout,
                rows,
                taken_out,
                rewritten,
                with_index,
                vacuumed,
            },
        )
}

async fn say(database: &mut SqliteConnection, sql: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(database)
        .await
        .unwrap();
}

/// Has SQLite write the database, and returns its file with what SQLite reads in it.
fn tell(story: &Story) -> (Vec<u8>, Vec<Vec<Value>>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told.sqlite");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let rows = runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true);
        let mut database = SqliteConnection::connect_with(&options).await.unwrap();
        let database = &mut database;
        let Layout {
            page_bytes,
            encoding,
            auto_vacuum,
            has_log,
        } = story.layout;
        let journal = if has_log { "WAL" } else { "DELETE" };
        for pragma in [
            format!("PRAGMA page_size = {page_bytes}"),
            format!("PRAGMA encoding = '{encoding}'"),
            format!("PRAGMA auto_vacuum = {auto_vacuum}"),
            format!("PRAGMA journal_mode = {journal}"),
            "PRAGMA synchronous = OFF".to_owned(),
            // A table before ours that is gone again leaves pages that nobody uses.
            "CREATE TABLE gone (a); INSERT INTO gone VALUES (zeroblob(90000)); DROP TABLE gone".to_owned(),
            "CREATE TABLE 'told' (\"any\", /* a comment */ real DOUBLE, [text] TEXT, id INTEGER PRIMARY KEY)".to_owned(),
            "BEGIN".to_owned(),
        ] {
            say(database, pragma).await;
        }
        if story.with_index {
            say(database, "CREATE INDEX by_text ON told (text)".to_owned()).await;
        }
        for (number, row) in story.rows.iter().enumerate() {
            if number == story.rows.len() / 2 {
                for (name, kind) in [("added", "BLOB"), ("number", "INTEGER")] {
                    say(database, format!("ALTER TABLE told ADD COLUMN {name} {kind}")).await;
                }
            }
            let sql = if number > story.rows.len() / 2 {
                "INSERT OR REPLACE INTO told (id, any, real, text, number) VALUES (?, ?, ?, ?, ?)"
            } else {
                "INSERT OR REPLACE INTO told (id, any, real, text) VALUES (?, ?, ?, ?)"
            };
            let mut query = sqlx::query(sql).bind(row.id);
            query = bind(query, &row.any).bind(row.real).bind(&row.text);
            if number > story.rows.len() / 2 {
                query = query.bind(row.number);
            }
            query.execute(&mut *database).await.unwrap();
        }
        if story.rows.is_empty() {
            for name in ["added", "number"] {
                say(database, format!("ALTER TABLE told ADD COLUMN {name}")).await;
            }
        }
        let (taken_out, rewritten) = (story.taken_out, story.rewritten);
        for sql in [
            format!("DELETE FROM told WHERE id % {taken_out} = 0"),
            format!("UPDATE told SET text = text || 'again', any = zeroblob(3000) WHERE id % {rewritten} = 1"),
            "COMMIT".to_owned(),
        ] {
            say(database, sql).await;
        }
        if story.vacuumed {
            say(database, "VACUUM".to_owned()).await;
        }
        say(database, "PRAGMA wal_checkpoint(TRUNCATE)".to_owned()).await;
        let names = COLUMNS.join(", ");
        let sql = format!("SELECT {names} FROM told ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut *database)
            .await
            .unwrap();
        rows.iter().map(told).collect()
    });
    (fs::read(&file).unwrap(), rows)
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, SqliteArguments>;

fn bind<'q>(query: Query<'q>, value: &Value) -> Query<'q> {
    match value {
        Value::Null => query.bind(None::<i64>),
        Value::Whole(number) => query.bind(*number),
        Value::Number(number) => query.bind(*number),
        Value::Text(text) => query.bind(text.clone()),
        Value::Blob(bytes) => query.bind(bytes.clone()),
    }
}

/// A row as SQLite itself gives it.
fn told(row: &SqliteRow) -> Vec<Value> {
    let value = |place: usize| {
        let raw = row.try_get_raw(place).unwrap();
        if raw.is_null() {
            return Value::Null;
        }
        match raw.type_info().name() {
            "INTEGER" => Value::Whole(row.get_unchecked(place)),
            "REAL" => Value::Number(row.get_unchecked(place)),
            "TEXT" => Value::Text(row.get_unchecked(place)),
            "BLOB" => Value::Blob(row.get_unchecked(place)),
            other => panic!("a value of type {other}"),
        }
    };
    (0..row.len()).map(value).collect()
}

fn read(file: &[u8]) -> Vec<Vec<Value>> {
    let database = Database::open(file).unwrap();
    let table = database.table("TOLD").unwrap();
    let rows = database.rows(table, &COLUMNS).unwrap();
    rows.map(|row| row.unwrap().values).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_sqlite_wrote_is_read_to_the_same_values(story in stories()) {
        let (file, told) = tell(&story);
        prop_assert_eq!(read(&file), told);
        let database = Database::open(&file).unwrap();
        prop_assert_eq!(database.has_log(), story.layout.has_log);
    }
}

/// A database with pages of every kind: inner pages, leaves, records that go on elsewhere.
fn of_every_kind() -> (Vec<u8>, Vec<Vec<Value>>) {
    let row = |number: i64| Written {
        id: Some(number),
        any: Value::Blob(vec![7; if number % 40 == 3 { 1_300 } else { 20 }]),
        real: 0.5,
        text: "a task that somebody wrote".to_owned(),
        number,
    };
    tell(&Story {
        layout: Layout {
            page_bytes: 512,
            encoding: "UTF-8",
            auto_vacuum: 0,
            has_log: false,
        },
        rows: (1..=120).map(row).collect(),
        taken_out: 7,
        rewritten: 50,
        with_index: true,
        vacuumed: true,
    })
}

#[test]
fn a_database_with_a_byte_changed_is_read_to_the_end_or_refused_by_its_page() {
    let (file, told) = of_every_kind();
    assert_eq!(read(&file), told);
    let pages = u32::try_from(file.len() / 512).unwrap();
    let (mut damaged, mut refused) = (file.clone(), 0);
    // The heads of all pages, and of the rest what a test has time for.
    for at in (0..file.len()).filter(|at| at % 512 < 16 || at % 11 == 0) {
        damaged[at] = file[at] ^ [0xff, 0x01, 0x80][at % 3];
        let found = Database::open(&damaged).and_then(|database| {
            let Some(table) = database.table("told") else {
                return Ok(0);
            };
            let mut rows = database.rows(table, &COLUMNS)?;
            rows.try_fold(0, |count, row| row.map(|_| count + 1))
        });
        damaged[at] = file[at];
        match found {
            Ok(count) => assert!(count <= 250, "{count} rows of one byte"),
            Err(damage) => {
                refused += 1;
                assert!(damage.page <= pages, "{damage}");
            }
        }
    }
    assert!(refused > 300, "{refused} were noticed");
}

#[test]
fn a_database_that_is_cut_short_is_refused_wherever_it_is_cut() {
    let (file, _) = of_every_kind();
    for length in 0..file.len() {
        let found = Database::open(&file[..length]).map(|_| ()).unwrap_err();
        let expected = if length < 16 {
            Wrong::NotADatabase
        } else {
            Wrong::CutShort
        };
        assert_eq!((found.page, found.wrong), (0, expected), "{length}");
    }
}
