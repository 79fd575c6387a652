//! What a row holds beside its fields: lines for the notes, comments, entries of checklists.

use crate::collect::Collection;
use crate::json::{self, Json};
use crate::report::Shape;
use crate::words;

/// A JSON cell holds no more values.
const CELL_VALUES: usize = 10_000;

/// What has no field of its own.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) lines: Vec<String>,
    pub(super) comments: String,
    pub(super) entries: Vec<(String, bool)>,
}

impl Extras {
    /// Reads the cells that hold JSON, if they do.
    pub(super) fn json_cells<'r>(
        &mut self,
        cell: &impl Fn(&str) -> &'r str,
        collection: &mut Collection<'_>,
    ) {
        if let Some(json) = parsed(cell("checklists")) {
            self.entries_of(&json);
        } else {
            self.raw("Checklists", cell("checklists"), collection);
        }
        for name in ["comments", "assigned comments"] {
            let Some(json) = parsed(cell(name)) else {
                self.raw(name, cell(name), collection);
                continue;
            };
            for comment in json.as_list().unwrap_or_default() {
                let fields = comment.as_map();
                let text = comment.as_text().or_else(|| {
                    let text = fields.and_then(|fields| fields.get("text"));
                    text.and_then(Json::as_text)
                });
                if let Some(text) = text {
                    words::append(&mut self.comments, text, "\n\n");
                    collection.found.comments += 1;
                    collection.findings.reshaped(Shape::CommentToNotes);
                }
            }
        }
        let Some(json) = parsed(cell("attachments")) else {
            self.raw("Attachments", cell("attachments"), collection);
            return;
        };
        for attachment in json.as_list().unwrap_or_default() {
            let field = |name| {
                let field = attachment.as_map().and_then(|fields| fields.get(name));
                field.and_then(Json::as_text).unwrap_or_default()
            };
            if !field("url").is_empty() {
                self.lines
                    .push(format!("- {}", words::link(field("title"), field("url"))));
                collection.findings.reshaped(Shape::AttachmentToNotes);
            }
        }
    }

    /// A checklist by its name, with texts or with objects that say whether they are done.
    fn entries_of(&mut self, json: &Json) {
        match json {
            Json::Map(lists) => lists.iter().for_each(|(_, list)| self.entries_of(list)),
            Json::List(entries) => {
                for entry in entries {
                    match entry {
                        Json::Text(text) => self.entries.push((text.to_string(), false)),
                        Json::Map(fields) => {
                            let name = fields.get("name").and_then(Json::as_text);
                            let done = fields.get("resolved") == Some(&Json::Flag(true));
                            match (name, fields.get("items")) {
                                (_, Some(items)) => self.entries_of(items),
                                (Some(name), None) => self.entries.push((name.to_owned(), done)),
                                (None, None) => {}
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn raw(&mut self, name: &str, text: &str, collection: &mut Collection<'_>) {
        if !text.is_empty() && text != "0" {
            self.lines.push(format!("{name}: {text}"));
            collection.findings.reshaped(Shape::DetailsToNotes);
        }
    }
}

fn parsed(text: &str) -> Option<Json> {
    if !text.starts_with(['[', '{']) {
        return None;
    }
    json::read(text, CELL_VALUES).ok().map(|read| read.json)
}
