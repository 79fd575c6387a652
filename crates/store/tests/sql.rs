//! Every SQL text of the store is prepared against the schema, so that one that does not fit fails
//! here and not where it runs. Texts are read from the sources: none can be used that is not found.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;

use cluster::Cluster;
use lifeos_store::Store;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Either, Executor, SqlSafeStr, Statement, TypeInfo};
use tempfile::TempDir;

#[path = "postgresql/cluster.rs"]
mod cluster;

/// Calls whose text is no literal, or which a database does not prepare: what moves transactions, a
/// file, or the schema itself. Each is named here with its argument.
const BESIDE: &[(&str, &str)] = &[
    ("committer.rs", "order(\"BEGIN IMMEDIATE\")"),
    ("committer.rs", "order(postgres::BEGIN)"),
    ("committer.rs", "order(\"ROLLBACK\")"),
    ("committer.rs", "order(\"SAVEPOINT job\")"),
    ("committer.rs", "order(\"ROLLBACK TO job\")"),
    ("committer.rs", "order(\"RELEASE job\")"),
    ("committer.rs", "order(\"COMMIT\")"),
    ("connection.rs", "sqlx::raw_sql(text)"),
    ("open.rs", "sqlx::raw_sql(sqlx::AssertSqlSafe(sql))"),
    ("sql.rs", "sqlx::query(self.text)"),
    ("postgres/migrate.rs", "order(connection, BEGIN)"),
    ("postgres/migrate.rs", "order(connection, \"ROLLBACK\")"),
    ("postgres/migrate.rs", "order(connection, \"COMMIT\")"),
    (
        "postgres/migrate.rs",
        "order(connection, \"CREATE SCHEMA lifeos\")",
    ),
    ("postgres/migrate.rs", "sqlx::raw_sql(text)"),
    ("postgres/migrate.rs", "sqlx::raw_sql(AssertSqlSafe(text))"),
    ("postgres/migrate.rs", "sqlx::raw_sql(step.postgres)"),
    ("postgres/residue.rs", "order(BEGIN)"),
    ("postgres/residue.rs", "order(\"ROLLBACK\")"),
    (
        "postgres/residue.rs",
        "order(\"SET LOCAL lock_timeout = '5s'\")",
    ),
    (
        "postgres/residue.rs",
        "order(\"ALTER TABLE bodies ALTER COLUMN body",
    ),
    ("postgres/residue.rs", "order(\"COMMIT\")"),
    ("sqlite/migrate.rs", "sqlx::query(sql)"),
    (
        "sqlite/migrate.rs",
        "sqlx::raw_sql(\"PRAGMA wal_checkpoint(TRUNCATE)\")",
    ),
    ("sqlite/migrate.rs", "sqlx::raw_sql(AssertSqlSafe(mark))"),
    ("sqlite/migrate.rs", "sqlx::raw_sql(step.sqlite)"),
    (
        "sqlite/residue.rs",
        "order(\"PRAGMA temp_store = FILE; VACUUM\")",
    ),
    ("sqlite/residue.rs", "order(\"PRAGMA temp_store = MEMORY\")"),
];

/// Calls that take a text.
const CALLS: &[&str] = &["sql::query(", "sqlx::query(", "sqlx::raw_sql(", "order("];

/// Other ways to a statement, which nothing here takes.
const NO_OTHER_WAY: &[&str] = &[
    "query!",
    "query_as",
    "query_scalar",
    "query_with",
    "query_file",
    "QueryBuilder",
    ".prepare(",
    ".describe(",
    ".execute(\"",
    ".fetch(\"",
    ".fetch_one(\"",
    ".fetch_all(\"",
    ".fetch_optional(\"",
    "use sqlx::query",
    "use sqlx::raw_sql",
];

/// A text, and how many values are bound to it.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    sql: String,
    binds: usize,
}

/// Returns the texts of a source, or what of it cannot be found out.
fn texts_of(file: &str, source: &str) -> Result<Vec<Text>, String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    if let Some(way) = NO_OTHER_WAY.iter().find(|way| source.contains(*way)) {
        return Err(format!("{file}: {way}"));
    }
    let calls = source.matches("query(").count() + source.matches("raw_sql(").count();
    let named = source.matches("sqlx::query(").count()
        + source.matches("sql::query(").count()
        + source.matches("sqlx::raw_sql(").count();
    if calls != named {
        return Err(format!("{file}: a call that does not say where it leads"));
    }
    // Only the folders of the two databases speak to a driver.
    if !file.contains('/') && source.matches("sqlx::query(").count() > usize::from(file == "sql.rs")
    {
        return Err(format!("{file}: a text of one database alone"));
    }
    let mut texts = Vec::new();
    let mut rest = source;
    while let Some((at, begins)) = CALLS
        .iter()
        .filter_map(|call| Some((rest.find(call)?, call)))
        .min()
    {
        let call = &rest[at..];
        rest = &call[begins.len()..];
        let before = &source[..source.len() - rest.len() - begins.len()];
        if before.ends_with("fn ") {
            continue;
        }
        let argument = call[begins.len()..].trim_start();
        let tight = format!("{begins}{argument}");
        if BESIDE
            .iter()
            .any(|(beside, text)| *beside == file && tight.starts_with(text))
        {
            continue;
        }
        let shown: String = call.lines().take(2).collect();
        let literal = argument
            .strip_prefix('"')
            .filter(|_| begins.ends_with("query("));
        let argument = literal.ok_or(format!("{file}: no literal: {shown}"))?;
        let (sql, after) = argument.split_once('"').unwrap();
        if sql.contains('\\') {
            return Err(format!("{file}: an escape: {shown}"));
        }
        let ends = [".fetch", ".execute"].iter();
        let end = ends.filter_map(|end| after.find(end)).min();
        let end = end.ok_or(format!("{file}: never run: {shown}"))?;
        texts.push(Text {
            sql: sql.to_owned(),
            binds: after[..end].matches(".bind(").count(),
        });
    }
    Ok(texts)
}

/// Every text, with the file that it is in: those of a database's own folder are its alone.
fn every_text() -> Vec<(String, Text)> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(sources.join(&folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let file = format!("{folder}{name}");
            if path.is_dir() {
                folders.push(format!("{file}/"));
                continue;
            }
            let file = match name {
                // The module beside its folder belongs to it.
                "sqlite.rs" | "postgres.rs" => file.replace(".rs", "/mod.rs"),
                _ => file,
            };
            let found = texts_of(&file, &fs::read_to_string(&path).unwrap()).unwrap();
            texts.extend(found.into_iter().map(|text| (file.clone(), text)));
        }
    }
    texts
}

#[tokio::test]
async fn every_text_fits_the_schema_and_what_is_bound_to_it() {
    let folder = TempDir::new().unwrap();
    Store::open(folder.path(), 1).await.unwrap().close().await;
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.path().join("lifeos.sqlite"))
        .connect()
        .await
        .unwrap();
    let texts = every_text();
    assert!(texts.len() > 80, "only {} texts were found", texts.len());
    let ours = |(file, _): &&(String, Text)| !file.starts_with("postgres/");
    for (file, Text { sql, binds }) in texts.iter().filter(ours) {
        let prepared = (&mut connection)
            .prepare(AssertSqlSafe(sql.as_str()).into_sql_str())
            .await;
        let statement = prepared.unwrap_or_else(|error| panic!("{file}: {sql}: {error}"));
        let parameters = match statement.parameters() {
            Some(Either::Right(count)) => count,
            _ => 0,
        };
        assert_eq!(parameters, *binds, "{file}: {sql}");
    }
}

#[tokio::test]
async fn every_text_fits_the_schema_of_postgresql_too() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let url = cluster.url();
    let store = Store::open_on(folder.path(), Some(&url), 1).await.unwrap();
    store.close().await;
    let options: PgConnectOptions = cluster.address().parse().unwrap();
    let options = options.options([("search_path", "lifeos")]);
    let mut connection = options.connect().await.unwrap();
    let mut prepared = 0;
    for (file, Text { sql, binds }) in every_text() {
        if file.starts_with("sqlite/") {
            continue;
        }
        let statement = (&mut connection)
            .prepare(AssertSqlSafe(sql.as_str()).into_sql_str())
            .await
            .unwrap_or_else(|error| panic!("{file}: {sql}: {error}"));
        let types = match statement.parameters() {
            Some(Either::Left(types)) => types,
            _ => &[],
        };
        assert_eq!(types.len(), binds, "{file}: {sql}");
        // What is bound is a number, bytes or text: a column of another type would refuse it.
        let known = ["INT8", "BYTEA", "TEXT"];
        for kind in types {
            assert!(known.contains(&kind.name()), "{file}: {sql}: {kind}");
        }
        prepared += 1;
    }
    assert!(prepared > 80, "only {prepared} texts were prepared");
}

#[test]
fn every_insert_names_its_columns_so_that_a_later_schema_may_add_one() {
    for (file, Text { sql, .. }) in every_text() {
        let words: Vec<&str> = sql.split_whitespace().collect();
        let Some(into) = words.iter().position(|word| *word == "INTO") else {
            continue;
        };
        if words.first() == Some(&"VACUUM") {
            continue;
        }
        let columns = words.get(into + 2);
        assert!(
            columns.is_some_and(|word| word.starts_with('(')),
            "{file}: {sql}"
        );
    }
}

#[tokio::test]
async fn a_text_that_does_not_fit_or_cannot_be_found_out_is_refused() {
    let folder = TempDir::new().unwrap();
    Store::open(folder.path(), 1).await.unwrap().close().await;
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.path().join("lifeos.sqlite"))
        .connect()
        .await
        .unwrap();
    for sql in ["SELECT nothing FROM bodies", "SELECT body FROM nothing"] {
        assert!((&mut connection).prepare(sql.into_sql_str()).await.is_err());
    }
    let literal = "sql::query(\n    \"SELECT $1\",\n)\n.bind(1)\n.fetch_one(c)";
    let found = texts_of("x.rs", literal).unwrap();
    assert_eq!((found[0].sql.as_str(), found[0].binds), ("SELECT $1", 1));
    for source in [
        "sql::query(text).execute(c)",
        "sqlx::query(text).execute(c)",
        "sqlx::query(\"SELECT 1\").fetch_one(c)",
        "connection.order(\"DELETE FROM bodies\")",
        "connection.order(text)",
        "sqlx::query(sqlx::AssertSqlSafe(text)).execute(c)",
        "sqlx::raw_sql(\"DELETE FROM bodies\").execute(c)",
        "sqlx::query_as(\"SELECT 1\").fetch_one(c)",
        "use sqlx::query;\nquery(\"SELECT 1\").fetch_one(c)",
        "query(\"SELECT 1\").fetch_one(c)",
        "connection.execute(\"DELETE FROM bodies\")",
    ] {
        assert!(texts_of("x.rs", source).is_err(), "{source}");
    }
    // What stands beside in one file does not in another.
    assert!(texts_of("open.rs", "sqlx::raw_sql(sql).execute(c)").is_err());
}
