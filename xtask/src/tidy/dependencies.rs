//! `postil-core` is pure: time, randomness and I/O are arguments.

use super::{Complaint, File};

const MANIFEST: &str = "crates/core/Cargo.toml";

/// What would bring the outside world in.
const FORBIDDEN: &[&str] = &[
    "axum",
    "fastrand",
    "getrandom",
    "gloo",
    "gloo-timers",
    "js-sys",
    "rand",
    "redb",
    "tokio",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "yew",
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.path == MANIFEST) {
        let mut in_dependencies = false;
        for (number, line) in file.lines() {
            if let Some(table) = line.strip_prefix('[') {
                let table = table.trim_end_matches(']');
                in_dependencies =
                    table.ends_with("dependencies") && !table.ends_with("dev-dependencies");
                continue;
            }
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            if in_dependencies && FORBIDDEN.contains(&name) {
                complaints.push(file.complain(number, format!("core must not depend on {name}")));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::complaints;

    #[test]
    fn finds_impure_dependencies() {
        let manifest = "[dependencies]\nyrs.workspace = true\ngetrandom = \"0.4\"\n\n\
                        [target.'cfg(unix)'.dependencies]\ntokio.workspace = true\n\n\
                        [dev-dependencies]\nrand = \"1\"\n";
        assert_eq!(complaints(check, MANIFEST, manifest), [3, 6]);
    }
}
