//! The end of a claim: kits, their proof, and the one request that the box takes or not.

use lifeos_crypto::{LocalKey, MethodKeys, VaultHalf};
use lifeos_protocol::MethodKind;
use lifeos_protocol::anchor::Floor;
use lifeos_protocol::api::{Binary, ClaimFinish, ClaimedLog, MethodUpload};
use lifeos_protocol::keys::Class;
use lifeos_protocol::log::{AccountLog, History};
use lifeos_protocol::method_key::SealedMethodKey;

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::kits::NewKit;
use super::super::link::{Waiting, done};
use super::super::material::decode;
use super::super::methods::{after, append_of};
use super::super::open::Founded;
use super::super::vault::{UnlockWay, Vault};
use super::super::ways::method_way;
use super::super::{Client, State};
use super::{Asked, Claiming, claiming};
use crate::acts::{self, SignerPlace};
use crate::api::{Problem, ProblemCode, Reply, SecretText};

impl Client {
    /// Makes the kits and the statements of all methods; the sheets name the log's last head.
    pub(super) fn make_kits(&mut self, call: u64, count: usize) -> Result<(), Problem> {
        let now_ms = self.now.wall_ms;
        let (claiming, rng) = claiming!(self);
        let account = claiming.founded.account;
        claiming.kits = (0..count).map(|_| NewKit::make(account, rng)).collect();
        claiming.appends.clear();
        claiming.end = after(&claiming.founded.act);
        let mut methods: Vec<(&MethodKeys, &SealedMethodKey, MethodKind, MethodUpload)> =
            Vec::new();
        if let Some(passkey) = claiming.passkey.keys() {
            let upload = MethodUpload {
                sealed: Binary::of(&passkey.sealed),
                kit_lookup: None,
                credential: Some(Binary(claiming.passkey.id())),
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
        let (Some(ceremony), Some(credential)) = (
            claiming.ceremony.clone(),
            claiming.passkey.credential().cloned(),
        ) else {
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
            History::All,
            now_ms,
            rng,
        )
        .map_err(|_| Problem::from(ProblemCode::Malformed))?;
        let halves = claiming
            .passkey
            .keys()
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
            entry: claiming.entry.clone(),
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

    pub(super) fn claim_finished(
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
            inviter,
            ..
        } = *claiming;
        let (vault, local_key, space) = finishing.ok_or(ProblemCode::WrongPhase)?;
        let mut log = AccountLog::start(founded.act.statement, ())
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        for append in &appends {
            let statement = decode(&append.statement)?;
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
                inviter,
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
        let credential = self.passkey.id();
        let mut ways = Vec::new();
        if let Some(half) = own_half {
            ways.push(UnlockWay::Halves {
                credential: credential.clone(),
                half: *half.expose(),
            });
        }
        let passkey = self
            .passkey
            .keys()
            .into_iter()
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
            first: 0,
            ways,
        })
    }
}
