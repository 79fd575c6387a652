//! Joining by a passkey or a kit: the method opens the account, and signs this device in.

use lifeos_crypto::LocalKey;
use lifeos_crypto::method::MethodSecret;
use lifeos_protocol::api::{
    KitLookup, LogConflict, MethodMaterial, PasskeyAnswer, PasskeyAsserted,
};
use lifeos_protocol::keys::Class;
use lifeos_protocol::kit::KitAccount;
use lifeos_protocol::kit::KitText;
use lifeos_protocol::log::LogStatement;

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::link::{Waiting, body_of, done};
use super::super::material::{OpenedAccount, decode, open_account};
use super::super::methods::{after, append_of};
use super::super::open::Founded;
use super::super::passkey::prf_output;
use super::super::unlock::read_kit;
use super::super::ways::method_way;
use super::super::{Client, State, webauthn};
use super::{Asked, Joining, Way};
use crate::acts::{self, LogEnd};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

impl Client {
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

    pub(super) fn join_challenged(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        self.ask_passkey(call, Some(webauthn::prf_salt()), result)
    }

    pub(super) fn asserted(
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
        let prf = prf_output(&prf)?;
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

    pub(super) fn looked_up(
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
    pub(super) fn enrol(&mut self, call: u64) -> Result<(), Problem> {
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

    pub(super) fn enrolled(
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
        let founded = Founded::joined(device, device_name, (log, secret), local_key, vec![way]);
        self.found(call, founded)
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
}
