//! What devices wrote: statements without a gap, chained to their end, vouched for by heads, and a
//! body for each or the authorisation by which it went.

use std::collections::BTreeMap;

use lifeos_protocol::Wire;
use lifeos_protocol::change::Change;
use lifeos_protocol::head::Head;
use lifeos_protocol::ids::{AccountId, DeviceId, Hash, SpaceId};
use lifeos_protocol::log::Accounts;
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::{Statement, chain_start};

use super::{Examined, Invariant};
use crate::changes::verifies;
use crate::columns::{bytes, fixed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::log_cache::KnownAccounts;
use crate::pull::place;
use crate::sql::{self, Row};

struct Author {
    row: i64,
    space_row: i64,
    space: SpaceId,
    device: DeviceId,
    account: AccountId,
    end: ChainPoint,
    head: Vec<u8>,
}

struct Seen {
    chains: Examined,
    heads: Examined,
    arrivals: Examined,
    bodies: Examined,
}

pub(super) async fn examine(
    connection: &mut Connection,
    known: &KnownAccounts,
    examined: &mut Vec<Examined>,
) -> Result<(), StoreError> {
    let mut seen = Seen {
        chains: Examined::new(Invariant::Chains),
        heads: Examined::new(Invariant::Heads),
        arrivals: Examined::new(Invariant::Arrivals),
        bodies: Examined::new(Invariant::Bodies),
    };
    let spaces = sql::query("SELECT log, id, arrivals FROM logs WHERE kind = 2 ORDER BY log")
        .fetch_all(&mut *connection)
        .await?;
    for space in &spaces {
        let (row, id): (i64, SpaceId) = (space.try_get("log")?, fixed(space, "id")?.into());
        let arrivals: u64 = unsigned(space, "arrivals")?;
        let mut taken = BTreeMap::new();
        for author in authors(connection, row, id).await? {
            follow(connection, known, &author, &mut taken, &mut seen).await?;
        }
        let once = (1..=arrivals).find(|sequence| taken.get(sequence) != Some(&1));
        let wrong = once.map(|sequence| format!("space {id}: place {sequence} is not taken once"));
        let beyond = taken.last_key_value().filter(|(last, _)| **last > arrivals);
        let beyond = beyond.map(|(last, _)| format!("space {id}: place {last} is beyond the end"));
        seen.arrivals.see(wrong.or(beyond));
    }
    examined.extend([seen.chains, seen.heads, seen.arrivals, seen.bodies]);
    Ok(())
}

async fn authors(
    connection: &mut Connection,
    space_row: i64,
    space: SpaceId,
) -> Result<Vec<Author>, StoreError> {
    let rows = sql::query(
        "SELECT u.author AS author, u.device AS device, a.id AS account, u.counter AS counter,
                u.h AS h, u.head AS head
         FROM authors u JOIN accounts a USING (account) WHERE u.space = $1 ORDER BY u.device",
    )
    .bind(space_row)
    .fetch_all(connection)
    .await?;
    let author = |row: &Row| {
        Ok(Author {
            row: row.try_get("author")?,
            space_row,
            space,
            device: fixed(row, "device")?.into(),
            account: fixed(row, "account")?.into(),
            end: ChainPoint {
                counter: unsigned(row, "counter")?,
                h: fixed(row, "h")?.into(),
            },
            head: bytes(row, "head")?,
        })
    };
    rows.iter().map(author).collect()
}

/// Follows the chain of a device from its beginning.
async fn follow(
    connection: &mut Connection,
    known: &KnownAccounts,
    author: &Author,
    taken: &mut BTreeMap<u64, u32>,
    seen: &mut Seen,
) -> Result<(), StoreError> {
    let place_of_device = format!("space {}, device {}", author.space, author.device);
    let at = |counter: u64, wrong: &str| format!("{place_of_device}, change {counter}: {wrong}");
    let points = kept_points(connection, author.row).await?;
    let heads = kept_heads(connection, author.row).await?;
    let mut point = chain_start(author.space, author.device);
    let mut broken = None;
    let mut hashes = BTreeMap::new();
    let mut gone = Vec::new();
    let mut rows = sql::query(
        "SELECT s.counter AS counter, s.sequence AS sequence, s.statement AS statement,
                b.author AS author, b.counter AS body_counter, b.body AS body
         FROM statements s LEFT JOIN bodies b ON b.place = $1 + s.sequence
         WHERE s.author = $2 ORDER BY s.counter",
    )
    .bind(place(author.space_row, 0))
    .bind(author.row)
    .fetch(&mut *connection);
    while let Some(row) = rows.next().await? {
        let counter: u64 = unsigned(&row, "counter")?;
        let sequence: u64 = unsigned(&row, "sequence")?;
        *taken.entry(sequence).or_insert(0_u32) += 1;
        let statement_bytes = bytes(&row, "statement")?;
        match Statement::from_bytes(&statement_bytes) {
            _ if broken.is_some() => {}
            _ if counter != point.counter + 1 => {
                broken = Some(at(point.counter + 1, "its statement is missing"));
            }
            Err(_) => broken = Some(at(counter, "its statement cannot be read")),
            Ok(statement) => {
                point = statement.chain(author.space, author.device, point);
                if points.get(&counter).is_some_and(|h| *h != point.h) {
                    broken = Some(at(counter, "the chain is not at the point that was kept"));
                }
                if heads.contains_key(&counter) {
                    hashes.insert(counter, point.h);
                }
            }
        }
        let has_place = row.try_get::<Option<i64>>("author")? == Some(author.row)
            && row.try_get::<Option<i64>>("body_counter")? == i64::try_from(counter).ok();
        match row.try_get::<Option<Vec<u8>>>("body")? {
            _ if !has_place => seen.bodies.see(Some(at(counter, "its body has no place"))),
            None => gone.push((counter, sequence)),
            Some(body) => {
                let whole = [statement_bytes, body].concat();
                let wrong = Change::from_bytes(&whole).is_err();
                let wrong = wrong.then(|| at(counter, "its body cannot be read"));
                seen.bodies.see(wrong);
            }
        }
    }
    drop(rows);
    for (counter, sequence) in gone {
        let why = sql::query("SELECT why FROM body_authorisations WHERE place = $1")
            .bind(place(author.space_row, sequence))
            .fetch_optional(&mut *connection)
            .await?;
        let wrong = at(counter, "its body is gone, and nothing authorised that");
        seen.bodies.see(why.is_none().then_some(wrong));
    }
    if broken.is_none() && point != author.end {
        broken = Some(format!(
            "{place_of_device}: the chain ends at change {}, and not as it should at {}",
            point.counter, author.end.counter
        ));
    }
    seen.chains.see(broken);
    hashes.insert(author.end.counter, author.end.h);
    let mut heads = heads;
    heads.insert(author.end.counter, author.head.clone());
    for (counter, head) in heads {
        let is_right = Head::from_bytes(&head).is_ok_and(|head| {
            let log = known.account(author.account);
            head.body.space == author.space
                && head.body.device == author.device
                && head.body.account == author.account
                && head.body.counter == counter
                && Some(&head.body.h) == hashes.get(&counter)
                && log.is_some_and(|log| verifies(log, &head))
        });
        let wrong = (!is_right).then(|| at(counter, "its head does not hold"));
        seen.heads.see(wrong);
    }
    Ok(())
}

async fn kept_points(
    connection: &mut Connection,
    author: i64,
) -> Result<BTreeMap<u64, Hash>, StoreError> {
    let rows = sql::query("SELECT counter, h FROM chain_points WHERE author = $1")
        .bind(author)
        .fetch_all(connection)
        .await?;
    let point = |row: &Row| Ok((unsigned(row, "counter")?, fixed(row, "h")?.into()));
    rows.iter().map(point).collect()
}

async fn kept_heads(
    connection: &mut Connection,
    author: i64,
) -> Result<BTreeMap<u64, Vec<u8>>, StoreError> {
    let rows = sql::query("SELECT counter, head FROM heads WHERE author = $1")
        .bind(author)
        .fetch_all(connection)
        .await?;
    let head = |row: &Row| Ok((unsigned(row, "counter")?, bytes(row, "head")?));
    rows.iter().map(head).collect()
}
