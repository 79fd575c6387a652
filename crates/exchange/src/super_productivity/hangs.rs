//! A task's notes with what hangs on it.

use crate::findings::Findings;
use crate::json::Json;
use crate::report::{Homeless, Reason, Shape};
use crate::words::{is_embedded, join, link, one_line, title_is_cut};

use super::fields::Fields;

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
