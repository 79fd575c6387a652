//! Where settings come from: flags, the environment, one optional TOML file, defaults.

use std::env::VarError;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lifeos_store::{DatabaseUrl, StoreError};
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
    #[serde(default)]
    pub(crate) former_origins: Vec<String>,
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
/// What names the file that holds it.
const DATABASE_URL_FILE: &str = "--database-url-file";

/// Returns where the store is kept, if that is not the data folder: from a file that holds the URL,
/// or from the environment.
pub(crate) fn database(given: Option<PathBuf>, file: &File) -> Result<Option<DatabaseUrl>> {
    let named = given.or_else(|| file.database_url_file.clone());
    let (text, option) = match (named, std::env::var(DATABASE_URL)) {
        (Some(_), Ok(_) | Err(VarError::NotUnicode(_))) => {
            bail!(
                "failed to choose a database: {DATABASE_URL_FILE} names one, and so does \
                 {DATABASE_URL}; leave one of them out"
            )
        }
        (Some(path), Err(VarError::NotPresent)) => {
            let text = fs::read_to_string(path);
            let text = text.with_context(|| {
                format!(
                    "failed to read the file that {DATABASE_URL_FILE} names; it holds the URL, and \
                     this user must be able to read it"
                )
            })?;
            (text, DATABASE_URL_FILE)
        }
        (None, Ok(url)) => (url, DATABASE_URL),
        (None, Err(VarError::NotPresent)) => return Ok(None),
        (None, Err(VarError::NotUnicode(_))) => bail!("failed to read {DATABASE_URL}: no UTF-8"),
    };
    text.parse::<DatabaseUrl>()
        .map(Some)
        .with_context(|| format!("failed to take the URL of {option}"))
}

/// Says of a store that could not be opened which option led there.
pub(crate) fn not_opened(error: StoreError, database: Option<&DatabaseUrl>) -> anyhow::Error {
    let context = match (&error, database) {
        (StoreError::Elsewhere, None) => {
            format!("failed to open the store without {DATABASE_URL_FILE} or {DATABASE_URL}")
        }
        (_, None) => "failed to open the store".to_owned(),
        (_, Some(_)) => {
            format!("failed to open the store that {DATABASE_URL_FILE} or {DATABASE_URL} leads to")
        }
    };
    anyhow::Error::new(error).context(context)
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
