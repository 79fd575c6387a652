//! Where the database is, and how the way there is secured. Nothing of it is ever printed.

use std::fmt;
use std::fs::File;
use std::net::IpAddr;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::error::StoreError;

/// What a URL may say besides who, where and which database. What the driver takes beyond it would
/// change the settings that durability rests upon.
const KNOWN: &[&str] = &["host", "sslmode", "sslrootcert", "sslcert", "sslkey"];
/// Those of them that name files.
const FILES: &[&str] = &["sslrootcert", "sslcert", "sslkey"];
const NO_URL: &str = "it is no URL like postgres://role:password@host/database, where signs of a \
    password that mean something in a URL are written as in %23";

/// The URL of a PostgreSQL database: `postgres://user:password@host:port/database`. It is a secret.
///
/// A plain connection is taken to this machine alone (a socket's folder, a loopback address);
/// elsewhere the connection is TLS, and the server's certificate and name are verified.
#[derive(Clone)]
pub struct DatabaseUrl {
    options: PgConnectOptions,
    /// What the URL names of this machine's.
    files: Vec<String>,
}

impl DatabaseUrl {
    pub(crate) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Refuses files that cannot be read: the driver would say that the server is not there.
    pub(crate) fn check_files(&self) -> Result<(), StoreError> {
        if self.files.iter().all(|file| File::open(file).is_ok()) {
            return Ok(());
        }
        Err(StoreError::Address(
            "a file that it names (sslrootcert, sslcert, sslkey) cannot be read",
        ))
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        let url = Url::parse(text).map_err(|_| StoreError::Address(NO_URL))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(StoreError::Address("it does not begin with postgres://"));
        }
        if url
            .query_pairs()
            .any(|(key, _)| !KNOWN.contains(&key.as_ref()))
        {
            return Err(StoreError::Address(
                "besides host, sslmode, sslrootcert, sslcert and sslkey it takes no parameter",
            ));
        }
        let names = |name: &str| url.query_pairs().any(|(key, _)| key == name);
        if names("sslcert") != names("sslkey") {
            return Err(StoreError::Address("sslcert and sslkey belong together"));
        }
        let asked = url
            .query_pairs()
            .find(|(key, _)| key == "sslmode")
            .map(|(_, value)| value.into_owned());
        let options = PgConnectOptions::from_str(text)
            .map_err(|_| StoreError::Address("a part of it is not understood"))?;
        let mode = match asked.as_deref() {
            Some("verify-full") => PgSslMode::VerifyFull,
            None if !is_here(&options) => PgSslMode::VerifyFull,
            None | Some("disable") if is_here(&options) => PgSslMode::Disable,
            _ => {
                return Err(StoreError::Address(
                    "sslmode is verify-full, or disable on this machine alone",
                ));
            }
        };
        let files = url
            .query_pairs()
            .filter(|(key, _)| FILES.contains(&key.as_ref()));
        Ok(Self {
            options: options.ssl_mode(mode),
            files: files.map(|(_, file)| file.into_owned()).collect(),
        })
    }
}

/// Whether what is sent to there leaves this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUrl").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn mode(url: &str) -> Option<PgSslMode> {
        let parsed = url.parse::<DatabaseUrl>().ok();
        parsed.map(|url| url.options.get_ssl_mode())
    }

    #[test]
    fn a_plain_way_to_the_database_is_taken_on_this_machine_alone() {
        for here in [
            "postgres://lifeos@127.0.0.1/lifeos",
            "postgres://lifeos@[::1]:5433/lifeos",
            "postgres://lifeos@localhost/lifeos",
            "postgres:///lifeos?host=/run/postgresql",
            "postgresql://lifeos@%2Frun%2Fpostgresql/lifeos",
            "postgres://lifeos@localhost/lifeos?sslmode=disable",
        ] {
            assert!(matches!(mode(here), Some(PgSslMode::Disable)), "{here}");
        }
        for verified in [
            "postgres://lifeos@db.example/lifeos",
            "postgres://lifeos@192.0.2.1/lifeos",
            "postgres://lifeos@127.0.0.1.example/lifeos",
            "postgres://lifeos@db.example/lifeos?sslmode=verify-full",
            "postgres://lifeos@localhost/lifeos?sslmode=verify-full",
            "postgres://lifeos@localhost/lifeos?host=db.example",
        ] {
            assert!(
                matches!(mode(verified), Some(PgSslMode::VerifyFull)),
                "{verified}"
            );
        }
        for weaker in ["disable", "allow", "prefer", "require", "verify-ca", "x"] {
            let url = format!("postgres://lifeos@db.example/lifeos?sslmode={weaker}");
            assert!(mode(&url).is_none(), "{url}");
        }
    }

    #[test]
    fn what_would_change_the_settings_of_the_connection_is_refused_and_nothing_is_repeated() {
        for refused in [
            "lifeos",
            "mysql://hunter2@db.example/lifeos",
            "postgres://lifeos:hunter2@db.example/lifeos?options=-c%20fsync%3Doff",
            "postgres://lifeos:hunter2@db.example/lifeos?options[synchronous_commit]=off",
            "postgres://lifeos:hunter2@db.example:port/lifeos",
            "postgres://lifeos:hunter2@db.example/lifeos?sslcert=/hunter2.pem",
            "postgres://lifeos:hunter2@db.example/lifeos?sslkey=/hunter2.pem",
        ] {
            let error = refused.parse::<DatabaseUrl>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
            assert!(!format!("{error} {error:?}").contains("example"));
        }
        let url: DatabaseUrl = "postgres://lifeos:hunter2@db.example/l".parse().unwrap();
        assert_eq!(format!("{url:?}"), "DatabaseUrl { .. }");
    }
}
