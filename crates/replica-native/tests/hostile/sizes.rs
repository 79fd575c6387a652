//! What sizes and counts tell who watches the box (attack 55): measured, not promised.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_kernel::{Day, RecordId, When};
use lifeos_life::Command;
use lifeos_profile::{ProfileCommand, ProfileField, Theme};
use lifeos_protocol::Wire;
use lifeos_protocol::batch::Batch;
use lifeos_replica::api::{Call, Reply};
use lifeos_tasks::{BulkEdit, TaskField, TasksCommand};
use lifeos_testkit::Chance;

use crate::world::{CHANGES, World};

/// What an observer sees of one action: how many changes, the sum of their padded sizes, and how
/// many pushes.
type Sight = [f64; 3];

/// One action: its area, its kind, what was seen of it.
struct Observed {
    area: &'static str,
    kind: &'static str,
    sight: Sight,
}

const WORDS: [&str; 12] = [
    "call", "the", "plumber", "about", "water", "seeds", "letter", "tomorrow", "invoice", "Ada",
    "bread", "and milk",
];

fn text(chance: &mut Chance, words: usize) -> String {
    let drawn: Vec<&str> = (0..words)
        .map(|_| WORDS[chance.below(WORDS.len())])
        .collect();
    drawn.join(" ")
}

/// The next action of a day: mostly tasks, now and then the profile.
fn next(chance: &mut Chance, tasks: &[RecordId]) -> (&'static str, &'static str, Command) {
    if chance.percent(25) {
        let (kind, command) = profile_action(chance);
        return ("profile", kind, Command::Profile { command });
    }
    let (kind, command) = task_action(chance, tasks);
    ("tasks", kind, Command::Tasks { command })
}

fn profile_action(chance: &mut Chance) -> (&'static str, ProfileCommand) {
    match chance.below(3) {
        0 => {
            let words = 1 + chance.below(3);
            let set = vec![ProfileField::DisplayName(text(chance, words))];
            ("call oneself", ProfileCommand::EditProfile { set })
        }
        1 => {
            let theme = [Theme::Light, Theme::Dark, Theme::System][chance.below(3)];
            let set = vec![ProfileField::Theme(theme)];
            ("choose a theme", ProfileCommand::EditProfile { set })
        }
        _ => {
            let mut id = [0; 16];
            id[0] = u8::try_from(chance.below(3)).unwrap();
            let (device, words) = (RecordId(id), 1 + chance.below(2));
            let name = text(chance, words);
            ("name a device", ProfileCommand::NameDevice { device, name })
        }
    }
}

fn task_action(chance: &mut Chance, tasks: &[RecordId]) -> (&'static str, TasksCommand) {
    let choice = if tasks.is_empty() { 0 } else { chance.below(7) };
    let edit = |chance: &mut Chance, edit| TasksCommand::EditTasks {
        tasks: vec![tasks[chance.below(tasks.len())]],
        edit,
    };
    match choice {
        0 | 1 => {
            let words = 2 + chance.below(8);
            let create = TasksCommand::CreateTask {
                title: text(chance, words),
                set: Vec::new(),
                labels: Vec::new(),
                place: None,
            };
            ("create", create)
        }
        2 => {
            let words = 20 + chance.below(80);
            let set = vec![TaskField::Notes(text(chance, words))];
            ("write notes", edit(chance, BulkEdit::Set { set }))
        }
        3 => {
            let words = 2 + chance.below(8);
            let set = vec![TaskField::Title(text(chance, words))];
            ("change the title", edit(chance, BulkEdit::Set { set }))
        }
        4 => {
            let day = 1 + u8::try_from(chance.below(28)).unwrap();
            let day = Day::from_ymd(2026, 12, day).unwrap();
            let set = vec![TaskField::Due(Some(When::Day(day)))];
            ("set a date", edit(chance, BulkEdit::Set { set }))
        }
        5 => ("complete", edit(chance, BulkEdit::Complete)),
        _ => ("reopen", edit(chance, BulkEdit::Reopen)),
    }
}

/// Does the actions one by one and notes what an observer saw of each.
fn watch(world: &World, actions: usize) -> Vec<Observed> {
    let mut chance = Chance::new(55);
    let mut tasks = Vec::new();
    let mut observed = Vec::new();
    while observed.len() < actions {
        let (area, kind, command) = next(&mut chance, &tasks);
        world.hop.forget();
        // What changes nothing (a theme chosen again) is no action that anybody could see.
        let Ok(done) = world.first.client().call(Call::Do {
            command,
            intent: None,
            space: None,
        }) else {
            continue;
        };
        world.first.wait_live();
        let mut sight = [0.0; 3];
        for seen in world.hop.seen() {
            if seen.asked.is("POST", CHANGES) {
                let batch = Batch::from_bytes(&seen.asked.body).unwrap();
                sight[2] += 1.0;
                for change in batch.changes() {
                    sight[0] += 1.0;
                    sight[1] += f64::from(change.seal.padded_length);
                }
            }
        }
        if sight[0] == 0.0 {
            continue;
        }
        if let (Reply::Committed { records, .. }, "create") = (done, kind) {
            tasks.extend(records.first().map(|id| id.parse::<RecordId>().unwrap()));
        }
        observed.push(Observed { area, kind, sight });
    }
    observed
}

/// The centroid of what was seen of each class.
fn centroids(
    known: &[&Observed],
    class: fn(&Observed) -> &'static str,
) -> BTreeMap<&'static str, Sight> {
    let mut sums: BTreeMap<&'static str, (Sight, f64)> = BTreeMap::new();
    for one in known {
        let (sum, count) = sums.entry(class(one)).or_insert(([0.0; 3], 0.0));
        for (sum, value) in sum.iter_mut().zip(one.sight) {
            *sum += value;
        }
        *count += 1.0;
    }
    let mean = |(sum, count): (Sight, f64)| sum.map(|sum| sum / count);
    sums.into_iter()
        .map(|(class, sum)| (class, mean(sum)))
        .collect()
}

fn guess(sight: Sight, centroids: &BTreeMap<&'static str, Sight>) -> &'static str {
    let distance = |centre: &Sight| -> f64 {
        let squares = sight.iter().zip(centre).map(|(a, b)| (a - b).powi(2));
        squares.sum()
    };
    let nearest = centroids
        .iter()
        .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map(|(class, _)| *class).unwrap()
}

/// How often the nearest centroid is right, how often the most frequent class would be, and how
/// often the mean of the classes is right (where chance is one in as many as there are).
fn judged(observed: &[Observed], class: fn(&Observed) -> &'static str) -> [f64; 4] {
    let (even, odd): (Vec<_>, Vec<_>) =
        observed.iter().enumerate().partition(|(at, _)| at % 2 == 0);
    let known: Vec<&Observed> = even.into_iter().map(|(_, one)| one).collect();
    let asked: Vec<&Observed> = odd.into_iter().map(|(_, one)| one).collect();
    let centroids = centroids(&known, class);
    let mut of: BTreeMap<&'static str, (f64, f64)> = BTreeMap::new();
    for one in &asked {
        let (right, all) = of.entry(class(one)).or_default();
        *right += f64::from(u8::from(guess(one.sight, &centroids) == class(one)));
        *all += 1.0;
    }
    let total: f64 = of.values().map(|(_, all)| all).sum();
    let right: f64 = of.values().map(|(right, _)| right).sum();
    let most = of.values().map(|(_, all)| *all).fold(0.0, f64::max);
    let recall: f64 = of.values().map(|(right, all)| right / all).sum();
    let classes = f64::from(u32::try_from(of.len()).unwrap());
    [
        right / total,
        most / total,
        recall / classes,
        classes.recip(),
    ]
}

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what the test is for")]
fn attack_55_what_sizes_and_counts_tell_of_an_action_is_measured() {
    let world = World::claimed();
    let observed = watch(&world, 240);
    let sizes: BTreeSet<u64> = observed.iter().map(|one| one.sight[1] as u64).collect();
    let report = |name: &str, [right, most, recall, chance]: [f64; 4]| {
        println!(
            "{name}: nearest centroid right in {:.0} % (most frequent class {:.0} %), \
             mean recall {:.0} % (chance {:.0} %)",
            right * 100.0,
            most * 100.0,
            recall * 100.0,
            chance * 100.0
        );
    };
    assert!(observed.len() >= 200);
    let of_area = judged(&observed, |one| one.area);
    println!(
        "{} actions, {} distinct sizes: {sizes:?}",
        observed.len(),
        sizes.len()
    );
    report("area of life", of_area);
    report("kind of action", judged(&observed, |one| one.kind));
    let tasks: Vec<Observed> = observed
        .into_iter()
        .filter(|one| one.area == "tasks")
        .collect();
    report("kind of task action", judged(&tasks, |one| one.kind));
    assert!(
        of_area.iter().all(|share| (0.0..=1.0).contains(share)),
        "{of_area:?}"
    );
    assert!(tasks.len() >= 100);
    // Padding leaves few sizes: fewer than the kinds of words that were written.
    assert!(sizes.len() <= 16, "{sizes:?}");
}
