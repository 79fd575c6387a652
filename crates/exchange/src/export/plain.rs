//! Texts as formats of plain lines can hold them.

use crate::findings::Findings;
use crate::words;

/// Stands where a thing has no name.
const NO_NAME: &str = "–";

/// Returns a title as one line without control characters, as the readers of this crate give it.
pub(super) fn title(raw: &str) -> String {
    let line = words::one_line(&words::without_controls(raw, &mut Findings::default()));
    let line = words::short(&line);
    if line.is_empty() {
        NO_NAME.to_owned()
    } else {
        line
    }
}

/// Returns a title whose blanks are single.
pub(super) fn spaced(raw: &str) -> String {
    let line = title(raw);
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ")
}

/// Returns a longer text with line feeds for line ends and no other control characters than tabs.
pub(super) fn text(raw: &str) -> String {
    words::without_controls(raw, &mut Findings::default()).into_owned()
}
