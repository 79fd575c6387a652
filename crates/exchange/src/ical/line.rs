//! A content line: `NAME;PARAM=value;PARAM="value":value`.

use std::borrow::Cow;

/// A property, as it stands; taken apart when it is asked for.
pub(super) struct Line<'t> {
    raw: Cow<'t, str>,
    end_of_name: usize,
    colon: usize,
}

impl<'t> Line<'t> {
    /// Takes an unfolded line; says nothing where it has no name and value.
    pub(super) fn read(raw: Cow<'t, str>) -> Option<Self> {
        let end_of_name = raw.find([':', ';'])?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if end_of_name == 0 || !raw[..end_of_name].bytes().all(is_name) {
            return None;
        }
        let colon = colon(&raw, end_of_name)?;
        Some(Self {
            raw,
            end_of_name,
            colon,
        })
    }

    /// Returns the name in capitals.
    pub(super) fn name(&self) -> String {
        self.raw[..self.end_of_name].to_ascii_uppercase()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.raw[..self.end_of_name].eq_ignore_ascii_case(name)
    }

    /// Returns the value as it stands, without the white space around it.
    pub(super) fn value(&self) -> &str {
        self.raw[self.colon + 1..].trim()
    }

    /// Returns the value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let params = &self.raw[self.end_of_name..self.colon];
        let (mut start, mut is_quoted) = (0, false);
        let ends = params.bytes().enumerate().filter(|(_, byte)| {
            is_quoted ^= *byte == b'"';
            *byte == b';' && !is_quoted
        });
        let ends: Vec<usize> = ends.map(|(at, _)| at).chain([params.len()]).collect();
        for end in ends {
            let part = params[start..end].split_once('=');
            if let Some((found, value)) = part
                && found.eq_ignore_ascii_case(name)
            {
                return Some(value.trim_matches('"'));
            }
            start = end + 1;
        }
        None
    }

    /// Returns the value as a text.
    pub(super) fn text(&self) -> String {
        unescape(self.value())
    }

    /// Returns the value as a list of texts.
    pub(super) fn texts(&self) -> Vec<String> {
        let value = self.value();
        let mut parts = Vec::new();
        let (mut start, mut is_escaped) = (0, false);
        for (at, byte) in value.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b',' => {
                    parts.push(unescape(&value[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(unescape(&value[start..]));
        parts
    }
}

/// Returns where the value's colon stands: the first that is in no quotes.
fn colon(line: &str, from: usize) -> Option<usize> {
    let mut is_quoted = false;
    for (at, byte) in line.bytes().enumerate().skip(from) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b':' if !is_quoted => return Some(at),
            _ => {}
        }
    }
    None
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}
