//! The npm package: `packages/element` with the modules beside it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::workspace;

/// How highlighted text looks: the module holds it, and large pages link it.
const HIGHLIGHTS: &str = "highlight.css";

/// Files of `packages/element` that are not published.
const NOT_PUBLISHED: &[&str] = &["test", "node_modules"];

/// Writes the package into `folder`, in place of what was there.
pub(crate) fn write(modules: &[PathBuf], folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    copy(&workspace::root().join("packages/element"), folder)?;
    for module in modules {
        copy(module, folder)?;
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let from = workspace::root().join(licence);
        fs::copy(&from, folder.join(licence)).with_context(|| format!("cannot copy {licence}"))?;
    }
    // What a page links before its text, it need not be given later (`src/page/paint.rs`).
    let look = workspace::root().join("styles").join(HIGHLIGHTS);
    let look = fs::read_to_string(&look).with_context(|| format!("cannot read {HIGHLIGHTS}"))?;
    let linked =
        "\n/* Tells that the page has all this. */\n:root {\n  --postil-highlights: linked;\n}\n";
    fs::write(folder.join(HIGHLIGHTS), look + linked)
        .with_context(|| format!("cannot write {HIGHLIGHTS}"))
}

/// Copies a folder and all below it, except what is not published.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if NOT_PUBLISHED.iter().any(|it| name == *it) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}
