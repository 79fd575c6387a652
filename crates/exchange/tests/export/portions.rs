use std::collections::BTreeSet;

use lifeos_exchange::export::{Formats, Items, verify};
use lifeos_kernel::RecordId;
use lifeos_life::Portion;
use lifeos_tasks::Status;

use crate::demo::{self, file, packed, pages, year};

fn names_only_what_leaves(items: &Items) {
    let tasks: BTreeSet<RecordId> = items.tasks.iter().map(|it| it.id).collect();
    let projects: BTreeSet<RecordId> = items.projects.iter().map(|it| it.id).collect();
    let sections: BTreeSet<RecordId> = items.sections.iter().map(|it| it.id).collect();
    let labels: BTreeSet<RecordId> = items.labels.iter().map(|it| it.id).collect();
    let mut before = BTreeSet::new();
    for task in &items.tasks {
        assert!(task.parent.is_none_or(|parent| before.contains(&parent)));
        assert!(
            task.project
                .is_none_or(|project| projects.contains(&project))
        );
        assert!(
            task.section
                .is_none_or(|section| sections.contains(&section))
        );
        assert!(task.labels.iter().all(|label| labels.contains(label)));
        before.insert(task.id);
    }
    assert_eq!(before.len(), tasks.len());
    assert!(
        items
            .sections
            .iter()
            .all(|it| it.project.is_none_or(|id| projects.contains(&id)))
    );
}

#[test]
fn what_leaves_names_only_what_leaves_with_it() {
    let lived = year();
    let all = demo::items(&lived.life, Portion::All);
    names_only_what_leaves(&all);
    names_only_what_leaves(&demo::items(&lived.life, Portion::Open));
    for project in &all.projects {
        names_only_what_leaves(&demo::items(
            &lived.life,
            Portion::Project {
                project: project.id,
            },
        ));
    }
    for label in &all.labels {
        names_only_what_leaves(&demo::items(
            &lived.life,
            Portion::Label { label: label.id },
        ));
    }
}

#[test]
fn a_portion_holds_what_it_says_and_its_own_events() {
    let lived = year();
    let all = demo::items(&lived.life, Portion::All);

    let open = demo::items(&lived.life, Portion::Open);
    let is_open = |status| matches!(status, Status::Pending | Status::InProgress);
    let expected = all.tasks.iter().filter(|task| is_open(task.status)).count();
    assert_eq!(open.tasks.len(), expected);
    assert!(expected < all.tasks.len());

    let project = all.projects[0].id;
    let portion = Portion::Project { project };
    let part = demo::items(&lived.life, portion);
    assert_eq!(part.projects.len(), 1);
    let expected = all
        .tasks
        .iter()
        .filter(|task| task.project == Some(project))
        .count();
    assert!(part.tasks.len() >= expected && expected > 0);

    let packed = packed(part, Formats::ALL, portion, &pages(&lived.log));
    let verified = verify(&packed.bytes, Some(&packed.items)).unwrap();
    assert_eq!(verified.portion, portion);
    let ours: BTreeSet<String> = packed
        .items
        .tasks
        .iter()
        .map(|it| it.id.to_string())
        .collect();
    let mut seen = BTreeSet::new();
    for line in file(&packed, "events.jsonl").lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        seen.insert(line["record"].as_str().unwrap().to_owned());
    }
    assert!(ours.is_subset(&seen));
    assert!((verified.events as usize) < lived.log.iter().map(|it| it.events.len()).sum());
}
