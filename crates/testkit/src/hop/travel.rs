//! What travels through the hop, as a test sees and alters it.

use std::fmt;
use std::sync::Arc;

use lifeos_protocol::api::Pushed;
use lifeos_protocol::stream::{self, Frame, FrameDecoder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;

use crate::encode;

/// A request on its way to the box.
#[derive(Clone)]
pub struct Asked {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// Whether it is of this method and its path, without the query, fits the pattern: equal, with
    /// `*` for any one part.
    #[must_use]
    pub fn is(&self, method: &str, pattern: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let (mut parts, mut wanted) = (path.split('/'), pattern.split('/'));
        self.method == method
            && loop {
                match (parts.next(), wanted.next()) {
                    (None, None) => break true,
                    (Some(_), Some("*")) => {}
                    (part, wanted) if part == wanted => {}
                    _ => break false,
                }
            }
    }

    /// The body as JSON of a type, if it is.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.body.len();
        write!(f, "{} {} ({bytes} bytes)", self.method, self.path)
    }
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// As it should.
    #[default]
    Whole,
    /// The connection breaks after the body, of which more was announced.
    Cut,
    /// The body comes again and again, and never ends.
    Endless,
}

/// An answer on its way to the client.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case; those of the connection and the length are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it ends.
    pub ending: Ending,
}

impl Answer {
    /// An answer with a JSON body.
    ///
    /// # Panics
    /// Where the body is no JSON.
    #[must_use]
    pub fn of_json(status: u16, body: &impl Serialize) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: serde_json::to_vec(body).expect("answers are JSON"),
            ending: Ending::Whole,
        }
    }

    /// The body as JSON of a type, where the box did what was asked.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        (self.status == 200)
            .then(|| serde_json::from_slice(&self.body).ok())
            .flatten()
    }

    /// Replaces the body by JSON.
    ///
    /// # Panics
    /// Where the body is no JSON.
    pub fn set_json(&mut self, body: &impl Serialize) {
        self.body = serde_json::to_vec(body).expect("answers are JSON");
    }

    /// Alters a JSON body of a type. Returns whether it was one.
    pub fn alter_json<T: Serialize + DeserializeOwned>(
        &mut self,
        alter: impl FnOnce(&mut T),
    ) -> bool {
        let Some(mut body) = self.json::<T>() else {
            return false;
        };
        alter(&mut body);
        self.set_json(&body);
        true
    }

    /// The frames of a pull's answer; none where it is no stream.
    #[must_use]
    pub fn frames(&self) -> Option<Vec<Frame>> {
        let is_stream = |(name, value): &(String, String)| {
            name == "content-type" && value.as_str() == stream::MEDIA_TYPE
        };
        if self.status != 200 || !self.headers.iter().any(is_stream) {
            return None;
        }
        let mut decoder = FrameDecoder::new();
        decoder.feed(&self.body);
        let mut frames = Vec::new();
        while let Some(frame) = decoder.next_frame().ok()? {
            frames.push(frame);
        }
        Some(frames)
    }

    /// The newest sequence that the answer to a push or to a whole pull tells of.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        match self.frames() {
            Some(frames) => match frames.last() {
                Some(Frame::Complete(complete)) => Some(complete.sequence),
                _ => None,
            },
            None => self.json::<Pushed>().map(|pushed| pushed.sequence),
        }
    }

    /// Alters the frames of a pull's answer. Returns whether it was one.
    pub fn alter_frames(&mut self, alter: impl FnOnce(Vec<Frame>) -> Vec<Frame>) -> bool {
        let Some(frames) = self.frames() else {
            return false;
        };
        self.body = encode(&alter(frames));
        true
    }
}

/// Where a request goes.
#[derive(Debug)]
pub enum Way {
    /// To the box, as the closure left it.
    On,
    /// To the box twice; the second answer comes back.
    Twice,
    /// Nowhere: the connection breaks.
    Nowhere,
    /// To the box, and its answer nowhere.
    OneWay,
    /// To the box, and its answer comes back once the gate is open.
    Late(Gate),
    /// Nowhere: this comes back instead.
    Instead(Answer),
}

/// What holds an answer back.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Notify>);

impl Gate {
    /// Lets one answer pass that waits or will wait.
    pub fn open(&self) {
        self.0.notify_one();
    }

    pub(super) async fn pass(&self) {
        self.0.notified().await;
    }
}

/// One request as the box could have seen it, with what the client was answered.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The request as it came from the client.
    pub asked: Asked,
    /// Status of the answer; 0 where none came back.
    pub status: u16,
    /// The newest sequence of a space that the answer to a push or pull told of.
    pub sequence: Option<u64>,
}
