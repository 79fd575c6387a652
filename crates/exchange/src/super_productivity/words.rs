//! Texts: titles of one line, notes in Markdown, both within their bounds.

use crate::findings::Findings;
use crate::json::Json;
use crate::place::Place;
use crate::report::{Homeless, Notice, Reason, Shape};

use super::fields::Fields;

/// UTF-8 bytes of a title; what is longer moves to the notes.
const TITLE_BYTES: usize = 1_000;
/// Stands where a thing has no name at all.
const NO_TITLE: &str = "–";

/// Returns a title of one line; without one, the first line of `notes`, or a dash.
pub(super) fn title(raw: Option<&str>, notes: &str, findings: &mut Findings) -> String {
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

/// Returns the beginning of a line, as long as a title.
pub(super) fn short(line: &str) -> String {
    cut(line, TITLE_BYTES).trim_end().to_owned()
}

/// Says whether [`title`] cuts something off.
pub(super) fn title_is_cut(raw: &str) -> bool {
    one_line(raw).len() > TITLE_BYTES
}

/// Returns a line without what makes it a heading or an item of a list in Markdown.
pub(super) fn heading(line: &str) -> String {
    one_line(line.trim_start_matches(['#', '>', '-', '*', ' ', '\t']))
}

/// Returns the text within its bound.
pub(super) fn bounded(
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

/// Returns a task's notes with what hangs on it: its whole title, where that was cut, links that
/// were attached, and the issue that it stands for.
pub(super) fn notes_of_task(
    fields: &Fields<'_, '_>,
    raw_title: Option<&str>,
    findings: &mut Findings,
) -> String {
    let mut notes = fields
        .text("notes", findings)
        .unwrap_or_default()
        .trim_end()
        .to_owned();
    if let Some(raw) = raw_title.filter(|raw| title_is_cut(raw)) {
        notes = join(raw, &notes, "\n\n");
    }
    let mut links = String::new();
    attachments(fields, &mut links, findings);
    if let Some(line) = issue(fields, findings) {
        links.push_str(&line);
        findings.reshaped(Shape::IssueToNotes);
    }
    join(&notes, links.trim_end(), "\n\n")
}

/// Joins two texts, if there are two.
pub(super) fn join(first: &str, second: &str, between: &str) -> String {
    if first.is_empty() || second.is_empty() {
        return format!("{first}{second}");
    }
    format!("{first}{between}{second}")
}

/// Returns a Markdown link, with the target in angle brackets where it needs them.
pub(super) fn link(title: &str, target: &str) -> String {
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
pub(super) fn is_embedded(target: &str) -> bool {
    target
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

fn attachments(fields: &Fields<'_, '_>, links: &mut String, findings: &mut Findings) {
    let place = fields.place.name("attachments");
    let list = fields.typed("attachments", findings, Json::as_list);
    for (index, value) in list.unwrap_or_default().iter().enumerate() {
        let place = place.index(index);
        let Some(map) = value.as_map() else {
            if *value != Json::Null {
                findings.not_understood(Reason::WrongType, &place);
            }
            continue;
        };
        let attached = Fields { map, place };
        let title = attached.text("title", findings).unwrap_or_default();
        let original = attached.text("originalImgPath", findings);
        let path = attached
            .text("path", findings)
            .or(original)
            .unwrap_or_default();
        if is_embedded(path) {
            findings.left_out(Homeless::EmbeddedFiles, 1);
            continue;
        }
        let line = match (title.trim(), path.trim()) {
            ("", "") => continue,
            (title, "") => one_line(title),
            (title, path) => link(title, path),
        };
        links.push_str(&format!("- {line}\n"));
        findings.reshaped(Shape::AttachmentToNotes);
    }
}

fn issue(fields: &Fields<'_, '_>, findings: &mut Findings) -> Option<String> {
    let id = match fields.get("issueId")? {
        Json::Text(id) => one_line(id),
        Json::Whole(id) => id.to_string(),
        _ => {
            findings.not_understood(Reason::WrongType, &fields.place.name("issueId"));
            return None;
        }
    };
    if id.is_empty() {
        return None;
    }
    let tracker = one_line(fields.text("issueType", findings).unwrap_or_default());
    let tracker = if tracker.is_empty() {
        "Issue"
    } else {
        &tracker
    };
    Some(format!("- {tracker}: {id}\n"))
}

/// Line breaks, tabs and other controls become spaces.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line = text.trim().replace(breaks, " ");
    line.trim().to_owned()
}

fn cut(text: &str, limit_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(limit_bytes)]
}
