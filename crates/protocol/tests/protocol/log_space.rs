//! Who may write what into a space log.

use std::collections::BTreeMap;

use lifeos_protocol::judge::StandingErasure;
use lifeos_protocol::log::{
    AccountLog, AddMember, Applied, Cut, Draft, Erased, History, Limit, LogKind, LogRefusal,
    NamedWrap, RemoveMember, Resolve, Role, SetRole, SpaceBody, SpaceLog,
};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{AccountId, Class, DeviceId, Hash, MethodKind, Wire};

use crate::people::{
    Party, account, add_device, add_method, by_device, cut, revoke, some_hash, space, space_epoch,
    space_genesis, space_next,
};

/// Anna owns a space; Ben, Cleo and Dora have accounts.
pub(crate) struct Family {
    pub(crate) accounts: BTreeMap<AccountId, AccountLog>,
    pub(crate) devices: BTreeMap<&'static str, Party>,
    ids: BTreeMap<&'static str, AccountId>,
    pub(crate) log: SpaceLog,
}

impl Family {
    pub(crate) fn new() -> Self {
        let mut family = Self {
            accounts: BTreeMap::new(),
            devices: BTreeMap::new(),
            ids: BTreeMap::new(),
            log: space(&account(&Party::new("anna")), &Party::new("anna")),
        };
        for name in ["anna", "ben", "cleo", "dora"] {
            let party = Party::new(name);
            let mut log = account(&party);
            let kit = add_method(&log, &Party::new(&format!("{name}'s kit")), MethodKind::Kit);
            by_device(&mut log, &party, &kit).unwrap();
            family.ids.insert(name, log.account());
            family.accounts.insert(log.account(), log);
            family.devices.insert(name, party);
        }
        family
    }

    pub(crate) fn id(&self, name: &str) -> AccountId {
        self.ids[name]
    }

    pub(crate) fn account(&self, name: &str) -> &AccountLog {
        &self.accounts[&self.ids[name]]
    }

    pub(crate) fn say(&mut self, name: &str, body: &SpaceBody) -> Result<Applied, LogRefusal> {
        self.say_by(name, &self.devices[name].clone(), body)
    }

    pub(crate) fn say_by(
        &mut self,
        name: &str,
        device: &Party,
        body: &SpaceBody,
    ) -> Result<Applied, LogRefusal> {
        let statement = space_next(&self.log, self.account(name), device, body);
        self.log.apply(statement, &self.accounts)
    }

    pub(crate) fn add(&self, name: &str, role: Role) -> SpaceBody {
        let log = self.account(name);
        SpaceBody::AddMember(AddMember {
            at_ms: 1,
            account: log.account(),
            account_head: log.head(),
            role,
            epoch: self.log.epoch(),
            wrap: some_hash(&format!("wrap for {name}")),
            recipient_epoch: log.epoch(),
        })
    }

    pub(crate) fn join(&mut self, name: &str, role: Role) {
        let body = self.add(name, role);
        self.say("anna", &body).unwrap();
    }

    fn epochs_without(&self, name: Option<&str>) -> Vec<(AccountId, u32)> {
        let removed = name.map(|name| self.id(name));
        let members = self
            .log
            .members()
            .map(|(account, _)| account)
            .filter(|account| Some(*account) != removed);
        members
            .map(|account| (account, self.accounts[&account].epoch()))
            .collect()
    }

    pub(crate) fn remove(&self, name: &str, cuts: &[Cut]) -> SpaceBody {
        SpaceBody::RemoveMember(RemoveMember {
            at_ms: 1,
            account: self.id(name),
            cuts: cuts.to_vec(),
            epoch: space_epoch(self.log.epoch() + 1, &self.epochs_without(Some(name))),
        })
    }

    pub(crate) fn rekey(&self) -> SpaceBody {
        SpaceBody::Rekey {
            at_ms: 1,
            epoch: space_epoch(self.log.epoch() + 1, &self.epochs_without(None)),
        }
    }

    fn role(&self, name: &str, role: Role, cuts: &[Cut]) -> SpaceBody {
        SpaceBody::SetRole(SetRole {
            at_ms: 1,
            account: self.id(name),
            role,
            cuts: cuts.to_vec(),
        })
    }

    pub(crate) fn enrol(&mut self, name: &str, device: &str, class: Class) -> Party {
        let party = Party::new(device);
        let by = self.devices[name].clone();
        let log = self.accounts.get_mut(&self.ids[name]).unwrap();
        let body = add_device(log, &party, class);
        by_device(log, &by, &body).unwrap();
        party
    }

    fn revoke(&mut self, name: &str, device: DeviceId) {
        let by = self.devices[name].clone();
        let log = self.accounts.get_mut(&self.ids[name]).unwrap();
        let body = revoke(log, &[device.into()], &[]);
        by_device(log, &by, &body).unwrap();
    }
}

#[test]
fn a_space_begins_with_its_maker_as_owner() {
    let family = Family::new();
    assert_eq!(family.log.role(family.id("anna")), Some(Role::Owner));
    assert_eq!(family.log.role(family.id("ben")), None);
    assert_eq!(family.log.epoch(), 1);
    assert_eq!(family.log.epoch_at(1).unwrap().statement, family.log.head());
    assert_eq!(family.log.id().as_bytes(), &family.log.head().first_16());
}

#[test]
fn a_first_statement_is_judged() {
    let anna = Party::new("anna");
    let log = account(&anna);
    let good = space_genesis(&log, &anna, History::All, Class::Full);
    let change = |change: fn(&mut Draft)| {
        let mut draft = Draft::clone(&good);
        change(&mut draft);
        SpaceLog::start(anna.sign_draft(LogKind::Space, draft), &log).unwrap_err()
    };
    assert_eq!(change(|draft| draft.sequence = 1), LogRefusal::Heads);
    assert_eq!(
        change(|draft| draft.account_head = some_hash("x")),
        LogRefusal::AccountHeadUnknown
    );
    assert_eq!(
        change(|draft| draft.signer = Party::new("x").device().into()),
        LogRefusal::SignerNotActive
    );
    assert_eq!(
        change(|draft| draft.signer_account = AccountId::ZERO),
        LogRefusal::AccountHeadUnknown
    );
    let forged = Party::new("mallory").sign_draft(LogKind::Space, Draft::clone(&good));
    assert_eq!(
        SpaceLog::start(forged, &log).unwrap_err(),
        LogRefusal::BadSignature
    );
    let stranger = SpaceBody::Genesis(lifeos_protocol::log::SpaceGenesis {
        salt: [0; 16],
        at_ms: 1,
        least_class: Class::Full,
        history: History::All,
        epoch: space_epoch(1, &[(log.account(), 1), (AccountId::new([1; 16]), 1)]),
    });
    let mut draft = Draft::clone(&good);
    draft.body = stranger.to_bytes();
    let statement = anna.sign_draft(LogKind::Space, draft);
    assert_eq!(
        SpaceLog::start(statement, &log).unwrap_err(),
        LogRefusal::AccountHeadUnknown
    );
}

#[test]
fn admins_and_owners_add_up_to_their_own_role() {
    let mut family = Family::new();
    family.join("ben", Role::Admin);
    let owner = family.add("cleo", Role::Owner);
    assert_eq!(family.say("ben", &owner), Err(LogRefusal::Outranked));
    let member = family.add("cleo", Role::Member);
    assert_eq!(family.say("ben", &member), Ok(Applied::Added));
    let viewer = family.add("dora", Role::Viewer);
    assert_eq!(family.say("cleo", &viewer), Err(LogRefusal::NotAllowed));
    assert_eq!(family.say("dora", &viewer), Err(LogRefusal::NotAllowed));
    assert_eq!(family.say("anna", &member), Err(LogRefusal::Target));
}

#[test]
fn a_member_is_added_at_a_head_that_was_verified() {
    let mut family = Family::new();
    let SpaceBody::AddMember(good) = family.add("ben", Role::Member) else {
        panic!("an addition")
    };
    type Edit = fn(&mut AddMember);
    let refused: [(Edit, LogRefusal); 5] = [
        (
            |add| add.account_head = some_hash("x"),
            LogRefusal::AccountHeadUnknown,
        ),
        (
            |add| add.account = AccountId::new([1; 16]),
            LogRefusal::AccountHeadUnknown,
        ),
        (|add| add.epoch = 2, LogRefusal::Epoch),
        (|add| add.recipient_epoch = 2, LogRefusal::Wraps),
        (|add| add.wrap = Hash::ZERO, LogRefusal::Wraps),
    ];
    for (change, refusal) in refused {
        let mut add = good.clone();
        change(&mut add);
        assert_eq!(family.say("anna", &SpaceBody::AddMember(add)), Err(refusal));
    }
    family
        .say("anna", &SpaceBody::AddMember(good.clone()))
        .unwrap();
    assert_eq!(
        family.log.named_wrap(&good.wrap),
        Some((family.id("ben").into(), 1))
    );
}

#[test]
fn nobody_removes_or_demotes_who_outranks_them() {
    let mut family = Family::new();
    family.join("ben", Role::Admin);
    family.join("cleo", Role::Admin);
    family.join("dora", Role::Owner);
    for (by, target) in [
        ("ben", "cleo"),
        ("ben", "anna"),
        ("ben", "dora"),
        ("dora", "anna"),
    ] {
        let removal = family.remove(target, &[]);
        assert_eq!(
            family.say(by, &removal),
            Err(LogRefusal::Outranked),
            "{by} removes {target}"
        );
        let demotion = family.role(target, Role::Viewer, &[]);
        assert_eq!(
            family.say(by, &demotion),
            Err(LogRefusal::Outranked),
            "{by} demotes {target}"
        );
    }
    let removal = family.remove("ben", &[]);
    assert_eq!(family.say("dora", &removal), Ok(Applied::Added));
    let removal = family.remove("dora", &[]);
    assert_eq!(family.say("anna", &removal), Ok(Applied::Added));
    let own = family.remove("anna", &[]);
    assert_eq!(family.say("anna", &own), Err(LogRefusal::Target));
}

#[test]
fn one_steps_down_but_never_up_and_the_last_owner_stays() {
    let mut family = Family::new();
    family.join("ben", Role::Admin);
    let up = family.role("ben", Role::Owner, &[]);
    assert_eq!(family.say("ben", &up), Err(LogRefusal::NotAllowed));
    let down = family.role("anna", Role::Member, &[]);
    assert_eq!(family.say("anna", &down), Err(LogRefusal::NobodyLeft));
    family.join("cleo", Role::Owner);
    assert_eq!(family.say("anna", &down), Ok(Applied::Added));
    // Standing is lost with the role: cleo is the elder owner now.
    let back = family.role("anna", Role::Owner, &[]);
    assert_eq!(family.say("cleo", &back), Ok(Applied::Added));
    let removal = family.remove("cleo", &[]);
    assert_eq!(family.say("anna", &removal), Err(LogRefusal::Outranked));
}

#[test]
fn a_removal_re_keys_for_those_who_stay_and_nobody_else() {
    let mut family = Family::new();
    family.join("ben", Role::Member);
    family.join("cleo", Role::Member);
    let SpaceBody::RemoveMember(good) = family.remove("ben", &[]) else {
        panic!("a removal")
    };
    let sealed_to = |members: &[(AccountId, u32)]| {
        let mut removal = good.clone();
        removal.epoch = space_epoch(2, members);
        SpaceBody::RemoveMember(removal)
    };
    let (anna, ben, cleo) = (family.id("anna"), family.id("ben"), family.id("cleo"));
    let with_removed = sealed_to(&[(anna, 1), (cleo, 1), (ben, 1)]);
    assert_eq!(
        family.say("anna", &with_removed),
        Err(LogRefusal::AccountHeadUnknown)
    );
    assert_eq!(
        family.say("anna", &sealed_to(&[(anna, 1)])),
        Err(LogRefusal::Wraps)
    );
    let mut wrong_epoch = good.clone();
    wrong_epoch.epoch.epoch = 3;
    assert_eq!(
        family.say("anna", &SpaceBody::RemoveMember(wrong_epoch)),
        Err(LogRefusal::Epoch)
    );
    let mut forgets = good.clone();
    forgets.epoch.previous = Hash::ZERO;
    assert_eq!(
        family.say("anna", &SpaceBody::RemoveMember(forgets)),
        Err(LogRefusal::Epoch)
    );
    let mut with_key = good.clone();
    with_key.epoch.public_key = Some(crate::people::pattern_key("x"));
    assert_eq!(
        family.say("anna", &SpaceBody::RemoveMember(with_key)),
        Err(LogRefusal::Epoch)
    );
    family.say("anna", &SpaceBody::RemoveMember(good)).unwrap();
    assert_eq!(family.log.epoch(), 2);
    assert_eq!(family.log.role(ben), None);
    assert_eq!(
        family.log.role_at(ben, family.log.sequence() - 1),
        Some(Role::Member)
    );
    let rekey = family.rekey();
    assert_eq!(family.say("ben", &rekey), Err(LogRefusal::NotAllowed));
}

#[test]
fn any_members_device_re_keys_and_changes_no_membership() {
    let mut family = Family::new();
    family.join("ben", Role::Viewer);
    let rekey = family.rekey();
    assert_eq!(family.say("ben", &rekey), Ok(Applied::Added));
    let (anna, ben) = (family.id("anna"), family.id("ben"));
    let lockout = SpaceBody::Rekey {
        at_ms: 1,
        epoch: space_epoch(3, &[(ben, 1)]),
    };
    assert_eq!(family.say("ben", &lockout), Err(LogRefusal::Wraps));
    let stranger = SpaceBody::Rekey {
        at_ms: 1,
        epoch: space_epoch(3, &[(anna, 1), (ben, 1), (family.id("cleo"), 1)]),
    };
    assert_eq!(
        family.say("ben", &stranger),
        Err(LogRefusal::AccountHeadUnknown)
    );
    assert_eq!(family.log.epoch(), 2);
}

#[test]
fn a_re_key_seals_to_the_newest_epoch_that_the_log_knows() {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let rekey = family.rekey();
    family.say("anna", &rekey).unwrap();
    assert!(!family.log.needs_rekey(&family.accounts));
    family.revoke("anna", phone.device());
    assert!(family.log.needs_rekey(&family.accounts));
    let anna = family.id("anna");
    let old = SpaceBody::Rekey {
        at_ms: 1,
        epoch: space_epoch(3, &[(anna, 1)]),
    };
    assert_eq!(family.say("anna", &old), Err(LogRefusal::Wraps));
    let ahead = SpaceBody::Rekey {
        at_ms: 1,
        epoch: space_epoch(3, &[(anna, 3)]),
    };
    assert_eq!(
        family.say("anna", &ahead),
        Err(LogRefusal::AccountHeadUnknown)
    );
    let rekey = family.rekey();
    family.say("anna", &rekey).unwrap();
    assert!(!family.log.needs_rekey(&family.accounts));
    assert_eq!(family.log.sealed_to(anna), Some(2));
}

#[test]
fn a_revoked_device_says_nothing_under_a_newer_head() {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let rekey = family.rekey();
    let old_account = family.account("anna").clone();
    family.revoke("anna", phone.device());
    assert_eq!(
        family.say_by("anna", &phone, &rekey),
        Err(LogRefusal::SignerNotActive)
    );
    // Nor under an older head, once the log has named the newer one.
    let rekey = family.rekey();
    family.say("anna", &rekey).unwrap();
    let body = SpaceBody::ReadBack {
        at_ms: 1,
        manifest: some_hash("m"),
    };
    let statement = space_next(&family.log, &old_account, &phone, &body);
    assert_eq!(
        family.log.apply(statement, &family.accounts),
        Err(LogRefusal::AccountHeadBack)
    );
}

#[test]
fn lesser_devices_get_the_key_as_devices_and_manage_nothing() {
    let mut family = Family::new();
    let tablet = family.enrol("anna", "kitchen tablet", Class::Shared);
    let agent = family.enrol("anna", "agent", Class::Agent);
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let granted = |family: &Family, device: &Party, recipient_epoch: u32| {
        let SpaceBody::Rekey { at_ms, mut epoch } = family.rekey() else {
            panic!("a re-key")
        };
        epoch.wraps.push(NamedWrap {
            recipient: device.device().into(),
            recipient_epoch,
            wrap: some_hash("grant"),
        });
        SpaceBody::Rekey { at_ms, epoch }
    };
    // The space asks for `shared` at least; a full device reads through its account.
    for (device, epoch) in [(&agent, 0), (&phone, 0), (&tablet, 1)] {
        let body = granted(&family, device, epoch);
        assert_eq!(family.say("anna", &body), Err(LogRefusal::Wraps));
    }
    let body = granted(&family, &tablet, 0);
    assert_eq!(family.say("anna", &body), Ok(Applied::Added));
    let add = family.add("ben", Role::Viewer);
    assert_eq!(
        family.say_by("anna", &tablet, &add),
        Err(LogRefusal::NotAllowed)
    );
    assert_eq!(
        family.say_by("anna", &agent, &add),
        Err(LogRefusal::NotAllowed)
    );
    let rekey = granted(&family, &tablet, 0);
    assert_eq!(
        family.say_by("anna", &agent, &rekey),
        Err(LogRefusal::NotAllowed)
    );
    assert_eq!(family.say_by("anna", &tablet, &rekey), Ok(Applied::Added));
    family.revoke("anna", tablet.device());
    let body = granted(&family, &tablet, 0);
    assert_eq!(family.say("anna", &body), Err(LogRefusal::Wraps));
}

#[test]
fn a_method_says_nothing_in_a_space() {
    let mut family = Family::new();
    let kit = Party::new("anna's kit");
    let rekey = family.rekey();
    let mut draft = Draft::clone(&space_next(
        &family.log,
        family.account("anna"),
        &kit,
        &rekey,
    ));
    draft.signer = kit.method().into();
    let statement = kit.sign_draft(LogKind::Space, draft);
    assert_eq!(
        family.log.apply(statement, &family.accounts),
        Err(LogRefusal::NotAllowed)
    );
}

#[test]
fn cuts_end_what_counts_and_a_return_begins_anew() {
    let mut family = Family::new();
    family.join("ben", Role::Member);
    let joined = family.log.sequence();
    let (ben, laptop) = (family.id("ben"), Party::new("ben").device());
    let here = family.log.space();
    let point = ChainPoint {
        counter: 5,
        h: some_hash("h5"),
    };
    assert_eq!(family.log.limit(ben, laptop, joined), Limit::Open);
    let elsewhere = lifeos_protocol::SpaceId::new([1; 16]);
    for bad in [
        vec![cut(laptop, elsewhere, point)],
        vec![cut(laptop, here, point), cut(laptop, here, point)],
        vec![cut(
            laptop,
            here,
            ChainPoint {
                counter: 0,
                h: some_hash("x"),
            },
        )],
    ] {
        let body = family.remove("ben", &bad);
        assert_eq!(family.say("anna", &body), Err(LogRefusal::Cuts));
    }
    let strangers = family.remove("ben", &[cut(Party::new("anna").device(), here, point)]);
    assert_eq!(
        family.say("anna", &strangers),
        Err(LogRefusal::AccountHeadUnknown)
    );
    let body = family.remove("ben", &[cut(laptop, here, point)]);
    family.say("anna", &body).unwrap();
    assert_eq!(family.log.limit(ben, laptop, joined), Limit::Cut(point));
    let other = Party::new("ben's phone").device();
    assert_eq!(
        family.log.limit(ben, other, joined),
        Limit::Cut(chain_start(here, other))
    );
    family.join("ben", Role::Member);
    let back = family.log.sequence();
    assert_eq!(family.log.limit(ben, laptop, back), Limit::Open);
    assert_eq!(family.log.limit(ben, laptop, joined), Limit::Cut(point));
}

#[test]
fn a_demotion_to_viewer_cuts_and_another_does_not() {
    let mut family = Family::new();
    family.join("ben", Role::Admin);
    let joined = family.log.sequence();
    let (ben, laptop, here) = (
        family.id("ben"),
        Party::new("ben").device(),
        family.log.space(),
    );
    let point = ChainPoint {
        counter: 5,
        h: some_hash("h5"),
    };
    let cuts = [cut(laptop, here, point)];
    let to_member = family.role("ben", Role::Member, &cuts);
    assert_eq!(family.say("anna", &to_member), Err(LogRefusal::Cuts));
    let to_member = family.role("ben", Role::Member, &[]);
    family.say("anna", &to_member).unwrap();
    assert_eq!(family.log.limit(ben, laptop, joined), Limit::Open);
    let to_viewer = family.role("ben", Role::Viewer, &cuts);
    family.say("anna", &to_viewer).unwrap();
    assert_eq!(family.log.limit(ben, laptop, joined), Limit::Cut(point));
}

#[test]
fn erasures_are_signed_for_by_who_may() {
    let mut family = Family::new();
    family.join("ben", Role::Member);
    family.join("cleo", Role::Viewer);
    let erase = |device: DeviceId, leaves: &[u16]| SpaceBody::Erasure {
        at_ms: 1,
        erased: vec![Erased {
            device,
            counter: 3,
            leaves: leaves.to_vec(),
        }],
    };
    let (anna, ben) = (Party::new("anna").device(), Party::new("ben").device());
    assert_eq!(
        family.say("ben", &erase(anna, &[1])),
        Err(LogRefusal::NotAllowed)
    );
    assert_eq!(
        family.say("cleo", &erase(Party::new("cleo").device(), &[1])),
        Err(LogRefusal::NotAllowed)
    );
    let nothing = SpaceBody::Erasure {
        at_ms: 1,
        erased: Vec::new(),
    };
    assert_eq!(family.say("anna", &nothing), Err(LogRefusal::Target));
    assert!(matches!(
        family.say("anna", &erase(anna, &[0])),
        Err(LogRefusal::Malformed(_))
    ));
    assert!(matches!(
        family.say("anna", &erase(anna, &[2, 1])),
        Err(LogRefusal::Malformed(_))
    ));
    assert!(!family.log.is_erased(ben, 3, 1));
    family.say("ben", &erase(ben, &[1])).unwrap();
    family.say("anna", &erase(ben, &[2, 4])).unwrap();
    for (leaf, erased) in [(0, false), (1, true), (2, true), (3, false), (4, true)] {
        assert_eq!(family.log.is_erased(ben, 3, leaf), erased, "{leaf}");
    }
    assert!(!family.log.is_erased(ben, 4, 1));
    assert!(!family.log.is_erased(anna, 3, 1));
    // Bodies for it are handed in by who writes, and by nobody else.
    let last = family.log.sequence();
    for (name, writes) in [("anna", true), ("ben", true), ("cleo", false)] {
        let found = StandingErasure::find(&family.log, family.id(name), last);
        assert_eq!(found.is_ok(), writes, "{name}");
    }
}

#[test]
fn a_segment_is_read_back_by_who_writes() {
    let mut family = Family::new();
    family.join("ben", Role::Viewer);
    let body = SpaceBody::ReadBack {
        at_ms: 1,
        manifest: some_hash("m"),
    };
    assert_eq!(family.say("ben", &body), Err(LogRefusal::NotAllowed));
    family.say("anna", &body).unwrap();
    assert_eq!(
        family.log.read_back_by(&some_hash("m")).collect::<Vec<_>>(),
        [Party::new("anna").device()]
    );
}

#[test]
fn a_space_from_now_on_wraps_no_earlier_key() {
    let anna = Party::new("anna");
    let account = account(&anna);
    let mut log = SpaceLog::start(
        space_genesis(&account, &anna, History::FromNowOn, Class::Full),
        &account,
    )
    .unwrap();
    let mut epoch = space_epoch(2, &[(account.account(), 1)]);
    let body = SpaceBody::Rekey {
        at_ms: 1,
        epoch: epoch.clone(),
    };
    let statement = space_next(&log, &account, &anna, &body);
    assert_eq!(log.apply(statement, &account), Err(LogRefusal::Epoch));
    epoch.previous = Hash::ZERO;
    let body = SpaceBody::Rekey { at_ms: 1, epoch };
    let statement = space_next(&log, &account, &anna, &body);
    assert_eq!(log.apply(statement, &account), Ok(Applied::Added));
}

#[test]
fn a_fork_of_a_space_is_settled_by_the_eldest_owner() {
    let mut family = Family::new();
    family.join("ben", Role::Owner);
    let before = family.log.clone();
    let one = space_next(
        &before,
        family.account("anna"),
        &Party::new("anna"),
        &family.add("cleo", Role::Member),
    );
    let two = space_next(
        &before,
        family.account("ben"),
        &Party::new("ben"),
        &family.add("dora", Role::Member),
    );
    family.log.apply(one, &family.accounts).unwrap();
    assert!(matches!(
        family.log.apply(two.clone(), &family.accounts),
        Ok(Applied::Forked(_))
    ));
    let body = SpaceBody::Resolve(Resolve {
        at_ms: 1,
        picked: family.log.head(),
        refused: two.hash(LogKind::Space),
        cuts: Vec::new(),
        epoch: space_epoch(2, &family.epochs_without(None)),
    });
    assert_eq!(family.say("ben", &body), Err(LogRefusal::NotAllowed));
    assert_eq!(family.say("anna", &body), Ok(Applied::Settled));
    assert!(!family.log.is_frozen());
    assert_eq!(family.log.role(family.id("dora")), None);
}

#[test]
fn a_space_log_survives_its_bytes() {
    let mut family = Family::new();
    family.join("ben", Role::Member);
    let bytes = family.log.to_bytes();
    let read = SpaceLog::from_bytes(family.log.id(), &bytes, &family.accounts).unwrap();
    assert_eq!(read.head(), family.log.head());
    assert_eq!(read.to_bytes(), bytes);
}
