//! `lifeos demo`: a household of its own with a year of made-up tasks, to look around in.
//!
//! The box is a real one, claimed by a real client over HTTP; only the person is missing. So no
//! passkey opens it: two recovery kits are its two ways, and the terminal shows them. Whoever joins
//! by one has a device like any other, but for what asks for a fresh verification by a passkey
//! (adding a way to unlock, revoking).

mod found;
mod passkey;

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use lifeos_replica::api::KitSheet;
use lifeos_server::{Config, Limits, Origin, Server, Watching, new_claim_code};
use lifeos_store::Store;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::logging::{self, say};
use crate::process::{self, End};
use crate::web;

/// What `lifeos demo` can be told.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the household in this folder, new or empty [default: a temporary one, removed at the
    /// end].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Port of this machine to listen on; no other machine is answered.
    #[arg(long, value_name = "PORT", default_value_t = 8420, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
}

/// Makes the household and serves it until the system asks for the end (SIGTERM, SIGINT).
pub(crate) fn run(demo: Demo) -> Result<()> {
    logging::start();
    process::runtime()?.block_on(serve_until_end(demo))
}

async fn serve_until_end(demo: Demo) -> Result<()> {
    // From here on a wish to end waits until what is temporary can be removed.
    let end = End::listen()?;
    let folder = Folder::new(demo.data)?;
    let store = Store::open(folder.path(), process::now_ms())
        .await
        .context("failed to open the data folder")?;
    let code = new_claim_code(&store)
        .await
        .context("failed to make a claim code")?
        .context("failed to make the demo: the box is claimed")?;
    let address = format!("http://localhost:{}", demo.port);
    let origin: Origin = address.parse().context("failed to take the origin")?;
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, demo.port)),
        origin,
        former: Vec::new(),
        tls: None,
        limits: Limits::default(),
        watching: Watching::default(),
    };
    let server = Server::bind(config, store, web::Embedded)
        .await
        .context("failed to start")?;
    let (enough, wished) = oneshot::channel();
    let serving = tokio::spawn(server.run(async {
        // A sender that is dropped wishes the same.
        drop(wished.await);
    }));

    say("Making a household and a year of its tasks.")?;
    let made = {
        let address = address.clone();
        tokio::task::spawn_blocking(move || found::found(&address, &code.shown()))
            .await
            .context("failed to make the household")?
    };
    if let Ok(kits) = &made {
        tell(&address, kits, &folder)?;
        end.wished().await;
    }
    let _ = enough.send(());
    serving.await.context("failed to end the server")?;
    folder.remove()?;
    made.map(|_| ())
        .context("failed to make the household of the demo")
}

/// Says where the household is and what opens it.
fn tell(address: &str, kits: &[KitSheet], folder: &Folder) -> Result<()> {
    say(&format!("The demo is at {address}"))?;
    say("Open it there, choose \"Use a recovery kit\", and type one of these codes:")?;
    for (number, kit) in (1..).zip(kits) {
        say(&format!("Kit {number}: {}", kit.code.join("-")))?;
    }
    if let Some(kit) = kits.first() {
        say(&format!("Account: {}", kit.account.join("-")))?;
    }
    say(match folder {
        Folder::Temporary(_) => "Everything in it is removed when this ends (Ctrl-C).",
        Folder::Kept(_) => "It stays in its folder when this ends; `lifeos serve` goes on with it.",
    })?;
    Ok(())
}

/// Where the household is kept.
enum Folder {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Folder {
    /// Makes a temporary folder, or takes one that holds nothing: what is in use already is
    /// somebody's.
    fn new(given: Option<PathBuf>) -> Result<Self> {
        let Some(folder) = given else {
            let folder = TempDir::with_prefix("lifeos-demo-");
            return Ok(Self::Temporary(
                folder.context("failed to make a temporary folder")?,
            ));
        };
        match fs::read_dir(&folder) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    bail!(
                        "failed to make the demo: the folder is not empty; a demo that was made \
                         in it before is served by `lifeos serve --data`"
                    );
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).context("failed to look into the folder"),
        }
        Ok(Self::Kept(folder))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }

    fn remove(self) -> Result<()> {
        match self {
            Self::Temporary(folder) => folder
                .close()
                .context("failed to remove the temporary folder"),
            Self::Kept(_) => Ok(()),
        }
    }
}
