//! Files of other products: what each thing in them becomes, and what any bytes do.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod bad_input;
mod clickup;
mod icalendar;
mod org;
mod ticktick;
mod todo_txt;
mod todoist;
mod twice;

use std::fs;
use std::path::{Path, PathBuf};

use lifeos_exchange::report::{Homeless, Notice, Reason, Shape};
use lifeos_exchange::{File, Import, LocalTime, Options, Project, Refused, Task, Values};
use lifeos_kernel::{Day, Minute, When, ZoneName};

/// Central European time without its summer, enough for what stands here.
const BERLIN: LocalTime<'static> = LocalTime {
    zone: "Europe/Berlin",
    offset_minutes_at: &|_| 60,
};

/// Reads a file and checks what holds of every import: also that it crosses as bytes.
fn read(name: &str, bytes: impl AsRef<[u8]>) -> Import {
    let import = try_read(name, bytes).unwrap();
    let sent = import.encode().unwrap();
    assert_eq!(Import::decode(&sent).unwrap(), import);
    import
}

fn try_read(name: &str, bytes: impl AsRef<[u8]>) -> Result<Import, Refused> {
    let options = Options {
        local: BERLIN,
        ..Options::default()
    };
    let file = File {
        name: Some(name),
        bytes: bytes.as_ref(),
    };
    lifeos_exchange::read(file, &options)
}

/// The copies of a sample: the vendored one, and that of the shared collection where it is.
fn samples(folder: &str, name: &str) -> Vec<Vec<u8>> {
    let at = |below: &str| -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join(below).join(folder).join(name)
    };
    let vendored = fs::read(at("../../tests/samples")).unwrap();
    let shared = fs::read(at("../../../shared/samples/tasks")).ok();
    [Some(vendored), shared].into_iter().flatten().collect()
}

fn tasks(import: &Import) -> impl Iterator<Item = &Task> {
    import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Task(task) => Some(&**task),
            _ => None,
        })
}

fn task<'i>(import: &'i Import, title: &str) -> &'i Task {
    tasks(import).find(|task| task.title == title).unwrap()
}

fn projects(import: &Import) -> Vec<&Project> {
    let projects = import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Project(project) => Some(project),
            _ => None,
        });
    projects.collect()
}

/// The title of a record by its external id.
fn title<'i>(import: &'i Import, id: &str) -> &'i str {
    let mut records = import.records.iter();
    match &records
        .find(|record| record.external_id == id)
        .unwrap()
        .values
    {
        Values::Project(project) => &project.title,
        Values::Section(section) => &section.title,
        Values::Label(label) => &label.title,
        Values::Task(task) => &task.title,
    }
}

fn titles<'i>(import: &'i Import, ids: &'i [String]) -> Vec<&'i str> {
    ids.iter().map(|id| title(import, id)).collect()
}

fn shape(import: &Import, shape: Shape) -> u32 {
    let mut all = import.report.reshaped.iter();
    all.find(|it| it.shape == shape).map_or(0, |it| it.count)
}

fn left_out(import: &Import, what: Homeless) -> u32 {
    let mut all = import.report.left_out.iter();
    all.find(|it| it.what == what).map_or(0, |it| it.count)
}

fn notice(import: &Import, what: Notice) -> u32 {
    let mut all = import.report.warnings.iter();
    all.find(|it| it.what == what).map_or(0, |it| it.count)
}

fn not_understood(import: &Import) -> Vec<(Reason, &str)> {
    let all = import.report.not_understood.iter();
    all.map(|it| (it.reason, it.at.as_str())).collect()
}

fn day(text: &str) -> When {
    When::Day(text.parse::<Day>().unwrap())
}

fn wall(day: &str, minute: &str) -> When {
    When::Floating {
        day: day.parse().unwrap(),
        minute: minute.parse::<Minute>().unwrap(),
    }
}

fn moment(at_ms: i64) -> When {
    When::Zoned {
        at_ms,
        zone: ZoneName::new("Europe/Berlin").unwrap(),
        offset_minutes: 60,
    }
}
