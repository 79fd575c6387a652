//! What a domain's screens may import: the shell's core and design, themselves, and libraries.

use std::fmt;

/// A screen of one domain that imports what it must not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignImport {
    /// The domain whose screen it is.
    pub domain: String,
    /// The module as it is written in the import.
    pub module: String,
}

impl fmt::Display for ForeignImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a screen of {} imports {}", self.domain, self.module)
    }
}

/// Returns the imports in a screen's `source` that leave its own `ui` folder, which lies `depth`
/// folders above the file, for anything of ours but `@lifeos/core` and `@lifeos/design`.
#[must_use]
pub fn foreign_imports(domain: &str, depth: usize, source: &str) -> Vec<ForeignImport> {
    modules(source)
        .filter(|module| {
            let ours = module.starts_with("@lifeos/");
            let allowed = ["@lifeos/core", "@lifeos/design"].iter().any(|root| {
                module
                    .strip_prefix(root)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            let leaves = module
                .split('/')
                .take_while(|part| matches!(*part, "." | ".."))
                .filter(|part| *part == "..")
                .count()
                > depth;
            (ours && !allowed) || leaves
        })
        .map(|module| ForeignImport {
            domain: domain.to_owned(),
            module: module.to_owned(),
        })
        .collect()
}

/// Returns the modules named by `import … from "x"`, `export … from "x"`, `import "x"` and
/// `import("x")`.
fn modules(source: &str) -> impl Iterator<Item = &str> {
    let from = source.split("from ").skip(1);
    let bare = source
        .split("import")
        .skip(1)
        .map(|rest| rest.trim_start_matches([' ', '(']));
    from.chain(bare).filter_map(|rest| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    })
}
