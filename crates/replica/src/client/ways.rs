//! The ways to unlock a device: its local key, sealed to the account's methods.

use lifeos_crypto::{LocalKey, MethodKeys, wrap};
use lifeos_protocol::api::MethodRow;
use lifeos_protocol::log::AccountLog;
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::{AccountId, MethodKind};

use super::material::decode;
use super::vault::UnlockWay;
use crate::api::{Problem, ProblemCode};

/// A way to unlock: the local key, sealed to a method.
pub(crate) fn method_way(
    account: AccountId,
    local_key: &LocalKey,
    method: &MethodKeys,
    sealed: &SealedMethodKey,
    credential: Vec<u8>,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<UnlockWay, Problem> {
    let to = wrap::Recipient::method(method.public());
    let wrap = wrap::seal_local(local_key, &to, account, rng)
        .map_err(|_| Problem::from(ProblemCode::Malformed))?;
    Ok(UnlockWay::Method {
        credential,
        wrap: Box::new(wrap),
        sealed: sealed.clone(),
        keys: method.public().clone(),
    })
}

/// The ways to unlock that the account's methods give: those of `kept` whose method is active stay
/// as they are, whatever the box shows; to the other methods the local key is sealed anew. The id of
/// a passkey's credential is in no log: where the box shows none, the next list is asked for it.
pub(crate) fn ways_for(
    log: &AccountLog,
    kept: &[UnlockWay],
    rows: &[MethodRow],
    local_key: &LocalKey,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<Vec<UnlockWay>, Problem> {
    let mut ways = Vec::new();
    for named in log.active_methods() {
        let passkey = named.kind == MethodKind::Passkey;
        let is_kept = |way: &&UnlockWay| {
            way.method() == Some(named.id) && way.credential().is_empty() != passkey
        };
        if let Some(way) = kept.iter().find(is_kept) {
            ways.push(way.clone());
            continue;
        }
        let Some(row) = rows.iter().find(|row| row.method == named.id) else {
            continue; // the box does not show it: the others open this device
        };
        let sealed: SealedMethodKey = decode(&row.sealed)?;
        if sealed.hash() != named.method_key {
            return Err(ProblemCode::Tampered.into());
        }
        let to = wrap::Recipient::method(&named.keys);
        let wrap = wrap::seal_local(local_key, &to, log.account(), rng)
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        let credential = row.credential.as_ref().filter(|_| passkey);
        ways.push(UnlockWay::Method {
            credential: credential.map(|id| id.0.clone()).unwrap_or_default(),
            wrap: Box::new(wrap),
            sealed,
            keys: named.keys.clone(),
        });
    }
    if ways.is_empty() {
        return Err(ProblemCode::LastWay.into());
    }
    Ok(ways)
}
