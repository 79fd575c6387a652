//! The model: what is there, what of it is durable, and what a cut leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

use lifeos_testkit::Chance;

/// What a disk writes as one. A process may count on no more than that a sector that it did not
/// touch is left alone.
const SECTOR: u64 = 512;

/// Number of a file or folder; it never names another.
pub type Name = u64;

/// The folder that everything is in.
pub(crate) const ROOT: Name = 1;

/// Why the disk does not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing has that name.
    Missing,
    /// Something has that name already.
    There,
    /// A folder was to be a file, or the other way round.
    Kind,
    /// The folder is not empty.
    Full,
    /// The plug is pulled.
    Dead,
}

#[derive(Debug, Clone)]
enum Node {
    File(Vec<u8>),
    Folder(BTreeMap<OsString, Name>),
}

/// Something that was done to the disk.
#[derive(Debug, Clone)]
enum Deed {
    /// Bytes of a file.
    Data(Name, Data),
    /// An entry of a folder. Those of all folders are kept in one order, as a journal of a file
    /// system keeps them.
    Entry(Name, Entry),
}

#[derive(Debug, Clone)]
enum Data {
    Write { at: u64, bytes: Vec<u8> },
    Length(u64),
}

#[derive(Debug, Clone)]
enum Entry {
    Make {
        name: OsString,
        node: Name,
        folder: bool,
    },
    Remove {
        name: OsString,
    },
    Move {
        name: OsString,
        to: Name,
        new: OsString,
    },
}

/// Files and folders in memory, with everything that happened to them since the disk got power.
#[derive(Debug, Clone)]
pub struct Disk {
    /// What was durable when the power came.
    platter: BTreeMap<Name, Node>,
    now: BTreeMap<Name, Node>,
    /// Everything since, and whether it is flushed.
    deeds: Vec<(Deed, bool)>,
    next: Name,
    /// How many further deeds and flushes are carried out.
    left: Option<u64>,
    done: u64,
    flushes: u64,
}

impl Default for Disk {
    fn default() -> Self {
        let empty = BTreeMap::from([(ROOT, Node::Folder(BTreeMap::new()))]);
        Self {
            platter: empty.clone(),
            now: empty,
            deeds: Vec::new(),
            next: ROOT + 1,
            left: None,
            done: 0,
            flushes: 0,
        }
    }
}

/// How a cut treats what was not flushed.
#[derive(Debug, Clone, Copy)]
enum Mood {
    /// Nothing of it is there.
    Nothing,
    /// All of it is.
    Everything,
    /// Each sector is, or is not.
    Sectors,
    /// What was done up to some moment is, and nothing after it.
    UpTo(usize),
}

impl Disk {
    /// Pulls the plug after so many further deeds and flushes. That one is begun, and not answered.
    pub fn pull_after(&mut self, deeds: u64) {
        self.left = Some(deeds);
    }

    /// Tells whether the plug is pulled.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.left == Some(0)
    }

    /// How many deeds and flushes were carried out since the power came.
    #[must_use]
    pub fn deeds(&self) -> u64 {
        self.done
    }

    /// How many of them were flushes.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.flushes
    }

    /// Pulls the plug, if it is not, and returns the disk as it is when the power is back.
    #[must_use]
    pub fn after_the_cut(&self, chance: &mut Chance) -> Self {
        let mood = match chance.below(5) {
            0 => Mood::Nothing,
            1 => Mood::Everything,
            2 => Mood::UpTo(chance.below(self.deeds.len() + 1)),
            _ => Mood::Sectors,
        };
        let is_entry = |deed: &Deed| matches!(deed, Deed::Entry(..));
        let flushed_entries = self
            .deeds
            .iter()
            .rposition(|(deed, flushed)| *flushed && is_entry(deed))
            .map_or(0, |last| last + 1);
        let entries = flushed_entries
            + match mood {
                Mood::Nothing => 0,
                Mood::Everything => self.deeds.len() - flushed_entries,
                Mood::UpTo(end) => end.saturating_sub(flushed_entries),
                Mood::Sectors => chance.below(self.deeds.len() - flushed_entries + 1),
            };
        let mut nodes = self.platter.clone();
        for (at, (deed, flushed)) in self.deeds.iter().enumerate() {
            match deed {
                Deed::Entry(folder, entry) => {
                    // A file whose entry is lost may still be open: its bytes go nowhere.
                    if let Entry::Make { node, folder, .. } = entry {
                        nodes.entry(*node).or_insert_with(|| empty_node(*folder));
                    }
                    if at < entries {
                        enter(&mut nodes, *folder, entry);
                    }
                }
                Deed::Data(file, data) => {
                    let Some(Node::File(bytes)) = nodes.get_mut(file) else {
                        continue;
                    };
                    let whole = *flushed
                        || match mood {
                            Mood::Nothing => false,
                            Mood::Everything => true,
                            Mood::UpTo(end) => at < end,
                            Mood::Sectors => {
                                write_some_sectors(bytes, data, chance);
                                continue;
                            }
                        };
                    if whole {
                        write(bytes, data);
                    }
                }
            }
        }
        keep_reachable(&mut nodes);
        Self {
            platter: nodes.clone(),
            now: nodes,
            deeds: Vec::new(),
            next: self.next,
            left: None,
            done: 0,
            flushes: 0,
        }
    }

    /// The disk after an orderly end: everything is there.
    #[must_use]
    pub fn at_rest(&self) -> Self {
        let mut nodes = self.now.clone();
        keep_reachable(&mut nodes);
        Self {
            platter: nodes.clone(),
            now: nodes,
            deeds: Vec::new(),
            next: self.next,
            left: None,
            done: 0,
            flushes: 0,
        }
    }

    /// Counts a deed. The one at which the plug is pulled is begun.
    fn begin(&mut self) -> Result<(), Refused> {
        self.may_write()?;
        self.done += 1;
        if let Some(left) = &mut self.left {
            *left -= 1;
        }
        Ok(())
    }

    fn may_write(&self) -> Result<(), Refused> {
        if self.is_dead() {
            Err(Refused::Dead)
        } else {
            Ok(())
        }
    }

    fn answer(&self) -> Result<(), Refused> {
        self.may_write()
    }

    /// Finds what a folder calls so.
    ///
    /// # Errors
    /// [`Refused::Missing`], [`Refused::Kind`].
    pub fn find(&self, folder: Name, name: &OsStr) -> Result<Name, Refused> {
        let entries = self.entries(folder)?;
        entries.get(name).copied().ok_or(Refused::Missing)
    }

    fn entries(&self, folder: Name) -> Result<&BTreeMap<OsString, Name>, Refused> {
        match self.now.get(&folder) {
            Some(Node::Folder(entries)) => Ok(entries),
            Some(Node::File(_)) => Err(Refused::Kind),
            None => Err(Refused::Missing),
        }
    }

    /// Lists a folder.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn list(&self, folder: Name) -> Result<Vec<(OsString, Name)>, Refused> {
        let entries = self.entries(folder)?.iter();
        Ok(entries.map(|(name, node)| (name.clone(), *node)).collect())
    }

    /// Length of a file; nothing for a folder.
    ///
    /// # Errors
    /// [`Refused::Missing`].
    pub fn length(&self, node: Name) -> Result<Option<u64>, Refused> {
        match self.now.get(&node) {
            Some(Node::File(bytes)) => Ok(Some(bytes.len() as u64)),
            Some(Node::Folder(_)) => Ok(None),
            None => Err(Refused::Missing),
        }
    }

    /// Reads up to so many bytes; fewer at the end.
    ///
    /// # Errors
    /// [`Refused::Missing`], [`Refused::Kind`].
    pub fn read(&self, file: Name, at: u64, count: usize) -> Result<&[u8], Refused> {
        let bytes = match self.now.get(&file) {
            Some(Node::File(bytes)) => bytes,
            Some(Node::Folder(_)) => return Err(Refused::Kind),
            None => return Err(Refused::Missing),
        };
        let from = usize_of(at).min(bytes.len());
        Ok(&bytes[from..bytes.len().min(from + count)])
    }

    /// Writes bytes; a gap before them is zeros.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn write(&mut self, file: Name, at: u64, bytes: &[u8]) -> Result<(), Refused> {
        let bytes = bytes.to_vec();
        self.change(file, Data::Write { at, bytes })
    }

    /// Cuts a file off, or makes it longer by zeros.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn set_length(&mut self, file: Name, length: u64) -> Result<(), Refused> {
        self.change(file, Data::Length(length))
    }

    fn change(&mut self, file: Name, data: Data) -> Result<(), Refused> {
        self.length(file)?.ok_or(Refused::Kind)?;
        self.begin()?;
        if let Some(Node::File(bytes)) = self.now.get_mut(&file) {
            write(bytes, &data);
        }
        self.deeds.push((Deed::Data(file, data), false));
        self.answer()
    }

    /// Makes a file or a folder.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn make(&mut self, within: Name, name: &OsStr, folder: bool) -> Result<Name, Refused> {
        if self.entries(within)?.contains_key(name) {
            return Err(Refused::There);
        }
        let node = self.next;
        let name = name.to_owned();
        self.enter(within, Entry::Make { name, node, folder })?;
        self.next += 1;
        Ok(node)
    }

    /// Removes a file, or a folder that is empty. Who has the file open keeps it.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn remove(&mut self, within: Name, name: &OsStr, folder: bool) -> Result<(), Refused> {
        let node = self.find(within, name)?;
        let within_it = self.entries(node).ok().map(BTreeMap::len);
        if folder != within_it.is_some() {
            return Err(Refused::Kind);
        }
        if within_it.is_some_and(|count| count > 0) {
            return Err(Refused::Full);
        }
        let name = name.to_owned();
        self.enter(within, Entry::Remove { name })
    }

    /// Gives a file or folder another name; what had that name is gone.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn rename(
        &mut self,
        within: Name,
        name: &OsStr,
        to: Name,
        new: &OsStr,
    ) -> Result<(), Refused> {
        self.find(within, name)?;
        if let Ok(there) = self.find(to, new)
            && self.entries(there).is_ok_and(|entries| !entries.is_empty())
        {
            return Err(Refused::Full);
        }
        let (name, new) = (name.to_owned(), new.to_owned());
        self.enter(within, Entry::Move { name, to, new })
    }

    fn enter(&mut self, within: Name, entry: Entry) -> Result<(), Refused> {
        self.begin()?;
        if let Entry::Make { node, folder, .. } = &entry {
            self.now.insert(*node, empty_node(*folder));
        }
        enter(&mut self.now, within, &entry);
        self.deeds.push((Deed::Entry(within, entry), false));
        self.answer()
    }

    /// Makes the bytes of a file durable, or the entries of a folder with all that were made before
    /// them. A file's entry is not made durable with its bytes.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn flush(&mut self, node: Name) -> Result<(), Refused> {
        let is_file = self.length(node)?.is_some();
        self.begin()?;
        // Where the plug is pulled at a flush, nobody knows how far it came: not at all, here.
        self.answer()?;
        self.flushes += 1;
        let mut entered = false;
        for (deed, flushed) in self.deeds.iter_mut().rev() {
            match deed {
                Deed::Data(file, _) if is_file && *file == node => *flushed = true,
                Deed::Entry(folder, entry) if !is_file => {
                    let moved_in = matches!(entry, Entry::Move { to, .. } if *to == node);
                    entered |= *folder == node || moved_in;
                    *flushed |= entered;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn empty_node(folder: bool) -> Node {
    if folder {
        Node::Folder(BTreeMap::new())
    } else {
        Node::File(Vec::new())
    }
}

fn enter(nodes: &mut BTreeMap<Name, Node>, within: Name, entry: &Entry) {
    let mut taken = None;
    if let Some(Node::Folder(entries)) = nodes.get_mut(&within) {
        match entry {
            Entry::Make { name, node, .. } => {
                entries.insert(name.clone(), *node);
            }
            Entry::Remove { name } | Entry::Move { name, .. } => taken = entries.remove(name),
        }
    }
    if let (Entry::Move { to, new, .. }, Some(node)) = (entry, taken)
        && let Some(Node::Folder(entries)) = nodes.get_mut(to)
    {
        entries.insert(new.clone(), node);
    }
}

fn write(file: &mut Vec<u8>, data: &Data) {
    match data {
        Data::Write { at, bytes } => {
            let from = usize_of(*at);
            let end = from + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[from..end].copy_from_slice(bytes);
        }
        Data::Length(length) => file.resize(usize_of(*length), 0),
    }
}

/// Writes each sector, or not.
fn write_some_sectors(file: &mut Vec<u8>, data: &Data, chance: &mut Chance) {
    let Data::Write { at, bytes } = data else {
        if chance.percent(50) {
            write(file, data);
        }
        return;
    };
    let (mut from, end) = (*at, *at + bytes.len() as u64);
    while from < end {
        let to = end.min((from / SECTOR + 1) * SECTOR);
        if chance.percent(50) {
            let part = &bytes[usize_of(from - at)..usize_of(to - at)];
            let (at, bytes) = (from, part.to_vec());
            write(file, &Data::Write { at, bytes });
        }
        from = to;
    }
}

fn keep_reachable(nodes: &mut BTreeMap<Name, Node>) {
    let mut found = BTreeSet::new();
    let mut next = vec![ROOT];
    while let Some(node) = next.pop() {
        if found.insert(node)
            && let Some(Node::Folder(entries)) = nodes.get(&node)
        {
            next.extend(entries.values());
        }
    }
    nodes.retain(|node, _| found.contains(node));
}

fn usize_of(length: u64) -> usize {
    usize::try_from(length).expect("a file in memory")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn name(text: &str) -> &OsStr {
        OsStr::new(text)
    }

    /// Every state that cuts of a disk come to, as the file `name`, where it is there.
    fn states(disk: &Disk, file: &str) -> BTreeSet<Option<Vec<u8>>> {
        let state = |seed| {
            let after = disk.after_the_cut(&mut Chance::new(seed));
            let found = after.find(ROOT, name(file)).ok()?;
            Some(after.read(found, 0, usize::MAX >> 1).unwrap().to_vec())
        };
        (0..400).map(state).collect()
    }

    #[test]
    fn what_was_flushed_is_there_after_every_cut() {
        let mut disk = Disk::default();
        let file = disk.make(ROOT, name("a"), false).unwrap();
        disk.write(file, 0, b"kept").unwrap();
        disk.flush(file).unwrap();
        disk.flush(ROOT).unwrap();
        assert_eq!(states(&disk, "a"), BTreeSet::from([Some(b"kept".to_vec())]));
    }

    #[test]
    fn bytes_of_a_file_without_a_flushed_entry_may_be_nowhere() {
        let mut disk = Disk::default();
        let file = disk.make(ROOT, name("a"), false).unwrap();
        disk.write(file, 0, b"kept").unwrap();
        disk.flush(file).unwrap();
        let states = states(&disk, "a");
        assert_eq!(states, BTreeSet::from([None, Some(b"kept".to_vec())]));
    }

    #[test]
    fn an_entry_may_be_there_without_its_bytes_and_a_later_sector_without_an_earlier() {
        let mut disk = Disk::default();
        let file = disk.make(ROOT, name("a"), false).unwrap();
        disk.write(file, 0, &[1; 1024]).unwrap();
        let states = states(&disk, "a");
        assert!(states.contains(&None));
        assert!(states.contains(&Some(Vec::new())));
        assert!(states.contains(&Some(vec![1; 1024])));
        assert!(states.contains(&Some([[0; 512], [1; 512]].concat())));
        assert!(states.contains(&Some(vec![1; 512])));
    }

    #[test]
    fn a_later_write_over_an_earlier_may_be_the_one_that_is_lost() {
        let mut disk = Disk::default();
        let file = disk.make(ROOT, name("a"), false).unwrap();
        disk.flush(ROOT).unwrap();
        disk.write(file, 0, b"one").unwrap();
        disk.write(file, 0, b"two").unwrap();
        let all = ["", "one", "two"].map(|text| Some(text.as_bytes().to_vec()));
        assert_eq!(states(&disk, "a"), BTreeSet::from(all));
    }

    #[test]
    fn a_file_that_takes_anothers_name_unflushed_may_be_empty() {
        let mut disk = Disk::default();
        let old = disk.make(ROOT, name("a"), false).unwrap();
        disk.write(old, 0, b"old").unwrap();
        disk.flush(old).unwrap();
        disk.flush(ROOT).unwrap();
        let new = disk.make(ROOT, name("new"), false).unwrap();
        disk.write(new, 0, b"new").unwrap();
        disk.rename(ROOT, name("new"), ROOT, name("a")).unwrap();
        let all = ["", "old", "new"].map(|text| Some(text.as_bytes().to_vec()));
        assert_eq!(states(&disk, "a"), BTreeSet::from(all));
    }

    #[test]
    fn nothing_is_answered_once_the_plug_is_pulled() {
        let mut disk = Disk::default();
        let file = disk.make(ROOT, name("a"), false).unwrap();
        disk.flush(ROOT).unwrap();
        disk.pull_after(2);
        disk.write(file, 0, b"begun").unwrap();
        assert_eq!(disk.flush(file), Err(Refused::Dead));
        assert_eq!(disk.write(file, 0, b"never"), Err(Refused::Dead));
        assert!(disk.is_dead());
        let all = ["", "begun"].map(|text| Some(text.as_bytes().to_vec()));
        assert_eq!(states(&disk, "a"), BTreeSet::from(all));
    }

    #[test]
    fn removed_and_refused_are_what_a_file_system_says() {
        let mut disk = Disk::default();
        let folder = disk.make(ROOT, name("f"), true).unwrap();
        let file = disk.make(folder, name("a"), false).unwrap();
        assert_eq!(disk.make(folder, name("a"), false), Err(Refused::There));
        assert_eq!(disk.remove(ROOT, name("f"), true), Err(Refused::Full));
        assert_eq!(disk.remove(ROOT, name("f"), false), Err(Refused::Kind));
        assert_eq!(disk.remove(folder, name("a"), true), Err(Refused::Kind));
        disk.remove(folder, name("a"), false).unwrap();
        // Who has it open goes on.
        disk.write(file, 0, b"open").unwrap();
        assert_eq!(disk.read(file, 0, 10).unwrap(), b"open");
        disk.remove(ROOT, name("f"), true).unwrap();
        assert_eq!(disk.find(ROOT, name("f")), Err(Refused::Missing));
        assert!(disk.at_rest().list(ROOT).unwrap().is_empty());
    }
}
