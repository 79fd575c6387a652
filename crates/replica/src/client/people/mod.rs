//! Other people: spaces that are made and shared, invitations, and whose spaces are taken in.

mod view;

use lifeos_crypto::invite::Invite;
use lifeos_household::{
    HouseholdCommand, HouseholdRole, Invite as KeptInvite, InviteCode, InviteEnd, InviteShare,
    LinkSecret,
};
use lifeos_kernel::RecordId;
use lifeos_life::Command;
use lifeos_protocol::api::{InviteList, InviteMake, InviteRow, LogPage};
use lifeos_protocol::log::{AddMember, History, LogStatement, Role, SpaceBody};
use lifeos_protocol::{AccountId, InviteId, SpaceId, Wire};

use super::effect::{HttpFailure, HttpResponse};
use super::join::account_words;
use super::link::{Waiting, body_of, done};
use super::material::decode;
use super::methods::{Appending, append_of};
use super::open::Open;
use super::sync::Step;
use super::{Client, State};
use crate::acts::{self, FoundedSpace};
use crate::api::{PersonRole, Problem, ProblemCode, Reply, ShareChoice};
use crate::{EngineError, Outside, Source};

/// How long an invitation may stand, in days.
const LONGEST_DAYS: u16 = 30;
const DAY_MS: u64 = 24 * 3_600_000;

/// What an act about people waits for.
pub(crate) enum Asked {
    Space {
        call: u64,
        founded: Box<FoundedSpace>,
        name: String,
    },
    Invite {
        call: u64,
        invite: Box<KeptInvite>,
    },
    InviteEnd {
        call: u64,
        invite: InviteId,
    },
}

/// A space that somebody gave this account, who is not verified yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The space.
    pub(crate) space: SpaceId,
    /// Who added this account to it.
    pub(crate) by: AccountId,
}

/// What is known of other people beside the engine, as long as this device is open.
#[derive(Default)]
pub(crate) struct People {
    /// Spaces that wait for their giver to be verified.
    pub(crate) offers: Vec<Offer>,
    /// The own invitations, as the box last told them.
    pub(crate) invites: Vec<InviteRow>,
}

impl Open {
    /// Whether the words of an account were compared with its owner.
    pub(crate) fn is_verified(&self, account: AccountId) -> bool {
        let life = self.personal().and_then(|space| self.engine.life(space));
        life.is_some_and(|life| life.is_verified(RecordId(*account.as_bytes())))
    }

    /// Whether a space that the box lists is taken in: an own one, or one that somebody gave whose
    /// words were compared. Any other is offered: whoever has an account at the box could have made
    /// it up.
    pub(crate) fn takes_in(&mut self, space: SpaceId, statements: &[LogStatement]) -> bool {
        let own = self.engine.account();
        let Some(by) = giver(own, statements) else {
            return false;
        };
        let taken = by == own || self.is_verified(by);
        self.people.offers.retain(|offer| offer.space != space);
        if !taken {
            self.people.offers.push(Offer { space, by });
        }
        taken
    }
}

/// Who gave an account a space: its maker, or who added it last.
fn giver(account: AccountId, statements: &[LogStatement]) -> Option<AccountId> {
    let adds = |statement: &&LogStatement| {
        let body = SpaceBody::from_bytes(&statement.body);
        matches!(body, Ok(SpaceBody::AddMember(AddMember { account: added, .. })) if added == account)
    };
    let added = statements.iter().rev().find(adds);
    let first = statements
        .first()
        .filter(|first| first.signer_account == account);
    added.or(first).map(|statement| statement.signer_account)
}

impl Client {
    /// A page of the log of another account.
    pub(super) fn account_told(
        &mut self,
        account: AccountId,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let page: LogPage = body_of(result)?;
        let statements = page.statements.iter().map(decode);
        let statements = statements.collect::<Result<Vec<LogStatement>, Problem>>()?;
        let (open, mut out) = self.open_with_outside()?;
        if statements.is_empty() && open.engine.account_log_of(account).is_some() {
            return Ok(());
        }
        open.engine
            .meet(account, &statements, &mut out)
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        if page.more {
            open.book.ask(Step::Meet(account));
        }
        Ok(())
    }

    /// The own invitations. Whoever came in by one is met, so that its words can be shown.
    pub(super) fn invites_told(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: InviteList = body_of(result)?;
        let open = self.open_mut()?;
        for accepted in list.invites.iter().filter_map(|invite| invite.accepted) {
            if open.engine.account_log_of(accepted.account).is_none() {
                open.book.ask(Step::Meet(accepted.account));
            }
        }
        open.people.invites = list.invites;
        Ok(())
    }

    /// Notes what could not be written before there was a space or a key for it: whose words were
    /// compared, and what this person is called in each space.
    pub(super) fn write_people(&mut self) {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        if let Some(account) = open.to_verify
            && open.verify(account, &mut out).is_ok()
        {
            open.to_verify = None;
        }
        open.name_oneself(&mut out);
    }

    pub(super) fn people(&mut self, call: u64) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let people = self.open_mut()?.people_view(now_ms);
        self.answer(call, Ok(Reply::People { people }));
        Ok(())
    }

    /// Makes a space of this person's, to be shared.
    pub(super) fn space_create(
        &mut self,
        call: u64,
        name: String,
        from_now_on: bool,
    ) -> Result<(), Problem> {
        if name.trim().is_empty() {
            return Err(Problem::with(ProblemCode::Malformed, "name"));
        }
        let history = if from_now_on {
            History::FromNowOn
        } else {
            History::All
        };
        let (open, out) = self.open_with_outside()?;
        let engine = &open.engine;
        if engine.account_log().is_frozen() {
            return Err(ProblemCode::Frozen.into());
        }
        let secret = engine.account_secret().ok_or(ProblemCode::WrongPhase)?;
        let place = engine.signer_place();
        let founded = acts::found_space(
            engine.device_keys(),
            place,
            secret,
            history,
            out.now_ms,
            out.rng,
        )
        .map_err(|_| Problem::from(ProblemCode::Malformed))?;
        let body = append_of(&founded.act, None);
        let founded = Box::new(founded);
        let asked = Asked::Space {
            call,
            founded,
            name,
        };
        self.signed_json("POST", "/api/v1/logs".into(), &body, Waiting::People(asked));
        Ok(())
    }

    fn space_created(
        &mut self,
        call: u64,
        founded: FoundedSpace,
        name: String,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        done(result)?;
        let FoundedSpace { space, act, secret } = founded;
        let (open, mut out) = self.open_with_outside()?;
        let tampered = |_| Problem::from(ProblemCode::Tampered);
        let statements = [act.statement];
        open.engine
            .add_space(space, &statements, &mut out)
            .map_err(tampered)?;
        open.engine
            .take_space_secret(space, secret, &mut out)
            .map_err(tampered)?;
        let command = Command::Household {
            command: HouseholdCommand::NameSpace { name },
        };
        let committed = open.engine.execute(space, command, Source::Ui, &mut out)?;
        open.book.ask(Step::Pull(space));
        self.commit(call, committed);
        Ok(())
    }

    /// Makes an invitation: the box is told hashes, the link and the code stay here.
    pub(super) fn invite_make(
        &mut self,
        call: u64,
        role: PersonRole,
        share: Option<&ShareChoice>,
        days: u16,
    ) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        if days == 0 || days > LONGEST_DAYS {
            return Err(Problem::with(ProblemCode::Malformed, "days"));
        }
        let share = share
            .map(|share| {
                let space: SpaceId = share.space.parse().map_err(|_| ProblemCode::NotFound)?;
                Ok::<_, Problem>(InviteShare {
                    space: RecordId(*space.as_bytes()),
                    role: household_role(share.role),
                })
            })
            .transpose()?;
        let account = self.open_mut()?.engine.account();
        let made = Invite::make(account, &mut self.rng);
        let expires_ms = now_ms + u64::from(days) * DAY_MS;
        let kept = KeptInvite {
            secret: LinkSecret::new(*made.expose_secret()),
            code: InviteCode::new(made.expose_code().to_owned()),
            role: household_role(role),
            share,
            expires_ms,
        };
        let body = InviteMake {
            invite: made.id(),
            check: made.check(),
            role: kept.role.number(),
            expires_ms,
        };
        let invite = Box::new(kept);
        let waiting = Waiting::People(Asked::Invite { call, invite });
        self.signed_json("POST", "/api/v1/invites".into(), &body, waiting);
        Ok(())
    }

    fn invite_made(
        &mut self,
        call: u64,
        kept: KeptInvite,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        done(result)?;
        let (open, mut out) = self.open_with_outside()?;
        let made = kept_invite(open.engine.account(), &kept).ok_or(ProblemCode::Malformed)?;
        let id = RecordId(*made.id().as_bytes());
        let command = HouseholdCommand::MakeInvite { id, invite: kept };
        open.note(command, &mut out)?;
        self.invite_show(call, &made.id().to_hex())
    }

    /// Shows an invitation's link and code once more.
    pub(super) fn invite_show(&mut self, call: u64, invite: &str) -> Result<(), Problem> {
        let invite: InviteId = invite.parse().map_err(|_| ProblemCode::NotFound)?;
        let origin = self.config.origin.clone();
        let open = self.open_mut()?;
        let account = open.engine.account();
        let life = open.personal().and_then(|space| open.engine.life(space));
        let kept = life.and_then(|life| life.invite(RecordId(*invite.as_bytes())));
        let kept = kept.ok_or(ProblemCode::NotFound)?;
        let made = kept_invite(account, kept).ok_or(ProblemCode::NotFound)?;
        let (first, last) = made.expose_code().split_at(5);
        let code = format!("{first}-{last}");
        let link = format!("{origin}/#{}", made.link().to_fragment().as_str());
        let reply = Reply::InviteMade {
            invite: invite.to_hex(),
            qr: super::kits::qr(&link),
            link,
            code,
            words: account_words(account),
            expires_ms: kept.expires_ms as f64,
        };
        self.answer(call, Ok(reply));
        Ok(())
    }

    /// Ends an invitation.
    pub(super) fn invite_end(&mut self, call: u64, invite: &str) -> Result<(), Problem> {
        let invite: InviteId = invite.parse().map_err(|_| ProblemCode::NotFound)?;
        self.open_mut()?;
        let path = format!("/api/v1/invites/{invite}");
        let waiting = Waiting::People(Asked::InviteEnd { call, invite });
        self.signed("DELETE", path, None, waiting);
        Ok(())
    }

    fn invite_ended(
        &mut self,
        call: u64,
        invite: InviteId,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        // One that the box does not have any more is over as well.
        if !matches!(result, Ok(response) if response.status == 404) {
            done(result)?;
        }
        let (open, mut out) = self.open_with_outside()?;
        let command = HouseholdCommand::EndInvite {
            id: RecordId(*invite.as_bytes()),
            why: InviteEnd::Cancelled,
        };
        open.note(command, &mut out)?;
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    /// The words of an account were compared, and are right: spaces that it gave are taken in.
    pub(super) fn person_verify(&mut self, call: u64, account: &str) -> Result<(), Problem> {
        let account: AccountId = account.parse().map_err(|_| ProblemCode::NotFound)?;
        let (open, mut out) = self.open_with_outside()?;
        open.verify(account, &mut out)?;
        let offers = std::mem::take(&mut open.people.offers);
        let (given, waiting): (Vec<_>, Vec<_>) =
            offers.into_iter().partition(|offer| offer.by == account);
        open.people.offers = waiting;
        for offer in given {
            open.book.ask(Step::SpaceLog(offer.space));
        }
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    /// Adds a person to a space. Their words must have been compared.
    pub(super) fn person_add(
        &mut self,
        call: u64,
        space: &str,
        account: &str,
        role: PersonRole,
    ) -> Result<(), Problem> {
        let (space, account) = parse(space, account)?;
        if !self.open_mut()?.is_verified(account) {
            return Err(ProblemCode::NotVerified.into());
        }
        let role = protocol_role(role);
        let appending = Appending::AddMember {
            space,
            account,
            role,
        };
        self.append_act(call, appending);
        Ok(())
    }

    /// An account was added: its invitation has done its work.
    pub(super) fn person_added(&mut self, account: AccountId) -> Result<(), Problem> {
        let (open, mut out) = self.open_with_outside()?;
        let came = open.people.invites.iter();
        let came: Vec<InviteId> = came
            .filter(|row| {
                row.accepted
                    .is_some_and(|accepted| accepted.account == account)
            })
            .map(|row| row.invite)
            .collect();
        for invite in came {
            let command = HouseholdCommand::EndInvite {
                id: RecordId(*invite.as_bytes()),
                why: InviteEnd::Accepted {
                    account: RecordId(*account.as_bytes()),
                },
            };
            match open.note(command, &mut out) {
                Ok(()) | Err(EngineError::Rejected(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    }

    pub(super) fn person_role(
        &mut self,
        call: u64,
        space: &str,
        account: &str,
        role: PersonRole,
    ) -> Result<(), Problem> {
        let (space, account) = parse(space, account)?;
        self.open_mut()?;
        let role = protocol_role(role);
        let appending = Appending::SetRole {
            space,
            account,
            role,
        };
        self.append_act(call, appending);
        Ok(())
    }

    pub(super) fn person_remove(
        &mut self,
        call: u64,
        space: &str,
        account: &str,
    ) -> Result<(), Problem> {
        let (space, account) = parse(space, account)?;
        self.open_mut()?;
        self.append_act(call, Appending::RemoveMember { space, account });
        Ok(())
    }

    pub(super) fn people_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::Space {
                call,
                founded,
                name,
            } => (call, self.space_created(call, *founded, name, result)),
            Asked::Invite { call, invite } => (call, self.invite_made(call, *invite, result)),
            Asked::InviteEnd { call, invite } => (call, self.invite_ended(call, invite, result)),
        };
        if let Err(problem) = outcome {
            self.refuse(call, problem);
        }
    }
}

impl Open {
    /// Notes something about people in the own space.
    fn note(
        &mut self,
        command: HouseholdCommand,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let space = self.personal().ok_or(EngineError::NoSuchSpace)?;
        let command = Command::Household { command };
        self.engine.execute(space, command, Source::Ui, out)?;
        self.look_after = true;
        Ok(())
    }

    fn verify(&mut self, account: AccountId, out: &mut Outside<'_>) -> Result<(), EngineError> {
        if self.is_verified(account) {
            return Ok(());
        }
        let account = RecordId(*account.as_bytes());
        self.note(HouseholdCommand::VerifyMember { account }, out)
    }

    /// Says in each space what this person is called, where they write and have not said it.
    fn name_oneself(&mut self, out: &mut Outside<'_>) {
        let name = self.account_name();
        let own = self.personal();
        let account = self.engine.account();
        let record = RecordId(*account.as_bytes());
        let spaces: Vec<SpaceId> = self.engine.spaces().collect();
        for space in spaces.into_iter().filter(|space| Some(*space) != own) {
            let role = self
                .engine
                .space_log(space)
                .and_then(|log| log.role(account));
            let life = self.engine.life(space);
            let named = life.is_some_and(|life| life.member_name(record) == Some(name.as_str()));
            if named || name.is_empty() || !role.is_some_and(Role::writes) {
                continue;
            }
            let command = Command::Household {
                command: HouseholdCommand::NameMember {
                    account: record,
                    name: name.clone(),
                },
            };
            // Without the key it is written once that has come.
            if self.engine.execute(space, command, Source::Ui, out).is_ok() {
                self.look_after = true;
            }
        }
    }
}

fn parse(space: &str, account: &str) -> Result<(SpaceId, AccountId), Problem> {
    let space = space.parse().map_err(|_| ProblemCode::NotFound)?;
    let account = account.parse().map_err(|_| ProblemCode::NotFound)?;
    Ok((space, account))
}

/// An invitation as it was kept.
fn kept_invite(account: AccountId, kept: &KeptInvite) -> Option<Invite> {
    Invite::restore(account, kept.secret.expose(), kept.code.expose()).ok()
}

fn person_role(role: Role) -> PersonRole {
    match role {
        Role::Viewer => PersonRole::Viewer,
        Role::Member => PersonRole::Member,
        Role::Admin => PersonRole::Admin,
        Role::Owner => PersonRole::Owner,
    }
}

fn protocol_role(role: PersonRole) -> Role {
    match role {
        PersonRole::Viewer => Role::Viewer,
        PersonRole::Member => Role::Member,
        PersonRole::Admin => Role::Admin,
        PersonRole::Owner => Role::Owner,
    }
}

fn household_role(role: PersonRole) -> HouseholdRole {
    match role {
        PersonRole::Viewer => HouseholdRole::Viewer,
        PersonRole::Member => HouseholdRole::Member,
        PersonRole::Admin => HouseholdRole::Admin,
        PersonRole::Owner => HouseholdRole::Owner,
    }
}
