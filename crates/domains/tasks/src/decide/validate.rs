//! What fields may hold when a person sets them.

use lifeos_kernel::{Field, Reason, Rejected, sort_fields};

use crate::fields::{LabelField, ProjectField, SectionField, TaskField};

/// Longest title, in bytes.
const TITLE_LIMIT: usize = 2_000;
/// Longest notes, in bytes: with everything else they still fit a change.
const NOTES_LIMIT: usize = 48_000;
/// Longest token of a colour, in bytes.
const COLOUR_LIMIT: usize = 40;
/// The most minutes that an estimate or a block holds: a year.
const MINUTES_LIMIT: u32 = 366 * 24 * 60;
/// The longest review interval in days.
const REVIEW_LIMIT: u32 = 3_660;

/// Checks a title or another line that must say something, and trims it.
pub(crate) fn title(title: String) -> Result<String, Rejected> {
    let trimmed = title.trim();
    if trimmed.is_empty() {
        return Err(Rejected::new(Reason::Empty).field("title"));
    }
    if trimmed.len() > TITLE_LIMIT {
        return Err(Rejected::new(Reason::TooLong).field("title"));
    }
    Ok(if trimmed.len() == title.len() {
        title
    } else {
        trimmed.to_owned()
    })
}

/// Checks the fields of a task that may be set directly.
pub(crate) fn task(set: Vec<TaskField>) -> Result<Vec<TaskField>, Rejected> {
    let mut checked = Vec::with_capacity(set.len());
    for field in set {
        checked.push(match field {
            TaskField::Title(text) => TaskField::Title(title(text)?),
            TaskField::Notes(text) => TaskField::Notes(text_up_to(text, NOTES_LIMIT, "notes")?),
            TaskField::EstimateMinutes(Some(minutes)) if minutes > MINUTES_LIMIT => {
                return Err(Rejected::new(Reason::OutOfRange).field("estimateMinutes"));
            }
            TaskField::Scheduled(Some(block))
                if block.minutes.is_some_and(|minutes| minutes > MINUTES_LIMIT) =>
            {
                return Err(Rejected::new(Reason::OutOfRange).field("scheduled"));
            }
            TaskField::Status(_) => return Err(Rejected::new(Reason::NotAllowed).field("status")),
            TaskField::Order(_) => return Err(Rejected::new(Reason::NotAllowed).field("order")),
            TaskField::Presence(_) => {
                return Err(Rejected::new(Reason::NotAllowed).field("presence"));
            }
            other => other,
        });
    }
    once(&mut checked)?;
    Ok(checked)
}

/// Checks the fields of a project that may be set directly.
pub(crate) fn project(set: Vec<ProjectField>) -> Result<Vec<ProjectField>, Rejected> {
    let mut checked = Vec::with_capacity(set.len());
    for field in set {
        checked.push(match field {
            ProjectField::Title(text) => ProjectField::Title(title(text)?),
            ProjectField::Goal(text) => ProjectField::Goal(text_up_to(text, TITLE_LIMIT, "goal")?),
            ProjectField::Notes(text) => {
                ProjectField::Notes(text_up_to(text, NOTES_LIMIT, "notes")?)
            }
            ProjectField::Area(text) => ProjectField::Area(text_up_to(text, TITLE_LIMIT, "area")?),
            ProjectField::Colour(text) => {
                ProjectField::Colour(text_up_to(text, COLOUR_LIMIT, "colour")?)
            }
            ProjectField::ReviewDays(Some(days)) if days == 0 || days > REVIEW_LIMIT => {
                return Err(Rejected::new(Reason::OutOfRange).field("reviewDays"));
            }
            ProjectField::Order(_) => return Err(Rejected::new(Reason::NotAllowed).field("order")),
            ProjectField::Presence(_) => {
                return Err(Rejected::new(Reason::NotAllowed).field("presence"));
            }
            other => other,
        });
    }
    once(&mut checked)?;
    Ok(checked)
}

/// Checks the fields of a section that may be set directly.
pub(crate) fn section(set: Vec<SectionField>) -> Result<Vec<SectionField>, Rejected> {
    let mut checked = Vec::with_capacity(set.len());
    for field in set {
        checked.push(match field {
            SectionField::Title(text) => SectionField::Title(title(text)?),
            SectionField::Project(_) => {
                return Err(Rejected::new(Reason::NotAllowed).field("project"));
            }
            SectionField::Order(_) => return Err(Rejected::new(Reason::NotAllowed).field("order")),
            SectionField::Presence(_) => {
                return Err(Rejected::new(Reason::NotAllowed).field("presence"));
            }
        });
    }
    once(&mut checked)?;
    Ok(checked)
}

/// Checks the fields of a label that may be set directly.
pub(crate) fn label(set: Vec<LabelField>) -> Result<Vec<LabelField>, Rejected> {
    let mut checked = Vec::with_capacity(set.len());
    for field in set {
        checked.push(match field {
            LabelField::Title(text) => LabelField::Title(title(text)?),
            LabelField::Colour(text) => {
                LabelField::Colour(text_up_to(text, COLOUR_LIMIT, "colour")?)
            }
            LabelField::Order(_) => return Err(Rejected::new(Reason::NotAllowed).field("order")),
            LabelField::Presence(_) => {
                return Err(Rejected::new(Reason::NotAllowed).field("presence"));
            }
        });
    }
    once(&mut checked)?;
    Ok(checked)
}

/// Sorts the fields and refuses two values for one.
pub(crate) fn once<F: Field>(set: &mut Vec<F>) -> Result<(), Rejected> {
    sort_fields(set);
    if set.windows(2).any(|pair| pair[0].key() == pair[1].key()) {
        return Err(Rejected::new(Reason::NotAllowed));
    }
    Ok(())
}

fn text_up_to(text: String, limit: usize, field: &'static str) -> Result<String, Rejected> {
    if text.len() > limit {
        Err(Rejected::new(Reason::TooLong).field(field))
    } else {
        Ok(text)
    }
}
