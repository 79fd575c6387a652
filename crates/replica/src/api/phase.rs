//! Where a client stands: what the page's frame shows.

use serde::{Deserialize, Serialize};

/// Ways that the vault on this device can be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct UnlockWays {
    /// A passkey with PRF: works offline.
    pub passkey: bool,
    /// A passkey without PRF: the box must release its half.
    pub passkey_with_box: bool,
    /// A recovery kit.
    pub kit: bool,
}

/// Where the joining of an account stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum JoinStep {
    /// Waiting for the enrolled device to open the link.
    WaitingForApproval,
    /// The enrolled device answered: show the code, to be typed there.
    ShowCode {
        /// Six digits.
        code: String,
        /// Six words of the account id, to compare.
        account_words: Vec<String>,
    },
    /// The enrolled device accepted the code: the name and words are compared before anything is taken.
    ConfirmAccount {
        /// The account's name, as the enrolled device sealed it.
        account_name: String,
        /// Six words of the account id.
        account_words: Vec<String>,
    },
    /// A kit was typed without its account line: its words are compared.
    ConfirmKit {
        /// Six words of the account id.
        account_words: Vec<String>,
        /// When the newest change that the box shows was written, ms since 1970, if any.
        last_change_ms: Option<f64>,
    },
    /// Taking the account over.
    Fetching,
}

/// The phase of a client's life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum Phase {
    /// Reading what is stored here and asking the box.
    Starting,
    /// Nothing is stored here and the box cannot be asked.
    Unreachable,
    /// The box belongs to nobody yet.
    Unclaimed,
    /// A claim is under way.
    Claiming,
    /// The box has an account; nothing is stored here.
    Fresh,
    /// Joining the account.
    Joining {
        /// How far.
        step: JoinStep,
    },
    /// The account is stored here, sealed.
    Locked {
        /// What opens it.
        ways: UnlockWays,
    },
    /// Opening the local store.
    Opening,
    /// Open: everything works, online or not.
    Open,
    /// This device was revoked, or its profile is a clone; its local copy is being or was erased.
    Revoked,
}

/// How the box is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum SyncState {
    /// Not reached.
    Offline,
    /// Catching up.
    Syncing,
    /// Nothing to send, nothing to fetch, live.
    Live,
    /// Reached, but something needs a person: see the alarms.
    Halted,
    /// Reached, but a log is frozen: by two histories (see `forks`), until a person keeps one of
    /// them, or by what a revoked device signed there. Nothing that it concerns is sealed or sent.
    Frozen,
}

/// What went wrong, in kinds that the page puts into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum AlarmKind {
    /// A device's history was served in two versions.
    Fork,
    /// The box serves less than this device has already verified.
    Rollback,
    /// A change that another device named is missing.
    Omission,
    /// A signature, a hash or a wrap did not check.
    Tampered,
    /// The log of an account or space forked: writes wait until it is resolved.
    LogFork,
    /// A revoked device signed in a space after it had been revoked, and the box let it: nothing is
    /// sealed or sent in that space any more.
    BeyondCut,
    /// The box says that it was restored from a backup; an owner must admit it.
    NewIncarnation,
    /// This profile was cloned or restored.
    Cloned,
    /// The clock of this device or of others is off.
    Clock,
    /// The box refused a change.
    Refused,
    /// Something could not be opened or applied and was set aside.
    Quarantined,
    /// Written by a newer version; kept until this app is updated.
    NeedsNewerVersion,
    /// The disk of this device is full, or the browser took storage away.
    StorageFull,
    /// The disk of the box is full.
    BoxFull,
    /// A stored file of this device is damaged.
    Damaged,
    /// The box asks for a version below what was seen before, or above what this app knows.
    Version,
}

/// One alarm. Shown until seen; kept in the activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct Alarm {
    /// Number on this device.
    pub number: u32,
    /// What went wrong.
    pub kind: AlarmKind,
    /// Device concerned, in hex, if one is.
    pub device: Option<String>,
    /// How many changes are concerned.
    pub count: u32,
}

/// What is wrong with the box, as it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum BoxAlarmKind {
    /// More than one request in a hundred takes over half a second.
    Slow,
    /// More than one request in a hundred fails.
    Failing,
    /// Too much waits to be written.
    Queue,
    /// The disk is nearly full.
    Disk,
    /// Another program holds the database.
    Busy,
    /// Its clock is wrong, or set by nobody.
    Clock,
    /// It is too hot.
    Heat,
    /// Its disk is worn, has errors, or takes nothing more.
    DiskHealth,
    /// Its voltage was too low.
    Power,
}

/// An alarm of the box that stands; told to its owners' own devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct BoxAlarm {
    /// What is wrong.
    pub kind: BoxAlarmKind,
    /// Since when, by the box's clock, ms since 1970.
    pub since_ms: f64,
}

/// The whole status of a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct Status {
    /// Where it stands.
    pub phase: Phase,
    /// How the box is reached.
    pub sync: SyncState,
    /// Changes written here that the box has not acknowledged.
    pub waiting: u32,
    /// Changes set aside.
    pub quarantined: u32,
    /// Changes of a newer version, kept.
    pub needs_newer: u32,
    /// Whether there is something to undo.
    pub can_undo: bool,
    /// Whether there is something to redo.
    pub can_redo: bool,
    /// Unseen alarms, newest first.
    pub alarms: Vec<Alarm>,
    /// What is wrong with the box, for whom it tells.
    pub box_alarms: Vec<BoxAlarm>,
    /// Whether a space waits for its new key after a revocation.
    pub rekeying: bool,
    /// Until when a fresh user verification counts, ms since 1970.
    pub stepped_up_until_ms: Option<f64>,
    /// This device's id, in hex, once it has one.
    pub device: Option<String>,
    /// Idle minutes after which this device locks itself; 0 never.
    pub idle_lock_minutes: u32,
    /// Records emptied from the trash, or in it for longer than it keeps anything, whose content
    /// the box still has.
    pub to_erase: u32,
    /// Logs that have two histories, until a person keeps one: nothing is sent meanwhile.
    pub forks: u32,
}
