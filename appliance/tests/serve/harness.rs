//! The binary in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;

pub(crate) const ORIGIN: &str = "http://localhost:8420";

pub(crate) struct TestBox {
    pub(crate) folder: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) code: Option<String>,
    child: Child,
    /// The folder, where it is the box's own.
    temporary: Option<TempDir>,
}

impl TestBox {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// As [`Self::start`], told more.
    pub(crate) fn start_with(more: impl FnOnce(&mut Command)) -> Self {
        let temporary = TempDir::new().unwrap();
        let mut at = Self::start_over(temporary.path().to_owned(), more);
        at.temporary = Some(temporary);
        at
    }

    /// Starts a box over a folder that outlives it.
    pub(crate) fn start_over(folder: PathBuf, more: impl FnOnce(&mut Command)) -> Self {
        let (child, address, code) = spawn(&folder, more);
        Self {
            folder,
            address,
            code,
            child,
            temporary: None,
        }
    }

    pub(crate) fn start_again(&mut self) {
        self.start_again_with(|_| {});
    }

    /// As [`Self::start_again`], told more.
    pub(crate) fn start_again_with(&mut self, more: impl FnOnce(&mut Command)) {
        (self.child, self.address, self.code) = spawn(&self.folder, more);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn typed_code(&self) -> String {
        self.code.as_ref().unwrap().replace('-', "")
    }

    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no time for last words.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as a service manager sends it.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let sent = Command::new("kill")
            .arg(self.process().to_string())
            .status()
            .unwrap();
        assert!(sent.success());
        self.child.wait().unwrap()
    }
}

impl Drop for TestBox {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The binary, serving from a folder.
pub(crate) fn serve(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifeos"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .env("LIFEOS_LOG", "warn");
    command
}

fn spawn(folder: &Path, more: impl FnOnce(&mut Command)) -> (Child, SocketAddr, Option<String>) {
    let mut command = serve(folder);
    more(&mut command);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), format!("LifeOS is at {ORIGIN}"));
    let listening = lines.next().unwrap();
    let address = listening
        .strip_prefix("Listening on ")
        .unwrap()
        .parse()
        .unwrap();
    let code = lines.next().unwrap();
    let code = code
        .strip_prefix("Claim code: ")
        .map(|code| code.split(' ').next().unwrap().to_owned());
    (child, address, code)
}
