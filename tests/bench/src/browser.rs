//! The same functions for a worker of the browser; `browser/worker.mjs` keeps the time.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::{Log, Started, lists};

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
    static STARTED: RefCell<Option<Started>> = const { RefCell::new(None) };
}

/// Makes the log that is folded; none makes it go.
#[wasm_bindgen]
pub fn make_log(changes: Option<usize>) {
    LOG.with(|log| *log.borrow_mut() = changes.map(Log::make));
}

/// Opens, verifies and folds the log change by change, or segment by segment.
#[wasm_bindgen]
pub fn fold_log(from_segments: bool) -> usize {
    LOG.with(|log| {
        let log = log.borrow();
        let log = log.as_ref().unwrap();
        if from_segments {
            log.fold_segments()
        } else {
            log.fold_singly()
        }
    })
}

/// Starts an engine from files, as `lifeos-wasm` gets them, and answers what the first screen
/// asks. Returns how many tasks are for today.
#[wasm_bindgen]
pub fn start(local: &[u8], names: Vec<String>, contents: Vec<Uint8Array>) -> u32 {
    let files = names.iter().map(String::as_str).zip(contents);
    let files = files.map(|(name, bytes)| (name, bytes.to_vec()));
    let mut started = Started::open(&local.try_into().unwrap(), files);
    let today = started.first_screen();
    STARTED.with(|slot| *slot.borrow_mut() = Some(started));
    today
}

/// Drops the engine.
#[wasm_bindgen]
pub fn stop() {
    STARTED.with(|slot| *slot.borrow_mut() = None);
}

/// The names of the questions.
#[wasm_bindgen]
#[must_use]
pub fn questions() -> Vec<String> {
    lists().iter().map(|asked| asked.name.to_owned()).collect()
}

/// Answers a question of the engine that was started, as JSON, which is what the page is given.
#[wasm_bindgen]
#[must_use]
pub fn ask(question: usize) -> String {
    STARTED.with(|slot| {
        let query = lists().swap_remove(question).query;
        let view = slot.borrow_mut().as_mut().unwrap().ask(query);
        serde_json::to_string(&view).unwrap()
    })
}
