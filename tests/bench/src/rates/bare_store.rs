//! The bare store: axum over SQLite in WAL with `synchronous=FULL`, one writer that commits what
//! waits together. No account, no signature, no chain.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::clients::{BareReader, BareWriter, Puller};
use crate::harness::{Process, Started};

/// The first argument that makes this program the bare store.
pub(crate) const ROLE: &str = "bare-store";

/// Pushes that share a commit at most.
const TOGETHER: usize = 256;
const PAGE: i64 = 1_000;
/// As long as the answer to the same question of the product.
const ANSWER_BYTES: usize = 180;

/// The bare store in a process of its own.
pub(super) struct BareStore {
    pub(super) process: Process,
    base: String,
    _folder: TempDir,
}

impl BareStore {
    pub(super) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(ROLE).arg(folder.path());
        let Started {
            process, address, ..
        } = Process::start(command);
        Self {
            process,
            base: format!("http://{address}"),
            _folder: folder,
        }
    }

    pub(super) fn readers(&self, count: usize) -> Vec<BareReader> {
        let reader = |number| BareReader::new(format!("{}/small?of={number}", self.base));
        (0..count).map(reader).collect()
    }

    pub(super) fn writers(&self, count: usize, batch: usize) -> Vec<BareWriter> {
        let writer = |number| BareWriter::new(&self.base, number, batch);
        (0..count).map(writer).collect()
    }

    /// How often it committed so far.
    pub(super) async fn commits(&self) -> u64 {
        let asked = reqwest::get(format!("{}/commits", self.base)).await;
        let text = asked.unwrap().text().await.unwrap();
        text.parse().unwrap()
    }

    /// Puts so many rows of that length into a place of their own.
    pub(super) async fn filled(&self, changes: usize, bytes_each: usize) -> Puller {
        let of = 1_000_000 + changes;
        let client = reqwest::Client::new();
        let url = format!("{}/push?of={of}&count=250", self.base);
        for _ in 0..changes / 250 {
            let sent = client.post(&url).body(vec![7; 250 * bytes_each]).send();
            assert!(sent.await.unwrap().status().is_success());
        }
        Puller::bare(format!("{}/pull?of={of}", self.base), bytes_each)
    }
}

/// Is the bare store until it is ended.
pub(crate) async fn serve_forever(folder: &Path) {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("bare.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut writer = SqliteConnection::connect_with(&options).await.unwrap();
    let tables = "CREATE TABLE small (of INTEGER PRIMARY KEY, text TEXT NOT NULL);
                  CREATE TABLE change (sequence INTEGER PRIMARY KEY, of INTEGER NOT NULL, event BLOB NOT NULL);
                  CREATE INDEX change_of ON change (of, sequence);";
    sqlx::raw_sql(tables).execute(&mut writer).await.unwrap();
    for of in 0..256_i64 {
        sqlx::query("INSERT INTO small (of, text) VALUES (?, ?)")
            .bind(of)
            .bind(format!("{{\"text\":\"{}\"}}", "x".repeat(ANSWER_BYTES)))
            .execute(&mut writer)
            .await
            .unwrap();
    }
    let readers = SqlitePoolOptions::new().max_connections(4);
    let readers = readers.connect_with(options).await.unwrap();
    let (orders, queue) = mpsc::channel(1024);
    let commits = Arc::new(AtomicU64::new(0));
    tokio::spawn(commit(writer, queue, Arc::clone(&commits)));
    let router = Router::new()
        .route("/small", get(small))
        .route("/push", post(push))
        .route("/pull", get(pull))
        .route("/commits", get(committed))
        .with_state(Arc::new(Shared {
            readers,
            orders,
            commits,
        }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("Listening on {}\n", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

struct Shared {
    readers: SqlitePool,
    orders: mpsc::Sender<Order>,
    commits: Arc<AtomicU64>,
}

struct Order {
    asked: Asked,
    body: Bytes,
    done: oneshot::Sender<i64>,
}

#[derive(Clone, Copy, Deserialize)]
struct Asked {
    of: i64,
    #[serde(default)]
    count: usize,
}

async fn small(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> String {
    let row = sqlx::query("SELECT text FROM small WHERE of = ?").bind(asked.of);
    row.fetch_one(&shared.readers).await.unwrap().get(0)
}

async fn committed(State(shared): State<Arc<Shared>>) -> String {
    shared.commits.load(Ordering::Relaxed).to_string()
}

async fn push(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Asked>,
    body: Bytes,
) -> String {
    let (done, answered) = oneshot::channel();
    let order = Order { asked, body, done };
    shared.orders.send(order).await.unwrap();
    format!("{{\"counter\":{}}}", answered.await.unwrap())
}

async fn pull(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Response {
    let (pieces, body) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    tokio::spawn(async move {
        let mut after = 0_i64;
        loop {
            let page = "SELECT sequence, event FROM change WHERE of = ? AND sequence > ? \
                        ORDER BY sequence LIMIT ?";
            let page = sqlx::query(page).bind(asked.of).bind(after).bind(PAGE);
            let rows = page.fetch_all(&shared.readers).await.unwrap();
            let Some(last) = rows.last() else { return };
            after = last.get(0);
            let mut bytes = Vec::new();
            for row in &rows {
                let event: &[u8] = row.get(1);
                bytes.extend(u32::try_from(event.len()).unwrap().to_be_bytes());
                bytes.extend(event);
            }
            if pieces.send(Ok(bytes.into())).await.is_err() {
                return;
            }
        }
    });
    let stream = futures_util::stream::unfold(body, async |mut body| {
        body.recv().await.map(|piece| (piece, body))
    });
    Response::new(Body::from_stream(stream))
}

/// Takes what waits, writes it in one transaction, answers after its commit.
async fn commit(
    mut writer: SqliteConnection,
    mut queue: mpsc::Receiver<Order>,
    commits: Arc<AtomicU64>,
) {
    let mut orders = Vec::new();
    while queue.recv_many(&mut orders, TOGETHER).await > 0 {
        let mut transaction = writer.begin().await.unwrap();
        let mut counters = Vec::with_capacity(orders.len());
        for Order { asked, body, .. } in &orders {
            let each = body.len() / asked.count;
            let mut counter = 0;
            for event in body.chunks_exact(each) {
                let insert = sqlx::query("INSERT INTO change (of, event) VALUES (?, ?)");
                let insert = insert.bind(asked.of).bind(event);
                counter = insert
                    .execute(&mut *transaction)
                    .await
                    .unwrap()
                    .last_insert_rowid();
            }
            counters.push(counter);
        }
        transaction.commit().await.unwrap();
        commits.fetch_add(1, Ordering::Relaxed);
        for (Order { done, .. }, counter) in orders.drain(..).zip(counters) {
            done.send(counter).ok();
        }
    }
}
