//! Refusals as `application/problem+json` (RFC 9457). A problem names its kind and never repeats
//! what it was asked.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lifeos_protocol::api;
use lifeos_protocol::log::LogRefusal;
use lifeos_protocol::refusal::{Code, Refusal, TYPE_PREFIX};
use lifeos_store::{
    AppendRefusal, ClaimRefusal, InviteRefusal, PullRefusal, PushRefusal, StoreError,
};

/// A refusal on its way to the client.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    title: &'static str,
    retry_after_s: Option<u32>,
}

macro_rules! problems {
    ($($name:ident = $status:ident, $code:literal, $title:literal;)*) => {$(
        pub(crate) fn $name() -> Self {
            Self::new(StatusCode::$status, $code, $title)
        }
    )*};
}

macro_rules! of_protocol {
    ($($name:ident = $code:ident;)*) => {$(
        pub(crate) fn $name() -> Self {
            Code::$code.into()
        }
    )*};
}

impl Problem {
    // What only this server's manners can refuse; the rest are codes of the protocol.
    problems! {
        method_not_allowed = METHOD_NOT_ALLOWED, "method_not_allowed", "this address does not know the method";
        cross_site = FORBIDDEN, "cross_site", "the request was started by another site";
        media_type = UNSUPPORTED_MEDIA_TYPE, "media_type", "the body is not of the type that this address takes";
        too_slow = REQUEST_TIMEOUT, "too_slow", "the body took too long to arrive";
        cut = BAD_REQUEST, "cut", "the body ended before its end";
        prf = BAD_REQUEST, "prf_output", "the body carries the output of a PRF, which must stay on the device";
        too_many_invites = CONFLICT, "too_many_invites", "too many invitations are open, or one has this id";
        two_ways = UNPROCESSABLE_ENTITY, "two_ways_needed", "two independent ways to unlock are needed";
    }

    of_protocol! {
        not_found = NotFound;
        malformed = Malformed;
        too_large = TooLarge;
        no_session = NoSession;
        bad_mac = BadMac;
        replayed = Replayed;
        revoked = Revoked;
        forbidden = Forbidden;
        version = VersionNotSpoken;
        claimed = Claimed;
        claim_code = BadClaimCode;
        invite_over = InviteOver;
        ceremony = CeremonyOver;
        passkey = BadPasskey;
    }

    fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            status,
            code: code.into(),
            title,
            retry_after_s: None,
        }
    }

    /// Whether it says no to who asks, and not to how it was asked or when.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self.status,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND
        )
    }

    /// A limit was reached; `wait` is how long it holds.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let seconds = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
        Self {
            retry_after_s: Some(seconds),
            ..Code::TooMany.into()
        }
    }

    /// Something went wrong that no client can mend; `what` is for the log only.
    pub(crate) fn internal(what: &'static str) -> Self {
        tracing::error!(what, "internal failure");
        Code::Internal.into()
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        let status =
            StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, code.as_str(), code.title())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::from(refusal.code);
        if let Some(log) = refusal.log {
            problem.code = log.code().into();
        }
        problem
    }
}

impl From<LogRefusal> for Problem {
    fn from(refusal: LogRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Code::DiskFull.into(),
            StoreError::Closing
            | StoreError::Undone
            | StoreError::StillRead
            | StoreError::Unreachable => Code::Unavailable.into(),
            error => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "store failed");
                Code::Internal.into()
            }
        }
    }
}

impl From<AppendRefusal> for Problem {
    fn from(refusal: AppendRefusal) -> Self {
        match refusal {
            AppendRefusal::NoLog => Code::NotFound.into(),
            AppendRefusal::Conflict(_) => Code::LogMoved.into(),
            AppendRefusal::Refused(refusal) => refusal.into(),
            AppendRefusal::Stand(refusal) => refusal.into(),
            AppendRefusal::Signer => Code::Forbidden.into(),
            AppendRefusal::Parts => Code::WrapsMissing.into(),
            AppendRefusal::Store(error) => error.into(),
        }
    }
}

impl From<ClaimRefusal> for Problem {
    fn from(refusal: ClaimRefusal) -> Self {
        match refusal {
            ClaimRefusal::Claimed => Self::claimed(),
            ClaimRefusal::Code => Self::claim_code(),
            ClaimRefusal::InviteOver => Self::invite_over(),
            ClaimRefusal::Ways => Self::two_ways(),
            ClaimRefusal::Log(refusal) => refusal.into(),
            ClaimRefusal::Store(error) => error.into(),
        }
    }
}

impl From<InviteRefusal> for Problem {
    fn from(refusal: InviteRefusal) -> Self {
        match refusal {
            InviteRefusal::Role => Self::forbidden(),
            InviteRefusal::TooMany => Self::too_many_invites(),
            InviteRefusal::Store(error) => error.into(),
        }
    }
}

impl From<PushRefusal> for Problem {
    fn from(refusal: PushRefusal) -> Self {
        match refusal {
            PushRefusal::Refused(refusal) => refusal.into(),
            PushRefusal::Store(error) => error.into(),
        }
    }
}

impl From<PullRefusal> for Problem {
    fn from(refusal: PullRefusal) -> Self {
        match refusal {
            PullRefusal::NoSpace => Self::not_found(),
            PullRefusal::Beyond => Code::CursorAhead.into(),
            PullRefusal::Store(error) => error.into(),
        }
    }
}

impl Problem {
    /// The answer to a revoked signer: the refusal, and the log in which the revocation stands.
    pub(crate) fn with_account_log(self, account_log: Vec<api::Binary>) -> Response {
        let revoked = api::Revoked {
            problem: self.document(),
            account_log,
        };
        self.respond(&revoked)
    }

    fn document(&self) -> api::Problem {
        api::Problem {
            r#type: format!("{TYPE_PREFIX}{}", self.code),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            code: self.code.clone().into_owned(),
            retry_after_s: self.retry_after_s,
        }
    }

    fn respond(&self, document: &impl serde::Serialize) -> Response {
        let body = serde_json::to_vec(document).expect("plain fields serialise");
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.respond(&self.document())
    }
}
