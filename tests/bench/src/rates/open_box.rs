//! The box with its limits out of the way: all clients of a bench share one address.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use lifeos_protocol::Wire as _;
use lifeos_protocol::api::Pushed;
use lifeos_server::{Config, Limits, NoAssets, Rate, Server, Watching, new_claim_code};
use lifeos_store::Store;

use super::clients::{Puller, Reader, Writer};
use crate::client::{Session, read};
use crate::enrolled::enrolled;
use crate::harness::{ORIGIN, TestBox};
use crate::person::{Keys, Person};

/// The first argument that makes this program such a box.
pub(crate) const ROLE: &str = "open-box";

const BATCH: usize = 250;
/// As many as an account may have beside its first; the box keeps a few sessions of each.
const DEVICES: u8 = 31;

/// A claimed box, whose person has many devices.
pub(super) struct OpenBox {
    at: TestBox,
    person: Person,
    devices: Vec<Keys>,
    /// Sessions given so far: each is of the next device in turn.
    given: AtomicUsize,
}

impl std::ops::Deref for OpenBox {
    type Target = TestBox;

    fn deref(&self) -> &TestBox {
        &self.at
    }
}

impl OpenBox {
    pub(super) async fn start() -> Self {
        let at = TestBox::start_as(|folder| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.arg(ROLE).arg(folder);
            command
        });
        let (person, devices) = enrolled(&at, DEVICES).await;
        Self {
            at,
            person,
            devices,
            given: AtomicUsize::new(0),
        }
    }

    /// A session of the next device.
    pub(super) async fn session(&self) -> Session {
        self.of_next_device().await.0
    }

    /// A session of the next device, and the person as at that device.
    pub(super) async fn of_next_device(&self) -> (Session, Person) {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let keys = &self.devices[number % self.devices.len()];
        let session = Session::of_device(&self.at, &self.person, keys).await;
        let mut person = self.person.clone();
        person.device = keys.clone();
        (session, person)
    }

    pub(super) async fn readers(&self, count: usize) -> Vec<Reader> {
        let mut readers = Vec::with_capacity(count);
        for _ in 0..count {
            readers.push(Reader::new(self.session().await));
        }
        readers
    }

    /// Writers with a space each, hence with a chain each.
    pub(super) async fn writers(&self, count: usize, batch: usize) -> Vec<Writer> {
        let mut writers = Vec::with_capacity(count);
        for _ in 0..count {
            let (session, person) = self.in_new_space().await;
            writers.push(Writer::new(session, &person, batch));
        }
        writers
    }

    /// Fills a space with so many changes.
    pub(super) async fn filled(&self, changes: usize, padded: u32) -> Puller {
        let (mut session, person) = self.in_new_space().await;
        let mut author = person.author(&person.device);
        let mut change_bytes = 0;
        for _ in 0..changes / BATCH {
            let batch = author.write_sized(BATCH, 1, padded);
            change_bytes = batch.changes()[1].to_bytes().len();
            read::<Pushed>(session.push(&person, &batch).await).await;
        }
        Puller::ours(session, &person, change_bytes)
    }

    async fn in_new_space(&self) -> (Session, Person) {
        let (mut session, mut person) = self.of_next_device().await;
        let began = person.begin_another_space();
        let answer = session
            .json(reqwest::Method::POST, "/api/v1/logs", &began)
            .await;
        assert_eq!(answer.status(), 204);
        (session, person)
    }
}

/// Is such a box until it is ended.
pub(crate) async fn serve_forever(folder: &Path) {
    let store = Store::open(folder, 1).await.unwrap();
    let code = new_claim_code(&store).await.unwrap().unwrap();
    let wide = Rate::new(u32::MAX, 1);
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        origin: ORIGIN.parse().unwrap(),
        former: Vec::new(),
        tls: None,
        limits: Limits {
            address: wide,
            sign_in: wide,
            claim: wide,
            account: wide,
            device: wide,
            connections: 4096,
            changes_a_day: u64::MAX,
            bytes_a_day: u64::MAX,
            ..Limits::default()
        },
        watching: Watching::default(),
    };
    let server = Server::bind(config, store, NoAssets).await.unwrap();
    println!("Listening on {}", server.local_addr().unwrap());
    println!("Claim code: {} (for the bench)", code.shown());
    server.run(std::future::pending()).await;
}
