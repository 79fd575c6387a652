//! A space in a snapshot: all of it but what of its life rests, and the columns of its chains.

use lifeos_crypto::SpaceSecret;
use lifeos_kernel::{BatchId, IntentId, OwnBytes};
use lifeos_life::Life;
use lifeos_protocol::log::{Accounts, SpaceLog};
use lifeos_protocol::seen::{ChainPoint, Frontier};
use lifeos_protocol::{DecodeError, DeviceId, Hash, IncarnationId, Reader, SpaceId, Wire, Writer};

use super::chain::{Columns, read_chain, read_columns, read_place, write_chain, write_place};
use super::lists::{list, many, maybe, option, part, read_change};
use super::room;
use crate::engine::Erasing;
use crate::record::{read_part, read_text};
use crate::space::{Act, Held, Quarantined, Reason, RefusedAt, Space, Waiting};

impl Space {
    pub(super) fn write_state(&self, w: &mut Writer, resting_bytes: usize) {
        w.put(&self.id).bytes(&self.log.to_bytes());
        many(w, self.secrets.values(), |w, secret| {
            w.u32(secret.epoch()).raw(secret.expose());
        });
        w.u64(resting_bytes as u64);
        many(w, &self.chains, |w, (device, chain)| {
            w.put(device);
            write_chain(w, chain);
        });
        many(w, self.told.points(), |w, (device, point)| {
            w.put(&device).u64(point.counter).put(&point.h);
        });
        many(w, &self.outbox, |w, waiting| {
            w.u64(waiting.counter).bytes(&waiting.change.to_bytes());
        });
        w.u64(self.accepted);
        option(w, self.refused.as_ref(), |w, refused| {
            w.u64(refused.counter).bytes(refused.code.as_bytes());
        });
        many(w, &self.undo, write_act);
        many(w, &self.redo, write_act);
        many(w, &self.held, |w, held| {
            w.u64(held.wall_ms)
                .put(&held.device)
                .u64(held.counter)
                .bytes(&held.change.to_bytes());
        });
        many(
            w,
            &self.quarantine,
            |w, ((device, counter), quarantined)| {
                w.put(device).u64(*counter).u8(quarantined.reason.number());
                option(w, quarantined.change.as_ref(), |w, change| {
                    w.bytes(&change.to_bytes());
                });
            },
        );
        many(w, &self.conflicts, |w, conflict| {
            w.put(conflict);
        });
        option(w, self.incarnation.as_ref(), |w, incarnation| {
            w.put(incarnation);
        });
        w.u64(self.cursor)
            .u64(self.completed)
            .u64(self.high)
            .u8(u8::from(self.catching_up));
        many(w, &self.cuts, |w, (device, counter, h)| {
            w.put(device).u64(*counter).put(h);
        });
        w.u8(u8::from(self.is_stale()));
        option(w, self.diverged.as_ref(), |w, served| {
            w.u64(*served);
        });
        write_erasing(w, &self.erasing);
    }

    /// Reads a space, whose life rests in what of `resting` lies behind `rested`.
    pub(super) fn read_state(
        r: &mut Reader<'_>,
        bulk: &mut Reader<'_>,
        (resting, rested): (&OwnBytes, &mut usize),
        accounts: &dyn Accounts,
    ) -> Result<Self, DecodeError> {
        let invalid = DecodeError::Invalid {
            what: "space of a snapshot",
        };
        let id = SpaceId::read(r)?;
        let log = SpaceLog::from_bytes(id.into(), part(r)?, accounts).map_err(|_| invalid)?;
        let mut space = Self::new(id, log);
        for secret in list(r, |r| Ok(SpaceSecret::from_bytes(r.u32()?, &r.array()?)))? {
            let began = space.log.epoch_at(secret.epoch()).ok_or(invalid)?.statement;
            space.keys.insert(secret.epoch(), secret.bind(id, began));
            space.secrets.insert(secret.epoch(), secret);
        }
        let life = part(bulk)?;
        let start = *rested;
        let end = start.checked_add(room(r.u64()?));
        let end = end.filter(|end| *end <= resting.len()).ok_or(invalid)?;
        space.life = Life::from_own_snapshot(life, resting, start..end).map_err(|_| invalid)?;
        *rested = end;
        let columns = list(bulk, read_columns)?;
        let chains = list(r, |r| {
            let device = DeviceId::read(r)?;
            Ok((device, read_chain(r, id, device)?))
        })?;
        if columns.len() != chains.len() {
            return Err(invalid);
        }
        for ((device, mut chain), columns) in chains.into_iter().zip(columns) {
            let Columns {
                hashes,
                places,
                marks,
            } = columns;
            if places.len() != hashes.len() || chain.covered > hashes.len() as u64 {
                return Err(invalid);
            }
            chain.restore(hashes, places);
            chain.marks = marks;
            space.chains.insert(device, chain);
        }
        space.told = Frontier::new();
        for (device, point) in list(r, |r| {
            let device = DeviceId::read(r)?;
            Ok((
                device,
                ChainPoint {
                    counter: r.u64()?,
                    h: Hash::read(r)?,
                },
            ))
        })? {
            space.told.observe(device, point);
        }
        space.outbox = list(r, |r| {
            Ok(Waiting {
                counter: r.u64()?,
                change: read_change(r)?,
                token: 0,
            })
        })?
        .into();
        space.accepted = r.u64()?;
        space.refused = maybe(r, |r| {
            Ok(RefusedAt {
                counter: r.u64()?,
                code: read_text(r)?,
            })
        })?;
        space.undo = list(r, read_act)?;
        space.redo = list(r, read_act)?;
        space.held = list(r, |r| {
            Ok(Held {
                wall_ms: r.u64()?,
                device: DeviceId::read(r)?,
                counter: r.u64()?,
                change: Box::new(read_change(r)?),
            })
        })?;
        for (at, quarantined) in list(r, |r| {
            let at = (DeviceId::read(r)?, r.u64()?);
            let reason = Reason::from_number(r.u8()?).ok_or(invalid)?;
            let change = maybe(r, |r| read_change(r).map(Box::new))?;
            Ok((at, Quarantined { reason, change }))
        })? {
            space.quarantine.insert(at, quarantined);
        }
        space.conflicts = list(r, Wire::read)?;
        space.incarnation = maybe(r, IncarnationId::read)?;
        space.cursor = r.u64()?;
        space.completed = r.u64()?;
        space.high = r.u64()?;
        space.catching_up = r.u8()? != 0;
        let cuts = list(r, |r| Ok((DeviceId::read(r)?, r.u64()?, Hash::read(r)?)))?;
        space.cuts = cuts.into_iter().collect();
        space.stale = r.u8()? != 0;
        space.diverged = maybe(r, |r| r.u64())?;
        space.erasing = read_erasing(r)?;
        Ok(space)
    }
}

fn write_erasing(w: &mut Writer, erasing: &Erasing) {
    w.u32(erasing.followed);
    many(w, &erasing.rewrite, |w, ((device, counter), files)| {
        w.put(device).u64(*counter);
        many(w, files, |w, file| {
            w.u32(*file);
        });
    });
    many(w, &erasing.unsent, |w, (sequence, changes)| {
        w.u32(*sequence);
        many(w, changes, |w, (device, counter)| {
            w.put(device).u64(*counter);
        });
    });
    many(w, &erasing.older, |w, ((device, counter), places)| {
        w.put(device).u64(*counter);
        many(w, places, |w, place| write_place(w, *place));
    });
}

fn read_erasing(r: &mut Reader<'_>) -> Result<Erasing, DecodeError> {
    let change = |r: &mut Reader<'_>| Ok((DeviceId::read(r)?, r.u64()?));
    let mut erasing = Erasing {
        followed: r.u32()?,
        ..Erasing::default()
    };
    for (at, files) in list(r, |r| Ok((change(r)?, list(r, |r| r.u32())?)))? {
        erasing.rewrite.insert(at, files.into_iter().collect());
    }
    for (sequence, changes) in list(r, |r| Ok((r.u32()?, list(r, change)?)))? {
        erasing
            .unsent
            .insert(sequence, changes.into_iter().collect());
    }
    for (at, places) in list(r, |r| Ok((change(r)?, list(r, read_place)?)))? {
        erasing.older.insert(at, places);
    }
    Ok(erasing)
}

fn write_act(w: &mut Writer, act: &Act) {
    w.raw(&act.intent.0);
    option(w, act.batch.as_ref(), |w, batch| {
        w.raw(&batch.0);
    });
    w.bytes(&act.reversal);
}

fn read_act(r: &mut Reader<'_>) -> Result<Act, DecodeError> {
    Ok(Act {
        intent: IntentId(r.array()?),
        batch: maybe(r, |r| r.array().map(BatchId))?,
        reversal: read_part(r)?,
    })
}
