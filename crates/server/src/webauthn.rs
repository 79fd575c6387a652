//! Passkeys: discoverable, with user verification, on the box's own name. What a PRF gives stays on
//! the device: an answer that carries it is refused before it is read further.

use lifeos_protocol::ids::AccountId;
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs::prelude::{
    Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    RequestChallengeResponse, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::origin::Origin;
use crate::problem::Problem;

/// Makes the relying party of the box's name.
pub(crate) fn party(origin: &Origin) -> Result<Webauthn, WebauthnError> {
    WebauthnBuilder::new(origin.name(), origin.url())?
        .rp_name("LifeOS")
        .build()
}

/// Begins the making of a passkey: the options for the browser, and what the box must remember.
///
/// The names are placeholders: the page puts the person's own in before it asks the browser, so that
/// the box never learns them.
pub(crate) fn begin_registration(
    party: &Webauthn,
    account: AccountId,
    existing: &[Passkey],
) -> Result<(Value, PasskeyRegistration), Problem> {
    let handle = Uuid::from_bytes(*account.as_bytes());
    let known = existing
        .iter()
        .map(|passkey| passkey.cred_id().clone())
        .collect();
    let (options, state) = party
        .start_passkey_registration(handle, "LifeOS", "LifeOS", Some(known))
        .map_err(refused)?;
    let mut options =
        serde_json::to_value(options).map_err(|_| Problem::internal("passkey options"))?;
    require_discoverable(&mut options)?;
    Ok((options, state))
}

/// Takes options as `navigator.credentials.get` wants them, without the mediation that would hide
/// the question behind a form field.
pub(crate) fn request_options(mut options: RequestChallengeResponse) -> Result<Value, Problem> {
    options.mediation = None;
    serde_json::to_value(options).map_err(|_| Problem::internal("passkey options"))
}

/// Ends the making of a passkey.
pub(crate) fn finish_registration(
    party: &Webauthn,
    answer: Value,
    state: &PasskeyRegistration,
) -> Result<Passkey, Problem> {
    let answer: RegisterPublicKeyCredential = read(answer)?;
    party
        .finish_passkey_registration(&answer, state)
        .map_err(refused)
}

/// Reads an answer to a request for a passkey.
pub(crate) fn read_assertion(answer: Value) -> Result<PublicKeyCredential, Problem> {
    read(answer)
}

pub(crate) fn refused(error: WebauthnError) -> Problem {
    // The error's own words name a rule, never a value.
    tracing::info!(rule = %error, "passkey refused");
    Problem::passkey()
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Problem> {
    if carries_prf_output(&answer) {
        return Err(Problem::prf());
    }
    serde_json::from_value(answer).map_err(|_| Problem::malformed())
}

/// Whether a PRF's output is anywhere in the answer. `prf: { enabled }` says only that there is one.
fn carries_prf_output(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, value)| match name.as_str() {
            "prf" => !says_only_enabled(value),
            "hmacGetSecret" | "hmac_get_secret" => !value.is_null(),
            _ => carries_prf_output(value),
        }),
        Value::Array(items) => items.iter().any(carries_prf_output),
        _ => false,
    }
}

fn says_only_enabled(prf: &Value) -> bool {
    match prf {
        Value::Null => true,
        Value::Object(fields) => fields
            .iter()
            .all(|(name, value)| name == "enabled" && value.is_boolean()),
        _ => false,
    }
}

/// webauthn-rs asks for "discouraged" here; without discoverable passkeys a fresh browser could not
/// sign in by a passkey alone.
fn require_discoverable(options: &mut Value) -> Result<(), Problem> {
    let selection = options
        .pointer_mut("/publicKey/authenticatorSelection")
        .and_then(Value::as_object_mut)
        .ok_or_else(|| Problem::internal("passkey options"))?;
    selection.insert("residentKey".to_owned(), "required".into());
    selection.insert("requireResidentKey".to_owned(), true.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_with_the_output_of_a_prf_is_recognised_wherever_it_hides() {
        let bare = json!({"id": "x", "clientExtensionResults": {"prf": {"enabled": true}}});
        assert!(!carries_prf_output(&bare));
        let output = json!({"clientExtensionResults": {"prf": {"results": {"first": "c2VjcmV0"}}}});
        assert!(carries_prf_output(&output));
        let nested = json!({"a": [{"prf": "c2VjcmV0"}]});
        assert!(carries_prf_output(&nested));
        let raw = json!({"extensions": {"hmacGetSecret": {"output1": "c2VjcmV0"}}});
        assert!(carries_prf_output(&raw));
    }
}
