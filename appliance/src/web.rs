//! The web app as the build put it into the binary.

use lifeos_server::{Asset, Assets};

static FILES: &[(&str, Asset)] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The files of `appliance/web/dist` as they were when the binary was built.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Embedded;

impl Assets for Embedded {
    fn find(&self, path: &str) -> Option<Asset> {
        FILES
            .binary_search_by(|(name, _)| (*name).cmp(path))
            .ok()
            .map(|row| FILES[row].1)
    }
}
