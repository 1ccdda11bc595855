//! One file of what a page waits for: `define.js` with everything that it imports at once.
//!
//! What is imported when it is needed stays a file of its own. Without esbuild the package keeps its modules as they
//! are, which do the same after more requests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::process;

/// The file, among those of the package.
const ENTRY: &str = "define.js";

/// The most that it may have with brotli: it, the page and the first threads fit into what a server sends before it has
/// heard back.
pub(crate) const LIMIT: usize = 6 * 1024;

/// Puts the bundle in the place of its entry.
pub(super) fn write(package: &Path, esbuild: &Path) -> Result<String> {
    let entry = package.join(ENTRY);
    let mut later = BTreeSet::new();
    for file in fs::read_dir(package)? {
        let path = file?.path();
        if path.extension().is_some_and(|it| it == "js") {
            later.extend(imported_later(&fs::read_to_string(&path)?));
        }
    }
    let mut command = process::command(esbuild);
    command
        .arg(&entry)
        .args(["--bundle", "--minify", "--format=esm", "--target=es2022"])
        .args(["--legal-comments=none", "--log-level=warning"])
        .args(later.iter().map(|it| format!("--external:{it}")));
    let bundle = process::output(&mut command)?;
    fs::write(&entry, &bundle).with_context(|| format!("cannot write {}", entry.display()))?;
    Ok(format!("{ENTRY}: {} bytes", bundle.len()))
}

/// Whether a file of the site is the bundle.
pub(crate) fn is_early(name: &str) -> bool {
    name.starts_with("define-")
}

/// The modules that a script imports when it needs them. Comments name modules the same way, for their types.
fn imported_later(script: &str) -> impl Iterator<Item = String> {
    let code = script.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with('*') && !line.starts_with("/*")
    });
    let calls = code.flat_map(|line| line.split("import('").skip(1));
    calls.filter_map(|rest| rest.split_once("')").map(|(name, _)| name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_imported_later_is() {
        let script = "\
            /** @type {import('./a.js').A} */
            import { a } from './a.js';
             * @param {import('./a.js').A}
            import('./b.js').then(f); await import('./c.js');";
        let found: Vec<_> = imported_later(script).collect();
        assert_eq!(found, ["./b.js", "./c.js"]);
    }
}
