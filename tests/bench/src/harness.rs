//! The release binary in a process of its own, on a folder of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) const ORIGIN: &str = "http://localhost:8420";

/// The box as `lifeos serve` runs it.
pub(crate) struct TestBox {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
    code: Option<String>,
}

impl TestBox {
    pub(crate) fn start() -> Self {
        Self::start_as(release)
    }

    /// Another program than the release binary, over a folder of its own.
    pub(crate) fn start_as(program: fn(&Path) -> Command) -> Self {
        let folder = TempDir::new().unwrap();
        let started = Process::start(program(folder.path()));
        Self {
            folder,
            address: started.address,
            process: started.process,
            code: started.code,
        }
    }

    /// Starts it again over the same folder, and returns how long it took to listen.
    pub(crate) fn start_again(&mut self) -> Duration {
        self.process.end();
        let started = Process::start(release(self.folder.path()));
        self.address = started.address;
        self.code = started.code;
        self.process = started.process;
        started.took
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn typed_code(&self) -> String {
        self.code.as_ref().unwrap().replace('-', "")
    }
}

/// `lifeos serve`.
fn release(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .env("LIFEOS_LOG", "warn");
    command
}

/// A server that says where it listens.
pub(crate) struct Process(Child);

/// A process that listens.
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) took: Duration,
    code: Option<String>,
}

impl Process {
    /// Starts a server and waits for its line `Listening on ADDRESS`; time runs until then.
    pub(crate) fn start(mut command: Command) -> Started {
        let before = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || lines.next().unwrap().unwrap();
        let mut line = next();
        while !line.starts_with("Listening on ") {
            line = next();
        }
        let took = before.elapsed();
        let address = line["Listening on ".len()..].parse().unwrap();
        let code = lines.next().and_then(|line| {
            let line = line.unwrap();
            let code = line.strip_prefix("Claim code: ")?;
            Some(code.split(' ').next().unwrap().to_owned())
        });
        Started {
            process: Self(child),
            address,
            took,
            code,
        }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Memory that the process holds now, in megabytes.
    pub(crate) fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kib * 1024.0 / 1e6
    }

    /// Ends it as a service manager does, if it still runs.
    pub(crate) fn end(&mut self) {
        if self.0.try_wait().unwrap().is_some() {
            return;
        }
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The binary that is measured.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("LIFEOS_BINARY")
        .expect("LIFEOS_BINARY names the release binary; `provisioning/setup bench` sets it")
        .into()
}
