//! What is on main is finished: no notes to self, no tests that do not run.

use super::{Complaint, File, names};

const FORBIDDEN: &[&str] = &[
    "TODO",
    "FIXME",
    "XXX:",
    "HACK:",
    "todo!(",
    "unimplemented!(",
    "#[ignore",
    "dbg!(",
    "test.skip(",
    "test.only(",
    "test.todo(",
    "console.log(",
    "debugger;",
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let is_code = |file: &&File| file.has_ending(&["rs", "js", "mjs", "css", "html", "toml", "md"]);
    // The documents name what is forbidden; so does this file.
    let is_exempt = |file: &&File| file.is_in(&["xtask/src/tidy/unfinished.rs", "CONTRIBUTING.md"]);
    for file in files.iter().filter(is_code).filter(|file| !is_exempt(file)) {
        // A benchmark's result is what it prints.
        let prints = file.is_in(&["tests/bench/", "tests/e2e/"]);
        for (number, line) in file.lines() {
            for it in FORBIDDEN
                .iter()
                .filter(|it| names(line, it) && !(prints && **it == "console.log("))
            {
                complaints.push(
                    file.complain(number, format!("`{it}` is for work that is not finished")),
                );
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
    fn finds_what_is_left_to_do() {
        let source = "// TODO: later\nfn a() { todo!() }\n#[ignore]\nlet x = \"MY_TODO\";\n";
        assert_eq!(complaints(check, "src/a.rs", source), [1, 2, 3]);
        assert_eq!(
            complaints(check, "packages/element/a.js", "console.log(1);\n"),
            [1]
        );
        assert!(complaints(check, "tests/bench/a.mjs", "console.log(1);\n").is_empty());
    }
}
