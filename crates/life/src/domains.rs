//! The only list of domains: one row each, at the end of this file's first macro call.

use lifeos_household::{Household, HouseholdChange};
use lifeos_kernel::search::SearchText;
use lifeos_kernel::{
    Context, Decoded, Domain, Draft, EventError, Pack, PackError, Packer, RawEvent, RecordId,
    Reverted, Stamp, Stamped, Unpacker, decode_body, encode_event,
};
use lifeos_profile::{Profile, ProfileChange};
use lifeos_tasks::{Tasks, TasksChange};
use serde::{Deserialize, Serialize};

use crate::batch::{BatchChange, Batches};

macro_rules! domains {
    ($($(#[$doc:meta])* $variant:ident($domain:ident, $change:ident) = $field:ident;)*) => {
        /// A fact, of whatever area.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $($(#[$doc])* $variant(<$domain as Domain>::Event)),*
        }

        /// How to take one fact back.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Reversal {
            $($(#[$doc])* $variant(<$domain as Domain>::Reversal)),*
        }

        /// One line of a record's history.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
        #[serde(tag = "domain", content = "change", rename_all = "camelCase")]
        pub enum Change {
            $($(#[$doc])* $variant($change)),*
        }

        /// The state of every area.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub(crate) struct States {
            $(pub(crate) $field: <$domain as Domain>::State),*
        }

        impl Pack for States {
            fn pack(&self, out: &mut Packer) {
                $(self.$field.pack(out);)*
            }
            fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
                Ok(Self { $($field: Pack::unpack(from)?),* })
            }
        }

        /// Reads the body of an event.
        pub(crate) fn decode(raw: &RawEvent<'_>) -> Result<Decoded<Event>, EventError> {
            match raw.domain {
                $(<$domain as Domain>::NAME => Ok(match decode_body::<$domain>(raw)? {
                    Decoded::Known(stamped) => Decoded::Known(Stamped {
                        record: stamped.record,
                        at_ms: stamped.at_ms,
                        stamp: stamped.stamp,
                        event: Event::$variant(stamped.event),
                    }),
                    Decoded::Unknown => Decoded::Unknown,
                }),)*
                _ => Ok(Decoded::Unknown),
            }
        }

        /// Encodes an event as it stands in the log.
        pub(crate) fn encode(stamped: &Stamped<Event>) -> Result<Vec<u8>, EventError> {
            let Stamped { record, at_ms, stamp, event } = stamped;
            match event {
                $(Event::$variant(event) => encode_event::<$domain>(&Stamped {
                    record: *record,
                    at_ms: *at_ms,
                    stamp: *stamp,
                    event: event.clone(),
                })),*
            }
        }

        impl States {
            /// Takes in an event.
            pub(crate) fn apply(&mut self, stamped: Stamped<Event>) {
                let Stamped { record, at_ms, stamp, event } = stamped;
                match event {
                    $(Event::$variant(event) => {
                        <$domain as Domain>::apply(&mut self.$field, Stamped { record, at_ms, stamp, event });
                    }),*
                }
            }

            /// Takes in an event, and returns the fields that it writes and that another device had
            /// written.
            pub(crate) fn meet(&mut self, stamped: Stamped<Event>) -> Vec<(String, Stamp)> {
                let Stamped { record, at_ms, stamp, event } = stamped;
                match event {
                    $(Event::$variant(event) => {
                        let stamped = Stamped { record, at_ms, stamp, event };
                        let met = <$domain as Domain>::meets(&self.$field, &stamped);
                        <$domain as Domain>::apply(&mut self.$field, stamped);
                        met
                    }),*
                }
            }

            /// Drops a record from every area.
            pub(crate) fn forget(&mut self, record: RecordId) {
                $(<$domain as Domain>::forget(&mut self.$field, record);)*
            }

            /// Returns the state of one record alone.
            pub(crate) fn extract(&self, record: RecordId) -> Self {
                Self { $($field: <$domain as Domain>::extract(&self.$field, record)),* }
            }

            /// Returns how to take an event back, before it is applied.
            pub(crate) fn capture(&self, stamped: &Stamped<Event>) -> Reversal {
                let Stamped { record, at_ms, stamp, event } = stamped;
                match event {
                    $(Event::$variant(event) => Reversal::$variant(<$domain as Domain>::capture(&self.$field, &Stamped {
                        record: *record,
                        at_ms: *at_ms,
                        stamp: *stamp,
                        event: event.clone(),
                    }))),*
                }
            }

            /// Returns the events that take back what still stands.
            pub(crate) fn revert(&self, record: RecordId, reversal: &Reversal, context: &Context) -> Reverted<Event> {
                match reversal {
                    $(Reversal::$variant(reversal) => {
                        let reverted = <$domain as Domain>::revert(&self.$field, record, reversal, context);
                        Reverted {
                            events: lift(reverted.events, Event::$variant),
                            kept: reverted.kept,
                        }
                    }),*
                }
            }

            /// Returns the events that bring a record to what it was.
            pub(crate) fn restore(&self, then: &Self, record: RecordId, context: &Context) -> Vec<Draft<Event>> {
                let mut drafts = Vec::new();
                $(
                    let events = <$domain as Domain>::restore(&self.$field, &then.$field, record, context);
                    drafts.extend(lift(events, Event::$variant));
                )*
                drafts
            }

            /// Describes what became of a record.
            pub(crate) fn describe(&self, after: &Self, record: RecordId) -> Vec<Change> {
                let mut changes = Vec::new();
                $(
                    let lines = <$domain as Domain>::describe(&self.$field, &after.$field, record);
                    changes.extend(lines.into_iter().map(Change::$variant));
                )*
                changes
            }

            /// Returns what a search finds a record by.
            pub(crate) fn search_text(&self, record: RecordId) -> Option<SearchText> {
                None
                    $(.or_else(|| <$domain as Domain>::search_text(&self.$field, record)))*
            }

            /// Returns the records whose search text holds something of this one's.
            pub(crate) fn search_dependents(&self, record: RecordId) -> Vec<RecordId> {
                let mut dependents = Vec::new();
                $(dependents.extend(<$domain as Domain>::search_dependents(&self.$field, record));)*
                dependents
            }

            /// Returns the event that puts a record into the trash.
            pub(crate) fn trash(&self, record: RecordId, context: &Context) -> Option<Draft<Event>> {
                None
                    $(.or_else(|| {
                        let draft = <$domain as Domain>::trash(&self.$field, record, context)?;
                        Some(Draft { record: draft.record, at_ms: draft.at_ms, event: Event::$variant(draft.event) })
                    }))*
            }

            /// Returns the events that take what is expired out of the trash for good.
            pub(crate) fn expired(&self, now_ms: u64) -> Vec<Draft<Event>> {
                let mut drafts = Vec::new();
                $(drafts.extend(lift(<$domain as Domain>::expired(&self.$field, now_ms), Event::$variant));)*
                drafts
            }

            /// Returns the records that were taken out of the trash for good, each with the write
            /// that says so.
            pub(crate) fn purged(&self) -> Vec<(RecordId, Stamp)> {
                let mut purged = Vec::new();
                $(purged.extend(<$domain as Domain>::purged(&self.$field));)*
                purged
            }

            /// Returns the same for one record.
            pub(crate) fn purged_by(&self, record: RecordId) -> Option<Stamp> {
                None
                    $(.or_else(|| <$domain as Domain>::purged_by(&self.$field, record)))*
            }

            /// Returns every record that any area knows.
            pub(crate) fn records(&self) -> Vec<RecordId> {
                let mut records = Vec::new();
                $(records.extend(<$domain as Domain>::records(&self.$field));)*
                records
            }
        }
    };
}

domains! {
    /// Tasks, projects, sections and labels.
    Tasks(Tasks, TasksChange) = tasks;
    /// The person's settings.
    Profile(Profile, ProfileChange) = profile;
    /// Names of spaces and people, who was verified, invitations.
    Household(Household, HouseholdChange) = household;
    /// Batches of changes.
    Batch(Batches, BatchChange) = batches;
}

/// Brings the drafts of one area under the events of all.
pub(crate) fn lift<E>(drafts: Vec<Draft<E>>, event: impl Fn(E) -> Event) -> Vec<Draft<Event>> {
    let lift = |draft: Draft<E>| Draft {
        record: draft.record,
        at_ms: draft.at_ms,
        event: event(draft.event),
    };
    drafts.into_iter().map(lift).collect()
}
