//! The sockets of the hop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, UPGRADE};
use hyper::{Request, Response, client, server};
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use super::travel::{Answer, Asked, Ending, Seen, Way};
use super::{Rules, Shared};

type Broken = Box<dyn std::error::Error + Send + Sync>;

pub(super) async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("it does not block");
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service =
                hyper::service::service_fn(move |asked| carry(Arc::clone(&shared), asked));
            let served = server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            // A client that goes, or a connection that was to break: nothing to tell.
            drop(served.await);
        });
    }
}

async fn carry(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Outgoing>, Broken> {
    let upstream = shared.rules().upstream.ok_or("leads nowhere")?;
    if request.headers().contains_key(UPGRADE) {
        return carry_tail(&shared, upstream, request).await;
    }
    let original = read_asked(request).await?;
    let mut asked = original.clone();
    let way = match shared.rules().asked.as_mut() {
        Some(rule) => rule(&mut asked),
        None => Way::On,
    };
    let changed = asked.body != original.body || asked.path != original.path;
    let mut altered = changed || !matches!(way, Way::On);
    let mut answer = None;
    match way {
        Way::On => answer = Some(ask(upstream, &asked).await?),
        Way::Twice => {
            ask(upstream, &asked).await?;
            answer = Some(ask(upstream, &asked).await?);
        }
        Way::OneWay => drop(ask(upstream, &asked).await?),
        Way::Late(gate) => {
            answer = Some(ask(upstream, &asked).await?);
            gate.pass().await;
        }
        Way::Nowhere => {}
        Way::Instead(instead) => answer = Some(instead),
    }
    let mut rules = shared.rules();
    if let (Some(answer), Some(rule)) = (answer.as_mut(), rules.answer.as_mut()) {
        altered |= rule(&asked, answer);
    }
    rules.note(original, answer.as_ref(), altered);
    shared.moved.notify_all();
    drop(rules);
    respond(answer.ok_or("dropped by the test")?)
}

impl Rules {
    fn note(&mut self, asked: Asked, answer: Option<&Answer>, altered: bool) {
        self.altered += usize::from(altered);
        self.seen.push(Seen {
            asked,
            status: answer.map_or(0, |answer| answer.status),
            sequence: answer.and_then(Answer::sequence),
        });
    }
}

async fn read_asked(request: Request<Incoming>) -> Result<Asked, Broken> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query();
    Ok(Asked {
        method: parts.method.to_string(),
        path: path.map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: texts(&parts.headers),
        body: body.collect().await?.to_bytes().to_vec(),
    })
}

async fn ask(upstream: SocketAddr, asked: &Asked) -> Result<Answer, Broken> {
    let stream = TcpStream::connect(upstream).await?;
    let (mut sender, connection) =
        client::conn::http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut request = Request::builder()
        .method(asked.method.as_str())
        .uri(asked.path.as_str());
    for (name, value) in &asked.headers {
        request = request.header(name, value);
    }
    let body = Full::new(Bytes::copy_from_slice(&asked.body));
    let (parts, body) = sender.send_request(request.body(body)?).await?.into_parts();
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: texts(&parts.headers),
        body: body.collect().await?.to_bytes().to_vec(),
        ending: Ending::Whole,
    })
}

/// Headers as text, without those that are about one connection or a body's length.
fn texts(headers: &hyper::HeaderMap) -> Vec<(String, String)> {
    let own = [CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH];
    headers
        .iter()
        .filter(|(name, _)| !own.contains(name))
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}

fn respond(answer: Answer) -> Result<Response<Outgoing>, Broken> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let bytes = Bytes::from(answer.body);
    let body = match answer.ending {
        Ending::Whole => Outgoing::Whole(Some(bytes)),
        Ending::Cut => Outgoing::Cut(Some(bytes)),
        Ending::Endless => Outgoing::Endless(bytes),
    };
    Ok(response.body(body)?)
}

/// The tail: bytes both ways, until one side goes or a test cuts it.
async fn carry_tail(
    shared: &Shared,
    upstream: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response<Outgoing>, Broken> {
    let stream = TcpStream::connect(upstream).await?;
    let (mut sender, connection) =
        client::conn::http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    let mut forward = Request::builder()
        .method(request.method())
        .uri(request.uri());
    for (name, value) in request.headers() {
        forward = forward.header(name, value);
    }
    debug_assert!(
        request.headers().contains_key(HOST),
        "HTTP/1.1 names its host"
    );
    let mut answer = sender.send_request(forward.body(Full::default())?).await?;
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        // A refusal's words are left out: nobody reads them here.
        if *name != CONTENT_LENGTH && *name != TRANSFER_ENCODING {
            response = response.header(name, value);
        }
    }
    let mut cuts = shared.cuts.subscribe();
    let (from, to) = (
        hyper::upgrade::on(&mut request),
        hyper::upgrade::on(&mut answer),
    );
    tokio::spawn(async move {
        let (Ok(from), Ok(to)) = (from.await, to.await) else {
            return;
        };
        let (mut from, mut to) = (TokioIo::new(from), TokioIo::new(to));
        tokio::select! {
            _ = copy_bidirectional(&mut from, &mut to) => {}
            _ = cuts.changed() => {}
        }
    });
    Ok(response.body(Outgoing::Whole(None))?)
}

/// The body of an answer.
enum Outgoing {
    Whole(Option<Bytes>),
    Cut(Option<Bytes>),
    Broken,
    Endless(Bytes),
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = self.get_mut();
        let bytes = match body {
            Self::Whole(bytes) => bytes.take().map(Ok),
            Self::Cut(bytes) => {
                if let Some(bytes) = bytes.take() {
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                // What was given goes out first: an error throws away what is still held.
                *body = Self::Broken;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Self::Broken => Some(Err(io::ErrorKind::ConnectionReset.into())),
            Self::Endless(bytes) => Some(Ok(bytes.clone())),
        };
        Poll::Ready(bytes.map(|bytes| bytes.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, size)),
            Self::Cut(_) | Self::Broken | Self::Endless(_) => SizeHint::default(),
        }
    }
}

fn size(bytes: &Bytes) -> u64 {
    bytes.len() as u64
}
