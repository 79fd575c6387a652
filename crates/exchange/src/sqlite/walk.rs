//! The b-tree of one table, from its root page to its rows.

use std::borrow::Cow;

use super::damage::{Damage, Wrong};
use super::header::{HEADER_BYTES, Header};
use super::record::{self, Asked, Value, varint};

/// Deeper than a table of 2^31 pages can be.
const DEPTH: usize = 20;
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// A row with the values that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its row id.
    pub row_id: i64,
    /// The values, in the order of asking.
    pub values: Vec<Value>,
}

/// The rows of a table, in the order of their ids. Ends with the first damage.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    bytes: &'a [u8],
    header: Header,
    columns: usize,
    asked: Vec<Option<Asked>>,
    /// Pages from the root down to the one that is being read.
    open: Vec<Page<'a>>,
    /// Pages that this table has taken.
    taken: Vec<bool>,
    last: Option<i64>,
    /// The page to begin with.
    root: Option<u32>,
}

/// A page of the tree, and how far it was read.
#[derive(Clone, Debug)]
struct Page<'a> {
    number: u32,
    bytes: &'a [u8],
    is_leaf: bool,
    /// Where the list of cells begins.
    list_at: usize,
    cells: u16,
    /// The cell that comes next; one beyond the last stands for the child at the right.
    next: u32,
    /// What the cells so far took of the page.
    used: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        bytes: &'a [u8],
        header: Header,
        root: u32,
        columns: usize,
        asked: Vec<Option<Asked>>,
    ) -> Self {
        Self {
            bytes,
            header,
            columns,
            asked,
            open: Vec::new(),
            taken: vec![false; header.pages as usize],
            last: None,
            root: Some(root),
        }
    }

    /// Gives a page's bytes, once. `from` is the page that names it.
    fn take(&mut self, number: u32, from: u32) -> Result<&'a [u8], Damage> {
        let index = number.checked_sub(1).map(|index| index as usize);
        let index = index.filter(|index| *index < self.taken.len());
        let index = index.ok_or(Damage::at(from, Wrong::NoSuchPage))?;
        if std::mem::replace(&mut self.taken[index], true) {
            return Err(Damage::at(number, Wrong::PageTwice));
        }
        let start = index * self.header.page_bytes;
        let page = self.bytes.get(start..start + self.header.usable);
        page.ok_or(Damage::file(Wrong::CutShort))
    }

    fn enter(&mut self, number: u32, from: u32) -> Result<(), Damage> {
        if self.open.len() == DEPTH {
            return Err(Damage::at(number, Wrong::TooDeep));
        }
        let bytes = self.take(number, from)?;
        let start = if number == 1 { HEADER_BYTES } else { 0 };
        let is_leaf = match bytes[start] {
            LEAF => true,
            INTERIOR => false,
            _ => return Err(Damage::at(number, Wrong::NotATablePage)),
        };
        let cells = u16::from_be_bytes([bytes[start + 3], bytes[start + 4]]);
        let list_at = start + if is_leaf { 8 } else { 12 };
        let used = list_at + 2 * usize::from(cells);
        if used > bytes.len() {
            return Err(Damage::at(number, Wrong::Cell));
        }
        self.open.push(Page {
            number,
            bytes,
            is_leaf,
            list_at,
            cells,
            next: 0,
            used,
        });
        Ok(())
    }

    fn step(&mut self) -> Result<Option<Row>, Damage> {
        if let Some(root) = self.root.take() {
            self.enter(root, 1)?;
        }
        loop {
            let Some(page) = self.open.last_mut() else {
                return Ok(None);
            };
            let number = page.number;
            let turn = page.next;
            page.next += 1;
            let Some(cell) = u16::try_from(turn).ok().filter(|cell| *cell < page.cells) else {
                if page.is_leaf || turn > u32::from(page.cells) {
                    self.open.pop();
                } else {
                    let child = page.right();
                    self.enter(child, number)?;
                }
                continue;
            };
            let at = page.cell(cell)?;
            if !page.is_leaf {
                let child = page.child(cell, at)?;
                self.enter(child, number)?;
                continue;
            }
            let found = self.leaf_cell(at);
            return found.map(Some).map_err(|damage| {
                let cell = Some(cell).filter(|_| damage.page == number);
                Damage { cell, ..damage }
            });
        }
    }

    /// Reads the cell at a place of the page that is open.
    fn leaf_cell(&mut self, at: usize) -> Result<Row, Damage> {
        let (page, header) = (self.open.len() - 1, self.header);
        let (number, bytes) = (self.open[page].number, self.open[page].bytes);
        let outside = Damage::at(number, Wrong::Cell);
        let (payload_bytes, after) = varint(bytes, at).ok_or(outside)?;
        let (row_id, start) = varint(bytes, after).ok_or(outside)?;
        let row_id = row_id.cast_signed();
        // No record is longer than the file that holds it.
        let payload_bytes = usize::try_from(payload_bytes)
            .ok()
            .filter(|length| *length <= self.bytes.len())
            .ok_or(Damage::at(number, Wrong::Record))?;
        let local_bytes = local(payload_bytes, header.usable);
        let local = bytes.get(start..start + local_bytes).ok_or(outside)?;
        let end = start + local_bytes;
        let (payload, end) = if local_bytes == payload_bytes {
            (Cow::Borrowed(local), end)
        } else {
            let next = bytes.get(end..end + 4).ok_or(outside)?;
            let next = u32::from_be_bytes([next[0], next[1], next[2], next[3]]);
            let whole = self.overflow(local, payload_bytes, next, number)?;
            (Cow::Owned(whole), end + 4)
        };
        self.open[page].claim(end - at)?;
        if self.last.is_some_and(|last| last >= row_id) {
            return Err(Damage::at(number, Wrong::Order));
        }
        self.last = Some(row_id);
        let values = record::values(&payload, row_id, self.columns, &self.asked, header.encoding)
            .map_err(|wrong| Damage::at(number, wrong))?;
        Ok(Row { row_id, values })
    }

    /// Puts a record together that goes on in pages of its own.
    fn overflow(
        &mut self,
        local: &[u8],
        payload_bytes: usize,
        first: u32,
        from: u32,
    ) -> Result<Vec<u8>, Damage> {
        let (mut payload, mut next, mut from) = (local.to_vec(), first, from);
        while payload.len() < payload_bytes {
            if next == 0 {
                return Err(Damage::at(from, Wrong::Overflow));
            }
            let page = self.take(next, from)?;
            let (link, content) = page.split_first_chunk::<4>().expect("a page has 480 bytes");
            let missing = payload_bytes - payload.len();
            payload.extend_from_slice(&content[..missing.min(content.len())]);
            from = next;
            next = u32::from_be_bytes(*link);
        }
        if next != 0 {
            return Err(Damage::at(from, Wrong::Overflow));
        }
        Ok(payload)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.step().transpose();
        if !matches!(found, Some(Ok(_))) {
            self.open.clear();
        }
        found
    }
}

impl Page<'_> {
    /// Returns where a cell begins.
    fn cell(&self, cell: u16) -> Result<usize, Damage> {
        let at = self.list_at + 2 * usize::from(cell);
        let start = usize::from(u16::from_be_bytes([self.bytes[at], self.bytes[at + 1]]));
        let content = self.list_at + 2 * usize::from(self.cells);
        if (content..self.bytes.len()).contains(&start) {
            return Ok(start);
        }
        Err(self.outside(cell))
    }

    /// Returns the child that an inner cell names.
    fn child(&mut self, cell: u16, at: usize) -> Result<u32, Damage> {
        let outside = self.outside(cell);
        let child = self.bytes.get(at..at + 4).ok_or(outside)?;
        let child = u32::from_be_bytes([child[0], child[1], child[2], child[3]]);
        let (_, end) = varint(self.bytes, at + 4).ok_or(outside)?;
        self.claim(end - at)?;
        Ok(child)
    }

    fn right(&self) -> u32 {
        let at = self.list_at - 4;
        let right = &self.bytes[at..at + 4];
        u32::from_be_bytes([right[0], right[1], right[2], right[3]])
    }

    /// Counts a cell's bytes: together they are no more than the page has, so that the same bytes
    /// are not told again and again.
    fn claim(&mut self, cell_bytes: usize) -> Result<(), Damage> {
        self.used += cell_bytes;
        if self.used > self.bytes.len() {
            return Err(Damage::at(self.number, Wrong::Cell));
        }
        Ok(())
    }

    fn outside(&self, cell: u16) -> Damage {
        Damage {
            page: self.number,
            cell: Some(cell),
            wrong: Wrong::Cell,
        }
    }
}

/// Returns how much of a record stands in the cell itself.
fn local(payload_bytes: usize, usable: usize) -> usize {
    if payload_bytes <= usable - 35 {
        return payload_bytes;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (payload_bytes - least) % (usable - 4);
    if fitting <= usable - 35 {
        fitting
    } else {
        least
    }
}
