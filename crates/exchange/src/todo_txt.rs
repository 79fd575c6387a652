//! todo.txt: a task a line.
//!
//! | there | here |
//! | --- | --- |
//! | `x`, its dates | completed, when, and when it was made |
//! | `(A)`, `(B)`, `(C)`; later letters; `pri:A` of a done task | high, medium, low; low |
//! | `+word`, further ones | project; labels |
//! | `@word` | label |
//! | `due:`, `t:`, `deadline:` | due, defer, deadline |
//! | `rec:` | counted, left out |
//! | `min:` | estimate |
//! | other `key:value` | stay in the title, as they are written |
//!
//! Signs at the end of a line are taken off the title; one inside a sentence stays as its word.
//!
//! Sources: the format's rules (todotxt/todo.txt, README), the conventions of `due:`, `t:`, `rec:`
//! and `pri:` as its add-ons and SimpleTask document them; `deadline:` as this product's own exports
//! write it.

use crate::collect::{self, Collection, Path};
use crate::dates::{self, Digits};
use crate::findings::About;
use crate::place::{Place, Spot};
use crate::record::{Import, Project, ProjectStatus, Task, TaskList, TaskPriority, TaskStatus};
use crate::report::{Homeless, Reason, Shape, Source};
use crate::{Options, Refused, words};
use lifeos_kernel::{Day, When};

/// Lines by which an unnamed text is judged.
const JUDGED_LINES: usize = 200;

/// Says whether a text has the signs of this format in at least one of `share` lines.
pub(crate) fn looks_like_it(text: &str, share: usize) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (mut all, mut signed) = (0, 0);
    for line in lines.take(JUDGED_LINES) {
        all += 1;
        signed += usize::from(has_signs(line));
    }
    signed > 0 && signed * share >= all
}

fn has_signs(line: &str) -> bool {
    let head = Head::of(line);
    let is_dated = head.is_done && head.created.or(head.done).is_some();
    is_dated || head.priority.is_some() || line.split_whitespace().any(|word| sign(word).is_some())
}

/// Reads a file.
pub(crate) fn read(text: &str, options: &Options<'_>) -> Result<Import, Refused> {
    let mut collection = Collection::new(options);
    for (number, line) in text.lines().enumerate() {
        if !line.trim().is_empty() {
            read_line(Spot::Line(number + 1), line.trim(), &mut collection)?;
        }
    }
    let about = About {
        source: Source::TodoTxt,
        layout: None,
        version: None,
        written_at_ms: None,
    };
    Ok(collection.finish(about))
}

/// What stands in front of the words.
#[derive(Default)]
struct Head<'l> {
    is_done: bool,
    priority: Option<char>,
    done: Option<Day>,
    created: Option<Day>,
    rest: &'l str,
}

impl<'l> Head<'l> {
    fn of(line: &'l str) -> Self {
        let mut head = Self {
            rest: line,
            ..Self::default()
        };
        if let Some(rest) = line.strip_prefix("x ") {
            head.is_done = true;
            head.rest = rest.trim_start();
        }
        if let Some((letter, rest)) = priority(head.rest) {
            head.priority = Some(letter);
            head.rest = rest;
        }
        head.created = head.take_day();
        if head.is_done && head.created.is_some() {
            // The first date of a done task is that on which it was done.
            head.done = head.created.take();
            head.created = head.take_day();
        }
        head
    }

    fn take_day(&mut self) -> Option<Day> {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        let day = dates::day(word)?;
        self.rest = rest.trim_start();
        Some(day)
    }
}

fn priority(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix('(')?;
    let letter = rest.chars().next().filter(char::is_ascii_uppercase)?;
    let rest = rest[1..].strip_prefix(") ")?;
    Some((letter, rest.trim_start()))
}

/// A word that says something beside the words.
enum Sign<'l> {
    Project(&'l str),
    Context(&'l str),
    Pair(&'l str, &'l str),
}

/// Says whether a word of a line is none of its title.
pub(crate) fn is_sign(word: &str) -> bool {
    sign(word).is_some()
}

fn sign(word: &str) -> Option<Sign<'_>> {
    let begins = |name: &str| name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if let Some(name) = word.strip_prefix('+').filter(|name| begins(name)) {
        return Some(Sign::Project(name));
    }
    if let Some(name) = word.strip_prefix('@').filter(|name| begins(name)) {
        return Some(Sign::Context(name));
    }
    let (key, value) = word.split_once(':')?;
    let is_known = matches!(key, "due" | "t" | "deadline" | "rec" | "pri" | "min");
    (is_known && !value.is_empty()).then_some(Sign::Pair(key, value))
}

/// What the signs of a line say.
#[derive(Default)]
struct Signs<'l> {
    projects: Vec<&'l str>,
    contexts: Vec<&'l str>,
    due: Option<Day>,
    defer: Option<Day>,
    deadline: Option<Day>,
    priority: Option<char>,
    minutes: Option<u32>,
}

fn read_line(spot: Spot, line: &str, collection: &mut Collection<'_>) -> Result<(), Refused> {
    let here = Place::at(spot);
    let head = Head::of(line);
    let mut signs = Signs {
        priority: head.priority,
        ..Signs::default()
    };
    let words: Vec<&str> = head.rest.split_whitespace().collect();
    let sentence = words.iter().rposition(|word| sign(word).is_none());
    let sentence = sentence.map_or(0, |last| last + 1);
    let mut title: Vec<&str> = Vec::with_capacity(sentence);
    for (number, word) in words.iter().enumerate() {
        let is_inside = number < sentence;
        match sign(word) {
            Some(Sign::Project(name)) => {
                signs.projects.push(name);
                title.extend(is_inside.then_some(name));
            }
            Some(Sign::Context(name)) => {
                signs.contexts.push(name);
                title.extend(is_inside.then_some(name));
            }
            Some(Sign::Pair(key, value)) if !signs.pair(key, value, collection) => {
                collection
                    .findings
                    .not_understood(Reason::UnknownValue, &here);
                title.push(word);
            }
            Some(Sign::Pair(..)) => {}
            None => title.push(word),
        }
    }
    let (title, notes) = collection.texts(&title.join(" "), "", &here);
    let project = match signs.projects.first() {
        None => None,
        Some(name) => {
            let external_id = collect::named("project", &[name]);
            let project = collection.project(external_id, None, |findings| Project {
                title: words::title(Some(name), "", findings),
                notes: String::new(),
                area: None,
                status: ProjectStatus::Active,
            })?;
            Some(project)
        }
    };
    let further = signs.projects.iter().skip(1);
    let tags = signs.contexts.iter().chain(further).copied();
    collection
        .findings
        .reshaped_times(Shape::ContextToLabel, tags.clone().count());
    let labels = collection.labels_named(tags, &here)?;
    let name = signs.projects.first().copied().unwrap_or_default();
    let external_id = collection.in_order("task", Path::of(&[name, &title]));
    let at_ms = |day: Day| dates::moment(Digits::Day(day).at_ms(&collection.local));
    let created_ms = head.created.and_then(at_ms);
    let status = if head.is_done {
        TaskStatus::Completed {
            at_ms: head.done.and_then(at_ms),
        }
    } else {
        TaskStatus::Pending
    };
    let task = Task {
        notes,
        status,
        list: if project.is_some() {
            TaskList::Next
        } else {
            TaskList::Inbox
        },
        priority: match signs.priority {
            None => TaskPriority::None,
            Some('A') => TaskPriority::High,
            Some('B') => TaskPriority::Medium,
            Some('C') => TaskPriority::Low,
            Some(_) => {
                collection.findings.reshaped(Shape::PriorityToFour);
                TaskPriority::Low
            }
        },
        due: signs.due.map(When::Day),
        defer: signs.defer.map(When::Day),
        deadline: signs.deadline.map(When::Day),
        estimate_minutes: signs.minutes,
        labels,
        project,
        ..Task::titled(title)
    };
    collection.task(spot, external_id, created_ms, task)
}

impl Signs<'_> {
    /// Takes in a `key:value`, or says that it is none.
    fn pair(&mut self, key: &str, value: &str, collection: &mut Collection<'_>) -> bool {
        match key {
            "due" => {
                self.due = dates::day(value);
                self.due.is_some()
            }
            "t" => {
                self.defer = dates::day(value);
                self.defer.is_some()
            }
            "deadline" => {
                self.deadline = dates::day(value);
                self.deadline.is_some()
            }
            "min" => {
                self.minutes = value
                    .parse()
                    .ok()
                    .filter(|minutes| (1..=10_000).contains(minutes));
                self.minutes.is_some()
            }
            "pri" => {
                let mut letters = value.chars();
                let letter = letters.next().filter(char::is_ascii_uppercase);
                self.priority = self
                    .priority
                    .or(letter.filter(|_| letters.next().is_none()));
                self.priority.is_some()
            }
            _ => {
                collection.findings.left_out(Homeless::Repeats, 1);
                true
            }
        }
    }
}
