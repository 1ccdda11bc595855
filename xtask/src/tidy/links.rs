//! Links between the documents.

use std::path::{Component, Path, PathBuf};

use super::{Complaint, File};
use crate::workspace;

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.has_ending(&["md"])) {
        for (number, line) in file.lines() {
            for target in targets(line) {
                let path = target.split('#').next().unwrap_or_default();
                if path.is_empty() || path.contains(':') {
                    continue;
                }
                let parent = Path::new(&file.path).parent().unwrap_or(Path::new(""));
                if !exists(&parent.join(path)) {
                    complaints.push(file.complain(number, format!("there is no {path}")));
                }
            }
        }
    }
    complaints
}

/// What the line's `[words](target)` lead to.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
}

/// Whether the path exists and stays in the workspace.
fn exists(path: &Path) -> bool {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if !inside.pop() => return false,
            Component::ParentDir | Component::CurDir => {}
            part => inside.push(part),
        }
    }
    workspace::root().join(inside).exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::complaints;

    #[test]
    fn finds_links_to_nowhere() {
        let text = "[a](../Cargo.toml) and [b](no-such.md)\n[c](https://example.org) [d](#here)\n[e](../../outside)\n";
        assert_eq!(complaints(check, "docs/a.md", text), [1, 3]);
    }
}
