//! The tail: a WebSocket that is read on a thread of its own.

use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ClientConfig;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderValue, Uri};
use tungstenite::{Connector, Message};

use crate::client::lock;
use crate::host::Event;

const CONNECT: Duration = Duration::from_secs(10);
/// The box pings every 30 s; longer silence means that it is gone.
const SILENT: Duration = Duration::from_secs(75);

/// A tail that is open or opening. Dropping it closes it.
pub(crate) struct Tail {
    socket: Arc<Mutex<Closing>>,
}

#[derive(Default)]
struct Closing {
    closed: bool,
    stream: Option<TcpStream>,
}

/// Where a tail leads.
pub(crate) struct Place {
    pub(crate) origin: String,
    pub(crate) path: String,
    pub(crate) cookie: Option<String>,
    pub(crate) tls: Arc<ClientConfig>,
}

impl Tail {
    /// Opens a tail; `number` is told with everything that comes of it.
    pub(crate) fn open(place: Place, first: Vec<u8>, number: u64, events: Sender<Event>) -> Self {
        let socket = Arc::new(Mutex::new(Closing::default()));
        let shared = Arc::clone(&socket);
        let failed = events.clone();
        let spawned = std::thread::Builder::new()
            .name("lifeos-tail".into())
            .spawn(move || {
                // How it ended makes no difference: the client opens another.
                let _how = follow(&place, first, number, &events, &shared);
                drop(events.send(Event::TailClosed { number }));
            });
        if spawned.is_err() {
            drop(failed.send(Event::TailClosed { number }));
        }
        Self { socket }
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let mut socket = lock(&self.socket);
        socket.closed = true;
        if let Some(stream) = socket.stream.take() {
            // It may be closed already.
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

/// How a tail ended.
enum Ended {
    Box,
}

fn follow(
    place: &Place,
    first: Vec<u8>,
    number: u64,
    events: &Sender<Event>,
    shared: &Mutex<Closing>,
) -> Result<Ended, Box<dyn std::error::Error>> {
    let address = place.origin.replacen("http", "ws", 1) + &place.path;
    let uri: Uri = address.parse()?;
    let host = uri
        .host()
        .ok_or("no host")?
        .trim_matches(['[', ']'])
        .to_owned();
    let port = uri
        .port_u16()
        .unwrap_or(if uri.scheme_str() == Some("wss") {
            443
        } else {
            80
        });
    let stream = connect(&host, port)?;
    stream.set_read_timeout(Some(SILENT))?;
    stream.set_nodelay(true)?;
    {
        let mut closing = lock(shared);
        if closing.closed {
            return Ok(Ended::Box);
        }
        closing.stream = Some(stream.try_clone()?);
    }
    let mut request = uri.into_client_request()?;
    if let Some(cookie) = &place.cookie {
        request
            .headers_mut()
            .insert("cookie", HeaderValue::from_str(cookie)?);
    }
    let connector = Connector::Rustls(Arc::clone(&place.tls));
    let connector = if address.starts_with("wss:") {
        connector
    } else {
        Connector::Plain
    };
    let (mut socket, _) =
        tungstenite::client_tls_with_config(request, stream, None, Some(connector))
            .map_err(|_| "handshake")?;
    socket.send(Message::Binary(first.into()))?;
    events.send(Event::TailOpen { number })?;
    loop {
        match socket.read()? {
            Message::Binary(bytes) => {
                events.send(Event::TailMessage {
                    number,
                    bytes: bytes.to_vec(),
                })?;
            }
            Message::Close(_) => return Ok(Ended::Box),
            _ => {}
        }
    }
}

fn connect(host: &str, port: u16) -> Result<TcpStream, Box<dyn std::error::Error>> {
    let mut last = None;
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| "no address".into(), Into::into))
}
