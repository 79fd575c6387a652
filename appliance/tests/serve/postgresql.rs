//! The binary over a PostgreSQL of the test's own: each way of naming it leads to the same store,
//! and one that cannot be had is said with the option and what is to be put right.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lifeos_protocol::api::Pushed;
use lifeos_protocol::stream::Frame;
use tempfile::TempDir;

use crate::client::{Session, claim, read};
use crate::cluster::{Cluster, PASSWORD};
use crate::harness::{TestBox, serve};

const FILE: &str = "--database-url-file";
const URL: &str = "LIFEOS_DATABASE_URL";

/// Writes a file that a setting names.
fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let file = folder.path().join(name);
    fs::write(&file, text).unwrap();
    file
}

#[tokio::test]
async fn what_it_acknowledged_is_in_postgresql_however_the_database_is_named_at_the_next_start() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    cluster.cut();
    cluster.ask_for_passwords();
    cluster.again();
    let url = with_password(&cluster, PASSWORD);
    let beside = TempDir::new().unwrap();
    let named = file(&beside, "url", &format!("{url}\n"));
    let settings = format!("database-url-file = {named:?}\n");
    let settings = file(&beside, "settings", &settings);
    let mut at = TestBox::start_with(|told| {
        told.arg(FILE).arg(&named);
    });
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let batch = person.author(&person.device).write(3, 1);
    let pushed: Pushed = read(session.push(&person, &batch).await).await;
    let ways: [&dyn Fn(&mut Command); 4] = [
        &|told| {
            told.arg(FILE).arg(&named);
        },
        &|told| {
            told.env("LIFEOS_DATABASE_URL_FILE", &named);
        },
        &|told| {
            told.env(URL, &url);
        },
        &|told| {
            told.arg("--config").arg(&settings);
        },
    ];
    for way in ways {
        at.kill();
        at.start_again_with(way);
        assert!(at.code.is_none(), "a claimed box has no code");
        session = Session::of_device(&at, &person, &person.device).await;
        let frames = session.pull(&person, "").await;
        let Some(Frame::Complete(complete)) = frames.last() else {
            panic!("no mark")
        };
        assert_eq!(complete.sequence, pushed.counter);
        let mut admin = Command::new(env!("CARGO_BIN_EXE_lifeos"));
        admin.args(["admin", "status", "--data"]).arg(&at.folder);
        way(&mut admin);
        let said = admin.output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.contains("claimed: yes\n"), "{said}");
        assert!(said.contains("changes: 3\n"), "{said}");
    }
    assert!(at.terminate().success());
    assert!(!at.folder.join("lifeos.sqlite").exists());
}

/// The way to the cluster of a role that is asked for its password.
fn with_password(cluster: &Cluster, password: &str) -> String {
    let url = cluster.address();
    url.replace("box@", &format!("box:{password}@"))
}

/// What is said by the binary that does not start, with that more to be told.
fn refused(folder: &Path, more: impl FnOnce(&mut Command)) -> String {
    let mut command = serve(folder);
    more(&mut command);
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stdout.is_empty(), "it said that it serves");
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn a_database_that_cannot_be_had_is_said_with_its_option_and_the_remedy_and_never_the_password() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    cluster.ask_for_passwords();
    let port = cluster.on_network("");
    let plain = Cluster::address_at("localhost", port);
    let plain = plain.replace("box@", &format!("box:{PASSWORD}@"));
    for (what, url, remedy) in [
        (
            "no URL",
            PASSWORD.to_owned(),
            "postgres://role:password@host/database",
        ),
        (
            "a password with a sign of a URL's own",
            plain.replace(PASSWORD, &format!("{PASSWORD}/#")),
            "%23",
        ),
        (
            "another product's",
            plain.replace("postgres:", "mysql:"),
            "postgres://",
        ),
        (
            "a parameter too many",
            format!("{plain}?options=-c"),
            "sslrootcert",
        ),
        (
            "no TLS to elsewhere",
            plain.replace("localhost", "db.example") + "?sslmode=disable",
            "sslmode is verify-full",
        ),
        (
            "TLS of a server that has none",
            format!("{plain}?sslmode=verify-full"),
            "speaks no TLS",
        ),
        (
            "an authority that is not there",
            format!("{plain}?sslmode=verify-full&sslrootcert=/nowhere/{PASSWORD}"),
            "sslrootcert",
        ),
        (
            "another password",
            plain.replace(PASSWORD, &format!("{PASSWORD}2")),
            "password",
        ),
        (
            "another database",
            plain.replace("/lifeos", &format!("/{PASSWORD}")),
            "no database",
        ),
        (
            "nobody there",
            plain.replace(&format!(":{port}/"), ":1/"),
            "not running",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let named = file(&folder, "url", &url);
        let by_file = refused(folder.path(), |told| {
            told.arg(FILE).arg(&named);
        });
        assert!(by_file.contains(FILE), "{what}: {by_file}");
        let by_variable = refused(folder.path(), |told| {
            told.env(URL, &url);
        });
        assert!(by_variable.contains(URL), "{what}: {by_variable}");
        for said in [by_file, by_variable] {
            assert!(said.starts_with("lifeos: failed to "), "{what}: {said}");
            assert!(said.contains(remedy), "{what}: {said}");
            assert!(!said.contains(PASSWORD), "{what}: {said}");
        }
        assert!(!folder.path().join("lifeos.sqlite").exists(), "{what}");
    }
}

#[test]
fn a_choice_of_a_database_that_cannot_be_made_is_said_and_no_fresh_start_is_made() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing");
    let said = refused(folder.path(), |told| {
        told.arg(FILE).arg(&missing);
    });
    assert!(
        said.contains(FILE) && said.contains("holds the URL"),
        "{said}"
    );
    let named = file(&folder, "url", &cluster.address());
    let said = refused(folder.path(), |told| {
        told.arg(FILE).arg(&named).env(URL, cluster.address());
    });
    assert!(said.contains(FILE) && said.contains(URL), "{said}");
    assert!(said.contains("leave one of them out"), "{said}");
    // Told nothing where it was told something before.
    let mut at = TestBox::start_with(|told| {
        told.arg(FILE).arg(&named);
    });
    assert!(at.terminate().success());
    let said = refused(&at.folder, |_| {});
    assert!(said.contains(FILE) && said.contains(URL), "{said}");
    assert!(!at.folder.join("lifeos.sqlite").exists());
}
