//! Kept questions: whatever happens, each shows what asking afresh would.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeMap;

use lifeos_kernel::RecordId;
use lifeos_life::{Command, Query, View};
use lifeos_protocol::stream::Frame;
use lifeos_replica::Source;
use lifeos_tasks::BulkEdit;
use lifeos_testkit::{Chance, Device, Household};
use serde_json::{Value, json};

/// Questions of every kind.
fn questions() -> Vec<Query> {
    let list = |scope: &str| {
        json!({ "type": "tasks", "query": {
            "type": "list", "scope": { "type": scope }, "sorting": "manual", "grouping": "none",
            "limit": 500, "after": null,
        } })
    };
    let asked: Vec<Value> = vec![
        list("inbox"),
        list("next"),
        json!({ "type": "profile", "query": { "type": "profile" } }),
        json!({ "type": "today" }),
        json!({ "type": "batches" }),
        json!({ "type": "search", "text": "wat", "limit": 50 }),
    ];
    asked
        .into_iter()
        .map(|query| serde_json::from_value(query).unwrap())
        .collect()
}

struct Watched {
    device: Device,
    shown: BTreeMap<u32, (Query, View)>,
}

impl Watched {
    fn new(mut device: Device, now_ms: u64) -> Self {
        let mut shown = BTreeMap::new();
        for (id, query) in (0..).zip(questions()) {
            let view = device.with(now_ms, |engine, space, out| {
                engine.subscribe(id, space, query.clone(), out).unwrap()
            });
            shown.insert(id, (query, view));
        }
        Self { device, shown }
    }

    fn check(&mut self, now_ms: u64, step: &str) {
        let told = self.device.with(now_ms, |engine, _, _| engine.take_views());
        for changed in told {
            self.shown.get_mut(&changed.subscription).unwrap().1 = changed.view;
        }
        for (query, view) in self.shown.values() {
            let fresh = self.device.with(now_ms, |engine, space, out| {
                engine.query(space, query.clone(), out).unwrap()
            });
            assert_eq!(*view, fresh, "stale after {step}");
        }
    }

    /// One thing that a person or the network does.
    fn act(
        &mut self,
        house: &mut Household,
        chance: &mut Chance,
        tasks: &mut Vec<RecordId>,
    ) -> String {
        let now_ms = house.now_ms;
        let device = &mut self.device;
        let any = tasks.get(chance.below(tasks.len())).copied();
        let step = chance.below(12);
        match (step, any) {
            (0 | 1, _) | (2..=6, None) => {
                let made = device.add_task(now_ms, &format!("water {}", chance.below(1_000)));
                tasks.extend(made.unwrap().records);
            }
            (2, Some(task)) => drop(device.edit_task(now_ms, task, BulkEdit::Complete)),
            (3, Some(task)) => drop(device.edit_task(now_ms, task, BulkEdit::Trash)),
            (4, Some(task)) => drop(device.edit_task(now_ms, task, BulkEdit::Restore)),
            (5, Some(task)) => drop(device.edit_task(now_ms, task, BulkEdit::Start)),
            (6, _) => drop(device.with(now_ms, |engine, space, out| engine.undo(space, out))),
            (7, _) => drop(device.with(now_ms, |engine, space, out| engine.redo(space, out))),
            (8, _) => {
                let name = format!("Ada {}", chance.below(100));
                let command = json!({ "type": "profile", "command": {
                    "type": "editProfile", "set": [{ "displayName": name }],
                } });
                let command: Command = serde_json::from_value(command).unwrap();
                drop(device.with(now_ms, |engine, space, out| {
                    engine.execute(space, command, Source::Ui, out)
                }));
            }
            (9, _) => {
                device.store(false);
                device.push(now_ms, &mut house.relay, chance.percent(70));
            }
            _ => {
                let cut_at = if chance.percent(40) {
                    chance.below(3_000)
                } else {
                    usize::MAX
                };
                device.pull(now_ms, &house.relay, cut_at);
                // As the client does: a pull that was cut shows what it brought.
                device.with(now_ms, |engine, _, out| engine.refresh_views(false, out));
                device.settle(now_ms, &mut house.relay);
            }
        }
        format!("act {step}")
    }
}

#[test]
fn a_kept_question_shows_what_asking_afresh_would() {
    for seed in 0..40 {
        let (mut house, mut one) = Household::found(seed);
        let two = house.enrol(&mut one);
        let mut chance = Chance::new(seed ^ 0x5EED);
        let mut both = [
            Watched::new(one, house.now_ms),
            Watched::new(two, house.now_ms),
        ];
        let mut tasks = Vec::new();
        for number in 0..60 {
            house.now_ms += 1;
            let who = chance.below(2);
            let step = both[who].act(&mut house, &mut chance, &mut tasks);
            both[who].check(house.now_ms, &format!("seed {seed}, {number}: {step}"));
        }
    }
}

#[test]
fn a_pull_of_a_thousand_changes_asks_each_question_once() {
    let (mut house, mut one) = Household::found(77);
    let two = house.enrol(&mut one);
    for number in 0..1_000 {
        one.add_task(house.now_ms, &format!("task {number}"))
            .unwrap();
        if number % 10 == 9 {
            one.store(false);
            one.push(house.now_ms, &mut house.relay, true);
        }
    }
    let heads = house.relay.heads_of(one.id());
    assert_eq!(heads.len(), 100);
    let mut two = Watched::new(two, house.now_ms);
    let before = two.device.engine().asked_again();
    // Every head comes, and not the newest alone: what is folded, is folded in many pieces.
    two.device
        .pull_altered(house.now_ms, &house.relay, usize::MAX, |mut frames| {
            frames.retain(|frame| !matches!(frame, Frame::Head(_)));
            let end = frames.len() - 1;
            frames.splice(end..end, heads.into_iter().map(Frame::Head));
            frames
        });
    let asked = two.device.engine().asked_again() - before;
    assert_eq!(two.device.life().record_count(), 1_000);
    // All but the one about the profile, which no task can change.
    assert_eq!(asked, two.shown.len() as u64 - 1);
    two.check(house.now_ms, "the pull");
}
