//! Where settings come from: flags, the environment, one optional TOML file, defaults.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lifeos_store::DatabaseUrl;
use serde::Deserialize;

/// Where the box listens unless told otherwise. Fixed: another port is another origin, and another
/// origin is another device.
pub(crate) const LISTEN: &str = "127.0.0.1:8420";
/// Under which name browsers know the box unless told otherwise.
pub(crate) const ORIGIN: &str = "http://localhost:8420";

/// What a settings file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct File {
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) origin: Option<String>,
    pub(crate) tls_cert: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    pub(crate) database_url_file: Option<PathBuf>,
}

impl File {
    /// Reads the file, or takes an empty one where none is named.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = fs::read_to_string(path).context("failed to read the settings file")?;
        // The parser's words would repeat the line; the place in the file is enough.
        toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].lines().count().max(1));
            anyhow::anyhow!("failed to understand the settings file near line {line}")
        })
    }
}

/// The URL itself, where no file holds it. It is never an argument: a list of processes shows those.
const DATABASE_URL: &str = "LIFEOS_DATABASE_URL";

/// Returns where the store is kept, if that is not the data folder: from a file that holds the URL,
/// or from the environment.
pub(crate) fn database(given: Option<PathBuf>, file: &File) -> Result<Option<DatabaseUrl>> {
    let named = given.or_else(|| file.database_url_file.clone());
    let text = match (named, std::env::var(DATABASE_URL)) {
        (Some(_), Ok(_)) => {
            bail!("failed to choose a database: a file names one, and so does {DATABASE_URL}")
        }
        (Some(path), Err(_)) => {
            fs::read_to_string(path).context("failed to read the file of the database's URL")?
        }
        (None, Ok(url)) => url,
        (None, Err(std::env::VarError::NotPresent)) => return Ok(None),
        (None, Err(_)) => bail!("failed to read {DATABASE_URL}"),
    };
    text.parse::<DatabaseUrl>()
        .map(Some)
        .context("failed to take the URL of the database")
}

/// Returns the data folder: as given, as in the file, or the platform's own.
pub(crate) fn data_folder(given: Option<PathBuf>, file: &File) -> Result<PathBuf> {
    if let Some(folder) = given.or_else(|| file.data.clone()) {
        return Ok(folder);
    }
    directories::ProjectDirs::from("", "", "lifeos")
        .map(|folders| folders.data_dir().to_path_buf())
        .context("failed to find this account's data folder; name one with --data")
}
