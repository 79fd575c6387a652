//! Looks at everything that must hold of what is stored, and says where it does not: for whoever runs
//! the box. Nothing is written, and one view of the whole is read, so that a box that serves may be
//! looked at meanwhile.
//!
//! What the box cannot open it cannot fold: that the changes fold to what a device shows, and that no
//! byte of a ciphertext was changed, is found by the devices. A box log that lost its newest entries
//! looks like one that never had them.

mod chains;
mod logs;

use lifeos_protocol::Wire;
use lifeos_protocol::box_log::BoxEntry;
use lifeos_protocol::ids::Hash;

use crate::columns::{fixed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::{postgres, sql, sqlite};

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invariant {
    /// The database itself is whole.
    Database,
    /// Everything that refuses a change of what is append-only is in place.
    Triggers,
    /// Account logs are signed and chained, and end where the box says.
    AccountLogs,
    /// Space logs are signed and chained, and end where the box says.
    SpaceLogs,
    /// Who may read a space is who its log says.
    Members,
    /// The statements of each device are all there, and chain to the end that is kept.
    Chains,
    /// Heads are signed by their device and name the chain's points.
    Heads,
    /// Every place of a space is taken, once.
    Arrivals,
    /// Every body is there, or its going was authorised.
    Bodies,
    /// The box log is chained.
    BoxLog,
}

impl Invariant {
    /// Returns its name, as in the report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Triggers => "triggers",
            Self::AccountLogs => "account logs",
            Self::SpaceLogs => "space logs",
            Self::Members => "members",
            Self::Chains => "chains",
            Self::Heads => "heads",
            Self::Arrivals => "arrivals",
            Self::Bodies => "bodies",
            Self::BoxLog => "box log",
        }
    }
}

/// What was found of one invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Which.
    pub invariant: Invariant,
    /// How many things were looked at.
    pub looked_at: u64,
    /// How many of them break it.
    pub broken: u64,
    /// The first that does.
    pub first: Option<String>,
}

impl Examined {
    fn new(invariant: Invariant) -> Self {
        Self {
            invariant,
            looked_at: 0,
            broken: 0,
            first: None,
        }
    }

    /// Counts one thing, and what is wrong with it.
    fn see(&mut self, wrong: Option<String>) {
        self.looked_at += 1;
        if let Some(wrong) = wrong {
            self.broken += 1;
            self.first.get_or_insert(wrong);
        }
    }
}

impl Store {
    /// Examines everything.
    ///
    /// # Errors
    /// Those of the database, where it cannot be read on.
    pub async fn examine(&self) -> Result<Vec<Examined>, StoreError> {
        let mut connection = self.readers.snapshot().await?;
        let mut examined = Vec::new();
        let mut database = Examined::new(Invariant::Database);
        let mut triggers = Examined::new(Invariant::Triggers);
        let there = match &mut connection {
            Connection::Sqlite(held) => {
                for said in sqlite::examine::whole(held.get()).await? {
                    database.see(said);
                }
                sqlite::examine::triggers(held.get()).await?
            }
            // A server of its own checks its pages.
            Connection::Postgres(held) => postgres::examine::triggers(held.get()).await?,
        };
        for name in expected_triggers() {
            let is_missing = !there.iter().any(|there| there == name);
            triggers.see(is_missing.then(|| format!("trigger {name} is missing")));
        }
        examined.extend([database, triggers]);
        let known = logs::examine(&mut connection, &mut examined).await?;
        chains::examine(&mut connection, &known, &mut examined).await?;
        examined.push(box_log(&mut connection).await?);
        Ok(examined)
    }
}

/// The names of the triggers that the migrations of this release make; both databases have the same.
fn expected_triggers() -> impl Iterator<Item = &'static str> {
    crate::migrate::MIGRATIONS
        .iter()
        .flat_map(|step| step.sqlite.split("CREATE TRIGGER ").skip(1))
        .filter_map(|rest| rest.split_whitespace().next())
}

async fn box_log(connection: &mut Connection) -> Result<Examined, StoreError> {
    let mut examined = Examined::new(Invariant::BoxLog);
    let base = sql::query("SELECT sequence, hash FROM box_log_base")
        .fetch_one(&mut *connection)
        .await?;
    let mut before: u64 = unsigned(&base, "sequence")?;
    let mut hash: Hash = fixed(&base, "hash")?.into();
    let mut rows = sql::query("SELECT sequence, entry, at_ms, hash FROM box_log ORDER BY sequence")
        .fetch(connection);
    while let Some(row) = rows.next().await? {
        let sequence: u64 = unsigned(&row, "sequence")?;
        let kept: Hash = fixed(&row, "hash")?.into();
        let entry: &[u8] = row.try_get("entry")?;
        let at_ms: u64 = unsigned(&row, "at_ms")?;
        let wrong = match BoxEntry::from_bytes(entry) {
            _ if sequence != before + 1 => Some("entries before it are missing"),
            Err(_) => Some("it cannot be read"),
            Ok(entry) if entry.sequence != sequence || entry.at_ms != at_ms => {
                Some("it is another's")
            }
            Ok(entry) if entry.chain(&hash) != kept => Some("the chain breaks"),
            Ok(_) => None,
        };
        examined.see(wrong.map(|wrong| format!("entry {sequence}: {wrong}")));
        before = sequence;
        hash = kept;
    }
    Ok(examined)
}
