//! What lies on a device's own disk: the vault, which nothing seals, and the sealed files, before
//! and after they are opened. Whoever can write there can at worst keep a device from starting.

use std::sync::OnceLock;

use lifeos_crypto::LocalKey;
use lifeos_crypto::local::{FileKind, tag_of_frame};
use lifeos_kernel::PAGE_BYTES;
use lifeos_protocol::kit::KitBytes;
use lifeos_protocol::{Writer, hash};
use lifeos_replica::api::{Call, Phase, ProblemCode, SecretText};
use lifeos_replica::client::{Client, Config, Effect, Input, Now};
use lifeos_replica::{Engine, FileName, Outside, StoredFile};
use lifeos_testkit::{Chance, Household};

use crate::parts;

const NOW_MS: u64 = 1_795_000_000_000;
const SNAPSHOT_VERSION: u16 = 5;

/// Records of a journal as they stand in opened frames, each behind its length.
pub fn journal(bytes: &[u8]) -> bool {
    let at = device();
    let key = at.local().file_key(FileKind::Journal, 0);
    let mut chance = Chance::new(1);
    let frames = parts(bytes).into_iter().zip(0..);
    let sealed = frames.flat_map(|(record, index)| key.seal_frame(index, record, &mut chance));
    let bytes = sealed.collect();
    at.opens(stored("journal-00000000", bytes))
}

/// What is inside a snapshot, as it stands in its opened frames: the core and what is read beside
/// it, each behind its length, then what rests.
pub fn snapshot(bytes: &[u8]) -> bool {
    let at = device();
    let key = at.local().file_key(FileKind::Snapshot, 1);
    let mut chance = Chance::new(1);
    let mut parts = parts(bytes).into_iter();
    let core = parts.next().unwrap_or_default();
    let bulk = parts.next().unwrap_or_default();
    let resting = bytes.get(8 + core.len() + bulk.len()..).unwrap_or_default();
    let read = core.chunks(1 << 20).chain(bulk.chunks(1 << 20));
    let frames = read.chain(resting.chunks(PAGE_BYTES));
    let frames: Vec<Vec<u8>> = (1..)
        .zip(frames)
        .map(|(index, part)| key.seal_frame(index, part, &mut chance))
        .collect();
    let tags: Vec<&[u8]> = frames.iter().map(|frame| tag_of_frame(frame)).collect();
    let mut header = Writer::new();
    header
        .u16(SNAPSHOT_VERSION)
        .u32(lifeos_life::FOLD_VERSION)
        .u64(core.len() as u64)
        .u64(bulk.len() as u64)
        .u64(resting.len() as u64)
        .put(&hash::sha256(&tags.concat()));
    let mut file = key.seal_frame(0, header.as_bytes(), &mut chance);
    frames
        .iter()
        .for_each(|frame| file.extend_from_slice(frame));
    at.opens(stored("snapshot-00000001", file))
}

/// Sealed files as they lie on the disk: the first byte says which one.
pub fn files(bytes: &[u8]) -> bool {
    let Some((which, bytes)) = bytes.split_first() else {
        return false;
    };
    let name = match which % 3 {
        0 => "journal-00000000",
        1 => "snapshot-00000001",
        _ => "keys-00000000",
    };
    device().opens(stored(name, bytes.to_vec()))
}

/// The vault of a locked device, and a kit that is tried on it.
pub fn vault(bytes: &[u8]) -> bool {
    let mut page = Page::start(Some(bytes.to_vec()));
    page.call(Call::UnlockBegin);
    page.call(Call::UnlockKit {
        code: SecretText::new(KitBytes::new([5; 20]).to_code()),
    });
    matches!(page.client.status().phase, Phase::Locked { .. })
}

/// A client without a host: what it wants done is done by nobody.
pub(crate) struct Page {
    client: Client,
}

impl Page {
    pub(crate) fn empty() -> Self {
        Self::start(None)
    }

    fn start(vault: Option<Vec<u8>>) -> Self {
        let config = Config {
            origin: "http://localhost:8420".to_owned(),
        };
        let mut page = Self {
            client: Client::new(config, [3; 32]),
        };
        page.tell(Input::Started {
            vault,
            files: Vec::new(),
        });
        page
    }

    /// Makes a call; returns what is wrong with it, if that is known at once.
    pub(crate) fn call(&mut self, call: Call) -> Option<ProblemCode> {
        let call = Input::Call {
            id: 1,
            call,
            attachment: None,
        };
        self.tell(call).into_iter().find_map(|effect| match effect {
            Effect::Answer { result, .. } => result.err().map(|problem| problem.code),
            _ => None,
        })
    }

    fn tell(&mut self, input: Input) -> Vec<Effect> {
        let now = Now {
            wall_ms: NOW_MS,
            monotonic_ms: 1,
            utc_offset_minutes: 0,
        };
        self.client.handle(now, input)
    }
}

/// A device of a household, switched off.
struct Device {
    local: [u8; 32],
    keys: Vec<u8>,
}

impl Device {
    fn local(&self) -> LocalKey {
        LocalKey::from_bytes(&self.local)
    }

    /// Whether it starts with this file, beside its keys or in their place. What started can take
    /// a snapshot of what it read.
    fn opens(&self, file: StoredFile) -> bool {
        let mut files = vec![stored("keys-00000000", self.keys.clone())];
        files.retain(|keys| keys.name != file.name);
        files.push(file);
        let mut chance = Chance::new(2);
        let mut out = Outside {
            now_ms: NOW_MS,
            rng: &mut chance,
        };
        let Ok(opened) = Engine::open(self.local(), files, &mut out) else {
            return false;
        };
        let mut engine = opened.engine;
        engine.tick(&mut out);
        engine.snapshot(&mut out);
        while engine.take_writes().is_some() {}
        true
    }
}

fn device() -> &'static Device {
    static DEVICE: OnceLock<Device> = OnceLock::new();
    DEVICE.get_or_init(|| {
        let (_, device) = Household::found(7);
        let keys = device
            .disk
            .read_to_open()
            .into_iter()
            .find(|file| file.name.to_string().starts_with("keys"))
            .expect("a device has its keys");
        Device {
            local: device.local_key(),
            keys: keys.bytes,
        }
    })
}

fn stored(name: &str, bytes: Vec<u8>) -> StoredFile {
    let name = FileName::parse(name).expect("a file's name");
    StoredFile { name, bytes }
}
