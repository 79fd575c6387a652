//! What the box counts about itself, in the text form of Prometheus. Counts only: no account, no
//! device, no name.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;

/// Upper bounds of the buckets, in microseconds.
const BOUNDS_US: [u64; 9] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_500_000,
];

/// Counters since the start of the process.
#[derive(Debug, Default)]
pub struct Metrics {
    classes: [AtomicU64; 5],
    buckets: [AtomicU64; BOUNDS_US.len()],
    took_us: AtomicU64,
    answered: AtomicU64,
    /// Changes taken in by pushes.
    pub changes: AtomicU64,
    /// Pushes refused by the judge.
    pub refusals: AtomicU64,
    /// Requests held back by a limit.
    pub limited: AtomicU64,
    /// Connections open now.
    pub connections: AtomicU64,
    /// Live tails open now.
    pub tails: AtomicU64,
}

impl Metrics {
    pub(crate) fn request(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.took_us.fetch_add(us, Ordering::Relaxed);
        self.answered.fetch_add(1, Ordering::Relaxed);
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS_US) {
            if us <= bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Returns the page that Prometheus reads.
    #[must_use]
    pub fn page(&self) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut page = String::with_capacity(2048);
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing to a String never fails.
            writeln!(page, "{text}").ok();
        };
        line(format_args!("# TYPE lifeos_requests_total counter"));
        for (class, count) in (1..).zip(&self.classes) {
            line(format_args!(
                "lifeos_requests_total{{class=\"{class}xx\"}} {}",
                read(count)
            ));
        }
        line(format_args!("# TYPE lifeos_request_seconds histogram"));
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS_US) {
            let seconds = Duration::from_micros(bound).as_secs_f64();
            line(format_args!(
                "lifeos_request_seconds_bucket{{le=\"{seconds}\"}} {}",
                read(bucket)
            ));
        }
        let answered = read(&self.answered);
        line(format_args!(
            "lifeos_request_seconds_bucket{{le=\"+Inf\"}} {answered}"
        ));
        let took = Duration::from_micros(read(&self.took_us)).as_secs_f64();
        line(format_args!("lifeos_request_seconds_sum {took}"));
        line(format_args!("lifeos_request_seconds_count {answered}"));
        for (name, kind, counter) in [
            ("lifeos_changes_total", "counter", &self.changes),
            ("lifeos_refusals_total", "counter", &self.refusals),
            ("lifeos_limited_total", "counter", &self.limited),
            ("lifeos_connections", "gauge", &self.connections),
            ("lifeos_tails", "gauge", &self.tails),
        ] {
            line(format_args!(
                "# TYPE {name} {kind}\n{name} {}",
                read(counter)
            ));
        }
        page
    }
}
