//! Passkeys, kits, and what a method's owner is given to begin with.

use serde_json::Value;

use super::Binary;
use crate::ids::{AccountId, DeviceId, KitLookupId, MethodId};

/// Options for a passkey ceremony. `POST /api/v1/passkeys/challenge` (no session; sign-in,
/// discoverable), `POST /api/v1/step-up/challenge` (session), `POST /api/v1/passkeys/registration`
/// (session, stepped up; creation options).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyChallenge {
    /// Names the ceremony.
    pub ceremony: String,
    /// `PublicKeyCredentialRequestOptionsJSON`, or creation options. The client adds PRF itself.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub options: Value,
}

/// What the authenticator answered: `POST /api/v1/passkeys/assert` (no session),
/// `POST /api/v1/step-up` (session), `POST /api/v1/passkeys` (session, stepped up; a new passkey).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyAnswer {
    /// As in [`PasskeyChallenge`].
    pub ceremony: String,
    /// `PublicKeyCredential.toJSON()` without a PRF result.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
}

/// The answer to a passkey's sign-in.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyAsserted {
    /// Whose passkey it is.
    pub account: AccountId,
    /// What its method needs; none for a passkey without PRF.
    pub material: Option<MethodMaterial>,
}

/// A new passkey was stored; its method follows in the account log.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyStored {
    /// Its credential id.
    pub credential: Binary,
}

/// What the owner of a method opens the account with. Nothing in it is trusted before it is checked.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MethodMaterial {
    /// The account.
    pub account: AccountId,
    /// The method.
    pub method: MethodId,
    /// Its sealed private halves.
    pub sealed: Binary,
    /// The whole account log.
    pub account_log: Vec<Binary>,
    /// Wraps to the method.
    pub wraps: Vec<Binary>,
    /// Sealed earlier account secrets, each behind the epoch that wraps it (u32).
    pub previous: Vec<Binary>,
}

/// `POST /api/v1/kits/lookup`, no session. Answered by [`MethodMaterial`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KitLookup {
    /// Derived from the kit's bytes.
    pub lookup: KitLookupId,
}

/// `PUT /api/v1/vault-halves/{device}`, session of that device: leaves the box's half. 204.
/// Also the answer to a release.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VaultHalf {
    /// 32 bytes.
    pub half: Binary,
}

/// `POST /api/v1/vault-halves/{device}/release`, no session: the half, after the passkey's user
/// verification (ceremony of `/api/v1/passkeys/challenge`). Deleted on revocation.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VaultHalfRelease {
    /// As in [`PasskeyChallenge`].
    pub ceremony: String,
    /// What the authenticator answered.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
    /// Whose half.
    pub device: DeviceId,
}

/// `GET /api/v1/methods?after={next}&limit={n}`, session: the sealed keys of the account's active methods. A device seals
/// its local key to each of them, so that each opens it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MethodList {
    /// In the order of their ids.
    pub methods: Vec<MethodRow>,
    /// Where the next page begins, for `after`; nothing on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// One method.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MethodRow {
    /// The method.
    pub method: MethodId,
    /// Its sealed private halves.
    pub sealed: Binary,
    /// The passkey's credential id; none for a kit.
    pub credential: Option<Binary>,
}
