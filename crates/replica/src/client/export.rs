//! What a person takes along: the items and the events of a space, as whoever packs them reads them.

use lifeos_exchange::export::EventsPage;
use lifeos_kernel::cbor;
use lifeos_life::Portion;
use lifeos_protocol::SpaceId;
use lifeos_protocol::api::Binary;

use super::Client;
use super::calls::Then;
use super::open::Open;
use crate::ReadBytes;
use crate::api::{EventsCursor, Problem, ProblemCode, Reply};
use crate::engine::EventsPlan;

impl Open {
    /// Answers with what leaves of a space.
    pub(crate) fn tasks_out(&self, space: SpaceId, portion: Portion) -> Result<Reply, Problem> {
        let life = self.engine.life(space).ok_or(ProblemCode::NotFound)?;
        let items = cbor::encode(&life.outgoing(portion)).map_err(|_| ProblemCode::Malformed)?;
        Ok(Reply::TasksOut {
            space: space.to_hex(),
            items: Binary(items).to_text(),
        })
    }

    /// Answers with a page of events that was read.
    pub(crate) fn page_out(
        &mut self,
        space: SpaceId,
        plan: &EventsPlan,
        read: &[ReadBytes],
    ) -> Result<Reply, Problem> {
        let changes = self.engine.events_out(space, plan, read)?;
        let last = plan.last().filter(|_| plan.has_more);
        Ok(Reply::EventsOut {
            page: Binary(EventsPage { changes }.encode()).to_text(),
            changes: u32::try_from(plan.len()).unwrap_or(u32::MAX),
            of: u32::try_from(plan.of).unwrap_or(u32::MAX),
            next: last.map(|(device, counter)| EventsCursor {
                device: device.to_hex(),
                counter,
            }),
        })
    }
}

impl Client {
    /// Reads a page of events back from the files.
    pub(crate) fn begin_events(
        &mut self,
        id: u64,
        space: SpaceId,
        plan: EventsPlan,
    ) -> Result<(), Problem> {
        let reads = plan.reads();
        self.read_parts(id, Then::Events { space, plan }, reads);
        Ok(())
    }
}

impl EventsCursor {
    pub(crate) fn read(&self) -> Result<(lifeos_protocol::DeviceId, u64), Problem> {
        let device = self.device.parse().map_err(|_| ProblemCode::Malformed)?;
        Ok((device, self.counter))
    }
}
