//! One file talks to JavaScript, with opaque handles; and the modules that are loaded when they are needed, which have
//! nothing but exports.
//!
//! An export that takes `&mut self` panics ("recursive use of an object") when a callback comes back into it.

use super::{Complaint, File};

const EXPORTS: &[&str] = &[
    "src/api.rs",
    "src/api/",
    "crates/hand/src/",
    "crates/interchange/src/",
    "crates/relays/src/",
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| (file.is_in(&["src/"]) || file.is_in(EXPORTS)) && file.has_ending(&["rs"]))
    {
        if file.is_in(EXPORTS) {
            for (number, line) in file.code().filter(|(_, line)| line.contains("&mut self")) {
                complaints.push(
                    file.complain(number, format!("use interior mutability: {}", line.trim())),
                );
            }
            continue;
        }
        for line in exports(file) {
            complaints.push(file.complain(line, "exports to JavaScript belong into src/api.rs"));
        }
    }
    complaints
}

/// The lines of `#[wasm_bindgen]` attributes that are not on or in an `extern` block.
fn exports(file: &File) -> Vec<usize> {
    let mut found = Vec::new();
    let mut pending = None;
    let mut in_extern = false;
    for (number, line) in file.code() {
        // rustfmt puts the end of an item at the left edge.
        if in_extern {
            in_extern = !line.starts_with('}');
            continue;
        }
        let is_attribute = line.trim_start().starts_with("#[");
        if line.contains("#[wasm_bindgen]") || line.contains("#[wasm_bindgen(") {
            pending = Some(number);
        } else if let Some(attribute) = pending
            && !is_attribute
            && !line.trim().is_empty()
        {
            pending = None;
            if line.contains("extern \"C\"") {
                in_extern = true;
            } else {
                found.push(attribute);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::complaints;

    #[test]
    fn finds_exports_outside_api() {
        let source = "#[wasm_bindgen(module = \"/a.js\")]\nextern \"C\" {\n    #[wasm_bindgen(js_name = b)]\n    \
                      fn b();\n}\n\n#[wasm_bindgen]\n#[derive(Debug)]\npub struct Handle;\n\n#[wasm_bindgen_test]\nfn t() {}\n";
        assert_eq!(complaints(check, "src/view.rs", source), [7]);
    }

    #[test]
    fn finds_mutable_receivers() {
        let source = "impl Handle {\n    pub fn a(&self) {}\n    pub fn b(&mut self) {}\n}\n";
        assert_eq!(complaints(check, "src/api.rs", source), [3]);
        assert!(complaints(check, "src/session.rs", source).is_empty());
    }
}
