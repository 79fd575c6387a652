//! The bare server: the same framework, one page, no store. What start and memory are compared to.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use crate::harness::{Process, Started};

/// The first argument that makes this program the bare server.
pub(crate) const ROLE: &str = "bare-server";

/// What is served, by path: its type and its bytes.
pub(crate) type Pages = BTreeMap<String, (&'static str, Vec<u8>)>;

/// The page that does the least, as the browser's baselines use it.
pub(crate) fn pages() -> Pages {
    let html = include_bytes!("../browser/bare.html").to_vec();
    let page = include_bytes!("../browser/bare.mjs").to_vec();
    let worker = include_bytes!("../browser/bare-worker.mjs").to_vec();
    Pages::from([
        ("/".to_owned(), ("text/html", html)),
        ("/bare.mjs".to_owned(), ("text/javascript", page)),
        ("/bare-worker.mjs".to_owned(), ("text/javascript", worker)),
    ])
}

/// Starts the bare server in a process of its own.
pub(crate) fn start() -> Started {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(ROLE);
    Process::start(command)
}

/// Is the bare server until it is ended.
pub(crate) async fn serve_forever() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("Listening on {}\n", listener.local_addr().unwrap());
    axum::serve(listener, router(pages())).await.unwrap();
}

/// Serves pages from this process, and returns their origin. `localhost` is a secure context.
pub(crate) async fn serve(pages: Pages) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router(pages)).await });
    format!("http://localhost:{port}/")
}

fn router(pages: Pages) -> Router {
    Router::new().fallback(answer).with_state(Arc::new(pages))
}

async fn answer(State(pages): State<Arc<Pages>>, uri: Uri) -> Response {
    match pages.get(uri.path()) {
        Some((kind, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, *kind),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
