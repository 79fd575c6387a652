//! Acts on keys from a device that is in: enrol, add a passkey or kit, revoke, re-key; and what
//! the pages on devices, methods and sessions show.

mod adding;
mod append;
mod listing;
mod step_up;

use std::collections::BTreeSet;

use lifeos_crypto::MethodKeys;
use lifeos_protocol::api::{BoxState, MethodList};
use lifeos_protocol::{Hash, MethodId, SignerId};

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
    BoxLog {
        call: u64,
        /// Where the page before ended.
        after: Option<(u64, Hash)>,
    },
    Registration {
        call: u64,
    },
    PasskeyStored {
        call: u64,
    },
    Ways,
    Life {
        call: u64,
    },
    BranchKeys,
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
                let resolves = matches!(*appending, Appending::Resolve { .. });
                let outcome = self.appended(call, *appending, *made, tries, result);
                if successor && outcome.is_err() {
                    self.successor_asked(false);
                }
                if resolves {
                    self.resolve_goes_on(outcome);
                    return;
                }
                (call, outcome)
            }
            Asked::Sessions { call } => (call, self.sessions_told(call, result)),
            Asked::BoxLog { call, after } => (call, self.box_log_told(call, after, result)),
            Asked::Registration { call } => (call, self.registration_begun(call, result)),
            Asked::PasskeyStored { call } => (call, self.passkey_stored(call, result)),
            Asked::Ways => (0, self.ways_told(result)),
            Asked::Life { call } => (call, self.life_told(call, result)),
            Asked::BranchKeys => return self.branch_keys_told(result),
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

    /// Revokes this device, once nothing that it wrote is here alone.
    pub(crate) fn retire(&mut self, call: u64) -> Result<(), Problem> {
        let own = SignerId::from(self.open_mut()?.engine.device());
        if self.status().waiting > 0 {
            return Err(ProblemCode::StillWaiting.into());
        }
        self.append_act(call, Appending::Revoke { targets: vec![own] });
        Ok(())
    }

    /// Admits the life of the box's store that it tells of now. It is asked anew: what it told
    /// before may be of the life before.
    pub(crate) fn admit_incarnation(&mut self, call: u64) -> Result<(), Problem> {
        self.open_mut()?;
        let waiting = Waiting::Methods(Asked::Life { call });
        self.plain("GET", "/api/v1/box".into(), Vec::new(), waiting);
        Ok(())
    }

    fn life_told(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let told: BoxState = body_of(result)?;
        let incarnation = told.incarnation;
        self.box_state = Some(told);
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

    /// Follows the account log with the ways to unlock, by whatever way it came: a method that was
    /// revoked opens this device no more, whatever the box serves, and the sealed keys of one that
    /// was added are asked for.
    pub(crate) fn follow_methods(&mut self) {
        let (State::Open(open), Some(vault)) = (&mut self.state, &mut self.vault) else {
            return;
        };
        let log = open.engine.account_log();
        if open.ways_at == Some(log.head()) {
            return;
        }
        open.ways_at = Some(log.head());
        let active: BTreeSet<MethodId> = log.active_methods().map(|method| method.id).collect();
        if vault.methods() == active {
            return;
        }
        let before = vault.ways.len();
        // One that is left opens it until the others are here; were there none, nothing would.
        if vault.methods().iter().any(|known| active.contains(known)) {
            vault.keep_methods(&active);
        }
        if vault.ways.len() < before {
            self.write_vault(None);
        }
        self.refresh_ways();
    }

    /// Asks for the sealed keys of all methods, so that each of them opens this device.
    fn refresh_ways(&mut self) {
        self.signed_list("/api/v1/methods".into(), Waiting::Methods(Asked::Ways));
    }

    fn ways_told(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let list: MethodList = body_of(result)?;
        let State::Open(open) = &self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = open.engine.account_log();
        let Some(vault) = &mut self.vault else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (local_key, rng) = (&open.local_key, &mut self.rng);
        let ways = ways_for(log, &vault.ways, &list.methods, local_key, rng)?;
        // The half of a passkey without PRF stays; revocation takes the box's half away.
        vault.keep_methods(&BTreeSet::new());
        vault.ways.extend(ways);
        self.write_vault(None);
        Ok(())
    }
}
