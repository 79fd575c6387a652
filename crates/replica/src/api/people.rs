//! Spaces, the people in them, and who is invited.

use serde::{Deserialize, Serialize};

/// What somebody may do, in a space or in the household. Ordered: each may what those before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum PersonRole {
    /// Reads.
    Viewer,
    /// Reads and writes.
    Member,
    /// Also lets people in and removes them.
    Admin,
    /// Also makes and removes admins, and owners who came later.
    Owner,
}

/// A person in a space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct PersonView {
    /// The account, in hex.
    pub account: String,
    /// What they call themselves there.
    pub name: Option<String>,
    /// Their role; none if they were removed.
    pub role: Option<PersonRole>,
    /// Six words of the account.
    pub words: Vec<String>,
    /// Whether the words were compared.
    pub verified: bool,
    /// Whether it is this person.
    pub this: bool,
}

/// A space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct SpaceView {
    /// Its id, in hex.
    pub space: String,
    /// Its name; none for one's own.
    pub name: Option<String>,
    /// Whether it is the person's own.
    pub personal: bool,
    /// This person's role; none once removed.
    pub role: Option<PersonRole>,
    /// Who is and was in it.
    pub people: Vec<PersonView>,
}

/// A space that somebody gave who is not verified yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct OfferView {
    /// The space, in hex.
    pub space: String,
    /// Whose account gave it, in hex.
    pub account: String,
    /// Six words of that account.
    pub words: Vec<String>,
}

/// How an invitation stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum InviteStanding {
    /// It waits.
    Open,
    /// Too many wrong codes came with it: it lets nobody in any more.
    Dead,
    /// Its time is over.
    Expired,
    /// Somebody came in by it.
    Accepted {
        /// The account, in hex.
        account: String,
        /// Six words of it, to be compared with what that person sees.
        words: Vec<String>,
        /// Whether it was shown that link and code were there. Where it was not, the box made the
        /// account up.
        proven: bool,
        /// Whether the words were compared.
        verified: bool,
    },
}

/// An invitation of this person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct InviteView {
    /// Its id, in hex.
    pub invite: String,
    /// The household role of who comes in.
    pub role: PersonRole,
    /// The space that is to be shared, in hex, and as what.
    pub share: Option<ShareChoice>,
    /// Until when, ms since 1970.
    pub expires_ms: f64,
    /// How it stands.
    pub standing: InviteStanding,
    /// Wrong codes so far.
    pub failures: u32,
    /// How often somebody came with it when it was used or over.
    pub late: u32,
}

/// A space to be shared, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ShareChoice {
    /// The space, in hex.
    pub space: String,
    /// The role.
    pub role: PersonRole,
}

/// Everything about other people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct PeopleView {
    /// Six words of the own account.
    pub words: Vec<String>,
    /// The spaces, the own one first.
    pub spaces: Vec<SpaceView>,
    /// Spaces that wait for their giver to be verified.
    pub offers: Vec<OfferView>,
    /// The own invitations that have not ended.
    pub invites: Vec<InviteView>,
}
