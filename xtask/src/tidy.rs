//! `cargo xtask tidy`: rules of the code base that no compiler checks.
//!
//! ARCHITECTURE.md states most of them as invariants. A rule is a function from the tracked files to
//! complaints, so that its test can show it a bad sample.

mod at_hand;
mod dependencies;
mod exports;
mod length;
mod links;
mod markup;
mod modules;
mod paths;
mod registry;
mod styles;
mod unfinished;
mod yrs;

use std::fs;

use anyhow::{Result, bail};

use crate::options::Options;
use crate::{process, workspace};

/// A text file under version control.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// From the root of the workspace, with `/`.
    path: String,
    text: String,
}

/// Something to be changed, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    path: String,
    /// Counted from 1; 0 stands for the file as a whole.
    line: usize,
    message: String,
}

type Rule = fn(&[File]) -> Vec<Complaint>;

const RULES: &[(&str, Rule)] = &[
    (
        "core depends on nothing of the outside world",
        dependencies::check,
    ),
    ("only text.rs names yrs", yrs::check),
    (
        "relay protocols that few pages use are not in what all pages load",
        at_hand::check,
    ),
    (
        "nothing is made from HTML text, inline styles or code in strings",
        markup::check,
    ),
    (
        "exports to JavaScript are in api.rs and take no &mut self",
        exports::check,
    ),
    ("every source file is a module", modules::check),
    (
        "every relay, store and event is registered",
        registry::check,
    ),
    ("files are short", length::check),
    ("no place of one machine or registry is named", paths::check),
    ("nothing is left unfinished", unfinished::check),
    (
        "style sheets work in both writing directions",
        styles::check,
    ),
    ("links in the documents lead somewhere", links::check),
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    Options::parse(arguments, &[], &[])?;
    check()
}

/// Prints what every rule finds.
///
/// # Errors
/// If any rule finds something.
pub(crate) fn check() -> Result<()> {
    let files = tracked_files()?;
    let mut count = 0;
    for (name, rule) in RULES {
        let complaints = rule(&files);
        println!("{} {name}", if complaints.is_empty() { "✓" } else { "✗" });
        for it in &complaints {
            println!("    {}:{}: {}", it.path, it.line, it.message);
        }
        count += complaints.len();
    }
    if count > 0 {
        bail!("tidy found {count} things to change");
    }
    Ok(())
}

/// The text files git knows or would add.
fn tracked_files() -> Result<Vec<File>> {
    let list = process::output(process::command("git").args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut files = Vec::new();
    for path in list.lines() {
        // A file that was deleted is still listed; a picture is not text.
        if let Ok(bytes) = fs::read(workspace::root().join(path))
            && let Ok(text) = String::from_utf8(bytes)
        {
            files.push(File {
                path: path.to_owned(),
                text,
            });
        }
    }
    if files.is_empty() {
        bail!("git lists no files here");
    }
    Ok(files)
}

impl File {
    fn has_ending(&self, endings: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Whether the file is below one of the folders.
    fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// The lines with their numbers, without those that are only a comment.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| {
            let line = line.trim_start();
            !(line.starts_with("//") || line.starts_with("* ") || line.starts_with("/*"))
        })
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    fn complain(&self, line: usize, message: impl Into<String>) -> Complaint {
        Complaint {
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }
}

/// Whether `needle` occurs and is not the end of a longer name.
fn names(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|it| it.is_alphanumeric() || it == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines a rule complains about in one file.
    pub(super) fn complaints(rule: Rule, path: &str, text: &str) -> Vec<usize> {
        rule(&[File {
            path: path.into(),
            text: text.into(),
        }])
        .into_iter()
        .map(|it| it.line)
        .collect()
    }

    #[test]
    fn names_are_whole_words_to_the_left() {
        assert!(names("eval(x)", "eval("));
        assert!(names("x.eval(x)", "eval("));
        assert!(!names("retrieval(x)", "eval("));
    }

    #[test]
    fn comments_are_not_code() {
        let file = File {
            path: "a.rs".into(),
            text: "// a\nb\n  /// c\n".into(),
        };
        assert_eq!(file.code().collect::<Vec<_>>(), [(2, "b")]);
    }
}
