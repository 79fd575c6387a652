//! What both kinds of log have in common: a line of statements, forks, floors.

mod line;

use core::ops::Deref;
use std::collections::BTreeSet;

use self::line::{Line, Rival, shared};
use crate::anchor::Floor;
use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::{Hash, LogId};
use crate::kit::KitAccount;
use crate::log::refusal::LogRefusal;
use crate::log::statement::{LogKind, LogStatement};

/// The most branches beside the line that are followed at once.
const MAX_RIVALS: usize = 8;
/// The most bytes of an encoded statement: body, and the fields around it.
const MAX_STATEMENT: usize = super::MAX_BODY + 256;

/// The judgement of one kind of log: from a state and a statement to the next state.
pub trait Judge: Clone {
    /// Which kind of log.
    const KIND: LogKind;
    /// What else is needed to judge a statement.
    type Context<'a>: Copy;

    /// Judges statement 0.
    ///
    /// # Errors
    /// Why it is not taken.
    fn genesis(
        statement: &LogStatement,
        hash: Hash,
        context: Self::Context<'_>,
    ) -> Result<Self, LogRefusal>;

    /// Judges the next statement by the state before it. On an error the state is as it was.
    ///
    /// # Errors
    /// Why it is not taken.
    fn advance(
        &mut self,
        statement: &LogStatement,
        hash: Hash,
        context: Self::Context<'_>,
    ) -> Result<(), LogRefusal>;

    /// Returns the heads that a `resolve` picks and refuses.
    fn resolution(statement: &LogStatement) -> Option<(Hash, Hash)>;
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// It is the log's new head.
    Added,
    /// It was there before.
    Known,
    /// It is a second valid successor: the log is frozen, both are kept.
    Forked(Box<Fork>),
    /// It goes on a branch beside the line of a frozen log.
    Rival,
    /// It settled a fork; the line may have changed to the branch that was picked.
    Settled,
}

/// Two valid successors of one statement: the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// Sequence of the statement that both follow.
    pub after: u32,
    /// The one on the line.
    pub ours: LogStatement,
    /// The other.
    pub theirs: LogStatement,
}

/// A branch of a frozen log.
#[derive(Debug, Clone, Copy)]
pub struct Branch<'a> {
    /// Hash of its last statement: what a `resolve` picks or refuses.
    pub head: Hash,
    /// Its statements, from the first that not every branch has.
    pub statements: &'a [LogStatement],
}

/// A verified log. Reads as its state at the head.
#[derive(Debug, Clone)]
pub struct Log<S> {
    id: LogId,
    line: Line<S>,
    rivals: Vec<Rival<S>>,
    refused: BTreeSet<Hash>,
    evidence: Vec<LogStatement>,
}

impl<S> Deref for Log<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.line.state
    }
}

impl<S: Judge> Log<S> {
    /// Starts a log from its first statement. Its id is the statement's hash: whoever pins the id
    /// has pinned the statement.
    ///
    /// # Errors
    /// Why the statement is not taken.
    pub fn start(first: LogStatement, context: S::Context<'_>) -> Result<Self, LogRefusal> {
        let line = Line::start(first, context)?;
        let id = LogId::new(line.head.first_16());
        Ok(Self {
            id,
            line,
            rivals: Vec::new(),
            refused: BTreeSet::new(),
            evidence: Vec::new(),
        })
    }

    /// Judges statements from the first on.
    ///
    /// # Errors
    /// The first refusal; [`LogRefusal::Gap`] when there is no statement, [`LogRefusal::OtherLog`]
    /// when the first one is not that of `id`.
    pub fn read(
        id: LogId,
        statements: impl IntoIterator<Item = LogStatement>,
        context: S::Context<'_>,
    ) -> Result<Self, LogRefusal> {
        let mut statements = statements.into_iter();
        let log = Self::start(statements.next().ok_or(LogRefusal::Gap)?, context)?;
        if log.id != id {
            return Err(LogRefusal::OtherLog);
        }
        statements.try_fold(log, |mut log, statement| {
            log.apply(statement, context).map(|_| log)
        })
    }

    /// Judges a statement and takes it. A refusal changes nothing.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn apply(
        &mut self,
        statement: LogStatement,
        context: S::Context<'_>,
    ) -> Result<Applied, LogRefusal> {
        let hash = statement.hash(S::KIND);
        if self.line.position(&hash).is_some()
            || self
                .rivals
                .iter()
                .any(|rival| rival.line.position(&hash).is_some())
        {
            return Ok(Applied::Known);
        }
        if statement.sequence == 0 || statement.log != self.id {
            return Err(LogRefusal::OtherLog);
        }
        if statement.previous == self.line.head {
            let resolution = S::resolution(&statement);
            self.line.push(statement, context)?;
            return Ok(match resolution {
                Some((_, refused)) => self.settle(refused),
                None => Applied::Added,
            });
        }
        if let Some(at) = self
            .rivals
            .iter()
            .position(|rival| rival.line.head == statement.previous)
        {
            return self.push_on_rival(at, statement, hash, context);
        }
        if self.refused.contains(&hash) || self.refused.contains(&statement.previous) {
            return Err(LogRefusal::RefusedBranch);
        }
        self.branch(statement, hash, context)
    }

    /// The log's id.
    #[must_use]
    pub const fn id(&self) -> LogId {
        self.id
    }

    /// Hash of the last statement.
    #[must_use]
    pub const fn head(&self) -> Hash {
        self.line.head
    }

    /// Sequence of the last statement.
    #[must_use]
    pub fn sequence(&self) -> u32 {
        u32::try_from(self.line.statements.len() - 1).expect("push refuses beyond 2^32 statements")
    }

    /// The last statement as a floor for later.
    #[must_use]
    pub fn floor(&self) -> Floor {
        Floor {
            head: self.head(),
            sequence: self.sequence(),
        }
    }

    /// Returns the sequence of the statement with this hash, if the line has it.
    #[must_use]
    pub fn position(&self, head: &Hash) -> Option<u32> {
        self.line.position(head)
    }

    /// Returns the hash of the statement with this sequence.
    #[must_use]
    pub fn hash_at(&self, sequence: u32) -> Option<Hash> {
        self.line
            .statements
            .get(sequence as usize)
            .map(|statement| statement.hash(S::KIND))
    }

    /// The statements of the line, from the first on.
    #[must_use]
    pub fn statements(&self) -> &[LogStatement] {
        &self.line.statements
    }

    /// Whether two valid successors of one statement stand unsettled: local writes wait, and nothing
    /// is sealed to anyone whom either branch adds or removes.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        !self.rivals.is_empty()
    }

    /// The unsettled forks.
    #[must_use]
    pub fn forks(&self) -> Vec<Fork> {
        self.rivals.iter().map(|rival| self.fork(rival)).collect()
    }

    /// The heads of the branches beside the line: what a `resolve` may pick or refuse, with the
    /// state there.
    pub fn rival_heads(&self) -> impl Iterator<Item = (Hash, &S)> {
        self.rivals
            .iter()
            .map(|rival| (rival.line.head, &rival.line.state))
    }

    /// The branches of a frozen log, the line first; none where it is not frozen.
    #[must_use]
    pub fn branches(&self) -> Vec<Branch<'_>> {
        let Some(after) = self.rivals.iter().map(|rival| rival.after).min() else {
            return Vec::new();
        };
        let lines = core::iter::once(&self.line).chain(self.rivals.iter().map(|rival| &rival.line));
        lines
            .map(|line| Branch {
                head: line.head,
                statements: &line.statements[after as usize + 1..],
            })
            .collect()
    }

    /// The log as one branch alone has it, by the branch's head.
    #[must_use]
    pub fn on_branch(&self, head: &Hash) -> Option<Self> {
        let mut lines =
            core::iter::once(&self.line).chain(self.rivals.iter().map(|rival| &rival.line));
        Some(Self {
            id: self.id,
            line: lines.find(|line| line.head == *head)?.clone(),
            rivals: Vec::new(),
            refused: BTreeSet::new(),
            evidence: Vec::new(),
        })
    }

    /// Every statement of every branch that was ever seen beside the line, in the order seen.
    #[must_use]
    pub fn evidence(&self) -> &[LogStatement] {
        &self.evidence
    }

    /// Checks that the log passes through a floor: it never goes back.
    ///
    /// # Errors
    /// [`LogRefusal::BelowFloor`].
    pub fn passes(&self, floor: &Floor) -> Result<(), LogRefusal> {
        if self.position(&floor.head) == Some(floor.sequence) {
            Ok(())
        } else {
            Err(LogRefusal::BelowFloor)
        }
    }

    /// Checks that the log is the kit's account's and passes through the head printed on the kit.
    ///
    /// # Errors
    /// [`LogRefusal::OtherLog`] or [`LogRefusal::BelowFloor`].
    pub fn passes_kit(&self, kit: &KitAccount) -> Result<(), LogRefusal> {
        if self.id != kit.account.into() {
            return Err(LogRefusal::OtherLog);
        }
        match self.hash_at(kit.sequence) {
            Some(head) if kit.names(&head) => Ok(()),
            _ => Err(LogRefusal::BelowFloor),
        }
    }

    /// Returns the log for storage: the line's statements, then the evidence's.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        for statements in [&self.line.statements, &self.evidence] {
            let count =
                u32::try_from(statements.len()).expect("push refuses beyond 2^32 statements");
            writer.u32(count);
            for statement in statements {
                writer.bytes(&statement.to_bytes());
            }
        }
        writer.finish()
    }

    /// Takes what [`Self::to_bytes`] returned, judging every statement anew.
    ///
    /// # Errors
    /// The first refusal on the line.
    pub fn from_bytes(
        id: LogId,
        bytes: &[u8],
        context: S::Context<'_>,
    ) -> Result<Self, LogRefusal> {
        let mut reader = Reader::new(bytes);
        let line = read_statements(&mut reader)?;
        let evidence = read_statements(&mut reader)?;
        reader.finish()?;
        let mut log = Self::read(id, line, context)?;
        for statement in evidence {
            match log.apply(statement, context) {
                Ok(_) | Err(LogRefusal::RefusedBranch) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(log)
    }

    fn push_on_rival(
        &mut self,
        at: usize,
        statement: LogStatement,
        hash: Hash,
        context: S::Context<'_>,
    ) -> Result<Applied, LogRefusal> {
        let resolution = S::resolution(&statement);
        self.rivals[at].line.push(statement.clone(), context)?;
        if let Some((_, refused)) = resolution {
            let rival = self.rivals.swap_remove(at);
            let ended = core::mem::replace(&mut self.line, rival.line);
            self.rivals.push(Rival {
                after: rival.after,
                line: ended,
            });
            for rival in &mut self.rivals {
                rival.after = shared(&rival.line, &self.line);
            }
            self.keep_rival_evidence(self.rivals.len() - 1);
            return Ok(self.settle(refused));
        }
        self.keep(statement);
        if self.refused.contains(&hash) {
            return Ok(self.settle(hash));
        }
        Ok(Applied::Rival)
    }

    /// Takes a second successor of a statement on the line or on a branch.
    fn branch(
        &mut self,
        statement: LogStatement,
        hash: Hash,
        context: S::Context<'_>,
    ) -> Result<Applied, LogRefusal> {
        let lines = core::iter::once(&self.line).chain(self.rivals.iter().map(|rival| &rival.line));
        let found = lines
            .filter_map(|line| {
                line.position(&statement.previous)
                    .map(|after| (line, after))
            })
            .next();
        let Some((origin, at)) = found else {
            return Err(LogRefusal::Gap);
        };
        if self.rivals.len() >= MAX_RIVALS {
            return Err(LogRefusal::Frozen);
        }
        let mut line = origin.until(at, context)?;
        line.push(statement.clone(), context)?;
        let after = shared(&line, &self.line);
        let rival = Rival { after, line };
        let fork = self.fork(&rival);
        self.keep(statement);
        self.rivals.push(rival);
        if self.refused.contains(&hash) {
            return Ok(self.settle(hash));
        }
        Ok(Applied::Forked(Box::new(fork)))
    }

    /// Ends every branch that holds the refused head, and every branch of such a branch.
    fn settle(&mut self, refused: Hash) -> Applied {
        self.refused.insert(refused);
        loop {
            let refused = &self.refused;
            let holds = |rival: &Rival<S>| {
                rival
                    .line
                    .positions
                    .keys()
                    .any(|hash| refused.contains(hash))
            };
            let Some(at) = self.rivals.iter().position(holds) else {
                return Applied::Settled;
            };
            let ended = self.rivals.swap_remove(at).line.positions;
            // Statements that the line shares with an ended branch stay the line's.
            let own = ended
                .into_keys()
                .filter(|hash| !self.line.positions.contains_key(hash));
            self.refused.extend(own);
        }
    }

    fn fork(&self, rival: &Rival<S>) -> Fork {
        let next = rival.after as usize + 1;
        let theirs = rival.line.statements[next].clone();
        // A branch of a branch may have no counterpart yet where the line ends at the ancestor.
        let ours = self.line.statements.get(next).unwrap_or(&theirs).clone();
        Fork {
            after: rival.after,
            ours,
            theirs,
        }
    }

    fn keep_rival_evidence(&mut self, at: usize) {
        let rival = &self.rivals[at];
        let own: Vec<LogStatement> = rival.line.statements[rival.after as usize + 1..].to_vec();
        let line = &self.line;
        self.evidence
            .retain(|statement| line.position(&statement.hash(S::KIND)).is_none());
        for statement in own {
            self.keep(statement);
        }
    }

    fn keep(&mut self, statement: LogStatement) {
        if !self.evidence.contains(&statement) {
            self.evidence.push(statement);
        }
    }
}

fn read_statements(reader: &mut Reader<'_>) -> Result<Vec<LogStatement>, DecodeError> {
    let count = reader.u32()?;
    let mut statements = Vec::new();
    for _ in 0..count {
        statements.push(LogStatement::from_bytes(
            reader.bytes("log statement", MAX_STATEMENT)?,
        )?);
    }
    Ok(statements)
}
