//! `lifeos admin`: single acts of whoever runs the box.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use lifeos_protocol::box_log::{BoxEntry, BoxEvent};
use lifeos_protocol::ids::{AccountId, Hash, SignerId};
use lifeos_server::{new_claim_code, new_metrics_token};
use lifeos_store::{BoxNote, Store, StoreError};
use serde_json::json;

use crate::logging::say;
use crate::process::now_ms;
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
    /// Look at everything that must hold of what is stored, and print where it does not. Writes
    /// nothing; a box that serves may be looked at meanwhile.
    Doctor {
        /// The report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print what happened to the box, oldest first: ids and times, no names, no content.
    Log {
        /// One line of JSON an entry.
        #[arg(long)]
        json: bool,
    },
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
        let database = database(admin.database_url_file, &file)?;
        let token = new_metrics_token(&folder).context("failed to write the token")?;
        // A box that never served has no log yet.
        match Store::open_beside(&folder, database.as_ref()).await {
            Ok(store) => {
                note(&store, BoxEvent::AdminFiguresToken).await?;
                store.close().await;
            }
            Err(StoreError::Foreign) => {}
            Err(error) => return Err(not_opened(error, database.as_ref())),
        }
        return say(&token).map_err(Into::into);
    }
    let database = database(admin.database_url_file, &file)?;
    let store = Store::open_beside(&folder, database.as_ref())
        .await
        .map_err(|error| not_opened(error, database.as_ref()))?;
    match admin.act {
        Act::MetricsToken => {}
        Act::NewClaimCode => match new_claim_code(&store).await? {
            Some(code) => {
                note(&store, BoxEvent::AdminClaimCode).await?;
                say(&format!(
                    "Claim code: {} (good for 30 minutes, once)",
                    code.shown()
                ))?;
            }
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
        Act::Log { json } => log(&store, json).await?,
        Act::Doctor { json } => doctor(&store, json).await?,
        Act::Sessions => {
            note(&store, BoxEvent::AdminSessions).await?;
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

/// Prints what was found of each invariant, and fails if one is broken.
async fn doctor(store: &Store, json: bool) -> Result<()> {
    let report = store.examine().await.context("failed to read the store")?;
    if json {
        let rows = report.iter().map(|row| {
            json!({
                "invariant": row.invariant.name(),
                "lookedAt": row.looked_at,
                "broken": row.broken,
                "first": row.first,
            })
        });
        say(&serde_json::Value::from_iter(rows).to_string())?;
    } else {
        for row in &report {
            let state = if row.broken == 0 {
                "in order"
            } else {
                "BROKEN"
            };
            let (name, looked_at) = (row.invariant.name(), row.looked_at);
            say(&format!("{name:<14}{state:<10}{looked_at:>10} looked at"))?;
            if let Some(first) = &row.first {
                say(&format!("  {} broken, the first: {first}", row.broken))?;
            }
        }
    }
    let broken = report.iter().filter(|row| row.broken > 0).count();
    anyhow::ensure!(
        broken == 0,
        "failed to find everything in order: {broken} of {} invariants are broken",
        report.len()
    );
    Ok(())
}

/// Entries that are read at once.
const PAGE: u32 = 256;

/// Tells the box log that whoever runs the box did something.
async fn note(store: &Store, event: BoxEvent) -> Result<()> {
    let noted = store.note_box(BoxNote::of(event), now_ms()).await;
    noted.context("failed to write the box log")
}

/// Prints the box log, oldest first.
async fn log(store: &Store, json: bool) -> Result<()> {
    let mut entries = Vec::new();
    let mut before = None;
    loop {
        let page = store.box_log_page(before, PAGE).await;
        let page = page.context("failed to read the box log")?;
        before = page.rows.last().map(|(entry, _)| entry.sequence);
        entries.extend(page.rows);
        if !page.more {
            break;
        }
    }
    for (entry, hash) in entries.iter().rev() {
        say(&line(entry, hash, json))?;
    }
    Ok(())
}

fn line(entry: &BoxEntry, hash: &Hash, json: bool) -> String {
    let account = (entry.account != AccountId::ZERO).then(|| entry.account.to_hex());
    let signer = (entry.signer != SignerId::ZERO).then(|| entry.signer.to_hex());
    let origin = u64::from_be_bytes(entry.origin);
    let origin = (origin != 0).then(|| format!("{origin:016x}"));
    if json {
        let entry = json!({
            "sequence": entry.sequence,
            "atMs": entry.at_ms,
            "event": entry.event,
            "account": account,
            "signer": signer,
            "origin": origin,
            "detail": entry.detail,
            "hash": hash.to_hex(),
        });
        return entry.to_string();
    }
    let of = |name: &str, value: Option<String>| {
        value.map_or(String::new(), |value| format!("  {name} {value}"))
    };
    let detail = (entry.detail != 0).then(|| entry.detail.to_string());
    format!(
        "{}  {}  {:?}{}{}{}{}",
        entry.sequence,
        entry.at_ms,
        entry.event,
        of("account", account),
        of("by", signer),
        of("from", origin),
        of("detail", detail),
    )
}
