//! The kernel's laws over the household.

use lifeos_household::{
    Household, HouseholdCommand, HouseholdEvent, HouseholdQuery, HouseholdRole, HouseholdState,
    HouseholdView, Invite, InviteCode, InviteEnd, InviteShare, LinkSecret, SPACE, SpaceField,
};
use lifeos_kernel::laws::record;
use lifeos_kernel::{Context, Domain, RecordId, Stamped};
use proptest::prelude::*;

const NOW_MS: u64 = 1_795_262_400_000;

fn role() -> impl Strategy<Value = HouseholdRole> {
    (1_u8..=4).prop_filter_map("a role", HouseholdRole::from_number)
}

fn invite() -> impl Strategy<Value = Invite> {
    let share = (any::<[u8; 16]>(), role()).prop_map(|(space, role)| InviteShare {
        space: RecordId(space),
        role,
    });
    // Codes that are none too: an event is taken as it comes.
    let code = prop_oneof![9 => "[0-9A-HJKMNP-TV-Z]{10}", 1 => "[0-9IU]{9,11}"];
    let times = (NOW_MS - 9)..(NOW_MS + 9);
    (
        any::<[u8; 16]>(),
        code,
        role(),
        prop::option::of(share),
        times,
    )
        .prop_map(|(secret, code, role, share, expires_ms)| Invite {
            secret: LinkSecret::new(secret),
            code: InviteCode::new(code),
            role,
            share,
            expires_ms,
        })
}

fn end() -> impl Strategy<Value = InviteEnd> {
    prop_oneof![
        (1_u8..4).prop_map(|number| InviteEnd::Accepted {
            account: record(number)
        }),
        Just(InviteEnd::Cancelled),
    ]
}

/// Names, also such as are too long.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => "[A-Za-zé ]{0,9}",
        1 => (199_usize..202).prop_map(|length| "n".repeat(length)),
    ]
}

fn events() -> impl Strategy<Value = Vec<(RecordId, i64, HouseholdEvent)>> {
    let event = prop_oneof![
        2 => prop::collection::vec(name().prop_map(SpaceField::Name), 0..3)
            .prop_map(|set| HouseholdEvent::SpaceEdited { set }),
        2 => name().prop_map(|name| HouseholdEvent::MemberNamed { name }),
        1 => Just(HouseholdEvent::MemberVerified {}),
        1 => Just(HouseholdEvent::MemberDoubted {}),
        2 => invite().prop_map(HouseholdEvent::InviteMade),
        2 => end().prop_map(|why| HouseholdEvent::InviteEnded { why }),
    ];
    // Any kind on any record: what it cannot be about has to be nothing on every device.
    let about = prop_oneof![1 => Just(SPACE), 3 => (1_u8..4).prop_map(record)];
    prop::collection::vec((about, 0_i64..9, event), 0..30)
}

/// What can be taken back. An invitation cannot: `tests/invites.rs` says what an undo does there.
fn command() -> impl Strategy<Value = HouseholdCommand> {
    let account = || (1_u8..4).prop_map(record);
    prop_oneof![
        name().prop_map(|name| HouseholdCommand::NameSpace { name }),
        (account(), name())
            .prop_map(|(account, name)| HouseholdCommand::NameMember { account, name }),
        account().prop_map(|account| HouseholdCommand::VerifyMember { account }),
        account().prop_map(|account| HouseholdCommand::DoubtMember { account }),
    ]
}

fn views(state: &HouseholdState, context: &Context) -> Vec<HouseholdView> {
    vec![Household::query(state, HouseholdQuery::Household, context)]
}

fn golden() -> Vec<Stamped<HouseholdEvent>> {
    let set = vec![SpaceField::Name("Home".to_owned())];
    let invite = Invite {
        secret: LinkSecret::new([0xA5; 16]),
        code: InviteCode::new("0123456789".to_owned()),
        role: HouseholdRole::Member,
        share: Some(InviteShare {
            space: record(7),
            role: HouseholdRole::Viewer,
        }),
        expires_ms: NOW_MS + 604_800_000,
    };
    let named = HouseholdEvent::MemberNamed {
        name: "Maja".to_owned(),
    };
    let accepted = HouseholdEvent::InviteEnded {
        why: InviteEnd::Accepted { account: record(2) },
    };
    let at_ms = 1_795_262_400_000;
    lifeos_kernel::laws::stamped(vec![
        (SPACE, at_ms, HouseholdEvent::SpaceEdited { set }),
        (record(1), at_ms, named),
        (record(2), at_ms, HouseholdEvent::MemberVerified {}),
        (record(2), at_ms, HouseholdEvent::MemberDoubted {}),
        (record(3), at_ms, HouseholdEvent::InviteMade(invite)),
        (record(3), at_ms, accepted),
    ])
}

lifeos_kernel::laws! {
    domain: Household,
    events: events(),
    commands: command(),
    views: views,
    golden: golden(),
}
