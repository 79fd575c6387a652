//! An import on its way to the disk: a few steps at a time, so that the page sees how far it is.
//! Until it has ended nothing of it is on the disk, and nothing else is asked of the engine: any
//! input ends it first, but the wake that it asked for and the end of a subscription.

use super::effect::Effect;
use super::{Client, State};
use crate::api::Push;
use crate::engine::Writing;
use crate::{Committed, EngineError};

/// How many parts are sealed or folded before the host is heard again: some milliseconds.
const STEPS_AT_ONCE: usize = 4;

/// What is being written, and the call that asked for it.
pub(crate) struct UnderWay {
    pub(crate) call: u64,
    pub(crate) writing: Writing,
}

impl Client {
    pub(crate) fn is_writing(&self) -> bool {
        matches!(&self.state, State::Open(open) if open.writing.is_some())
    }

    /// Tells how far it is, and asks for the wake that goes on.
    pub(crate) fn pause_writing(&mut self) {
        let State::Open(open) = &self.state else {
            return;
        };
        let Some(UnderWay { writing, .. }) = &open.writing else {
            return;
        };
        let (done, of) = writing.measure();
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.effects.push(Effect::Push(Push::Progress {
            done: small(done),
            of: small(of),
        }));
        self.effects.push(Effect::WakeAfter { ms: 0 });
    }

    /// Goes on with what is being written.
    pub(crate) fn write_on(&mut self) {
        self.write_steps(STEPS_AT_ONCE);
    }

    /// Writes all that is left: something else is asked for.
    pub(crate) fn finish_writing(&mut self) {
        self.write_steps(usize::MAX);
    }

    fn write_steps(&mut self, most: usize) {
        let Ok((open, mut out)) = self.open_with_outside() else {
            return;
        };
        let Some(UnderWay { call, mut writing }) = open.writing.take() else {
            return;
        };
        let ended: Result<Option<Committed>, EngineError> = (|| {
            for _ in 0..most {
                if open.engine.write_on(&mut writing, &mut out)? {
                    return open.engine.end(writing, &mut out).map(Some);
                }
            }
            open.writing = Some(UnderWay { call, writing });
            Ok(None)
        })();
        match ended {
            Ok(Some(committed)) => self.commit(call, committed),
            Ok(None) => {}
            Err(error) => self.refuse(call, error),
        }
    }
}
