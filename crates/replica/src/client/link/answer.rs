//! What the box answered, as the page is told.

use lifeos_protocol::api::Problem as BoxProblem;
use serde::de::DeserializeOwned;

use super::super::effect::{HttpFailure, HttpResponse};
use crate::api::{Problem, ProblemCode};

/// Why the box did not do it, as the page is told.
pub(crate) fn problem_of(result: &Result<HttpResponse, HttpFailure>) -> Problem {
    let response = match result {
        Err(_) => return ProblemCode::Offline.into(),
        Ok(response) => response,
    };
    let code = serde_json::from_slice::<BoxProblem>(&response.body).map(|problem| problem.code);
    match (response.status, code.as_deref()) {
        (429, _) => ProblemCode::TooMany.into(),
        (507, _) => Problem::with(ProblemCode::Refused, "box_full"),
        (426, _) => ProblemCode::NeedsNewerVersion.into(),
        (_, Ok("bad_claim_code")) => ProblemCode::ClaimCode.into(),
        (_, Ok("claimed")) => ProblemCode::AlreadyClaimed.into(),
        (_, Ok("step_up_needed")) => ProblemCode::StepUpNeeded.into(),
        (_, Ok("bad_passkey")) => ProblemCode::PasskeyRefused.into(),
        (_, Ok("log_nobody_left" | "two_ways_needed")) => ProblemCode::LastWay.into(),
        (_, Ok(code)) => Problem::with(ProblemCode::Refused, code),
        (status, Err(_)) => Problem::with(ProblemCode::Refused, status.to_string()),
    }
}

/// Reads the body of a good answer.
///
/// # Errors
/// What the page is told where the box refused or its answer is not of the expected form.
pub(crate) fn body_of<T: DeserializeOwned>(
    result: &Result<HttpResponse, HttpFailure>,
) -> Result<T, Problem> {
    match result {
        Ok(response) if (200..300).contains(&response.status) => {
            serde_json::from_slice(&response.body)
                .map_err(|_| Problem::with(ProblemCode::Refused, "answer"))
        }
        other => Err(problem_of(other)),
    }
}

/// Whether the box said that it was done.
///
/// # Errors
/// What the page is told where it was not.
pub(crate) fn done(result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
    match result {
        Ok(response) if (200..300).contains(&response.status) => Ok(()),
        other => Err(problem_of(other)),
    }
}
