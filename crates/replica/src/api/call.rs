//! Calls: what a person's gesture asks of the client.

use lifeos_life::{Command, Portion, Query};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A secret that a person typed or a browser gave, on its way through; wiped when dropped.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Lends the text to who must read it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText")
    }
}

/// What a device is being enrolled as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum ApprovalRole {
    /// The person's own: holds the account secret.
    Full,
    /// A kitchen tablet: holds only the keys of spaces that allow it.
    Shared,
}

/// A conflict of an import, decided for the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ImportChoice {
    /// The record.
    pub record: String,
    /// The name of its field.
    pub field: String,
}

/// What opens the key that settles a fork of the account's log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum ForkKey {
    /// A passkey's PRF output. Its options are those of `UnlockBegin`.
    Passkey {
        /// Credential id that answered.
        credential_id: String,
        /// Its PRF output.
        prf: SecretText,
    },
    /// A recovery kit.
    Kit {
        /// The code line, or the whole text of the kit's file.
        code: SecretText,
    },
}

/// One request to the client. Binary values are base64url without padding.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum Call {
    /// Asks for the present status. Answered by [`Reply::Status`](super::Reply::Status).
    Status,

    /// Begins the claim of an unclaimed box with the code from its terminal.
    ClaimBegin {
        /// The claim code, as typed.
        code: SecretText,
        /// How the person wants to be called; sealed before it leaves the device.
        name: String,
        /// What this device is to be called; sealed as well.
        device_name: String,
    },
    /// Reads an invitation's link. Answered by the words of who invites.
    InviteRead {
        /// The link, or its fragment.
        link: SecretText,
    },
    /// Begins the making of an account by an invitation; it goes on and ends as a claim does.
    InviteAccept {
        /// The link, or its fragment.
        link: SecretText,
        /// The code that was told, as typed.
        code: SecretText,
        /// Whether the words of who invites were compared, and are right.
        compared: bool,
        /// How the person wants to be called; sealed before it leaves the device.
        name: String,
        /// What this device is to be called; sealed as well.
        device_name: String,
    },
    /// The passkey was made. `credential` is its JSON without any PRF result.
    ClaimPasskeyMade {
        /// `PublicKeyCredential.toJSON()`, PRF removed.
        credential: String,
        /// First PRF output, where the authenticator gave one at creation.
        prf: Option<SecretText>,
        /// Whether the authenticator says that it has PRF.
        prf_enabled: bool,
    },
    /// The passkey was evaluated a second time; only now its wrap is made.
    ClaimPasskeyConfirmed {
        /// The PRF output, or none if the authenticator gave none.
        prf: Option<SecretText>,
    },
    /// Proves that a kit is kept: the groups that were asked for, as typed.
    ClaimProveKit {
        /// Which sheet, from 0.
        sheet: u8,
        /// The groups, in the order asked.
        groups: Vec<SecretText>,
    },
    /// Writes everything to the box in one request and opens the account here.
    ClaimFinish,
    /// Gives the claim up; nothing was stored.
    ClaimCancel,

    /// Lists the ways to unlock what is stored on this device.
    UnlockBegin,
    /// Unlocks with a passkey's PRF output.
    UnlockPasskey {
        /// Credential id that answered.
        credential_id: String,
        /// Its PRF output.
        prf: SecretText,
    },
    /// Unlocks a device whose passkey has no PRF: the box releases its half for this assertion.
    UnlockHalf {
        /// `PublicKeyCredential.toJSON()`.
        credential: String,
    },
    /// Unlocks with a recovery kit.
    UnlockKit {
        /// The kit's code line.
        code: SecretText,
    },
    /// Forgets every key in memory. What is on disk stays, sealed.
    Lock,
    /// Erases the local copy of this device, keys included.
    Forget,

    /// Begins joining an existing account in a browser that holds nothing, by passkey.
    JoinPasskeyBegin {
        /// What this device is to be called.
        device_name: String,
    },
    /// The passkey answered.
    JoinPasskey {
        /// `PublicKeyCredential.toJSON()`, PRF removed.
        credential: String,
        /// Its PRF output, if it has PRF.
        prf: Option<SecretText>,
    },
    /// Joins by a recovery kit.
    JoinKit {
        /// What this device is to be called.
        device_name: String,
        /// The kit's code line.
        code: SecretText,
        /// The kit's account line, if it was read or typed; without it the words are compared.
        account: Option<String>,
    },
    /// Asks an enrolled device to approve this one. Answered by a link and a QR code.
    JoinApproval {
        /// What this device is to be called.
        device_name: String,
    },
    /// The person compared what is shown (account words, or words of the kit) and says yes.
    JoinConfirm,
    /// Gives the joining up.
    JoinCancel,

    /// On the enrolled device: opens the ceremony that a link or QR code names. Answered by the
    /// account's words, which the new device shows too ([`Reply::Approving`](super::Reply::Approving)).
    ApproveOpen {
        /// The link, or its fragment.
        link: String,
        /// What the new device is to be.
        role: ApprovalRole,
    },
    /// On the enrolled device: the code that the new device shows, as typed. One try.
    ApproveCode {
        /// Six digits.
        code: SecretText,
    },
    /// On the enrolled device: gives the ceremony up.
    ApproveCancel,

    /// Asks the box for a fresh user verification. Answered by passkey options.
    StepUpBegin,
    /// The passkey answered the step-up.
    StepUp {
        /// `PublicKeyCredential.toJSON()`, PRF removed.
        credential: String,
    },
    /// A recovery kit verifies the person in place of a passkey: its key answers the box.
    StepUpKit {
        /// The code line, or the whole text of the kit's file.
        code: SecretText,
    },

    /// Does what a command says: decided, sealed and shown at once; answered when durable here.
    Do {
        /// What to do.
        command: Command,
        /// The intent, 16 random bytes in hex, chosen by who asks: a call that is asked again,
        /// because nobody knows whether it arrived, is done once.
        intent: Option<String>,
        /// The space, in hex; the person's own where none is named.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        space: Option<String>,
    },
    /// Takes the last act of this device back, as far as it still stands.
    Undo,
    /// Does again what was last taken back.
    Redo,
    /// Answers a query once.
    Ask {
        /// What to look up.
        query: Query,
        /// In which space, as in `Do`.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        space: Option<String>,
    },
    /// Answers a query now and whenever its answer changes.
    Subscribe {
        /// Chosen by the caller; names the subscription in pushes.
        subscription: u32,
        /// What to look up.
        query: Query,
        /// In which space, as in `Do`.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        space: Option<String>,
    },
    /// Ends a subscription.
    Unsubscribe {
        /// As given in `Subscribe`.
        subscription: u32,
    },
    /// Everything that happened to one record, newest first.
    History {
        /// The record.
        record: String,
    },
    /// Brings a record back to how it stood just after an entry of its history, as a new change.
    RestoreTo {
        /// The record.
        record: String,
        /// The entry's stamp, in hex.
        stamp: String,
    },
    /// Erases for good what was emptied from the trash, and what has been in it for longer than it
    /// keeps anything: an act in the space's log, after which the box and every device drop the
    /// content. Needs a step-up. Answered by [`Reply::Erased`](super::Reply::Erased).
    Erase,
    /// Takes a whole batch (an import, the sample data) back.
    UndoBatch {
        /// The batch, in hex.
        batch: String,
    },

    /// Takes what was read of a file (an encoded import, given beside the call), writes nothing, and
    /// reports. The file itself never comes here: it is read where there are no keys, and what
    /// comes of that is checked as anything else from outside.
    ImportRead {
        /// SHA-256 of the file, in hex: the same file again is the same batch.
        content: String,
    },
    /// Brings in what `ImportRead` reported. It is one intent, written as one piece: it is all there
    /// or none of it is.
    ImportApply {
        /// The conflicts that are decided for the file; in all others, what is here stays.
        theirs: Vec<ImportChoice>,
    },
    /// Drops what `ImportRead` read.
    ImportCancel,
    /// What leaves when a person takes data along, as whoever packs it reads it. Answered by
    /// [`Reply::TasksOut`](super::Reply::TasksOut).
    TasksOut {
        /// How much of the space.
        portion: Portion,
        /// Which, as in `Do`.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        space: Option<String>,
    },
    /// The next page of everything that happened. Answered by
    /// [`Reply::EventsOut`](super::Reply::EventsOut).
    EventsOut {
        /// Where the page before ended; none for the first.
        after: Option<super::EventsCursor>,
        /// Which space, as in `Do`.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        space: Option<String>,
    },
    /// Fills an empty account with a year of believable sample data.
    DemoFill,

    /// Spaces, who is in them, and the own invitations. Answered by
    /// [`Reply::People`](super::Reply::People).
    People,
    /// Makes a space to be shared.
    SpaceCreate {
        /// Its name; sealed before it leaves the device.
        name: String,
        /// Whether who comes in later reads only what is written from then on.
        from_now_on: bool,
    },
    /// Makes an invitation. Needs a step-up. Answered by
    /// [`Reply::InviteMade`](super::Reply::InviteMade).
    InviteMake {
        /// The household role of who comes in.
        role: super::PersonRole,
        /// The space that is to be shared with them.
        share: Option<super::ShareChoice>,
        /// For how many days it stands, at most 30.
        days: u16,
    },
    /// Shows an invitation's link and code again.
    InviteShow {
        /// Its id, in hex.
        invite: String,
    },
    /// Ends an invitation.
    InviteEnd {
        /// Its id, in hex.
        invite: String,
    },
    /// The words of an account were compared, and are right.
    PersonVerify {
        /// The account, in hex.
        account: String,
    },
    /// Adds a person whose words were compared to a space. Needs a step-up.
    PersonAdd {
        /// The space, in hex.
        space: String,
        /// The account, in hex.
        account: String,
        /// As what.
        role: super::PersonRole,
    },
    /// Gives a person another role in a space. Needs a step-up.
    PersonRole {
        /// The space, in hex.
        space: String,
        /// The account, in hex.
        account: String,
        /// Which.
        role: super::PersonRole,
    },
    /// Removes a person from a space, which gets a new key in the same act. Needs a step-up.
    PersonRemove {
        /// The space, in hex.
        space: String,
        /// The account, in hex.
        account: String,
    },
    /// Devices of the account, with names, classes and when they came.
    Devices,
    /// Ways to unlock.
    Methods,
    /// Sessions at the box.
    Sessions,
    /// Revokes devices or methods: a new account epoch, sessions cut, spaces re-keyed. Needs a step-up.
    Revoke {
        /// Ids in hex.
        targets: Vec<String>,
    },
    /// Revokes this device itself, which then erases its copy: the last step of a move to another
    /// name. Refused while a change of its own waits to be sent. Needs a step-up.
    Retire,
    /// Begins adding a passkey. Needs a step-up. Answered by creation options.
    AddPasskeyBegin,
    /// The new passkey was made.
    AddPasskeyMade {
        /// `PublicKeyCredential.toJSON()`, PRF removed.
        credential: String,
        /// First PRF output.
        prf: Option<SecretText>,
        /// Whether the authenticator says that it has PRF.
        prf_enabled: bool,
    },
    /// The new passkey was evaluated a second time.
    AddPasskeyConfirmed {
        /// The PRF output.
        prf: Option<SecretText>,
    },
    /// Makes a new kit; it counts after its proof. Needs a step-up.
    AddKitBegin,
    /// Proves the new kit and adds it.
    AddKitProve {
        /// The groups, in the order asked.
        groups: Vec<SecretText>,
    },
    /// Acts on keys, settled conflicts, quarantine and alarms, newest first.
    Activity,
    /// What could not be opened or applied, and why.
    Quarantine,
    /// What this device stores.
    Storage,
    /// Replays what this device holds and compares it with what it shows, a page with each call.
    /// Changes nothing. Answered by [`Reply::Examined`](super::Reply::Examined).
    Examine {
        /// The examination to go on with; none begins one.
        run: Option<u32>,
    },
    /// Ends an examination before its end.
    ExamineEnd {
        /// Which.
        run: u32,
    },
    /// Folds a space anew from the history that this device holds: the way back where an examination
    /// found that what is shown is not what that adds up to. Done as soon as its files were read.
    FoldAnew {
        /// The space, in hex.
        space: String,
    },
    /// What happened to the box itself, newest first, for an owner of the household. Answered by
    /// [`Reply::BoxLog`](super::Reply::BoxLog).
    BoxLog {
        /// Where the page before ended; none for the newest.
        after: Option<super::BoxLogPlace>,
    },
    /// The person read an alarm.
    AlarmSeen {
        /// The alarm's number.
        alarm: u32,
    },
    /// The person says that this device's clock is right.
    ClockConfirmed,
    /// The logs that have two valid histories, with what each says. Answered by
    /// [`Reply::Forks`](super::Reply::Forks).
    Forks,
    /// Keeps one history of a log and ends the other, with new keys for who stays. For the
    /// account's log the key of a passkey or kit signs it; a space's is signed by this device,
    /// after a step-up.
    ResolveFork {
        /// The log, in hex.
        log: String,
        /// Head of the history that is kept, in hex.
        keep: String,
        /// Devices and ways to unlock that are revoked with it, in hex.
        remove: Vec<String>,
        /// Which key signs; none for a space.
        by: Option<ForkKey>,
    },
    /// An owner admits the box's store after a restore from a backup: a signed statement, and what
    /// the box lacks is sent again. Needs a step-up.
    AdmitIncarnation,
}
