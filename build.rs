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

/// Appends the rules of a sheet. No string in them holds a comment, a mark with
/// a space at its side, or two spaces.
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
        let mut before = to.chars().rev();
        match (before.next().unwrap_or('{'), character) {
            // In front of a colon it means something: `a :hover` is not `a:hover`.
            ('{' | '}' | ';' | ':' | ',' | '>' | ' ', _) if character.is_whitespace() => continue,
            (' ', '{' | '}' | ';' | '>') => {
                to.pop();
            }
            // As in `0.5em`.
            ('0', '.') if before.next().is_none_or(|it| !it.is_ascii_digit()) => {
                to.pop();
            }
            _ => {}
        }
        if character == '}' && to.ends_with(';') {
            to.pop();
        }
        let is_space = character.is_whitespace();
        to.push(if is_space { ' ' } else { character });
    }
}
