//! Acts on keys from a device that is in: enrol, add a passkey or kit, revoke, re-key; and what
//! the pages on devices, methods and sessions show.

use lifeos_crypto::method::{MethodSecret, PrfOutput, open_keys, seal_keys};
use lifeos_crypto::wrap::Recipient;
use lifeos_crypto::{AccountSecret, MethodKeys, SpaceSecret};
use lifeos_protocol::anchor::Floor;
use lifeos_protocol::api::{
    Binary, LogConflict, MethodList, MethodUpload, PasskeyAnswer, PasskeyChallenge, PasskeyStored,
    SessionList, SteppedUp,
};
use lifeos_protocol::approval::Transcript;
use lifeos_protocol::keys::Class;
use lifeos_protocol::log::{LogKind, LogStatement};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::words::{Shown, words};
use lifeos_protocol::{DeviceId, MethodKind, SignerId, SpaceId};

use super::claim::{after, append_of, prf_output};
use super::effect::{HttpFailure, HttpResponse};
use super::join::ways_for;
use super::kits::NewKit;
use super::link::{Waiting, body_of, done};
use super::material::decode;
use super::open::Open;
use super::{Client, State, approve, webauthn};
use crate::Outside;
use crate::acts::{self, Act};
use crate::api::{DeviceView, MethodView, Problem, ProblemCode, Reply, SecretText, SessionView};

/// How often an append that others overtook is made anew.
const APPEND_TRIES: u8 = 5;

/// What an act on keys waits for.
pub(crate) enum Asked {
    StepUpChallenge {
        call: u64,
    },
    StepUp {
        call: u64,
    },
    Append {
        call: u64,
        appending: Box<Appending>,
        made: Box<MadeAct>,
        tries: u8,
    },
    Sessions {
        call: u64,
    },
    Registration {
        call: u64,
    },
    PasskeyStored {
        call: u64,
    },
    Ways,
}

/// What is being appended to a log.
pub(crate) enum Appending {
    Device {
        transcript: Box<Transcript>,
        class: Class,
    },
    Method {
        kind: MethodKind,
        keys: Box<MethodKeys>,
        sealed: Box<SealedMethodKey>,
        upload: Box<MethodUpload>,
    },
    Revoke {
        targets: Vec<SignerId>,
    },
    /// No call waits for it.
    Rekey {
        space: SpaceId,
    },
    Admit {
        incarnation: lifeos_protocol::IncarnationId,
    },
}

/// A statement on its way, with the secret that counts once it is taken.
pub(crate) struct MadeAct {
    statement: LogStatement,
    account_secret: Option<AccountSecret>,
    space_secret: Option<(SpaceId, SpaceSecret)>,
}

/// A way to unlock that is being added.
pub(crate) enum NewMethod {
    Passkey {
        ceremony: String,
        credential: Option<(serde_json::Value, Vec<u8>)>,
        made: Option<(PrfOutput, Box<MethodKeys>, Box<SealedMethodKey>)>,
    },
    Kit(Box<NewKit>),
}

impl Client {
    /// Appends a statement, made anew as often as others are quicker.
    pub(crate) fn append_act(&mut self, call: u64, appending: Appending) {
        if let Err(problem) = self.try_append(call, appending, 0) {
            self.refuse(call, problem);
        }
    }

    fn try_append(&mut self, call: u64, appending: Appending, tries: u8) -> Result<(), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (act, made) = make(open, &appending, self.now.wall_ms, &mut self.rng)?;
        let upload = match &appending {
            Appending::Method { upload, .. } => Some(upload.as_ref().clone()),
            _ => None,
        };
        let path = format!("/api/v1/logs/{}", act.statement.log);
        let body = append_of(&act, upload);
        let appending = Box::new(appending);
        let asked = Asked::Append {
            call,
            appending,
            made: Box::new(made),
            tries,
        };
        self.signed_json("POST", path, &body, Waiting::Methods(asked));
        Ok(())
    }

    /// Re-keys a space that a revocation touched.
    pub(crate) fn rekey(&mut self, space: SpaceId) -> Result<(), Problem> {
        self.try_append(0, Appending::Rekey { space }, 0)
    }

    pub(crate) fn methods_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        let (call, outcome) = match asked {
            Asked::StepUpChallenge { call } => (call, self.step_up_challenged(call, result)),
            Asked::StepUp { call } => (call, self.stepped_up(call, result)),
            Asked::Append {
                call,
                appending,
                made,
                tries,
            } => (call, self.appended(call, *appending, *made, tries, result)),
            Asked::Sessions { call } => (call, self.sessions_told(call, result)),
            Asked::Registration { call } => (call, self.registration_begun(call, result)),
            Asked::PasskeyStored { call } => (call, self.passkey_stored(call, result)),
            Asked::Ways => (0, self.ways_told(result)),
        };
        if let Err(problem) = outcome
            && call != 0
        {
            self.refuse(call, problem);
        }
    }

    fn appended(
        &mut self,
        call: u64,
        appending: Appending,
        made: MadeAct,
        tries: u8,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let kind = match appending {
            Appending::Rekey { .. } => LogKind::Space,
            _ => LogKind::Account,
        };
        if let Appending::Rekey { space } = &appending {
            let space = *space;
            self.open_mut()?.book.rekeyed(space);
        }
        if let Ok(response) = result
            && response.status == 409
            && tries < APPEND_TRIES
        {
            let conflict: LogConflict = serde_json::from_slice(&response.body)
                .map_err(|_| Problem::with(ProblemCode::Refused, "answer"))?;
            for bytes in &conflict.statements {
                let statement: LogStatement = decode(bytes)?;
                self.take_statement(kind, &statement)?;
            }
            return self.try_append(call, appending, tries + 1);
        }
        done(result)?;
        self.take_statement(kind, &made.statement)?;
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let tampered = |_| Problem::from(ProblemCode::Tampered);
        if let Some(secret) = made.account_secret {
            open.engine
                .take_account_secret(secret, &mut out)
                .map_err(tampered)?;
        }
        if let Some((space, secret)) = made.space_secret {
            open.engine
                .take_space_secret(space, secret, &mut out)
                .map_err(tampered)?;
        }
        match appending {
            Appending::Device { transcript, .. } => self.device_named(call, &transcript),
            Appending::Method { .. } | Appending::Revoke { .. } => {
                self.refresh_ways();
                self.answer(call, Ok(Reply::Done));
            }
            Appending::Rekey { .. } => {}
            Appending::Admit { .. } => self.answer(call, Ok(Reply::Done)),
        }
        Ok(())
    }

    /// Takes a statement into the engine.
    pub(crate) fn take_statement(
        &mut self,
        kind: LogKind,
        statement: &LogStatement,
    ) -> Result<(), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let mut out = Outside {
            now_ms: self.now.wall_ms,
            rng: &mut self.rng,
        };
        open.engine
            .apply_statement(kind, statement, &mut out)
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        Ok(())
    }

    pub(crate) fn step_up_begin(&mut self, call: u64) -> Result<(), Problem> {
        self.open_mut()?;
        let waiting = Waiting::Methods(Asked::StepUpChallenge { call });
        self.signed_json(
            "POST",
            "/api/v1/step-up/challenge".into(),
            &serde_json::json!({}),
            waiting,
        );
        Ok(())
    }

    fn step_up_challenged(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let challenge: PasskeyChallenge = body_of(result)?;
        self.ceremony = Some(challenge.ceremony);
        let options = challenge.options.to_string();
        self.answer(
            call,
            Ok(Reply::UsePasskey {
                options,
                prf_salt: None,
            }),
        );
        Ok(())
    }

    pub(crate) fn step_up(&mut self, call: u64, credential: &str) -> Result<(), Problem> {
        let (credential, _) = webauthn::credential(credential)?;
        let ceremony = self.ceremony.take().ok_or(ProblemCode::WrongPhase)?;
        let body = PasskeyAnswer {
            ceremony,
            credential,
        };
        let waiting = Waiting::Methods(Asked::StepUp { call });
        self.signed_json("POST", "/api/v1/step-up".into(), &body, waiting);
        Ok(())
    }

    fn stepped_up(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let until: SteppedUp = body_of(result)?;
        self.link.stepped_up_until_ms = Some(until.until_ms);
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    pub(crate) fn revoke(&mut self, call: u64, targets: &[String]) -> Result<(), Problem> {
        self.open_mut()?;
        let targets = targets
            .iter()
            .map(|id| {
                id.parse::<SignerId>()
                    .map_err(|_| ProblemCode::NotFound.into())
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        if targets.is_empty() {
            return Err(ProblemCode::NotFound.into());
        }
        self.append_act(call, Appending::Revoke { targets });
        Ok(())
    }

    /// Admits the life of the box's store that it tells of now.
    pub(crate) fn admit_incarnation(&mut self, call: u64) -> Result<(), Problem> {
        let incarnation = self
            .box_state
            .as_ref()
            .ok_or(ProblemCode::Offline)?
            .incarnation;
        let open = self.open_mut()?;
        if open
            .engine
            .account_log()
            .incarnations()
            .contains(&incarnation)
        {
            return Err(ProblemCode::NotFound.into());
        }
        self.append_act(call, Appending::Admit { incarnation });
        Ok(())
    }

    pub(crate) fn add_kit_begin(&mut self, call: u64) -> Result<(), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let account = open.engine.account();
        let kit = NewKit::make(account, &mut self.rng);
        let end = open.engine.account_end();
        let floor = Floor {
            head: end.head,
            sequence: end.sequence,
        };
        let sheets = vec![kit.sheet(account, floor)];
        open.new_method = Some(NewMethod::Kit(Box::new(kit)));
        self.answer(call, Ok(Reply::Kits { sheets }));
        Ok(())
    }

    pub(crate) fn add_kit_prove(
        &mut self,
        call: u64,
        groups: &[SecretText],
    ) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let Some(NewMethod::Kit(kit)) = &mut open.new_method else {
            return Err(ProblemCode::WrongPhase.into());
        };
        if !kit.prove(groups) {
            return Err(ProblemCode::KitProof.into());
        }
        let Some(NewMethod::Kit(kit)) = open.new_method.take() else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let NewKit {
            kit,
            method,
            sealed,
            ..
        } = *kit;
        let upload = MethodUpload {
            sealed: Binary::of(&sealed),
            kit_lookup: Some(kit.lookup_id()),
            credential: None,
        };
        let keys = Box::new(method);
        let (sealed, upload) = (Box::new(sealed), Box::new(upload));
        self.append_act(
            call,
            Appending::Method {
                kind: MethodKind::Kit,
                keys,
                sealed,
                upload,
            },
        );
        Ok(())
    }

    pub(crate) fn add_passkey_begin(&mut self, call: u64) -> Result<(), Problem> {
        self.open_mut()?;
        let waiting = Waiting::Methods(Asked::Registration { call });
        let path = "/api/v1/passkeys/registration".into();
        self.signed_json("POST", path, &serde_json::json!({}), waiting);
        Ok(())
    }

    fn registration_begun(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let challenge: PasskeyChallenge = body_of(result)?;
        self.open_mut()?.new_method = Some(NewMethod::Passkey {
            ceremony: challenge.ceremony,
            credential: None,
            made: None,
        });
        let options = challenge.options.to_string();
        self.answer(
            call,
            Ok(Reply::MakePasskey {
                options,
                prf_salt: webauthn::prf_salt(),
            }),
        );
        Ok(())
    }

    pub(crate) fn add_passkey_made(
        &mut self,
        call: u64,
        credential: &str,
        prf: Option<&SecretText>,
        prf_enabled: bool,
    ) -> Result<(), Problem> {
        let answered = webauthn::credential(credential)?;
        let prf = prf.map(prf_output).transpose()?;
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let account = open.engine.account();
        let Some(NewMethod::Passkey {
            credential, made, ..
        }) = &mut open.new_method
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let id = answered.1.clone();
        *credential = Some(answered);
        if prf.is_none() && !prf_enabled {
            // It can prove who asks, but unlock nothing: stored without a method.
            return self.store_passkey(call);
        }
        if let Some(prf) = prf {
            let keys = MethodKeys::make(&mut self.rng);
            let secret = MethodSecret::from_prf(&prf, account);
            let sealed = seal_keys(&keys, account, &secret, &mut self.rng);
            *made = Some((prf, Box::new(keys), Box::new(sealed)));
        }
        let options = webauthn::local_request(std::iter::once(id.as_slice()), &mut self.rng);
        self.answer(
            call,
            Ok(Reply::UsePasskey {
                options,
                prf_salt: Some(webauthn::prf_salt()),
            }),
        );
        Ok(())
    }

    pub(crate) fn add_passkey_confirmed(
        &mut self,
        call: u64,
        prf: Option<&SecretText>,
    ) -> Result<(), Problem> {
        let again = prf.map(prf_output).transpose()?;
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let account = open.engine.account();
        let Some(NewMethod::Passkey {
            credential: Some((_, id)),
            made,
            ..
        }) = &mut open.new_method
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        match (again, &made) {
            (None, None) => self.store_passkey(call),
            (None, Some(_)) => Err(ProblemCode::PasskeyKey.into()),
            (Some(value), None) => {
                let keys = MethodKeys::make(&mut self.rng);
                let secret = MethodSecret::from_prf(&value, account);
                let sealed = seal_keys(&keys, account, &secret, &mut self.rng);
                let options =
                    webauthn::local_request(std::iter::once(id.as_slice()), &mut self.rng);
                *made = Some((value, Box::new(keys), Box::new(sealed)));
                let prf_salt = Some(webauthn::prf_salt());
                self.answer(call, Ok(Reply::UsePasskey { options, prf_salt }));
                Ok(())
            }
            (Some(value), Some((first, keys, sealed))) => {
                let secret = MethodSecret::from_prf(&value, account);
                let opens = open_keys(sealed, &secret, account, keys.public()).is_ok();
                if *first != value || !opens {
                    return Err(ProblemCode::PasskeyKey.into());
                }
                self.store_passkey(call)
            }
        }
    }

    fn store_passkey(&mut self, call: u64) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let Some(NewMethod::Passkey {
            ceremony,
            credential: Some((credential, _)),
            ..
        }) = &open.new_method
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let body = PasskeyAnswer {
            ceremony: ceremony.clone(),
            credential: credential.clone(),
        };
        let waiting = Waiting::Methods(Asked::PasskeyStored { call });
        self.signed_json("POST", "/api/v1/passkeys".into(), &body, waiting);
        Ok(())
    }

    fn passkey_stored(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let stored: PasskeyStored = body_of(result)?;
        let open = self.open_mut()?;
        let Some(NewMethod::Passkey { made, .. }) = open.new_method.take() else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Some((_, keys, sealed)) = made else {
            self.answer(call, Ok(Reply::Done));
            return Ok(());
        };
        let upload = MethodUpload {
            sealed: Binary::of(sealed.as_ref()),
            kit_lookup: None,
            credential: Some(stored.credential),
        };
        let upload = Box::new(upload);
        self.append_act(
            call,
            Appending::Method {
                kind: MethodKind::Passkey,
                keys,
                sealed,
                upload,
            },
        );
        Ok(())
    }

    /// Asks for the sealed keys of all methods, so that each of them opens this device.
    pub(crate) fn refresh_ways(&mut self) {
        self.signed(
            "GET",
            "/api/v1/methods".into(),
            None,
            Waiting::Methods(Asked::Ways),
        );
    }

    fn ways_told(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let list: MethodList = body_of(result)?;
        let State::Open(open) = &self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = open.engine.account_log();
        let ways = ways_for(log, &list.methods, &open.local_key, &mut self.rng)?;
        if let Some(vault) = &mut self.vault {
            // The half of a passkey without PRF stays; revocation takes the box's half away.
            vault
                .ways
                .retain(|way| matches!(way, super::vault::UnlockWay::Halves { .. }));
            vault.ways.extend(ways);
        }
        self.write_vault(None);
        Ok(())
    }

    pub(crate) fn devices(&mut self, call: u64) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let own = open.engine.device();
        let mut devices: Vec<DeviceView> = open
            .engine
            .account_log()
            .devices()
            .map(|device| DeviceView {
                id: device.id.to_hex(),
                words: words(Shown::Device(device.id)).map(str::to_owned).to_vec(),
                name: open.device_name(device.id),
                class: class_name(device.class).to_owned(),
                since_ms: device.at_ms as f64,
                this: device.id == own,
                revoked: device.revoked.is_some(),
            })
            .collect();
        devices.sort_by(|a, b| b.since_ms.total_cmp(&a.since_ms));
        self.answer(call, Ok(Reply::Devices { devices }));
        Ok(())
    }

    pub(crate) fn methods(&mut self, call: u64) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let mut methods: Vec<MethodView> = open
            .engine
            .account_log()
            .methods()
            .map(|method| MethodView {
                id: method.id.to_hex(),
                kind: kind_name(method.kind).to_owned(),
                since_ms: method.at_ms as f64,
                revoked: method.revoked.is_some(),
            })
            .collect();
        methods.sort_by(|a, b| b.since_ms.total_cmp(&a.since_ms));
        self.answer(call, Ok(Reply::Methods { methods }));
        Ok(())
    }

    pub(crate) fn sessions(&mut self, call: u64) -> Result<(), Problem> {
        self.open_mut()?;
        let waiting = Waiting::Methods(Asked::Sessions { call });
        self.signed("GET", "/api/v1/sessions".into(), None, waiting);
        Ok(())
    }

    fn sessions_told(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: SessionList = body_of(result)?;
        let own = self.link.session_id().map(str::to_owned);
        let sessions = list
            .sessions
            .into_iter()
            .map(|row| SessionView {
                signer: row.signer.to_hex(),
                created_ms: row.created_ms as f64,
                last_seen_ms: row.last_seen_ms as f64,
                this: own.as_deref() == Some(row.session.as_str()),
                id: row.session,
            })
            .collect();
        self.answer(call, Ok(Reply::Sessions { sessions }));
        Ok(())
    }
}

/// Makes the statement that is to be appended, as the logs stand now.
fn make(
    open: &Open,
    appending: &Appending,
    at_ms: u64,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<(Act, MadeAct), Problem> {
    let engine = &open.engine;
    let secret = engine.account_secret().ok_or(ProblemCode::WrongPhase)?;
    let end = engine.account_end();
    let malformed = |_| Problem::from(ProblemCode::Malformed);
    let (act, account_secret, space_secret) = match appending {
        Appending::Device { transcript, class } => (
            approve::add_device_act(open, transcript, *class, at_ms, rng)?,
            None,
            None,
        ),
        Appending::Method {
            kind, keys, sealed, ..
        } => {
            let act = acts::add_method(
                &end,
                engine.device_keys(),
                secret,
                keys.public(),
                *kind,
                sealed.hash(),
                at_ms,
                rng,
            )
            .map_err(malformed)?;
            (act, None, None)
        }
        Appending::Revoke { targets } => {
            let log = engine.account_log();
            let known = |target: &SignerId| log.active_signer(*target).is_some();
            if !targets.iter().all(known) {
                return Err(ProblemCode::NotFound.into());
            }
            let stay = stayers(open, targets);
            if stay.is_empty() {
                return Err(ProblemCode::LastWay.into());
            }
            let devices: Vec<DeviceId> = targets
                .iter()
                .map(|target| DeviceId::from(*target))
                .filter(|device| log.device(*device).is_some())
                .collect();
            let cuts = engine.cuts_for(&devices);
            let (act, next) = acts::revoke(
                &end,
                engine.device_keys(),
                secret,
                targets.clone(),
                cuts,
                &stay,
                at_ms,
                rng,
            )
            .map_err(malformed)?;
            (act, Some(next), None)
        }
        Appending::Rekey { space } => {
            let mut out = Outside { now_ms: at_ms, rng };
            let (act, next) = engine
                .make_rekey(*space, &mut out)
                .map_err(|_| Problem::from(ProblemCode::Frozen))?;
            (act, None, Some((*space, next)))
        }
        Appending::Admit { incarnation } => {
            let out = Outside { now_ms: at_ms, rng };
            (
                engine.make_admit_incarnation(*incarnation, &out),
                None,
                None,
            )
        }
    };
    debug_assert!(
        after(&act).sequence >= 1,
        "a later statement follows the first"
    );
    let made = MadeAct {
        statement: act.statement.clone(),
        account_secret,
        space_secret,
    };
    Ok((act, made))
}

/// The devices and methods that a new account secret is sealed to.
fn stayers(open: &Open, targets: &[SignerId]) -> Vec<Recipient> {
    let log = open.engine.account_log();
    let devices = log
        .active_devices()
        .filter(|device| device.class == Class::Full && !targets.contains(&device.id.into()))
        .map(|device| Recipient::device(&device.keys));
    let methods = log
        .active_methods()
        .filter(|method| !targets.contains(&method.id.into()))
        .map(|method| Recipient::method(&method.keys));
    devices.chain(methods).collect()
}

pub(crate) fn class_name(class: Class) -> &'static str {
    match class {
        Class::Agent => "agent",
        Class::Shared => "shared",
        Class::Full => "full",
    }
}

pub(crate) fn kind_name(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Passkey => "passkey",
        MethodKind::Kit => "kit",
        MethodKind::Passphrase => "passphrase",
    }
}
