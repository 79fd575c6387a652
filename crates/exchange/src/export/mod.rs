//! Exports: what a person takes along, in open formats, packed as one archive with a manifest, and
//! read back before it is handed over.
//!
//! [`Items::of`] names what leaves a space; [`Pack`] writes it, event page by event page; [`verify`]
//! reads an archive back and says the first place at which it is not what it should be. The layout
//! is described in `docs/formats.md`.
//!
//! Deliberately absent: encryption. An export is for other programs, and in the clear.

mod archive;
mod cell;
mod events;
mod fault;
mod ical;
mod item;
mod manifest;
mod markdown;
mod moment;
mod pack;
mod plain;
mod table;
mod todo_txt;
mod verify;
mod wish;

#[doc(hidden)]
pub use archive::resealed;
pub use events::{About, Bytes, ChangeOut, EventsPage, PageError};
pub use fault::{Difference, Unverified, What};
pub use item::{Items, LabelItem, ProjectItem, SectionItem, TaskItem};
pub use manifest::{ListedFile, Manifest};
pub use moment::Moment;
pub use pack::{Formats, Made, Pack, Packed};
#[doc(hidden)]
pub use verify::reads;
pub use verify::{Verified, verify};
pub use wish::{ExportFailure, ExportWish, WishError};
