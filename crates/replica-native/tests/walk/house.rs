//! The box of a test.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use lifeos_server::{Config, Limits, NoAssets, Rate, Server, Watching, new_claim_code};
use lifeos_store::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A box on a loopback port that it keeps across restarts.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    /// The port at which clients find it, where something lies between.
    pub(crate) seen_at: u16,
    /// A port on loopback where it is found by the name that it had before.
    pub(crate) former_port: Option<u16>,
    pub(crate) running: Option<Runtime>,
}

impl House {
    /// Starts a fresh box; returns it with its claim code.
    pub(crate) fn start() -> (Self, String) {
        Self::start_at(None)
    }

    /// As [`Self::start`], for clients that find it at another port.
    pub(crate) fn start_at(seen_at: Option<u16>) -> (Self, String) {
        let port = free_port();
        let mut house = Self {
            folder: TempDir::new().unwrap(),
            port,
            seen_at: seen_at.unwrap_or(port),
            former_port: None,
            running: None,
        };
        let code = house.run();
        (house, code.unwrap())
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.seen_at)
    }

    /// Gives the box another name. The one that it had still answers.
    pub(crate) fn rename(&mut self) {
        self.kill();
        self.former_port = Some(std::mem::replace(&mut self.port, free_port()));
        self.seen_at = self.port;
        self.run();
    }

    /// Ends the box as a power cut would: nothing is told, nothing is finished.
    pub(crate) fn kill(&mut self) {
        let Some(runtime) = self.running.take() else {
            return;
        };
        runtime.shutdown_background();
        // Its threads let go of the disk a moment later, as those of a dying process do.
        let lock = std::fs::File::create(self.folder.path().join("lifeos.lock")).unwrap();
        for _ in 0..2400 {
            match lock.try_lock() {
                Ok(()) => return,
                Err(_) => std::thread::sleep(Duration::from_millis(25)),
            }
        }
        panic!("the box still has its folder");
    }

    /// Starts it again over the same folder.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.run();
    }

    /// Starts it over a copy of a folder, as it was there.
    pub(crate) fn put_back(&mut self, image: &Path) {
        self.lay(image);
        self.run();
    }

    /// Ends it and lays a copy of a folder in the place of its own.
    pub(crate) fn lay(&mut self, image: &Path) {
        self.kill();
        self.folder = TempDir::new().unwrap();
        copy_folder(image, self.folder.path());
    }

    pub(crate) fn run(&mut self) -> Option<String> {
        let runtime = Runtime::new().unwrap();
        let folder = self.folder.path().to_owned();
        let listen = format!("127.0.0.1:{}", self.port).parse().unwrap();
        let origin = self.origin().parse().unwrap();
        let former = self
            .former_port
            .map(|port| format!("http://localhost:{port}").parse().unwrap())
            .into_iter()
            .collect();
        let (told, began) = channel();
        runtime.spawn(async move {
            let store = Store::open(&folder, 1).await.unwrap();
            let code = new_claim_code(&store).await.unwrap();
            let quick = Rate::new(10_000, 1);
            let limits = Limits {
                sign_in: quick,
                claim: quick,
                ..Limits::default()
            };
            let config = Config {
                listen,
                origin,
                former,
                tls: None,
                limits,
                watching: Watching::default(),
            };
            let mut tries = 0;
            let server = loop {
                match Server::bind(config.clone(), store.clone(), NoAssets).await {
                    Ok(server) => break server,
                    // The socket of the box before may not be free yet.
                    Err(_) if tries < 1200 => tokio::time::sleep(Duration::from_millis(50)).await,
                    Err(error) => panic!("{error}"),
                }
                tries += 1;
            };
            told.send(code.map(|code| code.shown())).unwrap();
            server.run(std::future::pending()).await;
        });
        let code = began.recv().unwrap();
        self.running = Some(runtime);
        code
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody has while its box is down: below those that the system gives to connections,
/// begun at another place by each process.
pub(crate) fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() * 37 % 20_000).unwrap();
    loop {
        let port = 10_000 + (begin + TAKEN.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Copies the files of a folder, and of those in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            copy_file(&entry.path(), &target);
        }
    }
}

/// Copies a file; one that went meanwhile, as a database's helpers do, needs no copy.
fn copy_file(from: &Path, to: &Path) {
    match fs::copy(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{error}"),
        _ => {}
    }
}
