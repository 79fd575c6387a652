//! Two valid successors of one statement: evidence, freezing, resolution.

use lifeos_protocol::log::{
    AccountBody, AccountLog, Applied, Draft, LogKind, LogRefusal, LogStatement, ResolveAccount,
};
use lifeos_protocol::{Class, Hash, MethodKind, SignerId};

use crate::people::{
    Party, account, account_epoch, add_device, add_method, by_device, by_method, next, revoke,
    some_hash,
};

struct Forked {
    log: AccountLog,
    laptop: Party,
    kit: Party,
    /// The log up to the common ancestor.
    ancestor: AccountLog,
    ours: LogStatement,
    theirs: LogStatement,
}

/// A laptop enrols a phone; at the same place it enrols mallory's device as well.
fn forked() -> Forked {
    let (laptop, kit) = (Party::new("laptop"), Party::new("kit"));
    let mut ancestor = account(&laptop);
    let body = add_method(&ancestor, &kit, MethodKind::Kit);
    by_device(&mut ancestor, &laptop, &body).unwrap();
    let ours = next(
        &ancestor,
        &laptop,
        laptop.device(),
        &add_device(&ancestor, &Party::new("phone"), Class::Full),
    );
    let theirs = next(
        &ancestor,
        &laptop,
        laptop.device(),
        &add_device(&ancestor, &Party::new("mallory"), Class::Full),
    );
    let mut log = ancestor.clone();
    log.apply(ours.clone(), ()).unwrap();
    let applied = log.apply(theirs.clone(), ()).unwrap();
    let Applied::Forked(fork) = applied else {
        panic!("a fork")
    };
    assert_eq!((fork.after, &fork.ours, &fork.theirs), (1, &ours, &theirs));
    Forked {
        log,
        laptop,
        kit,
        ancestor,
        ours,
        theirs,
    }
}

fn resolve(picked: Hash, refused: Hash, log: &AccountLog, targets: &[SignerId]) -> AccountBody {
    let recipients = log.secret_recipients(targets).into_iter().map(|(id, _)| id);
    AccountBody::Resolve(ResolveAccount {
        at_ms: 1,
        picked,
        refused,
        targets: targets.to_vec(),
        cuts: Vec::new(),
        logs: Vec::new(),
        epoch: account_epoch(log.epoch() + 1, recipients),
    })
}

fn branch(ancestor: &AccountLog, statement: &LogStatement) -> AccountLog {
    let mut log = ancestor.clone();
    log.apply(statement.clone(), ()).unwrap();
    log
}

#[test]
fn a_fork_freezes_the_log_and_keeps_both_statements() {
    let forked = forked();
    assert!(forked.log.is_frozen());
    assert_eq!(forked.log.head(), forked.ours.hash(LogKind::Account));
    assert_eq!(forked.log.evidence(), std::slice::from_ref(&forked.theirs));
    assert!(forked.log.device(Party::new("mallory").device()).is_none());
    assert_eq!(
        forked.log.clone().apply(forked.theirs.clone(), ()),
        Ok(Applied::Known)
    );
}

#[test]
fn an_invalid_second_successor_is_no_fork() {
    let Forked {
        ancestor,
        laptop,
        ours,
        ..
    } = forked();
    let mut log = branch(&ancestor, &ours);
    let mallory = Party::new("mallory");
    let forged = next(
        &ancestor,
        &mallory,
        laptop.device(),
        &add_device(&ancestor, &mallory, Class::Full),
    );
    assert_eq!(log.apply(forged, ()), Err(LogRefusal::BadSignature));
    assert!(!log.is_frozen());
    assert!(log.evidence().is_empty());
}

#[test]
fn the_same_statement_signed_twice_is_no_fork() {
    let Forked { ancestor, ours, .. } = forked();
    let mut log = branch(&ancestor, &ours);
    let again = Draft::clone(&ours).signed(lifeos_protocol::Signature::new([1; 64]));
    assert_eq!(log.apply(again, ()), Ok(Applied::Known));
    assert!(!log.is_frozen());
}

#[test]
fn only_a_method_resolves() {
    let Forked {
        mut log,
        laptop,
        kit,
        ours,
        theirs,
        ..
    } = forked();
    let (picked, refused) = (ours.hash(LogKind::Account), theirs.hash(LogKind::Account));
    let body = resolve(picked, refused, &log, &[]);
    assert_eq!(
        by_device(&mut log, &laptop, &body),
        Err(LogRefusal::NotAllowed)
    );
    assert!(log.is_frozen());
    assert_eq!(by_method(&mut log, &kit, &body), Ok(Applied::Settled));
    assert!(!log.is_frozen());
    assert_eq!(log.epoch(), 2);
    assert_eq!(log.apply(theirs, ()), Err(LogRefusal::RefusedBranch));
}

#[test]
fn a_resolution_may_pick_the_other_branch() {
    let Forked {
        mut log,
        kit,
        ancestor,
        ours,
        theirs,
        ..
    } = forked();
    let other = branch(&ancestor, &theirs);
    let body = resolve(
        theirs.hash(LogKind::Account),
        ours.hash(LogKind::Account),
        &other,
        &[],
    );
    let statement = next(&other, &kit, kit.method(), &body);
    assert_eq!(log.apply(statement.clone(), ()), Ok(Applied::Settled));
    assert!(!log.is_frozen());
    assert_eq!(log.head(), statement.hash(LogKind::Account));
    assert!(log.device(Party::new("mallory").device()).is_some());
    assert!(log.device(Party::new("phone").device()).is_none());
    assert_eq!(log.apply(ours.clone(), ()), Err(LogRefusal::RefusedBranch));
    assert!(log.evidence().contains(&ours));
    assert!(!log.evidence().contains(&theirs));
}

#[test]
fn who_never_saw_the_fork_takes_its_resolution() {
    let Forked {
        kit,
        ancestor,
        ours,
        theirs,
        ..
    } = forked();
    let mut late = branch(&ancestor, &ours);
    let body = resolve(
        ours.hash(LogKind::Account),
        theirs.hash(LogKind::Account),
        &late,
        &[],
    );
    assert_eq!(by_method(&mut late, &kit, &body), Ok(Applied::Settled));
    assert_eq!(late.apply(theirs, ()), Err(LogRefusal::RefusedBranch));
    assert!(!late.is_frozen());
}

#[test]
fn a_longer_refused_branch_settles_when_its_head_is_seen() {
    let Forked {
        laptop,
        kit,
        ancestor,
        ours,
        theirs,
        ..
    } = forked();
    let mut other = branch(&ancestor, &theirs);
    let body = add_device(&other, &Party::new("mallory 2"), Class::Full);
    by_device(&mut other, &laptop, &body).unwrap();
    let longer = other.statements().last().unwrap().clone();
    let mut late = branch(&ancestor, &ours);
    let body = resolve(late.head(), other.head(), &late, &[]);
    by_method(&mut late, &kit, &body).unwrap();
    assert!(matches!(
        late.apply(theirs.clone(), ()),
        Ok(Applied::Forked(_))
    ));
    assert_eq!(late.apply(longer, ()), Ok(Applied::Settled));
    assert!(!late.is_frozen());
    assert_eq!(late.apply(theirs, ()), Err(LogRefusal::RefusedBranch));
}

#[test]
fn both_branches_are_followed_while_frozen() {
    let Forked {
        mut log,
        laptop,
        kit,
        ancestor,
        theirs,
        ..
    } = forked();
    let mut other = branch(&ancestor, &theirs);
    let body = add_device(&other, &Party::new("mallory 2"), Class::Full);
    by_device(&mut other, &laptop, &body).unwrap();
    assert_eq!(
        log.apply(other.statements().last().unwrap().clone(), ()),
        Ok(Applied::Rival)
    );
    let body = add_device(&log, &Party::new("tablet"), Class::Shared);
    assert_eq!(by_device(&mut log, &laptop, &body), Ok(Applied::Added));
    assert!(log.is_frozen());
    assert_eq!(
        log.rival_heads().map(|(head, _)| head).collect::<Vec<_>>(),
        [other.head()]
    );
    let body = resolve(log.head(), other.head(), &log, &[]);
    assert_eq!(by_method(&mut log, &kit, &body), Ok(Applied::Settled));
    assert!(!log.is_frozen());
}

#[test]
fn a_resolution_that_names_other_heads_settles_nothing() {
    let Forked {
        mut log,
        kit,
        ancestor,
        ours,
        ..
    } = forked();
    let unrelated = resolve(log.head(), some_hash("nothing"), &log, &[]);
    let mut other = log.clone();
    assert_eq!(
        by_method(&mut other, &kit, &unrelated),
        Ok(Applied::Settled)
    );
    assert!(other.is_frozen());
    let own = resolve(log.head(), ancestor.head(), &log, &[]);
    assert_eq!(by_method(&mut log, &kit, &own), Err(LogRefusal::Heads));
    let wrong_pick = resolve(ancestor.head(), ours.hash(LogKind::Account), &log, &[]);
    assert_eq!(
        by_method(&mut log, &kit, &wrong_pick),
        Err(LogRefusal::Heads)
    );
}

#[test]
fn a_stolen_device_is_revoked_by_the_resolution() {
    let Forked {
        mut log,
        laptop,
        kit,
        theirs,
        ..
    } = forked();
    let body = resolve(
        log.head(),
        theirs.hash(LogKind::Account),
        &log,
        &[laptop.device().into()],
    );
    by_method(&mut log, &kit, &body).unwrap();
    assert!(log.active_signer(laptop.device().into()).is_none());
    assert_eq!(log.epoch(), 2);
}

#[test]
fn two_revocations_against_each_other_are_a_fork() {
    let (laptop, phone, kit) = (Party::new("laptop"), Party::new("phone"), Party::new("kit"));
    let mut log = account(&laptop);
    let body = add_method(&log, &kit, MethodKind::Kit);
    by_device(&mut log, &laptop, &body).unwrap();
    let body = add_device(&log, &phone, Class::Full);
    by_device(&mut log, &laptop, &body).unwrap();
    let one = next(
        &log,
        &laptop,
        laptop.device(),
        &revoke(&log, &[phone.device().into()], &[]),
    );
    let two = next(
        &log,
        &phone,
        phone.device(),
        &revoke(&log, &[laptop.device().into()], &[]),
    );
    log.apply(one, ()).unwrap();
    assert!(matches!(log.apply(two, ()), Ok(Applied::Forked(_))));
    assert!(log.is_frozen());
}

#[test]
fn forks_are_bounded() {
    let Forked {
        mut log,
        laptop,
        ancestor,
        ..
    } = forked();
    let mut refused = 0;
    for number in 0..20 {
        let body = add_device(
            &ancestor,
            &Party::new(&format!("mallory {number}")),
            Class::Full,
        );
        match log.apply(next(&ancestor, &laptop, laptop.device(), &body), ()) {
            Ok(Applied::Forked(_)) => {}
            Err(LogRefusal::Frozen) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused, 13);
}

#[test]
fn a_branch_of_a_branch_is_a_fork_too() {
    let Forked {
        mut log,
        laptop,
        ancestor,
        theirs,
        ..
    } = forked();
    let other = branch(&ancestor, &theirs);
    let one = next(
        &other,
        &laptop,
        laptop.device(),
        &add_device(&other, &Party::new("m1"), Class::Full),
    );
    let two = next(
        &other,
        &laptop,
        laptop.device(),
        &add_device(&other, &Party::new("m2"), Class::Full),
    );
    assert_eq!(log.apply(one, ()), Ok(Applied::Rival));
    assert!(matches!(log.apply(two, ()), Ok(Applied::Forked(_))));
    assert_eq!(log.forks().len(), 2);
}

#[test]
fn a_branch_of_a_refused_branch_ends_with_it() {
    let Forked {
        mut log,
        laptop,
        kit,
        ancestor,
        theirs,
        ..
    } = forked();
    let other = branch(&ancestor, &theirs);
    for name in ["m1", "m2"] {
        let body = add_device(&other, &Party::new(name), Class::Full);
        log.apply(next(&other, &laptop, laptop.device(), &body), ())
            .unwrap();
    }
    assert_eq!(log.forks().len(), 2);
    let first = log.rival_heads().next().unwrap().0;
    let body = resolve(log.head(), first, &log, &[]);
    assert_eq!(by_method(&mut log, &kit, &body), Ok(Applied::Settled));
    assert!(!log.is_frozen());
    let third = add_device(&other, &Party::new("m3"), Class::Full);
    let third = next(&other, &laptop, laptop.device(), &third);
    assert_eq!(log.apply(third, ()), Err(LogRefusal::RefusedBranch));
}

#[test]
fn a_second_fork_is_still_told_after_the_line_has_changed() {
    let Forked {
        mut log,
        laptop,
        kit,
        ancestor,
        theirs,
        ..
    } = forked();
    let third = next(
        &ancestor,
        &laptop,
        laptop.device(),
        &add_device(&ancestor, &Party::new("m3"), Class::Full),
    );
    log.apply(third.clone(), ()).unwrap();
    let other = branch(&ancestor, &theirs);
    let body = resolve(other.head(), log.head(), &other, &[]);
    assert_eq!(
        log.apply(next(&other, &kit, kit.method(), &body), ()),
        Ok(Applied::Settled)
    );
    assert!(log.is_frozen());
    let forks = log.forks();
    assert_eq!(forks.len(), 1);
    assert_eq!(
        (forks[0].after, &forks[0].ours, &forks[0].theirs),
        (1, &theirs, &third)
    );
}

#[test]
fn a_branch_of_the_picked_branch_is_told_from_where_it_leaves_it() {
    let Forked {
        mut log,
        laptop,
        kit,
        ancestor,
        theirs,
        ..
    } = forked();
    let mut other = branch(&ancestor, &theirs);
    let on = |name: &str| {
        next(
            &other,
            &laptop,
            laptop.device(),
            &add_device(&other, &Party::new(name), Class::Full),
        )
    };
    let (one, two) = (on("m1"), on("m2"));
    log.apply(one.clone(), ()).unwrap();
    log.apply(two.clone(), ()).unwrap();
    other.apply(one.clone(), ()).unwrap();
    let body = resolve(other.head(), log.head(), &other, &[]);
    assert_eq!(
        log.apply(next(&other, &kit, kit.method(), &body), ()),
        Ok(Applied::Settled)
    );
    let forks = log.forks();
    assert_eq!(forks.len(), 1);
    assert_eq!(
        (forks[0].after, &forks[0].ours, &forks[0].theirs),
        (2, &one, &two)
    );
}

#[test]
fn evidence_survives_the_logs_bytes() {
    let forked = forked();
    let read = AccountLog::from_bytes(forked.log.id(), &forked.log.to_bytes(), ()).unwrap();
    assert!(read.is_frozen());
    assert_eq!(read.evidence(), forked.log.evidence());
    let mut settled = forked.log;
    let body = resolve(
        settled.head(),
        forked.theirs.hash(LogKind::Account),
        &settled,
        &[],
    );
    by_method(&mut settled, &forked.kit, &body).unwrap();
    let read = AccountLog::from_bytes(settled.id(), &settled.to_bytes(), ()).unwrap();
    assert!(!read.is_frozen());
    assert_eq!(read.head(), settled.head());
}
