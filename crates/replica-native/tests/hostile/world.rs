//! A claimed box behind a hop, with its first device.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use lifeos_protocol::batch::Batch;
use lifeos_protocol::stream::Frame;
use lifeos_protocol::{DeviceId, IncarnationId, Wire};
use lifeos_replica::Cause;
use lifeos_replica::api::{AlarmKind, Call, KitSheet, Phase, Problem, Reply};
use lifeos_store::Store;
use lifeos_testkit::{Hop, Kept, Passkey, Seen};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::house::{House, copy_folder};
use crate::person::{Device, PATIENCE, asked_groups, claim, join_by_kit, secret, step_up};

/// The stream of a space.
pub(crate) const CHANGES: &str = "/api/v1/spaces/*/changes";
/// The statements of a log.
pub(crate) const LOG: &str = "/api/v1/logs/*";
/// The wraps of a log.
pub(crate) const WRAPS: &str = "/api/v1/logs/*/wraps";
/// What a kit's owner is given.
pub(crate) const KIT: &str = "/api/v1/kits/lookup";
/// Where a device asks for the sealed keys of all methods.
pub(crate) const METHODS: &str = "/api/v1/methods";

/// A person with a box that cannot be trusted.
pub(crate) struct World {
    pub(crate) first: Device,
    pub(crate) passkey: Passkey,
    pub(crate) sheets: Vec<KitSheet>,
    pub(crate) house: House,
    pub(crate) hop: Hop,
}

impl World {
    /// A claimed box with one device, everything honest so far.
    pub(crate) fn claimed() -> Self {
        Self::claimed_with(true)
    }

    pub(crate) fn claimed_with(has_prf: bool) -> Self {
        let hop = Hop::start();
        let (house, code) = House::start_at(Some(hop.port()));
        hop.lead_to(house.address());
        let first = Device::new(&house);
        let (passkey, sheets) = claim(&first, &code, has_prf);
        Self {
            first,
            passkey,
            sheets,
            house,
            hop,
        }
    }

    /// As [`Self::claimed`], with a second device that was joined by the kit and has everything;
    /// the first is off.
    pub(crate) fn with_second(tasks: &[&str]) -> (Self, Device) {
        let mut world = Self::claimed();
        for title in tasks {
            world.first.add_task(title);
        }
        world.first.wait_live();
        let second = world.joined();
        world.settle(&second);
        world.settle(&world.first);
        world.first.off();
        (world, second)
    }

    /// As [`Self::with_second`], and meanwhile the first wrote more; now both are off.
    pub(crate) fn behind(more: &[&str]) -> (Self, Device, Kept) {
        let mut world = Self::claimed();
        world.first.add_task("known to both");
        world.first.wait_live();
        let mut second = world.joined();
        world.settle(&second);
        let before = world.kept(&second);
        second.off();
        for title in more {
            world.first.add_task(title);
        }
        world.first.wait_live();
        world.first.off();
        (world, second, before)
    }

    /// A device that holds nothing.
    pub(crate) fn fresh(&self) -> Device {
        Device::new(&self.house)
    }

    /// A device that joined by the kit.
    pub(crate) fn joined(&self) -> Device {
        let device = self.fresh();
        join_by_kit(&device, &self.sheets[0]);
        device
    }

    /// Tries to join by the kit with its account line; returns the problem and the device.
    pub(crate) fn joining_fails(&self) -> (Problem, Device) {
        let device = self.fresh();
        device.wait(|status| status.phase == Phase::Fresh);
        let problem = device.refused(Call::JoinKit {
            device_name: "Phone".into(),
            code: secret(&self.sheets[0].payload),
            account: None,
        });
        (problem, device)
    }

    /// Waits until a device that wrote has pulled everything that the box was given so far, what it
    /// wrote itself included, and with it what its logs say.
    pub(crate) fn settle(&self, device: &Device) {
        let id = id_of(device);
        self.hop.wait_seen(|seen| has_all(seen, id), PATIENCE);
        device.wait_live();
    }

    /// What a device keeps. What comes of an answer of the box may be told before it is written;
    /// a call that is made then is answered when it is.
    pub(crate) fn kept(&self, device: &Device) -> Kept {
        if let Some(client) = &device.client {
            // One that is being renewed answers none; it has written everything.
            drop(client.call(Call::Status));
        }
        Kept::open(device.folder(), &self.sheets[0].payload, now_ms())
    }

    /// Starts a device that was off and unlocks it by the kit.
    pub(crate) fn on(&self, device: &mut Device) {
        turn_on(device, &self.sheets[0]);
    }

    /// Starts the first device and unlocks it by the kit.
    pub(crate) fn first_on(&mut self) {
        turn_on(&mut self.first, &self.sheets[0]);
    }

    pub(crate) fn step_up(&mut self) {
        step_up(&self.first, &mut self.passkey);
    }

    /// Alters the frames of every pull.
    pub(crate) fn alter_frames(
        &self,
        mut alter: impl FnMut(Vec<Frame>) -> Vec<Frame> + Send + 'static,
    ) {
        self.hop.on_answer(move |asked, answer| {
            asked.is("GET", CHANGES) && answer.alter_frames(&mut alter)
        });
    }

    pub(crate) fn wait_altered(&self, more_than: usize) {
        self.hop.wait_altered(more_than + 1, PATIENCE);
    }
}

/// Makes a kit for an open device whose person is verified.
pub(crate) fn add_kit(device: &Device) -> KitSheet {
    let Reply::Kits { mut sheets } = device.call(Call::AddKitBegin) else {
        panic!("a kit")
    };
    device.call(Call::AddKitProve {
        groups: asked_groups(&sheets[0]),
    });
    sheets.remove(0)
}

/// Starts a device that was off, or again, and unlocks it by a kit.
pub(crate) fn turn_on(device: &mut Device, sheet: &KitSheet) {
    device.reload();
    device.wait_locked();
    device.call(Call::UnlockKit {
        code: secret(&sheet.payload),
    });
    device.wait(|status| status.phase == Phase::Open);
}

/// Whether a device was answered a pull with everything that anybody was told to have pushed. It is
/// known by the session in which it pushed.
fn has_all(seen: &[Seen], device: DeviceId) -> bool {
    let pushes = |one: &&Seen| one.asked.is("POST", CHANGES) && one.status == 200;
    let newest = seen.iter().filter(pushes).filter_map(|push| push.sequence);
    let sessions: Vec<&str> = seen
        .iter()
        .filter(pushes)
        .filter(|push| Batch::from_bytes(&push.asked.body).unwrap().device() == device)
        .filter_map(|push| push.asked.header("cookie"))
        .collect();
    let newest = newest.max();
    let mut pulls = seen.iter().filter(|one| {
        one.asked.is("GET", CHANGES)
            && one
                .asked
                .header("cookie")
                .is_some_and(|cookie| sessions.contains(&cookie))
    });
    pulls.any(|pull| pull.sequence.is_some() && pull.sequence >= newest)
}

/// Which device it is.
pub(crate) fn id_of(device: &Device) -> DeviceId {
    let status = device.client().status().unwrap();
    status.device.unwrap().parse().unwrap()
}

/// The wall clock, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

/// Waits until a device shows an alarm of a kind.
pub(crate) fn wait_alarm(device: &Device, kind: AlarmKind) {
    device.wait(|status| status.alarms.iter().any(|alarm| alarm.kind == kind));
}

/// The device keeps what it had, alarm and all.
pub(crate) fn unchanged(kept: &Kept, before: &Kept, cause: Cause) {
    assert_eq!(
        kept.life().to_snapshot(),
        before.life().to_snapshot(),
        "the last good state stands"
    );
    let (log, known) = (kept.engine().account_log(), before.engine().account_log());
    assert_eq!(log.head(), known.head(), "the account log stands");
    assert!(
        kept.causes().contains(&cause),
        "{cause:?} is not among {:?}",
        kept.causes()
    );
}

/// A device that came to nothing keeps nothing.
pub(crate) fn keeps_nothing(device: &Device) {
    let left: Vec<String> = fs::read_dir(device.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lock")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

impl House {
    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Copies what it stores, while it rests.
    pub(crate) fn back_up(&mut self) -> TempDir {
        self.kill();
        let copy = TempDir::new().unwrap();
        copy_folder(self.folder.path(), copy.path());
        self.run();
        copy
    }

    /// Goes on with what a copy has: under a new incarnation, as an honest box does after a
    /// restore, or as if nothing had been.
    pub(crate) fn restore(&mut self, copy: &Path, incarnation: Option<[u8; 16]>) {
        self.lay(copy);
        if let Some(fresh) = incarnation {
            let folder = self.folder.path().to_owned();
            Runtime::new().unwrap().block_on(async move {
                let store = Store::open(&folder, 1).await.unwrap();
                let fresh = IncarnationId::new(fresh);
                store.begin_incarnation(fresh, 2).await.unwrap();
                store.close().await;
            });
        }
        self.run();
    }
}

impl Device {
    /// Ends the process.
    pub(crate) fn off(&mut self) {
        self.client = None;
    }
}
