//! The sealed files of a client in one folder.
//!
//! Each file is a file of the same name; the vault is replaced by a rename. A write is done when
//! its bytes, and the folder's entry of a new or replaced file, are on the disk.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use lifeos_replica::client::StoreFailure;
use lifeos_replica::{FileName, StoredFile, Write};

use crate::client::StartError;

const VAULT: &str = "vault";
/// The ending of a file that is being written to replace another.
const NEW: &str = "new";
const LOCK: &str = "lock";

/// A folder with a client's files, held by one process at a time.
pub(crate) struct DirectoryStore {
    folder: PathBuf,
    _lock: File,
}

impl DirectoryStore {
    /// Opens the folder, and makes it if it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self, StartError> {
        make_folder(folder).map_err(StartError::Folder)?;
        let lock = File::create(folder.join(LOCK)).map_err(StartError::Folder)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StartError::InUse),
            Err(TryLockError::Error(error)) => return Err(StartError::Folder(error)),
        }
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
        })
    }

    /// The vault file, if there is one.
    pub(crate) fn vault(&self) -> Option<Vec<u8>> {
        fs::read(self.folder.join(VAULT)).ok()
    }

    /// Names of the sealed files.
    pub(crate) fn names(&self) -> Vec<FileName> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut names: Vec<FileName> = entries
            .filter_map(|entry| FileName::parse(entry.ok()?.file_name().to_str()?))
            .collect();
        names.sort_unstable();
        names
    }

    /// Carries writes out in order; on return they are durable.
    pub(crate) fn write(&self, writes: &[Write]) -> Result<(), StoreFailure> {
        self.carry_out(writes).map_err(|error| failure(&error))
    }

    fn carry_out(&self, writes: &[Write]) -> io::Result<()> {
        let mut open: Option<(FileName, File)> = None;
        let mut entries_changed = false;
        for write in writes {
            let (Write::Append { file: name, .. }
            | Write::Truncate { file: name, .. }
            | Write::Replace { file: name, .. }
            | Write::Remove { file: name }) = write;
            if let Some((_, file)) = open.take_if(|(open, _)| open != name) {
                file.sync_data()?;
            }
            let path = self.folder.join(name.to_string());
            match write {
                Write::Remove { .. } => {
                    open = None;
                    match fs::remove_file(path) {
                        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                        _ => entries_changed = true,
                    }
                }
                Write::Append { offset, bytes, .. } => {
                    entries_changed |= !path.exists();
                    let file = opened(&mut open, *name, &path)?;
                    cut_to(file, *offset)?;
                    file.seek(SeekFrom::Start(*offset))?;
                    file.write_all(bytes)?;
                }
                Write::Replace { bytes, .. } => {
                    open = None;
                    replace(&path, bytes)?;
                    entries_changed = true;
                }
                Write::Truncate { length, .. } => {
                    cut_to(opened(&mut open, *name, &path)?, *length)?;
                }
            }
        }
        if let Some((_, file)) = open {
            file.sync_data()?;
        }
        if entries_changed {
            self.sync_folder()?;
        }
        Ok(())
    }

    /// Replaces the vault file.
    pub(crate) fn write_vault(&self, bytes: &[u8]) -> Result<(), StoreFailure> {
        let replace = || -> io::Result<()> {
            replace(&self.folder.join(VAULT), bytes)?;
            self.sync_folder()
        };
        replace().map_err(|error| failure(&error))
    }

    /// Reads whole files; what is missing is left out. What a start reads is on the disk, too: a
    /// process that ended between a write and its flush left bytes that a power cut could still
    /// take, after this one has built on them.
    pub(crate) fn read(&self, names: &[FileName]) -> Vec<StoredFile> {
        let read = |name: &FileName| {
            let mut file = File::open(self.folder.join(name.to_string())).ok()?;
            file.sync_data().ok()?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).ok()?;
            Some(StoredFile { name: *name, bytes })
        };
        names.iter().filter_map(read).collect()
    }

    /// Reads part of a file; nothing if it is not all there.
    pub(crate) fn read_part(&self, name: FileName, offset: u64, length: u32) -> Option<Vec<u8>> {
        let mut file = File::open(self.folder.join(name.to_string())).ok()?;
        file.seek(SeekFrom::Start(offset)).ok()?;
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Removes the vault, and then the files that it opened.
    pub(crate) fn erase_all(&self) -> Result<(), StoreFailure> {
        let erase = || -> io::Result<()> {
            let mut names = vec![VAULT.into()];
            for entry in fs::read_dir(&self.folder)? {
                let name = entry?.file_name();
                let half_written = Path::new(&name).extension().is_some_and(|end| end == NEW);
                if half_written || name.to_str().and_then(FileName::parse).is_some() {
                    names.push(name);
                }
            }
            for name in names {
                match fs::remove_file(self.folder.join(name)) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            self.sync_folder()
        };
        erase().map_err(|error| failure(&error))
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }
}

/// Replaces a file as a whole, by a new one beside it that takes its name.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension(NEW);
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(new, path)
}

/// Keeps one file open between writes to it.
fn opened<'a>(
    open: &'a mut Option<(FileName, File)>,
    name: FileName,
    path: &Path,
) -> io::Result<&'a mut File> {
    if open.is_none() {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        *open = Some((name, file));
    }
    Ok(&mut open.as_mut().expect("it was opened just now").1)
}

/// Cuts a file off where it is longer; refuses one that is shorter.
fn cut_to(file: &File, length: u64) -> io::Result<()> {
    match file.metadata()?.len() {
        now if now > length => file.set_len(length),
        now if now < length => Err(ErrorKind::InvalidInput.into()),
        _ => Ok(()),
    }
}

fn failure(error: &io::Error) -> StoreFailure {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            StoreFailure::Full
        }
        _ => StoreFailure::Failed,
    }
}

/// Makes the folder for its owner alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn name(text: &str) -> FileName {
        FileName::parse(text).unwrap()
    }

    fn append(file: &str, offset: u64, bytes: &[u8]) -> Write {
        Write::Append {
            file: name(file),
            offset,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn writes_are_carried_out_in_order_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path()).unwrap();
        let journal = name("journal-00000000");
        store
            .write(&[
                append("journal-00000000", 0, b"one"),
                append("journal-00000001", 0, b"other"),
                append("journal-00000000", 3, b"two"),
                Write::Truncate {
                    file: journal,
                    length: 4,
                },
                append("journal-00000000", 4, b"x"),
                Write::Remove {
                    file: name("journal-00000001"),
                },
            ])
            .unwrap();
        assert_eq!(store.names(), [journal]);
        assert_eq!(
            store.read(&[journal, name("journal-00000001")])[0].bytes,
            b"onetx"
        );
        assert_eq!(store.read_part(journal, 1, 3).unwrap(), b"net");
        assert_eq!(store.read_part(journal, 3, 3), None);
    }

    #[test]
    fn a_write_beyond_the_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path()).unwrap();
        assert_eq!(
            store.write(&[append("journal-00000000", 1, b"x")]),
            Err(StoreFailure::Failed)
        );
    }

    #[test]
    fn the_vault_is_replaced_as_a_whole_and_erased_with_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path()).unwrap();
        assert_eq!(store.vault(), None);
        store.write_vault(b"first").unwrap();
        // A kill between writing and renaming leaves the old one.
        fs::write(folder.path().join("vault.new"), b"torn").unwrap();
        assert_eq!(store.vault().unwrap(), b"first");
        store.write_vault(b"second").unwrap();
        store.write(&[append("keys-00000000", 0, b"k")]).unwrap();
        store.erase_all().unwrap();
        assert_eq!((store.vault(), store.names()), (None, Vec::new()));
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_of_the_old_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path()).unwrap();
        let journal = name("journal-00000000");
        store
            .write(&[append("journal-00000000", 0, b"secret")])
            .unwrap();
        // A kill between writing and renaming leaves the old one.
        fs::write(folder.path().join("journal-00000000.new"), b"to").unwrap();
        assert_eq!(store.read(&[journal])[0].bytes, b"secret");
        let bytes = b"public".to_vec();
        let file = journal;
        store
            .write(&[
                Write::Replace { file, bytes },
                append("keys-00000000", 0, b"k"),
            ])
            .unwrap();
        assert_eq!(store.read(&[journal])[0].bytes, b"public");
        assert_eq!(store.names().len(), 2);
        fs::write(folder.path().join("journal-00000000.new"), b"to").unwrap();
        store.erase_all().unwrap();
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|one| one.unwrap().file_name())
            .collect();
        assert_eq!(left, [LOCK]);
    }

    #[test]
    fn a_folder_serves_one_client_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let held = DirectoryStore::open(folder.path()).unwrap();
        assert!(matches!(
            DirectoryStore::open(folder.path()),
            Err(StartError::InUse)
        ));
        drop(held);
        assert!(DirectoryStore::open(folder.path()).is_ok());
    }
}
