//! `lifeos admin`: single acts of whoever runs the box.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use lifeos_server::{new_claim_code, new_metrics_token};
use lifeos_store::Store;

use crate::logging::say;
use crate::settings::{File, data_folder, database, not_opened};

/// What `lifeos admin` can be told.
#[derive(Debug, Args)]
pub(crate) struct Admin {
    /// Where everything is kept [default: the platform's data folder].
    #[arg(long, env = "LIFEOS_DATA", value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// File that holds the URL of a PostgreSQL database, if `lifeos serve` is told one.
    /// `LIFEOS_DATABASE_URL` may hold the URL itself.
    #[arg(
        long,
        env = "LIFEOS_DATABASE_URL_FILE",
        value_name = "FILE",
        global = true
    )]
    database_url_file: Option<PathBuf>,
    /// Settings file (TOML).
    #[arg(long, env = "LIFEOS_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Print a new claim code; the one before ends. Only while the box is not claimed.
    NewClaimCode,
    /// Make a new token for /metrics and print it; takes effect at the next start.
    MetricsToken,
    /// Print what the box holds: counts, no content, no names.
    Status,
    /// List the sessions by their short names.
    Sessions,
}

/// Does one act and ends.
pub(crate) fn run(admin: Admin) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to start the runtime")?;
    runtime.block_on(act(admin))
}

async fn act(admin: Admin) -> Result<()> {
    let file = File::read(admin.config.as_deref())?;
    let folder = data_folder(admin.data, &file)?;
    if matches!(admin.act, Act::MetricsToken) {
        let token = new_metrics_token(&folder).context("failed to write the token")?;
        return say(&token).map_err(Into::into);
    }
    let database = database(admin.database_url_file, &file)?;
    let store = Store::open_beside(&folder, database.as_ref())
        .await
        .map_err(|error| not_opened(error, database.as_ref()))?;
    match admin.act {
        Act::MetricsToken => {}
        Act::NewClaimCode => match new_claim_code(&store).await? {
            Some(code) => say(&format!(
                "Claim code: {} (good for 30 minutes, once)",
                code.shown()
            ))?,
            None => anyhow::bail!("failed to make a claim code: the box is claimed"),
        },
        Act::Status => {
            let status = store.status().await.context("failed to read the counts")?;
            say(&format!(
                "claimed: {}",
                if status.accounts > 0 { "yes" } else { "no" }
            ))?;
            say(&format!("accounts: {}", status.accounts))?;
            say(&format!("spaces: {}", status.spaces))?;
            say(&format!("changes: {}", status.changes))?;
            say(&format!("sessions: {}", status.sessions))?;
        }
        Act::Sessions => {
            for session in store
                .all_sessions()
                .await
                .context("failed to read the sessions")?
            {
                let name = session
                    .id
                    .iter()
                    .take(4)
                    .fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
                say(&format!(
                    "{name}  begun {}  seen {}",
                    session.created_ms, session.seen_ms
                ))?;
            }
        }
    }
    store.close().await;
    Ok(())
}
