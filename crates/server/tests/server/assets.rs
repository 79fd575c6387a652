//! The web app as it is sent.

use lifeos_server::{Asset, Assets};
use reqwest::{Client, Response};

use crate::client::refusal;
use crate::harness::TestBox;

struct Built;

impl Assets for Built {
    fn find(&self, path: &str) -> Option<Asset> {
        let page = Asset {
            plain: b"<!doctype html>page",
            brotli: None,
            gzip: Some(b"page in gzip"),
            content_type: "text/html; charset=utf-8",
            etag: "\"page\"",
            immutable: false,
        };
        let script = Asset {
            plain: b"script",
            brotli: Some(b"script in brotli"),
            gzip: Some(b"script in gzip"),
            content_type: "text/javascript; charset=utf-8",
            etag: "\"script\"",
            immutable: true,
        };
        match path {
            "index.html" => Some(page),
            "assets/main-abcdefgh.js" => Some(script),
            _ => None,
        }
    }
}

async fn get(at: &TestBox, path: &str, name: &'static str, value: &'static str) -> Response {
    Client::new()
        .get(at.url(path))
        .header(name, value)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_hashed_file_is_kept_for_ever_and_the_page_is_asked_for_each_time() {
    let at = TestBox::start_showing(Built).await;
    let script = get(
        &at,
        "/assets/main-abcdefgh.js",
        "accept-encoding",
        "gzip, br",
    )
    .await;
    assert_eq!(
        script.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(script.headers()["content-encoding"], "br");
    assert_eq!(script.headers()["vary"], "accept-encoding");
    assert_eq!(script.bytes().await.unwrap(), "script in brotli");
    let page = get(&at, "/", "accept-encoding", "br;q=0, gzip;q=0.5").await;
    assert_eq!(page.headers()["cache-control"], "no-cache");
    assert_eq!(page.headers()["content-encoding"], "gzip");
    assert_eq!(page.bytes().await.unwrap(), "page in gzip");
    let plain = get(
        &at,
        "/assets/main-abcdefgh.js",
        "accept-encoding",
        "identity",
    )
    .await;
    assert!(plain.headers().get("content-encoding").is_none());
    assert_eq!(plain.bytes().await.unwrap(), "script");
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let at = TestBox::start_showing(Built).await;
    let known = get(&at, "/", "if-none-match", "\"other\", \"page\"").await;
    assert_eq!(known.status(), 304);
    assert_eq!(
        get(&at, "/", "if-none-match", "\"other\"").await.status(),
        200
    );
}

#[tokio::test]
async fn an_address_of_the_app_shows_the_page_and_a_missing_file_is_missing() {
    let at = TestBox::start_showing(Built).await;
    for path in ["/today", "/records/0123"] {
        let page = get(&at, path, "accept-encoding", "identity").await;
        assert_eq!(page.bytes().await.unwrap(), "<!doctype html>page");
    }
    for path in ["/assets/gone-12345678.js", "/api/v1/nothing", "/api"] {
        assert_eq!(
            refusal(reqwest::get(at.url(path)).await.unwrap()).await,
            (404, "not_found".into())
        );
    }
    let posted = Client::new().post(at.url("/today")).send().await.unwrap();
    assert_eq!(refusal(posted).await, (405, "method_not_allowed".into()));
    let posted = Client::new().post(at.url("/health")).send().await.unwrap();
    assert_eq!(refusal(posted).await, (405, "method_not_allowed".into()));
}
