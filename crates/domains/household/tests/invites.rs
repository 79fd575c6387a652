//! Invitations: how they are made, end, and stay.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_household::{
    Household, HouseholdChange, HouseholdCommand, HouseholdEvent, HouseholdQuery, HouseholdRole,
    HouseholdState, Invite, InviteCode, InviteEnd, InviteShare, InviteState, LinkSecret, SPACE,
};
use lifeos_kernel::laws::{context, record, stamp};
use lifeos_kernel::{Context, DeviceId, Domain, Reason, RecordId, Rejected, Stamped, cbor};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn now() -> Context {
    context(DeviceId([1; 16]), 1)
}

fn invite() -> Invite {
    Invite {
        secret: LinkSecret::new([0x5C; 16]),
        code: InviteCode::new("C0DEC0DEXY".to_owned()),
        role: HouseholdRole::Member,
        share: Some(InviteShare {
            space: record(9),
            role: HouseholdRole::Viewer,
        }),
        expires_ms: now().now_ms + 7 * DAY_MS,
    }
}

fn made(invite: Invite) -> HouseholdEvent {
    HouseholdEvent::InviteMade(invite)
}

fn ended(why: InviteEnd) -> HouseholdEvent {
    HouseholdEvent::InviteEnded { why }
}

const ACCEPTED: InviteEnd = InviteEnd::Accepted {
    account: RecordId([2; 16]),
};

/// The state after events, each with the number of its stamp.
fn state(events: Vec<(RecordId, u16, HouseholdEvent)>) -> HouseholdState {
    let mut state = HouseholdState::default();
    for event in events {
        Household::apply(&mut state, stamped(event));
    }
    state
}

fn stamped((record, number, event): (RecordId, u16, HouseholdEvent)) -> Stamped<HouseholdEvent> {
    Stamped {
        record,
        at_ms: 0,
        stamp: stamp(number),
        event,
    }
}

fn make(
    state: &HouseholdState,
    id: RecordId,
    invite: Invite,
) -> Result<Vec<HouseholdEvent>, Rejected> {
    decide(state, HouseholdCommand::MakeInvite { id, invite })
}

fn end(
    state: &HouseholdState,
    id: RecordId,
    why: InviteEnd,
) -> Result<Vec<HouseholdEvent>, Rejected> {
    decide(state, HouseholdCommand::EndInvite { id, why })
}

fn decide(
    state: &HouseholdState,
    command: HouseholdCommand,
) -> Result<Vec<HouseholdEvent>, Rejected> {
    let drafts = Household::decide(state, command, &now())?;
    Ok(drafts.into_iter().map(|draft| draft.event).collect())
}

/// What was printed holds neither the secret nor the code.
fn opens_nothing(printed: &str) {
    for secret in ["C0DEC0DEXY", "5c5c", "5C, 5C", "92, 92"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn an_invitation_is_kept_with_what_opens_it_and_shown_without() {
    let none = HouseholdState::default();
    let drafts = make(&none, record(3), invite()).unwrap();
    assert_eq!(drafts, [made(invite())]);
    let state = state(vec![(record(3), 1, made(invite()))]);
    assert_eq!(state.invite(record(3)), Some(&invite()));
    assert_eq!(
        state.invites().collect::<Vec<_>>(),
        [(record(3), &invite())]
    );
    let kept = state.invite(record(3)).unwrap();
    assert_eq!(kept.secret.expose(), &[0x5C; 16]);
    assert_eq!(kept.code.expose(), "C0DEC0DEXY");

    let view = Household::query(&state, HouseholdQuery::Household, &now());
    let shown = &view.invites[0];
    assert_eq!((shown.id, shown.role), (record(3), HouseholdRole::Member));
    assert_eq!(
        (shown.share, shown.expires_ms),
        (kept.share, kept.expires_ms)
    );
    opens_nothing(&format!("{view:?}"));
    let history = Household::describe(&none, &state, record(3));
    assert!(matches!(history[..], [HouseholdChange::InviteMade { .. }]));
    opens_nothing(&format!("{history:?}"));
    assert_eq!(Household::search_text(&state, record(3)), None);
}

#[test]
fn nothing_that_is_printed_opens_an_invitation() {
    let state = state(vec![(record(3), 1, made(invite()))]);
    opens_nothing(&format!("{state:?}"));
    opens_nothing(&format!("{:?}", made(invite())));
    let command = HouseholdCommand::MakeInvite {
        id: record(3),
        invite: invite(),
    };
    opens_nothing(&format!("{command:?}"));
    let reversal = Household::capture(&state, &stamped((record(4), 2, made(invite()))));
    let stored = cbor::encode(&reversal).unwrap();
    assert!(!stored.windows(4).any(|part| part == [0x5C; 4]));
    assert!(!stored.windows(4).any(|part| part == b"C0DE"));
}

#[test]
fn an_invitation_stands_for_thirty_days_at_most_and_never_in_the_past() {
    let none = HouseholdState::default();
    let now_ms = now().now_ms;
    let until = |expires_ms| {
        let invite = Invite {
            expires_ms,
            ..invite()
        };
        make(&none, record(3), invite)
    };
    assert!(until(now_ms + 1).is_ok());
    assert!(until(now_ms + 30 * DAY_MS).is_ok());
    let refused = Rejected::new(Reason::OutOfRange).field("expiresMs");
    let refused = Err(refused.record(record(3)));
    assert_eq!(until(now_ms + 30 * DAY_MS + 1), refused);
    assert_eq!(until(now_ms), refused);
    assert_eq!(until(now_ms - 1), refused);
    assert_eq!(until(0), refused);
    assert_eq!(until(u64::MAX), refused);
}

#[test]
fn a_code_is_ten_crockford_letters_in_capitals() {
    let none = HouseholdState::default();
    let with = |code: &str| {
        let invite = Invite {
            code: InviteCode::new(code.to_owned()),
            ..invite()
        };
        make(&none, record(3), invite.clone()).map(|_| {
            let told = state(vec![(record(3), 1, made(invite.clone()))]);
            assert!(told.invite(record(3)).is_some());
        })
    };
    assert_eq!(with("0123456789"), Ok(()));
    assert_eq!(with("ABCDEFGHJK"), Ok(()));
    assert_eq!(with("MNPQRSTVWX"), Ok(()));
    assert_eq!(with("YZYZYZYZYZ"), Ok(()));
    let refused = Rejected::new(Reason::OutOfRange).field("code");
    let refused = Err(refused.record(record(3)));
    for code in [
        "",
        "012345678",
        "01234567890",
        "abcdefghjk",
        "012345678O",
        "012345678I",
        "012345678L",
        "012345678U",
        "01234-5678",
        "01234567é",
    ] {
        assert_eq!(with(code), refused, "{code}");
    }
}

#[test]
fn an_invitation_is_made_once_and_under_an_id_of_its_own() {
    let refused = Rejected::new(Reason::NotAllowed).field("id");
    let refused = Err(refused.record(record(3)));
    let made_once = state(vec![(record(3), 1, made(invite()))]);
    assert_eq!(make(&made_once, record(3), invite()), refused);
    let over = state(vec![(record(3), 1, ended(InviteEnd::Cancelled))]);
    assert_eq!(make(&over, record(3), invite()), refused);
    let person = HouseholdEvent::MemberNamed {
        name: "Maja".to_owned(),
    };
    let person = state(vec![(record(3), 1, person)]);
    assert!(make(&person, record(3), invite()).is_ok());
    let refused = Err(Rejected::new(Reason::NotAllowed).record(SPACE));
    assert_eq!(make(&HouseholdState::default(), SPACE, invite()), refused);
}

#[test]
fn of_two_makings_the_earlier_stands_whichever_comes_first() {
    let other = Invite {
        role: HouseholdRole::Owner,
        ..invite()
    };
    let first = (record(3), 1, made(invite()));
    let second = (record(3), 2, made(other));
    let one_way = state(vec![first.clone(), second.clone()]);
    assert_eq!(one_way.invite(record(3)), Some(&invite()));
    assert_eq!(state(vec![second, first]), one_way);
}

#[test]
fn of_two_ends_the_earlier_stands_whichever_comes_first() {
    let now_ms = now().now_ms;
    let accepted = InviteState::Accepted { account: record(2) };
    for (first, second, stands) in [
        (ACCEPTED, InviteEnd::Cancelled, accepted),
        (InviteEnd::Cancelled, ACCEPTED, InviteState::Cancelled),
    ] {
        let making = (record(3), 1, made(invite()));
        let first = (record(3), 2, ended(first));
        let second = (record(3), 3, ended(second));
        let one_way = state(vec![making.clone(), first.clone(), second.clone()]);
        assert_eq!(one_way.invite_state(record(3), now_ms), Some(stands));
        assert_eq!(state(vec![second, first, making]), one_way);
    }
}

#[test]
fn an_end_is_refused_where_nothing_was_made_or_where_it_ended_otherwise() {
    let none = HouseholdState::default();
    let missing = Err(Rejected::new(Reason::Missing).record(record(3)));
    assert_eq!(end(&none, record(3), ACCEPTED), missing);
    let unmade = state(vec![(record(3), 1, ended(ACCEPTED))]);
    assert_eq!(end(&unmade, record(3), ACCEPTED), missing);

    let making = (record(3), 1, made(invite()));
    let open = state(vec![making.clone()]);
    assert_eq!(end(&open, record(3), ACCEPTED), Ok(vec![ended(ACCEPTED)]));
    let over = state(vec![making, (record(3), 2, ended(ACCEPTED))]);
    assert_eq!(end(&over, record(3), ACCEPTED), Ok(vec![]));
    let refused = Rejected::new(Reason::NotAllowed).field("why");
    let refused = Err(refused.record(record(3)));
    assert_eq!(end(&over, record(3), InviteEnd::Cancelled), refused);
    let other = InviteEnd::Accepted { account: record(5) };
    assert_eq!(end(&over, record(3), other), refused);
}

#[test]
fn the_newest_invitation_comes_first_and_those_that_are_over_stay() {
    let until = |expires_ms| {
        made(Invite {
            expires_ms,
            ..invite()
        })
    };
    let now_ms = now().now_ms;
    // Stamps six apart are milliseconds apart.
    let state = state(vec![
        (record(3), 6, until(now_ms)),
        (record(4), 24, until(now_ms + 1)),
        (record(5), 12, until(now_ms + 1)),
        (record(6), 18, until(now_ms - 1)),
        (record(5), 30, ended(ACCEPTED)),
        (record(6), 36, ended(InviteEnd::Cancelled)),
        (record(7), 42, ended(ACCEPTED)),
    ]);
    let view = Household::query(&state, HouseholdQuery::Household, &now());
    let shown: Vec<_> = view
        .invites
        .iter()
        .map(|invite| (invite.id, invite.state))
        .collect();
    let accepted = InviteState::Accepted { account: record(2) };
    assert_eq!(
        shown,
        [
            (record(4), InviteState::Open),
            (record(6), InviteState::Cancelled),
            (record(5), accepted),
            (record(3), InviteState::Expired),
        ]
    );
    assert!(view.members.is_empty());
}

#[test]
fn an_undo_leaves_an_invitation_and_says_so() {
    let making = stamped((record(3), 1, made(invite())));
    let ending = stamped((record(3), 2, ended(InviteEnd::Cancelled)));
    let mut state = HouseholdState::default();
    let making_back = Household::capture(&state, &making);
    Household::apply(&mut state, making);
    let ending_back = Household::capture(&state, &ending);
    Household::apply(&mut state, ending);
    for (reversal, field) in [(ending_back, "ended"), (making_back, "record")] {
        let reverted = Household::revert(&state, record(3), &reversal, &now());
        assert_eq!(reverted.events, []);
        assert_eq!(reverted.kept, [(record(3), field.to_owned())]);
    }
}

#[test]
fn coming_back_to_an_earlier_state_leaves_an_invitation() {
    let then = state(vec![(record(3), 1, made(invite()))]);
    let now_over = state(vec![
        (record(3), 1, made(invite())),
        (record(3), 2, ended(InviteEnd::Cancelled)),
    ]);
    for earlier in [HouseholdState::default(), then] {
        let drafts = Household::restore(&now_over, &earlier, record(3), &now());
        assert_eq!(drafts, []);
    }
}

#[test]
fn the_history_of_an_invitation_tells_its_making_and_its_end() {
    let none = HouseholdState::default();
    let making = (record(3), 1, made(invite()));
    let open = state(vec![making.clone()]);
    let over = state(vec![making, (record(3), 2, ended(ACCEPTED))]);
    let made = HouseholdChange::InviteMade {
        role: HouseholdRole::Member,
        share: invite().share,
        expires_ms: invite().expires_ms,
    };
    assert_eq!(Household::describe(&none, &open, record(3)), [made]);
    let ended = HouseholdChange::InviteEnded { why: ACCEPTED };
    assert_eq!(Household::describe(&open, &over, record(3)), [ended]);
    assert_eq!(Household::describe(&over, &over, record(3)), []);
}

#[test]
fn two_ends_are_no_conflict() {
    // What meets is told as "the later write won": here it did not.
    let open = state(vec![
        (record(3), 1, made(invite())),
        (record(3), 2, ended(ACCEPTED)),
    ]);
    let late = stamped((record(3), 3, ended(InviteEnd::Cancelled)));
    assert_eq!(Household::meets(&open, &late), []);
}
