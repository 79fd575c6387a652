//! The claim: everything is made here, nothing leaves before the kit is proven kept, and the box
//! takes it in one request or not at all.

use lifeos_crypto::method::{MethodSecret, PrfOutput, seal_keys};
use lifeos_crypto::{DeviceKeys, LocalKey, MethodKeys, VaultHalf, wrap};
use lifeos_protocol::MethodKind;
use lifeos_protocol::anchor::Floor;
use lifeos_protocol::api::{
    Binary, ClaimBegin, ClaimBegun, ClaimFinish, ClaimedLog, LogAppend, MethodUpload,
};
use lifeos_protocol::codec::Wire;
use lifeos_protocol::keys::Class;
use lifeos_protocol::log::AccountLog;
use lifeos_protocol::method_key::SealedMethodKey;
use serde_json::Value;

use super::effect::{HttpFailure, HttpResponse};
use super::kits::NewKit;
use super::link::{Waiting, body_of, done};
use super::open::Founded;
use super::vault::{UnlockWay, Vault};
use super::{Client, State, webauthn};
use crate::acts::{self, Act, FoundedAccount, FoundedSpace, LogEnd, SignerPlace};
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

/// What a claim waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Begin { call: u64 },
    Finish { call: u64 },
}

/// A passkey with PRF, evaluated once.
struct NewPasskey {
    prf: PrfOutput,
    method: MethodKeys,
    sealed: SealedMethodKey,
}

/// A claim under way.
pub(crate) struct Claiming {
    code: String,
    name: String,
    device_name: String,
    device: DeviceKeys,
    founded: FoundedAccount,
    ceremony: Option<String>,
    credential: Option<(Value, Vec<u8>)>,
    passkey: Option<NewPasskey>,
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
        if !matches!(self.state, State::Empty | State::Claiming(_)) {
            return Err(ProblemCode::WrongPhase.into());
        }
        let code: String = code
            .expose()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_uppercase();
        if name.trim().is_empty() {
            return Err(Problem::with(ProblemCode::Malformed, "name"));
        }
        let device = DeviceKeys::make(&mut self.rng);
        let founded = acts::found_account(&device, self.now.wall_ms, &mut self.rng)
            .map_err(|_| Problem::from(ProblemCode::Malformed))?;
        let end = after(&founded.act);
        let account = founded.account;
        self.state = State::Claiming(Box::new(Claiming {
            code: code.clone(),
            name,
            device_name,
            device,
            founded,
            ceremony: None,
            credential: None,
            passkey: None,
            kits: Vec::new(),
            appends: Vec::new(),
            end,
            finishing: None,
        }));
        self.post(
            "/api/v1/claim/begin",
            &ClaimBegin { code, account },
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
        let credential = webauthn::credential(credential)?;
        let first = prf.map(prf_output).transpose()?;
        let (claiming, rng) = claiming!(self);
        let id = credential.1.clone();
        claiming.credential = Some(credential);
        claiming.passkey = None;
        if let Some(first) = first {
            claiming.passkey = Some(NewPasskey::make(first, claiming.founded.account, rng));
        }
        if prf.is_some() || prf_enabled {
            let options = webauthn::local_request(std::iter::once(id.as_slice()), &mut self.rng);
            let prf_salt = Some(webauthn::prf_salt());
            self.answer(call, Ok(Reply::UsePasskey { options, prf_salt }));
        } else {
            self.make_kits(call, 2)?;
        }
        Ok(())
    }

    /// The second evaluation: it must open what the first sealed. An authenticator that gave no
    /// value at creation is evaluated once more.
    pub(crate) fn claim_passkey_confirmed(
        &mut self,
        call: u64,
        prf: Option<&SecretText>,
    ) -> Result<(), Problem> {
        let value = prf.map(prf_output).transpose()?;
        let (claiming, rng) = claiming!(self);
        let account = claiming.founded.account;
        let Some((_, id)) = &claiming.credential else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let id = id.clone();
        match (value, &claiming.passkey) {
            (None, None) => {
                return self.make_kits(call, 2);
            }
            (None, Some(_)) => return Err(ProblemCode::PasskeyKey.into()),
            (Some(value), None) => {
                claiming.passkey = Some(NewPasskey::make(value, account, rng));
                let options =
                    webauthn::local_request(std::iter::once(id.as_slice()), &mut self.rng);
                let prf_salt = Some(webauthn::prf_salt());
                self.answer(call, Ok(Reply::UsePasskey { options, prf_salt }));
                return Ok(());
            }
            (Some(value), Some(passkey)) => passkey.confirm(&value, account)?,
        }
        self.make_kits(call, 1)
    }

    /// Makes the kits and the statements of all methods; the sheets name the log's last head.
    fn make_kits(&mut self, call: u64, count: usize) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let (claiming, rng) = claiming!(self);
        let account = claiming.founded.account;
        claiming.kits = (0..count).map(|_| NewKit::make(account, rng)).collect();
        claiming.appends.clear();
        claiming.end = after(&claiming.founded.act);
        let mut methods: Vec<(&MethodKeys, &SealedMethodKey, MethodKind, MethodUpload)> =
            Vec::new();
        if let (Some(passkey), Some((_, id))) = (&claiming.passkey, &claiming.credential) {
            let upload = MethodUpload {
                sealed: Binary::of(&passkey.sealed),
                kit_lookup: None,
                credential: Some(Binary(id.clone())),
            };
            methods.push((
                &passkey.method,
                &passkey.sealed,
                MethodKind::Passkey,
                upload,
            ));
        }
        for kit in &claiming.kits {
            let upload = MethodUpload {
                sealed: Binary::of(&kit.sealed),
                kit_lookup: Some(kit.kit.lookup_id()),
                credential: None,
            };
            methods.push((&kit.method, &kit.sealed, MethodKind::Kit, upload));
        }
        for (keys, sealed, kind, upload) in methods {
            let act = acts::add_method(
                &claiming.end,
                &claiming.device,
                &claiming.founded.secret,
                keys.public(),
                kind,
                sealed.hash(),
                now_ms,
                rng,
            )
            .map_err(|_| Problem::from(ProblemCode::Malformed))?;
            claiming.end = after(&act);
            claiming.appends.push(append_of(&act, Some(upload)));
        }
        let floor = Floor {
            head: claiming.end.head,
            sequence: claiming.end.sequence,
        };
        let sheets = claiming
            .kits
            .iter()
            .map(|kit| kit.sheet(account, floor))
            .collect();
        self.answer(call, Ok(Reply::Kits { sheets }));
        Ok(())
    }

    /// The groups of a kit, typed back.
    pub(crate) fn claim_prove_kit(
        &mut self,
        call: u64,
        sheet: u8,
        groups: &[SecretText],
    ) -> Result<(), Problem> {
        let claiming = self.claiming()?;
        let kit = claiming
            .kits
            .get_mut(usize::from(sheet))
            .ok_or(ProblemCode::NotFound)?;
        if !kit.prove(groups) {
            return Err(ProblemCode::KitProof.into());
        }
        self.answer(call, Ok(Reply::Done));
        Ok(())
    }

    /// Sends the claim.
    pub(crate) fn claim_finish(&mut self, call: u64) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let (claiming, rng) = claiming!(self);
        if claiming.finishing.is_some() || claiming.kits.is_empty() {
            return Err(ProblemCode::WrongPhase.into());
        }
        if !claiming.kits.iter().all(|kit| kit.proven) {
            return Err(ProblemCode::KitProof.into());
        }
        let (Some(ceremony), Some((credential, _))) =
            (claiming.ceremony.clone(), claiming.credential.clone())
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let place = SignerPlace {
            account: claiming.founded.account,
            account_head: claiming.end.head,
        };
        let space = acts::found_space(
            &claiming.device,
            place,
            &claiming.founded.secret,
            now_ms,
            rng,
        )
        .map_err(|_| Problem::from(ProblemCode::Malformed))?;
        let halves = claiming
            .passkey
            .is_none()
            .then(|| (VaultHalf::make(rng), VaultHalf::make(rng)));
        let device = claiming.device.id();
        let local_key = match &halves {
            Some((own, at_box)) => {
                LocalKey::from_halves(own, at_box, claiming.founded.account, device)
            }
            None => LocalKey::make(rng),
        };
        let mut account_log = vec![append_of(&claiming.founded.act, None)];
        account_log.extend(claiming.appends.iter().cloned());
        let body = ClaimFinish {
            code: claiming.code.clone(),
            ceremony,
            credential,
            account_log: ClaimedLog {
                appends: account_log,
            },
            space_logs: vec![ClaimedLog {
                appends: vec![append_of(&space.act, None)],
            }],
            device,
            vault_half: halves
                .as_ref()
                .map(|(_, at_box)| Binary(at_box.expose().to_vec())),
        };
        let vault = claiming.vault(&local_key, halves.as_ref().map(|(own, _)| own), rng)?;
        claiming.finishing = Some((vault, local_key, space));
        self.post(
            "/api/v1/claim/finish",
            &body,
            Waiting::Claim(Asked::Finish { call }),
        );
        Ok(())
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

    fn claim_finished(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        if let Err(problem) = done(result) {
            self.claiming()?.finishing = None;
            return Err(problem);
        }
        self.claiming()?;
        let State::Claiming(claiming) = std::mem::replace(&mut self.state, State::Empty) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Claiming {
            device,
            founded,
            appends,
            name,
            device_name,
            finishing,
            ..
        } = *claiming;
        let (vault, local_key, space) = finishing.ok_or(ProblemCode::WrongPhase)?;
        let mut log = AccountLog::start(founded.act.statement, ())
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        for append in &appends {
            let statement = super::material::decode(&append.statement)?;
            log.apply(statement, ())
                .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        }
        if let Some(known) = &mut self.box_state {
            known.claimed = true;
        }
        self.found(
            call,
            Founded {
                device,
                log,
                secret: founded.secret,
                local_key,
                vault,
                space: Some(space),
                account_name: Some(name),
                device_name,
            },
        )
    }
}

impl Claiming {
    /// What this device will be unlocked by.
    fn vault(
        &self,
        local_key: &LocalKey,
        own_half: Option<&VaultHalf>,
        rng: &mut rand_chacha::ChaCha20Rng,
    ) -> Result<Vault, Problem> {
        let account = self.founded.account;
        let credential = self
            .credential
            .as_ref()
            .map(|(_, id)| id.clone())
            .unwrap_or_default();
        let mut ways = Vec::new();
        if let Some(half) = own_half {
            ways.push(UnlockWay::Halves {
                credential: credential.clone(),
                half: *half.expose(),
            });
        }
        let passkey = self
            .passkey
            .iter()
            .map(|passkey| (&passkey.method, &passkey.sealed, credential.clone()));
        let kits = self
            .kits
            .iter()
            .map(|kit| (&kit.method, &kit.sealed, Vec::new()));
        for (method, sealed, credential) in passkey.chain(kits) {
            ways.push(method_way(
                account, local_key, method, sealed, credential, rng,
            )?);
        }
        Ok(Vault {
            account,
            device: self.device.id(),
            class: Class::Full,
            ways,
        })
    }
}

impl NewPasskey {
    fn make(
        prf: PrfOutput,
        account: lifeos_protocol::AccountId,
        rng: &mut rand_chacha::ChaCha20Rng,
    ) -> Self {
        let method = MethodKeys::make(rng);
        let sealed = seal_keys(
            &method,
            account,
            &MethodSecret::from_prf(&prf, account),
            rng,
        );
        Self {
            prf,
            method,
            sealed,
        }
    }

    /// Checks that a second evaluation opens what the first sealed.
    fn confirm(
        &self,
        again: &PrfOutput,
        account: lifeos_protocol::AccountId,
    ) -> Result<(), Problem> {
        let opened = lifeos_crypto::method::open_keys(
            &self.sealed,
            &MethodSecret::from_prf(again, account),
            account,
            self.method.public(),
        );
        if self.prf != *again || opened.is_err() {
            return Err(ProblemCode::PasskeyKey.into());
        }
        Ok(())
    }
}

/// A way to unlock: the local key, sealed to a method.
pub(crate) fn method_way(
    account: lifeos_protocol::AccountId,
    local_key: &LocalKey,
    method: &MethodKeys,
    sealed: &SealedMethodKey,
    credential: Vec<u8>,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Result<UnlockWay, Problem> {
    let to = wrap::Recipient::method(method.public());
    let wrap = wrap::seal_local(local_key, &to, account, rng)
        .map_err(|_| Problem::from(ProblemCode::Malformed))?;
    Ok(UnlockWay::Method {
        credential,
        wrap: Box::new(wrap),
        sealed: sealed.clone(),
        keys: method.public().clone(),
    })
}

/// Reads a PRF output as the page passes it.
pub(crate) fn prf_output(text: &SecretText) -> Result<PrfOutput, Problem> {
    let malformed = || Problem::with(ProblemCode::Malformed, "prf");
    let bytes =
        zeroize::Zeroizing::new(Binary::from_text(text.expose()).map_err(|_| malformed())?.0);
    let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| malformed())?;
    Ok(PrfOutput::from_bytes(bytes))
}

/// Where a log stands after an act.
pub(crate) fn after(act: &Act) -> LogEnd {
    let head = act.statement.hash(act.kind);
    let log = if act.statement.sequence == 0 {
        lifeos_protocol::LogId::new(head.first_16())
    } else {
        act.statement.log
    };
    LogEnd {
        log,
        sequence: act.statement.sequence,
        head,
    }
}

/// An act as it is appended at the box.
pub(crate) fn append_of(act: &Act, method: Option<MethodUpload>) -> LogAppend {
    LogAppend {
        statement: Binary::of(&act.statement),
        wraps: act.wraps.iter().map(Binary::of).collect(),
        previous: act
            .previous
            .as_ref()
            .map(|previous| Binary(previous.to_bytes())),
        method,
    }
}
