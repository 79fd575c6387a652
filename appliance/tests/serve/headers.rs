//! Headers that no browser sends, to a box that must answer each and go on.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, StatusCode};

use crate::harness::TestBox;

/// Headers that the server reads.
const READ: [&str; 14] = [
    "accept-encoding",
    "content-type",
    "cookie",
    "expect",
    "if-none-match",
    "lifeos-auth",
    "lifeos-version",
    "origin",
    "range",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-websocket-protocol",
    "traceparent",
];

/// Values that parsers like, to be broken.
const KNOWN: [&str; 12] = [
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "application/json; charset=utf-8",
    "application/octet-stream",
    "1.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "18446744073709551616.00",
    "1",
    "65536",
    "br;q=1.0, gzip;q=0.5, *;q=0",
    "W/\"0123456789abcdef\", *",
    "same-origin",
    "__Host-lifeos-00000000=AAAA; __Host-lifeos-00000000=",
    "http://localhost:8420",
];

const PATHS: [(Method, &str); 10] = [
    (Method::GET, "/"),
    (Method::GET, "/health"),
    (Method::GET, "/metrics"),
    (Method::GET, "/api/v1/box"),
    (Method::GET, "/api/v1/methods"),
    (
        Method::GET,
        "/api/v1/spaces/0123456789abcdef0123456789abcdef/changes?after=.%00",
    ),
    (
        Method::POST,
        "/api/v1/spaces/0123456789abcdef0123456789abcdef/changes",
    ),
    (Method::POST, "/api/v1/logs/%ff"),
    (Method::POST, "/api/v1/kits/lookup"),
    (Method::POST, "/api/v1/passkeys/assert"),
];

#[tokio::test]
async fn headers_of_any_bytes_are_answered_and_never_with_a_failure_of_the_box() {
    let mut at = TestBox::start();
    let client = Client::new();
    let mut chance = Chance(0x5eed);
    for _ in 0..1_500 {
        let (method, path) = &PATHS[chance.below(PATHS.len())];
        let mut headers = HeaderMap::new();
        for _ in 0..1 + chance.below(4) {
            let name = READ[chance.below(READ.len())];
            headers.append(HeaderName::from_static(name), value(&mut chance));
        }
        let sent = client
            .request(method.clone(), at.url(path))
            .headers(headers.clone())
            .body(vec![b'{'; chance.below(40)])
            .send()
            .await;
        // A value that HTTP itself has no room for may cost the connection, and no more.
        if let Ok(answer) = sent {
            assert_ne!(
                answer.status(),
                StatusCode::INTERNAL_SERVER_ERROR,
                "{path} {headers:?}"
            );
        }
    }
    // So many requests from one address are slowed down; the box is there all the same.
    let healthy = reqwest::get(at.url("/health")).await.unwrap().status();
    assert!(
        healthy == StatusCode::OK || healthy == StatusCode::TOO_MANY_REQUESTS,
        "{healthy}"
    );
    assert!(at.terminate().success());
}

/// A known value, broken in up to three places.
fn value(chance: &mut Chance) -> HeaderValue {
    let mut bytes = KNOWN[chance.below(KNOWN.len())].as_bytes().to_vec();
    for _ in 0..chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(
                at,
                [b'\t', b' ', b'~', 0x80, 0xFF, b'-', b';', b'"'][chance.below(8)],
            ),
            2 => bytes.extend_from_within(..at),
            _ => {
                let other = KNOWN[chance.below(KNOWN.len())];
                bytes.extend_from_slice(other.as_bytes());
            }
        }
    }
    bytes.truncate(4_000);
    HeaderValue::from_bytes(&bytes).expect("only visible bytes, tabs and beyond ASCII")
}

/// SplitMix64: the same headers in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).expect("a remainder of a usize fits one")
    }
}
