//! Devices that push and a person who erases, all at once, until the box ends; and what they hold
//! the box to afterwards.

use std::collections::{BTreeMap, HashMap};
use std::task::Poll;

use lifeos_protocol::api::{LogAppend, LogPage, Pushed, SteppedUp};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::bodies::{Bodies, Resealed};
use lifeos_protocol::change::Change;
use lifeos_protocol::ids::DeviceId;
use lifeos_protocol::stream::Frame;
use lifeos_protocol::{Wire, batch, bodies};
use reqwest::{Method, RequestBuilder, StatusCode};

use crate::authenticator::Authenticator;
use crate::client::{Session, claim, read};
use crate::harness::TestBox;
use crate::person::{Author, Keys, Person, sealed_anew};

/// Devices that push beside the first, which erases.
const WRITERS: u8 = 4;

/// What a box was found to hold.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found {
    /// Changes that were acknowledged.
    pub(crate) acknowledged: u64,
    /// Pushes that got no answer.
    pub(crate) unanswered: u64,
    /// Those of them that the box had kept all the same.
    pub(crate) kept_unanswered: u64,
    /// Erasures of which all was acknowledged.
    pub(crate) erasures: u64,
}

/// A device and all that it wrote.
struct Writer {
    keys: Keys,
    author: Author,
    written: Vec<Change>,
    /// The counter up to which the box said that it has everything.
    acknowledged: u64,
    /// What was pushed last, and whether the box answered.
    last: Option<(Batch, bool)>,
}

/// The first device: erases what the others wrote, one change at a time.
struct Eraser {
    person: Person,
    authenticator: Authenticator,
    /// Statements of erasures that the box acknowledged, and the one that it did not.
    taken: Vec<LogAppend>,
    pending: Option<(LogAppend, DeviceId, u64)>,
    /// For each change, the bodies that may be served, newest last.
    bodies: BTreeMap<(DeviceId, u64), Vec<Change>>,
    erased: u64,
}

/// A session for everybody.
pub(crate) struct Ready {
    eraser: Session,
    writers: Vec<Session>,
}

/// All that presses on a box.
pub(crate) struct Load {
    writers: Vec<Writer>,
    eraser: Eraser,
    /// What was found up to the cursor: nobody looks again until all is looked at.
    cursor: Option<String>,
    seen: HashMap<DeviceId, u64>,
    found: Found,
}

impl Load {
    /// Claims the box and enrols the writers.
    pub(crate) async fn claim(at: &TestBox) -> Self {
        let (mut person, mut authenticator) = claim(at, 1).await;
        let mut session = Session::of_device(at, &person, &person.device).await;
        read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            let keys = Keys::make(60 + number);
            let added = person.add_device(&keys, None);
            let answer = session.append(person.account, &added).await;
            assert_eq!(answer.status(), StatusCode::NO_CONTENT);
            writers.push(keys);
        }
        let writer = |keys: Keys| Writer {
            author: person.author(&keys),
            keys,
            written: Vec::new(),
            acknowledged: 0,
            last: None,
        };
        let writers = writers.into_iter().map(writer).collect();
        let eraser = Eraser {
            person,
            authenticator,
            taken: Vec::new(),
            pending: None,
            bodies: BTreeMap::new(),
            erased: 0,
        };
        Self {
            writers,
            eraser,
            cursor: None,
            seen: HashMap::new(),
            found: Found::default(),
        }
    }

    /// Opens a session for everybody.
    pub(crate) async fn ready(&mut self, at: &TestBox) -> Ready {
        let person = &self.eraser.person;
        let mut eraser = Session::of_device(at, person, &person.device).await;
        read::<SteppedUp>(eraser.step_up(&mut self.eraser.authenticator).await).await;
        let mut writers = Vec::new();
        for writer in &self.writers {
            writers.push(Session::of_device(at, person, &writer.keys).await);
        }
        Ready { eraser, writers }
    }

    /// Everybody works until the box answers no more.
    pub(crate) async fn press_until_it_ends(&mut self, ready: Ready) {
        let person = self.eraser.person.clone();
        let writers = self.writers.iter();
        let held: Vec<_> = writers
            .map(|writer| (writer.keys.device(), writer.acknowledged))
            .collect();
        let writers = self.writers.iter();
        let written = writers
            .map(|writer| (writer.keys.device(), writer.written.clone()))
            .collect();
        let writers = self.writers.iter_mut().zip(ready.writers);
        let writing = writers.map(|(writer, session)| writer.press(&person, session));
        let erasing = self.eraser.press(ready.eraser, &held, &written);
        tokio::join!(join_all(writing), erasing);
        let unanswered = |writer: &&Writer| matches!(writer.last, Some((_, false)));
        self.found.unanswered += self.writers.iter().filter(unanswered).count() as u64;
    }

    /// Looks at what came since the last look.
    pub(crate) async fn verify(&mut self, at: &TestBox) -> Found {
        let person = &self.eraser.person;
        let mut session = Session::of_device(at, person, &person.device).await;
        let query = self
            .cursor
            .as_ref()
            .map_or_else(String::new, |cursor| format!("?after={cursor}"));
        let frames = session.pull(person, &query).await;
        self.check(frames);
        self.settle();
        self.eraser.check_log(&mut session).await;
        self.found
    }

    /// Looks at everything that the box has.
    pub(crate) async fn verify_all(&mut self, at: &TestBox) -> Found {
        self.cursor = None;
        self.seen.clear();
        self.verify(at).await
    }

    fn check(&mut self, frames: Vec<Frame>) {
        for frame in frames {
            match frame {
                Frame::Run(run) => {
                    let writer = self
                        .writers
                        .iter()
                        .find(|writer| writer.keys.device() == run.device)
                        .expect("only the writers wrote");
                    let seen = self.seen.entry(run.device).or_default();
                    for (counter, change) in (run.first..).zip(run.changes) {
                        assert_eq!(counter, *seen + 1, "a change is missing or there twice");
                        *seen = counter;
                        let at = usize::try_from(counter - 1).unwrap();
                        let written = &writer.written[at];
                        let bodies = self.eraser.bodies.get(&(run.device, counter));
                        let expected = bodies.is_some_and(|bodies| bodies.contains(&change));
                        assert!(
                            expected || bodies.is_none() && *written == change,
                            "change {counter} is not as it was written"
                        );
                    }
                }
                Frame::Complete(complete) => {
                    self.cursor = Some(format!("{}.{}", complete.incarnation, complete.sequence));
                }
                _ => {}
            }
        }
        for writer in &self.writers {
            let device = writer.keys.device();
            let seen = self.seen.get(&device).copied().unwrap_or_default();
            assert!(
                seen >= writer.acknowledged,
                "{} changes were acknowledged and {seen} are there",
                writer.acknowledged
            );
        }
    }

    /// Takes what the box kept without an answer as kept.
    fn settle(&mut self) {
        self.found.acknowledged = 0;
        for writer in &self.writers {
            let seen = self.seen.get(&writer.keys.device()).copied();
            let seen = seen.unwrap_or_default();
            if let Some((batch, false)) = &writer.last
                && seen >= batch.last()
            {
                self.found.kept_unanswered += 1;
            }
            self.found.acknowledged += writer.acknowledged;
        }
        self.found.erasures = self.eraser.erased;
    }
}

/// Runs all of them side by side.
async fn join_all(all: impl Iterator<Item = impl Future<Output = ()>>) {
    let mut pending: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        pending.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if pending.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

impl Writer {
    /// Pushes until the box answers no more.
    async fn press(&mut self, person: &Person, mut session: Session) {
        // What was pushed last comes again, whether it was answered or not: it is kept once.
        let mut next = self.last.take().map(|(batch, _)| batch);
        loop {
            let batch = next.take().unwrap_or_else(|| {
                let count = 1 + usize::try_from(self.author.end.counter % 5).unwrap();
                let batch = self.author.write(count, 7);
                self.written.extend_from_slice(batch.changes());
                batch
            });
            let path = format!("/api/v1/spaces/{}/changes", person.space);
            let request = session
                .signed(Method::POST, &path, &batch.to_bytes())
                .header("content-type", batch::MEDIA_TYPE);
            let answer = answer(request).await;
            if let Some(bytes) = &answer {
                let pushed: Pushed = serde_json::from_slice(bytes).unwrap();
                assert_eq!(pushed.counter, batch.last());
                self.acknowledged = pushed.counter;
            }
            self.last = Some((batch, answer.is_some()));
            if answer.is_none() {
                return;
            }
        }
    }
}

impl Eraser {
    /// Erases one change after another, and hands in its body sealed anew.
    async fn press(
        &mut self,
        mut session: Session,
        held: &[(DeviceId, u64)],
        written: &HashMap<DeviceId, Vec<Change>>,
    ) {
        for round in 0.. {
            if self.pending.is_none() {
                let (device, acknowledged) = held[round % held.len()];
                let is_whole = |counter: &u64| !self.bodies.contains_key(&(device, *counter));
                let Some(counter) = (1..=acknowledged).rev().find(is_whole) else {
                    return;
                };
                let author = held_keys(device);
                let append = self.person.erase(&author, &[counter]);
                self.pending = Some((append, device, counter));
            }
            if !self.finish(&mut session, written).await {
                return;
            }
        }
    }

    /// Appends the statement that is pending and hands the body in; tells whether the box answered.
    async fn finish(
        &mut self,
        session: &mut Session,
        written: &HashMap<DeviceId, Vec<Change>>,
    ) -> bool {
        let Some((append, device, counter)) = self.pending.clone() else {
            return true;
        };
        let body = serde_json::to_vec(&append).unwrap();
        let path = format!("/api/v1/logs/{}", self.person.space);
        let request = session
            .signed(Method::POST, &path, &body)
            .header("content-type", "application/json");
        if answer(request).await.is_none() {
            return false;
        }
        if self.taken.last() != Some(&append) {
            self.taken.push(append);
        }
        let old = &written[&device][usize::try_from(counter - 1).unwrap()];
        let change = sealed_anew(old, 1, 9);
        let bodies = self.bodies.entry((device, counter)).or_default();
        // From here on either may be served; once it is answered, only the new one.
        *bodies = vec![old.clone(), change.clone()];
        let items = vec![Resealed {
            device,
            counter,
            change: change.clone(),
        }];
        let handed = Bodies::new(self.person.space_sequence, items).unwrap();
        let path = format!("/api/v1/spaces/{}/bodies", self.person.space);
        let request = session
            .signed(Method::POST, &path, &handed.to_bytes())
            .header("content-type", bodies::MEDIA_TYPE);
        if answer(request).await.is_none() {
            return false;
        }
        *bodies = vec![change];
        self.pending = None;
        self.erased += 1;
        true
    }

    /// Every statement that was acknowledged is in the space's log, once and in order.
    async fn check_log(&mut self, session: &mut Session) {
        let mut after = String::new();
        let mut there = Vec::new();
        loop {
            let path = format!("/api/v1/logs/{}{after}", self.person.space);
            let page: LogPage = read(session.get(&path).await).await;
            there.extend(page.statements);
            if !page.more {
                break;
            }
            after = format!("?after={}", there.len() - 1);
        }
        let erasures = &there[1..];
        assert!(erasures.len() >= self.taken.len(), "an erasure is missing");
        for (taken, there) in self.taken.iter().zip(erasures) {
            assert_eq!(taken.statement, *there);
        }
        let pending = self.pending.iter().map(|(append, ..)| &append.statement);
        let more: Vec<_> = erasures[self.taken.len()..].iter().collect();
        assert!(
            more.is_empty() || more == pending.collect::<Vec<_>>(),
            "a statement that nobody made"
        );
    }
}

/// The keys of a writer, by its device.
fn held_keys(device: DeviceId) -> Keys {
    (0..WRITERS)
        .map(|number| Keys::make(60 + number))
        .find(|keys| keys.device() == device)
        .expect("a writer")
}

/// What the box answers; nothing where it ended, or says that its disk did.
async fn answer(request: RequestBuilder) -> Option<Vec<u8>> {
    let response = request.send().await.ok()?;
    let status = response.status();
    let bytes = response.bytes().await.ok()?;
    assert!(
        status.is_success() || status.is_server_error(),
        "refused with {status}: {}",
        String::from_utf8_lossy(&bytes)
    );
    status.is_success().then(|| bytes.to_vec())
}
