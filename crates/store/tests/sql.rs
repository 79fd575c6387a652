//! Every SQL text of the store is prepared against the schema, so that one that does not fit fails
//! here and not where it runs. Texts are read from the sources: none can be used that is not found.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;

use lifeos_store::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Either, Executor, SqlSafeStr, Statement};
use tempfile::TempDir;

/// Calls whose text is no literal, or which SQLite does not prepare: what moves transactions, the
/// file, or the schema itself. Each is named here with its argument.
const BESIDE: &[(&str, &str)] = &[
    ("committer.rs", "sqlx::raw_sql(sql)"),
    ("migrate.rs", "sqlx::query(sql)"),
    (
        "migrate.rs",
        "sqlx::raw_sql(\"PRAGMA wal_checkpoint(TRUNCATE)\")",
    ),
    ("migrate.rs", "sqlx::raw_sql(AssertSqlSafe(mark))"),
    ("migrate.rs", "sqlx::raw_sql(step.sql)"),
    ("open.rs", "sqlx::raw_sql(sqlx::AssertSqlSafe(sql))"),
    (
        "residue.rs",
        "sqlx::raw_sql(\"PRAGMA temp_store = FILE; VACUUM\")",
    ),
    (
        "residue.rs",
        "sqlx::raw_sql(\"PRAGMA temp_store = MEMORY\")",
    ),
];

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
    let named = source.matches("sqlx::query(").count() + source.matches("sqlx::raw_sql(").count();
    if calls != named {
        return Err(format!("{file}: a call that does not say sqlx::"));
    }
    let mut texts = Vec::new();
    let mut rest = source;
    while let Some(at) = ["sqlx::query(", "sqlx::raw_sql("]
        .iter()
        .filter_map(|call| rest.find(call))
        .min()
    {
        let call = &rest[at..];
        rest = &call["sqlx::".len()..];
        if BESIDE
            .iter()
            .any(|(beside, text)| *beside == file && call.starts_with(text))
        {
            continue;
        }
        let shown: String = call.lines().take(2).collect();
        let argument = call
            .strip_prefix("sqlx::query(")
            .and_then(|argument| argument.trim_start().strip_prefix('"'))
            .ok_or(format!("{file}: no literal: {shown}"))?;
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

fn every_text() -> Vec<(String, Text)> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    for entry in fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.is_file(), "a folder of sources is not looked through");
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let found = texts_of(&file, &fs::read_to_string(&path).unwrap()).unwrap();
        texts.extend(found.into_iter().map(|text| (file.clone(), text)));
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
    for (file, Text { sql, binds }) in &texts {
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
    let literal = "sqlx::query(\n    \"SELECT ?\",\n)\n.bind(1)\n.fetch_one(c)";
    let found = texts_of("x.rs", literal).unwrap();
    assert_eq!((found[0].sql.as_str(), found[0].binds), ("SELECT ?", 1));
    for source in [
        "sqlx::query(text).execute(c)",
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
