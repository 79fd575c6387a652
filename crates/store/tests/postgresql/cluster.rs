//! A PostgreSQL of a test's own: a cluster in a temporary folder, reached by a socket in that folder
//! alone unless a test asks for more. It is a copy of one that is made once, for making one takes
//! seconds.
//!
//! The role is what docs/guides/postgresql.md advises: it owns its database and nothing else.
#![allow(
    dead_code,
    reason = "each test binary that has this module uses some of it"
)]

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lifeos_store::DatabaseUrl;
use tempfile::TempDir;

const ROLES: &str =
    "CREATE ROLE box LOGIN PASSWORD 'hunter2';\nCREATE DATABASE lifeos OWNER box;\n";
/// Of the role, where it is asked for.
pub(crate) const PASSWORD: &str = "hunter2";
/// Small, but as durable as any: what is off in a test is not tested.
const SETTINGS: &str = "listen_addresses = ''\nfsync = on\nmax_connections = 20\n\
     shared_buffers = 8MB\nlog_min_messages = log\n";

/// A running PostgreSQL; it ends with the test.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: Programs,
}

impl Cluster {
    /// Starts one; nothing where the machine has no PostgreSQL and was told so. Without that word a
    /// machine without it fails the test.
    #[expect(
        clippy::print_stdout,
        reason = "a test that proved nothing says so where its result is read"
    )]
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = Programs::find() else {
            assert!(
                std::env::var_os("LIFEOS_WITHOUT_POSTGRESQL").is_some(),
                "PostgreSQL is missing: `provisioning/setup test` brings it, and with \
                 LIFEOS_WITHOUT_POSTGRESQL=1 its tests prove nothing and say so"
            );
            println!("not tested: there is no PostgreSQL here (LIFEOS_WITHOUT_POSTGRESQL)");
            return None;
        };
        let folder = programs.folder();
        let template = programs.template();
        let copied = Command::new("cp")
            .arg("-a")
            .arg(&template)
            .arg(folder.path().join("data"))
            .status();
        assert!(copied.unwrap().success());
        let cluster = Self { folder, programs };
        cluster.again();
        Some(cluster)
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        self.address().parse().unwrap()
    }

    pub(crate) fn address(&self) -> String {
        format!(
            "postgres://box@localhost/lifeos?host={}",
            self.folder.path().display()
        )
    }

    /// As [`Self::address`], over the network.
    pub(crate) fn address_at(host: &str, port: u16) -> String {
        format!("postgres://box@{host}:{port}/lifeos")
    }

    /// The folder of all that the server keeps.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Ends the server as a power cut would: nothing is written that was not.
    pub(crate) fn cut(&self) {
        let said = self.control(&["stop", "-m", "immediate", "-w"]);
        assert!(said.status.success(), "{said:?}");
    }

    /// Starts the server again and waits until it takes connections.
    pub(crate) fn again(&self) {
        let said = self.try_start();
        assert!(said.status.success(), "{said:?} {}", self.log());
    }

    /// Starts the server again with these settings, listening on this machine's own addresses as
    /// well, and returns the port.
    pub(crate) fn on_network(&self, settings: &str) -> u16 {
        self.cut();
        // Whoever takes a port between its being found free and the start is somebody else's test.
        for _ in 0..9 {
            let found = TcpListener::bind("localhost:0").unwrap();
            let port = found.local_addr().unwrap().port();
            drop(found);
            let text = format!("listen_addresses = 'localhost'\nport = {port}\n{settings}");
            self.set("postgresql.auto.conf", &text);
            if self.try_start().status.success() {
                return port;
            }
        }
        panic!("{}", self.log());
    }

    /// Writes a file of the server's own, readable by it alone.
    pub(crate) fn set(&self, name: &str, text: &str) {
        let file = self.data().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((user, group)) = self.programs.owner {
            chown(&file, Some(user), Some(group)).unwrap();
        }
    }

    /// Has everybody asked for a password, from the next start.
    pub(crate) fn ask_for_passwords(&self) {
        self.set(
            "pg_hba.conf",
            "local all all scram-sha-256\nhost all all all scram-sha-256\n",
        );
    }

    fn try_start(&self) -> Output {
        let options = format!(
            "-c unix_socket_directories='{}'",
            self.folder.path().display()
        );
        let log = self.folder.path().join("log");
        let log = log.to_str().unwrap();
        self.control(&["start", "-w", "-l", log, "-o", options.as_str()])
    }

    /// What the server said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Kills one process of the server with no word of farewell.
    pub(crate) fn kill(process: i64) {
        let killed = Command::new("kill")
            .args(["-9", &process.to_string()])
            .status();
        assert!(killed.unwrap().success());
    }

    fn control(&self, arguments: &[&str]) -> Output {
        self.programs
            .run("pg_ctl", self.folder.path())
            .arg("-D")
            .arg(self.data())
            .args(arguments)
            .stdout(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be stopped already.
        self.control(&["stop", "-m", "immediate", "-w"]);
    }
}

/// Where the programs are, and as whom they run: PostgreSQL refuses to be root.
struct Programs {
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Option<Self> {
        let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").exists())
            .collect();
        found.sort();
        let root = fs::metadata("/proc/self").unwrap().uid() == 0;
        Some(Self {
            folder: found.pop()?,
            owner: root.then(|| (number_of("postgres", "-u"), number_of("postgres", "-g"))),
        })
    }

    fn run(&self, program: &str, at: &Path) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.current_dir(at).stdin(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }

    /// A temporary folder that belongs to whom the programs run as.
    fn folder(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        if let Some((user, group)) = self.owner {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        folder
    }

    /// A cluster that was never started, made by whoever comes first.
    fn template(&self) -> PathBuf {
        let version = self
            .run("postgres", Path::new("/"))
            .arg("--version")
            .output();
        let version: String = String::from_utf8(version.unwrap().stdout)
            .unwrap()
            .chars()
            .filter(|char| char.is_ascii_alphanumeric() || *char == '.')
            .collect();
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(kept).unwrap();
        let template = kept.join(format!("cluster-2-{version}"));
        let lock = File::create(kept.join("cluster.lock")).unwrap();
        lock.lock().unwrap();
        if !template.exists() {
            let made = self.folder();
            let data = made.path().join("data");
            let flags = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"];
            let said = self
                .run("initdb", made.path())
                .args(flags)
                .arg("--wal-segsize=1")
                .arg("-D")
                .arg(&data)
                .output()
                .unwrap();
            assert!(said.status.success(), "{said:?}");
            let mut settings = File::options()
                .append(true)
                .open(data.join("postgresql.conf"))
                .unwrap();
            settings.write_all(SETTINGS.as_bytes()).unwrap();
            let mut single = self
                .run("postgres", made.path())
                .args(["--single", "-D"])
                .arg(&data)
                .arg("postgres")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut input = single.stdin.take().unwrap();
            input.write_all(ROLES.as_bytes()).unwrap();
            drop(input);
            assert!(single.wait().unwrap().success());
            let copied = Command::new("cp")
                .arg("-a")
                .arg(&data)
                .arg(template.with_extension("new"))
                .status();
            assert!(copied.unwrap().success());
            fs::rename(template.with_extension("new"), &template).unwrap();
        }
        template
    }
}

fn number_of(user: &str, which: &str) -> u32 {
    let said = Command::new("id").args([which, user]).output().unwrap();
    let number = String::from_utf8(said.stdout).unwrap();
    number.trim().parse().unwrap()
}
