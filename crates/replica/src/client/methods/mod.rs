//! Acts on keys from a device that is in: enrol, add a passkey or kit, revoke, re-key; and what
//! the pages on devices, methods and sessions show.

mod adding;
mod append;
mod listing;
mod step_up;

use lifeos_crypto::MethodKeys;
use lifeos_protocol::SignerId;
use lifeos_protocol::api::MethodList;

use super::effect::{HttpFailure, HttpResponse};
use super::link::{Waiting, body_of};
use super::ways::ways_for;
use super::{Client, State};
use crate::api::{Problem, ProblemCode};

pub(crate) use adding::NewMethod;
pub(crate) use append::{Appending, MadeAct, after, append_of};
pub(crate) use listing::{class_name, kind_name};

/// What an act on keys waits for.
pub(crate) enum Asked {
    StepUpChallenge {
        call: u64,
    },
    KitChallenge {
        call: u64,
        kit: Box<MethodKeys>,
    },
    StepUp {
        call: u64,
    },
    Append {
        call: u64,
        appending: Box<Appending>,
        made: Box<MadeAct>,
        tries: u8,
    },
    Sessions {
        call: u64,
    },
    Registration {
        call: u64,
    },
    PasskeyStored {
        call: u64,
    },
    Ways,
}

impl Client {
    pub(crate) fn methods_answered(
        &mut self,
        asked: Asked,
        result: &Result<HttpResponse, HttpFailure>,
    ) {
        if let State::Open(open) = &mut self.state {
            open.look_after = true;
        }
        let (call, outcome) = match asked {
            Asked::StepUpChallenge { call } => (call, self.step_up_challenged(call, result)),
            Asked::KitChallenge { call, kit } => (call, self.kit_challenged(call, &kit, result)),
            Asked::StepUp { call } => (call, self.stepped_up(call, result)),
            Asked::Append {
                call,
                appending,
                made,
                tries,
            } => {
                let successor = matches!(*appending, Appending::Successor { .. });
                let outcome = self.appended(call, *appending, *made, tries, result);
                if successor && outcome.is_err() {
                    self.successor_asked(false);
                }
                (call, outcome)
            }
            Asked::Sessions { call } => (call, self.sessions_told(call, result)),
            Asked::Registration { call } => (call, self.registration_begun(call, result)),
            Asked::PasskeyStored { call } => (call, self.passkey_stored(call, result)),
            Asked::Ways => (0, self.ways_told(result)),
        };
        if let Err(problem) = outcome
            && call != 0
        {
            self.refuse(call, problem);
        }
    }

    pub(crate) fn revoke(&mut self, call: u64, targets: &[String]) -> Result<(), Problem> {
        self.open_mut()?;
        let targets = targets
            .iter()
            .map(|id| {
                id.parse::<SignerId>()
                    .map_err(|_| ProblemCode::NotFound.into())
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        if targets.is_empty() {
            return Err(ProblemCode::NotFound.into());
        }
        self.append_act(call, Appending::Revoke { targets });
        Ok(())
    }

    /// Admits the life of the box's store that it tells of now.
    pub(crate) fn admit_incarnation(&mut self, call: u64) -> Result<(), Problem> {
        let incarnation = self
            .box_state
            .as_ref()
            .ok_or(ProblemCode::Offline)?
            .incarnation;
        let open = self.open_mut()?;
        if open
            .engine
            .account_log()
            .incarnations()
            .contains(&incarnation)
        {
            return Err(ProblemCode::NotFound.into());
        }
        self.append_act(call, Appending::Admit { incarnation });
        Ok(())
    }

    /// Asks for the sealed keys of all methods, so that each of them opens this device.
    pub(crate) fn refresh_ways(&mut self) {
        self.signed(
            "GET",
            "/api/v1/methods".into(),
            None,
            Waiting::Methods(Asked::Ways),
        );
    }

    fn ways_told(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let list: MethodList = body_of(result)?;
        let State::Open(open) = &self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = open.engine.account_log();
        let ways = ways_for(log, &list.methods, &open.local_key, &mut self.rng)?;
        if let Some(vault) = &mut self.vault {
            // The half of a passkey without PRF stays; revocation takes the box's half away.
            vault
                .ways
                .retain(|way| matches!(way, super::vault::UnlockWay::Halves { .. }));
            vault.ways.extend(ways);
        }
        self.write_vault(None);
        Ok(())
    }
}
