//! The addresses without a socket: for tests that ask more often than a socket would bear.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri};
use lifeos_store::Store;
use tower::ServiceExt;

use crate::routes;
use crate::start::Server;

/// More than any answer holds that a test asks for.
const ANSWER_MAX_BYTES: usize = 64 << 20;

/// A server that is asked inside the process.
#[doc(hidden)]
pub struct Asked {
    router: Router,
    store: Store,
    peer: SocketAddr,
    cookie_name: String,
}

impl Asked {
    /// Takes the addresses out of a server that was put together, and leaves its socket unused.
    #[must_use]
    pub fn of(server: Server) -> Self {
        let app = server.into_app();
        let (router, _) = routes::router(&app);
        Self {
            router,
            store: app.store.clone(),
            peer: app.config.listen,
            cookie_name: app.cookie_name.clone(),
        }
    }

    /// The store behind it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The name of its cookie.
    pub fn cookie_name(&self) -> &str {
        &self.cookie_name
    }

    /// Returns the status and the body that a request is answered with; nothing where these are the
    /// parts of no request.
    pub async fn ask(
        &self,
        method: &str,
        path_and_query: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Option<(u16, Vec<u8>)> {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
        *request.uri_mut() = path_and_query
            .parse::<Uri>()
            .ok()
            .filter(|uri| uri.scheme().is_none() && uri.authority().is_none())?;
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            request
                .headers_mut()
                .append(name, HeaderValue::try_from(value).ok()?);
        }
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answered = self.router.clone().oneshot(request).await;
        let response = answered.unwrap_or_else(|never| match never {});
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), ANSWER_MAX_BYTES).await;
        Some((status, body.map(Vec::from).unwrap_or_default()))
    }
}
