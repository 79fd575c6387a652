//! The statement that settles a fork of an account log.

use lifeos_crypto::keys::Signs;
use lifeos_crypto::wrap::Recipient;
use lifeos_crypto::{AccountSecret, SealError};
use lifeos_protocol::log::{AccountBody, Cut, LogCut, ResolveAccount};
use lifeos_protocol::{Hash, SignerId};
use rand_core::CryptoRng;

use super::{Act, LogEnd, account_act, turn_account};

/// Settles a fork of an account log: the branch that ends at `end` goes on, the one that ends at
/// `refused` does not, whom the person names is revoked, and an epoch begins. Only a method's
/// signature is taken.
///
/// # Errors
/// [`SealError`] when a recipient's key is not valid.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a field of the statement"
)]
pub fn resolve_account(
    end: &LogEnd,
    method: &impl Signs,
    secret: &AccountSecret,
    refused: Hash,
    targets: Vec<SignerId>,
    cuts: Vec<Cut>,
    logs: Vec<LogCut>,
    stay: &[Recipient],
    at_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(Act, AccountSecret), SealError> {
    let turn = turn_account(end, secret, stay, &mut &mut *rng)?;
    let body = AccountBody::Resolve(ResolveAccount {
        at_ms,
        picked: end.head,
        refused,
        targets,
        cuts,
        logs,
        epoch: turn.epoch,
    });
    let previous = Some(turn.previous);
    Ok((
        account_act(end, method, &body, turn.wraps, previous),
        turn.next,
    ))
}
