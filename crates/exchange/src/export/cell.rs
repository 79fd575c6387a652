//! A table as text (RFC 4180), and its cells back.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a
//! formula, whoever wrote it. Such a cell is written with an apostrophe in front; so is one that
//! begins with an apostrophe, and so the first apostrophe of a cell is never a person's own.

use std::borrow::Cow;

/// So that spreadsheets read the text as UTF-8.
pub(super) const MARK: &str = "\u{feff}";
const BEGINS_FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// Returns a cell that no spreadsheet runs.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(BEGINS_FORMULA) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the text that [`harmless`] was given.
pub(super) fn own(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(BEGINS_FORMULA) => text,
        _ => cell,
    }
}

/// Appends a row.
pub(super) fn row<'c>(out: &mut String, cells: impl IntoIterator<Item = Cow<'c, str>>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let cell = harmless(&cell);
        let is_quoted = cell.contains(['"', ',', '\n', '\r', ';', '\t'])
            || cell.starts_with(char::is_whitespace)
            || cell.ends_with(char::is_whitespace);
        if is_quoted {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

/// Writes several texts as the lines of one cell.
pub(super) fn lines(texts: impl IntoIterator<Item = String>) -> String {
    let escaped = texts
        .into_iter()
        .map(|text| text.replace('\\', "\\\\").replace('\n', "\\n"));
    escaped.collect::<Vec<_>>().join("\n")
}

/// Reads what [`lines`] writes.
pub(super) fn read_lines(cell: &str) -> Vec<String> {
    if cell.is_empty() {
        return Vec::new();
    }
    let line = |line: &str| {
        let mut text = String::with_capacity(line.len());
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, true) => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => text.push(c),
                },
                (c, false) => text.push(c),
            }
        }
        text
    };
    cell.split('\n').map(line).collect()
}
