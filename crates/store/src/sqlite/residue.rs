//! Old bytes that must be gone from the disk, not only from the tables.
//!
//! SQLite overwrites what is deleted (`secure_delete`), but not the copy that stays behind where a
//! page was rebuilt because its neighbours moved, and not the journal. So once bodies were replaced
//! the journal is emptied, the file is searched for what they were, and it is written anew where
//! something is found. A mark in the database outlives a stop in between.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::connection::Connection;
use crate::error::StoreError;
use crate::residue::{Residue, marks, unmark};
use crate::sql;

/// Width of what is searched for; what stays is seen from twice this length on.
const WINDOW: usize = 16;
/// Bits of the sieve that most of a file falls through.
const SIEVE_BITS: u32 = 22;
/// Bytes that are read at once.
const PORTION: usize = 1 << 20;

/// What is searched for.
struct Sieve {
    windows: HashSet<[u8; WINDOW]>,
    holes: Vec<u64>,
}

impl Sieve {
    fn of(bodies: &[Vec<u8>]) -> Self {
        let windows = bodies
            .iter()
            .flat_map(|body| body.chunks_exact(WINDOW))
            .filter_map(|window| window.try_into().ok())
            .collect::<HashSet<[u8; WINDOW]>>();
        let mut holes = vec![0; 1 << (SIEVE_BITS - 6)];
        for window in &windows {
            let (word, bit) = hole(window);
            holes[word] |= bit;
        }
        Self { windows, holes }
    }

    /// Whether anything of it still stands in a file.
    fn stands_in(&self, file: &Path) -> io::Result<bool> {
        if self.windows.is_empty() {
            return Ok(false);
        }
        let mut file = File::open(file)?;
        let mut held = Vec::with_capacity(PORTION + WINDOW);
        loop {
            let kept = held.len();
            let read = file.by_ref().take(PORTION as u64).read_to_end(&mut held)?;
            if read == 0 {
                return Ok(false);
            }
            if held.windows(WINDOW).any(|window| self.holds(window)) {
                return Ok(true);
            }
            let done = (kept + read).saturating_sub(WINDOW - 1);
            held.drain(..done);
        }
    }

    fn holds(&self, window: &[u8]) -> bool {
        let (word, bit) = hole(window);
        self.holes[word] & bit != 0 && self.windows.contains(window)
    }
}

/// Returns where in the sieve a window falls through.
fn hole(window: &[u8]) -> (usize, u64) {
    let start = window
        .iter()
        .take(4)
        .fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    let hole = (start >> (32 - SIEVE_BITS)) as usize;
    (hole / 64, 1 << (hole % 64))
}

/// Empties the journal, and writes the file anew where old bytes stand in it. Runs outside of a
/// transaction, alone with the file.
pub(crate) async fn clear(
    connection: &mut Connection,
    database: &Path,
    residue: Residue,
) -> Result<(), StoreError> {
    empty_journal(connection).await?;
    let others = marks(connection).await?;
    let left_behind = others
        .iter()
        .any(|mark| Some(mark.as_str()) != residue.mark.as_deref());
    let database = PathBuf::from(database);
    let Residue { mark, bodies } = residue;
    let search = move || Sieve::of(&bodies).stands_in(&database);
    let stands = tokio::task::spawn_blocking(search)
        .await
        .map_err(|_| StoreError::Closing)?;
    if stands? || (mark.is_none() && left_behind) {
        return write_anew(connection).await;
    }
    if let Some(mark) = mark {
        unmark(connection, &mark).await?;
    }
    Ok(())
}

/// Ends what a stop interrupted: what was being replaced is no longer known, so that the whole file
/// is written anew.
pub(crate) async fn finish_interrupted(connection: &mut Connection) -> Result<(), StoreError> {
    if marks(connection).await?.is_empty() {
        return Ok(());
    }
    write_anew(connection).await
}

async fn write_anew(connection: &mut Connection) -> Result<(), StoreError> {
    // A copy of the whole file would not fit in the memory that the box may take.
    let written = connection.order("PRAGMA temp_store = FILE; VACUUM").await;
    connection.order("PRAGMA temp_store = MEMORY").await?;
    written?;
    empty_journal(connection).await?;
    for mark in marks(connection).await? {
        unmark(connection, &mark).await?;
    }
    Ok(())
}

/// Moves all that the journal holds into the file and empties it.
async fn empty_journal(connection: &mut Connection) -> Result<(), StoreError> {
    let row = sql::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(connection)
        .await?;
    match row.try_get::<i64>("busy")? {
        0 => Ok(()),
        _ => Err(StoreError::StillRead),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::connection::Held;
    use crate::open::Store;

    const ROWS: u64 = 600;

    /// Bytes that differ from row to row and never repeat within one.
    fn body(seed: u64) -> Vec<u8> {
        let length = [338, 400, 480, 600, 1500][usize::try_from(((seed * 7919) >> 3) % 5).unwrap()];
        let mut state = seed.wrapping_add(1).wrapping_mul(0xd134_2543_de82_ef95);
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            // SplitMix64: the pages are to be filled as ciphertext fills them.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bytes.extend((mixed ^ (mixed >> 31)).to_be_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    fn place_of(row: u64) -> i64 {
        // Two spaces whose changes arrive in turns: their pages are rebuilt again and again.
        crate::pull::place(1 + signed_row(row % 2), row / 2 + 1)
    }

    fn signed_row(row: u64) -> i64 {
        i64::try_from(row).unwrap()
    }

    async fn filled(folder: &TempDir) -> Store {
        let store = Store::open(folder.path(), 1).await.unwrap();
        store
            .committer
            .commit(move |connection| {
                Box::pin(async move {
                    for row in 0..ROWS {
                        sql::query("INSERT INTO bodies VALUES ($1, 1, $2, $3)")
                            .bind(place_of(row))
                            .bind(signed_row(row))
                            .bind(body(row))
                            .execute(&mut *connection)
                            .await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await
            .unwrap();
        store
    }

    /// Replaces every body of one of the spaces and returns what is to be gone.
    async fn replace(store: &Store) -> Residue {
        store
            .committer
            .commit(move |connection| {
                Box::pin(async move {
                    connection.order(
                        "INSERT OR IGNORE INTO accounts VALUES (1, zeroblob(16), 4, 1);
                         INSERT OR IGNORE INTO logs VALUES (1, zeroblob(16), 2, 1, 1, zeroblob(32), 0);
                         INSERT OR IGNORE INTO log_statements VALUES (1, 1, x'00', zeroblob(16));",
                    )
                    .await?;
                    let mut old = Vec::new();
                    for row in (0..ROWS).step_by(2) {
                        sql::query("INSERT OR IGNORE INTO body_authorisations VALUES ($1, 1, 1, 2)")
                            .bind(place_of(row))
                            .execute(&mut *connection)
                            .await?;
                        sql::query("UPDATE bodies SET body = $1 WHERE place = $2")
                            .bind(vec![7_u8; body(row).len()])
                            .bind(place_of(row))
                            .execute(&mut *connection)
                            .await?;
                        old.push(body(row));
                    }
                    Residue::mark(connection, place_of(0), old).await
                })
            })
            .await
            .unwrap()
    }

    /// How many of the replaced bodies stand in a file, in whole or in part.
    fn standing(folder: &TempDir, file: &str) -> usize {
        let bytes = fs::read(folder.path().join(file)).unwrap_or_default();
        let windows: HashSet<&[u8]> = bytes.windows(WINDOW).collect();
        let stands = |row: &u64| {
            body(*row)
                .chunks_exact(WINDOW)
                .any(|piece| windows.contains(piece))
        };
        (0..ROWS).step_by(2).filter(stands).count()
    }

    #[tokio::test]
    async fn copies_that_a_rebuilt_page_leaves_behind_are_found_and_go() {
        let folder = TempDir::new().unwrap();
        let store = filled(&folder).await;
        let residue = replace(&store).await;
        assert!(standing(&folder, "lifeos.sqlite-wal") > 0);
        // What SQLite alone leaves in the file, once its journal is empty: the reason for all this.
        let mut beside = open_beside(&folder).await;
        empty_journal(&mut beside).await.unwrap();
        assert!(standing(&folder, "lifeos.sqlite") > 0);
        store.committer.clear(residue).await.unwrap();
        assert_eq!(standing(&folder, "lifeos.sqlite"), 0);
        assert_eq!(standing(&folder, "lifeos.sqlite-wal"), 0);
        assert!(marks(&mut beside).await.unwrap().is_empty());
        let row = sql::query("SELECT count(*) AS rows FROM bodies")
            .fetch_one(&mut store.readers.acquire().await.unwrap())
            .await
            .unwrap();
        assert_eq!(row.try_get::<i64>("rows").unwrap(), signed_row(ROWS));
        store.close().await;
    }

    #[tokio::test]
    async fn a_stop_before_the_old_bytes_are_gone_is_made_good_at_the_next_start() {
        let folder = TempDir::new().unwrap();
        let store = filled(&folder).await;
        replace(&store).await;
        store.close().await;
        assert!(standing(&folder, "lifeos.sqlite") > 0);
        let store = Store::open(folder.path(), 2).await.unwrap();
        assert_eq!(standing(&folder, "lifeos.sqlite"), 0);
        assert_eq!(standing(&folder, "lifeos.sqlite-wal"), 0);
        store.close().await;
    }

    #[tokio::test]
    async fn who_asks_again_while_the_journal_is_read_is_answered_when_it_is_empty() {
        let folder = TempDir::new().unwrap();
        let store = filled(&folder).await;
        store
            .committer
            .commit(|connection| {
                Box::pin(async move {
                    // The test waits for the reader, not for the clock.
                    connection.order("PRAGMA busy_timeout = 0").await?;
                    Ok::<_, StoreError>(())
                })
            })
            .await
            .unwrap();
        let mut reader = store.readers.snapshot().await.unwrap();
        sql::query("SELECT count(*) FROM bodies")
            .fetch_one(&mut reader)
            .await
            .unwrap();
        let residue = replace(&store).await;
        let refused = store.committer.clear(residue).await.unwrap_err();
        assert!(matches!(refused, StoreError::StillRead), "{refused:?}");
        let Connection::Sqlite(reader) = reader else {
            panic!("a file of SQLite has no other readers")
        };
        let Held::Snapshot(reader) = *reader else {
            panic!("a view is a transaction")
        };
        reader.rollback().await.unwrap();
        // Whoever asks now does not know what was replaced: the mark does.
        store.committer.clear(Residue::none()).await.unwrap();
        assert_eq!(standing(&folder, "lifeos.sqlite"), 0);
        assert_eq!(standing(&folder, "lifeos.sqlite-wal"), 0);
        store.close().await;
    }

    async fn open_beside(folder: &TempDir) -> Connection {
        use sqlx::ConnectOptions;
        let options = sqlx::sqlite::SqliteConnectOptions::new();
        let file = folder.path().join("lifeos.sqlite");
        let connection = options.filename(file).connect().await.unwrap();
        Connection::Sqlite(Box::new(Held::Own(connection)))
    }
}
