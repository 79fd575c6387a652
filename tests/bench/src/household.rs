//! A device's files after a long life: a snapshot of many tasks, each made by a change of its own
//! that the box has taken.

use lifeos_crypto::{DeviceKeys, LocalKey};
use lifeos_kernel::{Day, Draft, IntentId, OrderKey, RecordId};
use lifeos_life::{Event, Query, View};
use lifeos_protocol::SpaceId;
use lifeos_protocol::log::{AccountLog, History};
use lifeos_replica::acts::{self, SignerPlace};
use lifeos_replica::{
    Engine, FileName, Identity, Outside, Source, StoredFile, Write, WriteAs, files_to_open,
};
use lifeos_tasks::{
    LabelField, ProjectField, Status, StatusChange, TaskField, TasksEvent, TasksQuery, TasksView,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use std::collections::BTreeMap;

use crate::NOW_MS;
use crate::believable::Believable;

/// After how many tasks the box takes them.
const BATCH: usize = 256;

/// The files that a start reads, and the key that opens them.
pub struct Household {
    /// The local key.
    pub local: [u8; 32],
    /// Names and contents.
    pub files: Vec<(String, Vec<u8>)>,
}

/// An engine that was started.
pub struct Started {
    engine: Engine,
    space: SpaceId,
    rng: ChaCha20Rng,
}

/// A device while it writes.
struct Writer {
    engine: Engine,
    space: SpaceId,
    rng: ChaCha20Rng,
    files: BTreeMap<FileName, Vec<u8>>,
    now_ms: u64,
}

impl Household {
    /// Writes so many tasks, a change each, and takes the snapshot.
    ///
    /// # Panics
    /// Where the product refuses what it should take.
    #[must_use]
    pub fn make(tasks: usize) -> Self {
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        let local = LocalKey::make(&mut rng);
        let bytes = *local.expose();
        let mut writer = Writer::found(local, rng);
        let believable = believable();
        for (number, label) in believable.labels.iter().enumerate() {
            let title = LabelField::Title(format!("label {number}"));
            writer.write(*label, TasksEvent::LabelCreated { set: vec![title] });
        }
        for (number, project) in believable.projects.iter().enumerate() {
            let title = ProjectField::Title(format!("Project number {number}"));
            writer.write(*project, TasksEvent::ProjectCreated { set: vec![title] });
        }
        let mut last = None;
        for number in 0..tasks {
            let (mut set, labels) = titled(&believable, number);
            let order = OrderKey::append(last.as_ref(), writer.now_ms, 7);
            set.push(TaskField::Order(order.clone()));
            last = Some(order);
            writer.write(
                record(b't', number),
                TasksEvent::TaskCreated { set, labels },
            );
            if Believable::is_completed(number) {
                let status = StatusChange {
                    status: Status::Completed,
                    at_ms: i64::try_from(writer.now_ms).unwrap(),
                    source: lifeos_kernel::Source::Ui,
                };
                let set = vec![TaskField::Status(status)];
                writer.write(record(b't', number), TasksEvent::TaskEdited { set });
            }
            if number.is_multiple_of(BATCH) {
                writer.settle();
            }
        }
        writer.settle();
        writer.out(|engine, _, out| engine.snapshot(out));
        writer.store();
        let names: Vec<FileName> = writer.files.keys().copied().collect();
        let wanted = files_to_open(&names);
        Self {
            local: bytes,
            files: wanted
                .iter()
                .map(|name| (name.to_string(), writer.files[name].clone()))
                .collect(),
        }
    }

    /// The same tasks as JSON, sealed by nothing.
    ///
    /// # Panics
    /// Never: commands have a text form.
    #[must_use]
    pub fn plain(tasks: usize) -> String {
        let believable = believable();
        let plain = |number| {
            let (set, labels) = titled(&believable, number);
            let mut fields = serde_json::Map::new();
            for field in set {
                let serde_json::Value::Object(field) = serde_json::to_value(field).unwrap() else {
                    unreachable!("a field is an object of one name");
                };
                fields.extend(field);
            }
            fields.insert("id".to_owned(), record(b't', number).to_string().into());
            fields.insert("labels".to_owned(), serde_json::to_value(labels).unwrap());
            serde_json::Value::Object(fields)
        };
        serde_json::Value::Array((0..tasks).map(plain).collect()).to_string()
    }

    /// Starts from the files.
    #[must_use]
    pub fn start(&self) -> Started {
        let files = self
            .files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.clone()));
        Started::open(&self.local, files)
    }
}

impl Started {
    /// Opens an engine from files.
    ///
    /// # Panics
    /// Where they do not open.
    pub fn open<'a>(local: &[u8; 32], files: impl Iterator<Item = (&'a str, Vec<u8>)>) -> Self {
        let files: Vec<StoredFile> = files
            .map(|(name, bytes)| StoredFile {
                name: FileName::parse(name).unwrap(),
                bytes,
            })
            .collect();
        let mut rng = ChaCha20Rng::from_seed([11; 32]);
        let mut out = Outside {
            now_ms: NOW_MS,
            rng: &mut rng,
        };
        let engine = Engine::open(LocalKey::from_bytes(local), files, &mut out)
            .unwrap()
            .engine;
        let space = engine.spaces().next().unwrap();
        Self { engine, space, rng }
    }

    /// Answers a question.
    ///
    /// # Panics
    /// Where the space is gone.
    pub fn ask(&mut self, query: Query) -> View {
        let mut out = Outside {
            now_ms: NOW_MS,
            rng: &mut self.rng,
        };
        self.engine.query(self.space, query, &mut out).unwrap()
    }

    /// Answers what the first screen asks, and returns how many tasks are for today.
    ///
    /// # Panics
    /// Where the answer is another's.
    pub fn first_screen(&mut self) -> u32 {
        self.ask(Query::Today);
        let view = self.ask(Query::Tasks {
            query: TasksQuery::Counts,
        });
        match view {
            View::Tasks {
                view: TasksView::Counts { counts },
            } => counts.today,
            _ => unreachable!("counts are answered with counts"),
        }
    }
}

impl Writer {
    fn found(local: LocalKey, mut rng: ChaCha20Rng) -> Self {
        let keys = DeviceKeys::make(&mut rng);
        let account = acts::found_account(&keys, NOW_MS, &mut rng).unwrap();
        let log = AccountLog::start(account.act.statement, ()).unwrap();
        let place = SignerPlace {
            account: account.account,
            account_head: log.head(),
        };
        let space = acts::found_space(
            &keys,
            place,
            &account.secret,
            History::All,
            NOW_MS,
            &mut rng,
        )
        .unwrap();
        let mut out = Outside {
            now_ms: NOW_MS,
            rng: &mut rng,
        };
        let mut engine = Engine::create(Identity { local, keys, log }, &mut out);
        engine
            .take_account_secret(account.secret, &mut out)
            .unwrap();
        engine
            .add_space(space.space, &[space.act.statement], &mut out)
            .unwrap();
        engine
            .take_space_secret(space.space, space.secret, &mut out)
            .unwrap();
        let mut writer = Self {
            engine,
            space: space.space,
            rng,
            files: BTreeMap::new(),
            // The last of the tasks is written before the present.
            now_ms: NOW_MS - 30_000_000_000,
        };
        writer.store();
        writer
    }

    fn out<T>(&mut self, act: impl FnOnce(&mut Engine, SpaceId, &mut Outside<'_>) -> T) -> T {
        let mut out = Outside {
            now_ms: self.now_ms,
            rng: &mut self.rng,
        };
        act(&mut self.engine, self.space, &mut out)
    }

    /// Writes one event as a change of its own.
    fn write(&mut self, record: RecordId, event: TasksEvent) {
        self.now_ms += 250_000;
        let mut intent = [0; 16];
        self.rng.fill_bytes(&mut intent);
        let written = WriteAs {
            intent: IntentId(intent),
            source: Source::Ui,
            batch: None,
        };
        let draft = Draft {
            record,
            at_ms: i64::try_from(self.now_ms).unwrap(),
            event: Event::Tasks(event),
        };
        self.out(|engine, space, out| {
            engine
                .write_drafts(space, vec![draft], written, out)
                .unwrap();
        });
        self.store();
    }

    /// Carries writes out, as a host does; journals of before are not kept.
    fn store(&mut self) {
        while let Some(writes) = self.engine.take_writes() {
            for write in writes.writes {
                match write {
                    Write::Append { file, bytes, .. } => {
                        self.files.entry(file).or_default().extend(bytes);
                    }
                    Write::Truncate { file, length } => {
                        if let Some(bytes) = self.files.get_mut(&file) {
                            bytes.truncate(usize::try_from(length).unwrap());
                        }
                    }
                    Write::Replace { file, bytes } => {
                        self.files.insert(file, bytes);
                    }
                    Write::Remove { file } => {
                        self.files.remove(&file);
                    }
                }
            }
            self.engine.durable(writes.token);
        }
    }

    /// The box takes everything.
    fn settle(&mut self) {
        while let Some(push) = self
            .out(|engine, space, _| engine.next_push(space))
            .unwrap()
        {
            self.out(|engine, space, out| engine.push_accepted(space, push.last, out).unwrap());
            self.store();
        }
    }
}

/// An id as they are made: a time, and bytes that look random.
fn record(kind: u8, number: usize) -> RecordId {
    let mut random = [kind; 10];
    ChaCha20Rng::seed_from_u64(number as u64).fill_bytes(&mut random[1..]);
    RecordId::from_parts(NOW_MS - 1_000_000 + number as u64, random)
}

/// On the day on which everything here happens.
fn believable() -> Believable {
    let of = |kind, count| (0..count).map(|number| record(kind, number)).collect();
    Believable {
        today: Day::from_epoch_ms(i64::try_from(NOW_MS).unwrap()),
        labels: of(b'l', Believable::LABELS),
        projects: of(b'p', Believable::PROJECTS),
    }
}

/// The title stands first among the fields.
fn titled(believable: &Believable, number: usize) -> (Vec<TaskField>, Vec<RecordId>) {
    let (fields, labels) = believable.task(number);
    let title = TaskField::Title(Believable::title(number));
    (std::iter::once(title).chain(fields).collect(), labels)
}
