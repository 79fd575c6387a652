//! The HTML of Vikunja's editor as Markdown: paragraphs, headings, lists, marks, links and code.
//! What else stands in angle brackets is left out, its text kept; nothing is judged or run.
//!
//! Reads once from the beginning to the end, whatever stands there.

/// Returns the text in Markdown. What does not begin with a tag is Markdown already, as releases
/// before 0.22 wrote it.
pub(super) fn markdown(text: &str) -> String {
    if !text.trim_start().starts_with('<') {
        return text.to_owned();
    }
    let mut writer = Writer::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        writer.text(&rest[..at]);
        let Some(end) = rest[at..].find('>') else {
            // No tag is closed any more.
            rest = &rest[at..];
            break;
        };
        let tag = Tag::read(&rest[at + 1..at + end]);
        rest = &rest[at + end + 1..];
        if let "script" | "style" = tag.name.as_str()
            && !tag.is_end
        {
            let close = format!("</{}", tag.name);
            rest = rest.find(&close).map_or("", |at| &rest[at..]);
            continue;
        }
        writer.tag(&tag);
    }
    writer.text(rest);
    writer.out.trim().to_owned()
}

struct Tag<'t> {
    name: String,
    is_end: bool,
    attributes: &'t str,
}

impl<'t> Tag<'t> {
    /// Reads what stands between the angle brackets.
    fn read(text: &'t str) -> Self {
        let (is_end, text) = match text.strip_prefix('/') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let end = text.find(|c: char| !c.is_ascii_alphanumeric());
        let (name, attributes) = text.split_at(end.unwrap_or(text.len()));
        Self {
            name: name.to_ascii_lowercase(),
            is_end,
            attributes,
        }
    }

    /// Returns the value of an attribute, as the editor writes them: in double quotes.
    fn attribute(&self, name: &str) -> Option<&'t str> {
        let (_, value) = self.attributes.split_once(&format!("{name}=\""))?;
        value.split_once('"').map(|(value, _)| value)
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// For each list that is open, the number of its next entry, if they are numbered.
    lists: Vec<Option<u32>>,
    links: Vec<Option<String>>,
    is_code: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            self.out.push_str(&rest[..at]);
            let (character, length) = entity(&rest[at..]).unwrap_or(('&', 1));
            self.out.push(character);
            rest = &rest[at + length..];
        }
        self.out.push_str(rest);
    }

    /// Ends the line, where one was begun.
    fn line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Begins a block of its own; in a list, a line.
    fn block(&mut self) {
        if !self.lists.is_empty() {
            let is_fresh = ["- ", ". ", "] "].iter().any(|end| self.out.ends_with(end));
            if !is_fresh {
                self.line();
            }
            return;
        }
        self.line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "p" | "div" | "blockquote" | "table" | "tr" => self.block(),
            "br" => self.out.push('\n'),
            "hr" => {
                self.block();
                self.out.push_str("---");
                self.block();
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                if !tag.is_end {
                    let level = usize::from(tag.name.as_bytes()[1] - b'0');
                    self.out.push_str(&"#".repeat(level));
                    self.out.push(' ');
                }
            }
            "strong" | "b" => self.out.push_str("**"),
            "em" | "i" => self.out.push('*'),
            "s" | "del" => self.out.push_str("~~"),
            "code" if !self.is_code => self.out.push('`'),
            "pre" => {
                if tag.is_end {
                    self.line();
                } else {
                    self.block();
                }
                self.out.push_str("```");
                self.is_code = !tag.is_end;
                self.line();
            }
            "ul" | "ol" => self.list(tag),
            "li" if !tag.is_end => self.entry(tag),
            "li" => self.line(),
            "a" => self.link(tag),
            _ => {}
        }
    }

    fn list(&mut self, tag: &Tag<'_>) {
        if tag.is_end {
            self.lists.pop();
            self.line();
        } else {
            self.block();
            self.lists.push((tag.name == "ol").then_some(1));
        }
    }

    fn entry(&mut self, tag: &Tag<'_>) {
        self.line();
        // Deeper than this nobody reads.
        let depth = self.lists.len().saturating_sub(1).min(10);
        self.out.push_str(&"  ".repeat(depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number = number.saturating_add(1);
            }
            _ => self.out.push_str("- "),
        }
        match tag.attribute("data-checked") {
            Some("true") => self.out.push_str("[x] "),
            Some("false") => self.out.push_str("[ ] "),
            _ => {}
        }
    }

    fn link(&mut self, tag: &Tag<'_>) {
        if !tag.is_end {
            let target = tag.attribute("href").filter(|target| {
                let known = ["https://", "http://", "mailto:"];
                known.iter().any(|scheme| target.starts_with(scheme))
            });
            if target.is_some() {
                self.out.push('[');
            }
            self.links.push(target.map(str::to_owned));
        } else if let Some(Some(target)) = self.links.pop() {
            self.out.push_str("](");
            let target = target.replace(' ', "%20").replace(')', "%29");
            self.text(&target);
            self.out.push(')');
        }
    }
}

/// Reads what a text begins with after `&`; gives the character and its length in the text.
fn entity(text: &str) -> Option<(char, usize)> {
    // Looked for among the next bytes only: a text of nothing but `&` is read once.
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        numbered => {
            let number = numbered.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
    };
    Some((character, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn the_editors_html_becomes_markdown() {
        for (html, wanted) in [
            ("plain *already*", "plain *already*"),
            ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
            (
                "<h2>Head</h2><p>a <strong>b</strong> <em>c</em></p>",
                "## Head\n\na **b** *c*",
            ),
            (
                "<ul><li><p>one</p></li><li><p>two</p><ol><li><p>in</p></li><li>it</li></ol></li></ul><p>end</p>",
                "- one\n- two\n  1. in\n  2. it\n\nend",
            ),
            (
                "<ul data-type=\"taskList\"><li data-checked=\"true\" data-type=\"taskItem\"><label><input></label><div><p>done</p></div></li><li data-checked=\"false\">open</li></ul>",
                "- [x] done\n- [ ] open",
            ),
            (
                "<p><a target=\"_blank\" href=\"https://a.example/?b=1&amp;c=(2)\">x</a> <a href=\"javascript:y\">y</a></p>",
                "[x](https://a.example/?b=1&c=(2%29) y",
            ),
            ("<pre><code>a &lt; b</code></pre>", "```\na < b\n```"),
            (
                "<p>&amp;amp; &#228;&#x1F331; &nope; &</p>",
                "&amp; ä🌱 &nope; &",
            ),
            ("<script>alert(1)</script><p>safe</p>", "safe"),
            ("<p>a < b", "a < b"),
        ] {
            assert_eq!(markdown(html), wanted, "{html}");
        }
    }

    #[test]
    fn what_is_not_closed_is_read_once() {
        let open = "<".repeat(1 << 20);
        assert_eq!(markdown(&open).len(), open.len());
        let amps = format!("<p>{}", "&".repeat(1 << 20));
        assert_eq!(markdown(&amps).len(), 1 << 20);
        assert_eq!(markdown(&"<style>".repeat(1 << 18)), "");
    }
}
