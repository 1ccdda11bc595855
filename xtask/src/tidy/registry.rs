//! Adding a relay, a store or a kind of event is one file and one line; this finds the missing line.

use super::{Complaint, File, names};

/// The file with the list, and what every file of its folder calls its entry.
const REGISTRIES: &[(&str, &str)] = &[
    ("crates/core/src/event.rs", "KIND"),
    ("crates/core/src/relay.rs", "PROTOCOL"),
    ("src/relay.rs", "DRIVER"),
    ("src/store.rs", "STORE"),
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (list, entry) in REGISTRIES {
        let Some(list) = files.iter().find(|file| file.path == *list) else {
            continue;
        };
        let folder = format!("{}/", list.path.trim_end_matches(".rs"));
        for file in files {
            let Some(module) = file
                .path
                .strip_prefix(&folder)
                .and_then(|it| it.strip_suffix(".rs"))
            else {
                continue;
            };
            let is_entry = file
                .code()
                .any(|(_, line)| names(line, &format!("const {entry}:")));
            let is_listed = list
                .code()
                .any(|(_, line)| names(line, &format!("{module}::{entry}")));
            if is_entry && !is_listed {
                complaints.push(list.complain(0, format!("{module}::{entry} is not in the list")));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_store_that_is_not_listed() {
        let file = |path: &str, text: &str| File {
            path: path.into(),
            text: text.into(),
        };
        let files = [
            file(
                "src/store.rs",
                "pub const STORES: &[Store] = &[memory::STORE];\n",
            ),
            file(
                "src/store/memory.rs",
                "pub(super) const STORE: Store = x;\n",
            ),
            file("src/store/disk.rs", "pub(super) const STORE: Store = x;\n"),
            file("src/store/rows.rs", "pub enum Rows {}\n"),
        ];
        let messages: Vec<String> = check(&files).into_iter().map(|it| it.message).collect();
        assert_eq!(messages, ["disk::STORE is not in the list"]);
    }
}
