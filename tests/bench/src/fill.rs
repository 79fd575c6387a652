//! A device of the person that writes their tasks: a native client that comes in by the kit. Each task
//! is a change of its own, as when a person writes it, and one more where it is completed.
#![expect(
    clippy::print_stderr,
    reason = "what it prints is for the program that started it, and the rest for people"
)]

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lifeos_bench::Believable;
use lifeos_kernel::{Day, RecordId};
use lifeos_life::{Command, Query, View};
use lifeos_replica::api::{Call, Phase, Reply, SecretText, SyncState};
use lifeos_replica_native::NativeClient;
use lifeos_tasks::{BulkEdit, CountsView, TasksCommand, TasksQuery, TasksView};
use tempfile::TempDir;

/// The first argument that makes this program such a device.
pub(crate) const ROLE: &str = "fill";

const PATIENCE: Duration = Duration::from_secs(120);
/// A folder in memory, where there is one: what this device's own disk takes is not measured.
const IN_MEMORY: &str = "/dev/shm";

/// Joins the account at `origin` by a kit. For each number that is read it writes tasks until there
/// are so many, and says what is counted once the box has all of them; it ends with its input.
pub(crate) fn fill(origin: &str, code: &str, account: &str) {
    let folder = Path::new(IN_MEMORY);
    let folder = Some(folder).filter(|folder| folder.is_dir());
    let folder = TempDir::new_in(folder.map_or_else(std::env::temp_dir, PathBuf::from)).unwrap();
    let client = NativeClient::start(folder.path(), origin).unwrap();
    client
        .wait_until(|status| status.phase == Phase::Fresh, PATIENCE)
        .unwrap();
    let join = Call::JoinKit {
        device_name: "The one that fills".to_owned(),
        code: SecretText::new(code.to_owned()),
        account: Some(account.to_owned()),
    };
    client.call(join).unwrap();
    settled(&client);
    let mut written = 0;
    let mut believable = None;
    for line in std::io::stdin().lock().lines() {
        let wanted: usize = line.unwrap().trim().parse().unwrap();
        let before = Instant::now();
        let into = believable.get_or_insert_with(|| places(&client));
        for number in written..wanted {
            write(&client, into, number);
        }
        written = wanted;
        settled(&client);
        eprintln!(
            "  {wanted} tasks are with the box after {:.0} s",
            before.elapsed().as_secs_f64()
        );
        println!("{}", serde_json::to_string(&counts(&client)).unwrap());
    }
}

/// Makes the labels and projects.
fn places(client: &NativeClient) -> Believable {
    let label = |number| TasksCommand::CreateLabel {
        title: format!("label {number}"),
        colour: "blue".to_owned(),
    };
    let project = |title| TasksCommand::CreateProject {
        title,
        set: Vec::new(),
    };
    let projects = (0..Believable::PROJECTS).map(|number| format!("Project number {number}"));
    let projects = projects.map(|title| act(client, project(title))).collect();
    // One that stays empty, to be written into.
    act(client, project("Project for writing".to_owned()));
    Believable {
        today: Day::from_epoch_ms(now_ms()),
        labels: (0..Believable::LABELS)
            .map(|number| act(client, label(number)))
            .collect(),
        projects,
    }
}

fn write(client: &NativeClient, believable: &Believable, number: usize) {
    let (set, labels) = believable.task(number);
    let task = act(
        client,
        TasksCommand::CreateTask {
            title: Believable::title(number),
            set,
            labels,
            place: None,
        },
    );
    if Believable::is_completed(number) {
        act(
            client,
            TasksCommand::EditTasks {
                tasks: vec![task],
                edit: BulkEdit::Complete,
            },
        );
    }
}

/// Does it, and returns the first record that it made or touched.
fn act(client: &NativeClient, command: TasksCommand) -> RecordId {
    let done = client.call(Call::Do {
        command: Command::Tasks { command },
        intent: None,
        space: None,
    });
    let Reply::Committed { records, .. } = done.unwrap() else {
        unreachable!("a command is answered by what it did");
    };
    records[0].parse().unwrap()
}

/// Waits until the box has everything.
fn settled(client: &NativeClient) {
    let is = |status: &lifeos_replica::api::Status| {
        status.phase == Phase::Open && status.sync == SyncState::Live && status.waiting == 0
    };
    client.wait_until(is, PATIENCE).unwrap();
}

fn counts(client: &NativeClient) -> CountsView {
    let query = Query::Tasks {
        query: TasksQuery::Counts,
    };
    let answered = client.call(Call::Ask { query, space: None }).unwrap();
    let Reply::View {
        view: View::Tasks {
            view: TasksView::Counts { counts },
        },
    } = answered
    else {
        unreachable!("counts are answered with counts");
    };
    counts
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.unwrap().as_millis()).unwrap()
}
