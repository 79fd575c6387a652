//! A chain in a snapshot.

use lifeos_protocol::head::Head;
use lifeos_protocol::{DecodeError, DeviceId, Hash, Reader, SeenDigest, SpaceId, Wire, Writer};

use super::lists::{list, many, maybe, option, part, read_change};
use crate::chain::{Body, Chain, Uncovered};
use crate::journal::Place;
use crate::sight::{Sight, Step};

/// What of a chain has an entry for each of its changes: nearly all of it, and no secret.
pub(super) struct Columns {
    pub(super) hashes: Vec<Hash>,
    pub(super) places: Vec<Place>,
    pub(super) marks: Vec<u64>,
}

pub(super) fn write_columns(w: &mut Writer, chain: &Chain) {
    let (hashes, places) = chain.raw();
    many(w, hashes, |w, h| {
        w.put(h);
    });
    many(w, places, |w, place| write_place(w, *place));
    many(w, &chain.marks, |w, mark| {
        w.u64(*mark);
    });
}

pub(super) fn read_columns(r: &mut Reader<'_>) -> Result<Columns, DecodeError> {
    Ok(Columns {
        hashes: list(r, Hash::read)?,
        places: list(r, read_place)?,
        marks: list(r, |r| r.u64())?,
    })
}

pub(super) fn write_chain(w: &mut Writer, chain: &Chain) {
    w.u64(chain.covered);
    option(w, chain.head.as_ref(), |w, head| {
        w.put(head);
    });
    option(w, chain.promised.as_ref(), |w, head| {
        w.put(head);
    });
    many(w, &chain.uncovered, |w, uncovered| {
        w.u64(uncovered.sequence);
        match &uncovered.body {
            Body::Here(change) => w.u8(0).bytes(&change.to_bytes()),
            Body::Gone(statement, why) => w.u8(*why).bytes(&statement.to_bytes()),
        };
    });
    many(w, chain.seen.raw(), |w, (device, steps)| {
        w.put(device);
        many(w, steps, |w, step| {
            w.u64(step.at).u64(step.upto);
        });
    });
    option(w, chain.seen_digest.as_ref(), |w, digest| {
        w.put(digest);
    });
    w.u64(chain.judged);
    for (space, account) in [chain.positions, chain.covered_positions] {
        w.u32(space).u32(account);
    }
}

/// Reads a chain that has no columns yet.
pub(super) fn read_chain(
    r: &mut Reader<'_>,
    space: SpaceId,
    device: DeviceId,
) -> Result<Chain, DecodeError> {
    let mut chain = Chain::new(space, device);
    chain.covered = r.u64()?;
    chain.head = maybe(r, Head::read)?;
    chain.promised = maybe(r, Head::read)?;
    chain.uncovered = list(r, |r| {
        let sequence = r.u64()?;
        let body = match r.u8()? {
            0 => Body::Here(Box::new(read_change(r)?)),
            why => Body::Gone(Wire::from_bytes(part(r)?)?, why),
        };
        Ok(Uncovered { body, sequence })
    })?
    .into();
    let seen = list(r, |r| {
        let device = DeviceId::read(r)?;
        let steps = list(r, |r| {
            let (at, upto) = (r.u64()?, r.u64()?);
            Ok(Step { at, upto })
        })?;
        Ok((device, steps))
    })?;
    chain.seen = Sight::restore(seen);
    chain.seen_digest = maybe(r, SeenDigest::read)?;
    chain.judged = r.u64()?;
    chain.positions = (r.u32()?, r.u32()?);
    chain.covered_positions = (r.u32()?, r.u32()?);
    Ok(chain)
}

pub(super) fn write_place(w: &mut Writer, place: Place) {
    w.u32(place.file)
        .u32(place.frame)
        .u32(place.offset)
        .u32(place.length)
        .u16(place.part);
}

pub(super) fn read_place(r: &mut Reader<'_>) -> Result<Place, DecodeError> {
    Ok(Place {
        file: r.u32()?,
        frame: r.u32()?,
        offset: r.u32()?,
        length: r.u32()?,
        part: r.u16()?,
    })
}
