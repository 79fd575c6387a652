//! What a device keeps, read from its folder by who holds a kit: so that a test judges what is
//! stored, and not what a screen shows.

use std::fs;
use std::path::Path;

use lifeos_crypto::method::{Kit, MethodSecret, open_keys};
use lifeos_crypto::{LocalKey, wrap};
use lifeos_life::Life;
use lifeos_protocol::kit::KitText;
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::wrap::Wrap;
use lifeos_protocol::{
    AccountId, Class, DecodeError, DeviceId, MethodId, PublicKeys, Reader, SpaceId, Wire,
};
use lifeos_replica::{
    Cause, Engine, FileName, Outside, QuarantinedChange, Standing, StoredFile, files_to_open,
};

use crate::Chance;

/// A device's folder, opened.
pub struct Kept {
    engine: Engine,
    /// Whose it is.
    pub account: AccountId,
    /// Which device it is.
    pub device: DeviceId,
    /// The methods to which its local key is sealed.
    pub opened_by: Vec<MethodId>,
}

/// What the vault file says (formats.md §11).
struct Vault {
    account: AccountId,
    device: DeviceId,
    /// The number at which the device's files begin.
    first: u32,
    ways: Vec<Way>,
}

/// A way to unlock, as the vault file has it.
struct Way {
    wrap: Wrap,
    sealed: SealedMethodKey,
    keys: PublicKeys,
}

impl Kept {
    /// Opens a folder by the text of a kit, at a time. Nothing is written.
    ///
    /// # Panics
    /// Where the folder holds nothing that the kit opens.
    #[must_use]
    pub fn open(folder: &Path, kit: &str, now_ms: u64) -> Self {
        let vault = fs::read(folder.join("vault")).expect("the folder has a vault");
        let Vault {
            account,
            device,
            first,
            ways,
        } = read_vault(&vault).expect("the vault is one");
        let text = KitText::from_text(kit).expect("the kit's own text");
        let secret = MethodSecret::from_kit(&Kit::from_bytes(text.kit));
        let local = ways
            .iter()
            .find_map(|way| open_way(way, &secret, account))
            .expect("the kit opens the vault");
        let files = read_files(folder, first);
        let mut chance = Chance::new(0);
        let mut out = Outside {
            now_ms,
            rng: &mut chance,
        };
        let opened = Engine::open(local, files, &mut out).expect("the files open");
        Self {
            engine: opened.engine,
            account,
            device,
            opened_by: ways.iter().map(|way| way.keys.method_id()).collect(),
        }
    }

    /// The engine that the files give.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The first space.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn space(&self) -> SpaceId {
        self.engine.spaces().next().expect("there is a space")
    }

    /// The folded state of the first space.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn life(&self) -> &Life {
        self.engine.life(self.space()).expect("the space is there")
    }

    /// Where the first space stands.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.engine
            .standing(self.space())
            .expect("the space is there")
    }

    /// What was set aside in the first space.
    #[must_use]
    pub fn quarantine(&self) -> Vec<QuarantinedChange> {
        self.engine.quarantine(self.space())
    }

    /// The causes of every alarm so far, oldest first.
    #[must_use]
    pub fn causes(&self) -> Vec<Cause> {
        let alarms = self.engine.alarms().iter();
        alarms.map(|alarm| alarm.cause).collect()
    }
}

fn open_way(way: &Way, secret: &MethodSecret, account: AccountId) -> Option<LocalKey> {
    let method = open_keys(&way.sealed, secret, account, &way.keys).ok()?;
    wrap::open_local(&way.wrap, &method, account).ok()
}

fn read_vault(bytes: &[u8]) -> Result<Vault, DecodeError> {
    let mut reader = Reader::new(bytes);
    let version = reader.u8()?;
    let (account, device) = (AccountId::read(&mut reader)?, DeviceId::read(&mut reader)?);
    Class::read(&mut reader)?;
    let first = if version == 1 { 0 } else { reader.u32()? };
    let mut ways = Vec::new();
    for _ in 0..reader.u16()? {
        let kind = reader.u8()?;
        reader.bytes("credential", 1 << 16)?;
        if kind == 2 {
            reader.array::<32>()?;
            continue;
        }
        ways.push(Way {
            wrap: Wrap::read(&mut reader)?,
            sealed: SealedMethodKey::read(&mut reader)?,
            keys: PublicKeys::read(&mut reader)?,
        });
    }
    Ok(Vault {
        account,
        device,
        first,
        ways,
    })
}

/// The files that a start reads, of the device whose files begin at a number.
fn read_files(folder: &Path, first: u32) -> Vec<StoredFile> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names: Vec<FileName> = entries
        .filter_map(|entry| FileName::parse(entry.ok()?.file_name().to_str()?))
        .filter(|name| name.number >= first.into())
        .collect();
    files_to_open(&names)
        .into_iter()
        .filter_map(|name| {
            let bytes = fs::read(folder.join(name.to_string())).ok()?;
            Some(StoredFile { name, bytes })
        })
        .collect()
}
