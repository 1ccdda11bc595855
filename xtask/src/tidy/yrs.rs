//! yrs is behind one module, which checks all that goes into it.

use super::{Complaint, File, names};

const ALLOWED: &[&str] = &[
    "crates/core/src/text.rs",
    "crates/core/src/text/",
    // The format that others write is compared with what yrs makes of it.
    "crates/core/src/relay/yjs/update/tests.rs",
    // The model of a server that merges documents.
    "crates/testkit/src/document.rs",
    // What Postil is measured against.
    "tests/bench/peers/",
    "xtask/",
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.has_ending(&["rs"]) && !file.is_in(ALLOWED))
    {
        for (number, line) in file.code() {
            if names(line, "yrs::") {
                complaints.push(file.complain(number, "yrs is used through core's text.rs only"));
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
    fn finds_yrs_outside_text() {
        let source = "// yrs::Doc is not here\nuse yrs::Doc;\nuse my_yrs::Doc;\n";
        assert_eq!(complaints(check, "crates/core/src/log.rs", source), [2]);
        assert!(complaints(check, "crates/core/src/text/merge.rs", source).is_empty());
    }
}
