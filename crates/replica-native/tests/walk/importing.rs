use lifeos_exchange::{File, Options, Values};
use lifeos_protocol::hash::sha256;
use lifeos_replica::api::{Call, Phase, Problem, ProblemCode, Push, Reply};
use serde_json::{Map, Value, json};

use crate::house::House;
use crate::person::{Device, claim, create_task, inbox, titles};
use crate::stepper::{Shelf, Stepper};

/// Enough for a dozen parts.
const TASKS: usize = 1_500;

/// A device that is open and out of the box's reach.
fn alone(house: &House, code: &str) -> (Stepper, String) {
    let first = Device::new(house);
    let (_, sheets) = claim(&first, code, true);
    first.wait_live();
    let folder = first.folder().to_owned();
    first.client().call(Call::Lock).unwrap();
    let mut device = Stepper::start(Shelf::copy_of(&folder), &house.origin());
    drop(first);
    device.online = false;
    device.unlock(&sheets[0].payload).unwrap();
    device
        .run_until(|status| status.phase == Phase::Open)
        .unwrap();
    (device, sheets[0].payload.clone())
}

/// A backup of Super Productivity with nothing but tasks in its inbox.
fn backup() -> Vec<u8> {
    let tasks = (0..TASKS).map(|number| {
        let id = format!("task-{number}");
        let task = json!({
            "id": id, "title": format!("imported {number}"), "notes": "n".repeat(300),
            "projectId": "INBOX_PROJECT", "tagIds": [], "subTaskIds": [], "timeSpentOnDay": {},
            "timeSpent": 0, "timeEstimate": 0, "isDone": false, "created": 1_733_000_000_000_u64,
            "attachments": [],
        });
        (id, task)
    });
    let entities: Map<String, Value> = tasks.collect();
    let ids: Vec<&String> = entities.keys().collect();
    let inbox = json!({
        "id": "INBOX_PROJECT", "title": "Inbox", "taskIds": ids, "backlogTaskIds": [], "noteIds": [],
    });
    let backup = json!({
        "timestamp": 1_733_000_000_000_u64, "lastUpdate": 1_733_000_000_000_u64,
        "crossModelVersion": 4.5,
        "data": {
            "task": {
                "ids": ids, "entities": &entities, "currentTaskId": null, "selectedTaskId": null,
            },
            "project": { "ids": ["INBOX_PROJECT"], "entities": { "INBOX_PROJECT": inbox } },
            "tag": { "ids": [], "entities": {} },
        },
    });
    serde_json::to_vec(&backup).unwrap()
}

/// Reads the backup and asks for it to be written; returns the call's number.
fn begin(device: &mut Stepper) -> u64 {
    let file = backup();
    let read = Call::ImportRead {
        content: sha256(&file).to_string(),
    };
    let import = lifeos_exchange::read(File::nameless(&file), &Options::default()).unwrap();
    let read = device.ask(read, Some(import.encode().unwrap()));
    device.answer_to(read).unwrap().unwrap();
    device.pushes.clear();
    device.ask(Call::ImportApply { theirs: Vec::new() }, None)
}

/// How far the page was told that it is, each time.
fn told(device: &Stepper) -> Vec<(u32, u32)> {
    let measure = |push: &Push| match push {
        Push::Progress { done, of } => Some((*done, *of)),
        _ => None,
    };
    device.pushes.iter().filter_map(measure).collect()
}

/// How many of them a page of the inbox shows: 500 at most.
fn imported(device: &mut Stepper) -> usize {
    let view = device.call(Call::Ask {
        query: serde_json::from_value(inbox()).unwrap(),
        space: None,
    });
    titles(&serde_json::to_value(view).unwrap()).len()
}

#[test]
fn an_import_says_how_far_it_is_and_is_taken_back_as_one() {
    let (house, code) = House::start();
    let (mut device, _) = alone(&house, &code);
    let call = begin(&mut device);
    let Reply::Committed { batch, records, .. } = device.answer_to(call).unwrap().unwrap() else {
        panic!("the import was not written");
    };
    assert!(records.len() >= TASKS, "{} records", records.len());

    let told = told(&device);
    assert!(told.len() >= 5, "{told:?}");
    assert_eq!(told[0].0, 0, "it begins at nothing");
    let of = told[0].1;
    assert!(
        told.iter()
            .all(|(done, whole)| done < whole && *whole == of)
    );
    assert!(
        told.is_sorted_by(|before, after| before.0 < after.0),
        "{told:?}"
    );

    assert_eq!(imported(&mut device), 500, "a page of them");
    let batch = batch.unwrap();
    device.call(Call::UndoBatch { batch });
    assert_eq!(imported(&mut device), 0, "one press took it all back");
    device.online = true;
    device.run_until(|status| status.waiting == 0).unwrap();
}

#[test]
fn an_import_that_is_cut_off_left_nothing_and_begins_anew() {
    let (house, code) = House::start();
    let (mut device, kit) = alone(&house, &code);
    let before = device.shelf.clone();
    begin(&mut device);
    device.run_while(|device| told(device).len() < 4).unwrap();
    assert!(
        device.shelf.files == before.files,
        "nothing of it is on the disk"
    );

    // The power goes.
    let mut device = Stepper::start(device.shelf, &house.origin());
    device.online = false;
    device.unlock(&kit).unwrap();
    assert_eq!(imported(&mut device), 0);
    let call = begin(&mut device);
    device.answer_to(call).unwrap().unwrap();
    assert_eq!(imported(&mut device), 500);
}

#[test]
fn a_lock_during_an_import_loses_nothing_of_it() {
    let (house, code) = House::start();
    let (mut device, kit) = alone(&house, &code);
    begin(&mut device);
    device.run_while(|device| told(device).len() < 2).unwrap();
    device.call(Call::Lock);

    let mut device = Stepper::start(device.shelf, &house.origin());
    device.online = false;
    device.unlock(&kit).unwrap();
    assert_eq!(imported(&mut device), 500);
}

#[test]
fn a_page_that_looks_elsewhere_during_an_import_does_not_hurry_it() {
    let (house, code) = House::start();
    let (mut device, _) = alone(&house, &code);
    let subscription = 77;
    device.call(Call::Subscribe {
        subscription,
        query: serde_json::from_value(inbox()).unwrap(),
        space: None,
    });
    let import = begin(&mut device);
    device.run_while(|device| told(device).len() < 2).unwrap();
    device.call(Call::Unsubscribe { subscription });
    assert_eq!(told(&device).len(), 2);
    device.answer_to(import).unwrap().unwrap();
    let told = told(&device);
    assert!(told.len() >= 5, "{told:?}");
    assert!(told.is_sorted_by(|before, after| before.0 < after.0));
}

#[test]
fn what_is_asked_during_an_import_comes_after_it() {
    let (house, code) = House::start();
    let (mut device, _) = alone(&house, &code);
    let import = begin(&mut device);
    device.run_while(|device| told(device).len() < 2).unwrap();
    let task = device.ask(create_task("meanwhile"), None);
    device.answer_to(task).unwrap().unwrap();
    device.answer_to(import).unwrap().unwrap();
    assert_eq!(told(&device).len(), 2, "what was left was written at once");
    // One chain: the box takes it as it stands.
    device.online = true;
    device.run_until(|status| status.waiting == 0).unwrap();
}

/// Gives the core what a reader of files might, and returns whether it takes it.
fn offer(device: &mut Stepper, import: &[u8]) -> Result<(), Problem> {
    let content = sha256(b"a file").to_string();
    let read = device.ask(Call::ImportRead { content }, Some(import.to_vec()));
    device.answer_to(read).unwrap().map(|_| ())
}

#[test]
fn attack_58_what_a_reader_of_files_gives_is_refused_where_it_breaks_a_promise() {
    let (house, code) = House::start();
    let (mut device, _) = alone(&house, &code);
    let options = Options::default();
    let sound = lifeos_exchange::read(File::nameless(&backup()), &options).unwrap();
    let mut twice = sound.clone();
    twice.records.push(sound.records[0].clone());
    let mut uncounted = sound.clone();
    uncounted.records.pop();
    let mut of_two_lines = sound.clone();
    let Values::Task(task) = &mut of_two_lines.records[0].values else {
        panic!("the backup holds tasks");
    };
    task.title = "one\ntwo".into();
    let mut nowhere = sound.clone();
    let Values::Task(task) = &mut nowhere.records[0].values else {
        panic!("the backup holds tasks");
    };
    task.project = Some("project:none".into());

    let refused = Problem::with(ProblemCode::Import, "unsound");
    let mut offered: Vec<Vec<u8>> = [twice, uncounted, of_two_lines, nowhere]
        .iter()
        .map(|import| import.encode().unwrap())
        .collect();
    // The file itself, as an older page would send it; nothing; half an import; another kind of bytes.
    let whole = sound.encode().unwrap();
    offered.extend([
        backup(),
        Vec::new(),
        whole[..whole.len() / 2].to_vec(),
        vec![0xff; 64],
    ]);
    for import in offered {
        assert_eq!(offer(&mut device, &whole), Ok(()));
        assert_eq!(offer(&mut device, &import), Err(refused.clone()));
        // Nor does what was offered before stay behind.
        let apply = device.ask(Call::ImportApply { theirs: Vec::new() }, None);
        let answer = device.answer_to(apply).unwrap().map(|_| ());
        assert_eq!(answer, Err(ProblemCode::WrongPhase.into()));
    }
    assert_eq!(imported(&mut device), 0);
}
