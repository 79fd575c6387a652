//! One task owns the one writing connection. It takes what waits, does it in one transaction,
//! and answers only after the commit is on the disk: durability is paid once for all who wait.
//!
//! Each job runs inside a savepoint of its own, so that one refusal undoes nothing of its neighbours.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Notify, mpsc, oneshot};
use tracing::{Instrument, Span};

use crate::connection::Connection;
use crate::error::StoreError;
use crate::postgres::address::DatabaseUrl;
use crate::residue::Residue;
use crate::stages::{Stages, StoreFigures};
use crate::{postgres, sqlite};

/// Jobs that share a transaction at most; beyond it the next transaction begins.
const BATCH_MAX: usize = 256;
/// Jobs that may wait before callers are held back.
const QUEUE_MAX: usize = 1024;

/// What a job does with the connection.
pub(crate) type Work<'c, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// Where the connection leads.
pub(crate) enum Home {
    /// The file of SQLite.
    File(PathBuf),
    /// A server of PostgreSQL, to which a connection may be lost.
    Server {
        url: Box<DatabaseUrl>,
        /// What this release has brought the database to.
        schema: u32,
        /// Whether the connection is of the one who serves.
        serving: bool,
    },
}

/// Where work is handed in. Cheap to clone; the committer ends when the last clone is gone.
#[derive(Clone)]
pub(crate) struct Committer {
    orders: mpsc::Sender<Order>,
    stop: Arc<Notify>,
    stages: Arc<Stages>,
}

impl Committer {
    /// Starts the committer over `connection`. The handle ends when the queue is closed and drained.
    pub(crate) fn start(connection: Connection, home: Home) -> (Self, tokio::task::JoinHandle<()>) {
        let (orders, queue) = mpsc::channel(QUEUE_MAX);
        let stop = Arc::new(Notify::new());
        let stages = Arc::new(Stages::default());
        let task = tokio::spawn(run(
            connection,
            home,
            queue,
            Arc::clone(&stop),
            Arc::clone(&stages),
        ));
        let started = Self {
            orders,
            stop,
            stages,
        };
        (started, task)
    }

    pub(crate) fn figures(&self) -> StoreFigures {
        let waiting = self.orders.max_capacity() - self.orders.capacity();
        self.stages.figures(waiting)
    }

    /// Takes no more work; what waits is still done.
    pub(crate) fn stop(&self) {
        self.stop.notify_one();
    }

    /// Does `work` inside a transaction and returns its outcome once that is durable.
    ///
    /// A refusal (`Err`) undoes what the work wrote and nothing else.
    pub(crate) async fn commit<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> Work<'c, T, E> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let job = Pending {
            work: Some(work),
            span: Span::current(),
            outcome: None,
            reply,
        };
        if self.orders.send(Order::Work(Box::new(job))).await.is_err() {
            return Err(StoreError::Closing.into());
        }
        outcome
            .await
            .unwrap_or_else(|_| Err(StoreError::Closing.into()))
    }

    /// Returns once what was replaced is gone from the disk.
    pub(crate) async fn clear(&self, residue: Residue) -> Result<(), StoreError> {
        let (reply, outcome) = oneshot::channel();
        if self
            .orders
            .send(Order::Clear(Box::new(residue), reply))
            .await
            .is_err()
        {
            return Err(StoreError::Closing);
        }
        outcome.await.unwrap_or(Err(StoreError::Closing))
    }
}

/// What is asked of the committer.
enum Order {
    /// Work inside a transaction, shared with what else waits.
    Work(Box<dyn Job>),
    /// What SQLite does outside of transactions only, alone with the file.
    Clear(Box<Residue>, oneshot::Sender<Result<(), StoreError>>),
}

trait Job: Send {
    /// Runs the work; true if it is to be kept.
    fn run<'c>(
        &'c mut self,
        connection: &'c mut Connection,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'c>>;
    /// Answers whoever waits. `failure` says why the transaction as a whole did not become durable.
    fn settle(self: Box<Self>, failure: Option<StoreError>);
}

struct Pending<F, T, E> {
    work: Option<F>,
    /// Of whoever handed it in, so that what happens on the way to the disk is logged with it.
    span: Span,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Pending<F, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'c> FnOnce(&'c mut Connection) -> Work<'c, T, E> + Send + 'static,
{
    fn run<'c>(
        &'c mut self,
        connection: &'c mut Connection,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'c>> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return false;
            };
            let outcome = work(connection).instrument(self.span.clone()).await;
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn settle(self: Box<Self>, failure: Option<StoreError>) {
        let outcome = match (self.outcome, failure) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Some(failure)) => Err(failure.into()),
            (Some(done), None) => done,
            (None, None) => Err(StoreError::Closing.into()),
        };
        // Whoever no longer waits needs no answer: the work is durable all the same.
        drop(self.reply.send(outcome));
    }
}

async fn run(
    mut connection: Connection,
    home: Home,
    mut queue: mpsc::Receiver<Order>,
    stop: Arc<Notify>,
    stages: Arc<Stages>,
) {
    let mut orders = Vec::with_capacity(BATCH_MAX);
    let mut batch = Vec::with_capacity(BATCH_MAX);
    loop {
        let taken = tokio::select! {
            taken = queue.recv_many(&mut orders, BATCH_MAX) => taken,
            () = stop.notified() => {
                queue.close();
                continue;
            }
        };
        if taken == 0 {
            break;
        }
        let mut clearing = Vec::new();
        for order in orders.drain(..) {
            match order {
                Order::Work(job) => batch.push(job),
                Order::Clear(residue, reply) => clearing.push((residue, reply)),
            }
        }
        if !batch.is_empty() {
            commit(&mut connection, &home, &mut batch, &stages).await;
        }
        for (residue, reply) in clearing {
            drop(reply.send(clear(&mut connection, &home, *residue).await));
        }
    }
    if let Err(error) = connection.close().await {
        tracing::error!(error = %StoreError::from(error), "database did not close cleanly");
    }
}

async fn commit(
    connection: &mut Connection,
    home: &Home,
    batch: &mut Vec<Box<dyn Job>>,
    stages: &Stages,
) {
    let begun = Instant::now();
    let failure = transact(connection, home, batch).await.err();
    stages.transaction(batch.len(), begun.elapsed(), failure.as_ref());
    if let Some(error) = &failure {
        tracing::error!(jobs = batch.len(), %error, "commit failed");
    }
    for job in batch.drain(..) {
        job.settle(failure.as_ref().map(repeat));
    }
}

async fn clear(
    connection: &mut Connection,
    home: &Home,
    residue: Residue,
) -> Result<(), StoreError> {
    let outcome = match home {
        Home::File(file) => sqlite::residue::clear(connection, file, residue).await,
        Home::Server { .. } => postgres::residue::clear(connection).await,
    };
    if let Err(error) = &outcome {
        tracing::error!(%error, "replaced bytes still rest on the disk");
    }
    outcome
}

/// Runs a batch in one transaction. The statements are written out here because SQLite ends a
/// transaction by itself when the disk is full, which a counter of nested transactions would miss.
async fn transact(
    connection: &mut Connection,
    home: &Home,
    batch: &mut [Box<dyn Job>],
) -> Result<(), StoreError> {
    begin(connection, home).await?;
    let outcome = run_batch(connection, batch).await;
    if outcome.is_err() {
        // Where SQLite has ended the transaction itself, or the connection is gone, there is nothing
        // left to end.
        drop(connection.order("ROLLBACK").await);
    }
    outcome
}

/// Begins a transaction; over another connection where the one to a server was lost, for nothing of
/// the batch has been tried yet.
async fn begin(connection: &mut Connection, home: &Home) -> Result<(), StoreError> {
    let Home::Server {
        url,
        schema,
        serving,
    } = home
    else {
        return Ok(connection.order("BEGIN IMMEDIATE").await?);
    };
    match connection.order(postgres::BEGIN).await.map_err(Into::into) {
        Ok(()) => return Ok(()),
        Err(StoreError::Unreachable) => {}
        Err(error) => return Err(error),
    }
    tracing::warn!("connection to the database was lost, and is made anew");
    *connection = postgres::reopen(url, *schema, *serving).await?;
    Ok(connection.order(postgres::BEGIN).await?)
}

async fn run_batch(
    connection: &mut Connection,
    batch: &mut [Box<dyn Job>],
) -> Result<(), StoreError> {
    for job in batch {
        connection.order("SAVEPOINT job").await?;
        let keep = job.run(connection).await;
        if !keep && connection.order("ROLLBACK TO job").await.is_err() {
            return Err(StoreError::Undone);
        }
        connection.order("RELEASE job").await?;
    }
    Ok(connection.order("COMMIT").await?)
}

/// The same failure for each of those who shared the transaction.
fn repeat(error: &StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::Unreachable => StoreError::Unreachable,
        StoreError::InUse => StoreError::InUse,
        _ => StoreError::Undone,
    }
}
