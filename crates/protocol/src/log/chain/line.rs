//! A line of statements, each judged by the state before it.

use std::collections::BTreeMap;

use super::Judge;
use crate::ids::Hash;
use crate::log::refusal::LogRefusal;
use crate::log::statement::LogStatement;

#[derive(Debug, Clone)]
pub(super) struct Line<S> {
    pub(super) state: S,
    pub(super) statements: Vec<LogStatement>,
    pub(super) positions: BTreeMap<Hash, u32>,
    pub(super) head: Hash,
}

impl<S: Judge> Line<S> {
    pub(super) fn start(
        statement: LogStatement,
        context: S::Context<'_>,
    ) -> Result<Self, LogRefusal> {
        let hash = statement.hash(S::KIND);
        let state = S::genesis(&statement, hash, context)?;
        let positions = BTreeMap::from([(hash, 0)]);
        Ok(Self {
            state,
            statements: vec![statement],
            positions,
            head: hash,
        })
    }

    /// Judges anew the line up to and including a sequence.
    pub(super) fn until(&self, sequence: u32, context: S::Context<'_>) -> Result<Self, LogRefusal> {
        let mut statements = self.statements.iter().take(sequence as usize + 1).cloned();
        let first = statements.next().expect("a line has a first statement");
        let mut line = Self::start(first, context)?;
        for statement in statements {
            line.push(statement, context)?;
        }
        Ok(line)
    }

    pub(super) fn push(
        &mut self,
        statement: LogStatement,
        context: S::Context<'_>,
    ) -> Result<(), LogRefusal> {
        let next = u32::try_from(self.statements.len()).map_err(|_| LogRefusal::Full)?;
        if statement.sequence != next || statement.previous != self.head {
            return Err(LogRefusal::Sequence);
        }
        if let Some((picked, refused)) = S::resolution(&statement)
            && (picked != self.head || self.positions.contains_key(&refused))
        {
            return Err(LogRefusal::Heads);
        }
        let hash = statement.hash(S::KIND);
        self.state.advance(&statement, hash, context)?;
        self.positions.insert(hash, next);
        self.head = hash;
        self.statements.push(statement);
        Ok(())
    }

    pub(super) fn position(&self, head: &Hash) -> Option<u32> {
        self.positions.get(head).copied()
    }
}

#[derive(Debug, Clone)]
pub(super) struct Rival<S> {
    pub(super) after: u32,
    pub(super) line: Line<S>,
}

/// Returns the sequence of the last statement that two lines of one log share.
pub(super) fn shared<S>(left: &Line<S>, right: &Line<S>) -> u32 {
    let pairs = left.statements.iter().zip(&right.statements);
    let count = pairs.take_while(|(left, right)| left == right).count();
    u32::try_from(count - 1).expect("lines of one log share statement 0 and have fewer than 2^32")
}
