//! Effects as plain objects.

use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use lifeos_replica::Write;
use lifeos_replica::api::Push;
use lifeos_replica::client::{Effect, HttpRequest};
use wasm_bindgen::JsValue;

/// Builds an object; its fields are set in the order given.
struct Plain(Object);

impl Plain {
    fn of(kind: &str) -> Self {
        Self(Object::new()).with("type", kind)
    }

    fn with(self, field: &str, value: impl Into<JsValue>) -> Self {
        Reflect::set(&self.0, &JsString::from(field), &value.into())
            .expect("a fresh plain object takes every field");
        self
    }

    fn bytes(self, field: &str, bytes: &[u8]) -> Self {
        self.with(field, Uint8Array::from(bytes))
    }

    fn token(self, token: u64) -> Self {
        self.with("token", token as f64)
    }

    fn done(self) -> JsValue {
        self.0.into()
    }
}

/// One effect. `answer` and `push` carry JSON text, so that the page parses it once.
pub(crate) fn to_js(effect: Effect) -> JsValue {
    match effect {
        Effect::Http(request) => http(&request),
        Effect::TailConnect { path, first } => Plain::of("tailConnect")
            .with("path", path)
            .bytes("first", &first)
            .done(),
        Effect::TailClose => Plain::of("tailClose").done(),
        Effect::Write { token, writes } => {
            let writes: Array = writes.iter().map(write).collect();
            Plain::of("write")
                .token(token)
                .with("writes", writes)
                .done()
        }
        Effect::WriteVault { token, bytes } => Plain::of("writeVault")
            .token(token)
            .bytes("bytes", &bytes)
            .done(),
        Effect::Read { token, files } => {
            let names: Array = files
                .iter()
                .map(|name| JsValue::from(name.to_string()))
                .collect();
            Plain::of("read").token(token).with("files", names).done()
        }
        Effect::ReadPart {
            token,
            file,
            offset,
            length,
        } => Plain::of("readPart")
            .token(token)
            .with("file", file.to_string())
            .with("offset", offset as f64)
            .with("length", length)
            .done(),
        Effect::EraseAll => Plain::of("eraseAll").done(),
        Effect::WakeAfter { ms } => Plain::of("wakeAfter").with("ms", ms as f64).done(),
        Effect::Answer { id, result } => {
            let plain = Plain::of("answer").with("id", id as f64);
            match result.as_ref() {
                Ok(reply) => plain.with("reply", json(reply)),
                Err(problem) => plain.with("problem", json(problem)),
            }
            .done()
        }
        Effect::Push(push) => told(&push),
        Effect::Ended => Plain::of("ended").done(),
    }
}

/// A push, with what its way to the right tab depends on beside the text.
fn told(push: &Push) -> JsValue {
    let plain = Plain::of("push").with("push", json(push));
    match push {
        Push::Status { .. } => plain.with("kind", "status"),
        Push::View { subscription, .. } => plain
            .with("kind", "view")
            .with("subscription", *subscription),
        Push::Progress { .. } => plain.with("kind", "progress"),
        Push::Locked => plain.with("kind", "locked"),
    }
    .done()
}

fn http(request: &HttpRequest) -> JsValue {
    let headers: Array = request
        .headers
        .iter()
        .map(|(name, value)| Array::of2(&JsValue::from(*name), &JsValue::from(value.as_str())))
        .collect();
    Plain::of("http")
        .token(request.token)
        .with("method", request.method)
        .with("path", request.path.as_str())
        .with("headers", headers)
        .bytes("body", &request.body)
        .with("streamed", request.streamed)
        .done()
}

fn write(write: &Write) -> JsValue {
    match write {
        Write::Append {
            file,
            offset,
            bytes,
        } => Plain::of("append")
            .with("file", file.to_string())
            .with("offset", *offset as f64)
            .bytes("bytes", bytes)
            .done(),
        Write::Truncate { file, length } => Plain::of("truncate")
            .with("file", file.to_string())
            .with("length", *length as f64)
            .done(),
        Write::Replace { file, bytes } => Plain::of("replace")
            .with("file", file.to_string())
            .bytes("bytes", bytes)
            .done(),
        Write::Remove { file } => Plain::of("remove").with("file", file.to_string()).done(),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("replies and pushes have text keys and no failing parts")
}
