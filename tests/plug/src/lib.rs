//! A disk in memory, mounted as a folder through FUSE, whose plug can be pulled.
//!
//! What a process flushed is durable; of everything else, when the plug is pulled, any part may be
//! on the platter and any part not, in any order, down to single sectors. So a power cut is tried
//! against the whole of a real process and its real files, without a line of it knowing.
//!
//! [`Disk`] is the model and does no input or output; [`Mounted`] serves one to the kernel.
//! Deliberately absent: links, permissions, times and everything else that no store of ours uses.
#![forbid(unsafe_code)]

mod disk;
#[cfg(target_os = "linux")]
mod mount;

pub use disk::{Disk, Name, Refused};
#[cfg(target_os = "linux")]
pub use mount::{Mounted, can_mount};
