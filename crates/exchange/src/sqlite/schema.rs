//! The text that defines a table, as far as it names columns.

use super::damage::{Damage, Wrong};
use super::record::Asked;

/// More than SQLite itself takes.
const COLUMNS: usize = 32_767;

/// The columns of a table, in the order of their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns(Vec<Column>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    is_real: bool,
    is_row_id: bool,
}

/// Returns the columns of the table of tables, which no text defines.
pub(super) fn of_the_schema() -> Columns {
    let names = ["type", "name", "tbl_name", "rootpage", "sql"];
    let columns = names.map(|name| Column {
        name: name.to_owned(),
        is_real: false,
        is_row_id: false,
    });
    Columns(columns.to_vec())
}

impl Columns {
    /// Reads `CREATE TABLE …`, as SQLite keeps it.
    pub(super) fn parse(sql: &str) -> Result<Self, Damage> {
        parse(sql).ok_or(Damage::at(1, Wrong::Definition))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn names(self) -> Vec<String> {
        self.0.into_iter().map(|column| column.name).collect()
    }

    pub(super) fn find(&self, name: &str) -> Option<Asked> {
        let mut columns = self.0.iter().enumerate();
        let (place, column) = columns.find(|(_, column)| column.name.eq_ignore_ascii_case(name))?;
        Some(Asked {
            place,
            is_real: column.is_real,
            is_row_id: column.is_row_id,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A bare word or number.
    Word(&'a str),
    /// A name or text in quotes, without them.
    Quoted(String),
    /// Anything else, one character at a time.
    Sign(char),
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn is_sign(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Word(word) => Some((*word).to_owned()),
            Self::Quoted(name) => Some(name.clone()),
            Self::Sign(_) => None,
        }
    }
}

fn parse(sql: &str) -> Option<Columns> {
    let tokens = tokens(sql)?;
    let begin = tokens.iter().position(|token| token.is_sign('('))?;
    if !tokens.first()?.is("create") || !tokens[..begin].iter().any(|token| token.is("table")) {
        return None;
    }
    let (parts, options) = parts(&tokens[begin + 1..])?;
    let without = options.iter().position(|token| token.is("without"));
    if without.is_some_and(|at| options.get(at + 1).is_some_and(|next| next.is("rowid"))) {
        return None;
    }
    let mut columns = Vec::new();
    let mut key = None;
    for part in parts {
        if is_constraint(part.first()?) {
            key = key.or(primary_key(part));
        } else if columns.len() == COLUMNS {
            return None;
        } else {
            columns.push(column(part)?);
        }
    }
    // A key over one column that is a whole number is the row id.
    if let Some(name) = key {
        let mut columns = columns.iter_mut();
        let named = columns.find(|(column, _)| column.name.eq_ignore_ascii_case(&name));
        if let Some((column, true)) = named {
            column.is_row_id = true;
        }
    }
    if columns.is_empty() {
        return None;
    }
    Some(Columns(
        columns.into_iter().map(|(column, _)| column).collect(),
    ))
}

/// Cuts what stands between the outermost brackets at its commas; gives it with what follows.
fn parts<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(Vec<&'t [Token<'a>]>, &'t [Token<'a>])> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') if depth > 0 => depth -= 1,
            Token::Sign(')') => {
                parts.push(&tokens[start..at]);
                return Some((parts, &tokens[at + 1..]));
            }
            Token::Sign(',') if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn is_constraint(first: &Token<'_>) -> bool {
    ["constraint", "primary", "unique", "check", "foreign"]
        .iter()
        .any(|word| first.is(word))
}

/// Returns the column of a table's `PRIMARY KEY (name)`, where it is one alone.
fn primary_key(part: &[Token<'_>]) -> Option<String> {
    let at = part.iter().position(|token| token.is("primary"))?;
    let [key, open, name, rest @ ..] = part.get(at + 1..)? else {
        return None;
    };
    let end = rest.iter().position(|token| token.is_sign(')'))?;
    let is_alone = !rest[..end].iter().any(|token| token.is_sign(','));
    (key.is("key") && open.is_sign('(') && is_alone)
        .then(|| name.name())
        .flatten()
}

/// Reads one column, and says whether its type is exactly a whole number.
fn column(part: &[Token<'_>]) -> Option<(Column, bool)> {
    const ENDS: &[&str] = &[
        "constraint",
        "primary",
        "not",
        "null",
        "unique",
        "check",
        "default",
        "collate",
        "references",
        "generated",
        "as",
    ];
    let (name, rest) = part.split_first()?;
    let end = rest
        .iter()
        .position(|token| ENDS.iter().any(|word| token.is(word)));
    let (kind, rest) = rest.split_at(end.unwrap_or(rest.len()));
    // Values that are computed may not stand in the record at all.
    let mut depth = 0_usize;
    for token in rest {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth = depth.checked_sub(1)?,
            word if depth == 0 && (word.is("as") || word.is("generated")) => return None,
            _ => {}
        }
    }
    let kind: String = kind.iter().filter_map(Token::name).collect();
    let kind = kind.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| kind.contains(part));
    let is_real = has(&["REAL", "FLOA", "DOUB"]) && !has(&["INT", "CHAR", "CLOB", "TEXT", "BLOB"]);
    let is_whole = kind == "INTEGER";
    let key = rest.iter().position(|token| token.is("primary"));
    // By an old mistake of SQLite that stays, a falling key is a column of its own.
    let is_falling = key.is_some_and(|at| rest.get(at + 2).is_some_and(|token| token.is("desc")));
    let column = Column {
        name: name.name()?,
        is_real,
        is_row_id: is_whole && key.is_some() && !is_falling,
    };
    Some((column, is_whole))
}

fn tokens(sql: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if let Some(comment) = rest.strip_prefix("--") {
            comment.find('\n').map_or(rest.len(), |end| end + 3)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |end| end + 4)
        } else if let Some(close) = closing(first) {
            let (text, end) = quoted(rest, close)?;
            tokens.push(Token::Quoted(text));
            end
        } else if is_in_word(first) {
            let end = rest.find(|c| !is_in_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            end
        } else {
            tokens.push(Token::Sign(first));
            first.len_utf8()
        };
        rest = rest[end..].trim_start();
    }
    Some(tokens)
}

fn closing(first: char) -> Option<char> {
    match first {
        '"' | '\'' | '`' => Some(first),
        '[' => Some(']'),
        _ => None,
    }
}

/// Reads to the closing quote, of which two stand for one; gives the text and where it ends.
fn quoted(rest: &str, close: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != close {
            text.push(character);
        } else if close != ']' && characters.next_if(|(_, next)| *next == close).is_some() {
            text.push(close);
        } else {
            return Some((text, at + close.len_utf8()));
        }
    }
    None
}

fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '.') || !character.is_ascii()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn names(sql: &str) -> Option<Vec<String>> {
        parse(sql).map(Columns::names)
    }

    #[test]
    fn columns_are_found_behind_every_way_to_write_a_name() {
        let sql = "CREATE TABLE \"a\"\"b\" ( 'one' TEXT PRIMARY KEY, -- a comment, with a comma
            [two and] VARCHAR(10, 2) DEFAULT (1, 2), `a``b` REAL /* , four */, five,
            CONSTRAINT key UNIQUE (five), CHECK (five > 0))";
        assert_eq!(names(sql).unwrap(), ["one", "two and", "a`b", "five"]);
    }

    #[test]
    fn a_whole_number_that_is_the_key_is_the_row_id() {
        let row_id = |sql: &str| {
            let columns = parse(sql).unwrap();
            let place = columns.0.iter().position(|column| column.is_row_id);
            place.map(|place| columns.0[place].name.clone())
        };
        let id = Some("id".to_owned());
        assert_eq!(row_id("create table t (id integer primary key, a)"), id);
        assert_eq!(
            row_id("CREATE TABLE t(a, id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT)"),
            id
        );
        assert_eq!(
            row_id("CREATE TABLE t(id INTEGER, a, PRIMARY KEY(\"id\"))"),
            id
        );
        for other in [
            "CREATE TABLE t(id INT PRIMARY KEY)",
            "CREATE TABLE t(id INTEGER PRIMARY KEY DESC)",
            "CREATE TABLE t(id INTEGER, a, PRIMARY KEY(id, a))",
            "CREATE TABLE t(id INTEGER, a)",
        ] {
            assert_eq!(row_id(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_table_with_row_ids_is_not_understood() {
        for sql in [
            "",
            "CREATE TABLE",
            "CREATE TABLE t",
            "CREATE TABLE t(a",
            "CREATE TABLE t()",
            "CREATE TABLE t(a, 'b)",
            "CREATE INDEX i ON t(a)",
            "CREATE TABLE t(a PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE t(a, b AS (a + 1))",
            "CREATE TABLE t(a, b INT GENERATED ALWAYS AS (a) STORED)",
        ] {
            assert_eq!(names(sql), None, "{sql}");
        }
    }
}
