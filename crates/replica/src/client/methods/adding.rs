//! Adding a way to unlock: another kit, another passkey.

use lifeos_crypto::MethodKeys;
use lifeos_protocol::MethodKind;
use lifeos_protocol::anchor::Floor;
use lifeos_protocol::api::{Binary, MethodUpload, PasskeyAnswer, PasskeyChallenge, PasskeyStored};
use lifeos_protocol::method_key::SealedMethodKey;

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::kits::NewKit;
use super::super::link::{Waiting, body_of};
use super::super::passkey::{NewCredential, NewPasskey, Next};
use super::super::ways::method_way;
use super::super::{Client, State, webauthn};
use super::{Appending, Asked};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

/// A way to unlock that is being added.
pub(crate) enum NewMethod {
    Passkey {
        ceremony: String,
        made: Box<NewCredential>,
    },
    Kit(Box<NewKit>),
}

impl Client {
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

    pub(super) fn registration_begun(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let challenge: PasskeyChallenge = body_of(result)?;
        self.open_mut()?.new_method = Some(NewMethod::Passkey {
            ceremony: challenge.ceremony,
            made: Box::default(),
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
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let account = open.engine.account();
        let Some(NewMethod::Passkey { made, .. }) = &mut open.new_method else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let next = made.made(account, credential, prf, prf_enabled, &mut self.rng)?;
        self.passkey_goes_on(call, next)
    }

    pub(crate) fn add_passkey_confirmed(
        &mut self,
        call: u64,
        prf: Option<&SecretText>,
    ) -> Result<(), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let account = open.engine.account();
        let Some(NewMethod::Passkey { made, .. }) = &mut open.new_method else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let next = made.confirmed(account, prf, &mut self.rng)?;
        self.passkey_goes_on(call, next)
    }

    /// One that opens nothing is stored too: it can prove who asks.
    fn passkey_goes_on(&mut self, call: u64, next: Next) -> Result<(), Problem> {
        match next {
            Next::Evaluate(reply) => {
                self.answer(call, Ok(*reply));
                Ok(())
            }
            Next::Confirmed | Next::WithoutKeys => self.store_passkey(call),
        }
    }

    fn store_passkey(&mut self, call: u64) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let Some(NewMethod::Passkey { ceremony, made }) = &open.new_method else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let body = PasskeyAnswer {
            ceremony: ceremony.clone(),
            credential: made.credential().cloned().ok_or(ProblemCode::WrongPhase)?,
        };
        let waiting = Waiting::Methods(Asked::PasskeyStored { call });
        self.signed_json("POST", "/api/v1/passkeys".into(), &body, waiting);
        Ok(())
    }

    pub(super) fn passkey_stored(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let stored: PasskeyStored = body_of(result)?;
        let open = self.open_mut()?;
        let Some(NewMethod::Passkey { made, .. }) = open.new_method.take() else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let credential = Binary(made.id());
        if stored.credential != credential {
            return Err(ProblemCode::Tampered.into());
        }
        let Some(NewPasskey { method, sealed, .. }) = made.into_keys() else {
            self.answer(call, Ok(Reply::Done));
            return Ok(());
        };
        let upload = MethodUpload {
            sealed: Binary::of(&sealed),
            kit_lookup: None,
            credential: Some(credential),
        };
        let (keys, sealed) = (Box::new(method), Box::new(sealed));
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

    /// A method that this device added opens it from now on, whatever the box shows of it. The log is
    /// asked, in which others wrote while the box took it.
    pub(super) fn method_added(
        &mut self,
        call: u64,
        keys: &MethodKeys,
        sealed: &SealedMethodKey,
        upload: &MethodUpload,
    ) -> Result<(), Problem> {
        let (State::Open(open), Some(vault)) = (&self.state, &mut self.vault) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = open.engine.account_log();
        if log.is_frozen() {
            return Err(ProblemCode::Frozen.into());
        }
        let is_revoked = log.active_signer(keys.id().into()).is_none();
        if is_revoked || vault.methods().contains(&keys.id()) {
            self.answer(call, Ok(Reply::Done));
            return Ok(());
        }
        let credential = upload.credential.as_ref();
        let credential = credential.map(|id| id.0.clone()).unwrap_or_default();
        let (local_key, rng) = (&open.local_key, &mut self.rng);
        let way = method_way(log.account(), local_key, keys, sealed, credential, rng)?;
        vault.ways.push(way);
        self.write_vault(Some((call, Reply::Done)));
        Ok(())
    }
}
