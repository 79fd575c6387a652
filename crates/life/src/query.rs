//! What can be asked, in whatever area and across them.

use lifeos_household::{Household, HouseholdQuery, HouseholdView};
use lifeos_kernel::{Context, Domain, RecordId};
use lifeos_profile::{PROFILE, Profile, ProfileQuery, ProfileView};
use lifeos_tasks::{Tasks, TasksFound, TasksQuery, TasksView, TodayView};
use serde::{Deserialize, Serialize};

use crate::batch::BatchView;
use crate::state::Life;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Query {
    /// About tasks, projects, sections and labels.
    Tasks {
        /// The question.
        query: TasksQuery,
    },
    /// About the person's settings.
    Profile {
        /// The question.
        query: ProfileQuery,
    },
    /// About names, verifications and invitations.
    Household {
        /// The question.
        query: HouseholdQuery,
    },
    /// What the day asks for, in every area.
    Today,
    /// Records that have, for each word given, a word that begins with it.
    Search {
        /// The words.
        text: String,
        /// How many hits at most; 1 to 1,000.
        limit: u32,
    },
    /// Imports and other batches.
    Batches,
}

/// What was found, of whatever area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(
    tag = "domain",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Found {
    /// A task, project or label.
    Tasks {
        /// The record.
        found: TasksFound,
    },
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HitView {
    /// The record.
    pub record: RecordId,
    /// How well it fits; greater is better.
    pub score: u32,
    /// What it is.
    pub found: Found,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(rename_all = "camelCase")]
pub struct SearchView {
    /// Best first.
    pub hits: Vec<HitView>,
    /// How many there are in all.
    pub total: u32,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum View {
    /// About tasks, projects, sections and labels.
    Tasks {
        /// The answer.
        view: TasksView,
    },
    /// About the person's settings.
    Profile {
        /// The settings.
        view: ProfileView,
    },
    /// About names, verifications and invitations.
    Household {
        /// The answer.
        view: HouseholdView,
    },
    /// What the day asks for.
    Today {
        /// Of tasks.
        tasks: TodayView,
    },
    /// What was found.
    Search {
        /// What was found.
        search: SearchView,
    },
    /// Imports and other batches, latest first.
    Batches {
        /// The batches.
        batches: Vec<BatchView>,
    },
}

const HIT_LIMIT: u32 = 1_000;

impl Query {
    /// Tells whether the answer may be another one after the records given changed. The profile
    /// turns the day and the zone, and so everything.
    #[must_use]
    pub fn may_change(&self, records: &[RecordId]) -> bool {
        match self {
            Self::Profile { .. } => records.contains(&PROFILE),
            Self::Tasks { .. }
            | Self::Household { .. }
            | Self::Today
            | Self::Search { .. }
            | Self::Batches => !records.is_empty(),
        }
    }
}

impl Life {
    /// Answers. Never waits for anything.
    #[must_use]
    pub fn query(&self, query: Query, context: &Context) -> View {
        match query {
            Query::Tasks { query } => View::Tasks {
                view: Tasks::query(&self.states.tasks, query, context),
            },
            Query::Profile { query } => View::Profile {
                view: Profile::query(&self.states.profile, query, context),
            },
            Query::Household { query } => View::Household {
                view: Household::query(&self.states.household, query, context),
            },
            Query::Today => View::Today {
                tasks: Tasks::today(&self.states.tasks, context),
            },
            Query::Search { text, limit } => {
                let hits = self.search.find(&self.states, &text);
                let total = u32::try_from(hits.len()).unwrap_or(u32::MAX);
                let found = |hit: &lifeos_kernel::search::Hit| {
                    let found = Tasks::found(&self.states.tasks, hit.record, context)?;
                    Some(HitView {
                        record: hit.record,
                        score: hit.score,
                        found: Found::Tasks { found },
                    })
                };
                let hits = hits
                    .iter()
                    .filter_map(found)
                    .take(limit.clamp(1, HIT_LIMIT) as usize)
                    .collect();
                View::Search {
                    search: SearchView { hits, total },
                }
            }
            Query::Batches => View::Batches {
                batches: self.states.batches.views(),
            },
        }
    }
}
