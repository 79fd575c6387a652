//! How the store keeps up: what waits for the one who writes, and what its transactions took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::StoreError;
use crate::open::Store;

/// Counters since the start.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    transactions: AtomicU64,
    jobs: AtomicU64,
    took_us: AtomicU64,
    longest_us: AtomicU64,
    busy: AtomicU64,
}

/// What the store did since its start, and what waits now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Jobs that wait for the one who writes.
    pub queue: usize,
    /// Transactions.
    pub transactions: u64,
    /// Jobs in them.
    pub jobs: u64,
    /// What the transactions took, down to the disk.
    pub took_us: u64,
    /// What the longest took.
    pub longest_us: u64,
    /// How often another program held the database.
    pub busy: u64,
}

impl Stages {
    pub(crate) fn transaction(&self, jobs: usize, took: Duration, failure: Option<&StoreError>) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        self.took_us.fetch_add(us, Ordering::Relaxed);
        self.longest_us.fetch_max(us, Ordering::Relaxed);
        if failure.is_some_and(StoreError::is_busy) {
            self.busy.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn figures(&self, queue: usize) -> StoreFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StoreFigures {
            queue,
            transactions: read(&self.transactions),
            jobs: read(&self.jobs),
            took_us: read(&self.took_us),
            longest_us: read(&self.longest_us),
            busy: read(&self.busy),
        }
    }
}

impl Store {
    /// Returns how the store keeps up.
    pub fn figures(&self) -> StoreFigures {
        self.committer.figures()
    }
}
