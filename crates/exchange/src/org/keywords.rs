//! Which first word of a heading makes it a task, and what it says.

use std::collections::HashMap;

/// What a keyword says of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Open,
    Begun,
    Waiting,
    Someday,
    Done,
    Cancelled,
}

/// A keyword, and whether its meaning is the product's own or guessed from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keyword {
    pub(super) meaning: Meaning,
    pub(super) is_plain: bool,
}

/// The keywords of a file.
pub(super) struct Keywords(HashMap<String, Keyword>);

const USUAL: &[&str] = &[
    "TODO",
    "NEXT",
    "STARTED",
    "DOING",
    "INPROGRESS",
    "IN-PROGRESS",
    "WAITING",
    "WAIT",
    "HOLD",
    "DELEGATED",
    "SOMEDAY",
    "MAYBE",
    "|",
    "DONE",
    "CANCELLED",
    "CANCELED",
];

impl Keywords {
    /// Reads what a file declares; where it declares nothing, the usual ones.
    pub(super) fn of(text: &str) -> Self {
        let mut keywords = HashMap::new();
        for line in text.lines().map(str::trim) {
            let Some((name, rest)) = line
                .strip_prefix("#+")
                .and_then(|line| line.split_once(':'))
            else {
                continue;
            };
            let declares = ["TODO", "SEQ_TODO", "TYP_TODO"];
            if declares
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other))
            {
                let words: Vec<&str> = rest.split_whitespace().collect();
                declare(&words, &mut keywords);
            }
        }
        if keywords.is_empty() {
            declare(USUAL, &mut keywords);
        }
        Self(keywords)
    }

    pub(super) fn get(&self, word: &str) -> Option<Keyword> {
        self.0.get(word).copied()
    }
}

/// Takes in a sequence: what stands behind the bar is done, and without a bar the last one.
fn declare(words: &[&str], keywords: &mut HashMap<String, Keyword>) {
    let bar = words.iter().position(|word| *word == "|");
    let last = words.len().saturating_sub(1);
    for (number, word) in words.iter().enumerate().filter(|(_, word)| **word != "|") {
        // `TODO(t@/!)` names a key and what is noted at a change.
        let name = word.split('(').next().unwrap_or_default();
        let is_done = bar.map_or(number == last && last > 0, |bar| number > bar);
        if !name.is_empty() {
            keywords
                .entry(name.to_owned())
                .or_insert_with(|| keyword(name, is_done));
        }
    }
}

fn keyword(name: &str, is_done: bool) -> Keyword {
    let upper = name.to_uppercase();
    let meaning = match upper.as_str() {
        "CANCELLED" | "CANCELED" | "KILL" | "KILLED" | "DROPPED" if is_done => Meaning::Cancelled,
        _ if is_done => Meaning::Done,
        "WAITING" | "WAIT" | "HOLD" | "DELEGATED" | "BLOCKED" => Meaning::Waiting,
        "SOMEDAY" | "MAYBE" => Meaning::Someday,
        "STARTED" | "DOING" | "INPROGRESS" | "IN-PROGRESS" | "STRT" => Meaning::Begun,
        _ => Meaning::Open,
    };
    let is_plain = match meaning {
        Meaning::Open => matches!(upper.as_str(), "TODO" | "NEXT"),
        Meaning::Done => upper == "DONE",
        _ => true,
    };
    Keyword { meaning, is_plain }
}
