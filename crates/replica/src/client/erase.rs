//! Erasing for good: what lies in the trash for too long is taken out of it, a signed statement
//! names what goes, and the box is handed the bodies without it. The files here follow by
//! themselves, as maintenance.

use lifeos_protocol::SpaceId;
use lifeos_protocol::bodies::{self, Bodies, Resealed};
use lifeos_protocol::codec::Wire;

use super::calls::Then;
use super::effect::{HttpFailure, HttpResponse};
use super::link::{Waiting, done};
use super::methods::Appending;
use super::sync::Asked;
use super::{Client, State};
use crate::api::{Problem, ProblemCode, Reply};
use crate::{NewBodies, ReadBytes};

/// The number under which bodies are read, which no call has.
const BODIES: u64 = u64::MAX - 1;

impl Client {
    /// Signs the erasure of everything that was taken out of the trash for good.
    pub(crate) fn erase_emptied(&mut self, call: u64) -> Result<(), Problem> {
        let (open, mut out) = self.open_with_outside()?;
        let space = open.personal().ok_or(ProblemCode::NotFound)?;
        open.engine.purge_expired(space, &mut out)?;
        self.erase_on(call, space, 0);
        Ok(())
    }

    /// Signs the next statement, or says how many changes the statements so far named.
    pub(crate) fn erase_on(&mut self, call: u64, space: SpaceId, changes: u32) {
        let left = match &self.state {
            State::Open(open) => open.engine.has_to_erase(space),
            _ => false,
        };
        if left {
            self.append_act(call, Appending::Erase { space, changes });
        } else {
            self.answer(call, Ok(Reply::Erased { changes }));
        }
    }

    /// Reads what is to be handed to the box next.
    pub(crate) fn read_bodies(&mut self, space: SpaceId) -> Result<(), Problem> {
        let needed = self.open_mut()?.engine.new_bodies_reads(space);
        let needed = needed.ok_or(ProblemCode::NotFound)?;
        self.read_parts(BODIES, Then::Bodies { space }, needed);
        Ok(())
    }

    /// Hands it over.
    pub(crate) fn send_bodies(
        &mut self,
        space: SpaceId,
        read: &[ReadBytes],
    ) -> Result<(), Problem> {
        let new = self.open_mut()?.engine.new_bodies(space, read)?;
        let resealed = |(device, counter, change): &(_, u64, _)| Resealed {
            device: *device,
            counter: *counter,
            change: lifeos_protocol::change::Change::clone(change),
        };
        let items = new.changes.iter().map(resealed).collect();
        let bodies = Bodies::new(new.sequence, items)
            .map_err(|_| Problem::with(ProblemCode::Storage, "damaged"))?;
        let asked = Asked::Bodies {
            space,
            new: Box::new(new),
        };
        let path = format!("/api/v1/spaces/{space}/bodies");
        self.signed_bytes(
            path,
            bodies::MEDIA_TYPE,
            bodies.to_bytes(),
            Waiting::Sync(asked),
        );
        Ok(())
    }

    /// The box has taken bodies, or not: then they are offered again after a wait.
    pub(crate) fn bodies_handed_over(
        &mut self,
        space: SpaceId,
        new: &NewBodies,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        done(result)?;
        let (open, mut out) = self.open_with_outside()?;
        Ok(open.engine.bodies_taken(space, new, &mut out)?)
    }
}
