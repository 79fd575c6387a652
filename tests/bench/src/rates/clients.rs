//! Who asks: each over one connection of its own that stays open.

use std::time::Instant;

use lifeos_protocol::Wire as _;
use lifeos_protocol::batch;
use reqwest::{Client as Http, Method};

use super::PADDED;
use super::drive::Client;
use crate::client::Session;
use crate::person::{Author, Person};

/// Reads the spaces of its account.
pub(super) struct Reader {
    http: Http,
    session: Session,
}

impl Reader {
    pub(super) fn new(session: Session) -> Self {
        let http = Http::new();
        Self { http, session }
    }
}

impl Client for Reader {
    async fn ask(&mut self) -> u64 {
        let request = self
            .session
            .signed_by(&self.http, Method::GET, "/api/v1/spaces", b"");
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.bytes().await.unwrap();
        1
    }
}

/// Pushes into a space of its own.
pub(super) struct Writer {
    http: Http,
    session: Session,
    author: Author,
    path: String,
    batch: usize,
}

impl Writer {
    pub(super) fn new(session: Session, person: &Person, batch: usize) -> Self {
        Self {
            http: Http::new(),
            session,
            author: person.author(&person.device),
            path: format!("/api/v1/spaces/{}/changes", person.space),
            batch,
        }
    }
}

impl Client for Writer {
    async fn ask(&mut self) -> u64 {
        let body = self.author.write_sized(self.batch, 1, PADDED).to_bytes();
        let request = self
            .session
            .signed_by(&self.http, Method::POST, &self.path, &body)
            .header("content-type", batch::MEDIA_TYPE);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.bytes().await.unwrap();
        1
    }
}

/// Reads a row of the bare store.
pub(super) struct BareReader {
    http: Http,
    url: String,
}

impl BareReader {
    pub(super) fn new(url: String) -> Self {
        let http = Http::new();
        Self { http, url }
    }
}

impl Client for BareReader {
    async fn ask(&mut self) -> u64 {
        let answer = self.http.get(&self.url).send().await.unwrap();
        assert!(answer.status().is_success());
        answer.bytes().await.unwrap();
        1
    }
}

/// Pushes as many bytes into the bare store, made in the same time.
pub(super) struct BareWriter {
    http: Http,
    url: String,
    body: Vec<u8>,
}

impl BareWriter {
    pub(super) fn new(base: &str, number: usize, batch: usize) -> Self {
        /// A change of 400 bytes with its statement and seal.
        const CHANGE_BYTES: usize = 611;
        Self {
            http: Http::new(),
            url: format!("{base}/push?of={number}&count={batch}"),
            body: vec![42; CHANGE_BYTES * batch],
        }
    }
}

impl Client for BareWriter {
    async fn ask(&mut self) -> u64 {
        let request = self.http.post(&self.url).body(self.body.clone());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success());
        answer.bytes().await.unwrap();
        1
    }
}

/// Pulls everything of one space.
pub(super) struct Puller {
    from: From,
    /// Bytes of a change on the wire.
    pub(super) change_bytes: usize,
}

enum From {
    Ours(tokio::sync::Mutex<Box<Session>>, String),
    Bare(String),
}

impl Puller {
    pub(super) fn ours(session: Session, person: &Person, change_bytes: usize) -> Self {
        let path = format!("/api/v1/spaces/{}/changes", person.space);
        Self {
            from: From::Ours(tokio::sync::Mutex::new(Box::new(session)), path),
            change_bytes,
        }
    }

    pub(super) fn bare(url: String, change_bytes: usize) -> Self {
        Self {
            from: From::Bare(url),
            change_bytes,
        }
    }

    /// Pulls so many; returns how many a second.
    pub(super) async fn pull(&self, changes: usize) -> f64 {
        let before = Instant::now();
        let mut answer = match &self.from {
            From::Ours(session, path) => session.lock().await.get(path).await,
            From::Bare(url) => Http::new().get(url).send().await.unwrap(),
        };
        assert!(answer.status().is_success());
        let mut bytes = 0;
        while let Some(piece) = answer.chunk().await.unwrap() {
            bytes += piece.len();
        }
        // Less than that would be another answer than the one that was asked for.
        assert!(bytes >= changes * (self.change_bytes - 8), "{bytes} bytes");
        changes as f64 / before.elapsed().as_secs_f64()
    }
}
