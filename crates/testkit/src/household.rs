//! Accounts with a space, their box, and their devices.

use lifeos_crypto::{DeviceKeys, LocalKey, SpaceSecret};
use lifeos_protocol::log::{AccountLog, Cut, History, LogKind, Role};
use lifeos_protocol::{AccountId, Class, DeviceId, PublicKeys, SpaceId};
use lifeos_replica::acts::{self, Act, SignerPlace};
use lifeos_replica::{Engine, Identity, Outside};

use crate::{Chance, Device, Relay};

/// A space, its box, and where true time stands.
pub struct Household {
    /// The box.
    pub relay: Relay,
    /// The space.
    pub space: SpaceId,
    /// True time, in milliseconds since 1970.
    pub now_ms: u64,
    chance: Chance,
}

/// A day in November 2026.
const START_MS: u64 = 1_795_000_000_000;

impl Household {
    /// Founds an account with one device and one space.
    ///
    /// # Panics
    /// Where founding fails, which is a fault.
    #[must_use]
    pub fn found(seed: u64) -> (Self, Device) {
        let mut chance = Chance::new(seed);
        let now_ms = START_MS;
        let keys = DeviceKeys::make(&mut chance);
        let account = acts::found_account(&keys, now_ms, &mut chance).expect("own keys are valid");
        let log = AccountLog::start(account.act.statement.clone(), ()).expect("founded by itself");
        let place = SignerPlace {
            account: account.account,
            account_head: log.head(),
        };
        let founded = acts::found_space(
            &keys,
            place,
            &account.secret,
            History::All,
            now_ms,
            &mut chance,
        )
        .expect("own keys are valid");
        let relay = Relay::new(&account.act, &founded.act);
        let local = LocalKey::make(&mut chance);
        let bytes = *local.expose();
        let mut own = chance.split();
        let mut out = Outside {
            now_ms,
            rng: &mut own,
        };
        let mut engine = Engine::create(Identity { local, keys, log }, &mut out);
        engine
            .take_account_secret(account.secret, &mut out)
            .expect("the log names it");
        engine
            .add_space(founded.space, &[founded.act.statement], &mut out)
            .expect("it verifies");
        engine
            .take_space_secret(founded.space, founded.secret, &mut out)
            .expect("the log has it");
        let mut device = Device::new(engine, founded.space, bytes, own);
        device.store(false);
        (
            Self {
                relay,
                space: founded.space,
                now_ms,
                chance,
            },
            device,
        )
    }

    /// Enrols one more device, signed by `by`, which is brought up to date.
    ///
    /// # Panics
    /// Where enrolling fails, which is a fault.
    #[must_use]
    pub fn enrol(&mut self, by: &mut Device) -> Device {
        let now_ms = self.now_ms;
        by.pull(now_ms, &self.relay, usize::MAX);
        by.settle(now_ms, &mut self.relay);
        let keys = DeviceKeys::make(&mut self.chance);
        self.enrol_keys(by, keys.public());
        let local = LocalKey::make(&mut self.chance);
        let bytes = *local.expose();
        let mut own = self.chance.split();
        let mut out = Outside {
            now_ms,
            rng: &mut own,
        };
        let log = self.relay.account(by.engine().account()).clone();
        let mut engine = Engine::create(Identity { local, keys, log }, &mut out);
        self.show_space(&mut engine, &mut out);
        let mut device = Device::new(engine, self.space, bytes, own);
        device.settle(now_ms, &mut self.relay);
        device
    }

    /// Enrols keys in the account of `by`, whoever has them.
    ///
    /// # Panics
    /// Where enrolling fails, which is a fault.
    pub fn enrol_keys(&mut self, by: &mut Device, keys: &PublicKeys) {
        let now_ms = self.now_ms;
        let chance = &mut self.chance;
        let act = by.with(now_ms, |engine, _, out| {
            let secret = engine.account_secret().expect("a full device has it");
            let end = engine.account_end();
            let signer = engine.device_keys();
            acts::add_device(&end, signer, secret, keys, Class::Full, out.now_ms, chance)
        });
        let act = act.expect("a fresh device's keys are valid");
        assert!(
            self.relay.append(&act),
            "the box takes an enrolment by an enrolled device"
        );
        by.with(now_ms, |engine, _, out| {
            engine
                .apply_statement(LogKind::Account, &act.statement, out)
                .expect("own statement");
        });
        by.store(false);
    }

    /// Founds an account of which the box knows, and no space.
    ///
    /// # Panics
    /// Where founding fails, which is a fault.
    pub fn found_stranger(&mut self) -> AccountId {
        let keys = DeviceKeys::make(&mut self.chance);
        let founded =
            acts::found_account(&keys, self.now_ms, &mut self.chance).expect("own keys are valid");
        self.relay.admit(&founded.act);
        founded.account
    }

    /// Gives a new device's engine the space's log, and the logs of those whom it names.
    fn show_space(&self, engine: &mut Engine, out: &mut Outside<'_>) {
        let statements = self.relay.space.statements();
        for account in engine.accounts_wanted(statements) {
            let log = self.relay.account(account);
            engine
                .meet(account, log.statements(), out)
                .expect("the box has judged it");
        }
        engine
            .add_space(self.space, statements, out)
            .expect("it verifies");
    }

    /// Founds one more account with its first device, and adds it to the space in a role.
    ///
    /// # Panics
    /// Where the founding or the adding fails, which is a fault.
    #[must_use]
    pub fn invite(&mut self, by: &mut Device, role: Role) -> Device {
        self.try_invite(by, role)
            .expect("the box takes what an owner adds")
    }

    /// As [`Self::invite`], by a device that may not be allowed to, or not know enough.
    ///
    /// # Panics
    /// Where the founding fails, which is a fault.
    pub fn try_invite(&mut self, by: &mut Device, role: Role) -> Option<Device> {
        let now_ms = self.now_ms;
        let keys = DeviceKeys::make(&mut self.chance);
        let founded =
            acts::found_account(&keys, now_ms, &mut self.chance).expect("own keys are valid");
        let log = AccountLog::start(founded.act.statement.clone(), ()).expect("founded by itself");
        self.relay.admit(&founded.act);
        if !self.try_add(by, founded.account, role) {
            return None;
        }
        let local = LocalKey::make(&mut self.chance);
        let bytes = *local.expose();
        let mut own = self.chance.split();
        let mut out = Outside {
            now_ms,
            rng: &mut own,
        };
        let mut engine = Engine::create(Identity { local, keys, log }, &mut out);
        engine
            .take_account_secret(founded.secret, &mut out)
            .expect("the log names it");
        self.show_space(&mut engine, &mut out);
        let mut device = Device::new(engine, self.space, bytes, own);
        device.settle(now_ms, &mut self.relay);
        device.store(false);
        Some(device)
    }

    /// Adds an account that the box has to the space, by the statement of a device that is brought
    /// up to date.
    ///
    /// # Panics
    /// Where the adding fails, which is a fault.
    pub fn add(&mut self, by: &mut Device, account: AccountId, role: Role) {
        let taken = self.try_add(by, account, role);
        assert!(taken, "the box takes what an owner adds");
    }

    /// As [`Self::add`]; tells whether it was made and the box took it.
    ///
    /// # Panics
    /// Where the box judged a log wrongly, which is a fault.
    pub fn try_add(&mut self, by: &mut Device, account: AccountId, role: Role) -> bool {
        let now_ms = self.now_ms;
        by.pull(now_ms, &self.relay, usize::MAX);
        by.settle(now_ms, &mut self.relay);
        let statements = self.relay.account(account).statements().to_vec();
        let act = by.with(now_ms, |engine, space, out| {
            engine
                .meet(account, &statements, out)
                .expect("the box has judged it");
            engine.make_add_member(space, account, role, out)
        });
        act.is_ok_and(|act| self.try_act(by, &act, None))
    }

    /// Removes an account from the space, by what a device has now; tells whether the box took it.
    ///
    /// # Panics
    /// Where the statement cannot be made, which is a fault.
    pub fn remove(&mut self, by: &mut Device, account: AccountId) -> bool {
        let made = by.with(self.now_ms, |engine, space, out| {
            engine.make_remove_member(space, account, out)
        });
        let (act, secret) = made.expect("whom it knows it can remove");
        self.try_act(by, &act, Some(secret))
    }

    /// As [`Self::remove`]; false also where the device cannot make the statement.
    pub fn try_remove(&mut self, by: &mut Device, account: AccountId) -> bool {
        let made = by.with(self.now_ms, |engine, space, out| {
            engine.make_remove_member(space, account, out)
        });
        made.is_ok_and(|(act, secret)| self.try_act(by, &act, Some(secret)))
    }

    /// Gives an account another role, by what a device has now; tells whether the box took it.
    ///
    /// # Panics
    /// Where the statement cannot be made, which is a fault.
    pub fn set_role(&mut self, by: &mut Device, account: AccountId, role: Role) -> bool {
        let made = by.with(self.now_ms, |engine, space, out| {
            engine.make_set_role(space, account, role, out)
        });
        self.try_act(by, &made.expect("whom it knows it can name"), None)
    }

    /// As [`Self::set_role`]; false also where the device cannot make the statement.
    pub fn try_set_role(&mut self, by: &mut Device, account: AccountId, role: Role) -> bool {
        let made = by.with(self.now_ms, |engine, space, out| {
            engine.make_set_role(space, account, role, out)
        });
        made.is_ok_and(|act| self.try_act(by, &act, None))
    }

    /// Offers a statement to the box and, where it was taken, to the device that made it.
    pub fn try_act(&mut self, by: &mut Device, act: &Act, secret: Option<SpaceSecret>) -> bool {
        if !self.relay.append(act) {
            return false;
        }
        by.with(self.now_ms, |engine, space, out| {
            engine
                .apply_statement(act.kind, &act.statement, out)
                .expect("own statement");
            if let Some(secret) = secret {
                engine
                    .take_space_secret(space, secret, out)
                    .expect("own secret");
            }
        });
        by.store(false);
        true
    }

    /// Revokes a device: one statement with cuts, taken by the box and by `by`.
    ///
    /// # Panics
    /// Where revoking fails, which is a fault.
    pub fn revoke(&mut self, by: &mut Device, target: DeviceId) {
        let now_ms = self.now_ms;
        by.pull(now_ms, &self.relay, usize::MAX);
        by.settle(now_ms, &mut self.relay);
        self.revoke_while(by, target);
    }

    /// Revokes a device by what `by` has now, though the box may have more.
    ///
    /// # Panics
    /// Where revoking fails, which is a fault.
    pub fn revoke_while(&mut self, by: &mut Device, target: DeviceId) {
        let cuts = by.engine().cuts_for(&[target]);
        self.revoke_by(by, target, cuts);
    }

    /// Revokes a device by cuts that `by` gives, whatever it knows.
    ///
    /// # Panics
    /// Where revoking fails, which is a fault.
    pub fn revoke_by(&mut self, by: &mut Device, target: DeviceId, cuts: Vec<Cut>) {
        let now_ms = self.now_ms;
        let (act, secret) = by.with(now_ms, |engine, _, out| {
            let targets = vec![target.into()];
            let stay: Vec<_> = engine
                .account_log()
                .active_devices()
                .filter(|device| device.id != target)
                .map(|device| lifeos_crypto::wrap::Recipient::device(&device.keys))
                .collect();
            acts::revoke(
                &engine.account_end(),
                engine.device_keys(),
                engine.account_secret().expect("a full device has it"),
                targets,
                cuts,
                engine.log_cuts(engine.account_log()),
                &stay,
                out.now_ms,
                &mut self.chance,
            )
            .expect("enrolled keys are valid")
        });
        assert!(
            self.relay.append(&act),
            "the box takes a revocation by an enrolled device"
        );
        by.with(now_ms, |engine, _, out| {
            engine
                .apply_statement(LogKind::Account, &act.statement, out)
                .expect("own statement");
            engine.take_account_secret(secret, out).expect("own secret");
        });
        by.settle(now_ms, &mut self.relay);
    }

    /// Brings devices together until nothing moves: everybody pushes and pulls everything.
    pub fn meet(&mut self, devices: &mut [&mut Device]) {
        for _ in 0..3 {
            for device in devices.iter_mut() {
                device.store(false);
                device.pull(self.now_ms, &self.relay, usize::MAX);
                device.settle(self.now_ms, &mut self.relay);
                while device.push(self.now_ms, &mut self.relay, true) {}
                device.store(false);
            }
        }
    }
}
