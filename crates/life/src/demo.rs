//! A household's year of believable tasks, to try things out with: one batch, removed again by
//! undoing it.

use lifeos_kernel::{
    BatchId, Context, Day, Draft, IdSource, Minute, OrderKey, RecordId, Source, When, sort_fields,
};
use lifeos_tasks::{
    Block, ChecklistField, LabelField, List, Priority, ProjectField, SectionField, Status,
    StatusChange, TaskField, TasksEvent,
};
use sha2::{Digest, Sha256};

use crate::domains::Event;
use crate::import::batched;

const DAY_MS: i64 = 86_400_000;

/// What comes again: title, label, every so many days, minutes.
const ROUTINES: [(&str, usize, i32, u32); 14] = [
    ("Water the plants", 0, 7, 15),
    ("Take out paper and glass", 0, 14, 10),
    ("Change the bed linen", 0, 14, 30),
    ("Descale the kettle", 0, 60, 20),
    ("Clean the extractor filter", 0, 90, 30),
    ("Groceries for the week", 1, 7, 60),
    ("Pick up the vegetable box", 1, 14, 20),
    ("Pay the credit card", 2, 30, 10),
    ("Go through the bank statement", 2, 30, 25),
    ("Call the parents", 3, 10, 30),
    ("Long run", 4, 7, 75),
    ("Back exercises", 4, 4, 20),
    ("Back up the photos", 5, 30, 20),
    ("Clear the mail inbox", 5, 7, 30),
];

/// Title, project or none, label, minutes, checklist.
type Once = (
    &'static str,
    Option<usize>,
    usize,
    u32,
    &'static [&'static str],
);

/// What comes once.
const ONCE: [Once; 44] = [
    ("Measure the kitchen wall", Some(0), 0, 20, &[]),
    (
        "Compare three quotes for the worktop",
        Some(0),
        2,
        60,
        &["Ask the joiner", "Ask the stone mason", "Ask the shop"],
    ),
    ("Choose the colour of the fronts", Some(0), 0, 45, &[]),
    ("Book the electrician", Some(0), 0, 15, &[]),
    (
        "Empty the old cupboards",
        Some(0),
        0,
        120,
        &["Plates", "Spices", "Pans"],
    ),
    ("Find a place for the old stove", Some(0), 0, 30, &[]),
    ("Paint the ceiling", Some(0), 0, 240, &[]),
    ("Book the cabin", Some(1), 3, 30, &[]),
    ("Check the passports", Some(1), 3, 10, &[]),
    ("Travel insurance", Some(1), 2, 30, &[]),
    (
        "Packing list for the lake",
        Some(1),
        3,
        20,
        &["Rain jackets", "Torch", "Card game", "First-aid kit"],
    ),
    ("Ask Jonas to feed the cat", Some(1), 3, 10, &[]),
    ("Download maps for offline use", Some(1), 5, 15, &[]),
    (
        "Collect the receipts",
        Some(2),
        2,
        90,
        &["Work", "Donations", "Craftsmen"],
    ),
    ("Download the wage statement", Some(2), 2, 10, &[]),
    ("Fill in the tax return", Some(2), 2, 180, &[]),
    ("File the tax assessment", Some(2), 2, 10, &[]),
    ("Sow tomatoes on the sill", Some(3), 0, 30, &[]),
    (
        "Repair the fence",
        Some(3),
        0,
        180,
        &["Posts", "Screws", "Oil"],
    ),
    ("Prune the apple tree", Some(3), 0, 90, &[]),
    ("Build the raised bed", Some(3), 0, 240, &[]),
    ("Winter quarters for the dahlias", Some(3), 0, 60, &[]),
    ("Lesson 1: greetings", Some(4), 4, 40, &[]),
    ("Lesson 2: numbers and time", Some(4), 4, 40, &[]),
    ("Lesson 3: at the market", Some(4), 4, 40, &[]),
    ("Find a conversation partner", Some(4), 3, 30, &[]),
    ("Read the first short story", Some(4), 4, 60, &[]),
    ("Renew the library card", None, 0, 15, &[]),
    ("Dentist: make an appointment", None, 4, 10, &[]),
    ("Flu vaccination", None, 4, 30, &[]),
    ("New tyres for the bicycle", None, 0, 60, &[]),
    (
        "Birthday present for Mira",
        None,
        3,
        45,
        &["Idea", "Buy", "Wrap", "Card"],
    ),
    ("Return the drill to Thomas", None, 3, 10, &[]),
    ("Cancel the gym before it renews", None, 2, 15, &[]),
    ("Compare electricity tariffs", None, 2, 60, &[]),
    ("Replace the smoke alarm batteries", None, 0, 20, &[]),
    ("Sharpen the kitchen knives", None, 0, 40, &[]),
    ("Frame the photos from the coast", None, 0, 60, &[]),
    ("Try the sourdough recipe", None, 1, 120, &[]),
    ("Sort the cables in the drawer", None, 5, 30, &[]),
    ("Write to the landlord about the window", None, 0, 30, &[]),
    ("Look for a choir", None, 3, 30, &[]),
    ("Donate the winter coats", None, 0, 40, &[]),
    ("Update the emergency contacts", None, 5, 15, &[]),
];

const LABELS: [(&str, &str); 6] = [
    ("home", "amber"),
    ("errands", "green"),
    ("money", "teal"),
    ("people", "rose"),
    ("health", "blue"),
    ("computer", "violet"),
];

const PROJECTS: [(&str, &str, &str, &str); 5] = [
    (
        "New kitchen",
        "A kitchen in which two can cook",
        "Home",
        "amber",
    ),
    (
        "A week at the lake",
        "Seven days without a screen",
        "Family",
        "blue",
    ),
    ("Tax return", "Filed before the deadline", "Money", "teal"),
    (
        "Garden",
        "Tomatoes in July, apples in October",
        "Home",
        "green",
    ),
    (
        "Learn Portuguese",
        "Order a meal in Porto without English",
        "Learning",
        "violet",
    ),
];

const SECTIONS: [(&str, usize); 2] = [("Before the work", 0), ("During the work", 0)];

/// Returns the id of the batch of sample data with this seed.
#[must_use]
pub fn batch(seed: u64, context: &Context) -> BatchId {
    let mut hash = Sha256::new();
    hash.update(b"lifeos/demo/1");
    hash.update(context.space);
    hash.update(context.entropy);
    hash.update(seed.to_be_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    BatchId(id)
}

/// Returns a year of tasks around the day of the context, the opening of the batch first and its
/// completion last. The same seed and context give the same tasks.
#[must_use]
pub fn year(seed: u64, context: &Context) -> Vec<Draft<Event>> {
    let mut demo = Demo {
        context,
        ids: context.ids(),
        dice: Dice(seed ^ 0x9e37_79b9_7f4a_7c15),
        drafts: Vec::new(),
        placed: 0,
    };
    demo.fill();
    let drafts = demo.drafts;
    batched(
        batch(seed, context),
        "demo",
        Source::Import,
        drafts,
        context,
    )
}

struct Demo<'a> {
    context: &'a Context,
    ids: IdSource,
    dice: Dice,
    drafts: Vec<Draft<Event>>,
    placed: u64,
}

/// A small generator (splitmix64): believable needs no more.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(sides.max(1))) as u32
    }

    fn day_offset(&mut self, sides: u32) -> i32 {
        self.roll(sides) as i32
    }
}

impl Demo<'_> {
    fn fill(&mut self) {
        let labels: Vec<RecordId> = LABELS
            .iter()
            .map(|(title, colour)| {
                let order = self.order();
                let set = vec![
                    LabelField::Title((*title).to_owned()),
                    LabelField::Colour((*colour).to_owned()),
                    LabelField::Order(order),
                ];
                self.push(-365, TasksEvent::LabelCreated { set })
            })
            .collect();
        let projects: Vec<RecordId> = PROJECTS
            .iter()
            .map(|(title, goal, area, colour)| {
                let set = vec![
                    ProjectField::Title((*title).to_owned()),
                    ProjectField::Goal((*goal).to_owned()),
                    ProjectField::Order(self.order()),
                    ProjectField::ReviewDays(Some(14)),
                    ProjectField::Area((*area).to_owned()),
                    ProjectField::Colour((*colour).to_owned()),
                ];
                self.push(-200, TasksEvent::ProjectCreated { set })
            })
            .collect();
        let sections: Vec<RecordId> = SECTIONS
            .iter()
            .map(|(title, project)| {
                let set = vec![
                    SectionField::Title((*title).to_owned()),
                    SectionField::Project(Some(projects[*project])),
                    SectionField::Order(self.order()),
                ];
                self.push(-200, TasksEvent::SectionCreated { set })
            })
            .collect();
        for (title, label, every, minutes) in ROUTINES {
            self.routine(title, labels[label], every, minutes);
        }
        for (place, (title, project, label, minutes, checklist)) in ONCE.into_iter().enumerate() {
            let section = (project == Some(0)).then(|| sections[usize::from(place > 3)]);
            self.once(
                title,
                project.map(|at| projects[at]),
                section,
                labels[label],
                minutes,
                checklist,
            );
        }
    }

    /// A year of one routine: what is past is done (mostly, and with the time it took), the next
    /// one stands ahead.
    fn routine(&mut self, title: &str, label: RecordId, every: i32, minutes: u32) {
        let mut day = -365 + self.dice.day_offset(every.unsigned_abs());
        while day <= every {
            let mut set = vec![
                TaskField::Title(title.to_owned()),
                TaskField::List(List::Next),
                TaskField::Due(Some(When::Day(self.day(day)))),
                TaskField::EstimateMinutes(Some(minutes)),
                TaskField::Order(self.order()),
            ];
            let late = self.dice.day_offset(3);
            let done = day + late < 0;
            if done {
                let status = if self.dice.roll(12) == 0 {
                    Status::Cancelled
                } else {
                    Status::Completed
                };
                set.push(self.closed(day + late, status));
            }
            let task = self.create(day - 3, set, label);
            if done && self.dice.roll(3) == 0 {
                let took =
                    minutes as i32 + self.dice.day_offset(minutes / 2 + 1) - minutes as i32 / 5;
                let event = TasksEvent::TaskTimeLogged {
                    day: self.day(day + late),
                    minutes: took.max(5),
                };
                self.push_to(task, day + late, event);
            }
            day += every;
        }
    }

    fn once(
        &mut self,
        title: &str,
        project: Option<RecordId>,
        section: Option<RecordId>,
        label: RecordId,
        minutes: u32,
        checklist: &[&str],
    ) {
        let made = -self.dice.day_offset(120) - 2;
        let mut set = vec![
            TaskField::Title(title.to_owned()),
            TaskField::EstimateMinutes(Some(minutes)),
            TaskField::Order(self.order()),
        ];
        let fate = self.dice.roll(10);
        let list = match fate {
            7 => List::Waiting,
            8 => List::Someday,
            9 if project.is_none() => List::Inbox,
            _ => List::Next,
        };
        set.push(TaskField::List(list));
        set.extend(project.map(|project| TaskField::Project(Some(project))));
        set.extend(section.map(|section| TaskField::Section(Some(section))));
        let done = fate < 4;
        if done {
            set.push(self.closed(made + 1, Status::Completed));
        } else if list == List::Next {
            let ahead = self.dice.day_offset(20) - 3;
            match self.dice.roll(5) {
                0 => set.push(TaskField::Due(Some(When::Day(self.day(ahead))))),
                1 => {
                    let minute =
                        Minute::new(60 * (8 + self.dice.roll(10) as u16)).unwrap_or_default();
                    let start = When::Floating {
                        day: self.day(ahead.max(0)),
                        minute,
                    };
                    set.push(TaskField::Scheduled(Some(Block {
                        start,
                        minutes: Some(minutes),
                    })));
                }
                2 => set.push(TaskField::Defer(Some(When::Day(self.day(ahead.max(0)))))),
                3 => set.push(TaskField::Deadline(Some(When::Day(self.day(ahead + 10))))),
                _ => {}
            }
            match self.dice.roll(6) {
                0 => set.push(TaskField::Priority(Priority::High)),
                1 => set.push(TaskField::Priority(Priority::Medium)),
                2 => set.push(TaskField::Important(true)),
                _ => {}
            }
        }
        let task = self.create(made, set, label);
        for text in checklist {
            let set = vec![
                ChecklistField::Text((*text).to_owned()),
                ChecklistField::Done(done || self.dice.roll(3) == 0),
                ChecklistField::Order(self.order()),
            ];
            let item = self.ids.record();
            self.push_to(task, made, TasksEvent::TaskChecklistEdited { item, set });
        }
    }

    fn create(&mut self, day: i32, mut set: Vec<TaskField>, label: RecordId) -> RecordId {
        sort_fields(&mut set);
        self.push(
            day,
            TasksEvent::TaskCreated {
                set,
                labels: vec![label],
            },
        )
    }

    fn push(&mut self, day: i32, event: TasksEvent) -> RecordId {
        let record = self.ids.record();
        self.push_to(record, day, event);
        record
    }

    fn push_to(&mut self, record: RecordId, day: i32, event: TasksEvent) {
        let at_ms = self.moment(day);
        self.drafts.push(Draft {
            record,
            at_ms,
            event: Event::Tasks(event),
        });
    }

    fn closed(&mut self, day: i32, status: Status) -> TaskField {
        TaskField::Status(StatusChange {
            status,
            at_ms: self.moment(day),
            source: Source::Import,
        })
    }

    /// A moment of the day so many days from today, never later than now.
    fn moment(&mut self, day: i32) -> i64 {
        let now_ms = i64::try_from(self.context.now_ms).unwrap_or(i64::MAX);
        let within = i64::from(self.dice.roll(600)) * 60_000;
        now_ms
            .saturating_add(i64::from(day.min(0)) * DAY_MS)
            .saturating_sub(within)
    }

    fn day(&self, offset: i32) -> Day {
        self.context.today().plus_days(offset)
    }

    fn order(&mut self) -> OrderKey {
        self.placed += 1;
        OrderKey::append(
            None,
            self.context.now_ms.saturating_add(self.placed),
            self.ids.jitter(),
        )
    }
}
