//! `lifeos demo`, as a person starts it: it prints a kit, the kit opens a year of tasks, and when it
//! ends nothing of it is left.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead, BufReader, Lines};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use lifeos_replica::api::{Call, Phase, SecretText, SyncState};
use lifeos_replica_native::NativeClient;
use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_kit_from_the_terminal_opens_a_year_of_tasks_and_nothing_is_left_at_the_end() {
    let temporary = TempDir::new().unwrap();
    let mut demo = Demo::start(&temporary, &[]);
    assert_eq!(demo.kits.len(), 2);
    for kit in demo.kits.clone() {
        let device = Device::join(&demo, &kit);
        let (done, all) = (device.count("logbook"), device.count("all"));
        assert!(done > 300 && all > done + 30, "{done} done of {all}");
        device.write_a_task();
    }
    assert_ne!(names_in(temporary.path()), Vec::<String>::new());
    assert!(demo.terminate().success());
    assert_eq!(names_in(temporary.path()), Vec::<String>::new());
}

#[test]
fn a_folder_that_is_named_is_kept_and_only_an_empty_one_is_taken() {
    let temporary = TempDir::new().unwrap();
    let kept = TempDir::new().unwrap();
    let data = ["--data", kept.path().to_str().unwrap()];
    let mut demo = Demo::start(&temporary, &data);
    assert!(demo.terminate().success());
    let left = names_in(kept.path());
    assert!(!left.is_empty());
    assert_eq!(names_in(temporary.path()), Vec::<String>::new());

    let again = lifeos(&temporary, &data).output().unwrap();
    assert!(!again.status.success());
    let reason = String::from_utf8(again.stderr).unwrap();
    assert!(reason.contains("lifeos serve --data"), "{reason}");
    assert_eq!(names_in(kept.path()), left);
}

/// The binary in a process of its own, with a folder for what is temporary.
struct Demo {
    child: Child,
    port: u16,
    kits: Vec<String>,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Demo {
    fn start(temporary: &TempDir, more: &[&str]) -> Self {
        // Free a moment ago; whoever takes it meanwhile fails the test with a name.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut child = lifeos(temporary, more)
            .args(["--port", &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut kits = Vec::new();
        let mut at = None;
        loop {
            let line = lines.next().expect("it tells all before it ends").unwrap();
            if let Some(address) = line.strip_prefix("The demo is at ") {
                at = Some(address.to_owned());
            } else if line.starts_with("Kit ") {
                kits.push(line.split(": ").nth(1).unwrap().to_owned());
            } else if line.contains("when this ends") {
                break;
            }
        }
        assert_eq!(at, Some(format!("http://localhost:{port}")));
        Self {
            child,
            port,
            kits,
            _lines: lines,
        }
    }

    /// SIGTERM, as a service manager sends it.
    fn terminate(&mut self) -> ExitStatus {
        let sent = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(sent.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn lifeos(temporary: &TempDir, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifeos"));
    command
        .arg("demo")
        .args(more)
        .env("TMPDIR", temporary.path())
        .env("LIFEOS_LOG", "warn");
    command
}

/// A device that a person opened with a kit.
struct Device {
    client: NativeClient,
    _folder: TempDir,
}

impl Device {
    fn join(demo: &Demo, kit: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let origin = format!("http://localhost:{}", demo.port);
        let client = NativeClient::start(folder.path(), origin).unwrap();
        let device = Self {
            client,
            _folder: folder,
        };
        device.wait(|phase, _| *phase == Phase::Fresh);
        device
            .client
            .call(Call::JoinKit {
                device_name: "Tablet".into(),
                code: SecretText::new(kit.to_owned()),
                account: None,
            })
            .unwrap();
        device.wait(|phase, _| matches!(phase, Phase::Joining { .. }));
        device.client.call(Call::JoinConfirm).unwrap();
        device.wait(|phase, sync| *phase == Phase::Open && sync == SyncState::Live);
        device
    }

    fn wait(&self, is: impl Fn(&Phase, SyncState) -> bool) {
        let waited = self.client.wait_until(
            |status| is(&status.phase, status.sync) && status.waiting == 0,
            PATIENCE,
        );
        assert!(waited.is_ok(), "not in time: {:?}", waited.err());
    }

    /// How many tasks a list has.
    fn count(&self, scope: &str) -> u64 {
        let answer = self.call(
            json!({ "type": "ask", "query": { "type": "tasks", "query": {
            "type": "list", "scope": { "type": scope }, "limit": 1, "after": null,
        } } }),
        );
        let total = answer.pointer("/view/view/list/total");
        total
            .and_then(Value::as_u64)
            .unwrap_or_else(|| panic!("{answer}"))
    }

    fn write_a_task(&self) {
        self.call(
            json!({ "type": "do", "command": { "type": "tasks", "command": {
            "type": "createTask", "title": "Look around", "set": [], "labels": [], "place": null,
        } } }),
        );
        self.wait(|_, sync| sync == SyncState::Live);
    }

    /// A call as the page writes it.
    fn call(&self, call: Value) -> Value {
        let reply = self.client.call(serde_json::from_value(call).unwrap());
        serde_json::to_value(reply.unwrap()).unwrap()
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
