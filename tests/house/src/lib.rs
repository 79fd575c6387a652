//! The rules of the house: which crate may know which.
//!
//! [`Workspace`] is what `cargo metadata --no-deps` says about this workspace, and [`floor_plan`]
//! judges it by the rules of direction. That the server cannot read a life is one of them, and so
//! a fact of the build. Declared dependencies are judged, optional and platform-bound ones
//! included, so that no feature flag opens a door. Development dependencies are free, since they
//! never reach a person.
//!
//! It does not judge what is written inside a crate, except that each root forbids unsafe code.
#![forbid(unsafe_code)]

mod floor_plan;
mod screens;
mod workspace;

pub use floor_plan::{Breach, floor_plan, unsafe_code};
pub use screens::{ForeignImport, foreign_imports};
pub use workspace::{Dependency, Kind, Package, Target, Workspace};
