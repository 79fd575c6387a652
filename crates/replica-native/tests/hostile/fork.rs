//! Two valid histories of one log, made by a box that shows one to each of two devices: both are
//! seen at first contact, nothing is sealed by either, and a person keeps one.

use lifeos_crypto::wrap::Recipient;
use lifeos_protocol::api::{Binary, LogAppend, LogPage};
use lifeos_protocol::log::{AccountBody, LogKind, LogStatement};
use lifeos_protocol::wrap::Wrap;
use lifeos_protocol::{Hash, LogId, RecipientId, Wire};
use lifeos_replica::api::{
    AlarmKind, Call, ForkKey, ForkResolver, ForkView, Phase, ProblemCode, Reply,
};
use lifeos_replica::{BranchSecret, Cause, EngineError, Outside, Resolution, acts};
use lifeos_testkit::{Chance, Kept, Way};

use crate::house::House;
use crate::person::{Device, PATIENCE, asked_groups, empty_out, secret, step_up};
use crate::world::{CHANGES, LOG, World, add_kit, id_of, wait_alarm};

/// Two boxes of one name: each has the one history and takes it for the only one.
pub(crate) struct Forked {
    pub(crate) world: World,
    /// What the first device did went to `world.house`, what the second did went here.
    other: House,
    pub(crate) second: Device,
}

impl Forked {
    /// What the second device has once it has seen the fork, and the head of the other branch.
    fn seen_by_second(&mut self) -> (Kept, Hash) {
        self.world.on(&mut self.second);
        let keep = fork(&self.second).branches[1].head.parse().unwrap();
        (self.world.kept(&self.second), keep)
    }

    /// Two devices that have the same, off, and the box twice.
    fn before() -> Self {
        Self::with(|_| ())
    }

    pub(crate) fn with(more: impl FnOnce(&World)) -> Self {
        let mut world = World::claimed();
        world.first.add_task("before");
        world.first.wait_live();
        more(&world);
        let mut second = world.joined();
        world.settle(&second);
        second.off();
        world.settle(&world.first);
        world.first.off();
        let copy = world.house.back_up();
        let mut other = House::beside(&world.house, copy);
        other.run();
        Self {
            world,
            other,
            second,
        }
    }

    /// The first adds a kit at the one box, the second another at the other. Both are off.
    pub(crate) fn by_kits() -> Self {
        let mut forked = Self::before();
        forked.first_adds_kit();
        forked.second_at_other();
        add_kit(&forked.second);
        forked.second.off();
        forked.lead_home();
        forked
    }

    /// Each erases at its box what is not in the other's log of the space. Both are off.
    fn by_erasures() -> Self {
        let mut forked = Self::with(|world| {
            world.first.add_task("to be erased");
            empty_out(&world.first, "to be erased");
            world
                .first
                .wait(|status| status.to_erase == 1 && status.waiting == 0);
        });
        forked.first_verified();
        forked.world.first.call(Call::Erase);
        forked.world.first.wait_live();
        forked.world.first.off();
        forked.second_at_other();
        forked.second.call(Call::Erase);
        forked.second.wait_live();
        forked.second.off();
        forked.lead_home();
        forked
    }

    /// Each revokes a third at its box, so that each history has an epoch of its own. Both are off.
    pub(crate) fn by_revocations() -> Self {
        let mut third = None;
        let mut forked = Self::with(|world| third = Some(world.joined()));
        let third = third.unwrap();
        let target = id_of(&third).to_hex();
        drop(third);
        let revoke = |device: &Device| {
            device.call(Call::Revoke {
                targets: vec![target.clone()],
            });
            device.wait(|status| !status.rekeying);
            device.wait_live();
        };
        forked.first_verified();
        revoke(&forked.world.first);
        forked.world.first.off();
        forked.second_at_other();
        revoke(&forked.second);
        forked.second.off();
        forked.lead_home();
        forked
    }

    /// The first is on at the one box, and its person verified.
    fn first_verified(&mut self) {
        self.world.first_on();
        self.world.first.wait_live();
        self.world.step_up();
    }

    /// The first adds a kit at the one box. It is off afterwards.
    pub(crate) fn first_adds_kit(&mut self) {
        self.first_verified();
        add_kit(&self.world.first);
        self.world.first.off();
    }

    /// The second is on at the other box, and its person verified.
    pub(crate) fn second_at_other(&mut self) {
        self.world.hop.lead_to(self.other.address());
        self.world.on(&mut self.second);
        self.second.wait_live();
        self.second.call(Call::StepUpKit {
            code: secret(&self.world.sheets[0].payload),
        });
    }

    pub(crate) fn lead_home(&self) {
        self.world.hop.lead_to(self.world.house.address());
    }

    pub(crate) fn kit(&self) -> Option<ForkKey> {
        Some(ForkKey::Kit {
            code: secret(&self.world.sheets[0].payload),
        })
    }

    pub(crate) fn keep(&self, fork: &ForkView, branch: usize) -> Call {
        Call::ResolveFork {
            log: fork.log.clone(),
            keep: fork.branches[branch].head.clone(),
            remove: Vec::new(),
            by: self.kit(),
        }
    }

    /// Both devices write, and each sees the other's.
    pub(crate) fn converge(&mut self, already: &[&str]) {
        self.second.wait_live();
        self.world.first_on();
        self.world.first.wait_live();
        self.world.first.wait_titles(already);
        self.second.add_task("by the second");
        self.world.first.add_task("by the first");
        self.second.wait_live();
        self.world.first.wait_live();
        let mut wanted: Vec<&str> = already.to_vec();
        wanted.extend(["by the second", "by the first"]);
        wait_all(&self.second, &wanted);
        wait_all(&self.world.first, &wanted);
        let (one, two) = (
            self.world.kept(&self.world.first),
            self.world.kept(&self.second),
        );
        let (one, two) = (one.engine(), two.engine());
        assert_eq!(one.account_log().head(), two.account_log().head());
        assert!(!one.account_log().is_frozen() && !two.account_log().is_frozen());
    }
}

/// Waits until the inbox shows these titles, in any order.
fn wait_all(device: &Device, wanted: &[&str]) {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    let mut seen = device.watch();
    let mut titles = device.titles();
    loop {
        titles.sort_unstable();
        if titles == wanted {
            return;
        }
        titles = seen(PATIENCE).unwrap_or_else(|| panic!("still {titles:?}"));
    }
}

pub(crate) fn forks(device: &Device) -> Vec<ForkView> {
    let Reply::Forks { forks } = device.call(Call::Forks) else {
        panic!("forks")
    };
    forks
}

pub(crate) fn fork(device: &Device) -> ForkView {
    wait_alarm(device, AlarmKind::LogFork);
    let mut forks = forks(device);
    assert_eq!(forks.len(), 1);
    forks.remove(0)
}

/// What a device told the box since the hop forgot: pushes, and statements.
fn told(world: &World) -> Vec<String> {
    let seen = world.hop.seen().into_iter();
    let writes = seen.filter(|seen| seen.asked.is("POST", CHANGES) || seen.asked.is("POST", LOG));
    writes.map(|seen| seen.asked.path).collect()
}

#[test]
fn the_history_that_this_device_did_not_follow_is_kept() {
    let mut forked = Forked::by_kits();
    forked.world.on(&mut forked.second);
    let shown = fork(&forked.second);
    assert_eq!((shown.space.as_ref(), shown.branches.len()), (None, 2));
    assert_eq!(shown.resolver, ForkResolver::Method);
    let [ours, theirs] = &shown.branches[..] else {
        panic!("two")
    };
    assert_eq!((ours.followed, ours.at_box), (true, Some(false)));
    assert_eq!((theirs.followed, theirs.at_box), (false, Some(true)));
    for branch in [ours, theirs] {
        let [added] = &branch.adds[..] else {
            panic!("one kit")
        };
        assert_eq!(added.kind, "kit");
        assert_eq!(branch.only_here, branch.adds);
        assert_eq!((branch.acts.len(), branch.removes.len()), (1, 0));
        assert!(branch.keeps_this_device);
    }
    forked.second.add_task("while it was frozen");
    assert_eq!(fork(&forked.second).waiting, 1);
    forked.second.call(forked.keep(&shown, 1));
    assert!(forks(&forked.second).is_empty());
    let kept = forked.world.kept(&forked.second);
    let ended: Hash = ours.head.parse().unwrap();
    let log = kept.engine().account_log();
    assert!(log.position(&ended).is_none());
    let evidence = log.evidence().iter();
    let mut evidence = evidence.map(|statement| statement.hash(LogKind::Account));
    assert!(evidence.any(|hash| hash == ended), "it is kept as evidence");
    // The first never saw the other history.
    forked.converge(&["before", "while it was frozen"]);
    assert!(
        !forked
            .world
            .kept(&forked.world.first)
            .causes()
            .contains(&Cause::LogFork)
    );
}

#[test]
fn the_history_that_this_device_followed_is_kept_and_who_followed_the_other_comes_over() {
    // Three statements that are refused, or one: who comes over from the longer history has to read
    // from where they part.
    for more in [0, 2] {
        who_followed_the_other_comes_over(more);
    }
}

fn who_followed_the_other_comes_over(more: usize) {
    let mut forked = Forked::by_kits();
    if more > 0 {
        forked.first_verified();
        for _ in 0..more {
            add_kit(&forked.world.first);
        }
        forked.world.first.off();
    }
    forked.world.on(&mut forked.second);
    fork(&forked.second);
    forked.second.off();
    forked.world.hop.lead_to(forked.other.address());
    // The first finds the other history at this box, and waits.
    forked.world.first_on();
    let shown = fork(&forked.world.first);
    assert_eq!(shown.branches[0].at_box, Some(false));
    forked.world.first.add_task("while it was frozen");
    forked.world.on(&mut forked.second);
    forked
        .second
        .wait(|status| status.sync != lifeos_replica::api::SyncState::Offline);
    let shown = fork(&forked.second);
    forked.second.call(forked.keep(&shown, 0));
    forked.second.wait_live();
    forked.world.first.wait_live();
    assert!(forks(&forked.world.first).is_empty());
    forked.world.first.off();
    forked.converge(&["before", "while it was frozen"]);
}

#[test]
fn a_box_that_goes_on_with_the_other_history_is_said_and_nothing_changes() {
    let mut forked = Forked::by_kits();
    forked.world.on(&mut forked.second);
    let shown = fork(&forked.second);
    let before = forked.world.kept(&forked.second);
    let problem = forked.second.refused(forked.keep(&shown, 0));
    assert_eq!(problem.code, ProblemCode::OtherHistory);
    let after = forked.world.kept(&forked.second);
    assert_eq!(
        after.engine().account_log().to_bytes(),
        before.engine().account_log().to_bytes()
    );
    assert!(after.standing().frozen);
}

#[test]
fn nothing_is_sealed_and_nothing_sent_while_two_histories_stand() {
    let mut forked = Forked::by_kits();
    forked.world.on(&mut forked.second);
    fork(&forked.second);
    forked.world.hop.forget();
    forked.second.add_task("waits");
    forked.second.call(Call::StepUpKit {
        code: secret(&forked.world.sheets[0].payload),
    });
    let target = id_of(&forked.second).to_hex();
    let refused = forked.second.refused(Call::Revoke {
        targets: vec![target],
    });
    assert_eq!(refused.code, ProblemCode::Frozen);
    let Reply::Kits { sheets } = forked.second.call(Call::AddKitBegin) else {
        panic!("a kit")
    };
    let refused = forked.second.refused(Call::AddKitProve {
        groups: asked_groups(&sheets[0]),
    });
    assert_eq!(refused.code, ProblemCode::Frozen);
    forked.second.reload();
    forked.second.wait_locked();
    forked.second.call(Call::UnlockKit {
        code: secret(&forked.world.sheets[0].payload),
    });
    forked
        .second
        .wait(|status| status.sync != lifeos_replica::api::SyncState::Offline);
    assert_eq!(fork(&forked.second).waiting, 1);
    assert_eq!(told(&forked.world), [""; 0]);
    // Nor to a box that goes on with the history that this device followed, and would take it.
    forked.second.off();
    forked.world.hop.lead_to(forked.other.address());
    let elsewhere = forked.world.joined();
    elsewhere.add_task("elsewhere");
    elsewhere.wait_live();
    drop(elsewhere);
    forked.world.hop.forget();
    forked.world.on(&mut forked.second);
    // Everything was pulled: what could be sent would be on its way before anything else.
    wait_all(&forked.second, &["before", "elsewhere", "waits"]);
    let shown = fork(&forked.second);
    assert_eq!(shown.waiting, 1);
    forked.second.call(forked.keep(&shown, 0));
    forked.second.wait_live();
    let told = told(&forked.world);
    let settled = told.iter().position(|path| path.contains("/logs/"));
    assert_eq!(settled, Some(0), "{told:?}");
    assert!(told.len() > 1, "what waited was sent: {told:?}");
}

#[test]
fn a_thief_who_cut_the_owner_off_in_one_history_is_removed_with_the_other() {
    let mut forked = Forked::before();
    forked.world.first_on();
    forked.world.first.wait_live();
    forked.world.step_up();
    add_kit(&forked.world.first);
    forked.world.first.off();
    let first = forked.world.kept(&forked.world.first).device;
    forked.second_at_other();
    forked.second.call(Call::Revoke {
        targets: vec![first.to_hex()],
    });
    forked.second.wait(|status| !status.rekeying);
    forked.second.wait_live();
    let thief = id_of(&forked.second);
    let other = forked.world.kept(&forked.second);
    let stolen = other
        .engine()
        .account_log()
        .statements()
        .last()
        .unwrap()
        .clone();
    forked.second.off();
    forked.lead_home();
    // The box shows the first what the second was shown.
    let (account, page) = (other.account, Binary::of(&stolen));
    forked.world.hop.on_answer(move |asked, answer| {
        asked.is("GET", &format!("/api/v1/logs/{account}"))
            && answer.alter_json::<LogPage>(|told| told.statements.push(page.clone()))
    });
    forked.world.first_on();
    let shown = fork(&forked.world.first);
    let removes: Vec<&str> = shown.branches[1]
        .removes
        .iter()
        .map(|who| who.id.as_str())
        .collect();
    assert_eq!(removes, [first.to_hex()]);
    assert!(!shown.branches[1].keeps_this_device);
    forked.world.first.add_task("not for the thief");
    forked.world.hop.be_honest();
    forked.world.hop.forget();
    forked.world.first.call(Call::ResolveFork {
        log: shown.log.clone(),
        keep: shown.branches[0].head.clone(),
        remove: vec![thief.to_hex()],
        by: forked.kit(),
    });
    forked.world.first.wait(|status| !status.rekeying);
    forked.world.first.wait_live();
    for seen in forked.world.hop.seen() {
        let Some(append) = seen
            .asked
            .is("POST", LOG)
            .then(|| seen.asked.json::<LogAppend>())
        else {
            continue;
        };
        for wrap in append.unwrap().wraps {
            let wrap: Wrap = wrap.decode().unwrap();
            assert_ne!(wrap.header.recipient, RecipientId::from(thief));
        }
    }
    let log = forked
        .world
        .kept(&forked.world.first)
        .engine()
        .account_log()
        .clone();
    assert!(log.device(thief).unwrap().revoked.is_some());
    assert!(log.device(first).unwrap().revoked.is_none());
    // Its own history says otherwise; the one that was kept decides.
    forked.world.on(&mut forked.second);
    forked.second.wait(|status| status.phase == Phase::Revoked);
}

#[test]
fn cut_after_the_box_took_it_a_resolution_is_fetched_at_the_next_start() {
    for followed in [true, false] {
        let mut forked = Forked::by_kits();
        forked.world.on(&mut forked.second);
        fork(&forked.second);
        if followed {
            forked.second.off();
            forked.world.hop.lead_to(forked.other.address());
            forked.world.on(&mut forked.second);
            forked
                .second
                .wait(|status| status.sync != lifeos_replica::api::SyncState::Offline);
        }
        forked.second.add_task("while it was frozen");
        let shown = fork(&forked.second);
        forked
            .world
            .hop
            .on_asked(|asked| match asked.is("POST", LOG) {
                true => Way::OneWay,
                false => Way::On,
            });
        let problem = forked
            .second
            .refused(forked.keep(&shown, usize::from(!followed)));
        assert_eq!(problem.code, ProblemCode::Offline);
        forked.second.off();
        assert!(forked.world.kept(&forked.second).standing().frozen);
        forked.world.hop.be_honest();
        forked.world.on(&mut forked.second);
        forked.second.wait_live();
        assert!(forks(&forked.second).is_empty());
        forked.converge(&["before", "while it was frozen"]);
    }
}

#[test]
fn a_resolution_that_a_device_signed_is_taken_by_no_reader() {
    let mut forked = Forked::by_kits();
    let (kept, keep) = forked.seen_by_second();
    let engine = kept.engine();
    let branch = engine.account_branch(&keep).unwrap();
    let end = acts::LogEnd {
        log: branch.id(),
        sequence: branch.sequence(),
        head: branch.head(),
    };
    let secret = engine.account_secret_on(&branch).unwrap();
    let mut chance = Chance::new(28);
    // Sealed to everybody it should be: only who signed is wrong.
    let devices = branch.active_devices();
    let methods = branch.active_methods();
    let stay: Vec<Recipient> = devices
        .map(|device| Recipient::device(&device.keys))
        .chain(methods.map(|method| Recipient::method(&method.keys)))
        .collect();
    let (act, _) = acts::resolve_account(
        &end,
        engine.device_keys(),
        &secret,
        engine.account_log().head(),
        Vec::new(),
        Vec::new(),
        engine.log_cuts(&branch),
        &stay,
        1,
        &mut chance,
    )
    .unwrap();
    let (account, page) = (kept.account, Binary::of(&act.statement));
    forked.world.hop.on_answer(move |asked, answer| {
        asked.is("GET", &format!("/api/v1/logs/{account}"))
            && answer.alter_json::<LogPage>(|told| told.statements.push(page.clone()))
    });
    forked.second.off();
    forked.world.on(&mut forked.second);
    forked.world.first_on();
    for device in [&forked.second, &forked.world.first] {
        wait_alarm(device, AlarmKind::Tampered);
        let kept = forked.world.kept(device);
        assert!(kept.causes().contains(&Cause::StatementForged));
        let log = kept.engine().account_log();
        let resolves = |statement: &LogStatement| {
            matches!(
                AccountBody::from_bytes(&statement.body),
                Ok(AccountBody::Resolve(_))
            )
        };
        assert!(!log.statements().iter().any(resolves));
    }
    assert!(forked.world.kept(&forked.second).standing().frozen);
}

#[test]
fn two_histories_of_a_space_are_settled_by_a_device_of_its_owner() {
    let mut forked = Forked::by_erasures();
    forked.world.on(&mut forked.second);
    let shown = fork(&forked.second);
    assert_eq!(shown.space.as_ref(), Some(&shown.log));
    assert_eq!(shown.resolver, ForkResolver::ThisDevice);
    forked.second.add_task("while it was frozen");
    let keep = Call::ResolveFork {
        log: shown.log.clone(),
        keep: shown.branches[1].head.clone(),
        remove: Vec::new(),
        by: None,
    };
    let problem = forked.second.refused(keep.clone());
    assert_eq!(problem.code, ProblemCode::StepUpNeeded);
    step_up(&forked.second, &mut forked.world.passkey);
    forked.second.call(keep);
    assert!(forks(&forked.second).is_empty());
    forked.converge(&["before", "while it was frozen"]);
}

/// What an engine says to a settling with this secret, by no method.
fn settling(kept: &Kept, log: LogId, keep: Hash, secret: &BranchSecret) -> Option<EngineError> {
    let mut chance = Chance::new(5);
    let mut out = Outside {
        now_ms: 1,
        rng: &mut chance,
    };
    let resolution = Resolution {
        log,
        keep,
        remove: Vec::new(),
        secret,
        method: None,
    };
    kept.engine().make_resolve(resolution, &mut out).err()
}

#[test]
fn an_account_is_settled_by_no_device_of_it() {
    let mut forked = Forked::by_kits();
    let (kept, keep) = forked.seen_by_second();
    let branch = kept.engine().account_branch(&keep).unwrap();
    let secret = BranchSecret::Account(kept.engine().account_secret_on(&branch).unwrap());
    let refused = settling(&kept, branch.id(), keep, &secret);
    assert!(matches!(refused, Some(EngineError::NoKey)), "{refused:?}");
}

#[test]
fn a_space_is_settled_by_no_secret_of_another_log() {
    let mut forked = Forked::by_erasures();
    let (kept, keep) = forked.seen_by_second();
    let (engine, space) = (kept.engine(), kept.space());
    let accounts = BranchSecret::Account(engine.account_secret_on(engine.account_log()).unwrap());
    let refused = settling(&kept, space.into(), keep, &accounts);
    assert!(matches!(refused, Some(EngineError::NoKey)), "{refused:?}");
    let branch = engine.space_branch(space, &keep).unwrap();
    let own = BranchSecret::Space(engine.space_secret_on(&branch).unwrap());
    let refused = settling(&kept, space.into(), keep, &own);
    assert!(refused.is_none(), "{refused:?}");
}

#[test]
fn epochs_of_the_refused_history_are_let_go_and_what_was_written_in_them_is_sent() {
    let mut forked = Forked::by_revocations();
    forked.world.on(&mut forked.second);
    let shown = fork(&forked.second);
    forked.second.add_task("in an epoch of the refused history");
    let own = forked.world.kept(&forked.second);
    let space = own.space();
    let began = own.engine().space_log(space).unwrap().head();
    // The key of the branch that is kept is not here: the kit opens it.
    forked.second.call(forked.keep(&shown, 1));
    forked.second.wait_live();
    let after = forked.world.kept(&forked.second);
    let log = after.engine().space_log(space).unwrap();
    assert!(
        log.position(&began).is_none(),
        "the refused re-key counts no more"
    );
    forked.converge(&["before", "in an epoch of the refused history"]);
    let (one, two) = (
        forked.world.kept(&forked.world.first),
        forked.world.kept(&forked.second),
    );
    let head = |kept: &Kept| kept.engine().space_log(space).unwrap().head();
    assert_eq!(head(&one), head(&two));
}
