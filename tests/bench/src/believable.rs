//! Tasks as a person has them: every third with a date, every fifth with notes, every second in a
//! project, every fourth with a label.

use lifeos_kernel::{Day, RecordId, When};
use lifeos_tasks::{List, Priority, TaskField};

/// What tasks are put into, and the day on which they are written.
pub struct Believable {
    /// The present day: some tasks are for it, some overdue.
    pub today: Day,
    /// Labels, in turn.
    pub labels: Vec<RecordId>,
    /// Projects, in turn.
    pub projects: Vec<RecordId>,
}

impl Believable {
    /// How many labels a person has.
    pub const LABELS: usize = 20;
    /// How many projects a person has.
    pub const PROJECTS: usize = 100;

    /// Whether a task is completed after it was written.
    #[must_use]
    pub fn is_completed(number: usize) -> bool {
        number % 10 == 9
    }

    /// Returns the title of a task.
    #[must_use]
    pub fn title(number: usize) -> String {
        const WHAT: [&str; 8] = [
            "Call the dentist about",
            "Pay the bill of",
            "Answer the letter of",
            "Buy a present for",
            "Read the chapter on",
            "Prepare the meeting about",
            "Repair the lamp in room",
            "Éclairs für",
        ];
        format!("{} {:06}", WHAT[number * 5 % WHAT.len()], spread(number))
    }

    /// Returns the further fields and the labels of a task.
    #[must_use]
    pub fn task(&self, number: usize) -> (Vec<TaskField>, Vec<RecordId>) {
        const LISTS: [List; 4] = [List::Inbox, List::Next, List::Waiting, List::Someday];
        let mut set = vec![TaskField::List(LISTS[number / 2 % 4])];
        if number.is_multiple_of(3) {
            // Every hundredth of these is overdue or for today.
            let days = match i32::try_from(number).expect("tasks are fewer than that") {
                near if near % 300 == 0 => -(near % 7),
                far => 1 + far % 4_000,
            };
            set.push(TaskField::Due(Some(When::Day(self.today.plus_days(days)))));
        }
        if number.is_multiple_of(5) {
            let spread = spread(number);
            set.push(TaskField::Notes(format!(
                "What was said on the telephone: the parts for {spread} come in two weeks, and \
                 somebody has to be at home in the morning. Ask for the price before."
            )));
        }
        if number.is_multiple_of(2) {
            let project = self.projects[number % self.projects.len()];
            set.push(TaskField::Project(Some(project)));
        }
        if number.is_multiple_of(7) {
            set.push(TaskField::Priority(Priority::High));
        }
        if number.is_multiple_of(11) {
            set.push(TaskField::EstimateMinutes(Some(30)));
        }
        let label = self.labels[number % self.labels.len()];
        let labels = number.is_multiple_of(4).then_some(label);
        (set, labels.into_iter().collect())
    }
}

/// Spread, so that the order of titles is not the order of making.
fn spread(number: usize) -> u64 {
    number as u64 * 2_654_435_761 % 1_000_003
}
