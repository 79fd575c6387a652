//! A thousand who listen, and one who writes.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use lifeos_protocol::Wire as _;
use lifeos_protocol::api::Pushed;
use lifeos_protocol::tail::{Notice, NoticeKind, TailOpen};
use reqwest::{Client as Http, Method};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::figures::{Asked, Figures};
use super::open_box::OpenBox;
use crate::client::{Session, read};
use crate::harness::ORIGIN;
use crate::pulled::pulled;
use crate::table::{Row, Target, p95};

const LISTENERS: usize = 1_000;
/// Tails of a session: an account has 32 devices at most, and the box keeps 16 sessions of each.
const TAILS: usize = 4;
const ROUNDS: usize = 5;
const LATE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A device that is open somewhere: its tails, and the way by which it fetches what it is told of.
struct Listener {
    sockets: Vec<Socket>,
    session: Session,
    http: Http,
    /// Where its next pull begins, as the box writes it; empty is the beginning.
    after: String,
}

pub(super) async fn rows(servers: &mut Vec<Asked>) -> Vec<Row> {
    let at = OpenBox::start().await;
    let idle = Figures::of(&at).await;
    let idle_mb = at.process.resident_mb();
    let mut listeners = Vec::with_capacity(LISTENERS / TAILS);
    for _ in 0..LISTENERS / TAILS {
        listeners.push(Listener::open(&at).await);
    }
    let (mut writer, person) = at.of_next_device().await;
    let path = format!("/api/v1/spaces/{}/changes", person.space);
    let mut author = person.author(&person.device);
    let (mut told, mut fetched) = (Vec::new(), Vec::new());
    // The first round opens the connections of the pulls and does not count.
    for round in 0..=ROUNDS {
        let batch = author.write(1, 1);
        let before = Instant::now();
        let pushed = async {
            read::<Pushed>(writer.push(&person, &batch).await).await;
        };
        let follow = listeners.iter_mut().map(|each| each.follow(&path));
        let (_, all) = tokio::join!(pushed, futures_util::future::join_all(follow));
        if round == 0 {
            continue;
        }
        let since = |at: Instant| (at - before).as_secs_f64() * 1000.0;
        told.extend(all.iter().flat_map(|each| &each.told).map(|at| since(*at)));
        let each = all.iter().flat_map(|each| &each.fetched);
        fetched.extend(each.map(|at| since(*at)));
    }
    let held_mb = at.process.resident_mb();
    servers.push(Asked::now("a thousand live clients", &at, idle).await);
    let reach = |what, measured: &[f64], how| {
        Row::new(
            format!("{LISTENERS} live clients: one change {what}, p95"),
            "ms",
            (p95(measured), 1_000.0),
            Target::AtMost(1_000.0),
            format!("from the push to {how}; {ROUNDS} changes; the baseline is the target"),
        )
    };
    vec![
        Row::new(
            format!("{LISTENERS} live clients: server memory"),
            "MB",
            (held_mb, idle_mb),
            Target::AtMost(120.0),
            "the same server before they came",
        ),
        reach("is told to all", &told, "the notice"),
        reach(
            "is with all",
            &fetched,
            "the end of the pull that the notice led to",
        ),
    ]
}

impl Listener {
    async fn open(at: &OpenBox) -> Self {
        let mut session = at.session().await;
        let mut sockets = Vec::with_capacity(TAILS);
        for _ in 0..TAILS {
            sockets.push(tail(at, &mut session).await);
        }
        Self {
            sockets,
            session,
            http: Http::new(),
            after: String::new(),
        }
    }

    /// Waits on each tail until the space is told of, then fetches what is new, as often as there are
    /// tails: one pull for each live client.
    async fn follow(&mut self, path: &str) -> Followed {
        let each = self.sockets.iter_mut().map(told);
        let told = futures_util::future::join_all(each).await;
        let mut fetched = Vec::with_capacity(TAILS);
        let mut after = String::new();
        for _ in 0..TAILS {
            let path = format!("{path}?after={}", self.after);
            let request = self
                .session
                .signed_by(&self.http, Method::GET, &path, b"")
                .send();
            let answer = request.await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            let bytes = answer.bytes().await.unwrap();
            fetched.push(Instant::now());
            let (came, next) = pulled(&bytes);
            assert!(came, "what it was told of is there");
            after = next;
        }
        self.after = after;
        Followed { told, fetched }
    }
}

/// When each tail of a listener was told, and when it had what it was told of.
struct Followed {
    told: Vec<Instant>,
    fetched: Vec<Instant>,
}

async fn tail(at: &OpenBox, session: &mut Session) -> Socket {
    let mut request = format!("ws://{}/api/v1/tail", at.address)
        .into_client_request()
        .unwrap();
    let headers = request.headers_mut();
    headers.insert("cookie", session.cookie.parse().unwrap());
    headers.insert("origin", ORIGIN.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    session.counter += 1;
    let first = TailOpen::new(&session.key, session.counter, &session.cookie_hash);
    socket
        .send(Message::Binary(first.to_bytes().into()))
        .await
        .unwrap();
    // The first ping says that the tail was taken.
    assert!(matches!(next(&mut socket).await, Message::Ping(_)));
    socket
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
