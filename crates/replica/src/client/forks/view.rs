//! What a person sees of a fork: what each history says, and who is in at its end.

use lifeos_protocol::log::{AccountLog, LogStatement, SpaceLog};
use lifeos_protocol::{AccountId, Class, DeviceId, Hash, LogId};

use super::super::data::{account_entry, space_entry};
use super::super::methods::{class_name, kind_name};
use super::super::open::Open;
use crate::api::{ActivityEntry, ForkBranch, ForkMember, ForkResolver, ForkView};

impl Open {
    /// The forks that stand; `reached` says whether the box has told how it goes on.
    pub(crate) fn forks(&self, reached: bool) -> Vec<ForkView> {
        let account = LogId::from(self.engine.account());
        let views = self.engine.frozen_logs().into_iter().map(|log| {
            let at_box = self.book.head_at_box(log).filter(|_| reached);
            if log == account {
                self.account_fork(log, at_box)
            } else {
                self.space_fork(log, at_box)
            }
        });
        views.flatten().collect()
    }

    fn account_fork(&self, log: LogId, at_box: Option<Hash>) -> Option<ForkView> {
        let engine = &self.engine;
        let branches = engine.account_log().branches();
        let after = branches.first()?.statements.first()?.sequence - 1;
        let logs: Vec<AccountLog> = branches
            .iter()
            .filter_map(|branch| engine.account_branch(&branch.head))
            .collect();
        let views = branches.iter().zip(&logs).map(|(branch, own)| {
            let others = || logs.iter().filter(|log| log.head() != own.head());
            let everyone = self.signers(own);
            let now = |id: &str| is_active(own, id, own.sequence());
            let then = |id: &str| is_active(own, id, after);
            let everywhere = |id: &str| others().all(|log| is_active(log, id, log.sequence()));
            ForkBranch {
                adds: some(&everyone, |id| now(id) && !then(id)),
                removes: some(&everyone, |id| !now(id) && then(id)),
                only_here: some(&everyone, |id| now(id) && !everywhere(id)),
                keeps_this_device: now(&engine.device().to_hex()),
                ..branch_of(
                    branch.head,
                    branch.statements,
                    account_entry,
                    at_box,
                    |head| own.position(head).is_some(),
                )
            }
        });
        Some(ForkView {
            log: log.to_string(),
            space: None,
            after,
            branches: with_followed(views.collect()),
            waiting: self.waiting(None),
            resolver: ForkResolver::Method,
        })
    }

    fn space_fork(&self, log: LogId, at_box: Option<Hash>) -> Option<ForkView> {
        let (engine, space) = (&self.engine, log.into());
        let held = engine.space_log(space)?;
        let branches = held.branches();
        let after = branches.first()?.statements.first()?.sequence - 1;
        let logs: Vec<SpaceLog> = branches
            .iter()
            .filter_map(|branch| engine.space_branch(space, &branch.head))
            .collect();
        let own = engine.account();
        let views = branches.iter().zip(&logs).map(|(branch, log)| {
            let others = || logs.iter().filter(|other| other.head() != log.head());
            let everyone: Vec<ForkMember> = log.accounts().map(account_member).collect();
            let role = |log: &SpaceLog, id: &str, at| {
                id.parse::<AccountId>()
                    .is_ok_and(|id| log.role_at(id, at).is_some())
            };
            let now = |id: &str| role(log, id, log.sequence());
            let then = |id: &str| role(log, id, after);
            let everywhere = |id: &str| others().all(|log| role(log, id, log.sequence()));
            ForkBranch {
                adds: some(&everyone, |id| now(id) && !then(id)),
                removes: some(&everyone, |id| !now(id) && then(id)),
                only_here: some(&everyone, |id| now(id) && !everywhere(id)),
                keeps_this_device: now(&own.to_hex()),
                ..branch_of(
                    branch.head,
                    branch.statements,
                    space_entry,
                    at_box,
                    |head| log.position(head).is_some(),
                )
            }
        });
        Some(ForkView {
            log: log.to_string(),
            space: Some(log.to_string()),
            after,
            branches: with_followed(views.collect()),
            waiting: self.waiting(Some(log)),
            resolver: self.space_resolver(held),
        })
    }

    /// Who settles a fork of a space's log.
    pub(crate) fn space_resolver(&self, log: &SpaceLog) -> ForkResolver {
        let engine = &self.engine;
        let account = engine.account();
        if engine.account_log().is_frozen() {
            return ForkResolver::AccountFirst;
        }
        let eldest: Vec<AccountId> = log.eldest_owners().collect();
        match eldest.first() {
            Some(owner) if !eldest.contains(&account) => ForkResolver::Owner {
                account: owner.to_hex(),
            },
            _ => {
                let device = engine.account_log().device(engine.device());
                match device.is_some_and(|device| device.class == Class::Full) {
                    true => ForkResolver::ThisDevice,
                    false => ForkResolver::OwnDevice,
                }
            }
        }
    }

    fn waiting(&self, only: Option<LogId>) -> u32 {
        let spaces = self
            .engine
            .spaces()
            .filter(|space| only.is_none_or(|log| log == (*space).into()));
        let standings = spaces.filter_map(|space| self.engine.standing(space));
        let waiting = standings.map(|standing| standing.waiting).sum::<usize>();
        u32::try_from(waiting).unwrap_or(u32::MAX)
    }

    /// Every device and way to unlock that an account's log ever had.
    fn signers(&self, log: &AccountLog) -> Vec<ForkMember> {
        let devices = log.devices().map(|device| ForkMember {
            id: device.id.to_hex(),
            kind: class_name(device.class).to_owned(),
            name: self.device_name(device.id),
            this: device.id == self.engine.device(),
        });
        let methods = log.methods().map(|method| ForkMember {
            id: method.id.to_hex(),
            kind: kind_name(method.kind).to_owned(),
            name: None,
            this: false,
        });
        devices.chain(methods).collect()
    }
}

fn is_active(log: &AccountLog, id: &str, at: u32) -> bool {
    let signer = id
        .parse::<DeviceId>()
        .ok()
        .and_then(|id| log.signer(id.into()));
    signer.is_some_and(|signer| signer.is_active_at(at))
}

fn account_member(account: AccountId) -> ForkMember {
    ForkMember {
        id: account.to_hex(),
        kind: "account".to_owned(),
        name: None,
        this: false,
    }
}

fn some(all: &[ForkMember], is: impl Fn(&str) -> bool) -> Vec<ForkMember> {
    all.iter().filter(|one| is(&one.id)).cloned().collect()
}

fn branch_of(
    head: Hash,
    statements: &[LogStatement],
    entry: fn(&LogStatement) -> ActivityEntry,
    at_box: Option<Hash>,
    has: impl Fn(&Hash) -> bool,
) -> ForkBranch {
    ForkBranch {
        head: head.to_hex(),
        acts: statements.iter().map(entry).collect(),
        followed: false,
        at_box: at_box.map(|at_box| has(&at_box)),
        adds: Vec::new(),
        removes: Vec::new(),
        only_here: Vec::new(),
        keeps_this_device: true,
    }
}

/// The first is the line.
fn with_followed(mut branches: Vec<ForkBranch>) -> Vec<ForkBranch> {
    if let Some(line) = branches.first_mut() {
        line.followed = true;
    }
    branches
}
