//! Sockets: accepting, TLS, the limits on time that belong to a connection, and the drain at the
//! end.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::stall::Stall;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long those under way may finish once the end was asked for.
const DRAIN: Duration = Duration::from_secs(10);
const HEAD_MAX_BYTES: u32 = 16 << 10;

/// A socket, and what is spoken there.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) tls: Option<TlsAcceptor>,
}

pub(crate) struct Listen {
    pub(crate) doors: Vec<Door>,
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
}

/// Serves until `end` is ready, then lets those under way finish.
pub(crate) async fn run(listen: Listen, end: impl Future<Output = ()>) {
    let Listen {
        doors,
        router,
        limits,
        metrics,
    } = listen;
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let builder = builder(&limits);
    tokio::pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = poll_fn(|context| knock(&doors, context)) => accepted,
            () = &mut end => break,
        };
        let (stream, peer, tls) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        // Over the limit the newcomer is turned away at once, so that those inside keep their place.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            metrics.limited.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let one = One {
            builder: builder.clone(),
            router: router.clone(),
            watcher: graceful.watcher(),
            stall: limits.stall,
            peer,
        };
        let metrics = Arc::clone(&metrics);
        tokio::spawn(async move {
            metrics.connections.fetch_add(1, Ordering::Relaxed);
            one.serve(stream, tls).await;
            metrics.connections.fetch_sub(1, Ordering::Relaxed);
            drop(place);
        });
    }
    drop(doors);
    if timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were cut at the end of the drain");
    }
}

type Knocked = io::Result<(TcpStream, SocketAddr, Option<TlsAcceptor>)>;

/// Whoever stands at one of the doors, with what is spoken there.
fn knock(doors: &[Door], context: &mut Context<'_>) -> Poll<Knocked> {
    for Door { listener, tls } in doors {
        if let Poll::Ready(accepted) = listener.poll_accept(context) {
            return Poll::Ready(accepted.map(|(stream, peer)| (stream, peer, tls.clone())));
        }
    }
    Poll::Pending
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(64)
        .max_buf_size(64 << 10);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(64)
        .max_send_buf_size(256 << 10)
        .max_header_list_size(HEAD_MAX_BYTES);
    builder
}

struct One {
    builder: Builder<TokioExecutor>,
    router: Router,
    watcher: Watcher,
    stall: Duration,
    peer: SocketAddr,
}

impl One {
    async fn serve(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        // Small answers should not wait for one another.
        drop(stream.set_nodelay(true));
        match tls {
            None => self.speak(stream).await,
            Some(tls) => {
                if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
                    self.speak(stream).await;
                }
            }
        }
    }

    async fn speak<Io>(self, io: Io)
    where
        Io: AsyncRead + AsyncWrite + Send + 'static,
    {
        let Self {
            builder,
            router,
            watcher,
            stall,
            peer,
        } = self;
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request.map(Body::new))
        });
        let io = TokioIo::new(Stall::new(io, stall));
        let connection = builder
            .serve_connection_with_upgrades(io, service)
            .into_owned();
        // How a peer leaves is its own affair.
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "connection ended");
        }
    }
}

/// A peer that left before it was taken in costs nothing; a lack of files or memory needs a pause.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionReset) {
        tracing::error!(%error, "could not accept a connection");
        sleep(Duration::from_millis(200)).await;
    }
}
