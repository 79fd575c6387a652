//! Coming in, by the claim of a box or by an invitation: everything is made here, nothing leaves before
//! the kit is proven kept, and the box takes it in one request or not at all.

mod finish;

use lifeos_crypto::invite::InviteLink;
use lifeos_crypto::{DeviceKeys, LocalKey};
use lifeos_protocol::AccountId;
use lifeos_protocol::api::{ClaimBegin, ClaimBegun, Entry, LogAppend};

use super::effect::{HttpFailure, HttpResponse};
use super::join::account_words;
use super::kits::NewKit;
use super::link::{Waiting, body_of};
use super::methods::after;
use super::passkey::{NewCredential, Next};
use super::vault::Vault;
use super::{Client, State, webauthn};
use crate::acts::{self, FoundedAccount, FoundedSpace, LogEnd};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

/// The claim under way and the generator, or a refusal of the call.
macro_rules! claiming {
    ($client:ident) => {
        match &mut $client.state {
            State::Claiming(claiming) => (claiming.as_mut(), &mut $client.rng),
            _ => return Err(ProblemCode::WrongPhase.into()),
        }
    };
}
use claiming;

/// What a claim waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Begin { call: u64 },
    Finish { call: u64 },
}

/// A claim under way.
pub(crate) struct Claiming {
    entry: Entry,
    /// Whose invitation it is, where the words of that account were compared.
    inviter: Option<AccountId>,
    name: String,
    device_name: String,
    device: DeviceKeys,
    founded: FoundedAccount,
    ceremony: Option<String>,
    passkey: NewCredential,
    kits: Vec<NewKit>,
    /// The account log's statements after the first, with what each carries.
    appends: Vec<LogAppend>,
    end: LogEnd,
    /// While the box is asked: what becomes of this device when it says yes.
    finishing: Option<(Vault, LocalKey, FoundedSpace)>,
}

impl Client {
    /// [`Call::ClaimBegin`](crate::api::Call::ClaimBegin).
    pub(crate) fn claim_begin(
        &mut self,
        call: u64,
        code: &SecretText,
        name: String,
        device_name: String,
    ) -> Result<(), Problem> {
        let code: String = code
            .expose()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_uppercase();
        let by_code = |_| (Entry::Claim { code }, None);
        self.come_in(call, name, device_name, by_code)
    }

    /// [`Call::InviteAccept`](crate::api::Call::InviteAccept).
    pub(crate) fn invite_accept(
        &mut self,
        call: u64,
        (link, code, compared): (&SecretText, &SecretText, bool),
        name: String,
        device_name: String,
    ) -> Result<(), Problem> {
        let link = read_link(link)?;
        let inviter = Some(link.inviter()).filter(|_| compared);
        let invite = link
            .with_code(code.expose())
            .map_err(|_| Problem::from(ProblemCode::ClaimCode))?;
        let by_invite = |account| {
            let entry = Entry::Invite {
                invite: invite.id(),
                check: invite.check(),
                proof: invite.proof_of(account),
            };
            (entry, inviter)
        };
        self.come_in(call, name, device_name, by_invite)
    }

    /// [`Call::InviteRead`](crate::api::Call::InviteRead).
    pub(crate) fn invite_read(&mut self, call: u64, link: &SecretText) -> Result<(), Problem> {
        let words = account_words(read_link(link)?.inviter());
        self.answer(call, Ok(Reply::Invited { words }));
        Ok(())
    }

    /// Makes an account that is to come in by what its id gives.
    fn come_in(
        &mut self,
        call: u64,
        name: String,
        device_name: String,
        by: impl FnOnce(AccountId) -> (Entry, Option<AccountId>),
    ) -> Result<(), Problem> {
        if !matches!(self.state, State::Empty | State::Claiming(_)) {
            return Err(ProblemCode::WrongPhase.into());
        }
        if name.trim().is_empty() {
            return Err(Problem::with(ProblemCode::Malformed, "name"));
        }
        let device = DeviceKeys::make(&mut self.rng);
        let founded = acts::found_account(&device, self.now.wall_ms, &mut self.rng)
            .map_err(|_| Problem::from(ProblemCode::Malformed))?;
        let end = after(&founded.act);
        let account = founded.account;
        let (entry, inviter) = by(account);
        self.state = State::Claiming(Box::new(Claiming {
            entry: entry.clone(),
            inviter,
            name,
            device_name,
            device,
            founded,
            ceremony: None,
            passkey: NewCredential::default(),
            kits: Vec::new(),
            appends: Vec::new(),
            end,
            finishing: None,
        }));
        self.post(
            "/api/v1/claim/begin",
            &ClaimBegin { entry, account },
            Waiting::Claim(Asked::Begin { call }),
        );
        Ok(())
    }

    fn claiming(&mut self) -> Result<&mut Claiming, Problem> {
        match &mut self.state {
            State::Claiming(claiming) => Ok(claiming),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    /// The passkey was made: its method's keys are sealed under the first PRF value, and count
    /// only when a second evaluation opens them.
    pub(crate) fn claim_passkey_made(
        &mut self,
        call: u64,
        credential: &str,
        prf: Option<&SecretText>,
        prf_enabled: bool,
    ) -> Result<(), Problem> {
        let (claiming, rng) = claiming!(self);
        let account = claiming.founded.account;
        let next = claiming
            .passkey
            .made(account, credential, prf, prf_enabled, rng)?;
        self.claim_goes_on(call, next)
    }

    /// The second evaluation: it must open what the first sealed. An authenticator that gave no
    /// value at creation is evaluated once more.
    pub(crate) fn claim_passkey_confirmed(
        &mut self,
        call: u64,
        prf: Option<&SecretText>,
    ) -> Result<(), Problem> {
        let (claiming, rng) = claiming!(self);
        let account = claiming.founded.account;
        let next = claiming.passkey.confirmed(account, prf, rng)?;
        self.claim_goes_on(call, next)
    }

    /// Two ways to unlock there must be: a passkey with PRF and a kit, or two kits.
    fn claim_goes_on(&mut self, call: u64, next: Next) -> Result<(), Problem> {
        match next {
            Next::Evaluate(reply) => {
                self.answer(call, Ok(*reply));
                Ok(())
            }
            Next::Confirmed => self.make_kits(call, 1),
            Next::WithoutKeys => self.make_kits(call, 2),
        }
    }

    /// Gives the claim up.
    pub(crate) fn claim_cancel(&mut self, call: u64) -> Result<(), Problem> {
        self.claiming()?;
        self.state = State::Empty;
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    pub(crate) fn claim_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::Begin { call } => (call, self.claim_begun(call, result)),
            Asked::Finish { call } => (call, self.claim_finished(call, result)),
        };
        if let Err(problem) = outcome {
            self.refuse(call, problem);
        }
    }

    fn claim_begun(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let begun: ClaimBegun = match body_of(result) {
            Ok(begun) => begun,
            Err(problem) => {
                self.state = State::Empty;
                self.ask_box();
                return Err(problem);
            }
        };
        let claiming = self.claiming()?;
        claiming.ceremony = Some(begun.ceremony);
        let prf_salt = webauthn::prf_salt();
        self.answer(
            call,
            Ok(Reply::MakePasskey {
                options: begun.options.to_string(),
                prf_salt,
            }),
        );
        Ok(())
    }
}

/// Reads an invitation's link, as it was typed or scanned.
fn read_link(link: &SecretText) -> Result<InviteLink, Problem> {
    let link = link.expose();
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    InviteLink::from_fragment(fragment.trim())
        .map_err(|_| Problem::with(ProblemCode::Malformed, "link"))
}
