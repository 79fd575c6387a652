//! The questions that screens ask of a long life, each with a name.

use lifeos_life::Query;
use lifeos_tasks::{Grouping, Scope, Sorting, TasksQuery};

/// A question with what it is called in the table.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What it is called.
    pub name: &'static str,
    /// The question.
    pub query: Query,
}

/// Returns the questions: a page of each list, and each order and heading over everything.
#[must_use]
pub fn lists() -> Vec<Asked> {
    let list = |name, scope, sorting, grouping| Asked {
        name,
        query: Query::Tasks {
            query: TasksQuery::List {
                scope,
                sorting,
                grouping,
                limit: 100,
                after: None,
            },
        },
    };
    let plain = |name, scope| list(name, scope, Sorting::Natural, Grouping::None);
    let sorted = |name, sorting| list(name, Scope::All, sorting, Grouping::None);
    let grouped = |name, grouping| list(name, Scope::All, Sorting::Natural, grouping);
    vec![
        plain("inbox", Scope::Inbox),
        plain("today", Scope::Today),
        plain("upcoming", Scope::Upcoming),
        plain("next", Scope::Next),
        plain("logbook", Scope::Logbook),
        sorted("all by hand", Sorting::Manual),
        sorted("all by due", Sorting::Due),
        sorted("all by priority", Sorting::Priority),
        sorted("all by title", Sorting::Title),
        sorted("all by creation", Sorting::Created),
        grouped("all under projects", Grouping::Project),
        grouped("all under days", Grouping::Day),
        Asked {
            name: "counts",
            query: Query::Tasks {
                query: TasksQuery::Counts,
            },
        },
        Asked {
            name: "the day",
            query: Query::Today,
        },
    ]
}
