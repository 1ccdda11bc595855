//! One idea a file: what grows past this is two ideas, or has a reason to be listed.

use super::{Complaint, File};

const MOST_LINES: usize = 400;

/// Tests are tables and stories: long without being tangled.
const MOST_LINES_OF_TESTS: usize = 800;

/// Longer files, each with its reason.
const EXEMPT: &[(&str, &str)] = &[];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.has_ending(&["rs", "js", "mjs", "ts", "css"]))
    {
        let is_test = file.is_in(&["tests/"])
            || file.path.contains("/tests/")
            || file.path.ends_with("/tests.rs");
        let most = if is_test {
            MOST_LINES_OF_TESTS
        } else {
            MOST_LINES
        };
        // The tests beside the code do not count: they are at the end of the file.
        let count = file
            .text
            .lines()
            .take_while(|line| is_test || *line != "#[cfg(test)]")
            .count();
        if count > most && !EXEMPT.iter().any(|(path, _)| *path == file.path) {
            complaints
                .push(file.complain(0, format!("{count} lines; split it (the most is {most})")));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::complaints;

    #[test]
    fn finds_long_files() {
        assert_eq!(complaints(check, "src/a.rs", &"x\n".repeat(401)), [0]);
        assert!(complaints(check, "src/a.rs", &"x\n".repeat(400)).is_empty());
        let with_tests = format!("x\n#[cfg(test)]\n{}", "x\n".repeat(800));
        assert!(complaints(check, "src/a.rs", &with_tests).is_empty());
        assert_eq!(complaints(check, "src/a/tests.rs", &with_tests), [0]);
        assert!(complaints(check, "Cargo.lock", &"x\n".repeat(4000)).is_empty());
    }
}
