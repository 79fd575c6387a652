//! Options for passkey ceremonies that this device begins by itself, and what it reads of answers.
//! The page runs them; the box's own options pass through unchanged.

use lifeos_crypto::rand_core::CryptoRng;
use lifeos_protocol::api::Binary;
use lifeos_protocol::method_key::prf_input;
use serde_json::{Value, json};

use crate::api::{Problem, ProblemCode};

/// The PRF input, as the page passes it to the browser.
pub(crate) fn prf_salt() -> String {
    Binary(prf_input().as_bytes().to_vec()).to_text()
}

/// Request options with a challenge of one's own: the signature is looked at by nobody, only the
/// PRF output is wanted, so that it works without the box.
pub(crate) fn local_request<'a>(
    credentials: impl Iterator<Item = &'a [u8]>,
    rng: &mut impl CryptoRng,
) -> String {
    let mut challenge = [0; 32];
    rng.fill_bytes(&mut challenge);
    let allowed: Vec<Value> = credentials
        .map(|id| json!({ "type": "public-key", "id": Binary(id.to_vec()).to_text() }))
        .collect();
    json!({
        "challenge": Binary(challenge.to_vec()).to_text(),
        "allowCredentials": allowed,
        "userVerification": "required",
        "timeout": 120_000,
    })
    .to_string()
}

/// Reads a credential's JSON, and refuses one that carries a PRF result: it must never leave.
///
/// # Errors
/// [`ProblemCode::Malformed`].
pub(crate) fn credential(text: &str) -> Result<(Value, Vec<u8>), Problem> {
    let value: Value = serde_json::from_str(text).map_err(|_| ProblemCode::Malformed)?;
    if value
        .pointer("/clientExtensionResults/prf/results")
        .is_some()
    {
        return Err(Problem::with(ProblemCode::Malformed, "prf"));
    }
    let id = value
        .get("rawId")
        .or_else(|| value.get("id"))
        .and_then(Value::as_str)
        .and_then(|id| Binary::from_text(id).ok())
        .filter(|id| !id.0.is_empty())
        .ok_or(ProblemCode::Malformed)?;
    Ok((value, id.0))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn a_credential_with_a_prf_result_is_refused() {
        let with = r#"{"id":"AQID","rawId":"AQID","clientExtensionResults":{"prf":{"results":{"first":"AAAA"}}}}"#;
        assert_eq!(credential(with).unwrap_err().detail.as_deref(), Some("prf"));
        let without =
            r#"{"id":"AQID","rawId":"AQID","clientExtensionResults":{"prf":{"enabled":true}}}"#;
        assert_eq!(credential(without).unwrap().1, [1, 2, 3]);
    }
}
