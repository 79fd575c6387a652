//! What a server tells of itself: its memory, and how often its store committed. In WAL with
//! `synchronous=FULL` a commit flushes the log once; what is flushed beside is the database itself,
//! each thousand pages.

use serde::Serialize;

use crate::harness::TestBox;

/// Figures since the start of the process.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Figures {
    /// Resident memory.
    memory_mb: f64,
    /// Commits, each with its flush.
    commits: u64,
    /// What shared those commits.
    jobs: u64,
    /// Changes taken in.
    changes: u64,
}

impl Figures {
    /// Asks the server, as Prometheus does.
    pub(super) async fn of(at: &TestBox) -> Self {
        let token = std::fs::read_to_string(at.folder.path().join("metrics-token")).unwrap();
        let asked = reqwest::Client::new()
            .get(at.url("/metrics"))
            .header("authorization", format!("Bearer {}", token.trim()));
        let page = asked.send().await.unwrap().text().await.unwrap();
        let figure = |name: &str| {
            let mut lines = page.lines().map(|line| line.split_once(' '));
            let line = lines.find_map(|line| line.filter(|(named, _)| *named == name));
            line.unwrap().1.parse().unwrap()
        };
        Self {
            memory_mb: at.process.resident_mb(),
            commits: figure("lifeos_store_transactions_total"),
            jobs: figure("lifeos_store_jobs_total"),
            changes: figure("lifeos_changes_total"),
        }
    }

    /// Commits since others were read.
    pub(super) fn commits_since(&self, before: &Self) -> u64 {
        self.commits - before.commits
    }
}

/// A server before and after what it was asked for.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    of: &'static str,
    before: Figures,
    after: Figures,
}

impl Asked {
    /// Reads the figures again.
    pub(super) async fn now(of: &'static str, at: &TestBox, before: Figures) -> Self {
        let after = Figures::of(at).await;
        Self { of, before, after }
    }
}
