//! Answers to calls.

use lifeos_life::View;
use serde::{Deserialize, Serialize};

use super::Status;

/// A place in the changes of a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct EventsCursor {
    /// The device, in hex.
    pub device: String,
    /// The last change of it that was told.
    pub counter: u64,
}

/// A QR code as rows of modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct QrCode {
    /// Modules per side, quiet zone not counted.
    pub size: u16,
    /// One string a row, `1` dark and `0` light.
    pub rows: Vec<String>,
}

/// A recovery kit, as it is printed and saved. Held by the page only while it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct KitSheet {
    /// The code line, in groups.
    pub code: Vec<String>,
    /// The account line, in groups.
    pub account: Vec<String>,
    /// Six words of the account id.
    pub account_words: Vec<String>,
    /// The text of the kit's file and QR code.
    pub payload: String,
    /// The QR code of `payload`.
    pub qr: QrCode,
    /// The groups of the code line (from 0) that will be asked back.
    pub asked: Vec<u8>,
}

/// A device of the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct DeviceView {
    /// Id in hex.
    pub id: String,
    /// Six words of the id.
    pub words: Vec<String>,
    /// Its name, if it has been synced.
    pub name: Option<String>,
    /// `full`, `shared` or `agent`.
    pub class: String,
    /// Since when, ms since 1970, as its signer said.
    pub since_ms: f64,
    /// Whether it is this one.
    pub this: bool,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A way to unlock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct MethodView {
    /// Id in hex.
    pub id: String,
    /// `passkey` or `kit`.
    pub kind: String,
    /// Since when, ms since 1970.
    pub since_ms: f64,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A session at the box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct SessionView {
    /// Number at the box.
    pub id: String,
    /// Device or method that opened it, in hex.
    pub signer: String,
    /// Opened, ms since 1970.
    pub created_ms: f64,
    /// Last request, ms since 1970.
    pub last_seen_ms: f64,
    /// Whether it is this one.
    pub this: bool,
}

/// What an activity entry is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum ActivityKind {
    /// The account began.
    AccountCreated,
    /// A device was enrolled.
    DeviceAdded {
        /// Id in hex.
        device: String,
        /// Its class.
        class: String,
    },
    /// A way to unlock was added.
    MethodAdded {
        /// Id in hex.
        method: String,
        /// Its kind.
        kind: String,
    },
    /// Devices or methods were revoked and the account's epoch turned.
    Revoked {
        /// Ids in hex.
        targets: Vec<String>,
    },
    /// A space began.
    SpaceCreated,
    /// A space got a new key.
    Rekeyed {
        /// The new epoch.
        epoch: u32,
    },
    /// Something was erased for good.
    Erased {
        /// How many events.
        count: u32,
    },
    /// Two devices wrote the same field; the later stamp won.
    Conflict {
        /// The record.
        record: String,
        /// The field.
        field: String,
        /// Device whose value lost, in hex.
        lost: String,
    },
    /// An alarm.
    Alarm {
        /// What.
        alarm: super::Alarm,
    },
    /// A person kept one of two histories of a log.
    ForkResolved,
    /// Another act in a log of this version or a newer one.
    Other,
}

/// One entry of the activity page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ActivityEntry {
    /// When, ms since 1970, as its author said.
    pub at_ms: f64,
    /// Device or method that signed it, in hex.
    pub signer: Option<String>,
    /// What happened.
    pub kind: ActivityKind,
}

/// Somebody whom a history of a log has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ForkMember {
    /// Device, way to unlock or account, in hex.
    pub id: String,
    /// A device's class, a way's kind, or `account`.
    pub kind: String,
    /// A device's name, if it is known here.
    pub name: Option<String>,
    /// Whether it is this device.
    pub this: bool,
}

/// One history of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ForkBranch {
    /// Hash of its last statement, in hex: names it.
    pub head: String,
    /// What it says since the histories part, oldest first.
    pub acts: Vec<ActivityEntry>,
    /// Whether this device has followed it so far.
    pub followed: bool,
    /// Whether the box goes on with it; none where the box has not told since this device opened.
    pub at_box: Option<bool>,
    /// Who came in by it.
    pub adds: Vec<ForkMember>,
    /// Who is out by it.
    pub removes: Vec<ForkMember>,
    /// Who is in at its end, and not at the end of every other.
    pub only_here: Vec<ForkMember>,
    /// Whether this device stays in, where it is kept.
    pub keeps_this_device: bool,
}

/// Who settles a fork.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum ForkResolver {
    /// Whoever has a passkey or kit of the account.
    Method,
    /// This device, after a step-up.
    ThisDevice,
    /// Another device of this account: a person's own.
    OwnDevice,
    /// The owner of longest standing of the space.
    Owner {
        /// Its account, in hex.
        account: String,
    },
    /// Nobody before the fork of the account's log is settled.
    AccountFirst,
}

/// A log that has two valid histories, or more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ForkView {
    /// The log, in hex.
    pub log: String,
    /// The space whose log it is; none for the account's.
    pub space: Option<String>,
    /// Sequence of the last statement that all histories have.
    pub after: u32,
    /// The histories, the one first that this device has followed.
    pub branches: Vec<ForkBranch>,
    /// Own changes that wait until it is settled.
    pub waiting: u32,
    /// Who settles it.
    pub resolver: ForkResolver,
}

/// A change that was set aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct QuarantineView {
    /// Author, in hex.
    pub device: String,
    /// Its counter.
    pub counter: f64,
    /// Why, as a stable code.
    pub reason: String,
}

/// What this device stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct StorageView {
    /// Bytes in the sealed files.
    pub bytes: f64,
    /// Changes kept.
    pub changes: u32,
    /// Records known.
    pub records: u32,
}

/// The answer to a call.
#[derive(Debug, Clone, Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum Reply {
    /// Done; nothing to tell.
    Done,
    /// The status.
    Status {
        /// The whole status.
        status: Status,
    },
    /// Options for `navigator.credentials.create`, as JSON for `parseCreationOptionsFromJSON`,
    /// and the PRF input to evaluate.
    MakePasskey {
        /// `PublicKeyCredentialCreationOptionsJSON`.
        options: String,
        /// PRF input, base64url.
        prf_salt: String,
    },
    /// Options for `navigator.credentials.get`.
    UsePasskey {
        /// `PublicKeyCredentialRequestOptionsJSON`.
        options: String,
        /// PRF input, base64url; none where no PRF is wanted.
        prf_salt: Option<String>,
    },
    /// Everything about other people.
    People {
        /// It.
        people: super::PeopleView,
    },
    /// What leaves of a space.
    TasksOut {
        /// The space, in hex.
        space: String,
        /// An `Outgoing` in CBOR, base64url.
        items: String,
    },
    /// A page of everything that happened.
    EventsOut {
        /// An `EventsPage` in CBOR, base64url.
        page: String,
        /// How many changes it holds.
        changes: u32,
        /// How many there are in all.
        of: u32,
        /// Where the next page begins; none behind the last.
        next: Option<EventsCursor>,
    },
    /// An invitation, to be handed over by two ways. Held by the page only while it is shown.
    InviteMade {
        /// Its id, in hex.
        invite: String,
        /// The link.
        link: String,
        /// The link as a QR code.
        qr: QrCode,
        /// The code, to be told by another way.
        code: String,
        /// Six words of the own account, which the other sees.
        words: Vec<String>,
        /// Until when, ms since 1970.
        expires_ms: f64,
    },
    /// Who invites: words to be compared with what that person sees.
    Invited {
        /// The words of the account.
        words: Vec<String>,
    },
    /// Kits to keep, and what will be asked back.
    Kits {
        /// One, or two where the passkey has no PRF.
        sheets: Vec<KitSheet>,
    },
    /// How to unlock what is stored here.
    Unlock {
        /// Options for a passkey, offline where it has PRF.
        options: Option<String>,
        /// PRF input, base64url.
        prf_salt: Option<String>,
        /// Whether a kit opens it.
        kit: bool,
    },
    /// A link and QR code for the enrolled device.
    Approval {
        /// The link, with what it must not leak in its fragment.
        link: String,
        /// The same as a QR code.
        qr: QrCode,
    },
    /// An approval is under way on the enrolled device: the new one shows the same words.
    Approving {
        /// The account, in words.
        account_words: Vec<String>,
        /// Under which name the new device found the box, where it is another than this device's.
        elsewhere: Option<String>,
    },
    /// A command was done: durable here.
    Committed {
        /// Its intent, in hex.
        intent: String,
        /// Records that it made or touched.
        records: Vec<String>,
        /// Records that an undo left alone because another device changed them since.
        left_alone: Vec<String>,
        /// The batch that it belongs to, in hex.
        batch: Option<String>,
    },
    /// What was emptied from the trash is erased at the box; devices follow when they come by.
    Erased {
        /// How many changes lost their content.
        changes: u32,
    },
    /// An answer to a query.
    View {
        /// The answer.
        view: View,
    },
    /// A record's history, newest first.
    History {
        /// Entries.
        entries: Vec<lifeos_life::HistoryEntry>,
    },
    /// What a file holds and what importing it would do.
    ImportReport {
        /// The report.
        report: lifeos_exchange::Report,
        /// What changed both there and here, with both values; unlike the report, this is content.
        disputes: Vec<lifeos_life::ImportDispute>,
    },
    /// Devices.
    Devices {
        /// Newest first.
        devices: Vec<DeviceView>,
    },
    /// Ways to unlock.
    Methods {
        /// Newest first.
        methods: Vec<MethodView>,
    },
    /// Sessions.
    Sessions {
        /// Newest first.
        sessions: Vec<SessionView>,
    },
    /// Activity.
    Activity {
        /// Newest first.
        entries: Vec<ActivityEntry>,
    },
    /// Forks.
    Forks {
        /// The account's first.
        forks: Vec<ForkView>,
    },
    /// Quarantine.
    Quarantine {
        /// Newest first.
        items: Vec<QuarantineView>,
    },
    /// A page of the box's log, whose chain was checked.
    BoxLog {
        /// Newest first.
        entries: Vec<super::BoxLogEntry>,
        /// Where the next page begins; none behind the last.
        next: Option<super::BoxLogPlace>,
        /// The newest entry that is not bound to the one before it, if there is one.
        broken: Option<f64>,
    },
    /// How far an examination is.
    Examined {
        /// It, and what it found.
        examined: super::Examined,
    },
    /// Storage.
    Storage {
        /// What is stored.
        storage: StorageView,
    },
}
