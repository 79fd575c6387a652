//! The box's own log, for an owner: each page is judged by its chain before it is shown, and bound to
//! the page before it by the entry at which that one ended.

use lifeos_protocol::api::{BoxLogPage, BoxLogRow};
use lifeos_protocol::ids::Hash;

use super::Client;
use super::effect::{HttpFailure, HttpResponse};
use super::link::{Waiting, body_of};
use super::methods::Asked;
use crate::api::{BoxLogEntry, BoxLogPlace, Problem, ProblemCode, Reply};

/// Entries of a page.
const PAGE_ENTRIES: u32 = 50;

/// Where the page before ended: its last sequence, and the hash there.
type End = (u64, Hash);

impl Client {
    /// Asks for a page of the box's log.
    pub(crate) fn box_log(
        &mut self,
        call: u64,
        after: Option<&BoxLogPlace>,
    ) -> Result<(), Problem> {
        self.open_mut()?;
        let after = after.map(read_place).transpose()?;
        // The entry at which the page before ended comes once more, to be compared.
        let from = after.map_or_else(String::new, |(end, _)| format!("&after={}", end + 1));
        let path = format!("/api/v1/box/log?limit={PAGE_ENTRIES}{from}");
        let waiting = Waiting::Methods(Asked::BoxLog { call, after });
        self.signed("GET", path, None, waiting);
        Ok(())
    }

    pub(crate) fn box_log_told(
        &mut self,
        call: u64,
        after: Option<End>,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let page: BoxLogPage = body_of(result)?;
        self.answer(call, Ok(judge(&page, after)));
        Ok(())
    }
}

fn read_place(place: &BoxLogPlace) -> Result<End, Problem> {
    let hash = place.hash.parse().map_err(|_| ProblemCode::Malformed)?;
    Ok((place.sequence as u64, hash))
}

/// Says what a page holds, and at which entry it is not bound to the one before.
fn judge(page: &BoxLogPage, after: Option<End>) -> Reply {
    let rows = &page.entries;
    let starts = after.is_none_or(|end| {
        let first = rows.first().map(|row| (row.sequence, row.hash));
        first == Some(end)
    });
    let unbound = rows.windows(2).find(|pair| !follows(&pair[0], &pair[1]));
    // What was forgotten for its age leaves no hash to begin with; the very first follows nothing.
    let begins = rows.last().filter(|row| row.sequence == 1);
    let begins = begins.filter(|row| row.chain(&Hash::ZERO) != Some(row.hash));
    let broken = match after {
        Some((end, _)) if !starts => Some(end),
        _ => unbound
            .map(|pair| &pair[0])
            .or(begins)
            .map(|row| row.sequence),
    };
    let is_new = |row: &&BoxLogRow| after.is_none_or(|(end, _)| row.sequence < end);
    let last = rows.last().filter(|_| page.next.is_some());
    Reply::BoxLog {
        entries: rows.iter().filter(is_new).map(view).collect(),
        next: last.map(|row| BoxLogPlace {
            sequence: row.sequence as f64,
            hash: row.hash.to_hex(),
        }),
        broken: broken.map(|sequence| sequence as f64),
    }
}

fn follows(newer: &BoxLogRow, older: &BoxLogRow) -> bool {
    older.sequence.checked_add(1) == Some(newer.sequence)
        && newer.chain(&older.hash) == Some(newer.hash)
}

fn view(row: &BoxLogRow) -> BoxLogEntry {
    BoxLogEntry {
        sequence: row.sequence as f64,
        at_ms: row.at_ms as f64,
        event: row.event,
        account: row.account.map(|account| account.to_hex()),
        signer: row.signer.map(|signer| signer.to_hex()),
        origin: row.origin.clone(),
        detail: row.detail,
    }
}

#[cfg(test)]
mod tests {
    use lifeos_protocol::box_log::BoxEvent;
    use lifeos_protocol::ids::{AccountId, SignerId};

    use super::*;

    /// A log of so many entries, newest first.
    fn log(length: u64) -> Vec<BoxLogRow> {
        let mut rows = Vec::new();
        let mut before = Hash::ZERO;
        for sequence in 1..=length {
            let mut row = BoxLogRow {
                sequence,
                at_ms: 1_795_000_000_000 + sequence,
                event: BoxEvent::SignedIn,
                account: Some(AccountId::new([1; 16])),
                signer: (sequence % 2 == 0).then_some(SignerId::new([2; 16])),
                origin: (sequence % 3 == 0).then(|| "00000000000000ff".to_owned()),
                detail: 0,
                hash: before,
            };
            row.hash = row.chain(&before).unwrap_or(before);
            before = row.hash;
            rows.insert(0, row);
        }
        rows
    }

    fn page(entries: &[BoxLogRow], more: bool) -> BoxLogPage {
        BoxLogPage {
            entries: entries.to_vec(),
            next: more.then(|| "1".to_owned()),
        }
    }

    /// The sequences shown, the first place that is not bound, and where the next page begins.
    fn judged(
        page: &BoxLogPage,
        after: Option<End>,
    ) -> (Vec<u64>, Option<u64>, Option<BoxLogPlace>) {
        match judge(page, after) {
            Reply::BoxLog {
                entries,
                next,
                broken,
            } => {
                let shown = entries.iter().map(|entry| entry.sequence as u64);
                (shown.collect(), broken.map(|at| at as u64), next)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pages_of_a_sound_log_are_bound_to_each_other_and_to_its_beginning() {
        let rows = log(6);
        let (shown, broken, next) = judged(&page(&rows[..3], true), None);
        assert_eq!((shown, broken), (vec![6, 5, 4], None));
        let end = read_place(&next.expect("there is more")).ok();
        assert_eq!(end, Some((4, rows[2].hash)));
        let (shown, broken, next) = judged(&page(&rows[2..], false), end);
        assert_eq!((shown, broken, next), (vec![3, 2, 1], None, None));
        // What is left of a log whose beginning was forgotten is as sound.
        assert_eq!(judged(&page(&rows[..4], false), None).1, None);
        assert_eq!(judged(&page(&[], false), None).1, None);
    }

    #[test]
    fn an_entry_that_was_changed_left_out_or_put_elsewhere_is_named() {
        let rows = log(6);
        let altered = |alter: fn(&mut Vec<BoxLogRow>)| {
            let mut rows = rows.clone();
            alter(&mut rows);
            judged(&page(&rows, false), None).1
        };
        assert_eq!(altered(|_| ()), None);
        assert_eq!(altered(|rows| rows[2].at_ms += 1), Some(4));
        assert_eq!(altered(|rows| rows[2].event = BoxEvent::Stopped), Some(4));
        assert_eq!(altered(|rows| rows[3].origin = None), Some(3));
        assert_eq!(altered(|rows| rows[3].origin = Some("x".into())), Some(3));
        assert_eq!(altered(|rows| drop(rows.remove(2))), Some(5));
        assert_eq!(altered(|rows| rows.swap(1, 2)), Some(6));
        assert_eq!(altered(|rows| rows[5].detail = 9), Some(1), "the first");
    }

    #[test]
    fn a_page_that_does_not_go_on_where_the_one_before_ended_is_named() {
        let rows = log(6);
        let end = Some((4, rows[2].hash));
        assert_eq!(judged(&page(&rows[3..], false), end).1, Some(4));
        assert_eq!(judged(&page(&[], false), end).1, Some(4));
        let other = Some((4, Hash::ZERO));
        let (shown, broken, _) = judged(&page(&rows[2..], false), other);
        assert_eq!((shown, broken), (vec![3, 2, 1], Some(4)));
    }
}
