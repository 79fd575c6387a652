//! What a revoked device signed in a space's log: where its revocation says that the log stood, and
//! what lies beyond.

use lifeos_protocol::Class;
use lifeos_protocol::log::{
    AccountLog, Applied, LogCut, LogRefusal, LogStatement, Role, SpaceBody,
};

use crate::log_space::Family;
use crate::people::{Party, by_device, log_cut, revoke_at, some_hash, space_next};

impl Family {
    /// The next statement, signed from where an account stood.
    fn signed(&self, device: &Party, from: &AccountLog, body: &SpaceBody) -> LogStatement {
        space_next(&self.log, from, device, body)
    }

    fn revoke_where(&mut self, name: &str, device: &Party, logs: &[LogCut]) {
        let by = self.devices[name].clone();
        let id = self.id(name);
        let log = self.accounts.get_mut(&id).unwrap();
        let body = revoke_at(log, &[device.device().into()], &[], logs);
        by_device(log, &by, &body).unwrap();
    }

    fn beyond(&self) -> Option<u32> {
        self.log.beyond_cut(&self.accounts)
    }
}

/// Anna's phone has added Ben, and is then revoked where the log stands.
fn revoked_phone() -> (Family, Party, AccountLog) {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let ben = family.add("ben", Role::Member);
    family.say_by("anna", &phone, &ben).unwrap();
    let before = family.account("anna").clone();
    let stands = log_cut(&family.log);
    family.revoke_where("anna", &phone, &[stands]);
    (family, phone, before)
}

#[test]
fn what_a_device_signed_before_its_revocation_stays_and_what_it_signs_beyond_is_seen() {
    let (mut family, phone, before) = revoked_phone();
    assert_eq!(family.beyond(), None);
    // A box that works with it takes this from the head before, and shows it to whom it likes.
    let cleo = family.add("cleo", Role::Member);
    let statement = family.signed(&phone, &before, &cleo);
    let late = family.log.apply(statement, &family.accounts);
    assert_eq!(late, Ok(Applied::Added));
    assert_eq!(family.beyond(), Some(2));
    // What others sign upon it does not heal it.
    let rekey = family.rekey();
    family.say("anna", &rekey).unwrap();
    assert_eq!(family.beyond(), Some(2));
}

#[test]
fn it_is_seen_in_whatever_order_the_two_come() {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let stands = log_cut(&family.log);
    let ben = family.add("ben", Role::Member);
    family.say_by("anna", &phone, &ben).unwrap();
    assert_eq!(family.beyond(), None);
    family.revoke_where("anna", &phone, &[stands]);
    assert_eq!(family.beyond(), Some(1));
}

#[test]
fn in_a_space_that_the_revocation_does_not_name_only_the_first_statement_counts() {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    family.revoke_where("anna", &phone, &[]);
    assert_eq!(family.beyond(), None);

    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let ben = family.add("ben", Role::Member);
    family.say_by("anna", &phone, &ben).unwrap();
    family.revoke_where("anna", &phone, &[]);
    assert_eq!(family.beyond(), Some(1));
}

#[test]
fn who_was_no_member_any_more_names_no_space_and_what_came_before_stays() {
    let mut family = Family::new();
    let phone = family.enrol("ben", "ben's phone", Class::Full);
    family.join("ben", Role::Admin);
    let cleo = family.add("cleo", Role::Member);
    family.say_by("ben", &phone, &cleo).unwrap();
    let without = family.remove("ben", &[]);
    family.say("anna", &without).unwrap();
    family.revoke_where("ben", &phone, &[]);
    family.join("ben", Role::Member);
    assert_eq!(family.beyond(), None);
}

#[test]
fn a_log_that_passes_by_where_the_revoker_saw_it_stand_is_another_history() {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let ben = family.add("ben", Role::Member);
    let cleo = family.add("cleo", Role::Member);
    let anna = family.account("anna").clone();
    let laptop = family.devices["anna"].clone();
    // The revoker is shown one second statement, everybody else another.
    let shown = family.signed(&laptop, &anna, &cleo);
    let mut revokers = family.log.clone();
    revokers.apply(shown.clone(), &family.accounts).unwrap();
    family.say_by("anna", &phone, &ben).unwrap();
    family.revoke_where("anna", &phone, &[log_cut(&revokers)]);
    assert_eq!(family.beyond(), Some(1));
    // Once the other is seen too it is a fork, which is settled as one.
    let fork = family.log.apply(shown, &family.accounts);
    assert!(matches!(fork, Ok(Applied::Forked(_))));
    assert_eq!(family.beyond(), None);
}

#[test]
fn a_revocation_names_a_space_once_and_a_statement_of_it() {
    let mut family = Family::new();
    let phone = family.enrol("anna", "anna's phone", Class::Full);
    let stands = log_cut(&family.log);
    let nowhere = LogCut {
        head: lifeos_protocol::Hash::ZERO,
        ..stands
    };
    let elsewhere = LogCut {
        head: some_hash("elsewhere"),
        ..stands
    };
    let by = family.devices["anna"].clone();
    for logs in [vec![stands, stands], vec![stands, elsewhere], vec![nowhere]] {
        let id = family.id("anna");
        let log = family.accounts.get_mut(&id).unwrap();
        let body = revoke_at(log, &[phone.device().into()], &[], &logs);
        assert_eq!(by_device(log, &by, &body), Err(LogRefusal::Cuts));
    }
}
