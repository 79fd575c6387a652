//! The kernel's laws over the profile.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_kernel::laws::record;
use lifeos_kernel::{Context, Domain, Minute, RecordId, Stamped, ZoneName};
use lifeos_profile::{
    DateFormat, Density, NumberFormat, PROFILE, Profile, ProfileCommand, ProfileEvent,
    ProfileField, ProfileQuery, ProfileState, ProfileView, Theme, TimeFormat, Weekday,
};
use proptest::prelude::*;

fn field() -> impl Strategy<Value = ProfileField> {
    prop_oneof![
        "[A-Za-zé ]{0,9}".prop_map(ProfileField::DisplayName),
        prop::option::of(prop_oneof![Just("Europe/Berlin"), Just("Asia/Tokyo")])
            .prop_map(|zone| ProfileField::Zone(zone.and_then(ZoneName::new))),
        prop::option::of(0_u16..1_440)
            .prop_map(|minute| ProfileField::StartOfDay(minute.and_then(Minute::new))),
        prop_oneof![Just(DateFormat::Iso), Just(DateFormat::MonthDayYear)]
            .prop_map(ProfileField::DateFormat),
        prop_oneof![Just(TimeFormat::Language), Just(TimeFormat::Hours12)]
            .prop_map(ProfileField::TimeFormat),
        prop_oneof![
            Just(NumberFormat::CommaPoint),
            Just(NumberFormat::SpaceComma)
        ]
        .prop_map(ProfileField::NumberFormat),
        prop_oneof![Just(Weekday::Monday), Just(Weekday::Sunday)]
            .prop_map(ProfileField::FirstWeekday),
        prop_oneof![Just("de-CH"), Just("")].prop_map(|tag| ProfileField::Language(tag.to_owned())),
        prop::option::of(1_u32..60).prop_map(ProfileField::IdleLockMinutes),
        prop_oneof![Just(Theme::System), Just(Theme::Dark)].prop_map(ProfileField::Theme),
        prop_oneof![Just(Density::Comfortable), Just(Density::Compact)]
            .prop_map(ProfileField::Density),
    ]
}

fn events() -> impl Strategy<Value = Vec<(RecordId, i64, ProfileEvent)>> {
    let set =
        prop::collection::vec(field(), 0..4).prop_map(|set| ProfileEvent::ProfileEdited { set });
    let name = "[a-z]{0,5}".prop_map(|name| ProfileEvent::DeviceNamed { name });
    let event = prop_oneof![
        3 => (Just(PROFILE), 0_i64..9, set),
        1 => ((1_u8..4).prop_map(record), 0_i64..9, name),
    ];
    prop::collection::vec(event, 0..30)
}

fn command() -> impl Strategy<Value = ProfileCommand> {
    prop_oneof![
        3 => prop::collection::vec(field(), 0..4).prop_map(|set| ProfileCommand::EditProfile { set }),
        1 => ((1_u8..4).prop_map(record), "[a-z]{0,5}")
            .prop_map(|(device, name)| ProfileCommand::NameDevice { device, name }),
    ]
}

fn views(state: &ProfileState, context: &Context) -> Vec<ProfileView> {
    // Names of devices are no part of the view: they stand in for one that is always there.
    let names: Vec<String> = (1..4)
        .map(|number| {
            state
                .device_name(record(number))
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    let mut view = Profile::query(state, ProfileQuery::Profile, context);
    view.display_name.push_str(&names.join("/"));
    vec![view]
}

fn golden() -> Vec<Stamped<ProfileEvent>> {
    let set = vec![
        ProfileField::DisplayName("Maja".to_owned()),
        ProfileField::Zone(ZoneName::new("Europe/Berlin")),
        ProfileField::StartOfDay(Some(Minute::new(300).unwrap())),
        ProfileField::DateFormat(DateFormat::DayMonthYearDots),
        ProfileField::TimeFormat(TimeFormat::Hours24),
        ProfileField::NumberFormat(NumberFormat::ApostrophePoint),
        ProfileField::FirstWeekday(Weekday::Saturday),
        ProfileField::Language("de-CH".to_owned()),
        ProfileField::IdleLockMinutes(Some(5)),
        ProfileField::Theme(Theme::Light),
        ProfileField::Density(Density::Compact),
    ];
    let named = ProfileEvent::DeviceNamed {
        name: "Kitchen tablet".to_owned(),
    };
    lifeos_kernel::laws::stamped(vec![
        (
            PROFILE,
            1_795_262_400_000,
            ProfileEvent::ProfileEdited { set },
        ),
        (record(1), 1_795_262_400_000, named),
    ])
}

lifeos_kernel::laws! {
    domain: Profile,
    events: events(),
    commands: command(),
    views: views,
    golden: golden(),
}

#[test]
fn nothing_set_means_a_day_from_four_and_a_lock_after_a_quarter_of_an_hour() {
    let context = lifeos_kernel::laws::context(lifeos_kernel::DeviceId([1; 16]), 1);
    let view = Profile::query(&ProfileState::default(), ProfileQuery::Profile, &context);
    assert_eq!(
        (view.start_of_day.minutes(), view.idle_lock_minutes),
        (240, 15)
    );
}

#[test]
fn a_device_can_be_told_never_to_lock_itself() {
    let context = lifeos_kernel::laws::context(lifeos_kernel::DeviceId([1; 16]), 1);
    let lock_after = |minutes| ProfileCommand::EditProfile {
        set: vec![ProfileField::IdleLockMinutes(Some(minutes))],
    };
    let state = ProfileState::default();
    assert!(Profile::decide(&state, lock_after(0), &context).is_ok());
    assert!(Profile::decide(&state, lock_after(1_440), &context).is_ok());
    assert!(Profile::decide(&state, lock_after(1_441), &context).is_err());
}
