//! Twenty devices of a household at the box: what its answers take.

use std::time::{Duration, Instant};

use lifeos_protocol::Wire as _;
use lifeos_protocol::batch;
use reqwest::{Client as Http, Method};

use super::ROW;
use super::slow::Held;
use crate::client::Session;
use crate::enrolled::enrolled;
use crate::harness::TestBox;
use crate::person::Author;
use crate::pulled::pulled;
use crate::rates::PADDED;
use crate::table::{Row, Target, median, p95};

const DEVICES: u8 = 20;
/// How often each asks: together just below what the box lets one address ask.
const EVERY: Duration = Duration::from_millis(250);
const FOR: Duration = Duration::from_secs(20);

/// A device that writes, looks what is new, and asks for its spaces, in turn.
struct Device {
    http: Http,
    session: Session,
    author: Author,
    path: String,
    /// Where its next pull begins, as the box writes it; empty is the beginning.
    after: String,
    asked: usize,
}

pub(super) async fn rows() -> Vec<Row> {
    let at = TestBox::start();
    let mut devices = household(&at).await;
    let bare = ask_all(&mut devices).await;
    let held = Held::process(at.process.id());
    println!("  the box: {}", held.means());
    let ours = ask_all(&mut devices).await;
    drop(held);
    println!(
        "  medians: {:.2} ms, not slowed {:.2} ms, of {} answers each",
        median(&ours),
        median(&bare),
        ours.len()
    );
    vec![Row::new(
        format!("{ROW}answers of the box to {DEVICES} devices, p95"),
        "ms",
        (p95(&ours), p95(&bare)),
        Target::AtMost(200.0),
        "the same box not slowed; each device pushes, pulls and reads in turn, four times a second",
    )]
}

/// A person's devices, each with a session and a chain of its own.
async fn household(at: &TestBox) -> Vec<Device> {
    let (person, all) = enrolled(at, DEVICES).await;
    let mut devices = Vec::new();
    for keys in all {
        devices.push(Device {
            http: Http::new(),
            session: Session::of_device(at, &person, &keys).await,
            author: person.author(&keys),
            path: format!("/api/v1/spaces/{}/changes", person.space),
            after: String::new(),
            asked: 0,
        });
    }
    devices
}

/// Lets all of them ask for a while; the first second does not count.
async fn ask_all(devices: &mut [Device]) -> Vec<f64> {
    let begin = tokio::time::Instant::now();
    let apart = EVERY / u32::from(DEVICES);
    let each = (0..).zip(devices.iter_mut()).map(async |(number, device)| {
        let mut turns = tokio::time::interval_at(begin + apart * number, EVERY);
        let mut took = Vec::new();
        while begin.elapsed() < FOR {
            turns.tick().await;
            let ms = device.ask().await;
            if begin.elapsed() > Duration::from_secs(1) {
                took.push(ms);
            }
        }
        took
    });
    let all = futures_util::future::join_all(each).await;
    all.into_iter().flatten().collect()
}

impl Device {
    /// Asks the next thing; returns the milliseconds until its answer was whole.
    async fn ask(&mut self) -> f64 {
        self.asked += 1;
        let (method, path, body) = match self.asked % 3 {
            1 => {
                let batch = self.author.write_sized(1, 1, PADDED);
                (Method::POST, self.path.clone(), batch.to_bytes())
            }
            2 => {
                let path = format!("{}?after={}", self.path, self.after);
                (Method::GET, path, Vec::new())
            }
            _ => (Method::GET, "/api/v1/spaces".to_owned(), Vec::new()),
        };
        let request = self.session.signed_by(&self.http, method, &path, &body);
        let request = request.header("content-type", batch::MEDIA_TYPE);
        let before = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        let ms = before.elapsed().as_secs_f64() * 1000.0;
        assert!(status.is_success(), "{status}");
        if self.asked % 3 == 2 {
            self.after = pulled(&bytes).1;
        }
        ms
    }
}
