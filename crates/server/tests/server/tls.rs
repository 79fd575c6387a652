//! TLS 1.3 from files.

use std::sync::Arc;

use lifeos_server::TlsFiles;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::harness::TestBox;

#[tokio::test]
async fn the_box_speaks_tls_1_3_and_then_asks_browsers_to_insist_on_it() {
    let files = tempfile::TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["box.example".to_owned()]).unwrap();
    let tls = TlsFiles {
        certificates: files.path().join("cert"),
        key: files.path().join("key"),
    };
    std::fs::write(&tls.certificates, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    let at = TestBox::start_tls("https://box.example", tls).await;

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let connector = TlsConnector::from(Arc::new(config));
    let stream = TcpStream::connect(at.address).await.unwrap();
    let name = ServerName::try_from("box.example").unwrap();
    let mut stream = connector.connect(name, stream).await.unwrap();
    let request = "GET /health HTTP/1.1\r\nhost: box.example\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age="),
        "{answer}"
    );
}

#[tokio::test]
async fn plain_bytes_on_a_tls_socket_get_nothing() {
    let files = tempfile::TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["box.example".to_owned()]).unwrap();
    let tls = TlsFiles {
        certificates: files.path().join("cert"),
        key: files.path().join("key"),
    };
    std::fs::write(&tls.certificates, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    let at = TestBox::start_tls("https://box.example", tls).await;
    let mut stream = TcpStream::connect(at.address).await.unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1 200"));
}
