//! Requests to the box, each on a thread of its own, with the session's cookie kept in memory.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifeos_replica::client::{HttpFailure, HttpRequest, HttpResponse};
use ureq::http;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::client::lock;
use crate::host::Event;

/// How long the box may take to begin an answer; it may hold a long poll for half of that.
const ANSWER: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take as a whole.
const BODY: Duration = Duration::from_secs(600);
const PIECE_BYTES: usize = 64 << 10;
/// The most bytes of an answer that is taken as a whole: far more than any log or list.
const WHOLE_BYTES: u64 = 32 << 20;

/// The way to one box.
#[derive(Clone)]
pub(crate) struct Http {
    agent: ureq::Agent,
    origin: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Http {
    pub(crate) fn new(origin: &str, roots: &[Vec<u8>]) -> Self {
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(BODY));
        if !roots.is_empty() {
            let roots = roots
                .iter()
                .map(|der| Certificate::from_der(der).to_owned())
                .collect();
            let roots = RootCerts::Specific(Arc::new(roots));
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Self {
            agent: config.build().new_agent(),
            origin: origin.to_owned(),
            cookies: Arc::default(),
        }
    }

    /// The cookies, as a header.
    pub(crate) fn cookie(&self) -> Option<String> {
        let cookies = lock(&self.cookies);
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Sends a request and tells what comes of it.
    pub(crate) fn send(&self, request: HttpRequest, round: u64, events: Sender<Event>) {
        let way = self.clone();
        let token = request.token;
        let failed = events.clone();
        let spawned = std::thread::Builder::new()
            .name("lifeos-http".into())
            .spawn(move || {
                let result = way.run(&request, &|bytes| {
                    // The next piece is read when this one was taken: a quick box fills no memory.
                    // The client may have ended meanwhile; then nobody wants more.
                    let (more, told) = channel();
                    let sent = events.send(Event::Piece {
                        round,
                        token,
                        bytes,
                        more,
                    });
                    sent.is_ok() && told.recv().unwrap_or(false)
                });
                drop(events.send(Event::Http {
                    round,
                    token,
                    result,
                }));
            });
        if spawned.is_err() {
            let result = Err(HttpFailure::Unreachable);
            drop(failed.send(Event::Http {
                round,
                token,
                result,
            }));
        }
    }

    fn run(
        &self,
        request: &HttpRequest,
        piece: &dyn Fn(Vec<u8>) -> bool,
    ) -> Result<HttpResponse, HttpFailure> {
        let mut builder = http::Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.origin, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(cookie) = self.cookie() {
            builder = builder.header("cookie", cookie);
        }
        let unreachable = |_| HttpFailure::Unreachable;
        let answer = if request.body.is_empty() && matches!(request.method, "GET" | "DELETE") {
            let request = builder.body(()).map_err(|_| HttpFailure::Unreachable)?;
            self.agent.run(request).map_err(unreachable)?
        } else {
            let request = builder
                .body(request.body.clone())
                .map_err(|_| HttpFailure::Unreachable)?;
            self.agent.run(request).map_err(unreachable)?
        };
        self.keep_cookies(answer.headers());
        let status = answer.status().as_u16();
        let mut reader = answer.into_body().into_reader();
        let mut body = Vec::new();
        if request.streamed && (200..300).contains(&status) {
            loop {
                let mut bytes = vec![0; PIECE_BYTES];
                let read = reader.read(&mut bytes).map_err(|_| HttpFailure::Cut)?;
                if read == 0 {
                    break;
                }
                bytes.truncate(read);
                if !piece(bytes) {
                    return Err(HttpFailure::Cut);
                }
            }
        } else {
            let taken = reader
                .take(WHOLE_BYTES + 1)
                .read_to_end(&mut body)
                .map_err(|_| HttpFailure::Cut)?;
            if taken as u64 > WHOLE_BYTES {
                return Err(HttpFailure::Cut);
            }
        }
        Ok(HttpResponse { status, body })
    }

    fn keep_cookies(&self, headers: &http::HeaderMap) {
        let mut cookies = lock(&self.cookies);
        for header in headers.get_all("set-cookie") {
            let Ok(text) = header.to_str() else { continue };
            let mut parts = text.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
