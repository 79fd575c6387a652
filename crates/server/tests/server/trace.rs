//! One trace from a request's header to the rows that it made and to the lines that tell of it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use lifeos_protocol::Wire;
use lifeos_protocol::api::{Pushed, SteppedUp};
use lifeos_protocol::batch;
use reqwest::Method;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::client::{Session, claim, read};
use crate::harness::TestBox;

/// What the process would write to standard error.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// The messages that carry a trace, in order.
    fn of(&self, trace: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let ours = |line: &Value| line["target"].as_str().unwrap().starts_with("lifeos");
        let traced = lines.filter(|line| line["span"]["trace"] == trace && ours(line));
        traced
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn bytes(trace: &str) -> [u8; 16] {
    u128::from_str_radix(trace, 16).unwrap().to_be_bytes()
}

#[tokio::test]
async fn the_trace_of_a_request_stands_at_its_rows_and_in_its_lines() {
    let lines = Lines::default();
    // As `lifeos serve` logs; the test runs on one thread, and the server with it.
    let _logging = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_writer(lines.clone())
        .finish()
        .set_default();
    let mut at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;

    let path = format!("/api/v1/spaces/{}/changes", person.space);
    let traces = [
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00000000000000000000000000000001",
    ];
    let mut author = person.author(&person.device);
    for (trace, count) in traces.iter().zip([3, 2]) {
        let body = author.write(count, 1).to_bytes();
        let request = session
            .signed(Method::POST, &path, &body)
            .header("content-type", batch::MEDIA_TYPE)
            .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["lifeos-trace"], *trace);
        read::<Pushed>(answer).await;
    }
    let device = person.device.clone();
    let erasure = person.erase(&device, &[1]);
    let answer = session.append(person.space, &erasure).await;
    assert_eq!(answer.status(), 204);
    let own = answer.headers()["lifeos-trace"]
        .to_str()
        .unwrap()
        .to_owned();
    for trace in traces {
        assert_eq!(lines.of(trace), ["changes kept", "answered"]);
    }
    assert_eq!(lines.of(&own), ["log statement kept", "answered"]);

    at.stop().await;
    let store = at.home.store().await;
    let (space, log) = (person.space, person.space.into());
    for (sequence, trace) in [(1, 0), (3, 0), (4, 1), (5, 1)] {
        let found = store.trace_of_change(space, sequence).await.unwrap();
        assert_eq!(found, Some(bytes(traces[trace])), "{sequence}");
    }
    assert_eq!(store.trace_of_change(space, 6).await.unwrap(), None);
    let found = store.trace_of_statement(log, 1).await.unwrap();
    assert_eq!(found, Some(bytes(&own)));
    // A request that names no trace has one of its own.
    let claimed = store.trace_of_statement(log, 0).await.unwrap();
    assert!(claimed.is_some_and(|trace| trace != bytes(&own)));
    store.close().await;
}
