//! The browser: `browser/drive.mjs` drives it, what it measured comes back as JSON.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::harness::binary;
use crate::root;

const LONGEST: Duration = Duration::from_secs(1_200);

/// Has the browser measure, and returns what it measured.
pub(crate) async fn measure(what: Value) -> Value {
    let mut driver = Command::new("node")
        .arg(root().join("tests/bench/browser/drive.mjs"))
        .env("LIFEOS_BINARY", binary())
        .env("LIFEOS_BENCH", std::env::current_exe().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = driver.stdin.take().unwrap();
    input.write_all(what.to_string().as_bytes()).await.unwrap();
    drop(input);
    // What hangs ends its own part, and not the run.
    let output = tokio::time::timeout(LONGEST, driver.wait_with_output()).await;
    let output = output.expect("the browser measures in time").unwrap();
    assert!(output.status.success(), "the browser did not measure");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Reads a list of milliseconds.
pub(crate) fn times(measured: &Value) -> Vec<f64> {
    let times = measured.as_array().unwrap().iter();
    times.map(|time| time.as_f64().unwrap()).collect()
}
