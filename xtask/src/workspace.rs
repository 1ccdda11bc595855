//! Where things are in the workspace.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context as _, Result};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    // Cargo sets this when it starts the program, so a moved checkout is found again.
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        manifest
            .parent()
            .map_or_else(|| PathBuf::from("."), Path::to_owned)
    })
}

/// Cargo's target folder: this program lies in `<target>/<profile>/`.
pub(crate) fn target() -> &'static Path {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    TARGET.get_or_init(|| {
        let program = std::env::current_exe().ok();
        let profile = program.as_deref().and_then(Path::parent).map(|folder| {
            // The unit tests of this program lie one folder deeper.
            if folder.ends_with("deps") {
                folder.parent().unwrap_or(folder)
            } else {
                folder
            }
        });
        profile
            .and_then(Path::parent)
            .map_or_else(|| root().join("target"), Path::to_owned)
    })
}

/// The version of a package in Cargo.lock.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    find_version(&lock, package).with_context(|| format!("Cargo.lock has no package {package}"))
}

fn find_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_version_in_a_lock_file() {
        let lock = "[[package]]\nname = \"yew-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"yew\"\nversion = \"0.23.0\"\n";
        assert_eq!(find_version(lock, "yew").as_deref(), Some("0.23.0"));
        assert_eq!(find_version(lock, "ye"), None);
    }
}
