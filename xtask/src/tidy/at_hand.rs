//! The module that every page loads has no relay protocol but those at hand. One name too many, and the
//! linker would put the others in.

use super::{Complaint, File, names};

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.is_in(&["src/"]) && file.has_ending(&["rs"]))
    {
        for (number, line) in file.code() {
            let others = line.replace("open_one_of", "");
            let of_core = line.contains("postil_core::relay") && names(&others, "open");
            if of_core || names(line, "ON_DEMAND") {
                complaints.push(file.complain(
                    number,
                    "this brings every relay protocol into what all pages load; use open_one_of(AT_HAND, …)",
                ));
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
    fn finds_what_brings_every_protocol_in() {
        let source = "use postil_core::relay::{In, open};\nuse postil_core::relay::open_one_of;\nuse crate::relay::open;\nlet a = relay::ON_DEMAND;\n\
                      postil_core::relay::open(opening);\nrelay::open_one_of(relay::AT_HAND, opening);\n";
        assert_eq!(complaints(check, "src/relay.rs", source), [1, 4, 5]);
        assert!(complaints(check, "crates/relays/src/lib.rs", source).is_empty());
    }
}
