//! How the disk is that holds the data folder, as far as the kernel tells it to everybody: what an
//! eMMC says of its wear, what a file system has counted of errors, whether an array lacks a disk.
//! What a disk says only to who asks it as root (SMART) is not asked.

use std::fs;
use std::path::{Path, PathBuf};

use super::files::{entries, flag, hexadecimal, name, number, text};

/// An eMMC says its wear in tenths, from 1 for the first of them; 11 is beyond its life.
const TENTHS_MOST: u32 = 11;
/// An eMMC says of its reserve: 1 well, 2 four fifths are used, 3 nine tenths are.
const PRE_EOL: std::ops::RangeInclusive<u32> = 1..=3;
const PRE_EOL_WARNING: u8 = 2;
/// How many layers lie between a file system and its disks: encryption, volumes, arrays.
const LAYERS: usize = 5;

/// What is known of the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DiskHealth {
    /// How much of its life it says is used at most, in percent; beyond 100, more than all.
    pub(crate) life_percent: Option<u8>,
    /// What it says of its reserve, from 1 (well) to 3 (urgent).
    pub(crate) pre_eol: Option<u8>,
    /// Errors that the file system has counted.
    pub(crate) errors: Option<u64>,
    /// Disks that an array lacks.
    pub(crate) missing: Option<u64>,
    /// Whether nothing can be written any more.
    pub(crate) is_read_only: Option<bool>,
}

impl DiskHealth {
    pub(super) fn read(root: &Path, folder: &Path) -> Self {
        // What the kernel says of a folder it says of where that really is.
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let mounts = text(&root.join("proc/self/mountinfo")).unwrap_or_default();
        let Some(mount) = Mount::of(&mounts, &folder) else {
            return Self::default();
        };
        let mut health = Self {
            is_read_only: Some(mount.is_read_only),
            ..Self::default()
        };
        let Some(device) = device(root, &mount) else {
            return health;
        };
        match mount.kind.as_str() {
            "ext4" => {
                let counted = root
                    .join("sys/fs/ext4")
                    .join(name(&device).unwrap_or_default());
                health.errors = number(&counted.join("errors_count"));
                health.disks(&device, LAYERS);
            }
            "btrfs" => health.btrfs(root, &device),
            _ => health.disks(&device, LAYERS),
        }
        health
    }

    /// Whether its owner must do something.
    pub(crate) fn is_ill(&self) -> bool {
        self.life_percent.is_some_and(|percent| percent > 100)
            || self
                .pre_eol
                .is_some_and(|reserve| reserve >= PRE_EOL_WARNING)
            || self.errors.is_some_and(|errors| errors > 0)
            || self.missing.is_some_and(|missing| missing > 0)
            || self.is_read_only == Some(true)
    }

    /// A file system over several disks, each with counts of its own.
    fn btrfs(&mut self, root: &Path, device: &Path) {
        let has = |system: &PathBuf| {
            name(device).is_some_and(|device| system.join("devices").join(device).exists())
        };
        let Some(system) = entries(&root.join("sys/fs/btrfs")).into_iter().find(has) else {
            return self.disks(device, LAYERS);
        };
        for counted in entries(&system.join("devinfo")) {
            let errors = text(&counted.join("error_stats")).and_then(|text| error_stats(&text));
            self.errors = sum(self.errors, errors);
            let missing = flag(&counted.join("missing")).map(u64::from);
            self.missing = sum(self.missing, missing);
        }
        for device in entries(&system.join("devices")) {
            if let Ok(device) = fs::canonicalize(device) {
                self.disks(&device, LAYERS);
            }
        }
    }

    /// Looks through the layers beneath a block device, down to its disks; the worst of them counts.
    fn disks(&mut self, device: &Path, layers: usize) {
        self.missing = sum(self.missing, number(&device.join("md/degraded")));
        let beneath = entries(&device.join("slaves"));
        if beneath.is_empty() {
            self.disk(&whole(device).join("device"));
        } else if layers > 0 {
            for device in beneath
                .iter()
                .filter_map(|path| fs::canonicalize(path).ok())
            {
                self.disks(&device, layers - 1);
            }
        }
    }

    fn disk(&mut self, disk: &Path) {
        let life = text(&disk.join("life_time")).and_then(|text| life_percent(&text));
        self.life_percent = self.life_percent.max(life);
        let reserve = text(&disk.join("pre_eol_info")).and_then(|text| pre_eol(&text));
        self.pre_eol = self.pre_eol.max(reserve);
    }
}

/// Where the kernel says that a folder is.
#[derive(Debug, PartialEq, Eq)]
struct Mount {
    /// Major and minor number, as they stand there; for a file system over several disks, of none.
    number: String,
    /// Which file system.
    kind: String,
    /// What was mounted.
    source: String,
    is_read_only: bool,
}

impl Mount {
    /// Returns the mount that a folder is on: of those that lie above it the deepest, and of two at
    /// one place the later. The number of a folder's device would not do, for that of a btrfs
    /// names none.
    fn of(mounts: &str, folder: &Path) -> Option<Self> {
        let mut found: Option<(usize, Self)> = None;
        for line in mounts.lines() {
            let Some((point, mount)) = Self::read(line) else {
                continue;
            };
            let depth = point.components().count();
            let is_deepest = found.as_ref().is_none_or(|(deepest, _)| depth >= *deepest);
            if folder.starts_with(&point) && is_deepest {
                found = Some((depth, mount));
            }
        }
        found.map(|(_, mount)| mount)
    }

    /// Reads a line: id, parent, number, root, mount point, options, fields of any number, a hyphen,
    /// kind, source, options of the file system.
    fn read(line: &str) -> Option<(PathBuf, Self)> {
        let mut fields = line.split(' ');
        let number = fields.nth(2)?.to_owned();
        let point = PathBuf::from(unescaped(fields.nth(1)?));
        let options = fields.next()?;
        let mut fields = fields.skip_while(|field| *field != "-").skip(1);
        let kind = fields.next()?.to_owned();
        let source = unescaped(fields.next()?);
        let all = fields.next()?;
        let is_read_only = [options, all]
            .iter()
            .any(|options| options.split(',').any(|option| option == "ro"));
        let mount = Self {
            number,
            kind,
            source,
            is_read_only,
        };
        Some((point, mount))
    }
}

/// Puts back what the kernel writes as three octal digits: blanks and backslashes.
fn unescaped(field: &str) -> String {
    let mut parts = field.split('\\');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escaped = part
            .get(..3)
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match escaped.filter(u8::is_ascii) {
            Some(byte) => {
                whole.push(char::from(byte));
                whole.push_str(&part[3..]);
            }
            None => {
                whole.push('\\');
                whole.push_str(part);
            }
        }
    }
    whole
}

/// Returns the folder of the block device that is mounted: by its number, or by its name where it
/// has several.
fn device(root: &Path, mount: &Mount) -> Option<PathBuf> {
    let by_number = root.join("sys/dev/block").join(&mount.number);
    if let Ok(device) = fs::canonicalize(by_number) {
        return Some(device);
    }
    let called = name(Path::new(&mount.source))?;
    let all = root.join("sys/class/block");
    if let Ok(device) = fs::canonicalize(all.join(called)) {
        return Some(device);
    }
    let mapped = |device: &PathBuf| text(&device.join("dm/name")).as_deref() == Some(called);
    fs::canonicalize(entries(&all).into_iter().find(mapped)?).ok()
}

/// The disk of a partition, or what is no partition itself.
fn whole(device: &Path) -> &Path {
    match device.parent() {
        Some(parent) if device.join("partition").exists() => parent,
        _ => device,
    }
}

/// Reads the two wears of an eMMC, of which either may be unsaid, and returns the greater.
fn life_percent(text: &str) -> Option<u8> {
    let tenths = text.split_whitespace().filter_map(hexadecimal);
    let worst = tenths
        .filter(|tenths| (1..=TENTHS_MOST).contains(tenths))
        .max()?;
    u8::try_from(worst * 10).ok()
}

fn pre_eol(text: &str) -> Option<u8> {
    let reserve = hexadecimal(text).filter(|reserve| PRE_EOL.contains(reserve))?;
    u8::try_from(reserve).ok()
}

/// Reads the counts of a btrfs, a name and a number on each line, and returns their sum.
fn error_stats(text: &str) -> Option<u64> {
    let counts = text.lines().filter_map(|line| {
        let (name, count) = line.split_once(' ')?;
        let count = name
            .ends_with("_errs")
            .then(|| count.trim().parse::<u64>().ok())?;
        Some(count)
    });
    counts.fold(None, sum)
}

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;
