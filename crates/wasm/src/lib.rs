//! The replica in a browser's worker: bindings, no rules.
//!
//! A worker makes one [`Core`], tells it what happened, and carries out the effects that each call
//! returns: an array of plain objects whose `type` says what to do. The TypeScript side of the seam
//! is `appliance/web/core/worker/`.
#![forbid(unsafe_code)]

mod effects;

use js_sys::{Array, Uint8Array};
use lifeos_replica::api::Call;
use lifeos_replica::client::{Client, Config, HttpFailure, HttpResponse, Input, Now, StoreFailure};
use lifeos_replica::{FileName, StoredFile};
use wasm_bindgen::prelude::*;

/// A client with the present that it was last told.
#[wasm_bindgen]
pub struct Core {
    client: Client,
    now: Now,
}

#[wasm_bindgen]
impl Core {
    /// Makes a client for the page's origin. `seed` is 32 bytes from `crypto.getRandomValues`.
    ///
    /// # Errors
    /// When the seed is not 32 bytes long.
    #[wasm_bindgen(constructor)]
    pub fn new(origin: String, seed: &[u8]) -> Result<Core, JsError> {
        let seed = seed
            .try_into()
            .map_err(|_| JsError::new("the seed has 32 bytes"))?;
        Ok(Self {
            client: Client::new(Config { origin }, seed),
            now: Now {
                wall_ms: 0,
                monotonic_ms: 0,
                utc_offset_minutes: 0,
            },
        })
    }

    /// Tells the present; called before each of the others.
    pub fn now(&mut self, wall_ms: f64, monotonic_ms: f64, utc_offset_minutes: i16) {
        self.now = Now {
            wall_ms: wall_ms as u64,
            monotonic_ms: monotonic_ms as u64,
            utc_offset_minutes,
        };
    }

    /// Tells what is stored: the vault file, and the names of the sealed files.
    pub fn started(&mut self, vault: Option<Vec<u8>>, files: Vec<String>) -> Array {
        let files = files
            .iter()
            .filter_map(|name| FileName::parse(name))
            .collect();
        self.handle(Input::Started { vault, files })
    }

    /// Takes a call as JSON, with the bytes beside it.
    ///
    /// # Errors
    /// When the call is not of a form that this version knows.
    pub fn call(
        &mut self,
        id: f64,
        call: &str,
        attachment: Option<Vec<u8>>,
    ) -> Result<Array, JsError> {
        let call: Call =
            serde_json::from_str(call).map_err(|_| JsError::new("the call is malformed"))?;
        Ok(self.handle(Input::Call {
            id: id as u64,
            call,
            attachment,
        }))
    }

    /// An HTTP request ended with an answer.
    pub fn http(&mut self, token: f64, status: u16, body: Vec<u8>) -> Array {
        let result = Ok(HttpResponse { status, body });
        self.handle(Input::Http {
            token: token as u64,
            result,
        })
    }

    /// An HTTP request brought no answer, or was broken off.
    pub fn http_failed(&mut self, token: f64, cut: bool) -> Array {
        let failure = if cut {
            HttpFailure::Cut
        } else {
            HttpFailure::Unreachable
        };
        self.handle(Input::Http {
            token: token as u64,
            result: Err(failure),
        })
    }

    /// A piece of a streamed answer.
    pub fn http_piece(&mut self, token: f64, bytes: Vec<u8>) -> Array {
        self.handle(Input::HttpPiece {
            token: token as u64,
            bytes,
        })
    }

    /// The tail opened.
    pub fn tail_open(&mut self) -> Array {
        self.handle(Input::TailOpen)
    }

    /// The tail brought a message.
    pub fn tail_message(&mut self, bytes: Vec<u8>) -> Array {
        self.handle(Input::TailMessage(bytes))
    }

    /// The tail closed or could not be opened.
    pub fn tail_closed(&mut self) -> Array {
        self.handle(Input::TailClosed)
    }

    /// Writes ended: `failure` is empty, `full` or anything else.
    pub fn written(&mut self, token: f64, failure: &str) -> Array {
        let result = match failure {
            "" => Ok(()),
            "full" => Err(StoreFailure::Full),
            _ => Err(StoreFailure::Failed),
        };
        self.handle(Input::Written {
            token: token as u64,
            result,
        })
    }

    /// Whole files were read: names and contents, in step.
    pub fn read(&mut self, token: f64, names: Vec<String>, contents: Vec<Uint8Array>) -> Array {
        let files = names
            .iter()
            .zip(contents)
            .filter_map(|(name, bytes)| {
                Some(StoredFile {
                    name: FileName::parse(name)?,
                    bytes: bytes.to_vec(),
                })
            })
            .collect();
        self.handle(Input::Read {
            token: token as u64,
            files,
        })
    }

    /// Part of a file was read; nothing if it is not there.
    pub fn read_part(&mut self, token: f64, bytes: Option<Vec<u8>>) -> Array {
        self.handle(Input::ReadPart {
            token: token as u64,
            bytes,
        })
    }

    /// The time that was asked for has come.
    pub fn wake(&mut self) -> Array {
        self.handle(Input::Wake)
    }

    /// The browser says that it is online again.
    pub fn online(&mut self) -> Array {
        self.handle(Input::Online)
    }

    /// Another worker of this device hands its local key over.
    ///
    /// # Errors
    /// When it is not 32 bytes long.
    pub fn handover(&mut self, local_key: &[u8]) -> Result<Array, JsError> {
        let local_key = local_key
            .try_into()
            .map_err(|_| JsError::new("a local key has 32 bytes"))?;
        Ok(self.handle(Input::Handover { local_key }))
    }

    /// The local key, for another worker of this device; nothing while locked.
    #[must_use]
    pub fn local_key(&self) -> Option<Vec<u8>> {
        self.client.local_key().map(|key| key.to_vec())
    }

    fn handle(&mut self, input: Input) -> Array {
        self.client
            .handle(self.now, input)
            .into_iter()
            .map(effects::to_js)
            .collect()
    }
}
