//! The way to a PostgreSQL over the network: TLS with a certificate that is verified, or nothing.

use std::fs;
use std::path::PathBuf;

use lifeos_store::{DatabaseUrl, Store, StoreError};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use tempfile::TempDir;

use crate::cluster::Cluster;

/// Who vouches for servers.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut made = CertificateParams::new(Vec::new()).unwrap();
        made.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        made.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(made, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes the certificate, so that a URL can name it.
    fn keep(&self, folder: &TempDir, name: &str) -> PathBuf {
        let file = folder.path().join(name);
        fs::write(&file, self.0.pem()).unwrap();
        file
    }

    /// A certificate for a host until a year's end, and its key.
    fn vouch(&self, host: &str, until: i32) -> Vouched {
        let key = KeyPair::generate().unwrap();
        let mut made = CertificateParams::new([host.to_owned()]).unwrap();
        made.not_before = date_time_ymd(2000, 1, 1);
        made.not_after = date_time_ymd(until, 12, 31);
        Vouched {
            certificate: made.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }
}

struct Vouched {
    certificate: String,
    key: String,
}

/// Starts the server with a certificate and returns its port.
fn serve(cluster: &Cluster, vouched: &Vouched) -> u16 {
    cluster.set("box.crt", &vouched.certificate);
    cluster.set("box.key", &vouched.key);
    cluster.on_network("ssl = on\nssl_cert_file = 'box.crt'\nssl_key_file = 'box.key'\n")
}

/// The way to the server there, verified by one authority.
fn verified(port: u16, authority: &std::path::Path) -> DatabaseUrl {
    let address = Cluster::address_at("localhost", port);
    let authority = authority.display();
    format!("{address}?sslmode=verify-full&sslrootcert={authority}")
        .parse()
        .unwrap()
}

async fn open(url: &DatabaseUrl) -> Result<(TempDir, Store), StoreError> {
    let folder = TempDir::new().unwrap();
    let store = Store::open_on(folder.path(), Some(url), 1).await?;
    Ok((folder, store))
}

#[tokio::test]
async fn a_server_that_the_named_authority_vouches_for_is_taken_and_every_connection_is_encrypted()
{
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = TempDir::new().unwrap();
    let authority = Authority::new();
    let port = serve(&cluster, &authority.vouch("localhost", 4000));
    let url = verified(port, &authority.keep(&files, "authority"));
    let (_folder, store) = open(&url).await.unwrap();
    // One that reads beside the one that writes.
    store.status().await.unwrap();
    let plain = Cluster::address_at("localhost", port);
    let options: sqlx::postgres::PgConnectOptions = plain.parse().unwrap();
    let options = options.ssl_mode(sqlx::postgres::PgSslMode::Disable);
    let mut beside = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let text = "SELECT count(*) FILTER (WHERE ssl) AS secured, count(*) AS all
        FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'lifeos'";
    let row = sqlx::query(text).fetch_one(&mut beside).await.unwrap();
    let number = |column| sqlx::Row::try_get::<i64, _>(&row, column).unwrap();
    assert_eq!((number("secured"), number("all")), (2, 2));
    store.close().await;
}

#[tokio::test]
async fn a_server_that_nobody_named_vouches_for_under_its_name_is_refused() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = TempDir::new().unwrap();
    let (named, another) = (Authority::new(), Authority::new());
    let trusted = named.keep(&files, "authority");
    for (what, vouched) in [
        ("another authority", another.vouch("localhost", 4000)),
        ("another name", named.vouch("db.example", 4000)),
        ("a time that is over", named.vouch("localhost", 2001)),
    ] {
        let port = serve(&cluster, &vouched);
        let error = open(&verified(port, &trusted)).await.unwrap_err();
        assert!(matches!(error, StoreError::Unsecured), "{what}: {error:?}");
    }
    // The public authorities do not know this one either.
    let port = serve(&cluster, &named.vouch("localhost", 4000));
    let address = Cluster::address_at("localhost", port);
    let public = format!("{address}?sslmode=verify-full").parse().unwrap();
    let error = open(&public).await.unwrap_err();
    assert!(matches!(error, StoreError::Unsecured), "{error:?}");
    // It was this and nothing else that was wrong.
    open(&verified(port, &trusted))
        .await
        .unwrap()
        .1
        .close()
        .await;
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_wanted() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = TempDir::new().unwrap();
    let trusted = Authority::new().keep(&files, "authority");
    let port = cluster.on_network("log_connections = on\nssl = off\n");
    let error = open(&verified(port, &trusted)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unsecured), "{error:?}");
    let said = cluster.log();
    assert!(!said.contains("authorized"), "{said}");
}

#[tokio::test]
async fn an_authority_that_cannot_be_read_is_said_and_is_no_server_out_of_reach() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = TempDir::new().unwrap();
    let authority = Authority::new();
    let port = serve(&cluster, &authority.vouch("localhost", 4000));
    let missing = files.path().join("missing");
    let error = open(&verified(port, &missing)).await.unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(matches!(error, StoreError::Address(_)), "{said}");
    assert!(said.contains("sslrootcert"), "{said}");
    assert!(!said.contains("missing"), "{said}");
}
