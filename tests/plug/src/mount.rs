//! A disk that the kernel serves as a folder.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr,
    ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs,
    ReplyWrite, Request, TimeOrNow, WriteFlags, spawn_mount,
};

use crate::disk::{Disk, ROOT, Refused};

/// How long the kernel may keep what it was told. Nobody but the kernel changes a disk.
const KEPT: Duration = Duration::from_secs(3600);
const BLOCK: u32 = 4096;
/// What the disk says that it has room for: 1 GiB.
const BLOCKS: u64 = 262_144;

/// Tells whether a folder can be mounted here.
///
/// # Panics
/// Where it cannot, unless `LIFEOS_WITHOUT_FUSE` is set: then a test that needs it proves nothing,
/// and says so.
#[must_use]
#[expect(
    clippy::print_stdout,
    reason = "a test that proved nothing says so where its result is read"
)]
pub fn can_mount() -> bool {
    let device = OpenOptions::new().read(true).write(true).open("/dev/fuse");
    let Err(error) = device else {
        return true;
    };
    assert!(
        std::env::var_os("LIFEOS_WITHOUT_FUSE").is_some(),
        "/dev/fuse does not open ({error}): load the module and install fuse3, or set \
         LIFEOS_WITHOUT_FUSE=1, with which power cuts are not tested and the tests say so"
    );
    println!("not tested: no folder can be mounted here (LIFEOS_WITHOUT_FUSE)");
    false
}

#[derive(Default)]
struct Shared {
    disk: Mutex<Disk>,
    died: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A disk as a folder, until it is dropped.
pub struct Mounted {
    shared: Arc<Shared>,
    session: Option<BackgroundSession>,
}

impl Mounted {
    /// Mounts a disk over an empty folder.
    ///
    /// # Errors
    /// What the system says against it.
    pub fn over(folder: &Path, disk: Disk) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            disk: Mutex::new(disk),
            died: Condvar::new(),
        });
        let mut config = Config::default();
        config.mount_options = vec![
            MountOption::FSName("lifeos-plug".into()),
            MountOption::NoDev,
            MountOption::NoSuid,
        ];
        let session = spawn_mount(Served(Arc::clone(&shared)), folder, &config)?;
        Ok(Self {
            shared,
            session: Some(session),
        })
    }

    /// Looks at the disk, or sets when its plug is pulled.
    pub fn with<T>(&self, what: impl FnOnce(&mut Disk) -> T) -> T {
        let mut disk = self.shared.lock();
        let result = what(&mut disk);
        if disk.is_dead() {
            self.shared.died.notify_all();
        }
        result
    }

    /// Waits until the plug is pulled; tells whether it was in time.
    #[must_use]
    pub fn wait_dead(&self, patience: Duration) -> bool {
        let disk = self.shared.lock();
        let waited = self
            .shared
            .died
            .wait_timeout_while(disk, patience, |disk| !disk.is_dead());
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Takes the folder away and returns the disk. Nobody may have a file of it open.
    ///
    /// # Errors
    /// What the system says against it.
    pub fn unmount(mut self) -> io::Result<Disk> {
        if let Some(session) = self.session.take() {
            match session.umount_and_join() {
                // The kernel cuts off who still reads as the folder goes; it is gone all the same.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                ended => ended?,
            }
        }
        Ok(self.shared.lock().clone())
    }
}

struct Served(Arc<Shared>);

impl Served {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock()
    }

    /// Does something, and tells who waits if it was the last.
    fn act<T>(&self, what: impl FnOnce(&mut Disk) -> Result<T, Refused>) -> Result<T, Errno> {
        let mut disk = self.disk();
        let result = what(&mut disk).map_err(errno);
        if disk.is_dead() {
            self.0.died.notify_all();
        }
        result
    }

    fn attributes(&self, node: u64) -> Result<FileAttr, Errno> {
        let length = self.disk().length(node).map_err(errno)?;
        Ok(attributes(node, length))
    }
}

fn errno(refused: Refused) -> Errno {
    match refused {
        Refused::Missing => Errno::ENOENT,
        Refused::There => Errno::EEXIST,
        Refused::Kind => Errno::EISDIR,
        Refused::Full => Errno::ENOTEMPTY,
        Refused::Dead => Errno::EIO,
    }
}

fn attributes(node: u64, length: Option<u64>) -> FileAttr {
    let size = length.unwrap_or(u64::from(BLOCK));
    let (kind, perm) = match length {
        Some(_) => (FileType::RegularFile, 0o600),
        None => (FileType::Directory, 0o700),
    };
    FileAttr {
        ino: INodeNo(node),
        size,
        blocks: size.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: BLOCK,
        flags: 0,
    }
}

impl Filesystem for Served {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = self.act(|disk| disk.find(parent.0, name));
        match found.and_then(|node| self.attributes(node)) {
            Ok(attributes) => reply.entry(&KEPT, &attributes, Generation(0)),
            Err(error) => reply.error(error),
        }
    }

    fn getattr(&self, _: &Request, node: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.attributes(node.0) {
            Ok(attributes) => reply.attr(&KEPT, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        _: &Request,
        node: INodeNo,
        _mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _accessed: Option<TimeOrNow>,
        _modified: Option<TimeOrNow>,
        _changed: Option<SystemTime>,
        _: Option<FileHandle>,
        _created: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let set = size.map_or(Ok(()), |size| {
            self.act(|disk| disk.set_length(node.0, size))
        });
        match set.and_then(|()| self.attributes(node.0)) {
            Ok(attributes) => reply.attr(&KEPT, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn mkdir(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, reply: ReplyEntry) {
        match self.act(|disk| disk.make(parent.0, name, true)) {
            Ok(node) => reply.entry(&KEPT, &attributes(node, None), Generation(0)),
            Err(error) => reply.error(error),
        }
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        match self.act(|disk| disk.make(parent.0, name, false)) {
            Ok(node) => reply.created(
                &KEPT,
                &attributes(node, Some(0)),
                Generation(0),
                FileHandle(0),
                FopenFlags::empty(),
            ),
            Err(error) => reply.error(error),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(reply, self.act(|disk| disk.remove(parent.0, name, false)));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(reply, self.act(|disk| disk.remove(parent.0, name, true)));
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        to: INodeNo,
        new: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if !flags.is_empty() {
            reply.error(Errno::EINVAL);
            return;
        }
        answer(
            reply,
            self.act(|disk| disk.rename(parent.0, name, to.0, new)),
        );
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
    }

    fn read(
        &self,
        _: &Request,
        file: INodeNo,
        _: FileHandle,
        at: u64,
        count: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.disk().read(file.0, at, count as usize) {
            Ok(bytes) => reply.data(bytes),
            Err(refused) => reply.error(errno(refused)),
        }
    }

    fn write(
        &self,
        _: &Request,
        file: INodeNo,
        _: FileHandle,
        at: u64,
        bytes: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let count = u32::try_from(bytes.len());
        match (self.act(|disk| disk.write(file.0, at, bytes)), count) {
            (Ok(()), Ok(count)) => reply.written(count),
            (Err(error), _) => reply.error(error),
            (_, Err(_)) => reply.error(Errno::EINVAL),
        }
    }

    fn fsync(&self, _: &Request, file: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer(reply, self.act(|disk| disk.flush(file.0)));
    }

    fn fsyncdir(&self, _: &Request, folder: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer(reply, self.act(|disk| disk.flush(folder.0)));
    }

    fn readdir(
        &self,
        _: &Request,
        folder: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let disk = self.disk();
        let entries = match disk.list(folder.0) {
            Ok(entries) => entries,
            Err(refused) => return reply.error(errno(refused)),
        };
        let within = entries.into_iter().map(|(name, node)| {
            let kind = match disk.length(node) {
                Ok(Some(_)) => FileType::RegularFile,
                _ => FileType::Directory,
            };
            (node, kind, name)
        });
        let itself = [".", ".."].map(|name| (ROOT, FileType::Directory, name.into()));
        let all = (1..).zip(itself.into_iter().chain(within));
        for (next, (node, kind, name)) in all.skip_while(|(next, _)| *next <= offset) {
            if reply.add(INodeNo(node), next, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        reply.statfs(BLOCKS, BLOCKS, BLOCKS, 0, 0, BLOCK, 255, BLOCK);
    }
}

fn answer(reply: ReplyEmpty, result: Result<(), Errno>) {
    match result {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use std::fs::{self, File};
    use std::io::Write as _;

    use lifeos_testkit::Chance;

    use super::*;

    #[test]
    fn a_process_sees_a_folder_and_after_a_cut_what_it_flushed() {
        if !can_mount() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let mounted = Mounted::over(folder.path(), Disk::default()).unwrap();
        let path = folder.path().join("a");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"kept").unwrap();
        file.sync_data().unwrap();
        File::open(folder.path()).unwrap().sync_all().unwrap();
        fs::rename(&path, folder.path().join("b")).unwrap();
        assert_eq!(fs::read(folder.path().join("b")).unwrap(), b"kept");
        mounted.with(|disk| disk.pull_after(1));
        file.write_all(b"lost").unwrap_err();
        assert!(mounted.wait_dead(Duration::ZERO));
        file.sync_data().unwrap_err();
        drop(file);
        let disk = mounted.unmount().unwrap();
        assert!(!folder.path().join("b").exists());

        for seed in 0..20 {
            let after = disk.after_the_cut(&mut Chance::new(seed));
            let mounted = Mounted::over(folder.path(), after).unwrap();
            let names: Vec<_> = fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            assert_eq!(names.len(), 1);
            let bytes = fs::read(&names[0]).unwrap();
            assert!(bytes == b"kept" || bytes == b"keptlost", "{bytes:?}");
            drop(mounted);
        }
    }
}
