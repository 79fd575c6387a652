//! Adding a way to unlock: another kit, another passkey.

use lifeos_crypto::MethodKeys;
use lifeos_crypto::method::{MethodSecret, PrfOutput, open_keys, seal_keys};
use lifeos_protocol::MethodKind;
use lifeos_protocol::anchor::Floor;
use lifeos_protocol::api::{Binary, MethodUpload, PasskeyAnswer, PasskeyChallenge, PasskeyStored};
use lifeos_protocol::method_key::SealedMethodKey;

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::kits::NewKit;
use super::super::link::{Waiting, body_of};
use super::super::passkey::prf_output;
use super::super::{Client, State, webauthn};
use super::{Appending, Asked};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

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
}
