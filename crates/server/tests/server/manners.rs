//! What every answer carries, and what the server does with bodies that lie, stall or end early.

use std::time::{Duration, Instant};

use lifeos_server::{Limits, POLICY, READER_POLICY, Rate};
use reqwest::Client;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Session, claim, refusal};
use crate::harness::TestBox;

#[tokio::test]
async fn every_answer_carries_the_policy_of_the_page() {
    let at = TestBox::start().await;
    let mut shown = String::new();
    for path in [
        "/",
        "/today",
        "/missing.js",
        "/api/v1/box",
        "/api/v1/spaces",
        "/health",
    ] {
        let response = reqwest::get(at.url(path)).await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["content-security-policy"], POLICY, "{path}");
        shown.push_str(&format!("{} {path}\n", response.status().as_u16()));
        for (name, value) in headers {
            if !matches!(
                name.as_str(),
                "date" | "content-length" | "lifeos-trace" | "content-security-policy"
            ) {
                shown.push_str(&format!("  {name}: {}\n", value.to_str().unwrap()));
            }
        }
    }
    insta::assert_snapshot!("headers", shown);
}

#[tokio::test]
async fn the_worker_that_reads_files_comes_with_a_policy_that_lets_it_connect_nowhere() {
    let at = TestBox::start().await;
    for (path, policy) in [
        ("/assets/reader-1a2b.js", READER_POLICY),
        ("/assets/index-1a2b.js", POLICY),
        ("/assets/reader-1a2b.css", POLICY),
        ("/reader-1a2b.js", POLICY),
        ("/assets/reader-1/2.js", POLICY),
    ] {
        let response = reqwest::get(at.url(path)).await.unwrap();
        assert_eq!(
            response.headers()["content-security-policy"],
            policy,
            "{path}"
        );
    }
    for forbidden in ["default-src 'none'", "connect-src 'none'"] {
        assert!(READER_POLICY.contains(forbidden));
    }
}

#[tokio::test]
async fn a_refusal_is_a_problem_that_repeats_nothing_of_the_request() {
    let at = TestBox::start().await;
    let secret = "grandmothers-letter";
    let response = Client::new()
        .post(at.url("/api/v1/claim/begin"))
        .header("content-type", "application/json")
        .body(format!("{{\"code\": \"{secret}\", \"{secret}\": 1}}"))
        .send()
        .await
        .unwrap();
    let text = response.text().await.unwrap();
    assert!(!text.contains(secret));
    insta::assert_json_snapshot!("problem", serde_json::from_str::<Value>(&text).unwrap());
}

#[tokio::test]
async fn a_foreign_page_reaches_nothing_of_the_interface() {
    let at = TestBox::start().await;
    let get = |name: &'static str, value: &'static str| {
        Client::new()
            .get(at.url("/api/v1/box"))
            .header(name, value)
            .send()
    };
    assert_eq!(
        get("sec-fetch-site", "same-origin").await.unwrap().status(),
        200
    );
    assert_eq!(get("sec-fetch-site", "none").await.unwrap().status(), 200);
    for site in ["cross-site", "same-site"] {
        let refused = get("sec-fetch-site", site).await.unwrap();
        assert_eq!(refusal(refused).await, (403, "cross_site".into()));
    }
    let refused = get("origin", "http://localhost:9999").await.unwrap();
    assert_eq!(refusal(refused).await, (403, "cross_site".into()));
    let posted = Client::new()
        .post(at.url("/api/v1/passkeys/challenge"))
        .header("sec-fetch-site", "none")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(posted).await, (403, "cross_site".into()));
    // A link to the page itself may stand anywhere.
    let page = Client::new()
        .get(at.url("/"))
        .header("sec-fetch-site", "cross-site")
        .send();
    assert_eq!(page.await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_refused_whether_announced_or_not() {
    let at = TestBox::start().await;
    let announced = Client::new()
        .post(at.url("/api/v1/kits/lookup"))
        .header("content-type", "application/json")
        .body(vec![b' '; 70 << 10])
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(announced).await, (413, "too_large".into()));
    let chunk = format!("{:x}\r\n{}\r\n", 40 << 10, " ".repeat(40 << 10));
    let head = "POST /api/v1/kits/lookup HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let answer = raw(&at, &format!("{head}{chunk}{chunk}0\r\n\r\n"), false).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let at = TestBox::start().await;
    let response = Client::new()
        .post(at.url("/api/v1/kits/lookup"))
        .body("lookup=1")
        .send();
    assert_eq!(
        refusal(response.await.unwrap()).await,
        (415, "media_type".into())
    );
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let path = format!("/api/v1/spaces/{}/changes", person.space);
    let request = session.signed(reqwest::Method::POST, &path, b"x");
    assert_eq!(
        refusal(request.send().await.unwrap()).await,
        (415, "media_type".into())
    );
}

#[tokio::test]
async fn a_body_that_ends_early_or_never_is_not_waited_for() {
    let limits = Limits {
        head: Duration::from_millis(300),
        body: Duration::from_millis(300),
        ..Limits::default()
    };
    let at = TestBox::start_with(limits).await;
    let head = "POST /api/v1/kits/lookup HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{\"loo";
    let cut = raw(&at, head, true).await;
    assert!(cut.is_empty() || cut.starts_with("HTTP/1.1 400"), "{cut}");
    let start = Instant::now();
    let slow = raw(&at, head, false).await;
    assert!(slow.starts_with("HTTP/1.1 408"), "{slow}");
    // A head that drips in, byte by byte, is cut off as well.
    let loris = raw(&at, "GET / HTTP/1.1\r\nx-slow: ", false).await;
    assert!(
        loris.is_empty() || loris.starts_with("HTTP/1.1 408"),
        "{loris}"
    );
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits() {
    let limits = Limits {
        address: Rate::new(3, 60_000),
        ..Limits::default()
    };
    let at = TestBox::start_with(limits).await;
    for _ in 0..3 {
        assert_eq!(reqwest::get(at.url("/health")).await.unwrap().status(), 200);
    }
    let held = reqwest::get(at.url("/health")).await.unwrap();
    assert_eq!(held.headers()["content-security-policy"], POLICY);
    assert_eq!(refusal(held).await, (429, "too_many".into()));
}

#[tokio::test]
async fn a_device_that_asks_too_often_waits_and_others_do_not() {
    let limits = Limits {
        device: Rate::new(3, 60_000),
        ..Limits::default()
    };
    let at = TestBox::start_with(limits).await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    for _ in 0..3 {
        assert_eq!(session.get("/api/v1/spaces").await.status(), 200);
    }
    assert_eq!(
        refusal(session.get("/api/v1/spaces").await).await,
        (429, "too_many".into())
    );
    let kit = &person.kit;
    let mut other = Session::open(&at, person.account, kit, kit.method().into()).await;
    assert_eq!(other.get("/api/v1/spaces").await.status(), 200);
}

#[tokio::test]
async fn a_client_below_the_floor_is_refused_in_words() {
    let at = TestBox::start().await;
    let ask = |version: &'static str| {
        Client::new()
            .get(at.url("/api/v1/box"))
            .header("lifeos-version", version)
            .send()
    };
    let answer = ask("1").await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            &answer.headers()["lifeos-version"]
        ),
        (200, &"1".parse().unwrap())
    );
    assert_eq!(
        refusal(ask("0").await.unwrap()).await,
        (426, "version_not_spoken".into())
    );
    assert_eq!(
        refusal(ask("one").await.unwrap()).await,
        (400, "malformed".into())
    );
}

#[tokio::test]
async fn the_metrics_are_for_whoever_holds_the_token() {
    let at = TestBox::start().await;
    assert_eq!(
        reqwest::get(at.url("/metrics")).await.unwrap().status(),
        401
    );
    let file = at.home.folder.path().join("metrics-token");
    let token = std::fs::read_to_string(&file).unwrap();
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let request = Client::new()
        .get(at.url("/metrics"))
        .bearer_auth(token.trim());
    let page = request.send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("lifeos_requests_total{class=\"4xx\"} 1"),
        "{page}"
    );
}

#[tokio::test]
async fn the_description_names_every_address_of_the_interface() {
    let at = TestBox::start().await;
    let response = reqwest::get(at.url("/api/v1/openapi.json")).await.unwrap();
    let document: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = document["paths"].as_object().unwrap();
    let mut named = Vec::new();
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            named.push(format!("{method} {path}"));
        }
    }
    named.sort();
    insta::assert_snapshot!("addresses", named.join("\n"));
}

/// Sends bytes as they are, ends or stays silent, and returns what comes back until the end.
async fn raw(at: &TestBox, bytes: &str, end: bool) -> String {
    let mut stream = TcpStream::connect(at.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    if end {
        stream.shutdown().await.unwrap();
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(4), stream.read_to_end(&mut answer));
    // A reset after the answer is the server's way to say that it listens no longer.
    drop(read.await.expect("the server ends what it refuses"));
    String::from_utf8_lossy(&answer).into_owned()
}
