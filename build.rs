//! Style sheets as they ship: the files in `styles/` that the module holds,
//! joined, without comments and without white space that means nothing.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What the module holds, by the name it is included with.
const SHEETS: [(&str, &[&str]); 3] = [
    (
        "panel",
        &[
            "tokens",
            "panel/base",
            "panel/controls",
            "panel/bar",
            "panel/list",
            "panel/comment",
            "panel/sheet",
            "panel/hues",
            "panel/preferences",
        ],
    ),
    ("document", &["document"]),
    ("highlight", &["highlight"]),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=styles");
    println!("cargo::rerun-if-changed=build.rs");
    let to = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .ok_or(io::ErrorKind::NotFound)?;
    for (name, parts) in SHEETS {
        let mut rules = String::new();
        for part in parts {
            let file = Path::new("styles").join(part).with_extension("css");
            shrink(&fs::read_to_string(file)?, &mut rules);
        }
        fs::write(to.join(name).with_extension("css"), rules)?;
    }
    Ok(())
}

/// Appends the rules of a sheet. No string in them holds a comment, a brace or
/// two spaces.
fn shrink(sheet: &str, to: &mut String) {
    let mut rest = sheet;
    while let Some((rules, comment)) = rest.split_once("/*") {
        squeeze(rules, to);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    squeeze(rest, to);
}

fn squeeze(rules: &str, to: &mut String) {
    for character in rules.chars() {
        let character = if character.is_whitespace() {
            ' '
        } else {
            character
        };
        let marks = ['{', '}', ';', ' '];
        if character == ' ' && to.chars().next_back().is_none_or(|it| marks.contains(&it)) {
            continue;
        }
        if marks.contains(&character) && to.ends_with(' ') {
            to.pop();
        }
        to.push(character);
    }
}
