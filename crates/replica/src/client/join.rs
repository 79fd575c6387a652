//! Joining an account in a browser that holds nothing: by a passkey, by a kit, or by the approval
//! of a device that is in. Whatever the way, this device ends up with keys of its own, named in
//! the account log, and takes nothing that this log does not carry.

use lifeos_crypto::approval;
use lifeos_crypto::method::MethodSecret;
use lifeos_crypto::session::{self, NewSession};
use lifeos_crypto::wrap;
use lifeos_crypto::{AccountSecret, DeviceKeys, LocalKey, OpenError};
use lifeos_protocol::api::{
    ApprovalBegin, ApprovalBegun, ApprovalMessage, ApprovalSeen, Binary, KitLookup, LogConflict,
    LogPage, MethodList, MethodMaterial, MethodRow, PasskeyAnswer, PasskeyAsserted,
    PasskeyChallenge, WrapList,
};
use lifeos_protocol::approval::{ApprovalAnswer, Opening, Transcript, link_fragment};
use lifeos_protocol::keys::Class;
use lifeos_protocol::kit::{KitAccount, KitText};
use lifeos_protocol::log::{AccountLog, LogStatement};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::session::Challenge;
use lifeos_protocol::words::{Shown, words};
use lifeos_protocol::{AccountId, CeremonyId, MethodKind, SignerId};

use super::claim::{after, append_of, method_way};
use super::effect::{HttpFailure, HttpResponse};
use super::link::{Waiting, body_of, done};
use super::material::{OpenedAccount, decode, newest_secret, open_account, read_log};
use super::open::Founded;
use super::unlock::read_kit;
use super::vault::{UnlockWay, Vault};
use super::{Client, State, kits, webauthn};
use crate::acts::{self, LogEnd};
use crate::api::{JoinStep, Problem, ProblemCode, Reply, SecretText};

/// What a joining waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Challenge { call: u64 },
    Asserted { call: u64 },
    Lookup { call: u64 },
    Enrolled { call: u64 },
    Begun { call: u64 },
    Seen,
    Opened,
    Log,
    Wraps,
    Methods,
}

/// Joining under way.
pub(crate) struct Joining {
    device: DeviceKeys,
    device_name: String,
    way: Way,
}

enum Way {
    /// A passkey was asked for, and has answered.
    Passkey {
        answer: Option<(SecretText, Vec<u8>)>,
    },
    /// A kit was looked up.
    Kit {
        code: SecretText,
        account: Option<KitAccount>,
    },
    /// A method opened the account. `credential` is the passkey's id, empty for a kit.
    Method {
        opened: Box<OpenedAccount>,
        credential: Vec<u8>,
        confirmed: bool,
        enrolling: Option<LogStatement>,
    },
    /// Another device approves.
    Approval(Box<Approval>),
}

struct Approval {
    opening: Opening,
    ceremony: Option<CeremonyId>,
    opened: bool,
    transcript: Option<Transcript>,
    account_name: Option<String>,
    confirmed: bool,
    log: Option<AccountLog>,
    secret: Option<AccountSecret>,
    /// The call that confirmed.
    call: u64,
}

impl Joining {
    pub(crate) fn step(&self) -> JoinStep {
        match &self.way {
            Way::Passkey { .. } | Way::Kit { .. } => JoinStep::Fetching,
            Way::Method {
                confirmed: true, ..
            } => JoinStep::Fetching,
            Way::Method { opened, .. } => JoinStep::ConfirmKit {
                account_words: account_words(opened.log.account()),
                last_change_ms: None,
            },
            Way::Approval(approval) => match (&approval.transcript, &approval.account_name) {
                (None, _) => JoinStep::WaitingForApproval,
                (Some(transcript), None) => JoinStep::ShowCode {
                    code: transcript.code(),
                    account_words: account_words(transcript.answer().account),
                },
                (Some(_), Some(_)) if approval.confirmed => JoinStep::Fetching,
                (Some(transcript), Some(name)) => JoinStep::ConfirmAccount {
                    account_name: name.clone(),
                    account_words: account_words(transcript.answer().account),
                },
            },
        }
    }

    /// Who opens a session: the method that enrols this device, or this device once it is enrolled.
    pub(crate) fn session_signer(&self) -> Option<(AccountId, SignerId)> {
        match &self.way {
            Way::Method { opened, .. } => Some((opened.log.account(), opened.method.id().into())),
            Way::Approval(approval) if approval.confirmed => {
                let account = approval.transcript.as_ref()?.answer().account;
                Some((account, self.device.id().into()))
            }
            _ => None,
        }
    }

    pub(crate) fn answer_challenge(
        &self,
        challenge: Challenge,
        origin: String,
        rng: &mut rand_chacha::ChaCha20Rng,
    ) -> Result<NewSession, OpenError> {
        let (account, _) = self.session_signer().ok_or(OpenError)?;
        match &self.way {
            Way::Method { opened, .. } => {
                session::answer(challenge, origin, account, &opened.method, rng)
            }
            _ => session::answer(challenge, origin, account, &self.device, rng),
        }
    }
}

impl Client {
    fn begin_joining(&mut self, device_name: String, way: Way) -> Result<(), Problem> {
        if !matches!(self.state, State::Empty | State::Joining(_)) {
            return Err(ProblemCode::WrongPhase.into());
        }
        let device = DeviceKeys::make(&mut self.rng);
        self.state = State::Joining(Box::new(Joining {
            device,
            device_name,
            way,
        }));
        self.leave_joining();
        Ok(())
    }

    /// What another joining waited for ends nothing of this one.
    fn leave_joining(&mut self) {
        self.link
            .forget(|waiting| matches!(waiting, Waiting::Join(_)));
        self.link.drop_session();
    }

    fn joining(&mut self) -> Result<&mut Joining, Problem> {
        match &mut self.state {
            State::Joining(joining) => Ok(joining),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    pub(crate) fn join_passkey_begin(
        &mut self,
        call: u64,
        device_name: String,
    ) -> Result<(), Problem> {
        self.begin_joining(device_name, Way::Passkey { answer: None })?;
        let body = serde_json::json!({});
        self.post(
            "/api/v1/passkeys/challenge",
            &body,
            Waiting::Join(Asked::Challenge { call }),
        );
        Ok(())
    }

    pub(crate) fn join_passkey(
        &mut self,
        call: u64,
        credential: &str,
        prf: Option<SecretText>,
    ) -> Result<(), Problem> {
        let (credential, id) = webauthn::credential(credential)?;
        let ceremony = self.ceremony.take().ok_or(ProblemCode::WrongPhase)?;
        let Way::Passkey { answer } = &mut self.joining()?.way else {
            return Err(ProblemCode::WrongPhase.into());
        };
        *answer = prf.map(|prf| (prf, id));
        let body = PasskeyAnswer {
            ceremony,
            credential,
        };
        self.post(
            "/api/v1/passkeys/assert",
            &body,
            Waiting::Join(Asked::Asserted { call }),
        );
        Ok(())
    }

    pub(crate) fn join_kit(
        &mut self,
        call: u64,
        device_name: String,
        code: SecretText,
        account: Option<String>,
    ) -> Result<(), Problem> {
        let kit = read_kit(&code)?;
        let whole = KitText::from_text(code.expose())
            .ok()
            .map(|text| text.account);
        let typed = account
            .filter(|line| !line.trim().is_empty())
            .map(|line| KitAccount::from_line(&line))
            .transpose()
            .map_err(|_| Problem::from(ProblemCode::KitText))?;
        let account = whole.or(typed);
        self.begin_joining(device_name, Way::Kit { code, account })?;
        let body = KitLookup {
            lookup: kit.lookup_id(),
        };
        self.post(
            "/api/v1/kits/lookup",
            &body,
            Waiting::Join(Asked::Lookup { call }),
        );
        Ok(())
    }

    pub(crate) fn join_approval(&mut self, call: u64, device_name: String) -> Result<(), Problem> {
        let device = DeviceKeys::make(&mut self.rng);
        let opening = approval::make_opening(&device, &mut self.rng);
        let commitment = opening.commitment();
        let way = Way::Approval(Box::new(Approval {
            opening,
            ceremony: None,
            opened: false,
            transcript: None,
            account_name: None,
            confirmed: false,
            log: None,
            secret: None,
            call,
        }));
        self.begin_joining(device_name, way)?;
        self.joining()?.device = device;
        let body = ApprovalBegin { commitment };
        self.post(
            "/api/v1/approvals",
            &body,
            Waiting::Join(Asked::Begun { call }),
        );
        Ok(())
    }

    /// The person compared the words (or the name and words) and says yes.
    pub(crate) fn join_confirm(&mut self, call: u64) -> Result<(), Problem> {
        match &mut self.joining()?.way {
            Way::Method { confirmed, .. } => {
                *confirmed = true;
                self.enrol(call)
            }
            Way::Approval(approval) if approval.account_name.is_some() => {
                approval.confirmed = true;
                approval.call = call;
                let account = approval
                    .transcript
                    .as_ref()
                    .map(|transcript| transcript.answer().account)
                    .ok_or(ProblemCode::WrongPhase)?;
                self.signed(
                    "GET",
                    format!("/api/v1/logs/{account}"),
                    None,
                    Waiting::Join(Asked::Log),
                );
                Ok(())
            }
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    pub(crate) fn join_cancel(&mut self, call: u64) -> Result<(), Problem> {
        let ceremony = match &self.joining()?.way {
            Way::Approval(approval) => approval.ceremony,
            _ => None,
        };
        if let Some(ceremony) = ceremony {
            let path = format!("/api/v1/approvals/{ceremony}");
            self.plain("DELETE", path, Vec::new(), Waiting::Join(Asked::Opened));
        }
        self.stop_joining();
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    fn stop_joining(&mut self) {
        self.state = State::Empty;
        self.leave_joining();
        self.ask_box();
    }

    pub(crate) fn join_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::Challenge { call } => (Some(call), self.join_challenged(call, result)),
            Asked::Asserted { call } => (Some(call), self.asserted(call, result)),
            Asked::Lookup { call } => (Some(call), self.looked_up(call, result)),
            Asked::Enrolled { call } => (Some(call), self.enrolled(call, result)),
            Asked::Begun { call } => (Some(call), self.approval_begun(call, result)),
            Asked::Seen => (None, self.approval_seen(result)),
            Asked::Opened => (None, Ok(())),
            Asked::Log => (self.approval_call(), self.approval_log(result)),
            Asked::Wraps => (self.approval_call(), self.approval_wraps(result)),
            Asked::Methods => (self.approval_call(), self.approval_methods(result)),
        };
        let Err(problem) = outcome else {
            return;
        };
        let tries_again = problem.code == ProblemCode::Offline && matches!(asked, Asked::Seen);
        if tries_again {
            self.wake_after(2_000);
            return;
        }
        if matches!(self.state, State::Joining(_)) {
            self.stop_joining();
        }
        if let Some(call) = call {
            self.refuse(call, problem);
        }
    }

    fn join_challenged(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let challenge: PasskeyChallenge = body_of(result)?;
        self.ceremony = Some(challenge.ceremony);
        let options = challenge.options.to_string();
        let prf_salt = Some(webauthn::prf_salt());
        self.answer(call, Ok(Reply::UsePasskey { options, prf_salt }));
        Ok(())
    }

    fn asserted(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let asserted: PasskeyAsserted = body_of(result)?;
        // A passkey without PRF proves who asks and opens nothing: a kit or a device must.
        let Way::Passkey { answer } = &mut self.joining()?.way else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (prf, id) = answer.take().ok_or(ProblemCode::PasskeyKey)?;
        let material = asserted.material.ok_or(ProblemCode::PasskeyKey)?;
        let prf = super::claim::prf_output(&prf)?;
        let secret = |account| MethodSecret::from_prf(&prf, account);
        let opened = open_account(&material, secret, None, ProblemCode::PasskeyKey)?;
        if opened.log.account() != asserted.account {
            return Err(ProblemCode::Tampered.into());
        }
        self.joining()?.way = Way::Method {
            opened: Box::new(opened),
            credential: id,
            confirmed: true,
            enrolling: None,
        };
        self.enrol(call)
    }

    fn looked_up(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let material: MethodMaterial = match body_of(result) {
            Err(problem) if problem.detail.as_deref() == Some("not_found") => {
                return Err(ProblemCode::KitUnknown.into());
            }
            other => other?,
        };
        let Way::Kit { code, account } = &self.joining()?.way else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (kit, account) = (read_kit(code)?, *account);
        if account.is_some_and(|line| line.account != material.account) {
            return Err(ProblemCode::BelowFloor.into());
        }
        let secret = |_| MethodSecret::from_kit(&kit);
        let opened = open_account(&material, secret, account.as_ref(), ProblemCode::KitUnknown)?;
        let confirmed = account.is_some();
        self.joining()?.way = Way::Method {
            opened: Box::new(opened),
            credential: Vec::new(),
            confirmed,
            enrolling: None,
        };
        if confirmed {
            return self.enrol(call);
        }
        self.answer(call, Ok(Reply::Done)); // the phase asks for the words to be compared
        Ok(())
    }

    /// Adds this device to the account log, signed by the method.
    fn enrol(&mut self, call: u64) -> Result<(), Problem> {
        let State::Joining(joining) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Joining { device, way, .. } = joining.as_mut();
        let Way::Method {
            opened, enrolling, ..
        } = way
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = &opened.log;
        let end = LogEnd {
            log: log.id(),
            sequence: log.sequence(),
            head: log.head(),
        };
        let act = acts::add_device(
            &end,
            &opened.method,
            &opened.secret,
            device.public(),
            Class::Full,
            self.now.wall_ms,
            &mut self.rng,
        )
        .map_err(|_| Problem::from(ProblemCode::Malformed))?;
        let path = format!("/api/v1/logs/{}", end.log);
        let body = append_of(&act, None);
        debug_assert_eq!(
            after(&act).sequence,
            end.sequence + 1,
            "an act follows the end"
        );
        *enrolling = Some(act.statement);
        self.signed_json("POST", path, &body, Waiting::Join(Asked::Enrolled { call }));
        Ok(())
    }

    fn enrolled(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        if let Ok(response) = result
            && response.status == 409
        {
            return self.enrol_again(call, response);
        }
        done(result)?;
        let State::Joining(joining) = std::mem::replace(&mut self.state, State::Empty) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Joining {
            device,
            device_name,
            way,
        } = *joining;
        let Way::Method {
            opened,
            credential,
            enrolling,
            ..
        } = way
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let statement = enrolling.ok_or(ProblemCode::WrongPhase)?;
        let OpenedAccount {
            mut log,
            method,
            sealed,
            secret,
        } = *opened;
        log.apply(statement, ())
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        let account = log.account();
        let local_key = LocalKey::make(&mut self.rng);
        let way = method_way(
            account,
            &local_key,
            &method,
            &sealed,
            credential,
            &mut self.rng,
        )?;
        let vault = Vault {
            account,
            device: device.id(),
            class: Class::Full,
            ways: vec![way],
        };
        self.found(
            call,
            Founded {
                device,
                log,
                secret,
                local_key,
                vault,
                space: None,
                account_name: None,
                device_name,
            },
        )
    }

    /// Somebody else wrote in the log meanwhile: judge that, and sign anew.
    fn enrol_again(&mut self, call: u64, response: &HttpResponse) -> Result<(), Problem> {
        let conflict: LogConflict = serde_json::from_slice(&response.body)
            .map_err(|_| Problem::with(ProblemCode::Refused, "answer"))?;
        let Way::Method { opened, .. } = &mut self.joining()?.way else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let before = opened.log.sequence();
        for bytes in &conflict.statements {
            let statement: LogStatement = decode(bytes)?;
            opened
                .log
                .apply(statement, ())
                .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        }
        if opened.log.sequence() == before || opened.log.epoch() != opened.secret.epoch() {
            return Err(ProblemCode::Refused.into()); // begin again with what is new
        }
        self.enrol(call)
    }

    fn approval_mut(&mut self) -> Result<&mut Approval, Problem> {
        match &mut self.joining()?.way {
            Way::Approval(approval) => Ok(approval),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    fn approval_call(&mut self) -> Option<u64> {
        self.approval_mut().ok().map(|approval| approval.call)
    }

    fn approval_begun(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let begun: ApprovalBegun = body_of(result)?;
        let origin = self.config.origin.clone();
        let approval = self.approval_mut()?;
        approval.ceremony = Some(begun.ceremony);
        let fragment = link_fragment(begun.ceremony, &approval.opening.commitment());
        let link = format!("{origin}/approve#{fragment}");
        let qr = kits::qr(&link);
        self.answer(call, Ok(Reply::Approval { link, qr }));
        self.watch_approval()
    }

    fn watch_approval(&mut self) -> Result<(), Problem> {
        let approval = self.approval_mut()?;
        let ceremony = approval.ceremony.ok_or(ProblemCode::WrongPhase)?;
        let have = 1 + u8::from(approval.transcript.is_some()) + u8::from(approval.opened);
        let path = format!("/api/v1/approvals/{ceremony}?wait=25&have={have}");
        self.plain("GET", path, Vec::new(), Waiting::Join(Asked::Seen));
        Ok(())
    }

    fn approval_seen(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let seen: ApprovalSeen = match body_of(result) {
            Err(problem) if problem.code != ProblemCode::Offline => {
                return Err(ProblemCode::ApprovalOver.into());
            }
            other => other?,
        };
        let origin = self.config.origin.clone();
        let State::Joining(joining) = &mut self.state else {
            return Ok(());
        };
        let Joining {
            device,
            way: Way::Approval(approval),
            ..
        } = joining.as_mut()
        else {
            return Ok(());
        };
        if approval.transcript.is_none()
            && let Some(answer) = &seen.answer
        {
            let answer: ApprovalAnswer = decode(answer)?;
            if answer.origin != origin {
                return Err(ProblemCode::Tampered.into());
            }
            let commitment = approval.opening.commitment();
            let transcript = Transcript::new(commitment, answer, approval.opening.clone())
                .map_err(|_| Problem::from(ProblemCode::Tampered))?;
            approval.transcript = Some(transcript);
        }
        if let (Some(transcript), None, Some(sealed)) =
            (&approval.transcript, &approval.account_name, &seen.account)
        {
            let name = approval::open_account_name(transcript, device, &sealed.0)
                .map_err(|_| Problem::from(ProblemCode::Tampered))?;
            approval.account_name = Some(name);
            return Ok(()); // the person compares
        }
        if approval.transcript.is_some() && !approval.opened {
            approval.opened = true;
            let ceremony = approval.ceremony.ok_or(ProblemCode::WrongPhase)?;
            let body = ApprovalMessage {
                message: Binary::of(&approval.opening),
            };
            let path = format!("/api/v1/approvals/{ceremony}/opening");
            let body = serde_json::to_vec(&body).map_err(|_| ProblemCode::Malformed)?;
            self.plain("PUT", path, body, Waiting::Join(Asked::Opened));
        }
        self.watch_approval()
    }

    /// Retries what waits for the box, after a wake.
    pub(crate) fn joining_woken(&mut self) {
        let watching = self
            .approval_mut()
            .is_ok_and(|approval| approval.ceremony.is_some() && approval.account_name.is_none());
        if watching
            && !self
                .link
                .waits_for(|waiting| matches!(waiting, Waiting::Join(_)))
        {
            let watched = self.watch_approval();
            debug_assert!(
                watched.is_ok(),
                "an approval with a ceremony can be watched"
            );
        }
    }

    /// The log of the account that approved: it must be that account, carry the device that
    /// answered, and carry this one.
    fn approval_log(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let page: LogPage = body_of(result)?;
        if page.more {
            return Err(ProblemCode::Refused.into());
        }
        let log = read_log(&page.statements)?;
        let id = self.joining()?.device.id();
        let approval = self.approval_mut()?;
        let answer = approval
            .transcript
            .as_ref()
            .ok_or(ProblemCode::WrongPhase)?
            .answer();
        let approver = answer.keys.device_id();
        let carried = |device| {
            log.device(device)
                .is_some_and(|device| device.revoked.is_none())
        };
        if log.account() != answer.account || !carried(approver) || !carried(id) {
            return Err(ProblemCode::Tampered.into());
        }
        let account = log.account();
        approval.log = Some(log);
        let path = format!("/api/v1/logs/{account}/wraps?recipient={id}");
        self.signed("GET", path, None, Waiting::Join(Asked::Wraps));
        Ok(())
    }

    fn approval_wraps(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: WrapList = body_of(result)?;
        let State::Joining(joining) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Joining {
            device,
            way: Way::Approval(approval),
            ..
        } = joining.as_mut()
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = approval.log.as_ref().ok_or(ProblemCode::WrongPhase)?;
        approval.secret = Some(newest_secret(log, &list.wraps, device)?);
        self.signed(
            "GET",
            "/api/v1/methods".into(),
            None,
            Waiting::Join(Asked::Methods),
        );
        Ok(())
    }

    /// This device seals its local key to every method that the log carries, and is in.
    fn approval_methods(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: MethodList = body_of(result)?;
        let State::Joining(joining) = std::mem::replace(&mut self.state, State::Empty) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Joining {
            device,
            device_name,
            way: Way::Approval(approval),
        } = *joining
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (Some(log), Some(secret)) = (approval.log, approval.secret) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let local_key = LocalKey::make(&mut self.rng);
        let ways = ways_for(&log, &list.methods, &local_key, &mut self.rng)?;
        let vault = Vault {
            account: log.account(),
            device: device.id(),
            class: Class::Full,
            ways,
        };
        self.found(
            approval.call,
            Founded {
                device,
                log,
                secret,
                local_key,
                vault,
                space: None,
                account_name: None,
                device_name,
            },
        )
    }
}

/// The ways to unlock that the account's methods give: the local key, sealed to each.
pub(crate) fn ways_for(
    log: &AccountLog,
    rows: &[MethodRow],
    local_key: &LocalKey,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<Vec<UnlockWay>, Problem> {
    let mut ways = Vec::new();
    for named in log.active_methods() {
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
        let passkey = named.kind == MethodKind::Passkey;
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

fn account_words(account: AccountId) -> Vec<String> {
    words(Shown::Account(account)).map(str::to_owned).to_vec()
}
