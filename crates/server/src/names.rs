//! The names under which browsers know the box: its own, and those it had before, which still answer
//! until every device has moved. Each is an origin, hence a relying party of its own: a passkey made
//! under one is unknown under another.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::WebauthnError;

use crate::origin::Origin;
use crate::state::AppState;
use crate::webauthn;

/// One name of the box.
pub(crate) struct Name {
    pub(crate) origin: Origin,
    pub(crate) party: Webauthn,
}

/// All names, the box's own first.
pub(crate) struct Names(Vec<Arc<Name>>);

impl Names {
    pub(crate) fn new(own: &Origin, former: &[Origin]) -> Result<Self, WebauthnError> {
        let mut all: Vec<Arc<Name>> = Vec::with_capacity(1 + former.len());
        for origin in std::iter::once(own).chain(former) {
            if all.iter().all(|known| known.origin != *origin) {
                let party = webauthn::party(origin)?;
                let origin = origin.clone();
                all.push(Arc::new(Name { origin, party }));
            }
        }
        Ok(Self(all))
    }

    /// Whether a page of this origin is the box's own.
    pub(crate) fn has(&self, origin: &str) -> bool {
        self.0.iter().any(|name| name.origin.as_str() == origin)
    }

    /// Returns the names as browsers write them, the box's own first.
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = |name: &Arc<Name>| name.origin.as_str().to_owned();
        self.0.iter().map(text).collect()
    }

    /// Returns the name that a request is for: what the page says that started it, else what the
    /// address says, else the box's own.
    fn of(&self, headers: &HeaderMap, uri: &Uri) -> &Arc<Name> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let page = text(ORIGIN);
        let host = text(HOST).or_else(|| uri.authority().map(|authority| authority.as_str()));
        let by_page = self
            .0
            .iter()
            .find(|name| page == Some(name.origin.as_str()));
        let by_host = || {
            self.0
                .iter()
                .find(|name| host.is_some_and(|host| name.origin.authority() == host))
        };
        by_page.or_else(by_host).unwrap_or(&self.0[0])
    }
}

/// The name that a request is for.
pub(crate) struct Called(pub(crate) Arc<Name>);

impl FromRequestParts<AppState> for Called {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let name = state.names.of(&parts.headers, &parts.uri);
        Ok(Self(Arc::clone(name)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use axum::http::HeaderValue;

    use super::*;

    fn names() -> Names {
        let former = ["http://localhost:8420", "https://old.example"];
        let former: Vec<Origin> = former.iter().map(|text| text.parse().unwrap()).collect();
        Names::new(&"https://home.example".parse().unwrap(), &former).unwrap()
    }

    fn called(header: axum::http::HeaderName, value: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header, HeaderValue::from_static(value));
        let uri = "/api/v1/box".parse().unwrap();
        names().of(&headers, &uri).origin.as_str().to_owned()
    }

    #[test]
    fn a_request_is_for_the_name_of_its_page() {
        assert_eq!(
            called(ORIGIN, "http://localhost:8420"),
            "http://localhost:8420"
        );
        assert_eq!(called(ORIGIN, "https://old.example"), "https://old.example");
    }

    #[test]
    fn a_request_without_a_page_is_for_the_name_of_its_address() {
        assert_eq!(called(HOST, "old.example"), "https://old.example");
        assert_eq!(called(HOST, "localhost:8420"), "http://localhost:8420");
        assert_eq!(called(HOST, "localhost:9000"), "https://home.example");
    }

    #[test]
    fn a_name_that_is_not_the_boxs_counts_for_nothing() {
        assert_eq!(
            called(ORIGIN, "https://evil.example"),
            "https://home.example"
        );
        assert!(!names().has("https://evil.example"));
        assert!(names().has("https://old.example"));
    }
}
