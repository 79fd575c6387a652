//! Names of the space and of people, and whose words were compared.

use lifeos_household::{
    Household, HouseholdChange, HouseholdCommand, HouseholdEvent, HouseholdMember, HouseholdQuery,
    HouseholdRole, HouseholdState, SPACE, SpaceField,
};
use lifeos_kernel::laws::{context, record, stamp};
use lifeos_kernel::{Context, DeviceId, Domain, Reason, RecordId, Rejected, Stamped};

fn now() -> Context {
    context(DeviceId([1; 16]), 1)
}

fn named(name: &str) -> HouseholdEvent {
    HouseholdEvent::MemberNamed {
        name: name.to_owned(),
    }
}

fn space(name: &str) -> HouseholdEvent {
    HouseholdEvent::SpaceEdited {
        set: vec![SpaceField::Name(name.to_owned())],
    }
}

const VERIFIED: HouseholdEvent = HouseholdEvent::MemberVerified {};
const DOUBTED: HouseholdEvent = HouseholdEvent::MemberDoubted {};

fn stamped((record, number, event): (RecordId, u16, HouseholdEvent)) -> Stamped<HouseholdEvent> {
    Stamped {
        record,
        at_ms: 0,
        stamp: stamp(number),
        event,
    }
}

/// The state after events, each with the number of its stamp.
fn state(events: Vec<(RecordId, u16, HouseholdEvent)>) -> HouseholdState {
    let mut state = HouseholdState::default();
    for event in events {
        Household::apply(&mut state, stamped(event));
    }
    state
}

fn decide(
    state: &HouseholdState,
    command: HouseholdCommand,
) -> Result<Vec<(RecordId, HouseholdEvent)>, Rejected> {
    let drafts = Household::decide(state, command, &now())?;
    let drafts = drafts.into_iter();
    Ok(drafts.map(|draft| (draft.record, draft.event)).collect())
}

fn name_space(name: &str) -> HouseholdCommand {
    HouseholdCommand::NameSpace {
        name: name.to_owned(),
    }
}

fn name_member(account: RecordId, name: &str) -> HouseholdCommand {
    HouseholdCommand::NameMember {
        account,
        name: name.to_owned(),
    }
}

#[test]
fn a_space_and_its_people_have_names_and_some_were_verified() {
    let state = state(vec![
        (SPACE, 1, space("Home")),
        (record(2), 2, named("Maja")),
        (record(1), 3, named("Ben")),
        (record(1), 4, VERIFIED),
        (record(3), 5, VERIFIED),
        (record(4), 6, DOUBTED),
    ]);
    assert_eq!(state.space_name(), "Home");
    assert_eq!(state.member_name(record(2)), Some("Maja"));
    assert_eq!(state.member_name(record(3)), None);
    assert_eq!(state.member_name(record(9)), None);
    let verified = [1, 2, 3, 4, 9].map(|number| state.is_verified(record(number)));
    assert_eq!(verified, [true, false, true, false, false]);

    let view = Household::query(&state, HouseholdQuery::Household, &now());
    let member = |account, name: &str, verified| HouseholdMember {
        account,
        name: name.to_owned(),
        verified,
    };
    assert_eq!(view.name, "Home");
    assert_eq!(
        view.members,
        [
            member(record(1), "Ben", true),
            member(record(2), "Maja", false),
            member(record(3), "", true),
        ]
    );
    assert!(view.invites.is_empty());
    for found in [SPACE, record(1), record(2)] {
        assert_eq!(Household::search_text(&state, found), None);
    }
}

#[test]
fn a_name_is_trimmed_says_something_and_has_two_hundred_bytes_at_most() {
    let none = HouseholdState::default();
    let commands = |name: &str| {
        [
            (SPACE, name_space(name)),
            (record(1), name_member(record(1), name)),
        ]
    };
    let longest = "é".repeat(100);
    for (given, kept) in [("  Home\n", "Home"), (longest.as_str(), longest.as_str())] {
        let events = [(SPACE, space(kept)), (record(1), named(kept))];
        for ((_, command), event) in commands(given).into_iter().zip(events) {
            assert_eq!(decide(&none, command), Ok(vec![event]));
        }
    }
    let padded = format!(" {longest} ");
    for (_, command) in commands(&padded) {
        assert!(decide(&none, command).is_ok());
    }
    let too_long = format!("{longest}n");
    for (name, reason) in [
        ("", Reason::Empty),
        (" \t ", Reason::Empty),
        (too_long.as_str(), Reason::TooLong),
    ] {
        for (record, command) in commands(name) {
            let refused = Rejected::new(reason).field("name").record(record);
            assert_eq!(decide(&none, command), Err(refused));
        }
    }
}

#[test]
fn what_would_change_nothing_writes_nothing() {
    let state = state(vec![
        (SPACE, 1, space("Home")),
        (record(1), 2, named("Ben")),
        (record(1), 3, VERIFIED),
    ]);
    let account = record(2);
    for command in [
        name_space(" Home "),
        name_member(record(1), "Ben"),
        HouseholdCommand::VerifyMember { account: record(1) },
        HouseholdCommand::DoubtMember { account },
    ] {
        assert_eq!(decide(&state, command), Ok(vec![]));
    }
    let doubt = HouseholdCommand::DoubtMember { account: record(1) };
    assert_eq!(decide(&state, doubt), Ok(vec![(record(1), DOUBTED)]));
    let verify = HouseholdCommand::VerifyMember { account };
    assert_eq!(decide(&state, verify), Ok(vec![(account, VERIFIED)]));
}

#[test]
fn the_space_is_nobodys_account() {
    let refused = Err(Rejected::new(Reason::NotAllowed).record(SPACE));
    for command in [
        name_member(SPACE, "Ben"),
        HouseholdCommand::VerifyMember { account: SPACE },
        HouseholdCommand::DoubtMember { account: SPACE },
    ] {
        assert_eq!(decide(&HouseholdState::default(), command), refused);
    }
    let nothing = state(vec![
        (SPACE, 1, named("Ben")),
        (SPACE, 2, VERIFIED),
        (SPACE, 3, DOUBTED),
        (record(1), 4, space("Home")),
    ]);
    assert_eq!(nothing, HouseholdState::default());
    assert_eq!(Household::records(&nothing), []);
}

#[test]
fn a_name_beyond_its_bound_says_nothing_whoever_wrote_it() {
    let long = "n".repeat(201);
    let state = state(vec![
        (SPACE, 1, space("Home")),
        (record(1), 2, named("Ben")),
        (SPACE, 3, space(&long)),
        (record(1), 4, named(&long)),
    ]);
    assert_eq!(state.space_name(), "Home");
    assert_eq!(state.member_name(record(1)), Some("Ben"));
    // It took nothing, so nothing was lost to it, and there is nothing to take back.
    let late = stamped((record(1), 6, named(&long)));
    assert_eq!(Household::meets(&state, &late), []);
    let reversal = Household::capture(&state, &late);
    let reverted = Household::revert(&state, record(1), &reversal, &now());
    assert_eq!((reverted.events, reverted.kept), (vec![], vec![]));
}

#[test]
fn of_a_verification_and_a_doubt_with_one_stamp_the_doubt_stands() {
    let verified = (record(1), 1, VERIFIED);
    let doubted = (record(1), 1, DOUBTED);
    let one_way = state(vec![verified.clone(), doubted.clone()]);
    assert!(!one_way.is_verified(record(1)));
    assert_eq!(state(vec![doubted, verified]), one_way);
}

#[test]
fn an_undo_leaves_what_was_written_since_and_names_it() {
    let events = [
        (SPACE, 1, space("Home")),
        (record(1), 2, named("Ben")),
        (record(1), 3, VERIFIED),
    ];
    let mut state = HouseholdState::default();
    let mut reversals = Vec::new();
    for event in events {
        reversals.push((event.0, Household::capture(&state, &stamped(event.clone()))));
        Household::apply(&mut state, stamped(event));
    }
    for event in [
        (SPACE, 11, space("House")),
        (record(1), 12, named("Benno")),
        (record(1), 13, DOUBTED),
    ] {
        Household::apply(&mut state, stamped(event));
    }
    for ((record, reversal), field) in reversals.iter().zip(["name", "name", "verified"]) {
        let reverted = Household::revert(&state, *record, reversal, &now());
        assert_eq!(reverted.events, []);
        assert_eq!(reverted.kept, [(*record, field.to_owned())]);
    }
}

#[test]
fn an_earlier_name_and_verification_can_be_brought_back() {
    let then = state(vec![
        (SPACE, 1, space("Home")),
        (record(1), 2, named("Ben")),
        (record(1), 3, VERIFIED),
    ]);
    let later = state(vec![
        (SPACE, 11, space("House")),
        (record(1), 12, named("Benno")),
        (record(1), 13, DOUBTED),
    ]);
    let restored = |record| {
        let then = Household::extract(&then, record);
        let drafts = Household::restore(&later, &then, record, &now());
        let events: Vec<_> = drafts.into_iter().map(|draft| draft.event).collect();
        events
    };
    assert_eq!(restored(SPACE), [space("Home")]);
    assert_eq!(restored(record(1)), [named("Ben"), VERIFIED]);
    assert_eq!(restored(record(2)), []);
}

#[test]
fn the_history_tells_each_name_and_verification_as_it_was_and_became() {
    let none = HouseholdState::default();
    let after = state(vec![
        (SPACE, 1, space("Home")),
        (record(1), 2, named("Ben")),
        (record(1), 3, VERIFIED),
    ]);
    let home = HouseholdChange::Space {
        before: SpaceField::Name(String::new()),
        after: SpaceField::Name("Home".to_owned()),
    };
    let of = |record| {
        let after = Household::extract(&after, record);
        Household::describe(&none, &after, record)
    };
    assert_eq!(of(SPACE), [home]);
    let ben = HouseholdChange::MemberName {
        before: String::new(),
        after: "Ben".to_owned(),
    };
    let verified = HouseholdChange::Verified { verified: true };
    assert_eq!(of(record(1)), [ben, verified]);
}

#[test]
fn another_devices_other_value_is_met_and_its_equal_is_not() {
    let state = state(vec![
        (SPACE, 0, space("Home")),
        (record(1), 0, named("Ben")),
        (record(1), 3, VERIFIED),
    ]);
    // Stamps of one device are three apart.
    let met = |number, record, event| Household::meets(&state, &stamped((record, number, event)));
    let standing = |field: &str, number| vec![(field.to_owned(), stamp(number))];
    assert_eq!(met(4, SPACE, space("House")), standing("name", 0));
    assert_eq!(met(4, record(1), named("Benno")), standing("name", 0));
    assert_eq!(met(4, record(1), DOUBTED), standing("verified", 3));
    for (number, record, event) in [
        (4, SPACE, space("Home")),
        (4, record(1), named("Ben")),
        (4, record(1), VERIFIED),
        (6, SPACE, space("House")),
        (6, record(1), named("Benno")),
        (6, record(1), DOUBTED),
        (4, record(2), named("Maja")),
    ] {
        assert_eq!(met(number, record, event), []);
    }
}

#[test]
fn roles_have_the_numbers_and_the_order_of_the_logs() {
    use HouseholdRole::{Admin, Member, Owner, Viewer};
    let roles = [Viewer, Member, Admin, Owner];
    assert_eq!(roles.map(HouseholdRole::number), [1, 2, 3, 4]);
    assert!(roles.is_sorted());
    for role in roles {
        assert_eq!(HouseholdRole::from_number(role.number()), Some(role));
    }
    assert_eq!(HouseholdRole::from_number(0), None);
    assert_eq!(HouseholdRole::from_number(5), None);
}
