//! A second person: invited, verified, given a space, given another role, removed.

use std::time::Instant;

use lifeos_replica::api::{
    Call, InviteStanding, PeopleView, PersonRole, Phase, ProblemCode, Reply, ShareChoice,
    SpaceView, SyncState,
};
use lifeos_testkit::Passkey;
use serde_json::json;

use crate::house::House;
use crate::person::{Device, PATIENCE, claim, come_in, inbox, secret, step_up, titles};

/// An invitation as it is handed over.
struct Handed {
    invite: String,
    link: String,
    code: String,
    words: Vec<String>,
}

fn people(device: &Device) -> PeopleView {
    match device.call(Call::People) {
        Reply::People { people } => people,
        other => panic!("{other:?}"),
    }
}

/// Waits until what is known of people is as looked for.
fn wait_people<T>(device: &Device, look: impl Fn(&PeopleView) -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        let people = people(device);
        if let Some(found) = look(&people) {
            return found;
        }
        assert!(Instant::now() < end, "{people:#?}");
        std::thread::yield_now();
    }
}

fn family(people: &PeopleView) -> Option<&SpaceView> {
    people
        .spaces
        .iter()
        .find(|space| space.name.as_deref() == Some("Family"))
}

fn hand_over(device: &Device, share: Option<ShareChoice>) -> Handed {
    let made = device.call(Call::InviteMake {
        role: PersonRole::Member,
        share,
        days: 7,
    });
    let Reply::InviteMade {
        invite,
        link,
        code,
        words,
        ..
    } = made
    else {
        panic!("{made:?}")
    };
    Handed {
        invite,
        link,
        code,
        words,
    }
}

fn accept(handed: &Handed, compared: bool) -> Call {
    Call::InviteAccept {
        link: secret(&handed.link),
        code: secret(&handed.code),
        compared,
        name: "Ben".into(),
        device_name: "Phone".into(),
    }
}

/// Ada, who has claimed the box and made a space, and Ben, who came in by her invitation.
struct Two {
    house: House,
    ada: Device,
    passkey: Passkey,
    ben: Device,
    bens: Passkey,
    space: String,
}

impl Two {
    fn meet(compared: bool) -> Self {
        let (house, code) = House::start();
        let ada = Device::new(&house);
        let (mut passkey, _) = claim(&ada, &code, true);
        step_up(&ada, &mut passkey);
        ada.call(Call::SpaceCreate {
            name: "Family".into(),
            from_now_on: false,
        });
        let space = wait_people(&ada, |people| Some(family(people)?.space.clone()));
        let share = ShareChoice {
            space: space.clone(),
            role: PersonRole::Member,
        };
        let handed = hand_over(&ada, Some(share));
        let ben = Device::new(&house);
        ben.wait(|status| status.phase == Phase::Fresh);
        let read = ben.call(Call::InviteRead {
            link: secret(&handed.link),
        });
        let Reply::Invited { words } = read else {
            panic!("{read:?}")
        };
        assert_eq!(words, handed.words, "what Ada reads aloud");
        let (bens, _) = come_in(&ben, accept(&handed, compared), true, 7);
        Self {
            house,
            ada,
            passkey,
            ben,
            bens,
            space,
        }
    }

    /// Ada compares Ben's words and adds him.
    fn share(&mut self, role: PersonRole) -> String {
        let (account, words) = wait_people(&self.ada, |people| {
            let invite = people.invites.first()?;
            match &invite.standing {
                InviteStanding::Accepted {
                    account,
                    words,
                    proven: true,
                    verified: false,
                } => Some((account.clone(), words.clone())),
                _ => None,
            }
        });
        assert_eq!(words, people(&self.ben).words, "what Ben reads aloud");
        let add = |role| Call::PersonAdd {
            space: self.space.clone(),
            account: account.clone(),
            role,
        };
        let early = self.ada.refused(add(role));
        assert_eq!(early.code, ProblemCode::NotVerified);
        self.ada.call(Call::PersonVerify {
            account: account.clone(),
        });
        self.ada.call(add(role));
        account
    }
}

fn add_task_in(device: &Device, space: &str, title: &str) {
    device.json(json!({ "type": "do", "space": space, "command": {
        "type": "tasks", "command": {
            "type": "createTask", "title": title, "set": [], "labels": [], "place": null,
        } } }));
}

fn titles_in(device: &Device, space: &str) -> Vec<String> {
    titles(&device.json(json!({ "type": "ask", "space": space, "query": inbox() })))
}

fn wait_titles_in(device: &Device, space: &str, wanted: &[&str]) {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = titles_in(device, space);
        if found == wanted {
            return;
        }
        assert!(Instant::now() < end, "{found:?}");
        std::thread::yield_now();
    }
}

fn role_of(device: &Device) -> Option<PersonRole> {
    people(device)
        .spaces
        .iter()
        .find(|space| !space.personal)?
        .role
}

#[test]
fn a_second_person_comes_in_and_both_write_in_one_space() {
    let mut two = Two::meet(true);
    add_task_in(&two.ada, &two.space, "From before Ben");
    let bens_account = two.share(PersonRole::Member);
    wait_people(&two.ben, |people| family(people).map(|_| ()));
    wait_titles_in(&two.ben, &two.space, &["From before Ben"]);
    add_task_in(&two.ben, &two.space, "From Ben");
    wait_titles_in(&two.ada, &two.space, &["From before Ben", "From Ben"]);
    // Each is called what they call themselves, and the invitation has done its work.
    let named = |people: &PeopleView| {
        let family = family(people)?;
        let of = |name: &str| {
            family
                .people
                .iter()
                .any(|one| one.name.as_deref() == Some(name))
        };
        (of("Ada") && of("Ben") && people.invites.is_empty()).then_some(())
    };
    wait_people(&two.ada, named);
    wait_people(&two.ben, named);
    let known = people(&two.ada);
    let ben = family(&known).unwrap().people.iter().find(|one| !one.this);
    assert!(ben.is_some_and(|ben| ben.verified && ben.account == bens_account));
    // What is one's own stays one's own.
    two.ada.add_task("Ada alone");
    two.ada.wait_live();
    two.ben.wait_live();
    assert_eq!(people(&two.ben).spaces.len(), 2);
    assert_eq!(two.ben.titles(), [] as [&str; 0]);
    assert_eq!(two.ada.wait_live().alarms, []);
    assert_eq!(two.ben.wait_live().alarms, []);
}

#[test]
fn both_are_there_after_a_reload() {
    let mut two = Two::meet(true);
    two.share(PersonRole::Member);
    wait_people(&two.ben, |people| family(people).map(|_| ()));
    add_task_in(&two.ben, &two.space, "Kept");
    wait_titles_in(&two.ada, &two.space, &["Kept"]);
    two.ada.reload();
    crate::person::unlock(&two.ada, &mut two.passkey);
    two.ben.reload();
    crate::person::unlock(&two.ben, &mut two.bens);
    wait_titles_in(&two.ada, &two.space, &["Kept"]);
    add_task_in(&two.ada, &two.space, "After");
    wait_titles_in(&two.ben, &two.space, &["Kept", "After"]);
    assert_eq!(two.ben.wait_live().alarms, []);
}

#[test]
fn attack_41_a_space_from_whom_nobody_compared_is_offered_and_not_taken_in() {
    let mut two = Two::meet(false);
    two.share(PersonRole::Member);
    let giver = wait_people(&two.ben, |people| {
        let offer = people.offers.first()?;
        assert_eq!(offer.space, two.space);
        Some(offer.account.clone())
    });
    assert!(family(&people(&two.ben)).is_none());
    two.ben.call(Call::PersonVerify { account: giver });
    wait_people(&two.ben, |people| family(people).map(|_| ()));
    assert_eq!(people(&two.ben).offers, []);
}

#[test]
fn attack_39_a_viewer_reads_and_is_told_that_it_may_not_write() {
    let mut two = Two::meet(true);
    add_task_in(&two.ada, &two.space, "To be read");
    let account = two.share(PersonRole::Viewer);
    wait_people(&two.ben, |people| people.spaces.get(1).map(|_| ()));
    wait_titles_in(&two.ben, &two.space, &["To be read"]);
    let write: Call = serde_json::from_value(json!({ "type": "do", "space": two.space,
        "command": { "type": "tasks", "command": { "type": "createTask", "title": "Mine",
            "set": [], "labels": [], "place": null } } }))
    .unwrap();
    assert_eq!(two.ben.refused(write).code, ProblemCode::ReadOnly);
    two.ada.call(Call::PersonRole {
        space: two.space.clone(),
        account,
        role: PersonRole::Member,
    });
    wait_people(&two.ben, |people| {
        (people.spaces.get(1)?.role == Some(PersonRole::Member)).then_some(())
    });
    add_task_in(&two.ben, &two.space, "Now I may");
    wait_titles_in(&two.ada, &two.space, &["To be read", "Now I may"]);
}

#[test]
fn what_was_done_last_is_taken_back_first_in_whichever_space_it_was() {
    let mut two = Two::meet(true);
    two.share(PersonRole::Member);
    two.ada.add_task("Mine");
    add_task_in(&two.ada, &two.space, "Ours");
    two.ada.call(Call::Undo);
    wait_titles_in(&two.ada, &two.space, &[]);
    assert_eq!(two.ada.titles(), ["Mine"]);
    two.ada.call(Call::Redo);
    wait_titles_in(&two.ada, &two.space, &["Ours"]);
    two.ada.add_task("Mine too");
    two.ada.call(Call::Undo);
    assert_eq!(two.ada.titles(), ["Mine"]);
    assert_eq!(titles_in(&two.ada, &two.space), ["Ours"]);
}

#[test]
fn who_is_removed_is_told_by_the_statement_and_reads_nothing_that_came_after() {
    let mut two = Two::meet(true);
    let account = two.share(PersonRole::Member);
    wait_people(&two.ben, |people| family(people).map(|_| ()));
    add_task_in(&two.ben, &two.space, "In time");
    wait_titles_in(&two.ada, &two.space, &["In time"]);
    two.ada.call(Call::PersonRemove {
        space: two.space.clone(),
        account,
    });
    add_task_in(&two.ada, &two.space, "Without Ben");
    two.ada.wait_live();
    wait_people(&two.ben, |people| {
        people.spaces.get(1)?.role.is_none().then_some(())
    });
    assert_eq!(role_of(&two.ben), None);
    assert_eq!(titles_in(&two.ben, &two.space), ["In time"]);
    // Ben's own space goes on, and the box has nothing more for him.
    two.ben.add_task("Mine alone");
    let status = two
        .ben
        .wait(|status| status.sync == SyncState::Live && status.waiting == 0);
    assert_eq!(status.alarms, []);
    two.ben.reload();
    crate::person::unlock(&two.ben, &mut two.bens);
    two.ben.wait_live();
    assert_eq!(titles_in(&two.ben, &two.space), ["In time"]);
}

#[test]
fn attack_36_an_invitation_whose_code_is_wrong_or_that_was_used_lets_nobody_in() {
    let two = Two::meet(true);
    let handed = hand_over(&two.ada, None);
    let eve = Device::new(&two.house);
    eve.wait(|status| status.phase == Phase::Fresh);
    let wrong = Handed {
        code: "00000-00000".into(),
        ..hand_over_again(&two.ada, &handed)
    };
    assert_eq!(
        eve.refused(accept(&wrong, true)).code,
        ProblemCode::ClaimCode
    );
    two.ada.call(Call::InviteEnd {
        invite: handed.invite.clone(),
    });
    let over = eve.refused(accept(&handed, true));
    assert_eq!(
        (over.code, over.detail.as_deref()),
        (ProblemCode::Refused, Some("invite_over"))
    );
    let failures = people(&two.ada).invites;
    assert!(failures.iter().all(|invite| invite.invite != handed.invite));
}

/// The same invitation, shown again.
fn hand_over_again(device: &Device, handed: &Handed) -> Handed {
    let shown = device.call(Call::InviteShow {
        invite: handed.invite.clone(),
    });
    let Reply::InviteMade {
        invite,
        link,
        code,
        words,
        ..
    } = shown
    else {
        panic!("{shown:?}")
    };
    assert_eq!((&link, &code), (&handed.link, &handed.code));
    Handed {
        invite,
        link,
        code,
        words,
    }
}
