//! todo.txt: a task a line, as its reader in this crate understands it.
//!
//! | here | there |
//! | --- | --- |
//! | completed, cancelled | `x`, the day, and the day on which it was made |
//! | high, medium, low | `(A)`, `(B)`, `(C)`; `pri:A` of a closed task |
//! | project, labels | `+Project_name`, `@Label_name` |
//! | due, defer, deadline | `due:`, `t:`, `deadline:`, the day alone |
//! | estimate | `min:` up to 10,000 |
//! | a word of the title that would be a sign | its sign in full width: `＋`, `＠`, `：` |
//! | notes, checklist, section, family, list, times of day | not there; the tables have them |

use lifeos_kernel::Day;
use lifeos_tasks::{Priority, Status};

use super::fault::What;
use super::item::{Items, Names, TaskItem};
use super::{moment, plain};
use crate::record::{Import, Task, TaskPriority, TaskStatus, Values};
use crate::{LocalTime, Options, todo_txt};

/// What the reader takes for an estimate.
const ESTIMATE: std::ops::RangeInclusive<u32> = 1..=10_000;

pub(super) fn written(items: &Items) -> String {
    let names = items.names();
    let mut out = String::new();
    for task in &items.tasks {
        line(&mut out, &Line::of(task, &names));
        out.push('\n');
    }
    out
}

/// What of a task stands in its line.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    title: String,
    done: Option<Day>,
    created: Option<Day>,
    priority: Option<char>,
    project: Option<String>,
    labels: Vec<String>,
    due: Option<Day>,
    defer: Option<Day>,
    deadline: Option<Day>,
    minutes: Option<u32>,
    is_closed: bool,
}

impl Line {
    fn of(task: &TaskItem, names: &Names<'_>) -> Self {
        let is_closed = matches!(task.status, Status::Completed | Status::Cancelled);
        let done = task.status_at.unwrap_or(task.created).day();
        let mut labels: Vec<String> = names
            .labels(&task.labels)
            .into_iter()
            .filter_map(word)
            .collect();
        labels.sort();
        labels.dedup();
        labels.truncate(crate::record::LABELS);
        let title: Vec<String> = plain::spaced(&task.title)
            .split(' ')
            .map(unsigned)
            .collect();
        Self {
            title: plain::title(&title.join(" ")),
            done: is_closed.then_some(moment::kept(done)),
            created: Some(moment::kept(task.created.day())),
            priority: match task.priority {
                Priority::None => None,
                Priority::Low => Some('C'),
                Priority::Medium => Some('B'),
                Priority::High => Some('A'),
            },
            project: names.project(task.project).and_then(word),
            labels,
            due: task.due.as_ref().map(moment::day_of),
            defer: task.defer.as_ref().map(moment::day_of),
            deadline: task.deadline.as_ref().map(moment::day_of),
            minutes: task
                .estimate_minutes
                .filter(|minutes| ESTIMATE.contains(minutes)),
            is_closed,
        }
    }

    /// What was read of a line. Days before 1970 are not told by the reader.
    fn back(task: &Task, created_ms: Option<i64>, import: &Titles<'_>) -> Self {
        let day = |at_ms: i64| Day::from_epoch_ms(at_ms);
        let (is_closed, done) = match task.status {
            TaskStatus::Completed { at_ms } => (true, at_ms.map(day)),
            TaskStatus::Cancelled { .. } | TaskStatus::Pending | TaskStatus::InProgress => {
                (false, None)
            }
        };
        let mut labels: Vec<String> = task.labels.iter().map(|id| import.title(id)).collect();
        labels.sort();
        Self {
            title: task.title.clone(),
            done,
            created: created_ms.map(day),
            priority: match task.priority {
                TaskPriority::None => None,
                TaskPriority::Low => Some('C'),
                TaskPriority::Medium => Some('B'),
                TaskPriority::High => Some('A'),
            },
            project: task.project.as_ref().map(|id| import.title(id)),
            labels,
            due: task.due.as_ref().map(moment::day_of),
            defer: task.defer.as_ref().map(moment::day_of),
            deadline: task.deadline.as_ref().map(moment::day_of),
            minutes: task.estimate_minutes,
            is_closed,
        }
    }

    fn without_early_days(mut self) -> Self {
        let is_told = |day: &Day| day.epoch_days() >= 0;
        self.done = self.done.filter(is_told);
        self.created = self.created.filter(is_told);
        self
    }
}

fn line(out: &mut String, line: &Line) {
    let mut words: Vec<String> = Vec::new();
    if line.is_closed {
        words.push("x".to_owned());
    } else {
        words.extend(line.priority.map(|letter| format!("({letter})")));
    }
    words.extend(line.done.map(|day| day.to_string()));
    words.extend(line.created.map(|day| day.to_string()));
    words.push(line.title.clone());
    words.extend(line.project.as_ref().map(|name| format!("+{name}")));
    words.extend(line.labels.iter().map(|name| format!("@{name}")));
    let days = [
        ("due", line.due),
        ("t", line.defer),
        ("deadline", line.deadline),
    ];
    let days = days
        .into_iter()
        .filter_map(|(key, day)| Some(format!("{key}:{}", day?)));
    words.extend(days);
    words.extend(line.minutes.map(|minutes| format!("min:{minutes}")));
    if line.is_closed {
        words.extend(line.priority.map(|letter| format!("pri:{letter}")));
    }
    out.push_str(&words.join(" "));
}

/// Returns a word of a title as no sign of the format.
fn unsigned(word: &str) -> String {
    if !todo_txt::is_sign(word) {
        return word.to_owned();
    }
    if let Some(rest) = word.strip_prefix('+') {
        return format!("＋{rest}");
    }
    if let Some(rest) = word.strip_prefix('@') {
        return format!("＠{rest}");
    }
    word.replacen(':', "：", 1)
}

/// Returns a name as one word; nothing where there is none.
fn word(name: &str) -> Option<String> {
    let line = plain::title(name);
    let word: Vec<&str> = line.split_whitespace().collect();
    let word = word.join("_");
    let begins = word.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let word = if begins { word } else { format!("_{word}") };
    (!name.trim().is_empty()).then(|| plain::title(&word))
}

/// Titles of an import by external id.
struct Titles<'i>(std::collections::HashMap<&'i str, &'i str>);

impl<'i> Titles<'i> {
    fn of(import: &'i Import) -> Self {
        let titled = import.records.iter().filter_map(|record| {
            let title = match &record.values {
                Values::Project(project) => &project.title,
                Values::Label(label) => &label.title,
                Values::Section(_) | Values::Task(_) => return None,
            };
            Some((record.external_id.as_str(), title.as_str()))
        });
        Self(titled.collect())
    }

    fn title(&self, id: &str) -> String {
        self.0.get(id).copied().unwrap_or_default().to_owned()
    }
}

/// Reads the lines back. Returns how many tasks they hold.
pub(super) fn check(text: &str, items: Option<&Items>) -> Result<u64, (u64, What)> {
    // Days are read as noon; by universal time they are the same days.
    let options = Options {
        limits: super::verify::LIMITS,
        local: LocalTime::UTC,
    };
    let import = todo_txt::read(text, &options).map_err(|_| (1, What::Form))?;
    let titles = Titles::of(&import);
    let tasks = import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Task(task) => Some(Line::back(task, record.created_ms, &titles)),
            _ => None,
        });
    let lines: Vec<Line> = tasks.collect();
    let count = lines.len() as u64;
    let Some(items) = items else {
        return Ok(count);
    };
    let names = items.names();
    let mut told = lines.into_iter();
    for (number, task) in (1..).zip(&items.tasks) {
        let back = told.next().ok_or((number, What::Missing))?;
        if back.without_early_days() != Line::of(task, &names).without_early_days() {
            return Err((number, What::Differs));
        }
    }
    match told.next() {
        Some(_) => Err((items.tasks.len() as u64 + 1, What::TooMany)),
        None => Ok(count),
    }
}
