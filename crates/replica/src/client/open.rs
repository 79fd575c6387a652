//! The open phase: an engine, and what is under way around it.

use std::collections::BTreeMap;

use lifeos_crypto::{AccountSecret, DeviceKeys, LocalKey, MethodKeys};
use lifeos_protocol::log::AccountLog;
use lifeos_protocol::{AccountId, Class, Hash, SpaceId};

use super::effect::Effect;
use super::people::People;
use super::succession::Succession;
use super::sync::Book;
use super::vault::{UnlockWay, Vault};
use super::{Client, State};
use crate::acts::FoundedSpace;
use crate::api::{BoxAlarm, Problem, ProblemCode, Reply};
use crate::engine::Examining;
use crate::{Engine, Identity, OpenProblem, Outside, StoredFile};

/// A device that was made just now, by a claim or by joining.
pub(crate) struct Founded {
    pub(crate) device: DeviceKeys,
    pub(crate) log: AccountLog,
    pub(crate) secret: AccountSecret,
    pub(crate) local_key: LocalKey,
    pub(crate) vault: Vault,
    /// The first space, at a claim.
    pub(crate) space: Option<FoundedSpace>,
    /// The account's name, at a claim.
    pub(crate) account_name: Option<String>,
    pub(crate) device_name: String,
    /// Who invited, where the words of that account were compared.
    pub(crate) inviter: Option<AccountId>,
}

impl Founded {
    /// A device of the person's own that joined an account, with its ways to unlock.
    pub(crate) fn joined(
        device: DeviceKeys,
        device_name: String,
        (log, secret): (AccountLog, AccountSecret),
        local_key: LocalKey,
        ways: Vec<UnlockWay>,
    ) -> Self {
        let vault = Vault {
            account: log.account(),
            device: device.id(),
            class: Class::Full,
            first: 0,
            ways,
        };
        Self {
            device,
            log,
            secret,
            local_key,
            vault,
            space: None,
            account_name: None,
            device_name,
            inviter: None,
        }
    }
}

/// A call that is answered when its change is durable.
pub(crate) struct Unanswered {
    pub(crate) call: u64,
    pub(crate) reply: Reply,
    /// The batch of writes that makes it durable.
    pub(crate) token: u64,
}

/// The open phase.
pub(crate) struct Open {
    pub(crate) engine: Engine,
    pub(crate) local_key: LocalKey,
    pub(crate) book: Book,
    pub(crate) unanswered: Vec<Unanswered>,
    /// Names to write once the personal space can be written to.
    pub(crate) to_name: Option<(Option<String>, String)>,
    /// Whose words were compared before there was a space to note it in.
    pub(crate) to_verify: Option<AccountId>,
    /// The space in which the person did something last: there it is taken back first.
    pub(crate) acted: Option<SpaceId>,
    /// What the box said of itself when it was asked last.
    pub(crate) box_alarms: Vec<BoxAlarm>,
    pub(crate) import: Option<super::data::Planned>,
    /// The import that is being written.
    pub(crate) writing: Option<super::writing::UnderWay>,
    /// The examination under way.
    pub(crate) examining: Option<Examining>,
    /// How many examinations were begun.
    pub(crate) examinations: u32,
    pub(crate) reading: BTreeMap<u64, super::calls::Reading>,
    /// What is known of other people.
    pub(crate) people: People,
    /// When wrong approval codes were typed, by the monotonic clock.
    pub(crate) wrong_codes: Vec<u64>,
    /// The space whose maintenance reads are under way.
    pub(crate) maintaining: Option<SpaceId>,
    /// Whether something happened after which the engine may need parts of its files.
    pub(crate) look_after: bool,
    pub(crate) new_method: Option<super::methods::NewMethod>,
    /// The method that unlocked this device, until it has met the box: should its id turn out to
    /// be another's too, the method enrols the next.
    pub(crate) method: Option<Box<MethodKeys>>,
    /// Whether the session is the method's, for the one act that it signs.
    pub(crate) as_method: bool,
    pub(crate) succession: Option<Succession>,
    /// The fork that the person settles.
    pub(crate) resolving: Option<super::forks::Resolving>,
    /// The head of the account log that the ways to unlock were last compared with.
    pub(crate) ways_at: Option<Hash>,
}

impl Open {
    pub(crate) fn new(engine: Engine, local_key: LocalKey) -> Self {
        Self {
            engine,
            local_key,
            book: Book::default(),
            unanswered: Vec::new(),
            to_name: None,
            to_verify: None,
            acted: None,
            box_alarms: Vec::new(),
            import: None,
            writing: None,
            examining: None,
            examinations: 0,
            reading: BTreeMap::new(),
            people: People::default(),
            wrong_codes: Vec::new(),
            maintaining: None,
            look_after: true,
            new_method: None,
            method: None,
            as_method: false,
            succession: None,
            resolving: None,
            ways_at: None,
        }
    }

    /// The space that a person's own things go to.
    pub(crate) fn personal(&self) -> Option<SpaceId> {
        self.engine.personal()
    }

    /// The method whose session this is, while it acts.
    pub(crate) fn acting_method(&self) -> Option<&MethodKeys> {
        self.method.as_deref().filter(|_| self.as_method)
    }
}

impl Client {
    /// Makes this device's engine, writes its first files and then the vault, and is open.
    pub(crate) fn found(&mut self, call: u64, founded: Founded) -> Result<(), Problem> {
        let Founded {
            device,
            log,
            secret,
            local_key,
            vault,
            space,
            account_name,
            device_name,
            inviter,
        } = founded;
        if !self.files.is_empty() {
            // Of a device whose vault is gone or damaged: nothing opens them any more, and they
            // must not be taken for this one's.
            self.files.clear();
            self.effects.push(Effect::EraseAll);
        }
        let mut out = Outside {
            now_ms: self.now.wall_ms,
            rng: &mut self.rng,
        };
        let local = LocalKey::from_bytes(local_key.expose());
        let mut engine = Engine::create(
            Identity {
                local,
                keys: device,
                log,
            },
            &mut out,
        );
        let tampered = |_| Problem::from(ProblemCode::Tampered);
        engine
            .take_account_secret(secret, &mut out)
            .map_err(tampered)?;
        if let Some(space) = space {
            engine
                .add_space(space.space, &[space.act.statement], &mut out)
                .map_err(tampered)?;
            engine
                .take_space_secret(space.space, space.secret, &mut out)
                .map_err(tampered)?;
        }
        let mut open = Open::new(engine, local_key);
        open.to_name = Some((account_name, device_name));
        open.to_verify = inviter;
        self.state = State::Open(Box::new(open));
        self.vault = Some(vault);
        self.link.drop_session();
        // The sealed files come first: a vault without them would open nothing.
        self.flush_writes();
        self.write_vault(Some((call, Reply::Done)));
        self.set_locale();
        Ok(())
    }

    /// The local key is here: reads the files.
    pub(crate) fn open_with(
        &mut self,
        call: Option<u64>,
        local_key: LocalKey,
        method: Option<Box<MethodKeys>>,
    ) {
        self.state = State::Opening { local_key, method };
        self.read_files(call, false);
    }

    /// Another worker of this device handed its key over.
    pub(crate) fn handover(&mut self, local_key: [u8; 32]) {
        if matches!(self.state, State::Locked) {
            self.open_with(None, LocalKey::from_bytes(&local_key), None);
        }
    }

    pub(crate) fn open_files(
        &mut self,
        call: Option<u64>,
        files: Vec<StoredFile>,
        without_snapshot: bool,
    ) {
        let State::Opening { local_key, .. } = &self.state else {
            return;
        };
        let local = LocalKey::from_bytes(local_key.expose());
        let mut out = Outside {
            now_ms: self.now.wall_ms,
            rng: &mut self.rng,
        };
        match Engine::open(local, files, &mut out) {
            Ok(opened) => {
                let State::Opening { local_key, method } =
                    std::mem::replace(&mut self.state, State::Locked)
                else {
                    return;
                };
                let mut open = Open::new(opened.engine, local_key);
                open.method = method;
                self.state = State::Open(Box::new(open));
                self.remove_files_before_own();
                self.set_locale();
                if let Some(call) = call {
                    self.answer(call, Ok(Reply::Done));
                }
            }
            Err(OpenProblem::Damaged(name) | OpenProblem::Older(name))
                if name.kind == crate::FileKind::Snapshot && !without_snapshot =>
            {
                self.read_files(call, true);
            }
            Err(problem) => {
                self.state = State::Locked;
                let code = match problem {
                    OpenProblem::Newer(_) => ProblemCode::NeedsNewerVersion,
                    OpenProblem::Missing(_) | OpenProblem::Damaged(_) | OpenProblem::Older(_) => {
                        ProblemCode::Storage
                    }
                };
                if let Some(call) = call {
                    self.refuse(call, Problem::with(code, "damaged"));
                }
            }
        }
    }

    /// The box's Date, heard.
    pub(crate) fn heard_server_time(&mut self, server_ms: u64) {
        if let State::Open(open) = &mut self.state {
            let mut out = Outside {
                now_ms: self.now.wall_ms,
                rng: &mut self.rng,
            };
            open.engine.heard_server_time(server_ms, &mut out);
        }
    }
}
