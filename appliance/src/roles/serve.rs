//! `lifeos serve`: the box itself.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use lifeos_server::{Config, Limits, Origin, Server, TlsFiles, Watching, new_claim_code};
use lifeos_store::Store;

use crate::process::{self, End};
use crate::settings::{File, LISTEN, ORIGIN, data_folder, database, not_opened};
use crate::{logging, web};

/// What `lifeos serve` can be told.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where everything is kept [default: the platform's data folder].
    #[arg(long, env = "LIFEOS_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8420].
    #[arg(long, env = "LIFEOS_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// File that holds the URL of a PostgreSQL database, which then keeps what the store keeps
    /// [default: SQLite in the data folder]. `LIFEOS_DATABASE_URL` may hold the URL itself.
    #[arg(long, env = "LIFEOS_DATABASE_URL_FILE", value_name = "FILE")]
    database_url_file: Option<PathBuf>,
    /// How browsers reach the box [default: <http://localhost:8420>]. Another origin is another
    /// device: passkeys and local copies stay with the old one.
    #[arg(long, env = "LIFEOS_ORIGIN", value_name = "URL")]
    origin: Option<String>,
    /// A name that the box had before and still answers to, so that devices can move; may stand more
    /// than once. The certificate must be good for each that is not plain loopback.
    #[arg(
        long,
        env = "LIFEOS_FORMER_ORIGINS",
        value_name = "URL",
        value_delimiter = ','
    )]
    former_origin: Vec<String>,
    /// Certificate chain (PEM).
    #[arg(long, env = "LIFEOS_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM).
    #[arg(long, env = "LIFEOS_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Settings file (TOML): data, listen, origin, former-origins, tls-cert, tls-key,
    /// database-url-file.
    #[arg(long, env = "LIFEOS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Serves until the system asks for the end (SIGTERM, SIGINT).
pub(crate) fn run(serve: Serve) -> Result<()> {
    logging::start();
    process::runtime()?.block_on(serve_until_end(serve))
}

async fn serve_until_end(serve: Serve) -> Result<()> {
    let file = File::read(serve.config.as_deref())?;
    let folder = data_folder(serve.data, &file)?;
    let database = database(serve.database_url_file, &file)?;
    let listen = match serve.listen.or(file.listen) {
        Some(listen) => listen,
        None => LISTEN
            .parse()
            .context("failed to read the default address")?,
    };
    let origin = serve
        .origin
        .or(file.origin)
        .unwrap_or_else(|| ORIGIN.to_owned());
    let origin: Origin = origin.parse().context("failed to take the origin")?;
    let former = match serve.former_origin {
        given if given.is_empty() => file.former_origins,
        given => given,
    };
    let former: Vec<Origin> = former
        .iter()
        .map(|former| former.parse())
        .collect::<Result<_, _>>()
        .context("failed to take a former origin")?;
    let tls = match (
        serve.tls_cert.or(file.tls_cert),
        serve.tls_key.or(file.tls_key),
    ) {
        (Some(certificates), Some(key)) => Some(TlsFiles { certificates, key }),
        (None, None) => None,
        _ => bail!("failed to set up TLS: a certificate and a key belong together"),
    };
    let store = Store::open_on(&folder, database.as_ref(), process::now_ms())
        .await
        .map_err(|error| not_opened(error, database.as_ref()))?;
    let code = new_claim_code(&store)
        .await
        .context("failed to make a claim code")?;
    let config = Config {
        listen,
        origin: origin.clone(),
        former,
        tls,
        limits: Limits::default(),
        watching: Watching::default(),
    };
    let server = Server::bind(config, store, web::Embedded)
        .await
        .context("failed to start")?;
    let address = server.local_addr().context("failed to read the address")?;
    // Before anything is said: who hears that it serves may ask it to end.
    let end = End::listen()?;
    logging::say(&format!("LifeOS is at {origin}"))?;
    logging::say(&format!("Listening on {address}"))?;
    match code {
        Some(code) => {
            logging::say(&format!(
                "Claim code: {} (good for 30 minutes, once)",
                code.shown()
            ))?;
        }
        None => logging::say("The box is claimed.")?,
    }
    server.run(end.wished()).await;
    Ok(())
}
