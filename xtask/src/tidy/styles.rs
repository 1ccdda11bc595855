//! Style sheets name sides by the direction of reading, so that right-to-left pages are mirrored.

use super::{Complaint, File, names};

const PHYSICAL: &[(&str, &str)] = &[
    ("margin-left", "margin-inline-start"),
    ("margin-right", "margin-inline-end"),
    ("padding-left", "padding-inline-start"),
    ("padding-right", "padding-inline-end"),
    ("border-left", "border-inline-start"),
    ("border-right", "border-inline-end"),
    ("text-align: left", "text-align: start"),
    ("text-align: right", "text-align: end"),
    ("float: left", "float: inline-start"),
    ("float: right", "float: inline-end"),
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.has_ending(&["css"])) {
        for (number, line) in file.code() {
            for (physical, logical) in PHYSICAL.iter().filter(|(it, _)| names(line, it)) {
                complaints.push(file.complain(number, format!("write {logical} for {physical}")));
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
    fn finds_physical_sides() {
        let sheet =
            "a { margin-left: 1px }\nb { margin-inline-start: 1px }\n.x { text-align: right; }\n";
        assert_eq!(complaints(check, "styles/panel.css", sheet), [1, 3]);
    }
}
