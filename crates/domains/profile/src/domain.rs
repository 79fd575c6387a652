//! The profile as a domain of the kernel.

use std::collections::BTreeMap;

use lifeos_kernel::search::SearchText;
use lifeos_kernel::{
    Context, Domain, Draft, Field as _, FieldName as _, FieldUndo, Fields, Minute, Reason,
    RecordId, Register, Rejected, Reverted, Stamp, Stamped, ZoneName, sort_fields,
};
use serde::{Deserialize, Serialize};

use crate::fields::{
    DateFormat, Density, NumberFormat, ProfileField, ProfileKey, Theme, TimeFormat, Weekday,
};

/// The one record of this domain.
pub const PROFILE: RecordId = RecordId(*b"lifeos/profile/1");

const START_OF_DAY: u16 = 4 * 60;
const IDLE_LOCK_MINUTES: u32 = 15;
const TEXT_LIMIT: usize = 200;

/// The person's own settings.
#[derive(Debug, Clone, Copy)]
pub struct Profile;

/// What can happen to the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum ProfileEvent {
    /// Settings were set.
    ProfileEdited {
        /// The settings.
        set: Vec<ProfileField>,
    },
    /// A device was given a name. The record is the device: its id.
    DeviceNamed {
        /// The name.
        name: String,
    },
}

/// The settings that were set, and the names of devices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileState {
    fields: Fields<ProfileField>,
    devices: BTreeMap<RecordId, Register<String>>,
}

lifeos_kernel::pack_struct!(ProfileState { fields, devices });

impl ProfileState {
    /// Returns when a new day begins.
    #[must_use]
    pub fn start_of_day(&self) -> Minute {
        match self.fields.get(ProfileKey::StartOfDay) {
            Some(ProfileField::StartOfDay(Some(minute))) => *minute,
            _ => Minute::new(START_OF_DAY).unwrap_or_default(),
        }
    }

    /// Returns how the person wants to be called; empty where they did not say.
    #[must_use]
    pub fn display_name(&self) -> &str {
        match self.fields.get(ProfileKey::DisplayName) {
            Some(ProfileField::DisplayName(name)) => name,
            _ => "",
        }
    }

    /// Returns after how many idle minutes a device locks itself; 0 never.
    #[must_use]
    pub fn idle_lock_minutes(&self) -> u32 {
        match self.fields.get(ProfileKey::IdleLockMinutes) {
            Some(ProfileField::IdleLockMinutes(Some(minutes))) => *minutes,
            _ => IDLE_LOCK_MINUTES,
        }
    }

    /// Returns what a device is called.
    #[must_use]
    pub fn device_name(&self, device: RecordId) -> Option<&str> {
        self.devices.get(&device)?.get().map(String::as_str)
    }

    /// Returns the time zone, where one is set.
    #[must_use]
    pub fn zone(&self) -> Option<&ZoneName> {
        match self.fields.get(ProfileKey::Zone) {
            Some(ProfileField::Zone(zone)) => zone.as_ref(),
            _ => None,
        }
    }
}

/// A command over the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "profile.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ProfileCommand {
    /// Sets settings.
    EditProfile {
        /// The settings.
        set: Vec<ProfileField>,
    },
    /// Names a device.
    NameDevice {
        /// The device's id.
        device: RecordId,
        /// Its name.
        name: String,
    },
}

/// A question about the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "profile.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ProfileQuery {
    /// All settings.
    Profile,
}

/// All settings, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "profile.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// How the person wants to be called; may be empty.
    pub display_name: String,
    /// The time zone, where one is set.
    pub zone: Option<ZoneName>,
    /// When a new day begins.
    pub start_of_day: Minute,
    /// How dates are written.
    pub date_format: DateFormat,
    /// How times are written.
    pub time_format: TimeFormat,
    /// How numbers are written.
    pub number_format: NumberFormat,
    /// The first day of the week.
    pub first_weekday: Weekday,
    /// The language (BCP 47); the browser's where it is empty.
    pub language: String,
    /// After how many idle minutes to lock; 0 never.
    pub idle_lock_minutes: u32,
    /// Light or dark.
    pub theme: Theme,
    /// How close things stand.
    pub density: Density,
}

/// How to take an event back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileReversal {
    undo: Vec<FieldUndo<ProfileField>>,
    named: Option<NameUndo>,
}

/// How to take the naming of a device back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NameUndo {
    before: String,
    written: Stamp,
}

/// One line of the profile's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "profile.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ProfileChange {
    /// A setting.
    Field {
        /// As it was.
        before: ProfileField,
        /// As it became.
        after: ProfileField,
    },
    /// The name of a device.
    DeviceName {
        /// As it was.
        before: String,
        /// As it became.
        after: String,
    },
}

impl Domain for Profile {
    const NAME: &'static str = "profile";
    const VERSION: u16 = 1;
    const KINDS: &'static [&'static str] = &["profileEdited", "deviceNamed"];

    type Event = ProfileEvent;
    type State = ProfileState;
    type Command = ProfileCommand;
    type Query = ProfileQuery;
    type View = ProfileView;
    type Reversal = ProfileReversal;
    type Change = ProfileChange;

    fn decide(
        state: &ProfileState,
        command: ProfileCommand,
        context: &Context,
    ) -> Result<Vec<Draft<ProfileEvent>>, Rejected> {
        let set = match command {
            ProfileCommand::EditProfile { set } => set,
            ProfileCommand::NameDevice { device, name } => {
                return name_device(state, device, name, context);
            }
        };
        let mut checked = Vec::with_capacity(set.len());
        for field in set {
            let (fits, reason) = match &field {
                ProfileField::DisplayName(text) => (text.len() <= TEXT_LIMIT, Reason::TooLong),
                ProfileField::Language(tag) => {
                    let letters = tag
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                    (tag.len() <= 35 && letters, Reason::OutOfRange)
                }
                ProfileField::IdleLockMinutes(Some(minutes)) => {
                    (*minutes <= 1_440, Reason::OutOfRange)
                }
                _ => (true, Reason::NotAllowed),
            };
            if !fits {
                return Err(Rejected::new(reason).record(PROFILE));
            }
            checked.push(field);
        }
        sort_fields(&mut checked);
        if checked
            .windows(2)
            .any(|pair| pair[0].key() == pair[1].key())
        {
            return Err(Rejected::new(Reason::NotAllowed).record(PROFILE));
        }
        checked.retain(|field| !state.fields.holds(field));
        Ok(edit(checked, context))
    }

    fn apply(state: &mut ProfileState, event: Stamped<ProfileEvent>) {
        match event.event {
            ProfileEvent::ProfileEdited { set } if event.record == PROFILE => {
                for field in set {
                    state.fields.set(field, event.stamp);
                }
            }
            ProfileEvent::DeviceNamed { name } if event.record != PROFILE => {
                state
                    .devices
                    .entry(event.record)
                    .or_default()
                    .set(name, event.stamp);
            }
            // A kind on a record that it cannot be about says nothing.
            ProfileEvent::ProfileEdited { .. } | ProfileEvent::DeviceNamed { .. } => {}
        }
    }

    fn query(state: &ProfileState, _query: ProfileQuery, _context: &Context) -> ProfileView {
        macro_rules! read {
            ($key:ident) => {
                match state.fields.get(ProfileKey::$key) {
                    Some(ProfileField::$key(value)) => value.clone(),
                    _ => Default::default(),
                }
            };
        }
        ProfileView {
            display_name: state.display_name().to_owned(),
            zone: read!(Zone),
            start_of_day: state.start_of_day(),
            date_format: read!(DateFormat),
            time_format: read!(TimeFormat),
            number_format: read!(NumberFormat),
            first_weekday: read!(FirstWeekday),
            language: read!(Language),
            idle_lock_minutes: state.idle_lock_minutes(),
            theme: read!(Theme),
            density: read!(Density),
        }
    }

    fn forget(state: &mut ProfileState, record: RecordId) {
        if record == PROFILE {
            state.fields = Fields::default();
        }
        state.devices.remove(&record);
    }

    fn extract(state: &ProfileState, record: RecordId) -> ProfileState {
        let fields = if record == PROFILE {
            state.fields.clone()
        } else {
            Fields::default()
        };
        let name = state.devices.get(&record);
        ProfileState {
            fields,
            devices: name
                .map(|name| (record, name.clone()))
                .into_iter()
                .collect(),
        }
    }

    fn capture(state: &ProfileState, event: &Stamped<ProfileEvent>) -> ProfileReversal {
        let mut reversal = ProfileReversal {
            undo: Vec::new(),
            named: None,
        };
        match &event.event {
            ProfileEvent::ProfileEdited { set } if event.record == PROFILE => {
                reversal.undo = state.fields.capture(set, event.stamp);
            }
            ProfileEvent::DeviceNamed { .. } if event.record != PROFILE => {
                let before = state
                    .device_name(event.record)
                    .unwrap_or_default()
                    .to_owned();
                reversal.named = Some(NameUndo {
                    before,
                    written: event.stamp,
                });
            }
            ProfileEvent::ProfileEdited { .. } | ProfileEvent::DeviceNamed { .. } => {}
        }
        reversal
    }

    fn revert(
        state: &ProfileState,
        record: RecordId,
        reversal: &ProfileReversal,
        context: &Context,
    ) -> Reverted<ProfileEvent> {
        let (set, kept) = state.fields.revert(&reversal.undo);
        let mut reverted = Reverted {
            events: edit(set, context),
            kept: kept.into_iter().map(|key| (PROFILE, key.name())).collect(),
        };
        if let Some(undo) = &reversal.named {
            let standing = state.devices.get(&record).and_then(Register::stamp);
            if standing == Some(undo.written) {
                reverted
                    .events
                    .push(named(record, undo.before.clone(), context));
            } else {
                reverted.kept.push((record, NAME_FIELD.to_owned()));
            }
        }
        reverted
    }

    fn restore(
        state: &ProfileState,
        then: &ProfileState,
        record: RecordId,
        context: &Context,
    ) -> Vec<Draft<ProfileEvent>> {
        let mut drafts = edit(state.fields.towards(&then.fields), context);
        let before = then.device_name(record).unwrap_or_default();
        if state.device_name(record).unwrap_or_default() != before {
            drafts.push(named(record, before.to_owned(), context));
        }
        drafts
    }

    fn describe(
        before: &ProfileState,
        after: &ProfileState,
        record: RecordId,
    ) -> Vec<ProfileChange> {
        let changed = before.fields.changes(&after.fields);
        let mut changes: Vec<ProfileChange> = changed
            .into_iter()
            .map(|(before, after)| ProfileChange::Field { before, after })
            .collect();
        let name = |state: &ProfileState| state.device_name(record).unwrap_or_default().to_owned();
        let (before, after) = (name(before), name(after));
        if before != after {
            changes.push(ProfileChange::DeviceName { before, after });
        }
        changes
    }

    fn meets(state: &ProfileState, event: &Stamped<ProfileEvent>) -> Vec<(String, Stamp)> {
        match &event.event {
            ProfileEvent::ProfileEdited { set } => state.fields.meets(set, event.stamp),
            ProfileEvent::DeviceNamed { .. } => {
                let standing = state.devices.get(&event.record).and_then(Register::stamp);
                let met = standing.filter(|stamp| stamp.device() != event.stamp.device());
                met.map(|stamp| (NAME_FIELD.to_owned(), stamp))
                    .into_iter()
                    .collect()
            }
        }
    }

    fn search_text(_state: &ProfileState, _record: RecordId) -> Option<SearchText> {
        None
    }

    fn records(state: &ProfileState) -> Vec<RecordId> {
        let profile = (state.fields.iter().len() > 0).then_some(PROFILE);
        profile
            .into_iter()
            .chain(state.devices.keys().copied())
            .collect()
    }
}

/// How the name of a device is called where fields are named.
const NAME_FIELD: &str = "name";

fn name_device(
    state: &ProfileState,
    device: RecordId,
    name: String,
    context: &Context,
) -> Result<Vec<Draft<ProfileEvent>>, Rejected> {
    let reason = if device == PROFILE {
        Reason::NotAllowed
    } else if name.len() > TEXT_LIMIT {
        Reason::TooLong
    } else if state.device_name(device) == Some(name.as_str()) {
        return Ok(Vec::new());
    } else {
        return Ok(vec![named(device, name, context)]);
    };
    Err(Rejected::new(reason).record(device))
}

fn named(record: RecordId, name: String, context: &Context) -> Draft<ProfileEvent> {
    let at_ms = i64::try_from(context.now_ms).unwrap_or(i64::MAX);
    Draft {
        record,
        at_ms,
        event: ProfileEvent::DeviceNamed { name },
    }
}

fn edit(set: Vec<ProfileField>, context: &Context) -> Vec<Draft<ProfileEvent>> {
    if set.is_empty() {
        return Vec::new();
    }
    let at_ms = i64::try_from(context.now_ms).unwrap_or(i64::MAX);
    vec![Draft {
        record: PROFILE,
        at_ms,
        event: ProfileEvent::ProfileEdited { set },
    }]
}
