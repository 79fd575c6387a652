//! "Check everything": an examination goes on by a page with each call, so that this worker answers
//! others between them, and changes nothing.

use super::Client;
use super::calls::Then;
use super::open::Open;
use crate::ReadBytes;
use crate::api::{Problem, ProblemCode, Reply};
use crate::engine::ExaminePage;

impl Client {
    /// Begins an examination, or goes on with one. There is one at a time: a new one ends the other.
    pub(crate) fn examine(&mut self, id: u64, run: Option<u32>) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let examining = match (run, &mut open.examining) {
            (None, slot) => {
                open.examinations += 1;
                slot.insert(open.engine.begin_examining(open.examinations))
            }
            (Some(run), Some(examining)) if examining.run == run => examining,
            (Some(_), _) => return Err(ProblemCode::NotFound.into()),
        };
        let page = open.engine.plan_examining(examining);
        let reads = page.reads();
        self.read_parts(id, Then::Examine { page }, reads);
        Ok(())
    }

    /// Ends an examination, if it is still that one.
    pub(crate) fn examine_end(&mut self, id: u64, run: u32) -> Result<(), Problem> {
        let open = self.open_mut()?;
        open.examining.take_if(|examining| examining.run == run);
        self.answer(id, Ok(Reply::Done));
        Ok(())
    }

    /// Has a space folded anew. Maintenance does it, after this call.
    pub(crate) fn fold_anew(&mut self, id: u64, space: &str) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let space = space.parse().map_err(|_| ProblemCode::NotFound)?;
        open.engine.fold_anew(space)?;
        open.look_after = true;
        self.answer(id, Ok(Reply::Done));
        Ok(())
    }
}

#[cfg(feature = "testkit")]
impl Client {
    /// Lets a test break what is open.
    pub(crate) fn break_engine(&mut self, breaks: impl FnOnce(&mut crate::Engine)) {
        if let Ok(open) = self.open_mut() {
            breaks(&mut open.engine);
        }
    }
}

impl Open {
    /// Takes a page that was read, and says what was found.
    pub(crate) fn examined(
        &mut self,
        page: ExaminePage,
        read: &[ReadBytes],
    ) -> Result<Reply, Problem> {
        let is_settling = self.maintaining.is_some() || self.look_after;
        let mut examining = self.examining.take().ok_or(ProblemCode::NotFound)?;
        if examining.run != page.run {
            self.examining = Some(examining);
            return Err(ProblemCode::NotFound.into());
        }
        let examined = self.engine.examine(&mut examining, page, read, is_settling);
        if !examined.ended {
            self.examining = Some(examining);
        }
        Ok(Reply::Examined { examined })
    }
}
