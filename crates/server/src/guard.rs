//! No address answers that has not asked: an answer without a permit for an act of that very address
//! never leaves the box.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::acts::Act;
use crate::authorise::{Object, Who, permit};
use crate::problem::Problem;

tokio::task_local! {
    /// What was permitted to the request under way, one bit an act.
    static PERMITTED: Arc<AtomicU64>;
}

/// Asks whether this may be done, and notes that it was asked.
pub(crate) fn allow(who: &Who, act: Act, object: &Object) -> Result<(), Problem> {
    permit(who, act, object)?;
    // Outside of a request (there is none such) nothing is noted, and nothing would be let out.
    PERMITTED
        .try_with(|permitted| permitted.fetch_or(bit(act), Ordering::Relaxed))
        .ok();
    Ok(())
}

/// Runs a request, and holds back an answer for which nobody asked [`allow`].
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let method = match *request.method() {
        Method::HEAD => Method::GET,
        ref method => method.clone(),
    };
    let permitted = Arc::new(AtomicU64::new(0));
    let response = PERMITTED
        .scope(Arc::clone(&permitted), next.run(request))
        .await;
    let status = response.status();
    let is_answer = status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS;
    let permitted = permitted.load(Ordering::Relaxed);
    if is_answer && !is_of(route.as_deref(), method.as_str(), permitted) {
        return Problem::internal("an answer that nobody permitted").into_response();
    }
    response
}

/// Whether something was permitted, and nothing that belongs to another address.
fn is_of(route: Option<&str>, method: &str, permitted: u64) -> bool {
    let of_route = Act::ALL
        .iter()
        .filter(|act| Some(act.address().1) == route && act.address().0 == method)
        .fold(0, |bits, act| bits | bit(*act));
    permitted & of_route != 0 && permitted & !of_route == 0
}

const fn bit(act: Act) -> u64 {
    1 << act as u64
}

const _: () = assert!(Act::ALL.len() <= 64, "one bit an act");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_needs_a_permit_of_its_own_address_and_of_no_other() {
        let push = Some("/api/v1/spaces/{space}/changes");
        assert!(is_of(push, "POST", bit(Act::Push)));
        assert!(is_of(push, "GET", bit(Act::Pull)));
        assert!(!is_of(push, "POST", 0));
        assert!(!is_of(push, "POST", bit(Act::Pull)));
        assert!(!is_of(push, "POST", bit(Act::Push) | bit(Act::Pull)));
        assert!(!is_of(Some("/api/v1/new"), "GET", bit(Act::ReadBox)));
        assert!(!is_of(None, "GET", bit(Act::ReadBox)));
    }
}
