//! For whom a space key may be sealed.

use std::collections::BTreeSet;

use crate::ids::{AccountId, DeviceId, RecipientId};
use crate::keys::Class;
use crate::log::account::Accounts;
use crate::log::body::EpochPart;
use crate::log::refusal::LogRefusal;

/// A space key is sealed to every member's account, at no older epoch than the log knows of, and
/// beside these only to members' active devices below full.
pub(super) fn judge_wraps(
    part: &EpochPart,
    members: &[AccountId],
    least_class: Class,
    position: impl Fn(AccountId) -> Option<u32>,
    accounts: &dyn Accounts,
) -> Result<(), LogRefusal> {
    if part.public_key.is_some() {
        return Err(LogRefusal::Epoch);
    }
    let mut recipients = BTreeSet::new();
    for wrap in &part.wraps {
        if wrap.wrap.is_zero() || !recipients.insert(wrap.recipient) {
            return Err(LogRefusal::Wraps);
        }
        if members.contains(&wrap.recipient.into()) {
            let account = AccountId::from(wrap.recipient);
            let log = accounts
                .account(account)
                .ok_or(LogRefusal::AccountHeadUnknown)?;
            let known = position(account).map_or(1, |position| log.epoch_of(position));
            if wrap.recipient_epoch < known {
                return Err(LogRefusal::Wraps);
            }
            if wrap.recipient_epoch > log.epoch() {
                return Err(LogRefusal::AccountHeadUnknown);
            }
        } else {
            judge_device_wrap(
                wrap.recipient.into(),
                wrap.recipient_epoch,
                members,
                least_class,
                &position,
                accounts,
            )?;
        }
    }
    if members
        .iter()
        .all(|member| recipients.contains(&RecipientId::from(*member)))
    {
        Ok(())
    } else {
        Err(LogRefusal::Wraps)
    }
}

fn judge_device_wrap(
    id: DeviceId,
    recipient_epoch: u32,
    members: &[AccountId],
    least_class: Class,
    position: impl Fn(AccountId) -> Option<u32>,
    accounts: &dyn Accounts,
) -> Result<(), LogRefusal> {
    let found = members.iter().find_map(|member| {
        let log = accounts.account(*member)?;
        Some((log.device(id)?, position(*member)?))
    });
    // Unknown here may be a device that a log not yet pulled enrols.
    let (device, position) = found.ok_or(LogRefusal::AccountHeadUnknown)?;
    let below_full = device.class < Class::Full && device.class >= least_class;
    let active = device.revoked.is_none_or(|revoked| position < revoked);
    if below_full && active && recipient_epoch == 0 {
        Ok(())
    } else {
        Err(LogRefusal::Wraps)
    }
}
