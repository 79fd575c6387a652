//! A thousand who listen, and one who writes.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use lifeos_protocol::Wire as _;
use lifeos_protocol::api::Pushed;
use lifeos_protocol::tail::{Notice, NoticeKind, TailOpen};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::open_box::OpenBox;
use crate::client::{Session, read};
use crate::harness::ORIGIN;
use crate::table::{Row, Target, p95};

const LISTENERS: usize = 1_000;
const ROUNDS: usize = 5;
const LATE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) async fn rows() -> Vec<Row> {
    let at = OpenBox::start().await;
    let idle_mb = at.process.resident_mb();
    let mut listeners = Vec::with_capacity(LISTENERS);
    for _ in 0..LISTENERS {
        listeners.push(listen(&at).await);
    }
    let mut writer = at.session().await;
    let mut author = at.person().author(&at.person().device);
    let mut reached = Vec::new();
    for _ in 0..ROUNDS {
        let batch = author.write(1, 1);
        let before = Instant::now();
        let pushed = async {
            read::<Pushed>(writer.push(at.person(), &batch).await).await;
        };
        let all = futures_util::future::join_all(listeners.iter_mut().map(told));
        let (_, told) = tokio::join!(pushed, all);
        let since = |at: Instant| (at - before).as_secs_f64() * 1000.0;
        reached.extend(told.into_iter().map(since));
    }
    let held_mb = at.process.resident_mb();
    vec![
        Row::new(
            format!("{LISTENERS} live clients: server memory"),
            "MB",
            (held_mb, idle_mb),
            Target::AtMost(120.0),
            "the same server before they came",
        ),
        Row::new(
            format!("{LISTENERS} live clients: one change is told to all, p95"),
            "ms",
            (p95(&reached), 1_000.0),
            Target::AtMost(1_000.0),
            format!("from the push to the notice; {ROUNDS} changes; the baseline is the target"),
        ),
    ]
}

async fn listen(at: &OpenBox) -> Socket {
    let mut session = at.session().await;
    let mut request = format!("ws://{}/api/v1/tail", at.address)
        .into_client_request()
        .unwrap();
    let headers = request.headers_mut();
    headers.insert("cookie", session.cookie.parse().unwrap());
    headers.insert("origin", ORIGIN.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let first = opening(&mut session);
    socket
        .send(Message::Binary(first.to_bytes().into()))
        .await
        .unwrap();
    // The first ping says that the tail was taken.
    assert!(matches!(next(&mut socket).await, Message::Ping(_)));
    socket
}

fn opening(session: &mut Session) -> TailOpen {
    session.counter += 1;
    TailOpen::new(&session.key, session.counter, &session.cookie_hash)
}

/// When the space was told of.
async fn told(socket: &mut Socket) -> Instant {
    loop {
        if let Message::Binary(bytes) = next(socket).await
            && Notice::from_bytes(&bytes).unwrap().kind == NoticeKind::Space
        {
            return Instant::now();
        }
    }
}

async fn next(socket: &mut Socket) -> Message {
    let message = tokio::time::timeout(LATE, socket.next()).await;
    message.expect("a message comes in time").unwrap().unwrap()
}
