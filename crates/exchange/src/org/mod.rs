//! Org mode: an outline whose headings with a keyword are tasks.
//!
//! | there | here |
//! | --- | --- |
//! | heading with a keyword | task; inside another task, its subtask |
//! | heading without, outermost | project |
//! | heading without, further in | section of its project; what stands under it, in the project's notes |
//! | heading without, inside a task | a part of that task's notes |
//! | keyword after `\|`, or the last | completed; cancelled, by its name |
//! | WAITING, HOLD; SOMEDAY; STARTED | waiting; someday; begun |
//! | `[#A]`, `[#B]`, `[#C]` and later | high, medium, low |
//! | tags, also those of headings above and of the file | labels |
//! | `SCHEDULED` with a time, without | scheduled block; due |
//! | `DEADLINE`, `CLOSED` | deadline; when it was done |
//! | `CLOCK` | minutes on the day on which they began |
//! | `:Effort:`, `:CREATED:`, `:ID:` | estimate, making, identity; other properties stand in the notes |
//! | `- [ ]`, `- [X]` | checklist |
//! | repeaters, warning periods, states in a logbook | counted, left out |
//!
//! Keywords are those that the file declares. Many people declare theirs in Emacs and not in the
//! file; so where it declares none, the usual ones are known beside `TODO` and `DONE`.
//!
//! Dates in Org have no zone: they are days, and times on the wall.
//!
//! Sources: the Org manual (Workflow states, Per-file keywords, Tags, Tag inheritance, Dates and
//! times, Clocking commands, Effort estimates, Properties, Drawers, Checkboxes), the Org syntax
//! reference for headings and timestamps.

mod body;
mod headline;
mod keywords;
mod stamp;
mod walk;

use crate::collect::Collection;
use crate::findings::About;
use crate::report::Source;
use crate::{Import, Options, Refused};

use headline::Headline;

/// Says whether an unnamed text is an outline: a heading with one of the usual keywords, or
/// another sign that no other text has.
pub(crate) fn looks_like_it(text: &str) -> bool {
    let signs = [
        "#+TODO:",
        "#+SEQ_TODO:",
        "#+TYP_TODO:",
        "#+STARTUP:",
        ":PROPERTIES:",
    ];
    let has_headings = text.lines().any(|line| Headline::level(line).is_some());
    has_headings
        && text.lines().any(|line| {
            let line = line.trim();
            let is_sign = signs.iter().any(|sign| {
                line.get(..sign.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(sign))
            });
            is_sign || line.starts_with("* TODO ") || line.starts_with("* DONE ")
        })
}

/// Reads a file.
pub(crate) fn read(text: &str, options: &Options<'_>) -> Result<Import, Refused> {
    let mut collection = Collection::new(options);
    walk::walk(text, &mut collection)?;
    let about = About {
        source: Source::OrgMode,
        layout: None,
        version: None,
        written_at_ms: None,
    };
    Ok(collection.finish(about))
}
