//! The household as a domain of the kernel.

use lifeos_kernel::search::SearchText;
use lifeos_kernel::{Context, Domain, Draft, Fields, RecordId, Rejected, Reverted, Stamp, Stamped};

use crate::command::{HouseholdCommand, decide};
use crate::event::HouseholdEvent;
use crate::state::{HouseholdState, SPACE};
use crate::undo::{self, HouseholdReversal};
use crate::view::{self, HouseholdChange, HouseholdQuery, HouseholdView};

/// Names of spaces and people, who was verified, invitations.
#[derive(Debug, Clone, Copy)]
pub struct Household;

impl Domain for Household {
    const NAME: &'static str = "household";
    const VERSION: u16 = 1;
    const KINDS: &'static [&'static str] = &[
        "spaceEdited",
        "memberNamed",
        "memberVerified",
        "memberDoubted",
        "inviteMade",
        "inviteEnded",
    ];

    type Event = HouseholdEvent;
    type State = HouseholdState;
    type Command = HouseholdCommand;
    type Query = HouseholdQuery;
    type View = HouseholdView;
    type Reversal = HouseholdReversal;
    type Change = HouseholdChange;

    fn decide(
        state: &HouseholdState,
        command: HouseholdCommand,
        context: &Context,
    ) -> Result<Vec<Draft<HouseholdEvent>>, Rejected> {
        decide(state, command, context)
    }

    fn apply(state: &mut HouseholdState, event: Stamped<HouseholdEvent>) {
        state.apply(event);
    }

    fn query(state: &HouseholdState, _query: HouseholdQuery, context: &Context) -> HouseholdView {
        view::household(state, context)
    }

    fn forget(state: &mut HouseholdState, record: RecordId) {
        if record == SPACE {
            state.space = Fields::default();
        }
        state.entries.remove(&record);
    }

    fn extract(state: &HouseholdState, record: RecordId) -> HouseholdState {
        let space = if record == SPACE {
            state.space.clone()
        } else {
            Fields::default()
        };
        let entry = state.entries.get(&record);
        HouseholdState {
            space,
            entries: entry
                .map(|entry| (record, entry.clone()))
                .into_iter()
                .collect(),
        }
    }

    fn capture(state: &HouseholdState, event: &Stamped<HouseholdEvent>) -> HouseholdReversal {
        undo::capture(state, event)
    }

    fn revert(
        state: &HouseholdState,
        record: RecordId,
        reversal: &HouseholdReversal,
        context: &Context,
    ) -> Reverted<HouseholdEvent> {
        undo::revert(state, record, reversal, context)
    }

    fn restore(
        state: &HouseholdState,
        then: &HouseholdState,
        record: RecordId,
        context: &Context,
    ) -> Vec<Draft<HouseholdEvent>> {
        undo::restore(state, then, record, context)
    }

    fn describe(
        before: &HouseholdState,
        after: &HouseholdState,
        record: RecordId,
    ) -> Vec<HouseholdChange> {
        view::describe(before, after, record)
    }

    fn meets(state: &HouseholdState, event: &Stamped<HouseholdEvent>) -> Vec<(String, Stamp)> {
        undo::meets(state, event)
    }

    fn search_text(_state: &HouseholdState, _record: RecordId) -> Option<SearchText> {
        None
    }

    fn records(state: &HouseholdState) -> Vec<RecordId> {
        let space = (state.space.iter().len() > 0).then_some(SPACE);
        space
            .into_iter()
            .chain(state.entries.keys().copied())
            .collect()
    }
}
