//! A heading: its level, keyword, priority, title and tags.

use super::keywords::{Keyword, Keywords};

/// The parts of a heading.
pub(super) struct Headline<'t> {
    pub(super) level: usize,
    pub(super) keyword: Option<Keyword>,
    pub(super) priority: Option<char>,
    pub(super) title: &'t str,
    pub(super) tags: Vec<&'t str>,
}

impl<'t> Headline<'t> {
    /// Returns the level of a line that is a heading: stars at its very beginning, and a space.
    pub(super) fn level(line: &str) -> Option<usize> {
        let stars = line.bytes().take_while(|byte| *byte == b'*').count();
        let is_heading =
            stars > 0 && matches!(line.as_bytes().get(stars), None | Some(b' ' | b'\t'));
        is_heading.then_some(stars)
    }

    pub(super) fn read(line: &'t str, keywords: &Keywords) -> Option<Self> {
        let level = Self::level(line)?;
        let mut rest = line[level..].trim();
        let (word, behind) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        let keyword = keywords.get(word);
        if keyword.is_some() {
            rest = behind.trim_start();
        }
        let mut priority = None;
        if let Some((letter, behind)) = cookie(rest) {
            priority = Some(letter);
            rest = behind.trim_start();
        }
        let (title, tags) = split_tags(rest);
        Some(Self {
            level,
            keyword,
            priority,
            title,
            tags,
        })
    }
}

/// Reads `[#A]`.
fn cookie(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix("[#")?;
    let letter = rest.chars().next().filter(char::is_ascii_alphanumeric)?;
    Some((letter, rest[1..].strip_prefix(']')?))
}

/// Takes `:one:two:` from the end of a title; tags are letters and digits of any script, `_`, `@`,
/// `#` and `%`.
fn split_tags(title: &str) -> (&str, Vec<&str>) {
    let title = title.trim_end();
    let last = title.rsplit([' ', '\t']).next().unwrap_or_default();
    let inner = last
        .strip_prefix(':')
        .and_then(|last| last.strip_suffix(':'));
    let Some(inner) = inner.filter(|inner| !inner.is_empty()) else {
        return (title, Vec::new());
    };
    // A háček may be a character of its own behind its letter.
    let is_mark = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    let is_tag_char = |c: char| c.is_alphanumeric() || is_mark(c) || "_@#%".contains(c);
    let tags: Vec<&str> = inner.split(':').collect();
    let are_tags = tags
        .iter()
        .all(|tag| !tag.is_empty() && tag.chars().all(is_tag_char));
    if !are_tags {
        return (title, Vec::new());
    }
    (title[..title.len() - last.len()].trim_end(), tags)
}
