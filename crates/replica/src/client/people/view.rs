//! What the page on people shows.

use lifeos_household::{HouseholdRole, InviteState};
use lifeos_kernel::RecordId;
use lifeos_protocol::log::Role;
use lifeos_protocol::{AccountId, InviteId, SpaceId};

use super::super::join::account_words;
use super::super::open::Open;
use super::{kept_invite, person_role};
use crate::api::{
    InviteStanding, InviteView, OfferView, PeopleView, PersonView, ShareChoice, SpaceView,
};

/// Wrong codes after which the box lets nobody in by an invitation.
const FAILURES_MAX: u32 = 5;

impl Open {
    pub(super) fn people_view(&self, now_ms: u64) -> PeopleView {
        let own = self.personal();
        let others = self.engine.spaces().filter(|space| Some(*space) != own);
        let spaces = own.into_iter().chain(others);
        let offers = self.people.offers.iter().map(|offer| OfferView {
            space: offer.space.to_hex(),
            account: offer.by.to_hex(),
            words: account_words(offer.by),
        });
        PeopleView {
            words: account_words(self.engine.account()),
            spaces: spaces.filter_map(|space| self.space_view(space)).collect(),
            offers: offers.collect(),
            invites: self.invite_views(now_ms),
        }
    }

    fn space_view(&self, space: SpaceId) -> Option<SpaceView> {
        let log = self.engine.space_log(space)?;
        let life = self.engine.life(space)?;
        let personal = Some(space) == self.personal();
        let role = |account| log.role(account).map(person_role);
        let person = |account: AccountId| {
            let record = RecordId(*account.as_bytes());
            let this = account == self.engine.account();
            let named = life.member_name(record).unwrap_or_default();
            let name = if personal { life.display_name() } else { named };
            PersonView {
                account: account.to_hex(),
                name: (!name.is_empty()).then(|| name.to_owned()),
                role: role(account),
                words: account_words(account),
                verified: this || self.is_verified(account),
                this,
            }
        };
        let mut people: Vec<PersonView> = log.accounts().map(person).collect();
        people.sort_by_key(|person| std::cmp::Reverse((person.role, person.this)));
        let name = life.space_name();
        Some(SpaceView {
            space: space.to_hex(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            personal,
            role: role(self.engine.account()),
            people,
        })
    }

    fn invite_views(&self, now_ms: u64) -> Vec<InviteView> {
        let Some(life) = self.personal().and_then(|space| self.engine.life(space)) else {
            return Vec::new();
        };
        let is_over = |id| {
            let state = life.invite_state(id, now_ms);
            matches!(
                state,
                Some(InviteState::Accepted { .. } | InviteState::Cancelled) | None
            )
        };
        let open = life.invites().filter(|(id, _)| !is_over(*id));
        open.filter_map(|(id, invite)| {
            let invite_id = InviteId::new(id.0);
            let told = self
                .people
                .invites
                .iter()
                .find(|row| row.invite == invite_id);
            let failures = told.map_or(0, |row| row.failures);
            let accepted = told.and_then(|row| row.accepted);
            let standing = match accepted {
                Some(accepted) => InviteStanding::Accepted {
                    account: accepted.account.to_hex(),
                    words: account_words(accepted.account),
                    proven: kept_invite(self.engine.account(), invite)?
                        .holds(accepted.account, &accepted.proof),
                    verified: self.is_verified(accepted.account),
                },
                None if failures >= FAILURES_MAX => InviteStanding::Dead,
                None if invite.expires_ms <= now_ms => InviteStanding::Expired,
                None => InviteStanding::Open,
            };
            let role = |role: HouseholdRole| Role::from_code(role.number()).ok().map(person_role);
            Some(InviteView {
                invite: invite_id.to_hex(),
                role: role(invite.role)?,
                share: match &invite.share {
                    Some(share) => Some(ShareChoice {
                        space: SpaceId::new(share.space.0).to_hex(),
                        role: role(share.role)?,
                    }),
                    None => None,
                },
                expires_ms: invite.expires_ms as f64,
                standing,
                failures,
                late: told.map_or(0, |row| row.late),
            })
        })
        .collect()
    }
}
