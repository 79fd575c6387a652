//! Pages of lists: where one begins, and where the next does.

use core::fmt;
use core::str::FromStr;

use lifeos_protocol::ids::Hash;
use lifeos_store::Page;
use serde::Deserialize;

use crate::problem::Problem;

/// Rows of a page at most, and where a request does not say.
const MOST: u32 = 256;

/// Which page of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct Paging {
    /// The `next` of the page before; without it, the first.
    after: Option<String>,
    /// Rows at most, from 1 to 256.
    limit: Option<u32>,
}

impl Paging {
    /// Reads after which key the page begins.
    pub(crate) fn after<K: FromStr>(&self) -> Result<Option<K>, Problem> {
        let read = |text: &String| text.parse().map_err(|_| Problem::malformed());
        self.after.as_ref().map(read).transpose()
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit.unwrap_or(MOST).clamp(1, MOST)
    }
}

/// Where the page after this one begins.
pub(crate) fn next<T, K: fmt::Display>(page: &Page<T>, key: impl Fn(&T) -> K) -> Option<String> {
    let last = page.rows.last().filter(|_| page.more)?;
    Some(key(last).to_string())
}

/// How far a reader of wraps is, in the two lists that come in one answer: `{hash}.{epoch}`, each
/// empty before the first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WrapsRead {
    pub(crate) wrap: Option<Hash>,
    pub(crate) epoch: Option<u32>,
}

impl fmt::Display for WrapsRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(wrap) = &self.wrap {
            write!(f, "{wrap}")?;
        }
        f.write_str(".")?;
        self.epoch.map_or(Ok(()), |epoch| write!(f, "{epoch}"))
    }
}

impl FromStr for WrapsRead {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (wrap, epoch) = text.split_once('.').ok_or(())?;
        Ok(Self {
            wrap: part(wrap)?,
            epoch: part(epoch)?,
        })
    }
}

fn part<K: FromStr>(text: &str) -> Result<Option<K>, ()> {
    if text.is_empty() {
        Ok(None)
    } else {
        text.parse().map(Some).map_err(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_reader_of_wraps_is_reads_back() {
        for (wrap, epoch) in [
            (None, None),
            (Some(Hash::new([7; 32])), None),
            (None, Some(3)),
            (Some(Hash::new([1; 32])), Some(u32::MAX)),
        ] {
            let text = WrapsRead { wrap, epoch }.to_string();
            let read: WrapsRead = text.parse().expect("what was written reads back");
            assert_eq!((read.wrap, read.epoch), (wrap, epoch), "{text}");
        }
        for bad in ["", "7", "x.", ".x", "..", ".-1"] {
            assert!(bad.parse::<WrapsRead>().is_err(), "{bad}");
        }
    }
}
