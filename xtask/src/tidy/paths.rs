//! Nothing depends on one machine's folders or on one mirror of a package registry.

use super::{Complaint, File};

/// Folders that exist on somebody's machine only.
const FOLDERS: &[&str] = &[
    "/home/", "/root/", "/work/", "/farm/", "/tmp/", "/Users/", "C:\\",
];

/// Servers of package registries. Cargo.lock names the crate registry by its fixed identifier.
const HOSTS: &[&str] = &[
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "index.crates.io",
    "static.crates.io",
    "deb.debian.org",
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| !file.is_in(&["xtask/src/tidy/paths.rs"]))
    {
        for (number, line) in file.lines() {
            for folder in FOLDERS.iter().filter(|folder| begins_a_path(line, folder)) {
                complaints.push(
                    file.complain(number, format!("names a folder of one machine ({folder})")),
                );
            }
            for host in HOSTS.iter().filter(|host| line.contains(*host)) {
                complaints
                    .push(file.complain(number, format!("names a registry's server ({host})")));
            }
            if file.path.ends_with("package-lock.json") && line.contains("\"resolved\":") {
                complaints.push(file.complain(number, "names where a package was downloaded from"));
            }
        }
    }
    complaints
}

/// Whether the folder is the start of a path, not a part of an address or of a longer path.
fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|it| {
            it.is_alphanumeric() || matches!(it, '.' | '_' | '-' | '/' | '}' | ')' | '*')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::complaints;

    #[test]
    fn finds_places_of_one_machine() {
        let text = "see /home/me/x\nhttps://example.org/work/\nsrc/work/x\n\"/tmp/a\"\nhttps://registry.npmjs.org/yjs\n";
        assert_eq!(complaints(check, "docs/a.md", text), [1, 4, 5]);
        assert_eq!(
            complaints(
                check,
                "package-lock.json",
                "\"resolved\": \"https://mirror.example/a.tgz\",\n"
            ),
            [1]
        );
    }
}
