//! Refusals as `application/problem+json` (RFC 9457).

use crate::log::LogRefusal;
use crate::refusal::{Refusal, TYPE_PREFIX};

/// A refusal. Carries nothing that a person typed.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank` or `/problems/{code}`.
    pub r#type: String,
    /// A short English title of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// Seconds until another try makes sense, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.log.map(LogRefusal::code);
        let code = detail.unwrap_or(refusal.code.as_str());
        Self {
            r#type: format!("{TYPE_PREFIX}{code}"),
            title: refusal.code.title().to_owned(),
            status: refusal.code.status(),
            code: code.to_owned(),
            retry_after_s: None,
        }
    }
}
