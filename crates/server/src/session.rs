//! The guard before every address that needs a session: cookie, MAC, counter, limits.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request, State};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use lifeos_protocol::hash::sha256;
use lifeos_protocol::ids::DeviceId;
use lifeos_protocol::session::{AUTH_HEADER, RequestRefusal, cookie_hash, parse_auth_header};

use crate::acts::Act;
use crate::authorise::{Caller, Object, Signer, Who};
use crate::guard::allow;
use crate::live::LiveSession;
use crate::problem::Problem;
use crate::state::{App, AppState, now_ms};

/// How long a verification of the person counts for acts on keys.
pub(crate) const FRESH_MS: u64 = 5 * 60 * 1000;

/// The session of a request that was authenticated.
#[derive(Clone)]
pub(crate) struct Authenticated(pub(crate) Arc<LiveSession>);

impl Authenticated {
    /// Asks whether the session may do this.
    pub(crate) fn may(&self, act: Act, object: &Object) -> Result<(), Problem> {
        allow(&self.who(), act, object)
    }

    /// Asks whether the session may do this to what is its account's alone.
    pub(crate) fn may_here(&self, act: Act) -> Result<(), Problem> {
        self.may(act, &Object::Account(self.0.account))
    }

    /// Returns the device of the session, or refuses a method: only devices write.
    pub(crate) fn device(&self) -> Result<DeviceId, Problem> {
        match self.0.signed_by {
            Signer::Device(device, _) => Ok(device),
            Signer::Method => Err(Problem::forbidden()),
        }
    }

    /// Returns who asks, as far as it counts for a decision.
    pub(crate) fn who(&self) -> Who {
        let age = now_ms().saturating_sub(self.0.verified_ms());
        Who::Session(Caller {
            account: self.0.account,
            signer: self.0.signed_by,
            is_fresh: age <= FRESH_MS,
            household: self.0.household,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Authenticated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Problem::no_session)
    }
}

/// Lets a request through that its session's key vouches for, once.
pub(crate) async fn require(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let session = of_cookie(&state, &parts.headers).await?;
    let auth = parts
        .headers
        .get(AUTH_HEADER)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(Problem::bad_mac)?;
    let auth = parse_auth_header(auth)?;
    let OriginalUri(uri) = OriginalUri::from_request_parts(&mut parts, &state)
        .await
        .unwrap_or_else(|never| match never {});
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let body = Bytes::from_request(Request::new(body), &state)
        .await
        .map_err(|_| Problem::cut())?;
    session
        .accept(
            &state.store,
            parts.method.as_str(),
            path,
            sha256(&body),
            auth,
        )
        .await?;
    state.quotas.check(session.account, session.signer)?;
    parts.extensions.insert(Authenticated(session));
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

/// Returns the session whose cookie the request carries.
pub(crate) async fn of_cookie(
    state: &App,
    headers: &HeaderMap,
) -> Result<Arc<LiveSession>, Problem> {
    let value = cookie(headers, &state.cookie_name).ok_or_else(Problem::no_session)?;
    let hash = cookie_hash(value);
    state
        .sessions
        .find(&state.store, &hash)
        .await?
        .ok_or_else(Problem::no_session)
}

/// Returns the header that gives a browser its cookie.
pub(crate) fn set_cookie(name: &str, value: &str) -> HeaderValue {
    let text =
        format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000");
    HeaderValue::try_from(text).expect("name and value are hex and fixed text")
}

/// Returns the header that takes a browser's cookie away.
pub(crate) fn clear_cookie(name: &str) -> HeaderValue {
    let text = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    HeaderValue::try_from(text).expect("the name is hex and fixed text")
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

impl From<RequestRefusal> for Problem {
    fn from(refusal: RequestRefusal) -> Self {
        match refusal {
            RequestRefusal::Malformed | RequestRefusal::BadMac => Self::bad_mac(),
            RequestRefusal::Replayed(_) => Self::replayed(),
        }
    }
}
