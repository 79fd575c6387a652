//! The live tail.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use lifeos_protocol::Wire;
use lifeos_protocol::api::Pushed;
use lifeos_protocol::tail::{Notice, NoticeKind, TailOpen};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::client::{Session, claim, read};
use crate::harness::{ORIGIN, TestBox};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(at: &TestBox, session: &Session, origin: &str) -> Result<Socket, u16> {
    let mut request = format!("ws://{}/api/v1/tail", at.address)
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("cookie", session.cookie.parse().unwrap());
    request
        .headers_mut()
        .insert("origin", origin.parse().unwrap());
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

pub(crate) async fn open(at: &TestBox, session: &mut Session) -> Socket {
    let mut socket = connect(at, session, ORIGIN).await.unwrap();
    session.counter += 1;
    let first = TailOpen::new(&session.key, session.counter, &session.cookie_hash);
    socket
        .send(Message::Binary(first.to_bytes().into()))
        .await
        .unwrap();
    // The first ping says that the tail was taken.
    assert!(matches!(next(&mut socket).await, Some(Message::Ping(_))));
    socket
}

async fn next(socket: &mut Socket) -> Option<Message> {
    let message = tokio::time::timeout(Duration::from_secs(5), socket.next()).await;
    message
        .expect("a message comes in time")
        .map(Result::unwrap)
}

pub(crate) async fn notice(socket: &mut Socket) -> Notice {
    match next(socket).await {
        Some(Message::Binary(bytes)) => Notice::from_bytes(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_push_is_told_to_the_other_tails_at_once() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut socket = open(&at, &mut session).await;
    let mut author = person.author(&person.device);
    read::<Pushed>(session.push(&person, &author.write(3, 1)).await).await;
    let told = notice(&mut socket).await;
    assert_eq!(
        (told.kind, told.id, told.sequence),
        (NoticeKind::Space, *person.space.as_bytes(), 3)
    );
}

#[tokio::test]
async fn cutting_a_session_ends_its_tail() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut socket = open(&at, &mut session).await;
    let mut other = Session::of_device(&at, &person, &person.device).await;
    let path = format!("/api/v1/sessions/{}", session.opened.session);
    assert_eq!(other.delete(&path).await.status(), 204);
    assert_eq!(notice(&mut socket).await.kind, NoticeKind::SessionEnded);
    assert!(matches!(next(&mut socket).await, Some(Message::Close(_))));
}

#[tokio::test]
async fn a_tail_without_the_sessions_key_or_with_a_used_counter_is_closed() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut socket = open(&at, &mut session).await;
    let used = TailOpen::new(&session.key, session.counter, &session.cookie_hash);
    let mut forged = TailOpen::new(&session.key, session.counter + 1, &session.cookie_hash);
    forged.counter += 1;
    for first in [used, forged] {
        let mut refused = connect(&at, &session, ORIGIN).await.unwrap();
        refused
            .send(Message::Binary(first.to_bytes().into()))
            .await
            .unwrap();
        assert!(matches!(next(&mut refused).await, Some(Message::Close(_))));
    }
    assert_eq!(
        connect(&at, &session, "https://evil.example").await.err(),
        Some(403)
    );
    socket.close(None).await.unwrap();
}

#[tokio::test]
async fn a_tail_does_not_hold_up_the_end_of_the_server() {
    let mut at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut socket = open(&at, &mut session).await;
    let end = tokio::time::timeout(Duration::from_secs(5), at.stop());
    end.await.expect("the drain does not wait for tails");
    assert!(matches!(
        next(&mut socket).await,
        Some(Message::Close(_)) | None
    ));
}
