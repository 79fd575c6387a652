//! What waits for the host's files.

use super::effect::{Effect, StoreFailure};
use super::{Client, State};
use crate::api::{Problem, ProblemCode, Reply};
use crate::{FileKind, ReadNeeded, StoredFile, Write, files_to_open};

/// What is told when writes are durable.
pub(crate) enum Storing {
    /// Nothing but the engine, by its own token.
    Engine { token: u64 },
    /// The answer to a call.
    Answer { call: u64, reply: Box<Reply> },
    /// The successor of this device, by its engine's own token.
    Successor { token: u64 },
    /// Whoever waits for the vault to name the successor.
    SuccessorNamed,
    /// Reading the successor's files.
    ReadingSuccessor,
    /// Nobody.
    Vault,
    /// Reading at the start.
    Opening {
        call: Option<u64>,
        without_snapshot: bool,
    },
    /// Part of a file, for the engine.
    Part { call: u64, read: ReadNeeded },
}

impl Client {
    /// Hands the engine's writes to the host.
    pub(crate) fn flush_writes(&mut self) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        let Some(writes) = open.engine.take_writes() else {
            return;
        };
        self.note_files(&writes.writes);
        let token = self.token();
        self.storing.insert(
            token,
            Storing::Engine {
                token: writes.token,
            },
        );
        self.effects.push(Effect::Write {
            token,
            writes: writes.writes,
        });
    }

    pub(crate) fn note_files(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Append { file, .. }
                | Write::Truncate { file, .. }
                | Write::Replace { file, .. } => {
                    if !self.files.contains(file) {
                        self.files.push(*file);
                    }
                }
                Write::Remove { file } => self.files.retain(|known| known != file),
            }
        }
    }

    /// Replaces the vault file, and answers a call once that is durable.
    pub(crate) fn write_vault(&mut self, then: Option<(u64, Reply)>) {
        let storing = match then {
            Some((call, reply)) => Storing::Answer {
                call,
                reply: Box::new(reply),
            },
            None => Storing::Vault,
        };
        self.replace_vault(storing);
    }

    /// Replaces the vault file, and goes on with the succession once that is durable.
    pub(crate) fn write_vault_for_successor(&mut self) {
        self.replace_vault(Storing::SuccessorNamed);
    }

    fn replace_vault(&mut self, storing: Storing) {
        use lifeos_protocol::codec::Wire;
        let Some(vault) = &self.vault else {
            return;
        };
        let bytes = vault.to_bytes();
        let token = self.token();
        self.storing.insert(token, storing);
        self.effects.push(Effect::WriteVault { token, bytes });
    }

    pub(crate) fn written(&mut self, token: u64, result: Result<(), StoreFailure>) {
        let Some(storing) = self.storing.remove(&token) else {
            return;
        };
        match (storing, result) {
            (Storing::Engine { token }, Ok(())) => {
                if let State::Open(open) = &mut self.state {
                    open.engine.durable(token);
                }
                self.answer_durable(token);
            }
            (Storing::Engine { .. }, Err(failure)) => self.storage_failed(failure),
            (Storing::Answer { call, reply }, Ok(())) => self.answer(call, Ok(*reply)),
            (Storing::Answer { call, .. }, Err(failure)) => {
                self.refuse(call, storage_problem(failure));
            }
            (Storing::Successor { token }, Ok(())) => self.successor_stored(token),
            (Storing::Successor { .. }, Err(failure)) => self.storage_failed(failure),
            (Storing::SuccessorNamed, result) => self.successor_named(result),
            (
                Storing::Vault
                | Storing::Opening { .. }
                | Storing::ReadingSuccessor
                | Storing::Part { .. },
                _,
            ) => {}
        }
    }

    /// Answers the calls whose changes are durable up to this batch of writes.
    fn answer_durable(&mut self, token: u64) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        let mut done = Vec::new();
        open.unanswered.retain(|waiting| {
            let keep = waiting.token > token;
            if !keep {
                done.push((waiting.call, waiting.reply.clone()));
            }
            keep
        });
        for (call, reply) in done {
            self.answer(call, Ok(reply));
        }
    }

    /// A write failed: what was not durable is not acknowledged, and nothing more is written by
    /// this worker. The host starts a new one over the same files.
    pub(crate) fn storage_failed(&mut self, failure: StoreFailure) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        for waiting in std::mem::take(&mut open.unanswered) {
            self.refuse(waiting.call, storage_problem(failure));
        }
        self.lock();
    }

    /// Asks for the files that a start needs.
    pub(crate) fn read_files(&mut self, call: Option<u64>, without_snapshot: bool) {
        let mut present = self.own_files();
        present.retain(|name| !(without_snapshot && name.kind == FileKind::Snapshot));
        let token = self.token();
        self.storing.insert(
            token,
            Storing::Opening {
                call,
                without_snapshot,
            },
        );
        self.effects.push(Effect::Read {
            token,
            files: files_to_open(&present),
        });
    }

    pub(crate) fn read(&mut self, token: u64, files: Vec<StoredFile>) {
        match self.storing.remove(&token) {
            Some(Storing::Opening {
                call,
                without_snapshot,
            }) => self.open_files(call, files, without_snapshot),
            Some(Storing::ReadingSuccessor) => self.successor_read(files),
            _ => {}
        }
    }
}

/// What the page is told of a failed write.
pub(crate) fn storage_problem(failure: StoreFailure) -> Problem {
    let detail = match failure {
        StoreFailure::Full => "full",
        StoreFailure::Failed => "failed",
    };
    Problem::with(ProblemCode::Storage, detail)
}
