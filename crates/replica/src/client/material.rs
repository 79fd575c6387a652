//! What the box gives the owner of a method to begin with, checked before any of it counts.

use lifeos_crypto::method::{MethodSecret, open_keys};
use lifeos_crypto::wrap;
use lifeos_crypto::{AccountSecret, MethodKeys, Opens};
use lifeos_protocol::AccountId;
use lifeos_protocol::api::{Binary, MethodMaterial};
use lifeos_protocol::kit::KitAccount;
use lifeos_protocol::log::{AccountLog, LogStatement};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::wrap::{Wrap, WrapKind};

use crate::api::{Problem, ProblemCode};
use crate::engine::named_place;

/// An account, opened by one of its methods.
pub(crate) struct OpenedAccount {
    pub(crate) log: AccountLog,
    pub(crate) method: MethodKeys,
    pub(crate) sealed: SealedMethodKey,
    pub(crate) secret: AccountSecret,
}

/// Opens an account with a method's secret. Everything that the box gave is judged: the log from
/// its first statement, the floor of the kit, the sealed keys against what the log names, the wrap
/// against the log.
///
/// # Errors
/// [`ProblemCode::BelowFloor`] for another account or an older log than the kit's,
/// [`ProblemCode::KitUnknown`] or [`ProblemCode::PasskeyKey`] where the secret does not open,
/// [`ProblemCode::Tampered`] for everything that does not check.
pub(crate) fn open_account(
    material: &MethodMaterial,
    secret_for: impl FnOnce(AccountId) -> MethodSecret,
    floor: Option<&KitAccount>,
    wrong_key: ProblemCode,
) -> Result<OpenedAccount, Problem> {
    let log = read_log(&material.account_log)?;
    let account = log.account();
    if account != material.account {
        return Err(ProblemCode::Tampered.into());
    }
    if let Some(floor) = floor {
        log.passes_kit(floor)
            .map_err(|_| Problem::from(ProblemCode::BelowFloor))?;
    }
    let sealed: SealedMethodKey = decode(&material.sealed)?;
    let named = log
        .method(material.method)
        .filter(|method| method.revoked.is_none())
        .ok_or(wrong_key)?;
    if named.method_key != sealed.hash() {
        return Err(ProblemCode::Tampered.into());
    }
    let method = open_keys(&sealed, &secret_for(account), account, &named.keys)
        .map_err(|_| Problem::from(wrong_key))?;
    let secret = newest_secret(&log, &material.wraps, &method)?;
    Ok(OpenedAccount {
        log,
        method,
        sealed,
        secret,
    })
}

/// Reads a log from its first statement.
pub(crate) fn read_log(statements: &[Binary]) -> Result<AccountLog, Problem> {
    let statements = statements
        .iter()
        .map(decode::<LogStatement>)
        .collect::<Result<Vec<_>, Problem>>()?;
    let first = statements.first().cloned().ok_or(ProblemCode::Tampered)?;
    let tampered = |_| Problem::from(ProblemCode::Tampered);
    let mut log = AccountLog::start(first, ()).map_err(tampered)?;
    for statement in statements.into_iter().skip(1) {
        log.apply(statement, ()).map_err(tampered)?;
    }
    if log.is_frozen() {
        return Err(ProblemCode::Frozen.into());
    }
    Ok(log)
}

/// Opens the secret of the newest epoch from the wraps that the log names for a method or device.
pub(crate) fn newest_secret(
    log: &AccountLog,
    wraps: &[Binary],
    by: &impl Opens,
) -> Result<AccountSecret, Problem> {
    let recipient = by.recipient();
    for bytes in wraps {
        let wrap: Wrap = decode(bytes)?;
        if wrap.header.kind != WrapKind::AccountSecret
            || log.named_wrap(&wrap.hash()) != Some((recipient, log.epoch()))
        {
            continue;
        }
        let place = named_place(log, &wrap).ok_or(ProblemCode::Tampered)?;
        return wrap::open(&wrap, by, &place, log.epoch())
            .map_err(|_| ProblemCode::Tampered.into());
    }
    Err(ProblemCode::Tampered.into())
}

/// Decodes what the box gave.
pub(crate) fn decode<T: lifeos_protocol::codec::Wire>(bytes: &Binary) -> Result<T, Problem> {
    bytes.decode().map_err(|_| ProblemCode::Tampered.into())
}
