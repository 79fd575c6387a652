//! Versions: the box says which protocol it speaks and which is the oldest that it still takes. A
//! client below the floor is refused in words, never served quietly with less.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use lifeos_protocol::PROTOCOL_VERSION;
use lifeos_protocol::session::VERSION_HEADER;

use crate::problem::Problem;

/// The oldest protocol version that is taken.
pub(crate) const FLOOR: u16 = 1;
const FLOOR_HEADER: HeaderName = HeaderName::from_static("lifeos-version-floor");

/// An address that will go: announced by `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaving {
    /// As routed.
    pub(crate) route: &'static str,
    /// Seconds since 1970 from which on it should no longer be used.
    pub(crate) deprecated_s: u64,
    /// When it will be gone, as an HTTP date.
    pub(crate) sunset: &'static str,
}

/// What will go. Nothing yet.
pub(crate) const LEAVING: &[Leaving] = &[];

/// Refuses clients below the floor and names both versions on every answer of the interface.
pub(crate) async fn negotiate(request: Request, next: Next) -> Response {
    let asked = request.headers().get(VERSION_HEADER).map(|value| {
        value
            .to_str()
            .ok()
            .and_then(|value| value.parse::<u16>().ok())
    });
    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let mut response = match asked {
        Some(None) => axum::response::IntoResponse::into_response(Problem::malformed()),
        Some(Some(version)) if version < FLOOR => {
            axum::response::IntoResponse::into_response(Problem::version())
        }
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static(VERSION_HEADER),
        PROTOCOL_VERSION.into(),
    );
    headers.insert(FLOOR_HEADER, FLOOR.into());
    announce(headers, route.as_deref(), LEAVING);
    response
}

fn announce(headers: &mut axum::http::HeaderMap, route: Option<&str>, leaving: &[Leaving]) {
    let Some(leaving) = leaving.iter().find(|leaving| Some(leaving.route) == route) else {
        return;
    };
    let deprecated = HeaderValue::try_from(format!("@{}", leaving.deprecated_s))
        .expect("a sign and digits are a header value");
    headers.insert(HeaderName::from_static("deprecation"), deprecated);
    headers.insert(
        HeaderName::from_static("sunset"),
        HeaderValue::from_static(leaving.sunset),
    );
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;

    #[test]
    fn what_will_go_is_announced_and_what_stays_is_not() {
        let leaving = [Leaving {
            route: "/api/v1/old",
            deprecated_s: 1_800_000_000,
            sunset: "Sun, 11 Nov 2029 23:59:59 GMT",
        }];
        let mut headers = HeaderMap::new();
        announce(&mut headers, Some("/api/v1/new"), &leaving);
        assert!(headers.is_empty());
        announce(&mut headers, Some("/api/v1/old"), &leaving);
        assert_eq!(headers["deprecation"], "@1800000000");
        assert_eq!(headers["sunset"], "Sun, 11 Nov 2029 23:59:59 GMT");
    }
}
