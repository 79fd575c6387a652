//! Texts: titles of one line, notes in Markdown, both within their bounds.

use std::borrow::Cow;

use crate::findings::Findings;
use crate::place::Place;
use crate::record::TITLE_BYTES;
use crate::report::{Notice, Reason};

/// Stands where a thing has no name at all.
const NO_TITLE: &str = "–";

/// Returns a title of one line; without one, the first line of `notes`, or a dash.
pub(crate) fn title(raw: Option<&str>, notes: &str, findings: &mut Findings) -> String {
    let title = one_line(raw.unwrap_or_default());
    if !title.is_empty() {
        return cut(&title, TITLE_BYTES).to_owned();
    }
    findings.warn(Notice::Untitled);
    let first = notes.lines().map(heading).find(|line| !line.is_empty());
    first.map_or_else(
        || NO_TITLE.to_owned(),
        |line| cut(&line, TITLE_BYTES).to_owned(),
    )
}

/// Returns the text with line feeds for line ends, and without other control characters than tabs.
pub(crate) fn without_controls<'t>(text: &'t str, findings: &mut Findings) -> Cow<'t, str> {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().all(is_plain) {
        return Cow::Owned(text);
    }
    findings.warn(Notice::ControlCharacters);
    Cow::Owned(text.chars().filter(|c| is_plain(*c)).collect())
}

/// Returns the beginning of a line, as long as a title.
pub(crate) fn short(line: &str) -> String {
    cut(line, TITLE_BYTES).trim_end().to_owned()
}

/// Says whether [`title`] cuts something off.
pub(crate) fn title_is_cut(raw: &str) -> bool {
    one_line(raw).len() > TITLE_BYTES
}

/// Returns a line without what makes it a heading or an item of a list in Markdown.
pub(crate) fn heading(line: &str) -> String {
    one_line(line.trim_start_matches(['#', '>', '-', '*', ' ', '\t']))
}

/// Returns the text within its bound.
pub(crate) fn bounded(
    text: String,
    limit_bytes: usize,
    at: &Place<'_>,
    findings: &mut Findings,
) -> String {
    if text.len() <= limit_bytes {
        return text;
    }
    findings.not_understood(Reason::TooLong, at);
    cut(&text, limit_bytes).to_owned()
}

/// Joins two texts, if there are two.
pub(crate) fn join(first: &str, second: &str, between: &str) -> String {
    if first.is_empty() || second.is_empty() {
        return format!("{first}{second}");
    }
    format!("{first}{between}{second}")
}

/// Puts a text behind another, in linear time however often.
pub(crate) fn append(text: &mut String, more: &str, between: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str(between);
    }
    text.push_str(more);
}

/// Returns a Markdown link, with the target in angle brackets where it needs them.
pub(crate) fn link(title: &str, target: &str) -> String {
    let shown = one_line(title).replace(['[', ']'], " ");
    let shown = if shown.is_empty() {
        one_line(target).replace(['[', ']'], " ")
    } else {
        shown
    };
    let plain = !target.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>'));
    if plain {
        return format!("[{shown}]({target})");
    }
    let target = one_line(target).replace('<', "%3C").replace('>', "%3E");
    format!("[{shown}](<{target}>)")
}

/// Says whether a target carries a file's own bytes.
pub(crate) fn is_embedded(target: &str) -> bool {
    target
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// Line breaks, tabs and other controls become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line = text.trim().replace(breaks, " ");
    line.trim().to_owned()
}

fn cut(text: &str, limit_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(limit_bytes)]
}
