//! Many clients at once, each asking again as soon as it is answered.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::table::{median, p95};

/// Who asks one thing after the other.
pub(super) trait Client: Send {
    /// Asks once; returns how much was done by it.
    fn ask(&mut self) -> impl Future<Output = u64> + Send;
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Driven {
    /// What was done in a second, by all.
    pub(super) rate: f64,
    /// Of one asking.
    pub(super) p95_ms: f64,
    /// How often it was asked, what does not count included.
    pub(super) asked: u64,
}

impl Driven {
    /// The run in the middle, by each figure; asked in all of them.
    pub(super) fn middle(runs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(&runs.iter().map(figure).collect::<Vec<_>>());
        Self {
            rate: of(|run| run.rate),
            p95_ms: of(|run| run.p95_ms),
            asked: runs.iter().map(|run| run.asked).sum(),
        }
    }
}

/// Lets all of them ask for a while; what is answered before `before` is over does not count.
pub(super) async fn drive<C: Client>(
    clients: &mut [C],
    before: Duration,
    counted: Duration,
) -> Driven {
    let begin = Instant::now() + before;
    let end = begin + counted;
    let each = clients.iter_mut().map(|client| one(client, begin, end));
    let all = futures_util::future::join_all(each).await;
    let sum = |of: fn(&One) -> u64| all.iter().map(of).sum::<u64>();
    let (done, asked) = (sum(|one| one.done), sum(|one| one.asked));
    let latencies: Vec<f64> = all.into_iter().flat_map(|one| one.latencies).collect();
    Driven {
        rate: done as f64 / counted.as_secs_f64(),
        p95_ms: p95(&latencies),
        asked,
    }
}

/// What came of one client.
#[derive(Default)]
struct One {
    done: u64,
    asked: u64,
    latencies: Vec<f64>,
}

async fn one<C: Client>(client: &mut C, begin: Instant, end: Instant) -> One {
    let mut one = One::default();
    loop {
        let asked = Instant::now();
        if asked >= end {
            return one;
        }
        let by_this = client.ask().await;
        one.asked += 1;
        let answered = Instant::now();
        if answered >= begin && answered < end {
            one.done += by_this;
            one.latencies
                .push((answered - asked).as_secs_f64() * 1000.0);
        }
    }
}
