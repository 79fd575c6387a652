//! Markdown to read and to print: a heading for each project, one below it for each section, tasks
//! as a list with their parts inside.
//!
//! A task is `- [ ] `, `- [/] ` (begun), `- [x] ` or `- [-] ` (given up). Below it stand, indented,
//! what is known of it and its checklist (`* `), and its notes (`> `), so that nothing that a person
//! wrote can be taken for a task. Signs of Markdown in titles are escaped.

use std::collections::HashMap;

use lifeos_kernel::RecordId;
use lifeos_tasks::{List, Priority, Status};

use super::fault::What;
use super::item::{Items, Names, TaskItem};
use super::{moment, plain};

const SIGNS: &[char] = &[
    '\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~', '&', '!', '$', '+', '-',
];
const WITHOUT_PROJECT: &str = "Without a project";

/// A heading or a task, in the order in which they are written.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Project(String),
    Section(String),
    Task {
        depth: usize,
        mark: char,
        title: String,
    },
}

pub(super) fn written(items: &Items) -> String {
    let names = items.names();
    let mut out = String::from("# Tasks\n");
    walk(items, &names, |entry, task| match entry {
        Entry::Project(title) => out.push_str(&format!("\n## {}\n\n", escaped(&title))),
        Entry::Section(title) => out.push_str(&format!("\n### {}\n\n", escaped(&title))),
        Entry::Task { depth, mark, title } => {
            let indent = "  ".repeat(depth);
            out.push_str(&format!("{indent}- [{mark}] {}\n", escaped(&title)));
            if let Some(task) = task {
                details(&mut out, task, &names, &format!("{indent}  "));
            }
        }
    });
    out
}

/// Walks headings and tasks: first what has no project, then project by project, in each what has
/// no section first.
fn walk<'i>(
    items: &'i Items,
    names: &Names<'_>,
    mut each: impl FnMut(Entry, Option<&'i TaskItem>),
) {
    let mut groups: HashMap<(Option<RecordId>, Option<RecordId>), Vec<&TaskItem>> = HashMap::new();
    let mut parts: HashMap<RecordId, Vec<&TaskItem>> = HashMap::new();
    for task in &items.tasks {
        match task.parent {
            Some(parent) => parts.entry(parent).or_default().push(task),
            None => {
                let project = task.project.filter(|id| names.project(Some(*id)).is_some());
                let section = task.section.filter(|id| names.section(Some(*id)).is_some());
                groups.entry((project, section)).or_default().push(task);
            }
        }
    }
    let mut list = |project, section, each: &mut dyn FnMut(Entry, Option<&'i TaskItem>)| {
        let roots = groups.remove(&(project, section)).unwrap_or_default();
        let mut open: Vec<(usize, &TaskItem)> =
            roots.into_iter().rev().map(|task| (0, task)).collect();
        while let Some((depth, task)) = open.pop() {
            let entry = Entry::Task {
                depth,
                mark: mark(task.status),
                title: plain::title(&task.title),
            };
            each(entry, Some(task));
            let inside = parts.remove(&task.id).unwrap_or_default();
            open.extend(inside.into_iter().rev().map(|task| (depth + 1, task)));
        }
    };
    each(Entry::Project(WITHOUT_PROJECT.to_owned()), None);
    list(None, None, &mut each);
    for project in &items.projects {
        each(Entry::Project(plain::title(&project.title)), None);
        list(Some(project.id), None, &mut each);
        let sections = items
            .sections
            .iter()
            .filter(|it| it.project == Some(project.id));
        for section in sections {
            each(Entry::Section(plain::title(&section.title)), None);
            list(Some(project.id), Some(section.id), &mut each);
        }
    }
}

fn mark(status: Status) -> char {
    match status {
        Status::Pending => ' ',
        Status::InProgress => '/',
        Status::Completed => 'x',
        Status::Cancelled => '-',
    }
}

fn details(out: &mut String, task: &TaskItem, names: &Names<'_>, indent: &str) {
    let mut known = Vec::new();
    let times = [
        ("due", &task.due),
        ("deadline", &task.deadline),
        ("not before", &task.defer),
        ("scheduled", &task.scheduled),
    ];
    for (name, when) in times {
        known.extend(
            when.as_ref()
                .map(|when| format!("{name} {}", moment::text(when))),
        );
    }
    known.extend(
        task.estimate_minutes
            .map(|minutes| format!("takes {minutes} min")),
    );
    let spent: i64 = task
        .spent
        .iter()
        .map(|(_, minutes)| *minutes)
        .fold(0, i64::saturating_add);
    if spent != 0 {
        known.push(format!("spent {spent} min"));
    }
    let priority = match task.priority {
        Priority::None => None,
        Priority::Low => Some("low"),
        Priority::Medium => Some("medium"),
        Priority::High => Some("high"),
    };
    known.extend(priority.map(|word| format!("priority {word}")));
    let list = match task.list {
        List::Inbox => None,
        List::Next => Some("next"),
        List::Waiting => Some("waiting"),
        List::Someday => Some("someday"),
    };
    let words = [
        list,
        task.urgent.then_some("urgent"),
        task.important.then_some("important"),
    ];
    known.extend(words.into_iter().flatten().map(str::to_owned));
    let labels: Vec<String> = names
        .labels(&task.labels)
        .into_iter()
        .map(|label| escaped(&plain::title(label)))
        .collect();
    if !labels.is_empty() {
        known.push(format!("labels {}", labels.join(", ")));
    }
    if let (Status::Completed | Status::Cancelled, Some(at)) = (task.status, task.status_at) {
        known.push(format!("closed {}", at.day()));
    }
    if !known.is_empty() {
        out.push_str(&format!("{indent}* {}\n", known.join(" · ")));
    }
    for (text, done) in &task.checklist {
        let mark = if *done { 'x' } else { ' ' };
        out.push_str(&format!(
            "{indent}* [{mark}] {}\n",
            escaped(&plain::title(text))
        ));
    }
    let notes = plain::text(&task.notes);
    for line in notes
        .trim_end()
        .lines()
        .filter(|_| !notes.trim().is_empty())
    {
        out.push_str(format!("{indent}> {line}").trim_end());
        out.push('\n');
    }
}

fn escaped(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars() {
        if SIGNS.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn unescaped(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut chars = title.chars();
    while let Some(c) = chars.next() {
        let next = if c == '\\' { chars.next() } else { Some(c) };
        out.extend(next);
    }
    out
}

fn read(line: &str) -> Option<Entry> {
    if let Some(title) = line.strip_prefix("### ") {
        return Some(Entry::Section(unescaped(title)));
    }
    if let Some(title) = line.strip_prefix("## ") {
        return Some(Entry::Project(unescaped(title)));
    }
    let inner = line.trim_start_matches(' ');
    let depth = (line.len() - inner.len()) / 2;
    let (mark, title) = inner.strip_prefix("- [")?.split_once("] ")?;
    let mut marks = mark.chars();
    let mark = marks.next().filter(|_| marks.next().is_none())?;
    Some(Entry::Task {
        depth,
        mark,
        title: unescaped(title),
    })
}

/// Reads the lists back. Returns how many tasks they hold.
pub(super) fn check(text: &str, items: Option<&Items>) -> Result<u64, (u64, What)> {
    let mut found = (1..)
        .zip(text.split('\n'))
        .filter_map(|(number, line)| Some((number, read(line)?)));
    let Some(items) = items else {
        let tasks = found.filter(|(_, entry)| matches!(entry, Entry::Task { .. }));
        return Ok(tasks.count() as u64);
    };
    let (mut tasks, mut first) = (0, None);
    walk(items, &items.names(), |expected, _| {
        if first.is_some() {
            return;
        }
        tasks += u64::from(matches!(expected, Entry::Task { .. }));
        match found.next() {
            Some((_, entry)) if entry == expected => {}
            Some((line, _)) => first = Some((line, What::Differs)),
            None => first = Some((text.lines().count() as u64, What::Missing)),
        }
    });
    match (first, found.next()) {
        (Some(wrong), _) => Err(wrong),
        (None, Some((line, _))) => Err((line, What::TooMany)),
        (None, None) => Ok(tasks),
    }
}
